//! The parts of a call: `cargo bench -p mcpgen-benches --bench call`.

use std::sync::Arc;

use axum::{Router, routing::put, serve::ListenerExt as _};
use divan::{AllocProfiler, Bencher, counter::BytesCount};
use mcpgen::{
    mapping::{self, MapMode, MapOptions},
    source::{Documents, LoadOptions},
    spec,
};
use mcpgen_benches::description;
use mcpgen_runtime::{
    arguments::Input,
    auth::Credentials,
    catalog::{Catalog, DeepObjectArrays, Operation},
    client::{Client, ClientOptions},
    dispatch::Dispatch,
    request::encode,
};
use serde_json::{Map, Value, json, value::RawValue};

/// What is allocated stands beside the times.
#[global_allocator]
static ALLOCATIONS: AllocProfiler = AllocProfiler::system();

fn main() {
    divan::main();
}

/// The catalog of a small description, whose API is at `base_url`.
fn catalog(base_url: &str) -> Catalog {
    let text = description(2).to_string();
    let (documents, _) = Documents::from_text("generated", text, &LoadOptions::default()).expect("it can be read");
    let (description, _) = spec::load(&documents).expect("it is a description");
    let base_url = Some(base_url.to_owned());
    mapping::map(&description, &MapOptions { mode: MapMode::Tools, base_url, ..MapOptions::default() }).catalog
}

fn operation<'c>(catalog: &'c Catalog, tool: &str) -> &'c Operation {
    let tool = catalog.tools.iter().find(|entry| entry.name == tool).expect("a tool of the description");
    catalog.operation(tool.operation)
}

fn schema(catalog: &Catalog, operation: &Operation) -> Value {
    serde_json::from_str(&catalog.schemas.assemble(operation.input)).expect("a schema is JSON")
}

/// Tools and arguments: a query, and a body with a list.
fn calls() -> [(&'static str, Map<String, Value>); 2] {
    let query = json!({"limit": 10, "sort": "age", "filter": {"name": "a b"}});
    let parts: Vec<_> = (0..20).map(|number| json!({"number": number, "size": 1.5})).collect();
    let body = json!({
        "id": 7, "name": "first", "state": "used", "age": null, "price": 12.5,
        "made": "2026-07-28T12:00:00Z", "labels": ["a", "b", "c"], "parts": parts,
    });
    [("listThing0", query), ("replaceThing0", body)].map(|(tool, arguments)| match arguments {
        Value::Object(arguments) => (tool, arguments),
        _ => unreachable!("both are objects"),
    })
}

#[divan::bench(args = [0, 1])]
fn compile(bencher: Bencher<'_, '_>, call: usize) {
    let catalog = catalog("https://generated.example");
    let operation = operation(&catalog, calls()[call].0);
    let schema = schema(&catalog, operation);
    bencher.bench(|| Input::compile(&schema, operation).expect("the schema compiles"));
}

#[divan::bench(args = [0, 1])]
fn check(bencher: Bencher<'_, '_>, call: usize) {
    let catalog = catalog("https://generated.example");
    let (tool, arguments) = &calls()[call];
    let operation = operation(&catalog, tool);
    let input = Input::compile(&schema(&catalog, operation), operation).expect("the schema compiles");
    bencher
        .with_inputs(|| arguments.clone())
        .bench_values(|arguments| input.check(arguments).expect("the arguments are right"));
}

#[divan::bench(args = [0, 1])]
fn encode_request(bencher: Bencher<'_, '_>, call: usize) {
    let catalog = catalog("https://generated.example");
    let (tool, arguments) = &calls()[call];
    let operation = operation(&catalog, tool);
    bencher.bench(|| encode(operation, DeepObjectArrays::Index, arguments).expect("the arguments can be written"));
}

/// The whole of it: checked, encoded, sent over loopback, and an answer of so many things decoded; 160 are 100 KB.
#[divan::bench(args = [1, 160, 1000])]
fn call_and_decode(bencher: Bencher<'_, '_>, things: usize) {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    let (tool, arguments) = &calls()[1];
    let answer = Value::from(vec![Value::Object(arguments.clone()); things]).to_string();
    let size = answer.len();
    let dispatch = runtime.block_on(async {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let base_url = format!("http://{}", listener.local_addr().expect("an address"));
        let reply = || async { ([("content-type", "application/json")], answer) };
        let router = Router::new().route("/things0/{id}", put(reply));
        let listener = listener.tap_io(|stream| stream.set_nodelay(true).expect("a socket takes the option"));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let client = Client::new(ClientOptions::default()).expect("a client");
        Dispatch::new(Arc::new(catalog(&base_url)), client, Credentials::default())
    });
    let arguments = RawValue::from_string(Value::Object(arguments.clone()).to_string()).expect("it is JSON");
    bencher.counter(BytesCount::new(size)).bench_local(|| {
        let reply = runtime.block_on(dispatch.call(tool, Some(&arguments), None)).expect("there is such a tool");
        assert!(!reply.is_error, "{:?}", reply.content);
    });
}

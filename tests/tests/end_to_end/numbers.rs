//! Numbers keep their spelling, from a client to the API and back, by every way in.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream,
    client::content_text,
    rpc::{hello, meta},
};
use serde_json::{Value, json};

/// In a path, in a query, in a body: by itself, in a list, in what the description does not know.
const ARGUMENTS: &str = r#"{"size":1E5,"ratio":1e+16,"list":[-0,1.0,100.00,1E-7],"price":2.50E+3,"more":{"deep":[1e5,1E400]},"id":12345678901234567890}"#;
const TARGET: &str = "PUT /sizes/1E5?ratio=1e+16&list=-0&list=1.0&list=100.00&list=1E-7";
const BODY: &str = r#"{"price":2.50E+3,"more":{"deep":[1e5,1E400]},"id":12345678901234567890}"#;
const ANSWER: &str = r#"{"a":1E5,"b":[1e+16,-0,1.00,1e-7,12345678901234567890]}"#;

fn described(folder: &std::path::Path) -> String {
    let number = json!({"type": "number"});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Sizes", "version": "1"},
        "paths": {"/sizes/{size}": {"put": {
            "operationId": "put",
            "parameters": [
                {"name": "size", "in": "path", "required": true, "schema": number},
                {"name": "ratio", "in": "query", "allowReserved": true, "schema": number},
                {"name": "list", "in": "query", "schema": {"type": "array", "items": number}},
            ],
            "requestBody": {"content": {"application/json": {"schema": {
                "type": "object", "properties": {"price": number, "more": {}, "id": number},
            }}}},
            "responses": {"200": {"description": "x", "content": {"application/json": {"schema": {"type": "object"}}}}},
        }}},
    });
    let path = folder.join("sizes.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

/// A call's message, its arguments as they are written above.
fn message(id: u64, extra: &Value) -> String {
    let mut params = json!({"name": "put", "arguments": "HERE"});
    for (name, value) in extra.as_object().into_iter().flatten() {
        params[name] = value.clone();
    }
    let message = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
    message.to_string().replace("\"HERE\"", ARGUMENTS)
}

async fn arrived(upstream: &Upstream, index: usize, way: &str) {
    let request = upstream.request(index).await;
    assert_eq!(request.target().replace("%2B", "+"), TARGET, "{way}");
    assert_eq!(request.body, BODY, "{way}");
}

fn answered(answer: &str, way: &str) {
    let text = Value::from(ANSWER).to_string();
    assert!(answer.contains(&text), "{way}: {answer}");
    assert!(answer.contains(&format!("\"structuredContent\":{ANSWER}")), "{way}: {answer}");
}

#[tokio::test]
async fn over_stdio() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&described(folder.path()), &upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    // The second one goes through the SDK.
    for (index, extra) in [json!({}), json!({"_meta": {"progressToken": 1}})].iter().enumerate() {
        upstream.answer(Answer::of("application/json", ANSWER));
        rpc.line(&message(7, extra)).await;
        let answer = rpc.text().await;
        answered(&answer, "stdio");
        arrived(&upstream, index, "stdio").await;
    }
}

#[tokio::test]
async fn over_http() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&described(folder.path()), &upstream).http().await;
    let rpc = server.rpc();
    let mut index = 0;
    for extra in [json!({"_meta": meta("2026-07-28")}), json!({"_meta": meta("2026-07-28"), "other": 1})] {
        upstream.answer(Answer::of("application/json", ANSWER));
        let request = rpc.post(&json!({})).header("mcp-protocol-version", "2026-07-28");
        let request = request.header("mcp-method", "tools/call").header("mcp-name", "put").body(message(7, &extra));
        answered(&rpc.send(request).await.body, "stateless");
        arrived(&upstream, index, "stateless").await;
        index += 1;
    }
    let opened =
        rpc.send(rpc.post(&json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")})));
    let session = opened.await.headers["mcp-session-id"].clone();
    upstream.answer(Answer::of("application/json", ANSWER));
    let request = rpc.post(&json!({})).header("mcp-protocol-version", "2025-11-25").header("mcp-session-id", session);
    answered(&rpc.send(request.body(message(7, &json!({"_meta": {"progressToken": 1}})))).await.body, "a session");
    arrived(&upstream, index, "a session").await;
}

#[tokio::test]
async fn on_the_command_line() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(folder.path());
    let base = ["call", &description, "put", "--base-url", &upstream.url()];
    let words = [
        "size=1E5",
        "ratio=1e+16",
        "list:=[-0,1.0,100.00,1E-7]",
        "price=2.50E+3",
        "more:={\"deep\":[1e5,1E400]}",
        "id=12345678901234567890",
    ];
    for (index, arguments) in [&["--json", ARGUMENTS][..], &words].iter().enumerate() {
        upstream.answer(Answer::of("application/json", ANSWER));
        let finished = Mcpgen::new(base).with(*arguments).run("").await;
        assert_eq!(finished.stdout.trim(), ANSWER, "{}", finished.stderr);
        arrived(&upstream, index, "call").await;
    }
    let mut server = Mcpgen::serve(&description, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    upstream.answer(Answer::of("application/json", "1E5").with_status(422));
    assert!(content_text(&client.call("put", json!({"size": 1})).await).contains("1E5"));
    client.close().await;
}

//! Answers a request a number of times, in one process and one thread, for `cargo xtask instructions` to count what it
//! costs: `instructions CASE COUNT`.
//!
//! The client is a pipe in memory, the API a task that knows its answers by heart.

use std::{env, process::ExitCode, sync::Arc};

use mcpgen::{
    mapping::{self, MapMode, MapOptions},
    source::{Documents, LoadOptions},
    spec,
};
use mcpgen_benches::{LARGE_BYTES, SMALL, large};
use mcpgen_runtime::{
    auth::Credentials,
    catalog::Catalog,
    client::{Client, ClientOptions},
    dispatch::Dispatch,
    server::{CancellationToken, ServerOptions, serve_lines},
};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, duplex},
    net::{TcpListener, TcpStream},
};

/// Each case: its name, the method and the parameters of the request.
const CASES: [(&str, &str, &str); 4] = [
    ("list", "tools/list", "{}"),
    ("small", "tools/call", r#"{"name":"small","arguments":{"id":7}}"#),
    (
        "body",
        "tools/call",
        r#"{"name":"add","arguments":{"name":"Tides","size":12.5,"tags":["sea","moon"],"state":"new"}}"#,
    ),
    ("large", "tools/call", r#"{"name":"large","arguments":{}}"#),
];
const HELLO: &str = r#"{"jsonrpc":"2.0","id":0,"method":"initialize","params":{"protocolVersion":"2025-11-25","capabilities":{},"clientInfo":{"name":"bench","version":"1"}}}"#;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [name, count] = words.as_slice() else { return usage() };
    let (Some((_, method, params)), Ok(count)) = (CASES.iter().find(|(case, ..)| case == name), count.parse()) else {
        return usage();
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    runtime.block_on(run(method, params, count));
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    let names: Vec<_> = CASES.iter().map(|(name, ..)| *name).collect();
    eprintln!("usage: instructions {} COUNT", names.join("|"));
    ExitCode::from(2)
}

async fn run(method: &str, params: &str, count: u32) {
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let catalog = catalog(&format!("http://{}", listener.local_addr().expect("it listens")));
    tokio::spawn(answer_all(listener));
    let client = Client::new(ClientOptions::default()).expect("a client");
    let dispatch = Dispatch::new(Arc::new(catalog), client, Credentials::default());
    let (near, far) = duplex(4 * LARGE_BYTES);
    let (input, output) = tokio::io::split(far);
    let server = tokio::spawn(async move {
        serve_lines(dispatch, &ServerOptions::default(), input, output, CancellationToken::new()).await
    });
    let (answers, mut requests) = tokio::io::split(near);
    let mut answers = BufReader::with_capacity(4 * LARGE_BYTES, answers);
    let mut line = Vec::new();
    let request = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#);
    for (message, is_answered) in [(HELLO, true), (INITIALIZED, false)] {
        requests.write_all(format!("{message}\n").as_bytes()).await.expect("the server reads");
        if is_answered {
            answers.read_until(b'\n', &mut line).await.expect("the server answers");
        }
    }
    let request = format!("{request}\n");
    for _ in 0..count {
        line.clear();
        requests.write_all(request.as_bytes()).await.expect("the server reads");
        answers.read_until(b'\n', &mut line).await.expect("the server answers");
    }
    let is_right = |part: &[u8]| line.windows(part.len()).any(|window| window == part);
    assert!(is_right(b"\"result\"") && !is_right(b"\"isError\":true"), "{}", String::from_utf8_lossy(&line));
    drop((requests, answers));
    server.await.expect("the server does not panic").expect("the server ends well");
}

fn catalog(base_url: &str) -> Catalog {
    let text = include_str!("../../e2e/api.yaml").to_owned();
    let (documents, _) = Documents::from_text("api", text, &LoadOptions::default()).expect("it can be read");
    let (description, _) = spec::load(&documents).expect("it is a description");
    let base_url = Some(base_url.to_owned());
    mapping::map(&description, &MapOptions { mode: MapMode::Tools, base_url, ..MapOptions::default() }).catalog
}

async fn answer_all(listener: TcpListener) {
    let (small, large) = (response(SMALL.as_bytes()), response(&large()));
    let (small, large): (Arc<[u8]>, Arc<[u8]>) = (small.into(), large.into());
    while let Ok((stream, _)) = listener.accept().await {
        tokio::spawn(answer(stream, Arc::clone(&small), Arc::clone(&large)));
    }
}

fn response(body: &[u8]) -> Vec<u8> {
    let head = format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
    [head.as_bytes(), body].concat()
}

/// Answers requests, each of which comes as a whole.
async fn answer(mut stream: TcpStream, small: Arc<[u8]>, large: Arc<[u8]>) {
    let mut request = vec![0; 16 * 1024];
    while let Ok(1..) = stream.read(&mut request).await {
        let answer = if request.starts_with(b"GET /large") { &large } else { &small };
        if stream.write_all(answer).await.is_err() {
            break;
        }
    }
}

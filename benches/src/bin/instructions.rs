//! Answers a request a number of times, in one process and one thread, for `cargo xtask instructions` to count what it
//! costs: `instructions CASE COUNT`.
//!
//! The client is a pipe in memory, the API a task that knows its answers by heart. Only what [`counted`] does is counted:
//! neither the start, nor threads beside it, nor the first requests, which make what is kept for the later ones.

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
    client::{self, ClientOptions},
    dispatch::Dispatch,
    server::{CancellationToken, ServerOptions, serve_lines},
};
use tokio::{
    io::{
        AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader, DuplexStream, ReadHalf, WriteHalf,
        duplex,
    },
    net::{TcpListener, TcpStream},
    runtime::Runtime,
    task::JoinHandle,
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
/// How many requests are answered before any is counted.
const FIRST: u32 = 20;
const INITIALIZED: &str = r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#;

fn main() -> ExitCode {
    let words: Vec<String> = env::args().skip(1).collect();
    let [name, count] = words.as_slice() else { return usage() };
    let (Some((_, method, params)), Ok(count)) = (CASES.iter().find(|(case, ..)| case == name), count.parse()) else {
        return usage();
    };
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime");
    let mut client = runtime.block_on(Client::start());
    let request = format!(r#"{{"jsonrpc":"2.0","id":1,"method":"{method}","params":{params}}}"#) + "\n";
    runtime.block_on(client.ask(&request, FIRST));
    counted(&runtime, &mut client, &request, count);
    runtime.block_on(client.end());
    ExitCode::SUCCESS
}

fn usage() -> ExitCode {
    let names: Vec<_> = CASES.iter().map(|(name, ..)| *name).collect();
    eprintln!("usage: instructions {} COUNT", names.join("|"));
    ExitCode::from(2)
}

/// What callgrind counts; it knows it by its name.
#[inline(never)]
fn counted(runtime: &Runtime, client: &mut Client, request: &str, count: u32) {
    runtime.block_on(client.ask(request, count));
}

/// A client of a server in this process.
struct Client {
    answers: BufReader<ReadHalf<DuplexStream>>,
    requests: WriteHalf<DuplexStream>,
    line: Vec<u8>,
    server: JoinHandle<()>,
}

impl Client {
    /// Starts all that there is, and shakes hands.
    async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let catalog = catalog(&format!("http://{}", listener.local_addr().expect("it listens")));
        tokio::spawn(answer_all(listener));
        let api = client::Client::new(ClientOptions::default()).expect("a client");
        let dispatch = Dispatch::new(Arc::new(catalog), api, Credentials::default());
        let (near, far) = duplex(4 * LARGE_BYTES);
        let (input, output) = tokio::io::split(far);
        let server = tokio::spawn(async move {
            let options = ServerOptions::default();
            let served = serve_lines(dispatch, &options, input, output, CancellationToken::new()).await;
            served.expect("the server ends well");
        });
        let (answers, requests) = tokio::io::split(near);
        let answers = BufReader::with_capacity(4 * LARGE_BYTES, answers);
        let mut this = Self { answers, requests, line: Vec::new(), server };
        this.ask(&format!("{HELLO}\n"), 1).await;
        this.send(&format!("{INITIALIZED}\n")).await;
        this
    }

    async fn send(&mut self, message: &str) {
        self.requests.write_all(message.as_bytes()).await.expect("the server reads");
    }

    /// Asks so many times, one after the other.
    async fn ask(&mut self, request: &str, count: u32) {
        for _ in 0..count {
            self.line.clear();
            self.send(request).await;
            self.answers.read_until(b'\n', &mut self.line).await.expect("the server answers");
        }
        let is_there = |part: &[u8]| self.line.windows(part.len()).any(|window| window == part);
        let is_right = is_there(b"\"result\"") && !is_there(b"\"isError\":true");
        assert!(is_right, "{}", String::from_utf8_lossy(&self.line));
    }

    async fn end(self) {
        let Self { answers, requests, server, .. } = self;
        drop((answers, requests));
        server.await.expect("the server does not panic");
    }
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

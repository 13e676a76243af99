//! What a call through mcpgen costs beside the same request sent directly: `cargo bench -p mcpgen-benches --bench
//! end_to_end`, after `cargo build --release`.
//!
//! Direct requests and calls take turns in one run, so that what slows the machine slows both; what counts is the ratio.
//! `TCP_NODELAY` is set on every socket, because a delayed acknowledgement costs more than all else together.

use std::{
    io,
    path::PathBuf,
    process::Stdio,
    time::{Duration, Instant},
};

use axum::{Router, routing::put, serve::ListenerExt as _};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncWriteExt as _, BufReader, Lines},
    net::TcpListener,
    process::{Child, ChildStdin, ChildStdout, Command},
};

/// Calls of each kind in a round, after one that warms up.
const CALLS: usize = 200;
/// Rounds, in each of which every kind has its turn.
const ROUNDS: usize = 10;

const DESCRIPTION: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/specs/library.yaml");
const ANSWER: &str = r#"{"id":7,"title":"Tides","authors":["A. Moon","B. Shore"],"genre":"science","price":12.5}"#;

type Failure = Box<dyn std::error::Error>;

#[tokio::main]
async fn main() -> Result<(), Failure> {
    // `cargo test` runs benchmarks too, only to see that they build.
    if !std::env::args().any(|argument| argument == "--bench") {
        return Ok(());
    }
    let upstream = upstream().await?;
    let mut direct = Direct::new(&upstream)?;
    let mut stdio = Pipe::start(&upstream).await?;
    let mut http = Http::start(&upstream).await?;

    let mut times = [Vec::new(), Vec::new(), Vec::new()];
    for _ in 0..ROUNDS {
        for (kind, times) in times.iter_mut().enumerate() {
            for call in 0..=CALLS {
                let from = Instant::now();
                match kind {
                    0 => direct.call().await?,
                    1 => stdio.call().await?,
                    _ => http.call().await?,
                }
                if call > 0 {
                    times.push(from.elapsed());
                }
            }
        }
    }
    println!("{:8} {:>10} {:>10} {:>8}", "", "median", "99 %", "ratio");
    let base = quantile(&mut times[0], 0.5);
    for (name, times) in ["direct", "stdio", "http"].into_iter().zip(&mut times) {
        let (median, slow) = (quantile(times, 0.5), quantile(times, 0.99));
        println!("{name:8} {median:>10.1?} {slow:>10.1?} {:>8.2}", median.as_secs_f64() / base.as_secs_f64());
    }
    Ok(())
}

fn quantile(times: &mut [Duration], at: f64) -> Duration {
    times.sort_unstable();
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss, clippy::cast_precision_loss)]
    let index = ((times.len() - 1) as f64 * at) as usize;
    times[index]
}

/// The API: one operation, one answer.
async fn upstream() -> io::Result<String> {
    let listener = TcpListener::bind("127.0.0.1:0").await?;
    let url = format!("http://{}", listener.local_addr()?);
    let answer = || async { ([("content-type", "application/json")], ANSWER) };
    let router = Router::new().route("/books/{id}", put(answer));
    let listener = listener.tap_io(|stream| {
        let _ = stream.set_nodelay(true);
    });
    tokio::spawn(async move { axum::serve(listener, router).await });
    Ok(url)
}

fn book() -> Value {
    json!({"title": "Tides", "authors": ["A. Moon", "B. Shore"], "genre": "science", "price": 12.5})
}

/// The message that calls the tool behind the same request.
fn message(id: u64) -> String {
    let mut arguments = book();
    arguments["bookId"] = json!(7);
    let params = json!({"name": "replaceBook", "arguments": arguments});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()
}

fn check(answer: &str) -> Result<(), Failure> {
    if answer.contains("\"structuredContent\"") && !answer.contains("\"isError\":true") {
        return Ok(());
    }
    Err(format!("the call failed: {answer}").into())
}

fn client() -> Result<reqwest::Client, Failure> {
    // It is installed already when a second client is made.
    let _ = rustls::crypto::ring::default_provider().install_default();
    Ok(reqwest::Client::builder().no_proxy().tcp_nodelay(true).build()?)
}

/// `mcpgen serve`, of the build that stands beside this benchmark, or `$MCPGEN_BIN`.
fn serve(upstream: &str) -> Result<Command, Failure> {
    let beside = || Some(std::env::current_exe().ok()?.ancestors().nth(2)?.join("mcpgen"));
    let binary = std::env::var_os("MCPGEN_BIN").map(PathBuf::from).or_else(beside).unwrap_or_default();
    if !binary.exists() {
        return Err(format!("there is no {}: run `cargo build --release` first", binary.display()).into());
    }
    let mut command = Command::new(binary);
    command.args(["serve", DESCRIPTION, "--base-url", upstream, "--log-level", "info"]).kill_on_drop(true);
    Ok(command)
}

struct Direct {
    client: reqwest::Client,
    url: String,
}

impl Direct {
    fn new(upstream: &str) -> Result<Self, Failure> {
        Ok(Self { client: client()?, url: format!("{upstream}/books/7") })
    }

    async fn call(&mut self) -> Result<(), Failure> {
        let request = self.client.put(&self.url).header("content-type", "application/json");
        let answer = request.body(book().to_string()).send().await?.text().await?;
        if answer == ANSWER { Ok(()) } else { Err(answer.into()) }
    }
}

struct Pipe {
    stdout: Lines<BufReader<ChildStdout>>,
    stdin: ChildStdin,
    last: u64,
    _child: Child,
}

impl Pipe {
    async fn start(upstream: &str) -> Result<Self, Failure> {
        let mut child = serve(upstream)?.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
        let stdin = child.stdin.take().ok_or("stdin is piped")?;
        let stdout = BufReader::new(child.stdout.take().ok_or("stdout is piped")?).lines();
        let mut this = Self { stdout, stdin, last: 0, _child: child };
        let info = json!({"name": "benchmark", "version": "1"});
        let params = json!({"protocolVersion": "2025-11-25", "capabilities": {}, "clientInfo": info});
        this.send(&json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": params}).to_string()).await?;
        this.stdout.next_line().await?;
        this.send(r#"{"jsonrpc":"2.0","method":"notifications/initialized"}"#).await?;
        Ok(this)
    }

    async fn send(&mut self, line: &str) -> io::Result<()> {
        self.stdin.write_all(format!("{line}\n").as_bytes()).await?;
        self.stdin.flush().await
    }

    async fn call(&mut self) -> Result<(), Failure> {
        self.last += 1;
        self.send(&message(self.last)).await?;
        check(&self.stdout.next_line().await?.ok_or("the server ended")?)
    }
}

struct Http {
    client: reqwest::Client,
    url: String,
    last: u64,
    _child: Child,
}

impl Http {
    async fn start(upstream: &str) -> Result<Self, Failure> {
        let mut command = serve(upstream)?;
        command.args(["--transport", "http", "--port", "0", "--sessions", "off"]);
        let mut child = command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()?;
        let mut lines = BufReader::new(child.stderr.take().ok_or("stderr is piped")?).lines();
        let url = loop {
            let line = lines.next_line().await?.ok_or("the server ended")?;
            if let Some((_, rest)) = line.split_once("http://127.0.0.1:")
                && let Some((port, _)) = rest.split_once("/mcp")
            {
                break format!("http://127.0.0.1:{port}/mcp");
            }
        };
        tokio::spawn(async move { while let Ok(Some(_)) = lines.next_line().await {} });
        Ok(Self { client: client()?, url, last: 0, _child: child })
    }

    async fn call(&mut self) -> Result<(), Failure> {
        self.last += 1;
        let request = self.client.post(&self.url).header("content-type", "application/json");
        let request = request.header("accept", "application/json, text/event-stream");
        let request = request.header("mcp-protocol-version", "2025-11-25").body(message(self.last));
        check(&request.send().await?.text().await?)
    }
}

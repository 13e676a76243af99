//! Rounds of load on one server: calls side by side, sessions that are left behind, calls that are given up. No call may be
//! lost or answered twice, no descriptor may stay open, and memory may not grow from round to round.
//!
//! `MCPGEN_BIN=target/debug/mcpgen cargo run -p mcpgen-tests --bin soak -- --minutes 10`; without `--minutes` three rounds after those that warm up.

use std::{
    collections::HashSet,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicU64, AtomicUsize, Ordering::Relaxed},
    },
    time::{Duration, Instant},
};

use mcpgen_tests::{
    HttpServer, Mcpgen, fixture, http_client,
    rpc::{hello, meta},
};
use serde_json::{Value, json};
use tokio::{
    io::{AsyncBufReadExt as _, AsyncReadExt as _, AsyncWriteExt as _, BufReader},
    net::{TcpListener, TcpStream},
    task::JoinSet,
};

/// The revision without sessions.
const STATELESS: &str = "2026-07-28";
/// Calls side by side, over each transport.
const CALLS: u64 = 500;
/// Times that so many are made in a round.
const WAVES: u64 = 4;
/// Sessions that a round opens and leaves behind.
const SESSIONS: usize = 2_000;
/// Sessions opened side by side.
const OPENING: usize = 50;
/// Rounds that fill the allocator's arenas, and are no measure.
const WARMING_UP: usize = 2;
/// How much more memory the third round may leave than the first, in percent, and in KiB where that is more.
const GROWTH: (u64, u64) = (10, 4 * 1024);

type Failure = Box<dyn std::error::Error + Send + Sync>;

#[tokio::main]
async fn main() -> ExitCode {
    match soak().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("soak: {error}");
            ExitCode::FAILURE
        }
    }
}

async fn soak() -> Result<(), Failure> {
    let upstreams = [Echo::start().await?, Echo::start().await?];
    let serve = |upstream: &Echo, flags: &[&str]| {
        Mcpgen::new(["serve", &fixture("library.yaml"), "--base-url", &upstream.url, "--map", "tools"])
            .with(["--max-concurrent-calls-per-client", "256"])
            .with(flags)
    };
    let http = serve(&upstreams[0], &["--session-idle", "1"]).http().await;
    let mut stdio = serve(&upstreams[1], &["--log-level", "error"]).stdio();
    let mut rpc = stdio.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;

    let minutes = minutes()?;
    let started = Instant::now();
    let mut figures: Vec<[Figures; 2]> = Vec::new();
    let mut next = 0;
    let mut warmed_up = 0;
    while figures.len() < 3 || started.elapsed() < minutes {
        for _ in 0..WAVES {
            upstreams.iter().for_each(Echo::expect_anew);
            http_wave(&http, next..next + CALLS).await?;
            stdio_wave(&mut rpc, next + CALLS..next + 2 * CALLS).await?;
            upstreams.iter().try_for_each(|upstream| upstream.all_once(CALLS))?;
            next += 2 * CALLS;
        }
        abandon_calls(&http).await?;
        abandon_sessions(&http).await?;
        let at_rest = tokio::join!(
            Figures::at_rest(&http.process, &upstreams[0]),
            Figures::at_rest(&stdio.process, &upstreams[1])
        );
        let seconds = started.elapsed().as_secs();
        if warmed_up < WARMING_UP {
            warmed_up += 1;
            println!("warm-up {warmed_up}, {seconds} s, {next} calls: http {}, stdio {}", at_rest.0, at_rest.1);
        } else {
            let round = figures.len() + 1;
            println!("round {round}, {seconds} s, {next} calls: http {}, stdio {}", at_rest.0, at_rest.1);
            figures.push(at_rest.into());
        }
    }
    for (index, transport) in ["http", "stdio"].into_iter().enumerate() {
        let of = |round: usize| &figures[round][index];
        let (first, last) = (of(0), of(figures.len() - 1));
        for (what, round) in [("the third", of(2)), ("the last", last)] {
            let most = first.kibibytes + (first.kibibytes * GROWTH.0 / 100).max(GROWTH.1);
            if round.kibibytes > most {
                return Err(format!(
                    "{transport}: {} KiB after the first round, {} after {what}",
                    first.kibibytes, round.kibibytes
                )
                .into());
            }
            if round.descriptors > first.descriptors {
                return Err(format!(
                    "{transport}: {} descriptors after the first round, {} after {what}",
                    first.descriptors, round.descriptors
                )
                .into());
            }
        }
    }
    let sessions = (WARMING_UP + figures.len()) * SESSIONS;
    println!("{next} calls and {sessions} sessions: none lost, none answered twice");
    Ok(())
}

fn minutes() -> Result<Duration, Failure> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => Ok(Duration::ZERO),
        ["--minutes", minutes] => Ok(Duration::try_from_secs_f64(minutes.parse::<f64>()? * 60.0)?),
        _ => Err("usage: soak [--minutes NUMBER]".into()),
    }
}

/// What a process uses once it is at rest.
#[derive(Debug)]
struct Figures {
    kibibytes: u64,
    /// Without those of connections to the upstream, which a pool keeps for a while.
    descriptors: usize,
}

impl std::fmt::Display for Figures {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} KiB, {} descriptors", self.kibibytes, self.descriptors)
    }
}

impl Figures {
    /// Waits until what was left behind has been tidied up: descriptors no longer get fewer.
    async fn at_rest(process: &mcpgen_tests::Process, upstream: &Echo) -> Self {
        let mut fewest = usize::MAX;
        loop {
            // Sessions end a second after they were left.
            tokio::time::sleep(Duration::from_secs(3)).await;
            let open = process.descriptors().unwrap_or_default();
            let descriptors = open.saturating_sub(upstream.open.load(Relaxed));
            if descriptors >= fewest {
                return Self { kibibytes: process.memory("VmRSS").unwrap_or_default(), descriptors: fewest };
            }
            fewest = descriptors;
        }
    }
}

fn message(id: u64) -> Value {
    let params = json!({"name": "getBook", "arguments": {"bookId": id}});
    json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params})
}

/// Whether an answer is that of the call of this id.
fn is_answer(answer: &Value, id: u64) -> bool {
    answer["id"] == id && answer["result"]["structuredContent"]["id"] == id
}

/// Calls side by side, half of them in a session.
async fn http_wave(server: &HttpServer, ids: std::ops::Range<u64>) -> Result<(), Failure> {
    let (client, url) = (http_client(), format!("{}/mcp", server.origin));
    let session = open(&client, &url).await?;
    let mut calls = JoinSet::new();
    for id in ids {
        let (client, url, session) = (client.clone(), url.clone(), session.clone());
        calls.spawn(async move {
            let mut message = message(id);
            let request = post(&client, &url);
            let request = if id % 2 == 0 {
                request.header("mcp-session-id", session).header("mcp-protocol-version", "2025-11-25")
            } else {
                message["params"]["_meta"] = meta(STATELESS);
                let request = request.header("mcp-protocol-version", STATELESS);
                request.header("mcp-method", "tools/call").header("mcp-name", "getBook")
            };
            let text = request.body(message.to_string()).send().await?.text().await?;
            let answers: Vec<&str> = match text.strip_prefix('{') {
                Some(_) => vec![&text],
                None => text
                    .lines()
                    .filter_map(|line| line.strip_prefix("data:"))
                    .filter(|data| data.contains("result"))
                    .collect(),
            };
            match answers.as_slice() {
                [answer] if is_answer(&serde_json::from_str(answer)?, id) => Ok(()),
                _ => Err(Failure::from(format!("call {id} over HTTP: {text}"))),
            }
        });
    }
    while let Some(call) = calls.join_next().await {
        call??;
    }
    let ended = client.delete(&url).header("mcp-session-id", session).send().await?;
    if ended.status().is_success() { Ok(()) } else { Err(format!("a session does not end: {}", ended.status()).into()) }
}

/// Calls side by side over standard input and output.
async fn stdio_wave(rpc: &mut mcpgen_tests::rpc::StdioRpc, ids: std::ops::Range<u64>) -> Result<(), Failure> {
    let mut waiting: HashSet<u64> = ids.clone().collect();
    for id in ids {
        rpc.line(&message(id).to_string()).await;
    }
    while !waiting.is_empty() {
        let answer = rpc.next().await.ok_or("the server ends")?;
        let id = answer["id"].as_u64().unwrap_or(u64::MAX);
        if !waiting.remove(&id) || !is_answer(&answer, id) {
            return Err(format!("over stdio: {answer}").into());
        }
    }
    // Whatever comes now is the answer to this, or one too many.
    rpc.line(r#"{"jsonrpc":"2.0","id":"ping","method":"ping"}"#).await;
    let last = rpc.next().await.ok_or("the server ends")?;
    if last["id"] == "ping" { Ok(()) } else { Err(format!("over stdio: {last}").into()) }
}

/// Calls that their client does not wait for.
async fn abandon_calls(server: &HttpServer) -> Result<(), Failure> {
    let mut message = message(7);
    message["params"]["_meta"] = meta(STATELESS);
    let body = message.to_string();
    let address = server.origin.trim_start_matches("http://");
    for _ in 0..CALLS {
        let mut stream = TcpStream::connect(address).await?;
        let head = format!(
            "POST /mcp HTTP/1.1\r\nHost: {address}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
             MCP-Protocol-Version: {STATELESS}\r\nMcp-Method: tools/call\r\nMcp-Name: getBook\r\nContent-Length: {}\r\n\r\n",
            body.len()
        );
        stream.write_all(head.as_bytes()).await?;
        stream.write_all(body.as_bytes()).await?;
    }
    Ok(())
}

/// Sessions that nobody ends.
async fn abandon_sessions(server: &HttpServer) -> Result<(), Failure> {
    let url = format!("{}/mcp", server.origin);
    let client = http_client();
    let mut opening = JoinSet::new();
    for _ in 0..OPENING {
        let (client, url) = (client.clone(), url.clone());
        opening.spawn(async move {
            for _ in 0..SESSIONS / OPENING {
                open(&client, &url).await?;
            }
            Ok::<_, Failure>(())
        });
    }
    while let Some(opened) = opening.join_next().await {
        opened??;
    }
    Ok(())
}

fn post(client: &reqwest::Client, url: &str) -> reqwest::RequestBuilder {
    client.post(url).header("content-type", "application/json").header("accept", "application/json, text/event-stream")
}

/// A session, shaken hands in.
async fn open(client: &reqwest::Client, url: &str) -> Result<String, Failure> {
    let hello = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let answer = post(client, url).body(hello.to_string()).send().await?;
    let session = answer.headers().get("mcp-session-id").and_then(|value| value.to_str().ok()).map(str::to_owned);
    let status = answer.status();
    answer.bytes().await?;
    let session = session.ok_or_else(|| format!("no session: {status}"))?;
    let shaken = json!({"jsonrpc": "2.0", "method": "notifications/initialized"}).to_string();
    let told = post(client, url).header("mcp-session-id", &session).header("mcp-protocol-version", "2025-11-25");
    told.body(shaken).send().await?.bytes().await?;
    Ok(session)
}

/// An upstream that answers `GET /books/<id>` with the id, and counts what comes.
struct Echo {
    url: String,
    arrived: Arc<AtomicU64>,
    /// Connections.
    open: Arc<AtomicUsize>,
}

impl Echo {
    async fn start() -> Result<Self, Failure> {
        let listener = TcpListener::bind("127.0.0.1:0").await?;
        let url = format!("http://{}", listener.local_addr()?);
        let arrived = Arc::<AtomicU64>::default();
        let open = Arc::<AtomicUsize>::default();
        let (counted, connections) = (Arc::clone(&arrived), Arc::clone(&open));
        tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (counted, connections) = (Arc::clone(&counted), Arc::clone(&connections));
                tokio::spawn(async move {
                    connections.fetch_add(1, Relaxed);
                    // However it ends, it is not open any more.
                    let _ = echo(stream, counted).await;
                    connections.fetch_sub(1, Relaxed);
                });
            }
        });
        Ok(Self { url, arrived, open })
    }

    fn expect_anew(&self) {
        self.arrived.store(0, Relaxed);
    }

    /// Whether so many requests came, and no more.
    fn all_once(&self, calls: u64) -> Result<(), Failure> {
        let arrived = self.arrived.load(Relaxed);
        if arrived == calls { Ok(()) } else { Err(format!("{calls} calls made {arrived} requests").into()) }
    }
}

async fn echo(stream: TcpStream, arrived: Arc<AtomicU64>) -> std::io::Result<()> {
    stream.set_nodelay(true)?;
    let mut stream = BufReader::new(stream);
    loop {
        let (mut line, mut header) = (String::new(), String::new());
        if stream.read_line(&mut line).await? == 0 {
            return Ok(());
        }
        let mut length = 0;
        while stream.read_line(&mut header).await? > 2 {
            if let Some(value) = header.to_ascii_lowercase().strip_prefix("content-length:") {
                length = value.trim().parse().unwrap_or(0);
            }
            header.clear();
        }
        stream.read_exact(&mut vec![0; length]).await?;
        arrived.fetch_add(1, Relaxed);
        let id = line.split(' ').nth(1).and_then(|path| path.rsplit('/').next()).unwrap_or("null");
        let body = format!(r#"{{"id":{id},"title":"{}"}}"#, "x".repeat(2000));
        let head =
            format!("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {}\r\n\r\n", body.len());
        stream.write_all((head + &body).as_bytes()).await?;
        stream.flush().await?;
    }
}

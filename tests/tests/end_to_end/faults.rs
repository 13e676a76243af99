//! Everything that can fail between here and the API: what is said then, and that everybody else is served meanwhile and
//! afterwards.

use std::path::Path;

use mcpgen_tests::{
    Mcpgen, Upstream,
    client::{Client, content_text},
    faults::{Faults, Step, answer, bomb, head},
    soon,
    tls::{Authority, TlsFront},
};
use rmcp::model::ServerResult;
use serde_json::{Map, Value, json};
use tokio::net::TcpListener;

/// The flags under which everything here fails soon.
const FLAGS: [&str; 6] = ["--timeout", "4", "--connect-timeout", "3", "--max-response-bytes", "65536"];

/// A failure: its name, what the upstream does, and the words that a client gets.
type Fault = (&'static str, Vec<Step>, &'static str);

fn send(bytes: impl AsRef<[u8]>) -> Step {
    Step::Send(bytes.as_ref().to_vec())
}

fn chunked(body: &[u8]) -> Step {
    send([&head("Content-Type: application/json\r\nTransfer-Encoding: chunked")[..], body].concat())
}

fn faults() -> Vec<Fault> {
    let long = head("Content-Type: application/json\r\nContent-Length: 10737418240");
    let gzip = [&head("Content-Type: application/json\r\nContent-Encoding: gzip")[..], &bomb(128)].concat();
    let headers = format!("X-Long: {}\r\n", "x".repeat(1024)).repeat(2048);
    let many = "X-Many: x\r\n".repeat(5000);
    vec![
        ("hang", vec![Step::Hang], "did not answer within 4 seconds"),
        ("hang_in_head", vec![send("HTTP/1.1 200 OK\r\nContent-Ty"), Step::Hang], "did not answer within 4 seconds"),
        (
            "hang_in_body",
            vec![send(head("Content-Length: 10")), send("{"), Step::Hang],
            "did not answer within 4 seconds",
        ),
        (
            "drip_head",
            vec![send("HTTP/1.1 200 OK\r\n"), Step::Drip(b"X: x\r\n".to_vec())],
            "did not answer within 4 seconds",
        ),
        (
            "drip_body",
            vec![send(head("Content-Length: 100000")), Step::Drip(b"[1,2]".to_vec())],
            "did not answer within 4 seconds",
        ),
        ("close", vec![], "closed the connection before it had answered"),
        ("close_in_head", vec![send("HTTP/1.1 200 OK\r\nContent-Ty")], "closed the connection before it had answered"),
        (
            "close_in_body",
            vec![send(head("Content-Length: 10")), send("{")],
            "closed the connection before it had answered",
        ),
        ("reset", vec![Step::Reset], "closed the connection before it had answered"),
        (
            "reset_in_body",
            vec![send(head("Content-Length: 10")), send("{"), Step::Reset],
            "closed the connection before it had answered",
        ),
        (
            "endless",
            vec![send(long), Step::Endless(vec![b'1'; 65536])],
            "over the limit of 65536 bytes. The whole answer has 10737418240 bytes",
        ),
        (
            "endless_chunks",
            vec![chunked(b""), Step::Endless([&b"10000\r\n"[..], &[b'1'; 65536], b"\r\n"].concat())],
            "over the limit of 65536 bytes",
        ),
        ("bomb", vec![send(gzip)], "over the limit of 65536 bytes"),
        (
            "damaged_gzip",
            vec![send(head("Content-Encoding: gzip\r\nContent-Length: 4")), send("abcd")],
            "compressed body is damaged",
        ),
        ("bad_chunk", vec![chunked(b"zz\r\n{}\r\n0\r\n\r\n")], "could not be read"),
        ("huge_chunk", vec![chunked(b"ffffffffffffffffff\r\n{}")], "could not be read"),
        ("cut_chunk", vec![chunked(b"5\r\n{}")], "closed the connection before it had answered"),
        ("garbage", vec![send("\x00\x01 this is no HTTP\r\n\r\n")], "could not be read"),
        ("bad_status", vec![send("HTTP/1.1 9999 What\r\n\r\n")], "could not be read"),
        ("two_lengths", vec![send(head("Content-Length: 1\r\nContent-Length: 2")), send("{}")], "could not be read"),
        ("long_headers", vec![send(head(&headers))], "could not be read"),
        ("many_headers", vec![send(head(&many))], "could not be read"),
        (
            "redirects",
            vec![send("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: /redirects\r\nContent-Length: 0\r\n\r\n")],
            "redirected more than 10 times",
        ),
        (
            "astray",
            vec![send(
                "HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: http://169.254.169.254/?x=1\r\nContent-Length: 0\r\n\r\n",
            )],
            "http://169.254.169.254/",
        ),
        ("json_that_is_none", vec![send(answer("application/json", b"{\"a\":"))], "{\"a\":"),
        ("deep_json", vec![send(answer("application/json", "[".repeat(60_000).as_bytes()))], "[[["),
    ]
}

/// A description with an operation for each failure, those that never come to HTTP among them, each on its own server.
fn described(folder: &Path, upstream: &str, elsewhere: &[(&str, String)], names: &[&str]) -> String {
    let operation = |name: &str| json!({"operationId": name, "responses": {"200": {"description": "x"}}});
    let mut paths = Map::new();
    for name in names.iter().chain(&["fine"]) {
        paths.insert(format!("/{name}"), json!({"get": operation(name)}));
    }
    for (name, url) in elsewhere {
        let mut operation = operation(name);
        operation["servers"] = json!([{"url": url}]);
        paths.insert(format!("/{name}"), json!({"get": operation}));
    }
    let info = json!({"title": "Faults", "version": "1"});
    let document = json!({"openapi": "3.1.0", "info": info, "servers": [{"url": upstream}], "paths": paths});
    let path = folder.join("faults.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

async fn is_fine(client: &Client, when: &str) {
    let result = client.call("fine", json!({})).await;
    assert_eq!(result["structuredContent"], json!({"ok": true}), "{when}: {result}");
}

/// Makes all calls at once; others are answered meanwhile and afterwards.
async fn fail(client: &Client, transport: &str, expected: &[(&str, &str)]) {
    let mut running = Vec::new();
    for (name, words) in expected {
        running.push((*name, *words, client.begin(name, json!({})).await));
        is_fine(client, &format!("{transport}: after {name} began")).await;
    }
    let mut failures = Vec::new();
    for (name, words, call) in running {
        let result = soon(name, call.await_response()).await;
        let Ok(ServerResult::CallToolResult(result)) = result else { panic!("{transport}: {name}: {result:?}") };
        let result: Value = serde_json::to_value(result).expect("the protocol's types are JSON");
        let text = content_text(&result);
        let errs = !["json_that_is_none", "deep_json"].contains(&name);
        let internals = ["hyper", "reqwest", "os error", "Error(", "127.0.0.1"].iter().any(|word| text.contains(word));
        if result["isError"] != errs || !text.contains(words) || internals || text.len() > 70_000 {
            failures.push(format!(
                "{transport}: {name}: expected {words:?}, got {}",
                text.chars().take(300).collect::<String>()
            ));
        }
        is_fine(client, &format!("{transport}: after {name} ended")).await;
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn every_failure_is_told_in_words_and_costs_nobody_else() {
    let faults = faults();
    let names: Vec<&str> = faults.iter().map(|(name, ..)| *name).collect();
    let paths: Vec<&'static str> = faults.iter().map(|(name, ..)| &*format!("/{name}").leak()).collect();
    let upstream = Faults::start(paths.into_iter().zip(faults.iter().map(|(_, steps, _)| steps.clone()))).await;
    let plain = Upstream::start().await;
    let front = TlsFront::start(&Authority::new(), &plain).await;
    let unused = TcpListener::bind("127.0.0.1:0").await.expect("a free port").local_addr().expect("an address");
    // The system takes its connections, and nobody answers.
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let elsewhere = [
        ("bad_certificate", front.url()),
        ("no_tls", format!("https://{}", silent.local_addr().expect("an address"))),
        ("refused", format!("http://{unused}")),
        ("no_name", "http://no-such-host.invalid".to_owned()),
    ];
    let mut expected: Vec<(&str, &str)> = faults.iter().map(|(name, _, words)| (*name, *words)).collect();
    expected.extend([
        ("bad_certificate", "TLS"),
        ("no_tls", "no connection to the API within 3 seconds"),
        ("refused", "refused the connection"),
        ("no_name", "could not be resolved"),
    ]);
    let folder = tempfile::tempdir().expect("a folder");
    let description = described(folder.path(), &upstream.url(), &elsewhere, &names);
    let serve = || Mcpgen::new(["serve", description.as_str(), "--map", "tools"]).with(FLAGS);
    let mut stdio = serve().stdio();
    let http = serve().http().await;
    let clients = [
        ("stdio", stdio.connect("2025-11-25").await),
        ("http, session", http.connect("2025-11-25").await),
        ("http", http.connect("2026-07-28").await),
    ];
    let all = clients.iter().map(|(transport, client)| fail(client, transport, &expected));
    futures_util::future::join_all(all).await;
    for process in [&stdio.process, &http.process] {
        let peak = process.memory("VmHWM").unwrap_or_default();

        assert!(peak < 100 * 1024, "{peak} KiB, for answers of which 64 KiB are wanted");
    }
}

#[tokio::test]
async fn silence_is_told_apart_from_slowness() {
    let steps = vec![send(head("Content-Type: application/json\r\nContent-Length: 10")), send("{"), Step::Hang];
    let upstream = Faults::start([("/silent", steps)]).await;
    let folder = tempfile::tempdir().expect("a folder");
    let description = described(folder.path(), &upstream.url(), &[], &["silent"]);
    let mut server = Mcpgen::new(["serve", description.as_str(), "--map", "tools", "--read-timeout", "0.5"]).stdio();
    let client = server.connect("2025-11-25").await;
    let text = content_text(&client.call("silent", json!({})).await);
    assert!(text.contains("sent nothing for 500 ms"), "{text}");
}

#[tokio::test]
async fn an_upstream_that_ends_and_comes_again_is_found_again() {
    let upstream = Faults::start([("/hang", vec![Step::Hang])]).await;
    let address = upstream.url().trim_start_matches("http://").to_owned();
    let folder = tempfile::tempdir().expect("a folder");
    let description = described(folder.path(), &upstream.url(), &[], &["hang"]);
    let mut server = Mcpgen::new(["serve", description.as_str(), "--map", "tools"]).stdio();
    let client = server.connect("2025-11-25").await;
    is_fine(&client, "before").await;
    drop(upstream);
    // What is bound is what another one listens on now.
    let listener = loop {
        match TcpListener::bind(&address).await {
            Ok(listener) => break listener,
            Err(_) => tokio::task::yield_now().await,
        }
    };
    drop(listener);
    let text = content_text(&client.call("fine", json!({})).await);
    assert!(text.contains("refused the connection"), "{text}");
    let _again = Faults::start_at(&address, []).await;
    is_fine(&client, "afterwards").await;
}

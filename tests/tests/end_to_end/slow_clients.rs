//! Clients that send slowly, or nothing. What is waited for here ends after `--client-timeout`, or else after longer than a
//! test waits.

use mcpgen_tests::{
    HttpServer, Mcpgen, Upstream, fixture,
    issuer::{Signer, answer_keys, answer_metadata, seconds_from_now},
    soon,
};
use serde_json::json;
use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
};

const HEAD: &str = "POST /mcp HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n\
    Accept: application/json, text/event-stream\r\nMCP-Protocol-Version: 2025-11-25\r\nContent-Length: 100\r\n";

async fn connect(server: &HttpServer) -> TcpStream {
    TcpStream::connect(server.origin.trim_start_matches("http://")).await.expect("the server listens")
}

/// What the server says until it closes the connection.
async fn until_closed(mut stream: TcpStream) -> String {
    let mut said = Vec::new();
    // A connection that is closed with bytes unread is reset, after what was said.
    let _ = soon("the server closes the connection", stream.read_to_end(&mut said)).await;
    String::from_utf8_lossy(&said).into_owned()
}

#[tokio::test]
async fn a_client_that_does_not_send_on_is_given_up() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--client-timeout", "1"]).http().await;
    let cases = [
        ("nothing", String::new(), &["", "HTTP/1.1 408 "][..]),
        ("half a head", "POST /mcp HTTP/1.1\r\nHost: loc".to_owned(), &["", "HTTP/1.1 408 "]),
        ("half a body", format!("{HEAD}\r\n{{\"jsonrpc\":"), &["HTTP/1.1 408 "]),
        ("no other request", "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".to_owned(), &["HTTP/1.1 200 "]),
    ];
    // All at once, so that they are waited for together.
    let mut streams = Vec::new();
    for (what, sent, expected) in cases {
        let mut stream = connect(&server).await;
        stream.write_all(sent.as_bytes()).await.expect("the server reads");
        streams.push((what, stream, expected));
    }
    for (what, stream, expected) in streams {
        let said = until_closed(stream).await;
        let is_expected = |start: &&str| if start.is_empty() { said.is_empty() } else { said.starts_with(start) };
        assert!(expected.iter().any(is_expected), "{what}: {said}");
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn a_client_that_says_nothing_makes_room_for_another() {
    let upstream = Upstream::start().await;
    let flags = ["--client-timeout", "1", "--max-connections", "1"];
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).http().await;
    let _silent = connect(&server).await;
    let rpc = server.rpc();
    assert_eq!(rpc.send(rpc.other("GET", "/healthz")).await.status, 200);
}

#[tokio::test]
async fn bodies_that_the_guard_reads_are_no_slower() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let signer = Signer::ed("one");
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&signer]);
    let audience = "https://mcp.example/mcp";
    let token =
        signer.token(&json!({"iss": issuer.url(), "aud": audience, "sub": "ann", "exp": seconds_from_now(300)}));
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--jwt-issuer", &issuer.url(), "--resource-url", audience, "--tool-scope", "removeBook=w"])
        .with(["--client-timeout", "1"])
        .http()
        .await;
    let mut stream = connect(&server).await;
    let sent = format!("{HEAD}Authorization: Bearer {token}\r\n\r\n{{\"jsonrpc\":");
    stream.write_all(sent.as_bytes()).await.expect("the server reads");
    let said = until_closed(stream).await;
    assert!(said.starts_with("HTTP/1.1 408 "), "{said}");
}

//! How calls and servers end.

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text, fixture, rpc::hello, soon};
use rmcp::model::ServerResult;
use serde_json::json;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpStream,
};

#[tokio::test]
async fn a_cancelled_call_drops_its_upstream_request() {
    let upstream = Upstream::start().await;
    let library = fixture("library.yaml");
    let mut stdio = Mcpgen::serve(&library, &upstream).stdio();
    let with = Mcpgen::serve(&library, &upstream).with(["--sessions", "on"]).http().await;
    let without = Mcpgen::serve(&library, &upstream).with(["--sessions", "off"]).http().await;
    let clients = [
        ("stdio", stdio.connect("2025-11-25").await),
        ("http with sessions", with.connect("2025-11-25").await),
        ("http, no sessions in the protocol", without.connect("2026-07-28").await),
    ];
    for (index, (transport, client)) in clients.into_iter().enumerate() {
        let (answer, _hold) = Answer::status(204).held();
        upstream.answer(answer);
        let call = client.begin("removeBook", json!({"bookId": 7})).await;
        let request = upstream.request(index).await;
        call.cancel(Some("no longer wanted".to_owned())).await.expect("a call can be cancelled");
        request.abandoned().await;
        assert_eq!(upstream.requests().len(), index + 1, "{transport}: the client sent it again");
        client.close().await;
    }
}

#[tokio::test]
async fn a_client_that_goes_away_drops_its_upstream_request() {
    let upstream = Upstream::start().await;
    let (answer, _hold) = Answer::status(204).held();
    upstream.answer(answer);
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--sessions", "off"]).http().await;
    let rpc = server.rpc();
    let params = json!({"name": "removeBook", "arguments": {"bookId": 7}});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = rpc.post(&message).header("mcp-protocol-version", "2025-11-25");
    let call = tokio::spawn(request.send());
    let arrived = upstream.request(0).await;
    call.abort();
    arrived.abandoned().await;
}

#[tokio::test]
async fn sigterm_lets_a_running_call_end() {
    let upstream = Upstream::start().await;
    let library = fixture("library.yaml");

    let mut server = Mcpgen::serve(&library, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    let (answer, hold) = Answer::json(&json!({"id": 1, "title": "Tides"})).held();
    upstream.answer(answer);
    let call = client.begin("addBook", json!({"title": "Tides"})).await;
    upstream.request(0).await;
    server.process.terminate().await;
    hold.release();
    let result = soon("the call's result", call.await_response()).await.expect("the call ends well");
    assert!(matches!(result, ServerResult::CallToolResult(_)), "{result:?}");
    let (status, stderr) = server.process.end().await;
    assert_eq!(status.code(), Some(0), "{stderr}");

    let server = Mcpgen::serve(&library, &upstream).http().await;
    let client = server.connect("2025-11-25").await;
    let (answer, hold) = Answer::json(&json!({"id": 1, "title": "Tides"})).held();
    upstream.answer(answer);
    let call = client.begin("addBook", json!({"title": "Tides"})).await;
    upstream.request(1).await;
    server.process.terminate().await;
    hold.release();
    let result = soon("the call's result", call.await_response()).await.expect("the call ends well");
    assert!(matches!(result, ServerResult::CallToolResult(_)), "{result:?}");
    let (status, stderr) = server.process.end().await;
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[tokio::test]
async fn a_connection_at_rest_does_not_hold_up_the_end() {
    let upstream = Upstream::start().await;
    let flags = ["--shutdown-timeout", "600", "--client-timeout", "600"];
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).http().await;
    let address = server.origin.trim_start_matches("http://");
    let mut rests = BufReader::new(TcpStream::connect(address).await.expect("a connection"));
    rests.write_all(b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n").await.expect("the server reads");
    let mut line = String::new();
    soon("an answer", rests.read_line(&mut line)).await.expect("the server answers");
    let (status, stderr) = server.terminate().await;
    assert_eq!((line.trim_end(), status.code()), ("HTTP/1.1 200 OK", Some(0)), "{stderr}");
}

#[tokio::test]
async fn the_end_of_standard_input_ends_the_server() {
    let upstream = Upstream::start().await;
    let library = fixture("library.yaml");

    let silent = Mcpgen::serve(&library, &upstream).run("").await;
    assert_eq!((silent.code, silent.stdout.as_str()), (Some(0), ""), "{}", silent.stderr);

    let mut server = Mcpgen::serve(&library, &upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    rpc.close().await;
    let (status, stderr) = server.end().await;
    assert_eq!(status.code(), Some(0), "{stderr}");
}

#[tokio::test]
async fn what_is_no_message_neither_ends_the_server_nor_reaches_standard_output() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--log-level", "trace"]).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    rpc.line("this is not JSON").await;
    rpc.line("").await;
    let answer = rpc.ask("tools/call", json!({"name": "removeBook", "arguments": {"bookId": 7}})).await;
    assert!(content_text(&answer["result"]).contains("{}"), "{answer}");
    rpc.close().await;
    assert_eq!(server.end().await.0.code(), Some(0));
}

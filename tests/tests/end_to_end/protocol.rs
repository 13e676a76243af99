//! What stands on the wire, revision by revision.

use mcpgen_tests::{
    Mcpgen, Upstream, fixture,
    rpc::{hello, meta},
};
use serde_json::json;

#[tokio::test]
async fn older_revisions_shake_hands_and_get_the_one_they_asked_for() {
    for version in ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"] {
        let upstream = Upstream::start().await;
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
        let mut rpc = server.rpc();
        let answer = rpc.ask("initialize", hello(version)).await;
        assert_eq!(answer["result"]["protocolVersion"], version, "{answer}");
        assert!(answer["result"]["capabilities"]["tools"].is_object(), "{answer}");
        assert!(answer["result"]["capabilities"]["resources"].is_object(), "{answer}");
        assert!(answer["result"]["capabilities"]["completions"].is_object(), "{answer}");
        rpc.tell("notifications/initialized").await;
        assert_eq!(rpc.ask("ping", json!({})).await["result"], json!({}));
        assert_eq!(rpc.close().await, Vec::<serde_json::Value>::new());
        assert_eq!(server.end().await.0.code(), Some(0));
    }
}

#[tokio::test]
async fn an_unknown_revision_gets_one_that_the_server_knows() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let mut rpc = server.rpc();
    let answer = rpc.ask("initialize", hello("1999-01-01")).await;
    assert_eq!(answer["result"]["protocolVersion"], "2025-11-25", "{answer}");
}

#[tokio::test]
async fn the_revision_without_a_handshake_is_discovered_over_http() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).http().await;
    let rpc = server.rpc();

    let answer = rpc.ask("2026-07-28", "server/discover", json!({})).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let versions = answer.message["result"]["supportedVersions"].as_array().expect("versions").clone();
    assert!(versions.contains(&json!("2026-07-28")), "{versions:?}");
    assert!(answer.message["result"]["capabilities"]["tools"].is_object(), "{}", answer.body);
    assert_eq!(answer.headers.get("mcp-session-id"), None, "this revision has no sessions");

    let answer = rpc.ask("2026-07-28", "tools/list", json!({})).await;
    assert_eq!(answer.message["result"]["tools"].as_array().map(Vec::len), Some(5), "{}", answer.body);
    let answer = rpc.ask("2026-07-28", "tools/call", json!({"name": "removeBook", "arguments": {"bookId": 7}})).await;
    assert_ne!(answer.message["result"]["isError"], true, "{}", answer.body);
    assert_eq!(upstream.request(0).await.target(), "DELETE /books/7");
}

#[tokio::test]
async fn a_header_that_contradicts_the_message_is_refused() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).http().await;
    let rpc = server.rpc();
    let params = json!({"name": "removeBook", "arguments": {"bookId": 7}, "_meta": meta("2026-07-28")});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let headers = [
        ("2025-11-25", "tools/call", "removeBook"),
        ("2026-07-28", "tools/list", "removeBook"),
        ("2026-07-28", "tools/call", "addBook"),
    ];
    for (version, method, name) in headers {
        let request = rpc.post(&message).header("mcp-protocol-version", version);
        let answer = rpc.send(request.header("mcp-method", method).header("mcp-name", name)).await;
        assert_eq!(answer.status, 400, "{version} {method} {name}: {}", answer.body);
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn sessions_are_given_where_they_are_on() {
    for (sessions, given) in [("on", true), ("off", false)] {
        let upstream = Upstream::start().await;
        let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--sessions", sessions]).http().await;
        let rpc = server.rpc();
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
        let answer = rpc.send(rpc.post(&message)).await;
        assert_eq!(answer.message["result"]["protocolVersion"], "2025-11-25", "{}", answer.body);
        assert_eq!(answer.headers.contains_key("mcp-session-id"), given, "--sessions {sessions}");
        let media_type = answer.headers["content-type"].to_str().expect("text").to_owned();
        let wanted = if given { "text/event-stream" } else { "application/json" };
        assert!(media_type.starts_with(wanted), "--sessions {sessions}: {media_type}");
    }
}

#[tokio::test]
async fn what_cannot_be_found_has_the_code_of_the_revision() {
    let upstream = Upstream::start().await;
    for (version, code) in [("2025-06-18", -32002), ("2025-11-25", -32002), ("2026-07-28", -32602)] {
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
        let client = server.connect(version).await;
        let error = client.try_read("api://town-library/nothing").await.expect_err("there is no such resource");
        assert_eq!(error_of(error).0, code, "{version}");
        let error = client.try_read("api://town-library/books/seven").await.expect_err("a book has a number");
        let (code, message) = error_of(error);
        assert_eq!(code, -32602, "{version}");
        assert!(message.contains("bookId"), "{message}");
        let error = client.try_call("addBok", json!({})).await.expect_err("there is no such tool");
        let (code, message) = error_of(error);
        assert_eq!(code, -32602, "{version}");
        assert!(message.contains("addBook"), "{message}");
        client.close().await;
    }
    assert!(upstream.requests().is_empty());
}

fn error_of(error: rmcp::ServiceError) -> (i64, String) {
    match error {
        rmcp::ServiceError::McpError(error) => (error.code.0.into(), error.message.into_owned()),
        other => panic!("not the server's own error: {other}"),
    }
}

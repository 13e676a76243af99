//! Credentials reach the upstream and nothing else.

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text, fixture, rpc::hello};
use serde_json::json;

const KEY: &str = "key-5f2b9c71";
const TENANT: &str = "tenant-77ab01";

#[tokio::test]
async fn no_secret_is_logged_or_shown() {
    for format in ["text", "json"] {
        let upstream = Upstream::start().await;
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
            .with(["--map", "tools", "--log-level", "trace", "--log-format", format])
            .with(["--header", "X-Tenant=env:TENANT_KEY"])
            .env("MCPGEN_AUTH_LIBRARY_KEY", KEY)
            .env("TENANT_KEY", TENANT)
            .stdio();
        let mut rpc = server.rpc();
        let mut seen = vec![rpc.ask("initialize", hello("2025-11-25")).await];
        rpc.tell("notifications/initialized").await;
        seen.push(rpc.ask("tools/list", json!({})).await);
        upstream.answer(Answer::json(&json!({"error": "no"})).with_status(401));
        upstream.answer(Answer::json(&json!([])));
        upstream.answer(Answer::dropped());
        for _ in 0..3 {
            let answer = rpc.ask("tools/call", json!({"name": "listBooks", "arguments": {}})).await;
            assert!(!content_text(&answer["result"]).is_empty(), "{answer}");
            seen.push(answer);
        }
        let request = upstream.request(0).await;
        assert_eq!(request.header("x-library-key").as_deref(), Some(KEY));
        assert_eq!(request.header("x-tenant").as_deref(), Some(TENANT));

        rpc.ask("tools/call", json!({"name": "openingHours", "arguments": {}})).await;
        let open = upstream.requests().pop().expect("a request");
        assert_eq!(open.target(), "GET /opening-hours");
        assert_eq!(open.header("x-library-key"), None, "this operation needs no credential");
        assert_eq!(open.header("x-tenant").as_deref(), Some(TENANT));

        seen.extend(rpc.close().await);
        let (status, stderr) = server.end().await;
        assert_eq!(status.code(), Some(0), "{stderr}");
        assert!(!stderr.is_empty(), "at this level something is logged");
        if format == "json" {
            let odd: Vec<_> = stderr.lines().filter(|line| !line.starts_with('{') || !line.ends_with('}')).collect();
            assert!(odd.is_empty(), "not JSON: {odd:?}");
        }
        let shown = serde_json::Value::Array(seen).to_string();
        for secret in [KEY, TENANT] {
            assert!(!stderr.contains(secret), "{secret} was logged:\n{stderr}");
            assert!(!shown.contains(secret), "{secret} was shown:\n{shown}");
        }
        assert!(
            !shown.to_ascii_lowercase().contains("x-library-key"),
            "the credential's header is an argument:\n{shown}"
        );
    }
}

#[tokio::test]
async fn what_the_client_sent_to_this_server_stays_here() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).http().await;
    let rpc = server.rpc();
    let params =
        json!({"name": "removeBook", "arguments": {"bookId": 7}, "_meta": mcpgen_tests::rpc::meta("2026-07-28")});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = rpc.post(&message).header("mcp-protocol-version", "2026-07-28").header("mcp-method", "tools/call");
    let request = request.header("mcp-name", "removeBook").header("authorization", "Bearer inbound");
    let answer = rpc.send(request.header("cookie", "inbound=1").header("x-library-key", "inbound")).await;
    assert_eq!(answer.status, 200, "{}", answer.body);
    let request = upstream.request(0).await;
    for name in ["authorization", "cookie", "x-library-key"] {
        assert_eq!(request.header(name), None, "{name}");
    }
}

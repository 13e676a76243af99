//! The program, from its lists to the requests that it sends.

use std::path::Path;

use mcpgen_tests::{Answer, Mcpgen, Upstream, rpc};
use serde_json::{Value, json};

fn server(upstream: &Upstream) -> Mcpgen {
    Mcpgen::program(Path::new(env!("CARGO_BIN_EXE_bookshop-mcp")), ["--base-url", &upstream.url()])
        .env("MCPGEN_AUTH_KEY", "s3cret")
}

#[tokio::test]
async fn the_server_is_the_api_and_what_was_written_by_hand() {
    let upstream = Upstream::start().await;
    let mut server = server(&upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", rpc::hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;

    let listed = rpc.ask("tools/list", json!({})).await;
    let tools: Vec<(&str, &str)> = listed["result"]["tools"]
        .as_array()
        .into_iter()
        .flatten()
        .map(|tool| (tool["name"].as_str().unwrap_or_default(), tool["description"].as_str().unwrap_or_default()))
        .collect();
    assert_eq!(
        tools.iter().map(|(name, _)| *name).collect::<Vec<_>>(),
        ["placeOrder", "cancelOrder", "opening_times"],
        "what is replaced keeps its place, and what is excluded is not there"
    );
    assert_eq!(tools[0].1, "Order up to ten copies of a book.");
    let resources = rpc.ask("resources/list", json!({})).await;
    assert_eq!(resources["result"]["resources"][0]["uri"], "api://bookshop/books");

    let call = |name: &str, arguments: Value| json!({"name": name, "arguments": arguments});
    // Generated.
    upstream.answer(Answer::status(204));
    let result = rpc.ask("tools/call", call("cancelOrder", json!({"number": 7}))).await;
    assert_ne!(result["result"]["isError"], true, "{result}");
    // Replaced: it refuses by itself, and changes what it sends.
    let result = rpc.ask("tools/call", call("placeOrder", json!({"isbn": "x", "copies": 11}))).await;
    assert_eq!(result["result"]["isError"], true, "{result}");
    assert!(result.to_string().contains("which is 10"), "{result}");
    upstream.answer(Answer::json(&json!({"number": 8})).with_status(201));
    let result = rpc.ask("tools/call", call("placeOrder", json!({"wrapping": "ribbon", "isbn": "x"}))).await;
    assert_eq!(result["result"]["structuredContent"], json!({"number": 8}), "{result}");
    // Written by hand.
    let result = rpc.ask("tools/call", call("opening_times", json!({"day": "weekday"}))).await;
    assert_eq!(result["result"]["structuredContent"]["opens"], "9:00", "{result}");
    let result = rpc.ask("tools/call", call("opening_times", json!({"day": "never"}))).await;
    assert!(result.to_string().contains("sunday"), "{result}");

    let requests = upstream.requests();
    let sent: Vec<_> = requests.iter().map(|request| (request.target(), request.header("x-key"))).collect();
    let key = || Some("s3cret".to_owned());
    assert_eq!(sent, [("DELETE /orders/7", key()), ("POST /orders", key())]);
    assert_eq!(requests[1].json(), json!({"isbn": "x", "copies": 1, "wrapping": "ribbon"}));
    let rest = rpc.close().await;
    assert!(rest.is_empty(), "{rest:?}");
    assert!(server.end().await.0.success());
}

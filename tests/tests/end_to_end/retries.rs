//! Requests that are made once more, and how many an API gets.

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text, fixture};
use serde_json::{Value, json};

/// What came of one call: its result, the requests that were made, and the log.
struct Called {
    result: Value,
    requests: Vec<mcpgen_tests::upstream::Request>,
    log: String,
}

/// Calls a tool with these answers scripted; further ones are `{}`.
async fn call(flags: &[&str], answers: Vec<Answer>, tool: &str, arguments: Value) -> Called {
    let upstream = Upstream::start().await;
    for answer in answers {
        upstream.answer(answer);
    }
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--map", "tools", "--log-level", "trace"])
        .with(flags)
        .env("MCPGEN_AUTH_LIBRARYKEY", "k3y-s3cret")
        .stdio();
    let client = server.connect("2025-11-25").await;
    let result = client.call(tool, arguments).await;
    client.close().await;
    let (_, log) = server.end().await;
    Called { result, requests: upstream.requests(), log }
}

fn unavailable() -> Answer {
    Answer::status(503)
}

#[tokio::test]
async fn what_may_be_made_once_more() {
    let book = json!({"title": "Tides"});
    let id = json!({"bookId": 1});
    let no_flags: &[&str] = &[];
    let twice: &[&str] = &["--retries", "2"];
    let all: &[&str] = &["--retries", "2", "--retry-all-methods"];
    let asks = |after: &str| Answer::status(429).header("retry-after", after);
    // Flags, answers, tool, arguments, how many requests, whether the call fails.
    let cases = [
        (no_flags, vec![unavailable()], "getBook", &id, 1, true),
        (twice, vec![unavailable()], "getBook", &id, 2, false),
        (twice, vec![asks("0")], "removeBook", &id, 2, false),
        (twice, vec![unavailable(); 9], "getBook", &id, 3, true),
        (twice, vec![Answer::status(500)], "getBook", &id, 1, true),
        (twice, vec![asks("100")], "getBook", &id, 1, true),
        (twice, vec![unavailable()], "addBook", &book, 1, true),
        (all, vec![unavailable()], "addBook", &book, 2, false),
        (all, vec![unavailable()], "getBook", &id, 2, false),
    ];
    for (flags, answers, tool, arguments, requests, fails) in cases {
        let told = format!("{flags:?} {answers:?} {tool}");
        let called = call(flags, answers, tool, arguments.clone()).await;
        assert_eq!(called.requests.len(), requests, "{told}");
        assert_eq!(called.result["isError"], fails, "{told}: {}", called.result);
        let first = &called.requests[0];
        for another in &called.requests {
            assert_eq!((&another.line, &another.body), (&first.line, &first.body), "{told}");
            let key = |request: &mcpgen_tests::upstream::Request| request.header("idempotency-key");
            assert_eq!(key(another).is_some(), flags == all && tool == "addBook", "{told}");
            assert_eq!(key(another), key(first), "{told}: each try has the same key");
        }
        assert_eq!(called.log.matches("made once more").count(), requests - 1, "{told}: {}", called.log);
        assert!(!called.log.contains("k3y-s3cret"), "{told}");
    }
}

#[tokio::test]
async fn until_when_the_api_asks_to_wait_is_told_where_that_is_too_late() {
    let answer = Answer::status(503).header("retry-after", "100");
    let called = call(&["--retries", "5"], vec![answer], "getBook", json!({"bookId": 1})).await;
    let text = content_text(&called.result);
    assert!(text.contains("503") && text.contains("100"), "{text}");
}

#[tokio::test]
async fn an_api_gets_no_more_than_the_rate() {
    let upstream = Upstream::start().await;
    let mut server =
        Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--map", "tools", "--rate-limit", "2/h"]).stdio();
    let client = server.connect("2025-11-25").await;
    for (id, fails) in [(1, false), (2, false), (3, true)] {
        let result = client.call("getBook", json!({"bookId": id})).await;
        assert_eq!(result["isError"], fails, "{result}");
        if fails {
            let text = content_text(&result);
            assert!(text.contains("2 an hour") && text.contains("Nothing was sent"), "{text}");
        }
    }
    assert_eq!(upstream.requests().len(), 2);
    let called =
        call(&["--rate-limit", "1/h", "--retries", "3"], vec![unavailable()], "getBook", json!({"bookId": 1})).await;
    assert_eq!(called.requests.len(), 1, "a retry counts too: {}", called.log);
}

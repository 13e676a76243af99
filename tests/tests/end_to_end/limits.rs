//! How many calls run and wait, and what those hear that may not.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream,
    client::{Client, content_text},
    fixture,
    rpc::hello,
    soon,
};
use serde_json::{Value, json};

/// A server with one place for a call and none to wait, over each transport.
async fn narrow(flags: &[&str], check: impl AsyncFn(&str, Upstream, Client)) {
    let library = fixture("library.yaml");
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&library, &upstream).with(flags).stdio();
    let client = server.connect("2025-11-25").await;
    check("stdio", upstream, client).await;
    for version in ["2025-11-25", "2026-07-28"] {
        let upstream = Upstream::start().await;
        let server = Mcpgen::serve(&library, &upstream).with(flags).http().await;
        let client = server.connect(version).await;
        check(version, upstream, client).await;
    }
}

#[tokio::test]
async fn a_busy_server_says_so_and_goes_on() {
    for (flag, told) in [
        ("--max-concurrent-calls", "1 calls run, the most that may run at once"),
        ("--max-concurrent-calls-per-client", "1 calls of this client run, the most that may run at once"),
    ] {
        narrow(&[flag, "1", "--max-queued-calls", "0"], async |transport, upstream, client| {
            let (answer, hold) = Answer::status(204).held();
            upstream.answer(answer);
            let running = client.begin("removeBook", json!({"bookId": 1})).await;
            upstream.request(0).await;
            let refused = client.call("removeBook", json!({"bookId": 2})).await;
            assert_eq!(refused["isError"], true, "{transport}");
            let text = content_text(&refused);
            assert!(text.starts_with(&format!("The server is busy: {told}")), "{transport}: {text}");
            let read = client.try_read("api://town-library/books/3").await;
            let error = read.expect_err("it is busy").to_string();
            assert!(error.contains("The server is busy"), "{transport}: {error}");
            assert!(!client.tools().await.is_empty(), "{transport}: lists are no calls");
            hold.release();
            assert!(soon("the first call's result", running.await_response()).await.is_ok());
            client.call("removeBook", json!({"bookId": 4})).await;
            let targets: Vec<_> = upstream.requests().iter().map(|request| request.target().to_owned()).collect();
            assert_eq!(
                targets,
                ["DELETE /v1/books/1", "DELETE /v1/books/4"].map(|t| t.replace("/v1", "")),
                "{transport}"
            );
            client.close().await;
        })
        .await;
    }
}

#[tokio::test]
async fn calls_wait_for_their_turn_and_no_longer_than_they_may() {
    narrow(&["--max-concurrent-calls", "1", "--queue-timeout", "0.2"], async |transport, upstream, client| {
        let (answer, hold) = Answer::status(204).held();
        upstream.answer(answer);
        let running = client.begin("removeBook", json!({"bookId": 1})).await;
        upstream.request(0).await;
        let late = content_text(&client.call("removeBook", json!({"bookId": 2})).await);
        assert!(late.contains("no turn came within 0.2 seconds"), "{transport}: {late}");
        assert_eq!(upstream.requests().len(), 1, "{transport}");
        hold.release();
        assert!(soon("the first call's result", running.await_response()).await.is_ok());
        client.close().await;
    })
    .await;
    narrow(&["--max-concurrent-calls", "1"], async |transport, upstream, client| {
        let (answer, hold) = Answer::status(204).held();
        upstream.answer(answer);
        let running = client.begin("removeBook", json!({"bookId": 1})).await;
        upstream.request(0).await;
        let waiting = client.begin("removeBook", json!({"bookId": 2})).await;
        let given_up = client.begin("removeBook", json!({"bookId": 3})).await;
        given_up.cancel(None).await.expect("a call can be cancelled");
        hold.release();
        assert!(soon("the first call's result", running.await_response()).await.is_ok());
        assert!(soon("the second call's result", waiting.await_response()).await.is_ok(), "{transport}");
        client.close().await;
    })
    .await;
}

#[tokio::test]
async fn a_session_does_not_use_up_anothers_calls() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--max-concurrent-calls-per-client", "1", "--max-queued-calls", "0"])
        .http()
        .await;
    // By chance two of them are counted in one place: one time in 4096.
    let (ann, bob, eve) =
        (server.connect("2025-11-25").await, server.connect("2025-11-25").await, server.connect("2025-11-25").await);
    let (answer, hold) = Answer::status(204).held();
    upstream.answer(answer);
    let running = ann.begin("removeBook", json!({"bookId": 1})).await;
    upstream.request(0).await;
    let others = [
        bob.call("removeBook", json!({"bookId": 2})).await["isError"] == false,
        eve.call("removeBook", json!({"bookId": 3})).await["isError"] == false,
    ];
    assert!(others.contains(&true), "{others:?}");
    hold.release();
    assert!(soon("the first call's result", running.await_response()).await.is_ok());
}

#[tokio::test]
async fn messages_of_very_many_values_are_not_read() {
    let upstream = Upstream::start().await;
    let library = fixture("library.yaml");
    let values = vec!["1"; 7_000_000].join(",");
    // With a progress token it is no plain message, and all ways into the server are tried.
    let messages = ["", r#","_meta":{"progressToken":1}"#].map(|meta| {
        let params = format!(r#"{{"name":"addBook","arguments":{{"title":"a","x":[{values}]}}{meta}}}"#);
        format!(r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{params}}}"#)
    });
    let mut stdio = Mcpgen::serve(&library, &upstream).stdio();
    let mut rpc = stdio.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    for message in &messages {
        rpc.line(message).await;
        let answer = rpc.next().await.expect("an answer");
        assert_eq!(answer["id"], 1, "{answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains("250000 values")), "{answer}");
    }
    assert_eq!(rpc.ask("ping", json!({})).await["result"], json!({}));
    let http = Mcpgen::serve(&library, &upstream).with(["--sessions", "off"]).http().await;
    let client = http.rpc();
    for message in messages {
        let request = client.post(&Value::Null).body(message).header("mcp-protocol-version", "2025-11-25");
        let answer = client.send(request).await;
        assert!(answer.status == 413 && answer.body.contains("250000 values"), "{}", answer.body);
    }
    for process in [&stdio.process, &http.process] {
        let peak = process.memory("VmHWM").unwrap_or_default();
        assert!(peak < 150 * 1024, "{peak} KiB for a message of 14 MiB");
    }
    assert!(upstream.requests().is_empty());
}

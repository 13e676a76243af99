//! Plain requests have a short way of their own; whatever they ask, both ways give the same answer.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream, fixture,
    rpc::{HttpRpc, hello, meta},
};
use serde_json::{Value, json};

/// What is asked, and what the API answers to it, if it is asked at all.
fn cases_of_the_api() -> Vec<(&'static str, Value, Option<Answer>)> {
    let book = json!({"title": "Tides", "authors": ["A \"M\" é\u{1}"], "genre": "science", "price": 12.5});
    let answered = Answer::of("application/json", r#"{"id":12345678901234567890,"price":1.10,"note":"\u00e9"}"#);
    let add = |answer: Answer| ("tools/call", json!({"name": "addBook", "arguments": book}), Some(answer));
    let read = |uri: &str, answer| ("resources/read", json!({ "uri": uri }), answer);
    vec![
        add(answered.clone()),
        add(Answer::json(&json!([1, "two"]))),
        add(Answer::of("text/plain", "plain \u{7f}\u{2028} text")),
        add(Answer::of("image/png", &b"\x89PNG\r\n"[..])),
        add(Answer::of("audio/wav", &b"RIFF"[..])),
        add(Answer::of("application/octet-stream", &b"\x00\xff"[..])),
        add(Answer::status(204)),
        add(Answer::of("application/problem+json", r#"{"detail":"no"}"#).with_status(409)),
        add(Answer::dropped()),
        ("tools/call", json!({"name": "addBook", "arguments": {"title": 1}}), None),
        ("tools/call", json!({"name": "addBook"}), None),
        ("tools/call", json!({"name": "addBok", "arguments": {}}), None),
        read("api://town-library/books/7", Some(answered)),
        read("api://town-library/books/7", Some(Answer::of("image/png", &b"\x89PNG"[..]))),
        read("api://town-library/books/7", Some(Answer::of("application/json", "{}").with_status(404))),
        read("api://town-library/books/seven", None),
        read("api://town-library/nothing", None),
        ("tools/list", json!({}), None),
        ("tools/list", json!({"cursor": "x"}), None),
        ("resources/list", json!({}), None),
        ("resources/templates/list", json!({}), None),
    ]
}

/// The message, and one that asks the same and is not plain: a member that the protocol does not know.
fn messages(id: u64, method: &str, params: &Value) -> [Value; 2] {
    let plain = json!({"jsonrpc": "2.0", "id": id, "method": method, "params": params});
    let mut other = plain.clone();
    other["other"] = json!(0);
    [plain, other]
}

#[tokio::test]
async fn both_ways_answer_alike_over_stdio() {
    for (version, page_size) in [("2025-06-18", "2"), ("2025-11-25", "100"), ("2026-07-28", "2")] {
        let upstream = Upstream::start().await;
        let flags = ["--page-size", page_size];
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).stdio();
        let mut rpc = server.rpc();
        let stateless = version == "2026-07-28";
        if !stateless {
            rpc.ask("initialize", hello(version)).await;
            rpc.tell("notifications/initialized").await;
        }
        for (id, (method, mut params, answer)) in (1..).zip(cases_of_the_api()) {
            if stateless {
                params["_meta"] = meta(version);
            }
            let mut answers = Vec::new();
            for message in messages(id, method, &params) {
                if let Some(answer) = &answer {
                    upstream.answer(answer.clone());
                }
                rpc.line(&message.to_string()).await;
                let answer = rpc.next().await.expect("an answer");
                assert_eq!(answer["id"], id, "{version} {message}");
                answers.push(answer);
            }
            assert_eq!(answers[0], answers[1], "{version} {method} {params}");
        }
    }
}

#[tokio::test]
async fn both_ways_answer_alike_over_http() {
    let cases = [
        ("2025-06-18", "off", "100"),
        ("2025-11-25", "off", "2"),
        ("2025-06-18", "on", "2"),
        ("2025-11-25", "on", "100"),
        ("2026-07-28", "on", "2"),
    ];
    for (version, sessions, page_size) in cases {
        let upstream = Upstream::start().await;
        let flags = ["--page-size", page_size, "--sessions", sessions];
        let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).http().await;
        let rpc = server.rpc();
        let stateless = version == "2026-07-28";
        let in_session = !stateless && sessions == "on";
        let session = if in_session { Some(begin(&rpc, version).await) } else { None };
        for (id, (method, mut params, answer)) in (1..).zip(cases_of_the_api()) {
            if stateless {
                params["_meta"] = meta(version);
            }
            let mut answers = Vec::new();
            for message in messages(id, method, &params) {
                if let Some(answer) = &answer {
                    upstream.answer(answer.clone());
                }
                let mut request = rpc.post(&message).header("mcp-protocol-version", version);
                if let Some(session) = &session {
                    request = request.header("mcp-session-id", session);
                }
                if stateless {
                    request = request.header("mcp-method", method);
                    if let Some(name) = ["name", "uri"].iter().find_map(|key| params[key].as_str()) {
                        request = request.header("mcp-name", name);
                    }
                }
                let answer = rpc.send(request).await;
                assert_eq!(answer.message["id"], id, "{version} {message}: {}", answer.body);
                // In a session the SDK answers by an event.
                let form = answer.headers.get("content-type").cloned().filter(|_| !in_session);
                answers.push((answer.status, form, answer.message));
            }
            assert_eq!(answers[0], answers[1], "{version} {method} {params}");
        }
    }
}

/// Shakes hands, and gives the session.
async fn begin(rpc: &HttpRpc, version: &str) -> String {
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello(version)});
    let begun = rpc.send(rpc.post(&message)).await;
    let session = begun.headers["mcp-session-id"].to_str().expect("text").to_owned();
    let message = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    rpc.send(rpc.post(&message).header("mcp-session-id", &session)).await;
    session
}

#[tokio::test]
async fn deep_arguments_and_long_lines_are_answered() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    let deep = format!("{}{}", "[".repeat(5000), "]".repeat(5000));
    let long = "x".repeat(17 * 1024 * 1024);
    let cases = [
        (
            format!(
                r#"{{"jsonrpc":"2.0","id":1,"method":"tools/call","params":{{"name":"addBook","arguments":{{"title":{deep}}}}}}}"#
            ),
            json!(1),
        ),
        (
            format!(
                r#"{{"jsonrpc":"2.0","id":2,"method":"tools/call","params":{{"name":"addBook","arguments":{{"title":"{long}"}}}}}}"#
            ),
            json!(null),
        ),
        (r#"{"jsonrpc":"2.0","id":3,"method":5}"#.to_owned(), json!(3)),
        (r#"[{"jsonrpc":"2.0","id":4,"method":"ping"}]"#.to_owned(), json!(null)),
        ("{no json".to_owned(), json!(5)),
    ];
    for (line, id) in cases {
        rpc.line(&line).await;
        if id == 5 {
            rpc.line(r#"{"jsonrpc":"2.0","id":5,"method":"ping"}"#).await;
        }
        let answer = rpc.next().await.expect("an answer");
        assert_eq!(answer["id"], id, "{answer}");
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn a_client_that_reads_late_gets_every_answer() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    let count = 10_000;
    let lines: Vec<_> =
        (0..count).map(|id| format!("{{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n")).collect();
    let answers = rpc.flood(lines.concat().as_bytes(), count).await;
    let mut ids: Vec<_> = answers.iter().filter_map(|answer| answer["id"].as_u64()).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), count);
}

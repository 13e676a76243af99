//! Calls that the user is asked about first.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream, client::content_text, fixture, rpc::HttpAnswer, rpc::HttpRpc, rpc::StdioRpc, soon,
};
use serde_json::{Value, json};

const NEW: &str = "2026-07-28";
const OLD: &str = "2025-11-25";

fn serve(upstream: &Upstream, confirm: &str) -> Mcpgen {
    Mcpgen::serve(&fixture("library.yaml"), upstream).with(["--map", "tools", "--confirm", confirm])
}

/// The server of the crate that is emitted for the same description.
fn emitted(upstream: &Upstream, confirm: &str) -> Mcpgen {
    Mcpgen::emitted("library.yaml", ["--base-url", &upstream.url(), "--confirm", confirm])
}

/// A handshake of a client with these capabilities.
async fn shake(rpc: &mut StdioRpc, capabilities: &Value) {
    let client = json!({"name": "raw", "version": "1"});
    rpc.ask("initialize", json!({"protocolVersion": OLD, "capabilities": capabilities, "clientInfo": client})).await;
    rpc.tell("notifications/initialized").await;
}

/// `_meta` of a client of the newest revision with these capabilities.
fn meta(capabilities: &Value) -> Value {
    let mut meta = mcpgen_tests::rpc::meta(NEW);
    meta["io.modelcontextprotocol/clientCapabilities"] = capabilities.clone();
    meta
}

/// A call of the newest revision over HTTP by a client that can ask its user.
async fn call(rpc: &HttpRpc, tool: &str, mut params: Value) -> HttpAnswer {
    params["name"] = tool.into();
    if params["_meta"].is_null() {
        params["_meta"] = meta(&json!({"elicitation": {}}));
    }
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = rpc.post(&message).header("mcp-protocol-version", NEW).header("mcp-method", "tools/call");
    rpc.send(request.header("mcp-name", tool)).await
}

#[tokio::test]
async fn the_user_is_asked_over_stdio() {
    let question = "Allow the call of removeBook (Remove a book)?\nDELETE /books/7\nbookId: 7";
    asks_over_stdio(serve, question).await;
}

#[tokio::test]
async fn emitted_servers_ask_over_stdio() {
    // What a function will send is not known before it runs.
    asks_over_stdio(emitted, "Allow the call of removeBook (Remove a book)?\nbookId: 7").await;
}

async fn asks_over_stdio(start: fn(&Upstream, &str) -> Mcpgen, question: &str) {
    let upstream = Upstream::start().await;
    let mut server = start(&upstream, "destructive").stdio();
    let mut rpc = server.rpc();
    shake(&mut rpc, &json!({"elicitation": {"form": {}}})).await;
    let cases = [
        (json!({"action": "accept", "content": {}}), true, ""),
        (json!({"action": "decline"}), false, "the user does not want this call"),
        (json!({"action": "cancel"}), false, "dismissed"),
        (json!({"action": "shrug"}), false, "could not ask"),
    ];
    for (id, (answer, is_sent, said)) in (100..).zip(cases) {
        let before = upstream.requests().len();
        let params = json!({"name": "removeBook", "arguments": {"bookId": 7}});
        rpc.line(&json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params}).to_string()).await;
        let asked = rpc.next().await.expect("a question");
        assert_eq!(asked["method"], "elicitation/create", "{asked}");
        let message = asked["params"]["message"].as_str().expect("a text");
        assert_eq!(message, question);
        assert_eq!(upstream.requests().len(), before, "nothing is sent before the answer");
        rpc.line(&json!({"jsonrpc": "2.0", "id": asked["id"], "result": answer}).to_string()).await;
        let result = rpc.next().await.expect("a result");
        assert_eq!((&result["id"], &result["result"]["isError"]), (&json!(id), &json!(!is_sent)), "{result}");
        assert!(content_text(&result["result"]).contains(said), "{result}");
        assert_eq!(upstream.requests().len() - before, usize::from(is_sent), "{answer}");
    }

    // Wrong arguments are told without a question, and other methods are not asked about.
    let wrong = rpc.ask("tools/call", json!({"name": "removeBook", "arguments": {"bookId": "x"}})).await;
    assert!(content_text(&wrong["result"]).contains("bookId"), "{wrong}");
    upstream.answer(Answer::json(&json!({"id": 1, "title": "Tides"})));
    let added = rpc.ask("tools/call", json!({"name": "addBook", "arguments": {"title": "Tides"}})).await;
    assert_eq!(added["result"]["isError"], false, "{added}");
}

#[tokio::test]
async fn the_user_is_asked_in_a_session_over_http() {
    let upstream = Upstream::start().await;
    let server = serve(&upstream, "destructive").http().await;
    let rpc = server.rpc();
    let client = json!({"name": "raw", "version": "1"});
    let hello = json!({"protocolVersion": OLD, "capabilities": {"elicitation": {"form": {}}}, "clientInfo": client});
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello});
    let begun = rpc.send(rpc.post(&message)).await;
    let session = begun.headers["mcp-session-id"].to_str().expect("text").to_owned();
    let post =
        |message: &Value| rpc.post(message).header("mcp-session-id", &session).header("mcp-protocol-version", OLD);
    rpc.send(post(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}))).await;
    let params = json!({"name": "removeBook", "arguments": {"bookId": 7}});
    for (id, (action, is_sent)) in (1..).zip([("accept", true), ("decline", false)]) {
        let call = json!({"jsonrpc": "2.0", "id": id, "method": "tools/call", "params": params});
        let mut answer = post(&call).send().await.expect("an answer");
        let asked = event(&mut answer).await;
        assert_eq!(asked["method"], "elicitation/create", "{asked}");
        assert!(upstream.requests().is_empty() || !is_sent, "nothing is sent before the answer");
        let told = json!({"jsonrpc": "2.0", "id": asked["id"], "result": {"action": action, "content": {}}});
        assert_eq!(rpc.send(post(&told)).await.status, 202);
        let result = event(&mut answer).await;
        assert_eq!((&result["id"], &result["result"]["isError"]), (&json!(id), &json!(!is_sent)), "{result}");
        assert_eq!(upstream.requests().len(), 1, "{action}");
    }
}

/// The next message of a stream.
async fn event(answer: &mut reqwest::Response) -> Value {
    let mut text = String::new();
    loop {
        let piece = soon("an event", answer.chunk()).await.expect("a stream").expect("a further event");
        text.push_str(&String::from_utf8_lossy(&piece));
        let data = text.lines().filter_map(|line| line.strip_prefix("data:")).map(str::trim);
        if let Some(message) = data.filter_map(|data| serde_json::from_str(data).ok()).next_back() {
            return message;
        }
    }
}

#[tokio::test]
async fn emitted_servers_ask_by_a_result_too() {
    let upstream = Upstream::start().await;
    let server = emitted(&upstream, "destructive").http().await;
    let rpc = server.rpc();
    let arguments = json!({"bookId": 7});
    let cannot = json!({"arguments": arguments, "_meta": meta(&json!({}))});
    assert_eq!(call(&rpc, "removeBook", cannot).await.message["error"]["code"], -32021);
    let asked = call(&rpc, "removeBook", json!({"arguments": arguments})).await.message;
    let question = asked["result"]["inputRequests"]["confirm"]["params"]["message"].as_str().expect("a question");
    assert_eq!(question, "Allow the call of removeBook (Remove a book)?\nbookId: 7");
    assert!(upstream.requests().is_empty(), "nothing is sent before the answer");
    let answer = |action: &str, arguments: Value| {
        let answer = json!({"confirm": {"action": action}});
        json!({"arguments": arguments, "inputResponses": answer, "requestState": asked["result"]["requestState"]})
    };
    let other = call(&rpc, "removeBook", answer("accept", json!({"bookId": 8}))).await.message;
    assert_eq!(other["error"]["code"], -32602, "{other}");
    let done = call(&rpc, "removeBook", answer("accept", arguments.clone())).await.message;
    assert_eq!(done["result"]["isError"], false, "{done}");
    let again = call(&rpc, "removeBook", answer("accept", arguments)).await.message;
    assert_eq!(again["error"]["code"], -32602, "{again}");
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn the_user_is_asked_by_a_result_of_the_newest_revision() {
    let upstream = Upstream::start().await;
    let server = serve(&upstream, "destructive").http().await;
    let rpc = server.rpc();
    let asked = call(&rpc, "removeBook", json!({"arguments": {"bookId": 7}})).await;
    let result = &asked.message["result"];
    assert_eq!((asked.status, &result["resultType"]), (200, &json!("input_required")), "{}", asked.body);
    let question = &result["inputRequests"]["confirm"];
    assert_eq!(question["method"], "elicitation/create");
    assert!(question["params"]["message"].as_str().is_some_and(|text| text.contains("DELETE /books/7")), "{question}");
    assert_eq!(upstream.requests().len(), 0);

    let state = result["requestState"].as_str().expect("a state").to_owned();
    let accepted = json!({"confirm": {"action": "accept"}});
    let refused = [
        (json!({"bookId": 8}), state.clone(), "was not given for this call"),
        (json!({"bookId": 7}), format!("{state}-TAMPERED"), "was not given for this call"),
        (json!({"bookId": 7}), String::new(), "was not given for this call"),
    ];
    for (arguments, state, said) in refused {
        let params = json!({"arguments": arguments, "inputResponses": accepted, "requestState": state});
        let answer = call(&rpc, "removeBook", params).await.message;
        assert_eq!(answer["error"]["code"], -32602, "{answer}");
        assert!(answer["error"]["message"].as_str().is_some_and(|text| text.contains(said)), "{answer}");
    }
    let replaced = json!({"arguments": {"bookId": 7, "title": "x", "authors": []}, "inputResponses": accepted, "requestState": state});
    let other = call(&rpc, "replaceBook", replaced).await.message;
    assert!(other["error"]["code"] == -32602 || other["result"]["isError"] == true, "{other}");

    // An answer that belongs to no question, or that is none, is asked for again.
    for params in [
        json!({"arguments": {"bookId": 7}, "inputResponses": accepted}),
        json!({"arguments": {"bookId": 7}, "inputResponses": {"other": {"action": "accept"}}, "requestState": state}),
        json!({"arguments": {"bookId": 7}, "requestState": state}),
    ] {
        let again = call(&rpc, "removeBook", params.clone()).await.message;
        assert_eq!(again["result"]["resultType"], "input_required", "{params}: {again}");
    }
    let odd = json!({"arguments": {"bookId": 7}, "inputResponses": {"confirm": 7}, "requestState": state});
    assert_eq!(call(&rpc, "removeBook", odd).await.message["error"]["code"], -32602);
    assert_eq!(upstream.requests().len(), 0, "nothing was sent so far");

    let params = json!({"arguments": {"bookId": 7}, "inputResponses": accepted, "requestState": state});
    let done = call(&rpc, "removeBook", params.clone()).await.message;
    assert_eq!(
        (&done["result"]["resultType"], &done["result"]["isError"]),
        (&json!("complete"), &json!(false)),
        "{done}"
    );
    assert_eq!(upstream.requests().len(), 1);
    let again = call(&rpc, "removeBook", params).await.message;
    assert!(again["error"]["message"].as_str().is_some_and(|text| text.contains("used already")), "{again}");
    assert_eq!(upstream.requests().len(), 1, "an answer is good for one call");

    let asked = call(&rpc, "removeBook", json!({"arguments": {"bookId": 7}})).await.message;
    let params = json!({"arguments": {"bookId": 7}, "inputResponses": {"confirm": {"action": "decline"}}, "requestState": asked["result"]["requestState"]});
    let declined = call(&rpc, "removeBook", params).await.message;
    assert_eq!(declined["result"]["isError"], true, "{declined}");
    assert!(content_text(&declined["result"]).contains("nothing was sent"), "{declined}");
    assert_eq!(upstream.requests().len(), 1);
}

#[tokio::test]
async fn a_client_that_cannot_ask_is_refused() {
    let upstream = Upstream::start().await;
    for sessions in ["on", "off"] {
        let server = serve(&upstream, "all").with(["--sessions", sessions]).http().await;
        let rpc = server.rpc();
        for capabilities in [json!({}), json!({"sampling": {}}), json!({"elicitation": {"url": {}}})] {
            let params = json!({"arguments": {"bookId": 7}, "_meta": meta(&capabilities)});
            let refused = call(&rpc, "removeBook", params).await;
            assert_eq!((refused.status, &refused.message["error"]["code"]), (400, &json!(-32021)), "{}", refused.body);
            let required = &refused.message["error"]["data"]["requiredCapabilities"];
            assert_eq!(*required, json!({"elicitation": {"form": {}}}));
        }
    }
    // Without a session there is no way back to a client of an older revision, whatever it claims.
    let server = serve(&upstream, "all").with(["--sessions", "off"]).http().await;
    let rpc = server.rpc();
    for meta in [json!({}), meta(&json!({"elicitation": {}}))] {
        let params = json!({"name": "listBooks", "arguments": {}, "_meta": meta});
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let answer = rpc.send(rpc.post(&message).header("mcp-protocol-version", OLD)).await;
        assert!(!answer.body.contains("\"isError\":false"), "{}", answer.body);
    }
    let mut server = serve(&upstream, "all").stdio();
    let mut rpc = server.rpc();
    shake(&mut rpc, &json!({})).await;
    for tool in ["removeBook", "listBooks"] {
        let refused = rpc.ask("tools/call", json!({"name": tool, "arguments": {"bookId": 7}})).await;
        assert_eq!(refused["result"]["isError"], true, "{refused}");
        assert!(content_text(&refused["result"]).contains("this client cannot ask"), "{refused}");
    }
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn a_question_shows_what_would_hide() {
    let upstream = Upstream::start().await;
    let server = serve(&upstream, "all").http().await;
    let rpc = server.rpc();
    let arguments = json!({"title": "a\u{202e}b\nDELETE /books", "authors": ["x".repeat(10_000)]});
    let asked = call(&rpc, "addBook", json!({"arguments": arguments})).await.message;
    let message = asked["result"]["inputRequests"]["confirm"]["params"]["message"].as_str().expect("a text");
    let lines: Vec<_> = message.lines().collect();
    assert_eq!(
        lines[..3],
        ["Allow the call of addBook (Add a book)?", "POST /books", r#"title: "a\u{202e}b\nDELETE /books""#]
    );
    assert!(message.len() < 1000, "{message}");
    assert_eq!(upstream.requests().len(), 0);
}

#[tokio::test]
async fn unless_it_is_wanted_nobody_is_asked() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).http().await;
    let done = call(&server.rpc(), "removeBook", json!({"arguments": {"bookId": 7}})).await.message;
    assert_eq!(done["result"]["resultType"], "complete", "{done}");
    assert_eq!(upstream.requests().len(), 1);
}

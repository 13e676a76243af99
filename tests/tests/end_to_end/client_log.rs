//! Clients that ask to hear of their calls: `logging/setLevel`, and `logLevel` from 2026-07-28 on.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream, fixture,
    rpc::{StdioRpc, hello, meta},
    soon,
};
use serde_json::{Value, json};
use tokio::sync::mpsc;

const OLD: &str = "2025-11-25";
const NEW: &str = "2026-07-28";
const SECRET: &str = "s3cret-title";

fn serve(upstream: &Upstream) -> Mcpgen {
    Mcpgen::serve(&fixture("library.yaml"), upstream).with(["--map", "tools", "--retries", "1"])
}

/// A request for later and its answer now, after what came before it.
async fn ask(rpc: &mut StdioRpc, method: &str, params: Value) -> (Value, Vec<Value>) {
    rpc.line(&json!({"jsonrpc": "2.0", "id": 7, "method": method, "params": params}).to_string()).await;
    let mut told = Vec::new();
    loop {
        let message = rpc.next().await.expect("an answer");
        if message["id"] == 7 {
            return (message, told);
        }
        assert_eq!(message["method"], "notifications/message", "{message}");
        told.push(message["params"].clone());
    }
}

/// Level and message of each.
fn outline(told: &[Value]) -> Vec<(String, String)> {
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    told.iter().map(|told| (text(&told["level"]), text(&told["data"]["message"]))).collect()
}

fn wanted(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|&(level, message)| (level.to_owned(), message.to_owned())).collect()
}

const ALL: [(&str, &str); 4] = [
    ("debug", "a request is sent"),
    ("warning", "the request is made once more after a pause"),
    ("debug", "the API answers"),
    ("info", "the call ended"),
];

/// What a call is told of at each level, one that is made twice.
const CASES: [(&str, &[(&str, &str)]); 5] =
    [("debug", &ALL), ("info", &[ALL[1], ALL[3]]), ("notice", &[ALL[1]]), ("error", &[]), ("emergency", &[])];

fn call() -> Value {
    json!({"name": "listBooks", "arguments": {"author": [SECRET]}})
}

fn busy_once(upstream: &Upstream) {
    upstream.answer(Answer::status(503));
    upstream.answer(Answer::json(&json!([])));
}

#[tokio::test]
async fn a_client_hears_of_its_calls_from_the_level_that_it_sets() {
    let upstream = Upstream::start().await;
    let mut server = serve(&upstream).stdio();
    let mut rpc = server.rpc();
    let shaken = rpc.ask("initialize", hello(OLD)).await;
    assert_eq!(shaken["result"]["capabilities"]["logging"], json!({}));
    rpc.tell("notifications/initialized").await;
    let (_, told) = ask(&mut rpc, "tools/call", call()).await;
    assert!(told.is_empty(), "nothing was asked for: {told:?}");
    for (level, expected) in CASES {
        assert_eq!(ask(&mut rpc, "logging/setLevel", json!({"level": level})).await.0["result"], json!({}), "{level}");
        busy_once(&upstream);
        let (answer, told) = ask(&mut rpc, "tools/call", call()).await;
        assert_eq!(answer["result"]["isError"], false, "{answer}");
        assert_eq!(outline(&told), wanted(expected), "{level}");
        assert!(!format!("{told:?}").contains(SECRET), "{told:?}");
    }
    let (wrong, _) = ask(&mut rpc, "logging/setLevel", json!({"level": "loud"})).await;
    assert_eq!(wrong["error"]["code"], -32602, "{wrong}");
}

#[tokio::test]
async fn a_call_that_fails_is_told_of() {
    let upstream = Upstream::start().await;
    let mut server = serve(&upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", hello(OLD)).await;
    rpc.tell("notifications/initialized").await;
    ask(&mut rpc, "logging/setLevel", json!({"level": "error"})).await;
    upstream.answer(Answer::status(404));
    let (_, told) = ask(&mut rpc, "tools/call", call()).await;
    assert_eq!(outline(&told), wanted(&[("error", "the call ended")]));
    assert_eq!((&told[0]["data"]["of"], &told[0]["data"]["ended"]), (&json!("listBooks"), &json!("error")));
    assert_eq!(told[0]["logger"], "api");
}

#[tokio::test]
async fn each_request_of_the_newest_revision_says_what_it_wants_to_hear() {
    let upstream = Upstream::start().await;
    let server = serve(&upstream).http().await;
    let rpc = server.rpc();
    for (level, expected) in CASES.into_iter().chain([("", &[][..])]) {
        busy_once(&upstream);
        let mut params = call();
        params["_meta"] = meta(NEW);
        if !level.is_empty() {
            params["_meta"]["io.modelcontextprotocol/logLevel"] = level.into();
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
        let request = rpc.post(&message).header("mcp-protocol-version", NEW).header("mcp-method", "tools/call");
        let answer = rpc.send(request.header("mcp-name", "listBooks")).await;
        assert_eq!(answer.message["result"]["isError"], false, "{}", answer.body);
        let events = answer.body.lines().filter_map(|line| serde_json::from_str(line.strip_prefix("data:")?).ok());
        let told: Vec<Value> = events.filter(|event: &Value| event["method"] == "notifications/message").collect();
        let told: Vec<Value> = told.into_iter().map(|mut told| told["params"].take()).collect();
        assert_eq!(outline(&told), wanted(expected), "{level:?}");
    }
    let gone = rpc.ask(NEW, "logging/setLevel", json!({"level": "info"})).await;
    assert_eq!((gone.status, &gone.message["error"]["code"]), (404, &json!(-32601)), "{}", gone.body);
}

#[tokio::test]
async fn a_session_hears_of_its_own_calls_only() {
    let upstream = Upstream::start().await;
    let server = serve(&upstream).http().await;
    let rpc = server.rpc();
    let mut sessions = Vec::new();
    for _ in 0..2 {
        let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello(OLD)});
        let begun = rpc.send(rpc.post(&message)).await;
        let session = begun.headers["mcp-session-id"].to_str().expect("text").to_owned();
        let tell = rpc.post(&json!({"jsonrpc": "2.0", "method": "notifications/initialized"}));
        rpc.send(tell.header("mcp-session-id", &session).header("mcp-protocol-version", OLD)).await;
        sessions.push(session);
    }
    let ask = async |session: &str, method: &str, params: Value| {
        let request = rpc.post(&json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params}));
        rpc.send(request.header("mcp-session-id", session).header("mcp-protocol-version", OLD)).await
    };
    let mut streams = Vec::new();
    for session in &sessions {
        let request = rpc.other("GET", "/mcp").header("accept", "text/event-stream").header("mcp-session-id", session);
        let mut response = request.send().await.expect("a stream");
        let (send, receive) = mpsc::unbounded_channel();
        tokio::spawn(async move {
            while let Ok(Some(chunk)) = response.chunk().await {
                let _ = send.send(String::from_utf8_lossy(&chunk).into_owned());
            }
        });
        streams.push(receive);
    }
    assert_eq!(ask(&sessions[0], "logging/setLevel", json!({"level": "info"})).await.message["result"], json!({}));
    for (session, id) in [(&sessions[1], 1), (&sessions[0], 2), (&sessions[1], 3)] {
        let removed = json!({"name": "removeBook", "arguments": {"bookId": id}});
        assert_eq!(ask(session, "tools/call", removed).await.message["result"]["isError"], false);
    }
    // What the second one gets next is what it asks for now.
    ask(&sessions[1], "logging/setLevel", json!({"level": "info"})).await;
    ask(&sessions[1], "tools/call", json!({"name": "getBook", "arguments": {"bookId": 4}})).await;
    for (stream, tool) in streams.iter_mut().zip(["removeBook", "getBook"]) {
        let mut heard = String::new();
        while !heard.contains("the call ended") {
            heard += &soon("a log message", stream.recv()).await.expect("the stream is open");
        }
        assert!(heard.contains(&format!("\"of\":\"{tool}\"")), "{heard}");
    }
}

//! Sessions of the revisions before 2026-07-28 over HTTP: how many there are, how they end, what is answered in them.

use mcpgen_tests::{
    Answer, HttpServer, Mcpgen, Upstream, fixture,
    rpc::{HttpAnswer, HttpRpc, hello},
};
use serde_json::{Value, json};

const VERSION: &str = "2025-11-25";

async fn server(upstream: &Upstream, flags: &[&str]) -> HttpServer {
    Mcpgen::serve(&fixture("library.yaml"), upstream).with(flags).http().await
}

/// Shakes hands; the answer names the session.
async fn begin(rpc: &HttpRpc) -> HttpAnswer {
    let message = json!({"jsonrpc": "2.0", "id": 0, "method": "initialize", "params": hello(VERSION)});
    rpc.send(rpc.post(&message)).await
}

async fn session(rpc: &HttpRpc) -> String {
    let begun = begin(rpc).await;
    let session = begun.headers.get("mcp-session-id").unwrap_or_else(|| panic!("no session: {}", begun.body));
    let session = session.to_str().expect("text").to_owned();
    tell(rpc, &session, &json!({"jsonrpc": "2.0", "method": "notifications/initialized"})).await;
    session
}

async fn tell(rpc: &HttpRpc, session: &str, message: &Value) -> HttpAnswer {
    let request = rpc.post(message).header("mcp-session-id", session).header("mcp-protocol-version", VERSION);
    rpc.send(request).await
}

async fn ping(rpc: &HttpRpc, session: &str) -> u16 {
    tell(rpc, session, &json!({"jsonrpc": "2.0", "id": 1, "method": "ping"})).await.status
}

fn call(id: impl Into<Value>) -> Value {
    let params = json!({"name": "removeBook", "arguments": {"bookId": 7}});
    json!({"jsonrpc": "2.0", "id": id.into(), "method": "tools/call", "params": params})
}

#[tokio::test]
async fn plain_requests_in_a_session_are_answered_as_json() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &[]).await;
    let rpc = server.rpc();
    let session = session(&rpc).await;
    upstream.answer(Answer::status(204));
    let answer = tell(&rpc, &session, &call(1)).await;
    assert_eq!((answer.status, &answer.headers["content-type"]), (200, &"application/json".parse().unwrap()));
    assert_eq!(answer.message["result"]["isError"], false, "{}", answer.body);
    // Clients of the first revisions with sessions do not name theirs in each request.
    let bare = rpc.post(&json!({"jsonrpc": "2.0", "id": 2, "method": "ping"})).header("mcp-session-id", &session);
    assert_eq!(rpc.send(bare).await.message["result"], json!({}));
}

#[tokio::test]
async fn a_call_in_a_session_is_cancelled_by_its_id() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &[]).await;
    let rpc = server.rpc();
    let (session, other) = (session(&rpc).await, session(&rpc).await);
    for (index, id) in [json!(7), json!("7")].into_iter().enumerate() {
        let (answer, _hold) = Answer::status(204).held();
        upstream.answer(answer);
        let cancel = json!({"jsonrpc": "2.0", "method": "notifications/cancelled", "params": {"requestId": id}});
        let cancelling = async {
            let request = upstream.request(index).await;
            assert_eq!(tell(&rpc, &other, &cancel).await.status, 202, "another's session has no such call");
            assert_eq!(tell(&rpc, &session, &cancel).await.status, 202);
            request.abandoned().await;
        };
        let message = call(id);
        let (answer, ()) = tokio::join!(tell(&rpc, &session, &message), cancelling);
        assert!(answer.message["error"]["message"].as_str().unwrap_or_default().contains("cancelled"), "{answer:?}");
    }
}

#[tokio::test]
async fn a_connection_that_closes_cancels_nothing_in_a_session() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &["--log-level", "debug"]).await;
    let rpc = server.rpc();
    let session = session(&rpc).await;
    let (answer, hold) = Answer::status(204).held();
    upstream.answer(answer);
    let request = rpc.post(&call(1)).header("mcp-session-id", &session).header("mcp-protocol-version", VERSION);
    let calling = tokio::spawn(request.send());
    upstream.request(0).await;
    calling.abort();
    let broken = |stderr: &str| stderr.contains("a connection broke").then_some(());
    server.process.says("the server sees that the client is gone", broken).await;
    hold.release();
    let ended = server.process.says("how the call ended", |stderr| {
        stderr.lines().find(|line| line.contains("ended=") && line.contains("removeBook")).map(str::to_owned)
    });
    let ended = ended.await;
    assert!(ended.contains(r#"ended="ok""#), "{ended}");
}

#[tokio::test]
async fn the_end_of_a_session_ends_what_runs_in_it() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &[]).await;
    let rpc = server.rpc();
    let session = session(&rpc).await;
    let (answer, _hold) = Answer::status(204).held();
    upstream.answer(answer);
    let ending = async {
        let request = upstream.request(0).await;
        let end = rpc.other("DELETE", "/mcp").header("mcp-session-id", &session);
        assert_eq!(rpc.send(end).await.status, 202);
        request.abandoned().await;
    };
    let message = call(1);
    tokio::join!(tell(&rpc, &session, &message), ending);
    assert_eq!(ping(&rpc, &session).await, 404);
}

#[tokio::test]
async fn the_session_that_was_not_used_for_longest_makes_room() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &["--max-sessions", "2"]).await;
    let rpc = server.rpc();
    let (first, second) = (session(&rpc).await, session(&rpc).await);
    assert_eq!(ping(&rpc, &first).await, 200);
    let third = session(&rpc).await;
    let status = [ping(&rpc, &first).await, ping(&rpc, &second).await, ping(&rpc, &third).await];
    assert_eq!(status, [200, 404, 200]);

    // Streams that are open keep their sessions.
    let open = async |session: &str| {
        let request = rpc.other("GET", "/mcp").header("accept", "text/event-stream").header("mcp-session-id", session);
        request.send().await.expect("a stream")
    };
    let streams = (open(&first).await, open(&third).await);
    let refused = begin(&rpc).await;
    assert_eq!(refused.status, 503, "{}", refused.body);
    assert!(refused.headers.contains_key("retry-after"));
    // Requests of the revision without sessions need none.
    assert_eq!(rpc.ask("2026-07-28", "tools/list", json!({})).await.status, 200);
    drop(streams.0);
    let end = rpc.other("DELETE", "/mcp").header("mcp-session-id", &first);
    assert_eq!(rpc.send(end).await.status, 202);
    session(&rpc).await;
    assert_eq!(ping(&rpc, &third).await, 200);
}

/// The memory of a process in KiB.
#[cfg(target_os = "linux")]
fn resident(process: &mcpgen_tests::Process) -> u64 {
    let status = std::fs::read_to_string(format!("/proc/{}/status", process.id())).expect("the process lives");
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).expect("Linux says it");
    line.trim().trim_end_matches("kB").trim().parse().expect("a number")
}

#[cfg(target_os = "linux")]
#[tokio::test]
async fn sessions_that_clients_leave_behind_do_not_fill_the_memory() {
    let upstream = Upstream::start().await;
    let server = server(&upstream, &["--max-sessions", "100"]).await;
    let rpc = server.rpc();
    let mut after_each_round = Vec::new();
    for _ in 0..4 {
        for _ in 0..300 {
            session(&rpc).await;
        }
        after_each_round.push(resident(&server.process));
    }
    // The first round warms up; all that comes later would keep 900 sessions.
    let (second, last) = (after_each_round[1], after_each_round[3]);
    assert!(last <= second + second / 10, "KiB after each round: {after_each_round:?}");
}

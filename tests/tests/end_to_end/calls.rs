//! Calls that go well, and calls that do not.

use mcpgen_tests::{
    Answer, Mcpgen, StdioServer, Upstream,
    client::{Client, content_text},
    fixture,
};
use serde_json::{Value, json};

async fn serve(description: &str, flags: &[&str]) -> (Upstream, StdioServer, Client) {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture(description), &upstream).with(["--map", "tools"]).with(flags).stdio();
    let client = server.connect("2025-11-25").await;
    (upstream, server, client)
}

#[tokio::test]
async fn arguments_reach_their_places() {
    let (upstream, _server, client) = serve("parameters.yaml", &[]).await;
    let arguments = json!({
        "ids": ["a b", "c/d"], "word": "x&y", "words": ["1", "2"], "filter": {"color": "red", "size": {"min": 3}},
        "sort": {"by": "name"}, "X-Trace": [7, 8], "theme": "dark; x",
    });
    client.call("everyLocation", arguments).await;
    let request = upstream.request(0).await;
    assert_eq!(
        request.target(),
        "GET /things/a%20b,c%2Fd?word=x%26y&words=1&words=2&filter%5Bcolor%5D=red&filter%5Bsize%5D%5Bmin%5D=3&sort=%7B%22by%22%3A%22name%22%7D"
    );
    assert_eq!(request.header("x-trace").as_deref(), Some("7,8"));
    assert_eq!(request.header("cookie").as_deref(), Some("theme=dark%3B%20x"));

    let tool = client.tool("oddNames").await;
    let names: Vec<_> = tool["inputSchema"]["properties"].as_object().expect("properties").keys().cloned().collect();
    let arguments: serde_json::Map<_, _> = names.iter().map(|name| (name.clone(), json!(5))).collect();
    let mut arguments = Value::Object(arguments);
    let list = names.iter().find(|name| name.contains("ids")).expect("a legal name that tells the wire's");
    arguments[list] = json!([1, 2]);
    client.call("oddNames", arguments).await;
    let request = upstream.request(1).await;
    assert_eq!(request.target(), "GET /odd?$top=5&page%5Bsize%5D=5&ids%5B%5D=1&ids%5B%5D=2");

    client.call("sameNames", json!({"id__path": "p", "id__query": "q", "id": 3, "nick": null})).await;
    let request = upstream.request(2).await;
    assert_eq!(request.target(), "PATCH /same/p?id=q");
    assert_eq!(request.header("content-type").as_deref(), Some("application/merge-patch+json"));
    assert_eq!(request.json(), json!({"id": 3, "nick": null}));
}

#[tokio::test]
async fn bad_arguments_are_all_named_and_nothing_is_sent() {
    let (upstream, _server, client) = serve("library.yaml", &[]).await;
    let cases: [(&str, Value, &[&str]); 6] = [
        ("getBook", json!({}), &["bookId"]),
        ("getBook", json!({"bookId": "seven"}), &["bookId", "integer", "seven"]),
        ("getBook", json!({"bookID": 7}), &["bookID", "bookId"]),
        ("listBooks", json!({"genre": "cooking", "limit": 0}), &["genre", "cooking", "fiction", "limit"]),
        ("addBook", json!({"title": "", "price": 0, "authors": [1]}), &["title", "price", "authors/0"]),
        ("removeBook", json!({"bookId": 1.5}), &["bookId"]),
    ];
    for (tool, arguments, names) in cases {
        let result = client.call(tool, arguments.clone()).await;
        assert_eq!(result["isError"], true, "{tool} {arguments}: {result}");
        let text = content_text(&result);
        let unnamed: Vec<_> = names.iter().filter(|name| !text.contains(**name)).collect();
        assert!(unnamed.is_empty(), "{tool} {arguments}: {unnamed:?} not in {text}");
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn what_the_upstream_refuses_is_told() {
    let (upstream, _server, client) = serve("library.yaml", &[]).await;
    let body = json!({"title": "No such book", "detail": "7 was lost in the flood"});
    upstream.answer(Answer::of("application/problem+json", body.to_string()).with_status(404));
    let result = client.call("getBook", json!({"bookId": 7})).await;
    assert_eq!(result["isError"], true);
    let text = content_text(&result);
    assert!(text.contains("404") && text.contains("lost in the flood"), "{text}");

    upstream.answer(Answer::of("text/plain", "slow down").with_status(429).header("retry-after", "17"));
    let text = content_text(&client.call("removeBook", json!({"bookId": 7})).await);
    assert!(text.contains("429") && text.contains("17") && text.contains("slow down"), "{text}");

    upstream.answer(Answer::status(302).header("location", "http://elsewhere.example/books"));
    let result = client.call("getBook", json!({"bookId": 7})).await;
    assert_eq!(result["isError"], true);
    let text = content_text(&result);
    assert!(text.contains("302") && text.contains("elsewhere.example"), "{text}");
}

#[tokio::test]
async fn an_upstream_that_is_gone_or_silent_is_told_in_words() {
    let (upstream, _server, client) = serve("library.yaml", &["--timeout", "1"]).await;
    let (answer, _hold) = Answer::status(204).held();
    upstream.answer(answer);
    let result = client.call("removeBook", json!({"bookId": 7})).await;
    assert_eq!(result["isError"], true, "{result}");
    assert!(content_text(&result).contains("1 s"), "{result}");
    upstream.request(0).await.abandoned().await;

    upstream.answer(Answer::dropped());
    let result = client.call("removeBook", json!({"bookId": 7})).await;
    assert_eq!(result["isError"], true, "{result}");

    drop(upstream);
    let result = client.call("removeBook", json!({"bookId": 7})).await;
    assert_eq!(result["isError"], true, "{result}");
    let text = content_text(&result);
    for internal in ["hyper", "reqwest", "os error", "127.0.0.1"] {
        assert!(!text.contains(internal), "{internal} in {text}");
    }
}

#[tokio::test]
async fn an_answer_over_the_limit_is_cut_or_refused() {
    let (upstream, _server, client) = serve("library.yaml", &["--max-response-bytes", "1000"]).await;
    upstream.answer(Answer::json(&json!(vec![json!({"title": "x".repeat(50)}); 100])));
    let result = client.call("listBooks", json!({})).await;
    assert_eq!(result["isError"], true, "{result}");
    let text = content_text(&result);
    assert!(text.contains("1000") && text.contains("limit"), "{text}");

    upstream.answer(Answer::of("text/plain", "é".repeat(5000)));
    let result = client.call("openingHours", json!({})).await;
    assert_ne!(result["isError"], true, "{result}");
    let text = content_text(&result);
    assert!(text.starts_with(&"é".repeat(400)) && text.contains("1000") && text.len() < 2000, "{text}");
}

#[tokio::test]
async fn pages_totals_and_file_names_are_told_in_a_line() {
    let (upstream, _server, client) = serve("library.yaml", &[]).await;
    let page =
        Answer::json(&json!([])).header("link", "<http://h/books?page=2>; rel=\"next\"").header("x-total-count", "83");
    upstream.answer(page);
    upstream.answer(
        Answer::of("application/pdf", "%PDF")
            .header("content-disposition", "attachment; filename=\"list of books.pdf\""),
    );
    let result = client.call("listBooks", json!({})).await;
    assert_eq!(result["content"][1]["text"], "[next page: /books?page=2; total: 83]", "{result}");
    assert_eq!(result["structuredContent"], json!({"result": []}), "the answer itself stays as it is");
    let result = client.call("listBooks", json!({})).await;
    assert_eq!(result["content"][1]["text"], "[file name: list of books.pdf]", "{result}");
}

#[tokio::test]
async fn a_slow_call_holds_up_no_other() {
    let (upstream, _server, client) = serve("library.yaml", &[]).await;
    let (slow, hold) = Answer::json(&json!({"title": "Slow"})).held();
    upstream.answer(slow);
    let waiting = client.begin("addBook", json!({"title": "Slow"})).await;
    upstream.request(0).await;
    let quick: Vec<_> = (0..20).map(|book| json!({"bookId": book})).collect();
    for arguments in &quick {
        upstream.answer(Answer::json(arguments));
        let result = client.call("getBook", arguments.clone()).await;
        assert_eq!(&result["structuredContent"], arguments);
    }
    hold.release();
    let result = mcpgen_tests::soon("the slow call", waiting.await_response()).await.expect("it ends well");
    assert!(format!("{result:?}").contains("Slow"), "{result:?}");
}

#[tokio::test]
async fn progress_is_told_event_by_event() {
    let (upstream, _server, client) = serve("library.yaml", &[]).await;
    upstream.answer(Answer::of("text/event-stream", "data: one\n\ndata: two\n\n"));
    let result = client.call("openingHours", json!({})).await;
    assert_ne!(result["isError"], true, "{result}");
    let messages: Vec<_> = client.progress().into_iter().map(|progress| progress["message"].clone()).collect();
    assert_eq!(messages, ["one", "two"]);
}

#[tokio::test]
async fn hints_follow_the_method() {
    let (_upstream, _server, client) = serve("library.yaml", &[]).await;
    let cases: [(&str, &[&str]); 4] = [
        ("getBook", &["openWorldHint", "readOnlyHint"]),
        ("addBook", &["openWorldHint"]),
        ("replaceBook", &["destructiveHint", "idempotentHint", "openWorldHint"]),
        ("removeBook", &["destructiveHint", "idempotentHint", "openWorldHint"]),
    ];
    for (tool, wanted) in cases {
        let annotations = client.tool(tool).await["annotations"].clone();
        let hints = annotations.as_object().expect("annotations").iter().filter(|(_, value)| **value == json!(true));
        let mut hints: Vec<_> = hints.map(|(name, _)| name.as_str()).collect();
        hints.sort_unstable();
        assert_eq!(hints, wanted, "{tool}");
    }
}

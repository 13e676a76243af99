//! List, read and call over every transport and revision of the protocol.

use mcpgen_tests::{
    Answer, Mcpgen, Upstream,
    client::{Client, content_text, text},
    fixture,
};
use serde_json::{Value, json};

const VERSIONS: [&str; 3] = ["2025-06-18", "2025-11-25", "2026-07-28"];

#[tokio::test]
async fn stdio() {
    for version in VERSIONS {
        let upstream = Upstream::start().await;
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
        let client = server.connect(version).await;
        list_read_and_call(&client, &upstream, version).await;
        client.close().await;
        let (status, stderr) = server.end().await;
        assert_eq!(status.code(), Some(0), "{stderr}");
    }
}

#[tokio::test]
async fn http_with_and_without_sessions() {
    for sessions in ["on", "off"] {
        let upstream = Upstream::start().await;
        let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--sessions", sessions]).http().await;
        for (turn, version) in VERSIONS.into_iter().enumerate() {
            let client = server.connect(version).await;
            list_read_and_call_from(&client, &upstream, version, turn * 3).await;
            client.close().await;
        }
        let (status, stderr) = server.terminate().await;
        assert_eq!(status.code(), Some(0), "{stderr}");
    }
}

async fn list_read_and_call(client: &Client, upstream: &Upstream, version: &str) {
    list_read_and_call_from(client, upstream, version, 0).await;
}

/// `before`: how many requests the upstream has had.
async fn list_read_and_call_from(client: &Client, upstream: &Upstream, version: &str, before: usize) {
    let server = client.server();
    assert_eq!(server["protocolVersion"], version, "{server}");
    assert_eq!(server["serverInfo"]["name"], "town-library", "{server}");
    assert_eq!(server["serverInfo"]["version"], "1.4.0");
    assert_eq!(server["instructions"], "Books, their copies, and who has borrowed them.");

    let mut tools = client.tool_names().await;
    tools.sort();
    assert_eq!(tools, ["addBook", "borrowBook", "myLoans", "removeBook", "replaceBook"]);
    let resources = uris(&client.resources().await, "uri");
    assert_eq!(resources, ["api://town-library/books", "api://town-library/opening-hours"]);
    assert_eq!(
        uris(&client.templates().await, "uriTemplate"),
        [
            "api://town-library/books/{bookId}",
            "api://town-library/books{?genre,limit,author*}",
            "api://town-library/shelves/{genre}/books{?available}",
        ]
    );

    let book = json!({"id": 9_007_199_254_740_993_u64, "title": "Tides"});
    upstream.answer(Answer::json(&book));
    let read = client.read("api://town-library/books/9007199254740993").await;
    let contents = &read["contents"][0];
    assert_eq!(contents["uri"], "api://town-library/books/9007199254740993");
    assert_eq!(contents["mimeType"], "application/json");
    assert_eq!(serde_json::from_str::<Value>(&text(&contents["text"])).expect("JSON"), book);
    let request = upstream.request(before).await;
    assert_eq!(request.target(), "GET /books/9007199254740993");
    assert_eq!(request.header("accept").as_deref(), Some("application/json"));

    upstream.answer(Answer::of("text/plain; charset=utf-8", "9 to 5"));
    let read = client.read("api://town-library/opening-hours").await;
    assert_eq!(read["contents"][0]["text"], "9 to 5");
    assert_eq!(upstream.request(before + 1).await.target(), "GET /opening-hours");

    upstream.answer(Answer::json(&book).with_status(201));
    let result = client.call("addBook", json!({"title": "Tides", "authors": ["A. Moon"]})).await;
    assert_ne!(result["isError"], true, "{result}");
    assert_eq!(result["structuredContent"], book);
    assert_eq!(serde_json::from_str::<Value>(&content_text(&result)).expect("JSON"), book);
    let request = upstream.request(before + 2).await;
    assert_eq!(request.target(), "POST /books");
    assert_eq!(request.header("content-type").as_deref(), Some("application/json"));
    assert_eq!(request.json(), json!({"title": "Tides", "authors": ["A. Moon"]}));
    assert_eq!(upstream.requests().len(), before + 3);
}

fn uris(entries: &[Value], key: &str) -> Vec<String> {
    let mut uris: Vec<_> = entries.iter().map(|entry| text(&entry[key])).collect();
    uris.sort();
    uris
}

//! Reads of resources and templates.

use mcpgen_tests::{Answer, Mcpgen, StdioServer, Upstream, client::Client, fixture};
use rmcp::{ServiceError, model::ErrorData};
use serde_json::{Value, json};

async fn serve() -> (Upstream, StdioServer, Client) {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    (upstream, server, client)
}

fn refused(result: Result<Value, ServiceError>) -> ErrorData {
    match result {
        Err(ServiceError::McpError(error)) => error,
        other => panic!("expected an error of the server, got {other:?}"),
    }
}

#[tokio::test]
async fn a_uri_is_a_request() {
    let (upstream, _server, client) = serve().await;
    let cases = [
        ("api://town-library/books", "GET /books"),
        ("api://town-library/books?limit=3&genre=history", "GET /books?genre=history&limit=3"),
        ("api://town-library/books?author=A%20B&author=C", "GET /books?author=A%20B&author=C"),
        ("api://town-library/shelves/travel/books?available=true", "GET /shelves/travel/books?available=true"),
        ("api://town-library/shelves/travel/books", "GET /shelves/travel/books"),
    ];
    for (index, (uri, wanted)) in cases.into_iter().enumerate() {
        client.read(uri).await;
        assert_eq!(upstream.request(index).await.target(), wanted, "{uri}");
    }
}

#[tokio::test]
async fn values_are_checked_like_arguments() {
    let (upstream, _server, client) = serve().await;
    let cases = [
        ("api://town-library/books?genre=cooking", "genre"),
        ("api://town-library/books?limit=1000", "limit"),
        ("api://town-library/books/seven", "bookId"),
        ("api://town-library/shelves/cooking/books", "genre"),
        ("api://town-library/shelves/travel/books?available=perhaps", "available"),
    ];
    for (uri, name) in cases {
        let error = refused(client.try_read(uri).await);
        assert_eq!(error.code.0, -32602, "{uri}");
        assert!(error.message.contains(name), "{uri}: {}", error.message);
    }
    for uri in ["api://town-library/nothing", "api://other/books", "file:///etc/passwd", "books"] {
        assert_eq!(refused(client.try_read(uri).await).code.0, -32002, "{uri}");
    }
    assert!(upstream.requests().is_empty());
}

#[tokio::test]
async fn contents_have_the_type_of_the_answer() {
    let (upstream, _server, client) = serve().await;
    let cases = [
        (Answer::of("application/json", "[1,2]"), "application/json", json!("[1,2]"), Value::Null),
        (Answer::of("text/csv; charset=utf-8", "a,b"), "text/csv", json!("a,b"), Value::Null),
        (Answer::of("text/plain; charset=iso-8859-1", vec![0xe9]), "text/plain", json!("é"), Value::Null),
        (Answer::of("image/png", vec![0xff, 0x00, 0x10]), "image/png", Value::Null, json!("/wAQ")),
    ];
    for (answer, media_type, text, blob) in cases {
        upstream.answer(answer);
        let contents = client.read("api://town-library/books").await["contents"][0].clone();
        let came = contents["mimeType"].as_str().expect("a media type");
        assert!(came.starts_with(media_type), "{contents}");
        assert_eq!((&contents["text"], &contents["blob"]), (&text, &blob), "{contents}");
    }
}

#[tokio::test]
async fn what_the_upstream_refuses_is_an_error_with_its_status_and_body() {
    let (upstream, _server, client) = serve().await;
    let body = json!({"detail": "lost in the flood"});
    upstream.answer(Answer::json(&body).with_status(404));
    let error = refused(client.try_read("api://town-library/books/7").await);
    let data = error.data.expect("data");
    assert_eq!((&data["status"], &data["body"]), (&json!(404), &body), "{data}");

    upstream.answer(Answer::of("text/plain", "no").with_status(500));
    let data = refused(client.try_read("api://town-library/books/7").await).data.expect("data");
    assert_eq!((&data["status"], &data["body"]), (&json!(500), &json!("no")), "{data}");

    upstream.answer(Answer::dropped());
    let error = refused(client.try_read("api://town-library/books/7").await);
    assert!(!error.message.contains("127.0.0.1"), "{}", error.message);
}

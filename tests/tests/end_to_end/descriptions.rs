//! Where descriptions come from.

use mcpgen_tests::{Answer, Mcpgen, Upstream, fixture};
use serde_json::json;

fn small(servers: &serde_json::Value) -> String {
    let paths = json!({"/ping": {"post": {"operationId": "ping", "responses": {}}}});
    json!({"openapi": "3.0.3", "info": {"title": "Small", "version": "1"}, "servers": servers, "paths": paths})
        .to_string()
}

#[tokio::test]
async fn a_description_from_a_url_says_where_its_api_is() {
    // The servers of the description, and the target of the call.
    let cases = [
        (json!([{"url": "/api/v2"}]), "POST /api/v2/ping"),
        (json!([{"url": "../v3/"}]), "POST /v3/ping"),
        (json!([]), "POST /ping"),
    ];
    for (servers, target) in cases {
        let upstream = Upstream::start().await;
        upstream.answer(Answer::of("text/plain", small(&servers)));
        let mut server = Mcpgen::new(["serve", &format!("{}/docs/openapi.json", upstream.url())]).stdio();
        let client = server.connect("2025-11-25").await;
        client.call("ping", json!({})).await;
        assert_eq!(upstream.request(0).await.target(), "GET /docs/openapi.json");
        assert_eq!(upstream.request(1).await.target(), target, "{servers}");
        client.close().await;
    }
}

#[tokio::test]
async fn the_path_of_the_base_url_stays() {
    let upstream = Upstream::start().await;
    for (index, base) in ["/api/v1", "/api/v1/"].into_iter().enumerate() {
        let url = format!("{}{base}", upstream.url());
        let mut server = Mcpgen::new(["serve", &fixture("library.yaml"), "--base-url", &url]).stdio();
        let client = server.connect("2025-11-25").await;
        client.call("removeBook", json!({"bookId": 1})).await;
        assert_eq!(upstream.request(index).await.target(), "DELETE /api/v1/books/1");
        client.close().await;
    }
}

#[tokio::test]
async fn a_url_that_gives_no_description_is_told() {
    let upstream = Upstream::start().await;
    upstream.answer(Answer::of("text/html", "<h1>Not here</h1>").with_status(404));
    let finished = Mcpgen::new(["inspect", &format!("{}/openapi.json", upstream.url())]).run("").await;
    assert_eq!(finished.code, Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("404") && finished.stderr.contains("/openapi.json"), "{}", finished.stderr);
}

#[tokio::test]
async fn strict_fails_where_an_operation_is_left_out() {
    for (flags, code) in [(&[][..], 0), (&["--strict"][..], 1)] {
        let finished = Mcpgen::new(["inspect", &fixture("partly-broken.yaml")]).with(flags).run("").await;
        assert_eq!(finished.code, Some(code), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains("POST /bad"), "{}", finished.stderr);
    }
}

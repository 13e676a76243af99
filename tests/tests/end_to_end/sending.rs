//! How requests travel: to the byte, over connections that are kept, through proxies, over HTTP/2.

use std::path::Path;

use mcpgen_tests::{
    Answer, Mcpgen, Upstream,
    client::content_text,
    h2::Http2,
    proxy::Tunnels,
    tls::{Authority, TlsFront},
};
use serde_json::json;

/// A description of one operation whose address holds what URLs have several spellings for.
fn described(folder: &Path, server: &str) -> String {
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Odd", "version": "1"},
        "servers": [{"url": server}],
        "paths": {
            "/it's/{id}?q='[]": {
                "parameters": [
                    {"name": "id", "in": "path", "required": true, "schema": {"type": "string"}},
                    {"name": "r", "in": "query", "allowReserved": true, "schema": {"type": "string"}},
                ],
                "get": {"operationId": "odd", "responses": {"200": {"description": "x"}}},
                "post": {"operationId": "post", "responses": {"200": {"description": "x"}}},
            },
        },
    });
    let path = folder.join("odd.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

#[tokio::test]
async fn targets_arrive_to_the_byte() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(folder.path(), &upstream.url());
    let mut server = Mcpgen::new(["serve", &description, "--map", "tools"]).stdio();
    let client = server.connect("2025-11-25").await;
    client.call("odd", json!({"id": "a'b/c é", "r": "'!$()*,;:@/?=%2F|"})).await;
    let sent = upstream.request(0).await.target().to_owned();
    assert_eq!(sent, "GET /it's/a%27b%2Fc%20%C3%A9?q='[]&r='!$()*,;:@/?=%2F%7C");
    let shown = ["call", &description, "odd", "id=a'b/c é", "r='!$()*,;:@/?=%2F|", "--map", "tools", "--dry-run"];
    let shown = Mcpgen::new(shown).run("").await;
    assert!(shown.stdout.contains(&format!("{}{}", upstream.url(), &sent["GET ".len()..])), "{}", shown.stdout);
    client.close().await;
}

#[tokio::test]
async fn connections_are_kept_and_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(folder.path(), &upstream.url());
    let mut server = Mcpgen::new(["serve", &description, "--map", "tools"]).stdio();
    let client = server.connect("2025-11-25").await;
    for tool in ["odd", "post", "odd"] {
        upstream.answer(Answer::json(&json!({})).and_close());
        let result = client.call(tool, json!({"id": "1"})).await;
        assert_ne!(result["isError"], true, "{tool}: {}", content_text(&result));
    }
    for _ in 0..3 {
        let result = client.call("odd", json!({"id": "1"})).await;
        assert_ne!(result["isError"], true, "{}", content_text(&result));
    }
    assert_eq!(upstream.connections(), 4);
    client.close().await;
}

#[tokio::test]
async fn plain_requests_go_through_the_proxy_whole() {
    let folder = tempfile::tempdir().expect("a folder");
    let proxy = Upstream::start().await;
    let description = described(folder.path(), "http://api.example.test:81/v1");
    let url = proxy.url().replace("http://", "http://user:pass%20word@");
    let call = ["call", &description, "odd", "id=1", "--map", "tools", "--proxy-env"];
    let finished = Mcpgen::new(call).env("HTTP_PROXY", &url).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let request = proxy.request(0).await;
    assert_eq!(request.target(), "GET http://api.example.test:81/v1/it's/1?q='[]");
    assert_eq!(request.header("host").as_deref(), Some("api.example.test:81"));
    assert_eq!(request.header("proxy-authorization").as_deref(), Some("Basic dXNlcjpwYXNzIHdvcmQ="));

    // Neither a proxy that is not asked for nor one that is not for this host is used, and its credentials stay at home.
    let upstream = Upstream::start().await;
    let description = described(folder.path(), &upstream.url());
    for flags in [&["--map", "tools"][..], &["--map", "tools", "--proxy-env"]] {
        let call = Mcpgen::new(["call", &description, "odd", "id=1"]).with(flags);
        let finished = call.env("HTTP_PROXY", &url).env("NO_PROXY", "127.0.0.0/8").run("").await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    }
    assert_eq!(proxy.requests().len(), 1);
    for request in upstream.requests() {
        assert_eq!(request.target(), "GET /it's/1?q='[]");
        assert_eq!(request.header("proxy-authorization"), None);
    }
}

#[tokio::test]
async fn encrypted_requests_go_through_a_tunnel() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let ca = authority.file_in(folder.path());
    let upstream = Upstream::start().await;
    let front = TlsFront::start(&authority, &upstream).await;
    let description = described(folder.path(), &front.url());
    let call = ["call", &description, "odd", "id=1", "--map", "tools", "--proxy-env", "--ca-file", &ca];

    let proxy = Tunnels::start(None).await;
    let finished = Mcpgen::new(call).env("HTTPS_PROXY", &proxy.url()).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let heads = proxy.heads();
    let host = front.url().replace("https://", "");
    assert_eq!(heads.len(), 1);
    assert!(heads[0].starts_with(&format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n")), "{heads:?}");
    let told = heads[0].to_ascii_lowercase();
    assert!(told.contains("proxy-authorization: basic dxnlcjpwyxnzihdvcmq=\r\n"), "{heads:?}");
    assert!(told.contains("user-agent: mcpgen/"), "{heads:?}");
    let request = upstream.request(0).await;
    assert_eq!(request.target(), "GET /it's/1?q='[]");
    assert_eq!(request.header("proxy-authorization"), None);

    let proxy = Tunnels::start(Some("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n")).await;
    let finished = Mcpgen::new(call).env("HTTPS_PROXY", &proxy.url()).run("").await;
    assert_eq!(finished.code, Some(1), "{}", finished.stdout);
    let told = format!("{}{}", finished.stdout, finished.stderr);
    assert!(told.contains("the proxy made no way") && !told.contains("pass word") && !told.contains("hyper"), "{told}");
}

#[tokio::test]
async fn proxies_may_speak_tls_and_hosts_be_ipv6() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let ca = authority.file_in(folder.path());
    let upstream = Upstream::start().await;
    let api = TlsFront::start(&authority, &upstream).await;
    let tunnels = Tunnels::start(None).await;
    let proxy = TlsFront::before(&authority, tunnels.address()).await;
    for (proxy, host) in [(tunnels.url(), api.ipv6_url()), (proxy.url(), api.url()), (proxy.url(), api.ipv6_url())] {
        let description = described(folder.path(), &host);
        let call = ["call", &description, "odd", "id=1", "--map", "tools", "--proxy-env", "--ca-file", &ca];
        let finished = Mcpgen::new(call).env("HTTPS_PROXY", &proxy).run("").await;
        assert_eq!(finished.code, Some(0), "{proxy} {host} {}", finished.stderr);
        let host = host.replace("https://", "");
        let head = tunnels.heads().pop().unwrap_or_default();
        assert!(head.starts_with(&format!("CONNECT {host} HTTP/1.1\r\nHost: {host}\r\n")), "{head}");
    }
    assert_eq!(upstream.requests().len(), 3);

    // Requests that are not encrypted themselves go to such a proxy whole.
    let whole = Upstream::start().await;
    let proxy = TlsFront::start(&authority, &whole).await;
    let description = described(folder.path(), "http://[2001:db8::1]:81/v1");
    let call = ["call", &description, "odd", "id=1", "--map", "tools", "--proxy-env", "--ca-file", &ca];
    let finished = Mcpgen::new(call).env("HTTP_PROXY", &proxy.url()).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert_eq!(whole.request(0).await.target(), "GET http://[2001:db8::1]:81/v1/it's/1?q='[]");
}

#[tokio::test]
async fn what_a_proxy_repeats_of_its_credentials_is_hidden() {
    let folder = tempfile::tempdir().expect("a folder");
    let proxy = Upstream::start().await;
    let description = described(folder.path(), "http://api.example.test/v1");
    let url = proxy.url().replace("http://", "http://user:pass%20word@");
    let call = ["call", &description, "odd", "id=1", "--map", "tools", "--proxy-env"];
    let told = "you sent Basic dXNlcjpwYXNzIHdvcmQ= which is user:pass word";
    let answers = [
        (Answer::of("text/plain", told).header("x-total-count", "dXNlcjpwYXNzIHdvcmQ="), 0),
        (Answer::of("text/plain", told).with_status(407), 1),
        (Answer::of("text/plain", "no pass word for you").with_status(500), 1),
        (Answer::status(302).header("location", "http://other.example/dXNlcjpwYXNzIHdvcmQ="), 1),
    ];
    for (answer, code) in answers {
        proxy.answer(answer);
        let finished = Mcpgen::new(call).env("HTTP_PROXY", &url).run("").await;
        assert_eq!(finished.code, Some(code), "{}", finished.stderr);
        let told = format!("{}{}", finished.stdout, finished.stderr);
        for secret in ["dXNlcjpwYXNz", "pass word"] {
            assert!(!told.contains(secret), "{told}");
        }
    }
}

#[tokio::test]
async fn http_2_is_spoken_where_the_api_does() {
    let folder = tempfile::tempdir().expect("a folder");
    let authority = Authority::new();
    let ca = authority.file_in(folder.path());
    // A request that the API hands back unread is sent again, whatever its method.
    let upstream = Http2::start(&authority, 2).await;
    let description = described(folder.path(), &upstream.url());
    let call = ["call", &description, "post", "id=a'b", "--map", "tools", "--ca-file", &ca];
    let finished = Mcpgen::new(call).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.contains(r#""over":2"#), "{}", finished.stdout);
    let expected = format!("POST {}/it's/a%27b?q='[]", upstream.url());
    assert_eq!(upstream.targets(), [expected.clone(), expected.clone(), expected]);
}

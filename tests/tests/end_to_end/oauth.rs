//! Access tokens: fetched once, renewed in time, and asked for nowhere but where they may be.

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text, upstream::Request};
use serde_json::{Value, json};

/// A description with one scheme; operations `a` and `b` need it with the scopes `read` and `write`.
fn described(folder: &tempfile::TempDir, scheme: &Value) -> String {
    let get = |id: &str, scope: &str| json!({"operationId": id, "security": [{"sso": [scope]}], "responses": {"200": {"description": "x"}}});
    let document = json!({
        "openapi": "3.1.0",
        "info": {"title": "Grants", "version": "1"},
        "paths": {
            "/a": {"get": get("a", "read"), "post": get("send", "read")},
            "/b": {"get": get("b", "write")},
        },
        "components": {"securitySchemes": {"sso": scheme}},
    });
    let path = folder.path().join("grants.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

fn client_credentials(token_url: &str) -> Value {
    json!({"type": "oauth2", "flows": {"clientCredentials": {"tokenUrl": token_url, "scopes": {}}}})
}

fn token(value: &str, seconds: u32) -> Answer {
    Answer::json(&json!({"access_token": value, "token_type": "Bearer", "expires_in": seconds}))
}

fn serve(description: &str, upstream: &Upstream) -> Mcpgen {
    Mcpgen::serve(description, upstream).with(["--map", "tools"]).env("MCPGEN_AUTH_SSO", "app:s3cret-word")
}

/// Method, target and `Authorization` of each request.
fn seen(upstream: &Upstream) -> Vec<(String, Option<String>)> {
    upstream.requests().iter().map(|request| (request.target().to_owned(), request.header("authorization"))).collect()
}

#[expect(clippy::unnecessary_wraps, reason = "it is compared with a header that may be absent")]
fn bearer(token: &str) -> Option<String> {
    Some(format!("Bearer {token}"))
}

fn form(request: &Request) -> String {
    String::from_utf8_lossy(&request.body).into_owned()
}

#[tokio::test]
async fn a_token_is_fetched_once_and_kept() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    let mut server = serve(&description, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    upstream.answer(token("t-1", 3600));
    for tool in ["a", "b", "a"] {
        assert_ne!(client.call(tool, json!({})).await["isError"], true);
    }
    let calls = [("GET /a", bearer("t-1")), ("GET /b", bearer("t-1")), ("GET /a", bearer("t-1"))];
    let basic = Some("Basic YXBwOnMzY3JldC13b3Jk".to_owned());
    let expected: Vec<_> = std::iter::once(("POST /oauth/token", basic)).chain(calls).collect();
    let got = seen(&upstream);
    assert_eq!(got.iter().map(|(target, value)| (target.as_str(), value.clone())).collect::<Vec<_>>(), expected);
    let request = upstream.request(0).await;
    assert_eq!(form(&request), "grant_type=client_credentials&scope=read+write");
    assert_eq!(request.header("content-type").as_deref(), Some("application/x-www-form-urlencoded"));
    client.close().await;
    assert!(server.end().await.1.contains("configured: sso"));
}

#[tokio::test]
async fn an_expired_token_is_fetched_again() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    let mut server =
        serve(&description, &upstream).with(["--auth-client", "sso=body", "--auth-scope", "sso=all  else"]).stdio();
    let client = server.connect("2025-11-25").await;
    for number in 1..=2 {
        upstream.answer(token(&format!("t-{number}"), 0));
        upstream.answer(Answer::json(&json!({})));
        client.call("a", json!({})).await;
    }
    let got = seen(&upstream);
    assert_eq!(got[1], ("GET /a".to_owned(), bearer("t-1")));
    assert_eq!(got[3], ("GET /a".to_owned(), bearer("t-2")));
    let request = upstream.request(2).await;
    assert_eq!(request.header("authorization"), None);
    assert_eq!(form(&request), "grant_type=client_credentials&scope=all+else&client_id=app&client_secret=s3cret-word");
    client.close().await;
}

#[tokio::test]
async fn further_fields_of_token_requests_are_configured() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    let flags = ["sso=audience=https://api.example/?a=b", "sso=resource=urn:one", "sso=resource=urn:two"];
    let flags = flags.iter().flat_map(|flag| ["--auth-token-parameter", flag]);
    let mut server = serve(&description, &upstream).with(flags).stdio();
    let client = server.connect("2025-11-25").await;
    upstream.answer(token("t-1", 3600));
    client.call("a", json!({})).await;
    let expected = "grant_type=client_credentials&scope=read+write&audience=https%3A%2F%2Fapi.example%2F%3Fa%3Db\
                    &resource=urn%3Aone&resource=urn%3Atwo";
    assert_eq!(form(&upstream.request(0).await), expected);
    client.close().await;
    for wrong in ["sso=audience", "sso==x", "sso=audience=", "sso=client_secret=s3cret", "sso=scope=x", "other=a=b"] {
        let finished = serve(&description, &upstream).with(["--auth-token-parameter", wrong]).run("").await;
        assert_eq!(finished.code, Some(2), "{wrong}: {}", finished.stderr);
        assert!(finished.stderr.contains("auth-token-parameter"), "{wrong}: {}", finished.stderr);
        assert!(!finished.stderr.contains("s3cret"), "{}", finished.stderr);
    }
}

#[tokio::test]
async fn a_refused_token_is_renewed_and_the_call_made_once_more() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    let mut server = serve(&description, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    let refused = || Answer::json(&json!({"error": "expired"})).with_status(401);
    for answer in [token("t-1", 3600), refused(), token("t-2", 3600), Answer::json(&json!({"done": true}))] {
        upstream.answer(answer);
    }
    let result = client.call("send", json!({})).await;
    assert!(content_text(&result).contains("done"), "{result}");
    let targets: Vec<_> = seen(&upstream);
    let expected = [("POST /a".to_owned(), bearer("t-1")), ("POST /a".to_owned(), bearer("t-2"))];
    assert_eq!([targets[1].clone(), targets[3].clone()], expected);

    // Once is enough, and what is refused twice is the answer.
    for answer in [refused(), token("t-3", 3600), refused()] {
        upstream.answer(answer);
    }
    let result = client.call("a", json!({})).await;
    assert!(result["isError"] == true && content_text(&result).contains("401"), "{result}");
    assert_eq!(upstream.requests().len(), 7);
    client.close().await;
}

#[tokio::test]
async fn one_fetch_serves_all_who_wait_and_survives_those_who_leave() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    let mut server = serve(&description, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    let (answer, hold) = token("t-1", 3600).held();
    upstream.answer(answer);
    let first = client.begin("a", json!({})).await;
    upstream.request(0).await;
    let mut waiting = Vec::new();
    for _ in 0..4 {
        waiting.push(client.begin("b", json!({})).await);
    }
    // Answered only after the calls before it have been read.
    client.tools().await;
    first.cancel(None).await.expect("a call can be cancelled");
    client.tools().await;
    hold.release();
    for call in waiting {
        call.await_response().await.expect("a result");
    }
    let got = seen(&upstream);
    assert_eq!(got.iter().filter(|(target, _)| target == "POST /oauth/token").count(), 1, "{got:?}");
    assert_eq!(got.iter().filter(|seen| **seen == ("GET /b".to_owned(), bearer("t-1"))).count(), 4, "{got:?}");
    client.close().await;
}

#[tokio::test]
async fn secrets_stay_away_from_where_a_description_or_a_document_points() {
    let folder = tempfile::tempdir().expect("a folder");
    let evil = Upstream::start().await;
    let url = evil.url();
    let oidc = |url: &str| json!({"type": "openIdConnect", "openIdConnectUrl": url});
    let cases = [
        (client_credentials(&format!("{url}/token")), None),
        (client_credentials(&format!("{}/token", url.replace("http://", "//"))), None),
        (oidc(&format!("{url}/.well-known/openid-configuration")), None),
        // The API's own discovery document points elsewhere.
        (
            oidc("/.well-known/openid-configuration"),
            Some(Answer::json(&json!({"token_endpoint": format!("{url}/token")}))),
        ),
        // The API's own token endpoint redirects elsewhere.
        (client_credentials("/token"), Some(Answer::status(307).header("location", &format!("{url}/token")))),
        (client_credentials("/token"), Some(Answer::status(302).header("location", "/elsewhere"))),
    ];
    for (scheme, answer) in cases {
        let upstream = Upstream::start().await;
        let description = described(&folder, &scheme);
        let mut server = serve(&description, &upstream).stdio();
        let client = server.connect("2025-11-25").await;
        let reaches_the_api = answer.is_none();
        if let Some(answer) = answer {
            upstream.answer(answer);
        }
        upstream.answer(Answer::json(&json!({})).with_status(401));
        let result = client.call("a", json!({})).await;
        let told = content_text(&result);
        assert!(result["isError"] == true && !told.contains("s3cret"), "{scheme}: {told}");
        assert_eq!(evil.requests().len(), 0, "{scheme}");
        client.close().await;
        let (_, stderr) = server.end().await;
        assert!(!stderr.contains("s3cret"), "{stderr}");
        let got = seen(&upstream);
        assert_eq!(got.len(), 1, "{scheme}: {got:?}");
        if reaches_the_api {
            assert_eq!(got[0], ("GET /a".to_owned(), None), "{scheme}");
            assert!(told.contains("--auth-token-url sso=URL"), "{scheme}: {told}");
            assert!(stderr.contains("--auth-token-url sso=URL"), "{scheme}: {stderr}");
        }
    }
}

#[tokio::test]
async fn the_operator_names_the_token_endpoint() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = folder.path().join("mcpgen.yaml");
    let oidc =
        json!({"type": "openIdConnect", "openIdConnectUrl": "https://idp.example/.well-known/openid-configuration"});
    let document = |issuer: &Upstream| {
        Answer::json(&json!({
            "token_endpoint": format!("{}/token", issuer.url()),
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }))
    };
    for (scheme, path) in [
        (client_credentials("https://idp.example/token"), "/token"),
        (oidc.clone(), "/token"),
        (oidc, "/realm/.well-known/openid-configuration"),
    ] {
        for by_config in [false, true] {
            let (upstream, issuer) = (Upstream::start().await, Upstream::start().await);
            let url = format!("{}{path}", issuer.url());
            let description = described(&folder, &scheme);
            let server = serve(&description, &upstream);
            let mut server = if by_config {
                let text = json!({"auth_token_url": {"sso": url}, "auth": {"sso": "app:${WORD}"}}).to_string();
                std::fs::write(&config, text).expect("a file can be written");
                server.with(["--config", &config.to_string_lossy()]).env("WORD", "s3cret-word").stdio()
            } else {
                server.with(["--auth-token-url", &format!("sso={url}")]).stdio()
            };
            let client = server.connect("2025-11-25").await;
            let discovers = path != "/token";
            if discovers {
                issuer.answer(document(&issuer));
            }
            issuer.answer(token("t-1", 3600));
            client.call("a", json!({})).await;
            assert_eq!(seen(&upstream), [("GET /a".to_owned(), bearer("t-1"))]);
            let got: Vec<_> = issuer.requests().iter().map(|request| request.target().to_owned()).collect();
            let asked = issuer.requests().pop().expect("a token request");
            if discovers {
                assert_eq!(got, [format!("GET {path}"), "POST /token".to_owned()]);
                assert!(form(&asked).contains("client_secret=s3cret-word"), "the document says how");
            } else {
                assert_eq!(got, ["POST /token"]);
                assert!(asked.header("authorization").is_some());
            }
            client.close().await;
        }
    }
}

#[tokio::test]
async fn refresh_tokens_are_exchanged_and_replaced() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let flows = json!({"authorizationCode": {"authorizationUrl": "/login", "tokenUrl": "/token", "refreshUrl": "/again", "scopes": {}}});
    let description = described(&folder, &json!({"type": "oauth2", "flows": flows}));
    let mut server = Mcpgen::serve(&description, &upstream)
        .with(["--map", "tools", "--auth-refresh-token", "sso=env:REFRESH", "--auth", "sso=${APP}:"])
        .env("APP", "public-app")
        .env("REFRESH", "r-1")
        .stdio();
    let client = server.connect("2025-11-25").await;
    for (number, next) in [(1, Some("r-2")), (2, None), (3, None)] {
        let mut answer = json!({"access_token": format!("t-{number}"), "expires_in": 0});
        if let Some(next) = next {
            answer["refresh_token"] = json!(next);
        }
        upstream.answer(Answer::json(&answer));
        upstream.answer(Answer::json(&json!({})));
        client.call("a", json!({})).await;
    }
    let forms: Vec<_> =
        upstream.requests().iter().filter(|request| request.target() == "POST /again").map(form).collect();
    let sent = |token: &str| format!("grant_type=refresh_token&refresh_token={token}&client_id=public-app");
    assert_eq!(forms, ["r-1", "r-2", "r-2"].map(sent));
    assert_eq!(seen(&upstream)[5], ("GET /a".to_owned(), bearer("t-3")));

    // One that was exchanged is not shown again, unless it is the other one that is good no more.
    let refused = Answer::json(&json!({"error": "invalid_grant"})).with_status(400);
    for (answer, expected) in [(Answer::status(503), "r-2"), (refused, "r-2"), (Answer::status(503), "r-1")] {
        upstream.answer(answer);
        assert_eq!(client.call("a", json!({})).await["isError"], true);
        assert_eq!(upstream.requests().last().map(form), Some(sent(expected)));
    }
    client.close().await;
}

#[tokio::test]
async fn a_configured_access_token_is_sent_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("https://idp.example/token"));
    let mut server = serve(&description, &upstream).env("MCPGEN_AUTH_SSO", "personal-token").stdio();
    let client = server.connect("2025-11-25").await;
    upstream.answer(Answer::status(401));
    assert_eq!(client.call("a", json!({})).await["isError"], true);
    assert_eq!(seen(&upstream), [("GET /a".to_owned(), bearer("personal-token"))]);
    client.close().await;
}

#[tokio::test]
async fn failures_of_a_token_endpoint_are_told_without_secrets() {
    let folder = tempfile::tempdir().expect("a folder");
    let long = json!({"access_token": "x".repeat(70_000)});
    let cases = [
        (
            Answer::json(&json!({"error": "invalid_client", "error_description": "s3cret-word?"})).with_status(401),
            "401 (invalid_client)",
        ),
        (Answer::json(&json!({"error": "s3cret-word"})).with_status(400), "answered 400"),
        (Answer::of("text/html", "<html>s3cret-word"), "no JSON"),
        (Answer::json(&json!({"access_token": "t", "token_type": "mac"})), "another type"),
        (Answer::json(&long), "more than"),
        (Answer::dropped(), "the token endpoint closed the connection"),
        (Answer::status(302).header("location", "/elsewhere?s3cret-word"), "answered 302"),
    ];
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/token"));
    let mut server = serve(&description, &upstream).with(["--log-level", "trace"]).stdio();
    let client = server.connect("2025-11-25").await;
    for (answer, expected) in cases {
        // A dropped connection is tried once more by the client's pool.
        let count = upstream.requests().len();
        upstream.answer(answer);
        let result = client.call("a", json!({})).await;
        let told = content_text(&result);
        assert!(result["isError"] == true && told.contains(expected), "{expected}: {told}");
        assert!(!told.contains("s3cret"), "{told}");
        assert!(upstream.requests().len() > count && seen(&upstream).iter().all(|(target, _)| target == "POST /token"));
    }
    upstream.answer(Answer::json(&json!({"access_token": "t", "token_type": "Bearer", "x": "x".repeat(60_000)})));
    assert_ne!(client.call("a", json!({})).await["isError"], true, "so long it may be");
    client.close().await;
    let (_, stderr) = server.end().await;
    assert!(!stderr.contains("s3cret") && stderr.contains("no access token"), "{stderr}");
}

#[tokio::test]
async fn a_request_that_is_shown_asks_for_no_token() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(&folder, &client_credentials("/oauth/token"));
    for (credential, variable) in [("app:s3cret-word", "MCPGEN_AUTH_SSO_TOKEN"), ("s3cret-word", "MCPGEN_AUTH_SSO")] {
        let url = upstream.url();
        let call = Mcpgen::new(["call", &description, "a", "--map", "tools", "--base-url", &url, "--dry-run"]);
        let finished = call.env("MCPGEN_AUTH_SSO", credential).run("").await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let expected = format!("authorization: Bearer ${variable}\n");
        assert!(finished.stdout.contains(&expected), "{}", finished.stdout);
        assert!(!finished.stdout.contains("s3cret"), "{}", finished.stdout);
    }
    assert!(upstream.requests().is_empty());
}

//! Who may call over HTTP, and what of their requests goes upstream.

use std::process::Stdio;

use mcpgen_tests::{
    Answer, HttpServer, Mcpgen, Upstream, fixture,
    issuer::{Signer, answer_keys, answer_metadata, seconds_from_now},
    rpc::{HttpAnswer, hello},
};
use serde_json::{Value, json};

const AUDIENCE: &str = "https://mcp.example/mcp";
const VERSION: &str = "2026-07-28";

/// Calls a tool of the library with these headers.
async fn call(server: &HttpServer, tool: &str, arguments: Value, headers: &[(&str, &str)]) -> HttpAnswer {
    let rpc = server.rpc();
    let params = json!({"name": tool, "arguments": arguments, "_meta": mcpgen_tests::rpc::meta(VERSION)});
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": params});
    let request = rpc.post(&message).header("mcp-protocol-version", VERSION).header("mcp-method", "tools/call");
    let request = request.header("mcp-name", tool);
    rpc.send(headers.iter().fold(request, |request, (name, value)| request.header(*name, *value))).await
}

async fn with_token(server: &HttpServer, token: &str) -> HttpAnswer {
    call(server, "listBooks", json!({}), &[("authorization", &format!("Bearer {token}"))]).await
}

fn challenge(answer: &HttpAnswer) -> String {
    answer.headers.get("www-authenticate").map_or_else(String::new, |value| value.to_str().expect("text").to_owned())
}

/// A server that takes tokens of the issuer.
async fn of_issuer(issuer: &Upstream, upstream: &Upstream, flags: &[&str]) -> HttpServer {
    let server = Mcpgen::serve(&fixture("library.yaml"), upstream).with(["--map", "tools"]);
    server.with(["--jwt-issuer", &issuer.url(), "--resource-url", AUDIENCE]).with(flags).http().await
}

fn claims(issuer: &Upstream) -> Value {
    json!({"iss": issuer.url(), "aud": AUDIENCE, "sub": "ann", "exp": seconds_from_now(300), "scope": "read"})
}

fn with(mut claims: Value, name: &str, value: Value) -> Value {
    claims[name] = value;
    claims
}

#[tokio::test]
async fn nobody_elsewhere_calls_without_saying_who_they_are() {
    let upstream = Upstream::start().await;
    let everywhere = ["--transport", "http", "--host", "0.0.0.0", "--port", "0"];
    let finished = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(everywhere).run("").await;
    assert_eq!(finished.code, Some(2), "{}", finished.stderr);
    for part in ["0.0.0.0", "--bearer-token", "--jwt-issuer", "--insecure-no-auth"] {
        assert!(finished.stderr.contains(part), "{part}: {}", finished.stderr);
    }
    for flags in [&["--insecure-no-auth"][..], &["--bearer-token", "env:TOKEN"]] {
        let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(everywhere).with(flags);
        let process = server.env("TOKEN", "s3cret").start(Stdio::null(), Stdio::null());
        process.says("it listens", |stderr| stderr.contains("serving at").then_some(())).await;
        process.terminate().await;
        assert_eq!(process.end().await.0.code(), Some(0));
    }
}

#[tokio::test]
async fn settings_that_make_no_sense_are_refused() {
    let upstream = Upstream::start().await;
    let cases: [(&[&str], &str); 10] = [
        (&["--bearer-token", "s3cret"], "secret itself"),
        (&["--bearer-token", "env:NOT_SET"], "NOT_SET is not set"),
        (&["--jwt-issuer", "http://idp.example"], "https URL"),
        (&["--jwt-issuer", "https://idp.example", "--jwt-algorithm", "HS256"], "RS256"),
        (&["--jwt-jwks-url", "https://idp.example"], "--jwt-issuer"),
        (&["--bearer-token", "env:PATH_", "--require-scope", "x"], "--jwt-issuer"),
        (&["--bearer-token", "env:PATH_", "--read-scope", "x"], "--jwt-issuer"),
        (&["--jwt-issuer", "https://idp.example", "--tool-scope", "nothing=x"], "name of a tool"),
        (&["--bearer-token", "env:PATH_", "--forward-header", "Authorization"], "who they are"),
        (&["--forward-header", "Host"], "belongs to the connection"),
    ];
    for (flags, expected) in cases {
        let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--transport", "http", "--port", "0"]);
        let finished = server.with(flags).env("PATH_", "s3cret").run("").await;
        assert_eq!(finished.code, Some(2), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{flags:?}: {}", finished.stderr);
        assert!(!finished.stderr.contains("s3cret"), "{}", finished.stderr);
    }
}

#[tokio::test]
async fn bearer_tokens_open_the_door() {
    let folder = tempfile::tempdir().expect("a folder");
    let file = folder.path().join("token");
    std::fs::write(&file, "file-token\n").expect("a file can be written");
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--map", "tools", "--log-level", "trace"])
        .with(["--bearer-token", "env:TOKEN", "--bearer-token", &format!("file:{}", file.display())])
        .env("TOKEN", "env-token")
        .http()
        .await;
    // What is sent as Authorization, the status, and what the challenge says.
    let cases: [(&[&str], u16, &str); 11] = [
        (&[], 401, "Bearer"),
        (&["Bearer env-token"], 200, ""),
        (&["bearer  env-token"], 200, ""),
        (&["Bearer file-token"], 200, ""),
        (&["Bearer env-toke"], 401, "invalid_token"),
        (&["Bearer env-token2"], 401, "invalid_token"),
        (&["Bearer "], 401, ""),
        (&["env-token"], 401, "Bearer"),
        (&["Basic ZW52LXRva2Vu"], 401, "Bearer"),
        (&["Bearer env-token", "Bearer env-token"], 400, "invalid_request"),
        (&["Bearer \u{e9}"], 401, "Bearer"),
    ];
    for (values, status, expected) in cases {
        let headers: Vec<_> = values.iter().map(|value| ("authorization", *value)).collect();
        let answer = call(&server, "listBooks", json!({}), &headers).await;
        assert_eq!(answer.status, status, "{values:?}: {}", answer.body);
        assert!(challenge(&answer).contains(expected), "{values:?}: {}", challenge(&answer));
        assert!(!answer.body.contains("env-token"), "{}", answer.body);
    }
    let rpc = server.rpc();
    let in_query = rpc.other("POST", "/mcp?access_token=env-token").body("{}");
    for (request, expected) in [
        (rpc.other("GET", "/healthz"), 200),
        (rpc.other("GET", "/mcp"), 401),
        (rpc.other("DELETE", "/mcp"), 401),
        (in_query, 401),
    ] {
        assert_eq!(rpc.send(request).await.status, expected);
    }
    std::fs::remove_file(&file).expect("it can be removed");
    std::fs::write(&file, "next-file-token\n").expect("a file can be written");
    assert_eq!(with_token(&server, "next-file-token").await.status, 200);
    assert_eq!(with_token(&server, "file-token").await.status, 401);
    assert!(upstream.requests().iter().all(|request| request.header("authorization").is_none()));
    let (_, stderr) = server.terminate().await;
    assert!(!stderr.contains("env-token") && !stderr.contains("file-token"), "{stderr}");
}

#[tokio::test]
async fn only_tokens_of_the_issuer_for_this_server_are_taken() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let (ed, ec, stranger) = (Signer::ed("ed"), Signer::ec("ec"), Signer::ed("ed"));
    let server = of_issuer(&issuer, &upstream, &["--log-level", "trace"]).await;
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&ed, &ec]);
    let good = claims(&issuer);
    let spliced = {
        let (token, other) = (ed.token(&good), ed.token(&with(good.clone(), "sub", json!("bob"))));
        let parts: Vec<_> = token.split('.').zip(other.split('.')).collect();
        format!("{}.{}.{}", parts[0].0, parts[1].1, parts[2].0)
    };
    let unsigned =
        format!("{}.", ed.token_with(&json!({"alg": "none"}), &good).rsplit_once('.').expect("three parts").0);
    // What it is, the token, what is wrong with it.
    let cases = [
        ("as it should be", ed.token(&good), None),
        ("another algorithm", ec.token(&good), None),
        ("without a key's name", ed.token_with(&json!({"alg": "EdDSA"}), &good), None),
        ("one of several audiences", ed.token(&with(good.clone(), "aud", json!(["x", AUDIENCE]))), None),
        ("just expired", ed.token(&with(good.clone(), "exp", json!(seconds_from_now(-30)))), None),
        ("expired", ed.token(&with(good.clone(), "exp", json!(seconds_from_now(-90)))), Some("has expired")),
        ("not yet", ed.token(&with(good.clone(), "nbf", json!(seconds_from_now(90)))), Some("is not valid yet")),
        ("for ever", ed.token(&with(good.clone(), "exp", Value::Null)), Some("does not say when it expires")),
        (
            "another audience",
            ed.token(&with(good.clone(), "aud", json!("https://other.example"))),
            Some("is for another audience"),
        ),
        ("no audience", ed.token(&with(good.clone(), "aud", Value::Null)), Some("by whom and for whom")),
        (
            "another issuer",
            ed.token(&with(good.clone(), "iss", json!("https://other.example"))),
            Some("is of another issuer"),
        ),
        ("no issuer", ed.token(&with(good.clone(), "iss", Value::Null)), Some("by whom and for whom")),
        (
            "a list of issuers",
            ed.token(&with(good.clone(), "iss", json!([issuer.url()]))),
            Some("is of another issuer"),
        ),
        ("signed by a stranger", stranger.token(&good), Some("signature is wrong")),
        ("claims of another token", spliced, Some("signature is wrong")),
        ("unsigned", unsigned, Some("is not one of this server's")),
        (
            "signed with the public key as a secret",
            ed.token_with(&json!({"alg": "HS256", "kid": "ed"}), &good),
            Some("in a way that is not admitted"),
        ),
        (
            "a key of another kind",
            ed.token_with(&json!({"alg": "ES256", "kid": "ed"}), &good),
            Some("with a key that the authorization server does not publish"),
        ),
        (
            "critical extensions",
            ed.token_with(&json!({"alg": "EdDSA", "kid": "ed", "crit": ["http://example/unknown"]}), &good),
            Some("(crit)"),
        ),
        ("no token at all", "a.b.c".to_owned(), Some("is not one of this server's")),
        ("as long as can be", "x".repeat(16 * 1024), Some("is not one of this server's")),
        ("too long", "x".repeat(16 * 1024 + 1), Some("is too long")),
        ("far too long", "x".repeat(20 * 1024), Some("is too long")),
    ];
    for (what, token, expected) in cases {
        let answer = with_token(&server, &token).await;
        assert_eq!(answer.status, if expected.is_none() { 200 } else { 401 }, "{what}: {}", answer.body);
        if let Some(expected) = expected {
            let challenge = challenge(&answer);
            assert!(
                challenge.contains("error=\"invalid_token\"") && challenge.contains(expected),
                "{what}: {challenge}"
            );
        }
        assert!(!answer.body.contains(&token), "{what}");
    }
    let got: Vec<_> = issuer.requests().iter().map(|request| request.target().to_owned()).collect();
    assert_eq!(got[..2], ["GET /.well-known/oauth-authorization-server", "GET /keys"]);
    let (_, stderr) = server.terminate().await;
    assert!(!stderr.contains("eyJ"), "{stderr}");
}

#[tokio::test]
async fn keys_without_a_name_are_tried_one_after_the_other() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let (one, other) = (Signer::ed("one"), Signer::ed("other"));
    let server = of_issuer(&issuer, &upstream, &[]).await;
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&one, &other]);
    for (signer, expected) in [(&one, 200), (&other, 200), (&Signer::ed("third"), 401)] {
        let token = signer.token_with(&json!({"alg": "EdDSA"}), &claims(&issuer));
        assert_eq!(with_token(&server, &token).await.status, expected);
    }
}

#[tokio::test]
async fn documents_of_an_issuer_are_read_within_their_bounds() {
    for (more, expected) in [(400_000, 200), (600_000, 401)] {
        let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
        let signer = Signer::ed("ed");
        let server = of_issuer(&issuer, &upstream, &[]).await;
        answer_metadata(&issuer);
        issuer.answer(Answer::json(&json!({"keys": [signer.jwk()], "more": "x".repeat(more)})));
        assert_eq!(with_token(&server, &signer.token(&claims(&issuer))).await.status, expected, "{more}");
    }
}

#[tokio::test]
async fn metadata_of_another_issuer_is_not_believed() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let signer = Signer::ed("ed");
    let server = of_issuer(&issuer, &upstream, &[]).await;
    // At each place where metadata may be.
    for _ in 0..2 {
        let keys = format!("{}/keys", issuer.url());
        issuer.answer(Answer::json(&json!({"issuer": "https://other.example", "jwks_uri": keys})));
    }
    answer_keys(&issuer, &[&signer]);
    assert_eq!(with_token(&server, &signer.token(&claims(&issuer))).await.status, 401);
    assert_eq!(issuer.requests().len(), 2, "nobody asks for its keys");
    let (_, stderr) = server.terminate().await;
    assert!(stderr.contains("its metadata names another issuer"), "{stderr}");
}

#[tokio::test]
async fn keys_rotate_and_are_not_asked_for_without_end() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let (first, second) = (Signer::ed("one"), Signer::ed("two"));
    let keys = format!("{}/keys", issuer.url());
    let server = of_issuer(&issuer, &upstream, &["--jwt-jwks-url", &keys]).await;
    answer_keys(&issuer, &[&first]);
    for _ in 0..3 {
        assert_eq!(with_token(&server, &first.token(&claims(&issuer))).await.status, 200);
    }
    assert_eq!(issuer.requests().len(), 1, "they are kept");
    answer_keys(&issuer, &[&second]);
    assert_eq!(with_token(&server, &second.token(&claims(&issuer))).await.status, 200);
    assert_eq!(issuer.requests().len(), 2);
    issuer.answer(Answer::status(500));
    assert_eq!(with_token(&server, &first.token(&claims(&issuer))).await.status, 401, "it was withdrawn");
    assert_eq!(with_token(&server, &second.token(&claims(&issuer))).await.status, 200, "a failure takes no key away");
    for index in 0..20 {
        let unknown = Signer::ed(&format!("unknown-{index}")).token(&claims(&issuer));
        assert_eq!(with_token(&server, &unknown).await.status, 401);
    }
    assert_eq!(issuer.requests().len(), 5, "whatever tokens name");
}

#[tokio::test]
async fn clients_are_told_where_to_get_a_token() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let server =
        of_issuer(&issuer, &upstream, &["--require-scope", "read", "--tool-scope", "addBook=write admin"]).await;
    let signer = Signer::ed("ed");
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&signer]);
    let metadata_url = "resource_metadata=\"https://mcp.example/.well-known/oauth-protected-resource/mcp\"";
    let answer = call(&server, "listBooks", json!({}), &[]).await;
    assert_eq!((answer.status, challenge(&answer)), (401, format!("Bearer scope=\"read\", {metadata_url}")));
    let rpc = server.rpc();
    for path in ["/.well-known/oauth-protected-resource", "/.well-known/oauth-protected-resource/mcp"] {
        let answer = rpc.send(rpc.other("GET", path)).await;
        let expected = json!({
            "resource": AUDIENCE, "authorization_servers": [issuer.url()], "bearer_methods_supported": ["header"],
            "resource_name": "Town Library", "scopes_supported": ["admin", "read", "write"],
        });
        assert_eq!((answer.status, answer.message), (200, expected));
    }
    // The scopes, the tool, the status, the scopes that are asked for.
    let cases = [
        ("read", "listBooks", 200, ""),
        ("other", "listBooks", 403, "scope=\"read\""),
        ("", "listBooks", 403, "scope=\"read\""),
        ("read", "addBook", 403, "scope=\"read write admin\""),
        ("read write", "addBook", 403, "scope=\"read write admin\""),
        ("read write admin", "addBook", 200, ""),
    ];
    for (scopes, tool, status, expected) in cases {
        let before = upstream.requests().len();
        let token = signer.token(&with(claims(&issuer), "scope", json!(scopes)));
        let arguments = if tool == "addBook" { json!({"id": 1, "title": "x"}) } else { json!({}) };
        let answer = call(&server, tool, arguments, &[("authorization", &format!("Bearer {token}"))]).await;
        assert_eq!(answer.status, status, "{scopes} {tool}: {}", answer.body);
        let told = challenge(&answer);
        assert!(told.contains(expected) && (status == 200 || told.contains("insufficient_scope")), "{told}");
        assert!(status == 200 || told.contains(metadata_url), "{told}");
        assert!(status == 200 || upstream.requests().len() == before, "nothing is sent");
    }
    // What has no message needs the scopes of everything only.
    for (scope, expected) in [("read", 406), ("write", 403)] {
        let token = signer.token(&with(claims(&issuer), "scope", json!(scope)));
        let answer = rpc.send(rpc.other("GET", "/mcp").bearer_auth(token)).await;
        assert_eq!(answer.status, expected, "{scope}: {}", answer.body);
    }
}

#[tokio::test]
async fn a_session_is_of_whoever_began_it() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--bearer-token", "env:ANN", "--bearer-token", "env:BOB"])
        .env("ANN", "token-of-ann")
        .env("BOB", "token-of-bob")
        .http()
        .await;
    let rpc = server.rpc();
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let begun = rpc.send(rpc.post(&message).bearer_auth("token-of-ann")).await;
    let session = begun.headers["mcp-session-id"].to_str().expect("text").to_owned();
    let message = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    rpc.send(rpc.post(&message).bearer_auth("token-of-ann").header("mcp-session-id", &session)).await;
    for (token, expected) in [("token-of-bob", 404), ("token-of-ann", 200), ("token-of-nobody", 401)] {
        let message = json!({"jsonrpc": "2.0", "id": 2, "method": "tools/list", "params": {}});
        let answer = rpc.send(rpc.post(&message).bearer_auth(token).header("mcp-session-id", &session)).await;
        assert_eq!(answer.status, expected, "{token}: {}", answer.body);
    }
    let end = |token: &str| rpc.other("DELETE", "/mcp").bearer_auth(token).header("mcp-session-id", &session);
    assert_eq!(rpc.send(end("token-of-bob")).await.status, 404);
    let ended = rpc.send(end("token-of-ann")).await.status;
    assert!((200..300).contains(&ended), "{ended}");
}

#[tokio::test]
async fn named_headers_go_upstream_each_with_its_own_call() {
    let upstream = Upstream::start().await;
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream)
        .with(["--map", "tools", "--forward-header", "X-User", "--forward-header", "X-Library-Key"])
        .with(["--forward-header", "X-Tenant", "--header", "X-Tenant=env:TENANT"])
        .env("MCPGEN_AUTH_LIBRARY_KEY", "the-operators")
        .env("TENANT", "zoo")
        .http()
        .await;
    let (answer, hold) = Answer::json(&json!([])).held();
    upstream.answer(answer);
    let headers = |user: &'static str| {
        [
            ("x-user", user),
            ("x-library-key", "the-clients"),
            ("x-tenant", "the-clients"),
            ("cookie", "a=b"),
            ("x-other", "x"),
        ]
    };
    let (ann, bob) = (headers("ann"), headers("bob"));
    let calls = async {
        tokio::join!(call(&server, "listBooks", json!({"limit": 1}), &ann), async {
            upstream.request(0).await;
            let answer = call(&server, "listBooks", json!({"limit": 2}), &bob).await;
            let plain = call(&server, "listBooks", json!({"limit": 3}), &[]).await;
            hold.release();
            (answer, plain)
        })
    };
    let (first, (second, third)) = calls.await;
    for (index, user, answer) in [(0, Some("ann"), first), (1, Some("bob"), second), (2, None, third)] {
        assert_eq!(answer.status, 200, "{}", answer.body);
        let request = upstream.request(index).await;
        assert!(request.target().ends_with(&format!("limit={}", index + 1)));
        assert_eq!(request.header("x-user").as_deref(), user);
        assert_eq!(request.header("x-library-key").as_deref(), Some("the-operators"));
        assert_eq!(request.header("x-tenant").as_deref(), Some("zoo"));
        assert!(request.header("cookie").is_none() && request.header("x-other").is_none());
    }
    // In a session each message has its own headers too.
    let rpc = server.rpc();
    let message = json!({"jsonrpc": "2.0", "id": 1, "method": "initialize", "params": hello("2025-11-25")});
    let begun = rpc.send(rpc.post(&message).header("x-user", "who-began")).await;
    let session = begun.headers["mcp-session-id"].clone();
    let message = json!({"jsonrpc": "2.0", "method": "notifications/initialized"});
    rpc.send(rpc.post(&message).header("mcp-session-id", &session)).await;
    for (index, user) in [(3, Some("carl")), (4, None)] {
        let params = json!({"name": "listBooks", "arguments": {}});
        let message = json!({"jsonrpc": "2.0", "id": index, "method": "tools/call", "params": params});
        let request = rpc.post(&message).header("mcp-session-id", &session);
        rpc.send(user.iter().fold(request, |request, user| request.header("x-user", *user))).await;
        assert_eq!(upstream.request(index).await.header("x-user").as_deref(), user);
    }
}

#[tokio::test]
async fn reads_need_their_scopes() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let flags = ["--jwt-issuer", &issuer.url(), "--resource-url", AUDIENCE, "--read-scope", "books:read"];
    let server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).http().await;
    let signer = Signer::ed("ed");
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&signer]);
    let rpc = server.rpc();
    let cases = [
        ("books:read", "resources/read", "api://town-library/books/3", 200),
        ("other", "resources/read", "api://town-library/books/3", 403),
        ("", "resources/read", "api://town-library/books", 403),
        ("", "resources/list", "", 200),
        ("", "tools/call", "removeBook", 200),
    ];
    for (scopes, method, name, status) in cases {
        let mut params = json!({"_meta": mcpgen_tests::rpc::meta(VERSION)});
        match method {
            "resources/read" => params["uri"] = name.into(),
            "tools/call" => (params["name"], params["arguments"]) = (name.into(), json!({"bookId": 1})),
            _ => {}
        }
        let message = json!({"jsonrpc": "2.0", "id": 1, "method": method, "params": params});
        let token = signer.token(&with(claims(&issuer), "scope", json!(scopes)));
        let request = rpc.post(&message).header("mcp-protocol-version", VERSION).header("mcp-method", method);
        let request = if name.is_empty() { request } else { request.header("mcp-name", name) };
        let answer = rpc.send(request.header("authorization", format!("Bearer {token}"))).await;
        assert_eq!(answer.status, status, "{scopes} {method} {name}: {}", answer.body);
        assert_eq!(challenge(&answer).contains("scope=\"books:read\""), status == 403, "{}", challenge(&answer));
    }
    assert_eq!(upstream.requests().len(), 2);
}

#[tokio::test]
async fn the_short_way_and_the_long_way_ask_the_same() {
    let (issuer, upstream) = (Upstream::start().await, Upstream::start().await);
    let origin = "http://page.example";
    let flags = ["--tool-scope", "listBooks=write", "--forward-header", "X-User", "--allow-origin", origin];
    let server = of_issuer(&issuer, &upstream, &flags).await;
    let signer = Signer::ed("ed");
    answer_metadata(&issuer);
    answer_keys(&issuer, &[&signer]);
    let bearer = |scope: &str| format!("Bearer {}", signer.token(&with(claims(&issuer), "scope", json!(scope))));
    let (read, write) = (bearer("read"), bearer("write"));
    // A request with an origin is left to the SDK.
    for way in [&[][..], &[("origin", origin)]] {
        let headers = |token: Option<&'static str>| [way, &[("x-user", token.unwrap_or("nobody"))]].concat();
        let before = upstream.requests().len();
        let cases = [(None, 401), (Some("Bearer x"), 401), (Some(read.as_str()), 403)];
        for (token, status) in cases {
            let mut headers = headers(None);
            headers.extend(token.map(|token| ("authorization", token)));
            let answer = call(&server, "listBooks", json!({}), &headers).await;
            assert_eq!(answer.status, status, "{way:?} {token:?}: {}", answer.body);
        }
        let rpc = server.rpc();
        let twice = format!(
            r#"{{"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {{"name": "addBook", "name": "listBooks", "arguments": {{}}, "_meta": {}}}}}"#,
            mcpgen_tests::rpc::meta(VERSION)
        );
        for name in ["listBooks", "addBook"] {
            let request = rpc.post(&json!({})).body(twice.clone()).header("mcp-protocol-version", VERSION);
            let request = request.header("mcp-method", "tools/call").header("mcp-name", name);
            let request = way.iter().fold(request, |request, (name, value)| request.header(*name, *value));
            let answer = rpc.send(request.header("authorization", &read)).await;
            assert_eq!(answer.status, 400, "{way:?} {name}: {}", answer.body);
        }
        assert_eq!(upstream.requests().len(), before, "nothing is sent");
        let mut headers = headers(Some("ann"));
        headers.push(("authorization", &write));
        let answer = call(&server, "listBooks", json!({}), &headers).await;
        assert_eq!(answer.status, 200, "{way:?}: {}", answer.body);
        let request = upstream.request(before).await;
        assert_eq!(request.header("x-user").as_deref(), Some("ann"), "{way:?}");
        assert_eq!(request.header("authorization"), None, "{way:?}");
    }
}

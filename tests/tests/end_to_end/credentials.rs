//! Credentials from every source, in every place, and which of them a call takes.

use std::path::Path;

use mcpgen_tests::{Answer, Mcpgen, Upstream, client::content_text};
use serde_json::{Value, json};

/// A description: schemes of every kind that a value is sent for, and an operation for each entry of `security`.
fn described(folder: &Path, root: &Value, security: &[(&str, Option<Value>)]) -> String {
    let operation = |id: &str, security: &Option<Value>| {
        let mut operation = json!({"operationId": id, "responses": {"200": {"description": "x"}}});
        if let Some(security) = security {
            operation["security"] = security.clone();
        }
        json!({"get": operation})
    };
    let paths: serde_json::Map<String, Value> =
        security.iter().map(|(id, security)| (format!("/{id}"), operation(id, security))).collect();
    let document = json!({
        "openapi": "3.0.3",
        "info": {"title": "Doors", "version": "1"},
        "security": root,
        "paths": paths,
        "components": {"securitySchemes": {
            "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "ask": {"type": "apiKey", "in": "query", "name": "key"},
            "crumb": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "login": {"type": "http", "scheme": "Basic"},
            "token": {"type": "http", "scheme": "bearer"},
            "seal": {"type": "http", "scheme": "Signature"},
        }},
    });
    let path = folder.join("doors.json");
    std::fs::write(&path, document.to_string()).expect("a file can be written");
    path.to_string_lossy().into_owned()
}

/// What of a request is a credential.
fn given(request: &mcpgen_tests::upstream::Request) -> String {
    let query = request.target().split_once('?').map(|(_, query)| query.to_owned());
    let headers = ["authorization", "cookie", "x-key"].map(|name| request.header(name));
    query.into_iter().chain(headers.into_iter().flatten()).collect::<Vec<_>>().join(" | ")
}

#[tokio::test]
async fn the_first_set_that_is_configured_is_taken() {
    let folder = tempfile::tempdir().expect("a folder");
    // The operation's security, what is configured, and what a call sends.
    let cases: [(Option<Value>, &[&str], &str); 15] = [
        (None, &["HEAD"], "v-head"),
        (Some(json!([])), &["HEAD", "TOKEN"], ""),
        (Some(json!([{}])), &["HEAD", "TOKEN"], ""),
        (Some(json!([{"token": []}, {}])), &["HEAD"], ""),
        (Some(json!([{"token": []}, {}])), &["TOKEN"], "Bearer v-token"),
        (Some(json!([{}, {"token": []}])), &["TOKEN"], ""),
        (Some(json!([{"token": []}, {"head": []}])), &["HEAD", "TOKEN"], "Bearer v-token"),
        (Some(json!([{"token": []}, {"head": []}])), &["HEAD"], "v-head"),
        (Some(json!([{"token": [], "head": []}, {"ask": []}])), &["TOKEN", "ASK"], "key=v-ask"),
        (
            Some(json!([{"token": [], "head": [], "crumb": []}])),
            &["TOKEN", "HEAD", "CRUMB"],
            "Bearer v-token | sid=v-crumb | v-head",
        ),
        (Some(json!([{"token": [], "head": []}])), &["TOKEN"], ""),
        (Some(json!([{"unknown": []}, {"head": []}])), &["HEAD", "UNKNOWN"], "v-head"),
        (Some(json!([{"login": []}])), &["LOGIN"], "Basic dS1sb2dpbjp2LWxvZ2lu"),
        (Some(json!([{"seal": []}])), &["SEAL"], "v-seal"),
        (Some(json!([{"token": []}])), &[], ""),
    ];
    for (security, configured, expected) in cases {
        let upstream = Upstream::start().await;
        let description = described(folder.path(), &json!([{"head": []}]), &[("open", security.clone())]);
        let server = Mcpgen::serve(&description, &upstream).with(["--map", "tools"]);
        let mut server = configured
            .iter()
            .fold(server, |server, name| {
                let value = format!("v-{}", name.to_lowercase());
                let value = if *name == "LOGIN" { format!("u-login:{value}") } else { value };
                server.env(&format!("MCPGEN_AUTH_{name}"), &value)
            })
            .stdio();
        let client = server.connect("2025-11-25").await;
        client.call("open", json!({})).await;
        assert_eq!(given(&upstream.request(0).await), expected, "{security:?} {configured:?}");
        client.close().await;
    }
}

#[tokio::test]
async fn a_flag_wins_over_its_own_variable_only() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let both = json!([{"token": [], "head": []}]);
    let description = described(folder.path(), &json!([{"head": []}]), &[("open", Some(both))]);
    let server = Mcpgen::serve(&description, &upstream).with(["--map", "tools", "--auth", "head=env:OTHER"]);
    let server = server.env("MCPGEN_AUTH_HEAD", "v-head").env("MCPGEN_AUTH_TOKEN", "v-token");
    let mut server = server.env("OTHER", "v-other").stdio();
    let client = server.connect("2025-11-25").await;
    client.call("open", json!({})).await;
    assert_eq!(given(&upstream.request(0).await), "Bearer v-token | v-other");
    client.close().await;
}

#[tokio::test]
async fn what_is_configured_and_what_cannot_be_called_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let operations = [
        ("open", Some(json!([]))),
        ("kept", Some(json!([{"token": []}]))),
        ("shut", Some(json!([{"seal": []}, {"login": [], "head": []}]))),
    ];
    let description = described(folder.path(), &json!([]), &operations);
    let mut server = Mcpgen::serve(&description, &upstream)
        .with(["--map", "tools"])
        .env("MCPGEN_AUTH_TOKEN", "t")
        .env("MCPGEN_AUTH_HEAD", "h")
        .stdio();
    let client = server.connect("2025-11-25").await;
    for status in [401, 403] {
        upstream.answer(Answer::status(status));
        let told = content_text(&client.call("shut", json!({})).await);
        assert!(told.contains("MCPGEN_AUTH_SEAL") && told.contains("MCPGEN_AUTH_LOGIN"), "{told}");
        assert!(!told.contains("MCPGEN_AUTH_HEAD"), "it is there: {told}");
    }
    client.close().await;
    let (_, stderr) = server.end().await;
    let line = stderr.lines().find(|line| line.contains("credentials configured")).expect("it is told at the start");
    for part in ["WARN", "head, token", "1 operation goes", ": shut", "MCPGEN_AUTH_SEAL", "MCPGEN_AUTH_LOGIN"] {
        assert!(line.contains(part), "{part} is not in {line}");
    }
    assert!(!line.contains("kept") && !line.contains("open"), "{line}");
}

#[tokio::test]
async fn a_file_is_read_again_when_it_changes() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(folder.path(), &json!([{"token": []}]), &[("open", None)]);
    let file = folder.path().join("token");
    let write = |text: &str| {
        let new = folder.path().join("new");
        std::fs::write(&new, text).expect("a file can be written");
        std::fs::rename(&new, &file).expect("it can be moved");
    };
    write("first-secret\n");
    let config = folder.path().join("mcpgen.json");
    let source = format!("file:{}", file.display());
    let headers = json!({"X-Tenant": "${TENANT}/a", "X-Token": source});
    let settings = json!({"map": "tools", "auth": {"token": source}, "header": headers});
    std::fs::write(&config, settings.to_string()).expect("a file can be written");
    let mut server = Mcpgen::serve(&description, &upstream)
        .with(["--config", &config.to_string_lossy()])
        .env("TENANT", "zoo")
        .stdio();
    let client = server.connect("2025-11-25").await;
    let steps = [
        (None, "first-secret"),
        (Some("second-secret"), "second-secret"),
        (Some(""), "second-secret"),
        (Some("bad\u{1}secret"), "second-secret"),
        (Some("third-secret"), "third-secret"),
    ];
    for (index, (content, expected)) in steps.into_iter().enumerate() {
        if let Some(content) = content {
            write(content);
        }
        client.call("open", json!({})).await;
        let request = upstream.request(index).await;
        assert_eq!(request.header("authorization"), Some(format!("Bearer {expected}")), "{content:?}");
        assert_eq!(request.header("x-tenant").as_deref(), Some("zoo/a"));
        assert_eq!(request.header("x-token").as_deref(), Some(expected), "{content:?}");
    }
    client.close().await;
    let (_, stderr) = server.end().await;
    assert_eq!(stderr.matches("its last value stays").count(), 4, "{stderr}");
    assert!(!stderr.contains("-secret") && !stderr.contains("bad"), "{stderr}");
}

#[tokio::test]
async fn settings_that_cannot_be_used_are_refused() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let description = described(folder.path(), &json!([]), &[("open", None)]);
    let cases: [(&[&str], &str); 9] = [
        (&["--auth", "token=s3cret"], "secret itself"),
        (&["--auth", "s3cret"], "secret itself"),
        (&["--auth", "tokn=env:PATH"], "no security scheme \"tokn\""),
        (&["--auth", "token=env:MCPGEN_NOT_SET"], "MCPGEN_NOT_SET is not set"),
        (&["--auth", "token=x${MCPGEN_NOT_SET}"], "MCPGEN_NOT_SET is not set"),
        (&["--auth", "token=file:/no/such/file"], "/no/such/file"),
        (&["--auth", "login=env:S3CRET"], "user:password"),
        (&["--auth-token-url", "token=https://a.test"], "none of OAuth 2.0"),
        (&["--auth-token-url", "token=s3cret"], "URL, absolute"),
    ];
    for (flags, expected) in cases {
        let finished = Mcpgen::serve(&description, &upstream).with(flags).env("S3CRET", "s3cret").run("").await;
        assert_eq!(finished.code, Some(2), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains(expected), "{flags:?}: {}", finished.stderr);
        assert!(!finished.stderr.contains("s3cret"), "{}", finished.stderr);
    }
}

//! `--dry-run`: its line for a shell sends what the call itself sends, and holds no secret.

use mcpgen_tests::{Mcpgen, Upstream, soon, upstream::Request};
use serde_json::json;
use tokio::process::Command;

/// A description with every kind of body and of credential.
fn description() -> String {
    let text = |media_type: &str| json!({"required": true, "content": {media_type: {"schema": {"type": "string"}}}});
    let object = json!({"type": "object", "properties": {"a": {"type": "string"}, "b": {"type": "number"}}});
    let body = |media_type: &str| json!({"required": true, "content": {media_type: {"schema": object}}});
    let file =
        json!({"type": "object", "properties": {"a": {"type": "string"}, "f": {"type": "string", "format": "binary"}}});
    let parameters = json!([
        {"name": "p", "in": "path", "required": true, "schema": {"type": "string"}},
        {"name": "q", "in": "query", "allowReserved": true, "schema": {"type": "string"}},
        {"name": "X-H", "in": "header", "schema": {"type": "string"}},
        {"name": "c", "in": "cookie", "schema": {"type": "string"}},
    ]);
    let secured =
        |id: &str, schemes: serde_json::Value| json!({"operationId": id, "security": [schemes], "responses": {}});
    json!({
        "openapi": "3.0.3", "info": {"title": "Shell", "version": "1"},
        "components": {"securitySchemes": {
            "head": {"type": "apiKey", "in": "header", "name": "X-Key"},
            "query": {"type": "apiKey", "in": "query", "name": "key"},
            "cookie": {"type": "apiKey", "in": "cookie", "name": "sid"},
            "basic": {"type": "http", "scheme": "basic"},
            "bearer": {"type": "http", "scheme": "bearer"},
        }},
        "paths": {
            "/json": {"post": {"operationId": "json", "requestBody": body("application/json"), "responses": {}}},
            "/form": {"put": {"operationId": "form", "requestBody": body("application/x-www-form-urlencoded"), "responses": {}}},
            "/text": {"post": {"operationId": "text", "requestBody": text("text/plain"), "responses": {}}},
            "/binary": {"post": {"operationId": "binary", "requestBody": text("application/octet-stream"), "responses": {}}},
            "/files": {"post": {"operationId": "files", "requestBody": {"content": {"multipart/form-data": {"schema": file}}}, "responses": {}}},
            "/none": {
                "post": {"operationId": "none", "responses": {}}, "delete": {"operationId": "remove", "responses": {}},
                "patch": {"operationId": "touch", "responses": {}}, "options": {"operationId": "options", "responses": {}},
                "head": {"operationId": "head", "responses": {}},
            },
            "/places/{p}": {"get": {"operationId": "places", "parameters": parameters, "responses": {}}},
            "/all": {"get": secured("all", json!({"head": [], "query": [], "cookie": [], "bearer": []}))},
            "/basic": {"get": secured("basic", json!({"basic": []}))},
        },
    })
    .to_string()
}

const SECRETS: [(&str, &str); 5] = [
    ("MCPGEN_AUTH_HEAD", "s3cret $HOME 'x' \"y\" \\"),
    ("MCPGEN_AUTH_QUERY", "s3cret-q"),
    ("MCPGEN_AUTH_COOKIE", "s3cret.c"),
    ("MCPGEN_AUTH_BASIC", "user:s3cret pass word that is longer than one line of base64 has room for, by far and more"),
    ("MCPGEN_AUTH_BEARER", "s3cret.b"),
];

/// The request line, the headers in an order of their own, and the body.
fn comparable(request: &Request) -> (String, Vec<(String, String)>, Vec<u8>) {
    let mut headers = request.headers.clone();
    headers.sort();
    (request.line.clone(), headers, request.body.to_vec())
}

#[tokio::test]
async fn a_shell_sends_what_the_call_sends() {
    let curl = Command::new("curl").arg("--version").output().await;
    if !curl.is_ok_and(|curl| curl.status.success()) {
        eprintln!("skipped: there is no curl here");
        return;
    }
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("api.json"), description()).expect("a file");
    std::fs::write(folder.path().join("all.bin"), (0..=255).collect::<Vec<u8>>()).expect("a file");
    std::fs::write(folder.path().join("long.txt"), "it's 'long'\\n\n".repeat(8000)).expect("a file");
    let cases: [&[&str]; 22] = [
        &["json", "a=it's $HOME `x` \"y\" \\n é %s", "b=1e5"],
        &["json"],
        &["json", "a=line\r\nbreak\ttab\u{7f}"],
        &["form", "a=a&b=c d+é"],
        &["text", "body:=\"@file\""],
        &["text", "body=%s %b \\n \\0101"],
        &["text", "body:=\"a\\r\\nb\\u0000c\\\\d'\""],
        &["text", "body="],
        &["text", "body=@long.txt"],
        &["binary", "body=@all.bin"],
        &["binary", "body=aGVsbG8="],
        &["files", "a=x y", "f=@all.bin"],
        &["files", "a=x y"],
        &["none"],
        &["remove"],
        &["touch"],
        &["options"],
        &["head"],
        &["places", "p=a b/c{d}[e]", "q=/a:b,c;(d)*!@?=$x[1]", "X-H=é 'x' $y", "c=a;b c"],
        &["places", "p=x", "X-H="],
        &["all"],
        &["basic"],
    ];
    for words in cases {
        let upstream = Upstream::start().await;
        let url = upstream.url();
        let mcpgen = |more: &[&str]| {
            let fixed = ["call", "api.json"].into_iter().chain(words.iter().copied());
            let routes = ["--map", "tools", "--route", "HEAD,OPTIONS=tool", "--base-url", &url];
            let tenant = ["--header", "X-Tenant=env:TENANT", "--header", "X-File=file:ten'ant"];
            let all = fixed.chain(routes).chain(tenant).chain(more.iter().copied());
            let command = Mcpgen::new(all).within(folder.path()).env("TENANT", "s3cret t");
            SECRETS.iter().fold(command, |command, (name, value)| command.env(name, value))
        };
        std::fs::write(folder.path().join("ten'ant"), "s3cret f\n").expect("a file");
        let finished = mcpgen(&["--dry-run"]).run("").await;
        assert_eq!(finished.code, Some(0), "{words:?}: {finished:?}");
        assert!(upstream.requests().is_empty(), "{words:?}: something was sent");
        assert!(!finished.stdout.contains("s3cret"), "{words:?}: {}", finished.stdout);
        let line = finished.stdout.trim_end().lines().last().expect("a line").to_owned();
        assert!(line.starts_with("curl ") || line.starts_with("printf "), "{words:?}: {line}");

        let finished = mcpgen(&[]).run("").await;
        assert_eq!(finished.code, Some(0), "{words:?}: {finished:?}");
        let own = comparable(&upstream.request(0).await);

        // A file, because a long line is no argument of a shell.
        std::fs::write(folder.path().join("line.sh"), &line).expect("a file");
        let mut shell = Command::new("sh");
        shell.arg("line.sh").current_dir(folder.path()).env("TENANT", "s3cret t").envs(SECRETS).kill_on_drop(true);
        for proxy in ["http_proxy", "HTTP_PROXY", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"] {
            shell.env_remove(proxy);
        }
        let output = soon("the shell ends", shell.output()).await.expect("a shell");
        assert!(output.status.success(), "{words:?}: {line}\n{}", String::from_utf8_lossy(&output.stderr));
        assert_eq!(comparable(&upstream.request(1).await), own, "{words:?}: {line}");
    }
}

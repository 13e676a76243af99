//! `--allow-files`: files of the machine as arguments.

use mcpgen_tests::{Mcpgen, Upstream, client::content_text};
use serde_json::{Value, json};

fn description() -> String {
    let file = json!({"type": "string", "format": "binary"});
    let form = json!({"type": "object", "required": ["f"], "properties": {"f": file, "more": {"type": "array", "items": file}}});
    let post = |id: &str, content: Value| json!({"post": {"operationId": id, "requestBody": {"required": true, "content": content}, "responses": {}}});
    json!({
        "openapi": "3.0.3", "info": {"title": "Files", "version": "1"},
        "paths": {
            "/form": post("form", json!({"multipart/form-data": {"schema": form}})),
            "/bytes": post("bytes", json!({"application/octet-stream": {}})),
        },
    })
    .to_string()
}

#[tokio::test]
async fn files_are_read_only_below_the_folders_that_are_allowed() {
    let folder = tempfile::tempdir().expect("a folder");
    let at = |path: &str| folder.path().join(path);
    std::fs::create_dir(at("shared")).expect("a folder");
    for (path, text) in
        [("api.json", description().as_str()), ("secret", "s3cret"), ("shared/a.txt", "hello"), ("shared/b.txt", "two")]
    {
        std::fs::write(at(path), text).expect("a file");
    }
    #[cfg(unix)]
    std::os::unix::fs::symlink("../secret", at("shared/link")).expect("a link");
    let upstream = Upstream::start().await;
    let description = at("api.json").display().to_string();
    let allowed = at("shared").display().to_string();

    let mut server = Mcpgen::serve(&description, &upstream).with(["--allow-files", &allowed]).stdio();
    let client = server.connect("2025-11-25").await;
    let schema = client.tool("form").await["inputSchema"].to_string();
    assert!(schema.contains("\"path\""), "{schema}");
    client.call("form", json!({"f": {"path": "a.txt"}, "more": [{"path": "./b.txt", "filename": "c.md", "content_type": "text/markdown"}]})).await;
    let body = String::from_utf8(upstream.request(0).await.body.to_vec()).expect("text");
    for part in ["filename=\"a.txt\"", "hello", "filename=\"c.md\"", "text/markdown", "two"] {
        assert!(body.contains(part), "{part} is not in {body}");
    }
    client.call("bytes", json!({"body": {"path": "a.txt"}})).await;
    assert_eq!(upstream.request(1).await.body, "hello");
    for path in ["../secret", "link", "missing", "", ".", &at("secret").display().to_string()] {
        let result = client.call("form", json!({"f": {"path": path}})).await;
        assert_eq!(result["isError"], true, "{path}: {result}");
        let text = content_text(&result);
        assert!(text.contains("f/path") && !text.contains("s3cret"), "{path}: {text}");
    }
    assert_eq!(upstream.requests().len(), 2);

    let mut server = Mcpgen::serve(&description, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    let schema = client.tool("form").await["inputSchema"].to_string();
    assert!(!schema.contains("\"path\""), "{schema}");
    for (tool, argument) in [("form", "f"), ("bytes", "body")] {
        let result = client.call(tool, json!({argument: {"path": "a.txt"}})).await;
        assert_eq!(result["isError"], true, "{result}");
        let text = content_text(&result);
        assert!(text.contains(argument) && text.contains("--allow-files"), "{text}");
    }
    assert_eq!(upstream.requests().len(), 2);

    let catalog = at("api.catalog.json").display().to_string();
    assert_eq!(Mcpgen::new(["compile", &description, "-o", &catalog]).run("").await.code, Some(0));
    let mut server = Mcpgen::serve(&catalog, &upstream).with(["--allow-files", &allowed]).stdio();
    let client = server.connect("2025-11-25").await;
    client.call("bytes", json!({"body": {"path": "b.txt"}})).await;
    assert_eq!(upstream.request(2).await.body, "two");

    let url = upstream.url();
    let words =
        ["call", &description, "form", "f:={\"path\": \"a.txt\"}", "--allow-files", &allowed, "--base-url", &url];
    let finished = Mcpgen::new(words).run("").await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert!(String::from_utf8_lossy(&upstream.request(3).await.body).contains("hello"));
    let finished =
        Mcpgen::new(["serve", &description, "--allow-files", "/no/such/folder", "--base-url", &url]).run("").await;
    assert_eq!(finished.code, Some(2), "{finished:?}");
}

//! Prompts of a config file, asked for over the wire.

use std::io::Write as _;

use mcpgen_tests::{Answer, Mcpgen, Upstream, fixture, rpc::hello};
use serde_json::{Value, json};

const CONFIG: &str = "\
prompts:
  - name: review_book
    title: Review a book
    description: What is known about it
    arguments:
      - {name: bookId, description: Its number, required: true}
      - {name: tone, values: [friendly, strict]}
    messages:
      - resource: api://town-library/books/{{ bookId }}
      - {role: assistant, text: I have read it.}
      - Review it{% if tone %} in a {{ tone }} tone{% endif %}.
";

fn config(text: &str) -> tempfile::NamedTempFile {
    let mut file = tempfile::Builder::new().suffix(".yaml").tempfile().expect("a file can be made");
    file.write_all(text.as_bytes()).expect("it can be written");
    file
}

fn path(file: &tempfile::NamedTempFile) -> &str {
    file.path().to_str().expect("a path of text")
}

#[tokio::test]
async fn prompts_are_listed_completed_and_filled_in() {
    let upstream = Upstream::start().await;
    let file = config(CONFIG);
    for flags in [[].as_slice(), &["--page-size", "1"]] {
        let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream);
        server = server.with(["--config", path(&file)]).with(flags);
        let mut server = server.stdio();
        let mut rpc = server.rpc();
        let hello = rpc.ask("initialize", hello("2025-11-25")).await;
        assert_eq!(hello["result"]["capabilities"]["prompts"], json!({}), "{hello}");
        rpc.tell("notifications/initialized").await;

        let listed = rpc.ask("prompts/list", json!({})).await;
        let expected = json!([{
            "name": "review_book",
            "title": "Review a book",
            "description": "What is known about it",
            "arguments": [
                {"name": "bookId", "description": "Its number", "required": true},
                {"name": "tone", "required": false},
            ],
        }]);
        assert_eq!(listed["result"]["prompts"], expected);

        let reference = json!({"type": "ref/prompt", "name": "review_book"});
        let completed = rpc
            .ask("completion/complete", json!({"ref": reference, "argument": {"name": "tone", "value": "st"}}))
            .await;
        assert_eq!(completed["result"]["completion"]["values"], json!(["strict"]), "{completed}");

        upstream.answer(Answer::json(&json!({"id": 7})));
        let hostile = "{{ bookId }}{% for x in range(9) %}";
        let arguments = json!({"bookId": "7", "tone": hostile});
        let got = rpc.ask("prompts/get", json!({"name": "review_book", "arguments": arguments})).await;
        let uri = "api://town-library/books/7";
        let expected = json!([
            {"role": "user", "content": {"type": "resource", "resource":
                {"uri": uri, "mimeType": "application/json", "text": "{\"id\":7}"}}},
            {"role": "assistant", "content": {"type": "text", "text": "I have read it."}},
            {"role": "user", "content": {"type": "text", "text": format!("Review it in a {hostile} tone.")}},
        ]);
        assert_eq!(got["result"]["messages"], expected, "{got}");
        assert_eq!(upstream.requests().pop().expect("a request").target(), "GET /books/7");

        let cases = [
            (json!({"name": "review_boko"}), "did you mean review_book?"),
            (json!({"name": "review_book"}), "needs bookId"),
            (json!({"name": "review_book", "arguments": {"bookId": "7", "tune": "x"}}), "did you mean tone?"),
            (json!({"name": "review_book", "arguments": {"bookId": "x"}}), "bookId"),
            (json!({"name": 7}), "prompts/get"),
        ];
        let before = upstream.requests().len();
        for (params, part) in cases {
            let error = rpc.ask("prompts/get", params.clone()).await["error"].clone();
            assert_eq!(error["code"], -32602, "{params}: {error}");
            assert!(error["message"].as_str().is_some_and(|message| message.contains(part)), "{params}: {error}");
        }
        assert_eq!(upstream.requests().len(), before, "what is wrong is not sent");
    }
}

#[tokio::test]
async fn without_prompts_none_are_announced() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let mut rpc = server.rpc();
    let hello = rpc.ask("initialize", hello("2025-11-25")).await;
    assert_eq!(hello["result"]["capabilities"].get("prompts"), None, "{hello}");
}

#[tokio::test]
async fn inspect_shows_prompts_and_catalogs_keep_them() {
    let file = config(CONFIG);
    let inspect = |more: &[&str]| {
        Mcpgen::new(["inspect", &fixture("library.yaml"), "--config", path(&file)]).with(more.iter().copied()).run("")
    };
    let summary = inspect(&[]).await;
    assert!(summary.stdout.contains("1 prompt\n"), "{}", summary.stdout);
    let lists: Value = serde_json::from_str(&inspect(&["--format", "mcp"]).await.stdout).expect("JSON");
    assert_eq!(lists["prompts"][0]["name"], "review_book");

    let compiled = Mcpgen::new(["compile", &fixture("library.yaml"), "--config", path(&file), "-o", "-"]).run("").await;
    let again = Mcpgen::new(["inspect", "-", "--format", "json"]).run(&compiled.stdout).await;
    let catalog: Value = serde_json::from_str(&again.stdout).expect("JSON");
    assert_eq!(catalog["prompts"][0]["arguments"][1]["values"], json!(["friendly", "strict"]));
}

#[tokio::test]
async fn a_broken_prompt_ends_every_command() {
    let file = config("prompts:\n  - name: greet\n    messages:\n      - text: Hello {{ who }}\n");
    for command in ["check", "inspect", "serve"] {
        let finished = Mcpgen::new([command, &fixture("library.yaml"), "--config", path(&file)]).run("").await;
        assert_eq!(finished.code, Some(2), "{command}: {}", finished.stderr);
        assert!(finished.stderr.contains(":4:15"), "{command}: {}", finished.stderr);
        assert!(finished.stderr.contains("\"who\" is no argument of the prompt"), "{command}: {}", finished.stderr);
    }
}

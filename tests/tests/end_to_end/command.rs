//! `mcpgen call` and `mcpgen read`: one call or read without a client.

use mcpgen_tests::{Answer, Mcpgen, Upstream, fixture};
use serde_json::json;

/// Words of a command, what it prints and says, its exit code, and the request that it sends.
struct Case {
    words: &'static [&'static str],
    answer: Option<Answer>,
    stdout: &'static [&'static str],
    stderr: &'static [&'static str],
    code: i32,
    sent: Option<&'static str>,
}

fn case(words: &'static [&'static str], code: i32) -> Case {
    Case { words, answer: None, stdout: &[], stderr: &[], code, sent: None }
}

#[tokio::test]
async fn one_call_or_read_has_its_output_and_exit_code() {
    let image = || Answer::of("image/png", vec![0x89, b'P', b'N', b'G']);
    let cases = [
        Case {
            answer: Some(Answer::of("application/json", r#"{"title":"x","price":1.50}"#)),
            stdout: &["{\"title\":\"x\",\"price\":1.50}\n"],
            sent: Some("POST /books"),
            ..case(&["call", "addBook", "title=x", "price=1.50", "authors=a"], 0)
        },
        Case { sent: Some("DELETE /books/7"), ..case(&["call", "removeBook", "bookId=7"], 0) },
        Case { sent: Some("DELETE /books/7"), ..case(&["call", "removeBook", "--json", "{\"bookId\": 7}"], 0) },
        Case {
            sent: Some("DELETE /books/8"),
            ..case(&["call", "removeBook", "--json", "{\"bookId\": 7}", "bookId=8"], 0)
        },
        Case {
            answer: Some(Answer::of("application/problem+json", r#"{"detail":"lost"}"#).with_status(404)),
            stderr: &["404", "lost"],
            sent: Some("DELETE /books/7"),
            ..case(&["call", "removeBook", "bookId=7"], 1)
        },
        Case { stderr: &["bookId", "integer", "seven"], ..case(&["call", "removeBook", "bookId=seven"], 1) },
        Case { stderr: &["removeBook", "lists all"], ..case(&["call", "removeBok", "bookId=7"], 2) },
        Case {
            stderr: &["resource", "mcpgen read SPEC api://town-library/books", "--map"],
            ..case(&["call", "listBooks", "--map", "semantic"], 2)
        },
        Case {
            stderr: &["resource template", "api://town-library/books/{bookId}"],
            ..case(&["call", "getBook", "--map", "semantic"], 2)
        },
        Case { sent: Some("GET /books/7"), ..case(&["call", "getBook", "bookId=7"], 0) },
        Case { stderr: &["NAME=VALUE", "title"], ..case(&["call", "addBook", "title"], 2) },
        Case { stderr: &["--json", "no JSON"], ..case(&["call", "addBook", "--json", "{"], 2) },
        Case { stdout: &["addBook ", "removeBook "], ..case(&["call"], 0) },
        Case {
            answer: Some(image()),
            stdout: &["4 bytes of image/png", "--output"],
            sent: Some("DELETE /books/7"),
            ..case(&["call", "removeBook", "bookId=7"], 0)
        },
        Case {
            answer: Some(Answer::of("text/plain", "9 to 5")),
            stdout: &["9 to 5\n"],
            sent: Some("GET /opening-hours"),
            ..case(&["read", "api://town-library/opening-hours"], 0)
        },
        Case { sent: Some("GET /books/7"), ..case(&["read", "api://town-library/books/7"], 0) },
        Case {
            answer: Some(Answer::of("text/plain", "gone").with_status(410)),
            stderr: &["410", "gone"],
            sent: Some("GET /books/7"),
            ..case(&["read", "api://town-library/books/7"], 1)
        },
        Case { stderr: &["bookId", "seven"], ..case(&["read", "api://town-library/books/seven"], 1) },
        Case {
            stderr: &["did you mean api://town-library/books", "lists all"],
            ..case(&["read", "api://town-library/bookz"], 2)
        },
        Case { stderr: &["mcpgen call SPEC addBook"], ..case(&["read", "addBook"], 2) },
        Case { stdout: &["api://town-library/books{?genre,limit,author*}  List books"], ..case(&["read"], 0) },
        Case {
            stdout: &["DELETE http://127.0.0.1:", "/books/7", "curl -X DELETE"],
            ..case(&["call", "removeBook", "bookId=7", "--dry-run"], 0)
        },
        Case { stderr: &["bookId", "seven"], ..case(&["call", "removeBook", "bookId=seven", "--dry-run"], 1) },
        Case {
            stdout: &["GET http://127.0.0.1:", "/books?limit=3", "curl -X GET"],
            ..case(&["read", "api://town-library/books?limit=3", "--dry-run"], 0)
        },
    ];
    for Case { words, answer, stdout, stderr, code, sent } in cases {
        let upstream = Upstream::start().await;
        upstream.answer(answer.unwrap_or_else(|| Answer::json(&json!({}))));
        let (description, url) = (fixture("library.yaml"), upstream.url());
        let all = [words[0], &description].into_iter().chain(words[1..].iter().copied()).chain(["--base-url", &url]);
        let finished = Mcpgen::new(all).run("").await;
        assert_eq!(finished.code, Some(code), "{words:?}: {finished:?}");
        for part in stdout {
            assert!(finished.stdout.contains(part), "{words:?}: {part} is not in {finished:?}");
        }
        for part in stderr {
            assert!(finished.stderr.contains(part), "{words:?}: {part} is not in {finished:?}");
        }
        assert!(code == 0 || finished.stdout.is_empty(), "{words:?}: {finished:?}");
        let requests = upstream.requests();
        assert_eq!(requests.first().map(mcpgen_tests::upstream::Request::target), sent, "{words:?}");
    }
}

#[tokio::test]
async fn files_and_standard_input_are_arguments_and_answers_go_to_a_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("book.json"), r#"{"title": "x", "price": 1.50}"#).expect("a file");
    std::fs::write(folder.path().join("title.txt"), "y\n").expect("a file");
    let upstream = Upstream::start().await;
    upstream.answer(Answer::of("image/png", vec![0x89, b'P', b'N', b'G']));
    let (description, url) = (fixture("library.yaml"), upstream.url());
    let call = |words: &[&str]| {
        let all = ["call", &description, "addBook", "--base-url", &url].into_iter().chain(words.iter().copied());
        Mcpgen::new(all).within(folder.path())
    };
    let finished = call(&["--json", "@book.json", "title=@title.txt", "--output", "out.png"]).run("").await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(upstream.request(0).await.body, r#"{"title":"y","price":1.50}"#);
    assert_eq!(std::fs::read(folder.path().join("out.png")).expect("a file"), [0x89, b'P', b'N', b'G']);
    assert_eq!(finished.stdout, "");

    upstream.answer(Answer::of("application/json", "[1]"));
    let finished = call(&["title=z", "authors:=@-", "--output", "out.json"]).run("[\"a\"]").await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    assert_eq!(upstream.request(1).await.body, r#"{"title":"z","authors":["a"]}"#);
    assert_eq!(std::fs::read_to_string(folder.path().join("out.json")).expect("a file"), "[1]");
}

#[tokio::test]
async fn the_flags_and_the_config_file_of_serve_hold_here_too() {
    let folder = tempfile::tempdir().expect("a folder");
    let upstream = Upstream::start().await;
    let config = folder.path().join("mcpgen.yaml");
    let text = format!("base_url: {}\nmap: tools\nport: 9000\nheader: {{X-Tenant: env:TENANT}}\n", upstream.url());
    std::fs::write(&config, text).expect("a file");
    let description = fixture("library.yaml");
    let config = config.to_string_lossy();
    let words = ["call", &description, "listBooks", "limit=3", "--config", &config];
    let finished = Mcpgen::new(words).env("TENANT", "t-1").env("MCPGEN_AUTH_LIBRARY_KEY", "k-1").run("").await;
    assert_eq!(finished.code, Some(0), "{finished:?}");
    let request = upstream.request(0).await;
    assert_eq!(request.target(), "GET /books?limit=3");
    assert_eq!(request.header("x-tenant").as_deref(), Some("t-1"));
    assert_eq!(request.header("x-library-key").as_deref(), Some("k-1"));

    let words = ["call", &fixture("no-server.yaml"), "ping", "--map", "tools"];
    let finished = Mcpgen::new(words).run("").await;
    assert_eq!(finished.code, Some(2), "no server URL: {finished:?}");
}

#[tokio::test]
async fn objects_in_uris_are_read_back() {
    let object = json!({"type": "object", "properties": {
        "a": {"type": "integer"}, "b": {"type": "array", "items": {"type": "string"}}, "c": {"type": "boolean"},
    }});
    let parameter = |place: &str, style: &str, explode: bool| json!({"name": "o", "in": place, "required": place == "path", "style": style, "explode": explode, "schema": object});
    let get = |parameters: serde_json::Value| json!({"get": {"parameters": parameters, "responses": {}}});
    let limit = json!({"name": "limit", "in": "query", "schema": {"type": "integer"}});
    let description = json!({
        "openapi": "3.0.3", "info": {"title": "T", "version": "1"},
        "paths": {
            "/bare": get(json!([parameter("query", "form", true), limit])),
            "/named": get(json!([parameter("query", "form", false)])),
            "/simple/{o}": get(json!([parameter("path", "simple", false)])),
            "/label/{o}": get(json!([parameter("path", "label", true)])),
            "/matrix/{o}": get(json!([parameter("path", "matrix", true)])),
            "/fixed?v=1": get(json!([limit])),
        },
    });
    let cases: [(&str, Result<&str, &str>); 11] = [
        ("/bare?a=1&limit=2&c=true", Ok("GET /bare?a=1&c=true&limit=2")),
        ("/bare?b=x&b=y%26", Ok("GET /bare?b=x&b=y%26")),
        ("/bare?a=one", Err("o/a: expected an integer")),
        ("/named?o=a,1,c,false", Ok("GET /named?o=a,1,c,false")),
        ("/named?o=a,1,c", Err("o: expected an object")),
        ("/simple/a,1,c,true", Ok("GET /simple/a,1,c,true")),
        ("/label/a=1,c=true", Ok("GET /label/.a=1.c=true")),
        ("/matrix/a=1,c=true", Ok("GET /matrix/;a=1;c=true")),
        ("/fixed?v=1", Ok("GET /fixed?v=1")),
        ("/fixed?limit=3&v=1", Ok("GET /fixed?v=1&limit=3")),
        ("/fixed?limit=3", Err("there is no resource")),
    ];
    for (path, expected) in cases {
        let upstream = Upstream::start().await;
        let url = upstream.url();
        let finished = Mcpgen::new(["read", "-", &format!("api://t{path}"), "--base-url", &url])
            .run(&description.to_string())
            .await;
        match expected {
            Ok(target) => assert_eq!(upstream.request(0).await.target(), target, "{path}: {finished:?}"),
            Err(part) => assert!(finished.stderr.contains(part), "{path}: {finished:?}"),
        }
    }
}

//! Bad input: the exit code, and a message that says what, where and what to do.

use std::net::TcpListener;

use mcpgen_tests::{Mcpgen, fixture};

struct Case {
    what: &'static str,
    arguments: Vec<String>,
    code: i32,
    /// Each stands in standard error.
    says: Vec<String>,
}

#[tokio::test]
async fn every_bad_input_has_its_exit_code_and_says_why() {
    let folder = tempfile::tempdir().expect("a folder");
    let write = |name: &str, text: &str| {
        let path = folder.path().join(name);
        std::fs::write(&path, text).expect("a file can be written");
        path.to_string_lossy().into_owned()
    };
    let taken = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = taken.local_addr().expect("an address").port().to_string();
    let library = fixture("library.yaml");
    let missing = folder.path().join("missing.yaml").to_string_lossy().into_owned();
    let list = write("list.json", "[1, 2]");
    let text = write("text.txt", "Dear reader,\n");
    let other = write("other.json", r#"{"name": "package", "version": "1.0.0"}"#);
    let empty = write("empty.yaml", "");
    let binary = folder.path().join("binary").to_string_lossy().into_owned();
    std::fs::write(&binary, [0xff, 0xfe, 0x00, 0xd8]).expect("a file can be written");
    let yaml = write("broken.yaml", "openapi: 3.0.3\ninfo:\n  title: [unclosed\npaths: {}\n");
    let json = write("broken.json", "{\n  \"openapi\": \"3.0.3\",\n  \"info\": {\n");
    let unknown_key = write("unknown-key.yaml", "route_maps:\n  - metods: [GET]\n    type: tool\n");
    let unknown_type = write("unknown-type.yaml", "route_maps:\n  - type: gadget\n");
    let bad_pattern = write("bad-pattern.yaml", "route_maps:\n  - pattern: '('\n    type: tool\n");

    let case = |what, arguments: &[&str], code, says: &[&str]| Case {
        what,
        arguments: arguments.iter().map(|argument| (*argument).to_owned()).collect(),
        code,
        says: says.iter().map(|text| (*text).to_owned()).collect(),
    };
    let base = "--base-url=http://127.0.0.1:9";
    let cases = [
        case("no command", &[], 2, &["Usage"]),
        case("unknown command", &["server"], 2, &["serve"]),
        case("unknown flag", &["serve", &library, "--base-ulr", "x"], 2, &["--base-url"]),
        case("unknown value of a flag", &["serve", &library, "--map", "semantics"], 2, &["--map", "semantic", "tools"]),
        case("no description", &["serve"], 2, &["Usage"]),
        case("unreadable file", &["serve", &missing, base], 2, &["missing.yaml"]),
        case("a folder", &["serve", &folder.path().to_string_lossy(), base], 2, &[]),
        case("a JSON list", &["serve", &list, base], 2, &["list.json", "openapi"]),
        case("plain text", &["serve", &text, base], 2, &["text.txt", "openapi"]),
        case("another JSON document", &["serve", &other, base], 2, &["other.json", "openapi"]),
        case("an empty file", &["serve", &empty, base], 2, &["empty.yaml"]),
        case("no text at all", &["serve", &binary, base], 2, &["binary"]),
        case("a YAML error", &["serve", &yaml, base], 2, &["broken.yaml:4:"]),
        case("a JSON error", &["serve", &json, base], 2, &["broken.json:"]),
        case("no server URL", &["serve", &fixture("no-server.yaml")], 2, &["--base-url"]),
        case("a base URL that is none", &["serve", &library, "--base-url", "library"], 2, &["library", "http"]),
        case(
            "an unknown key",
            &["serve", &library, "--config", &unknown_key],
            2,
            &["unknown-key.yaml:2:", "metods", "methods"],
        ),
        case(
            "an unknown type",
            &["serve", &library, "--config", &unknown_type],
            2,
            &["unknown-type.yaml:2:", "gadget", "resource_template"],
        ),
        case("a bad pattern", &["serve", &library, "--config", &bad_pattern], 2, &["bad-pattern.yaml", "("]),
        case("a config that is not there", &["serve", &library, "--config", &missing], 2, &["missing.yaml"]),
        case("a header without a source", &["serve", &library, "--header", "X-Tenant"], 2, &["--header"]),
        case(
            "a variable that is not set",
            &["serve", &library, "--header", "X-Tenant=env:NOT_SET_ANYWHERE"],
            2,
            &["NOT_SET_ANYWHERE"],
        ),
        case("a CA file that is not there", &["serve", &library, "--ca-file", &missing], 2, &["missing.yaml"]),
        case("a port in use", &["serve", &library, base, "--transport", "http", "--port", &port], 1, &[&port]),
        case("inspect: no description", &["inspect", &list], 2, &["list.json", "openapi"]),
        case("inspect: unknown format", &["inspect", &library, "--format", "xml"], 2, &["--format", "json"]),
    ];
    let mut failures = Vec::new();
    for Case { what, arguments, code, says } in cases {
        let finished = Mcpgen::new(&arguments).run("").await;
        let stderr = &finished.stderr;
        let unsaid: Vec<_> = says.iter().filter(|text| !stderr.contains(text.as_str())).collect();
        let panicked = stderr.contains("panicked") || stderr.contains("RUST_BACKTRACE");
        if finished.code != Some(code)
            || !finished.stdout.is_empty()
            || !unsaid.is_empty()
            || panicked
            || stderr.is_empty()
        {
            failures.push(format!(
                "{what}: wanted {code} and {unsaid:?}, got {:?}\nstdout: {}\nstderr: {stderr}",
                finished.code, finished.stdout
            ));
        }
    }
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}

#[tokio::test]
async fn one_broken_operation_costs_no_other() {
    let finished = Mcpgen::new(["inspect", &fixture("partly-broken.yaml"), "--format", "mcp"]).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let listing: serde_json::Value = serde_json::from_str(&finished.stdout).expect("JSON");
    let names: Vec<_> = listing["tools"].as_array().expect("tools").iter().map(|tool| &tool["name"]).collect();
    assert_eq!(names, ["good", "alsoGood"]);
    assert!(finished.stderr.contains("partly-broken.yaml:11"), "{}", finished.stderr);
    assert!(finished.stderr.contains("Missing"), "{}", finished.stderr);
}

//! `mcpgen compile`, and what is served of a catalog.

use mcpgen_tests::{Finished, Mcpgen, Upstream, fixture};
use serde_json::{Value, json};

/// The catalog of a fixture, made with these flags, in a folder of its own.
async fn compiled(description: &str, flags: &[&str]) -> (tempfile::TempDir, String) {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("catalog.json").to_string_lossy().into_owned();
    let finished = Mcpgen::new(["compile", &fixture(description), "-o", &path]).with(flags).run("").await;
    assert_eq!((finished.code, finished.stdout.as_str()), (Some(0), ""), "{}", finished.stderr);
    (folder, path)
}

async fn inspect(path: &str, flags: &[&str]) -> Finished {
    Mcpgen::new(["inspect", path]).with(flags).run("").await
}

#[tokio::test]
async fn a_catalog_lists_what_its_description_does() {
    for description in ["library.yaml", "parameters.yaml", "schemas.yaml", "names.yaml", "fastapi.json"] {
        for flags in [&[][..], &["--map", "tools", "--output-schemas", "strict"]] {
            let (_folder, path) = compiled(description, flags).await;
            let of_catalog = inspect(&path, &["--format", "mcp"]).await;
            let of_description = inspect(&fixture(description), &[flags, &["--format", "mcp"]].concat()).await;
            assert_eq!(of_catalog.code, Some(0), "{}", of_catalog.stderr);
            assert_eq!(of_catalog.stdout, of_description.stdout, "{description} {flags:?}");
        }
    }
}

#[tokio::test]
async fn a_catalog_is_served_without_its_description() {
    let (_folder, path) = compiled("library.yaml", &["--map", "tools", "--name", "compiled"]).await;
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&path, &upstream).stdio();
    let client = server.connect("2025-11-25").await;
    client.call("getBook", json!({"bookId": 7})).await;
    assert_eq!(upstream.request(0).await.target(), "GET /books/7");

    let text = std::fs::read_to_string(&path).expect("it was written");
    let piped = Mcpgen::new(["inspect", "-", "--format", "json"]).run(&text).await;
    let value = |text: &str| serde_json::from_str::<Value>(text).expect("a catalog is JSON");
    assert_eq!(value(&piped.stdout), value(&text), "{}", piped.stderr);
    assert_eq!(value(&text)["server"]["name"], "compiled");
}

#[tokio::test]
async fn a_catalog_goes_to_standard_output_too() {
    let finished = Mcpgen::new(["compile", &fixture("library.yaml"), "--output", "-"]).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.starts_with("{\"mcpgen_catalog\":\"1."), "{}", finished.stdout);
}

#[tokio::test]
async fn a_catalog_without_a_server_needs_one_when_it_is_served() {
    let (_folder, path) = compiled("no-server.yaml", &[]).await;
    let finished = Mcpgen::new(["serve", &path]).run("").await;
    assert_eq!(finished.code, Some(2), "{}", finished.stderr);
    assert!(finished.stderr.contains("--base-url"), "{}", finished.stderr);
    let finished = inspect(&path, &["--base-url", "https://a.example/v1/"]).await;
    assert!(finished.stdout.contains("requests go to https://a.example/v1\n"), "{}", finished.stdout);
}

#[tokio::test]
async fn what_says_nothing_about_a_catalog_is_refused() {
    let (folder, path) = compiled("library.yaml", &[]).await;
    let config = folder.path().join("mcpgen.yaml").to_string_lossy().into_owned();
    std::fs::write(&config, "exclude: [tag:loans]\n").expect("a file");
    let cases: [&[&str]; 6] = [
        &["--map", "semantic"],
        &["--read-only"],
        &["--include", "tag:books"],
        &["--route", "GET = tool"],
        &["--strict"],
        &["--config", &config],
    ];
    for flags in cases {
        let finished = inspect(&path, flags).await;
        let said = if flags[0] == "--config" { "--exclude" } else { flags[0] };
        assert_eq!(finished.code, Some(2), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains(&format!("`{said}`")), "{flags:?}: {}", finished.stderr);
        assert!(finished.stderr.contains("mcpgen compile"), "{flags:?}: {}", finished.stderr);
    }
    for command in ["check", "compile"] {
        let finished = Mcpgen::new([command, &path]).with((command == "compile").then_some("-o-")).run("").await;
        assert_eq!(finished.code, Some(2), "{command}: {}", finished.stderr);
        assert!(finished.stderr.contains("is a catalog"), "{command}: {}", finished.stderr);
    }
}

#[tokio::test]
async fn a_catalog_that_cannot_be_served_is_an_error() {
    let (folder, path) = compiled("library.yaml", &["--map", "tools"]).await;
    let text = std::fs::read_to_string(&path).expect("it was written");
    let other = folder.path().join("other.json").to_string_lossy().into_owned();
    let cut = |part: usize| text[..text.len() * part / 8].to_owned();
    let cases = [
        (text.replacen("\"1.0\"", "\"2.0\"", 1), "version 2.0"),
        (text.replacen("\"input\":", "\"input\":9", 1), "operations[0]"),
        (text.replacen("\"method\":\"", "\"method\":\" ", 1), "is no method"),
        (text.replacen("\"operation\":0", "\"operation\":4000000000", 1), "operation 4000000000"),
        (cut(1), "EOF"),
        (cut(4), "EOF"),
        (cut(7), "EOF"),
    ];
    for (text, says) in cases {
        std::fs::write(&other, &text).expect("a file");
        for command in ["serve", "inspect"] {
            let finished = Mcpgen::new([command, &other]).run("").await;
            assert_eq!(finished.code, Some(2), "{says}: {}", finished.stderr);
            assert!(finished.stderr.contains(says), "{says}: {}", finished.stderr);
        }
    }
    // What a later version of this major adds is passed over.
    let later =
        text.replacen("\"1.0\"", "\"1.7\",\"of_later\":[{}]", 1).replace("\"method\":", "\"of_later\":1,\"method\":");
    std::fs::write(&other, later).expect("a file");
    let finished = inspect(&other, &["--format", "mcp"]).await;
    assert_eq!(finished.stdout, inspect(&path, &["--format", "mcp"]).await.stdout, "{}", finished.stderr);
}

//! `mcpgen inspect`.

use mcpgen_tests::{Mcpgen, fixture};

#[tokio::test]
async fn the_summary_counts_and_weighs() {
    let finished = Mcpgen::new(["inspect", &fixture("library.yaml")]).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    let summary = finished.stdout.to_lowercase();
    for wanted in ["town library", "tools", "resources", "templates", "books", "loans", "bytes", "tokens", "addbook"] {
        assert!(summary.contains(wanted), "{wanted} is not in\n{}", finished.stdout);
    }
}

#[tokio::test]
async fn a_description_comes_from_standard_input_too() {
    let text = std::fs::read_to_string(fixture("library.yaml")).expect("a fixture");
    let finished = Mcpgen::new(["inspect", "-", "--format", "mcp"]).run(&text).await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    assert!(finished.stdout.contains("addBook"), "{}", finished.stdout);
}

#[tokio::test]
async fn many_tools_are_warned_of() {
    let operations = |count: usize| {
        let paths: serde_json::Map<_, _> = (0..count)
            .map(|index| {
                let operation = serde_json::json!({"operationId": format!("op{index}"), "responses": {}});
                (format!("/op{index}"), serde_json::json!({"post": operation}))
            })
            .collect();
        serde_json::json!({
            "openapi": "3.0.3", "info": {"title": "Many", "version": "1"},
            "servers": [{"url": "https://many.example"}], "paths": paths,
        })
        .to_string()
    };
    for (count, warned) in [(40, None), (41, Some("40")), (129, Some("128"))] {
        let finished = Mcpgen::new(["inspect", "-"]).run(&operations(count)).await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        let said = format!("{}{}", finished.stdout, finished.stderr);
        assert_eq!(said.contains("warning"), warned.is_some(), "{count} tools: {said}");
        assert!(warned.is_none_or(|limit| said.contains(limit)), "{count} tools: {said}");
    }
}

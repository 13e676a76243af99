//! The catalog's text is a contract: what is written here is what other programs read.

use mcpgen_tests::{Mcpgen, fixture};
use serde_json::Value;

async fn inspect(description: &str, format: &str) -> Value {
    let finished = Mcpgen::new(["inspect", &fixture(description), "--format", format]).run("").await;
    assert_eq!(finished.code, Some(0), "{}", finished.stderr);
    serde_json::from_str(&finished.stdout).unwrap_or_else(|error| panic!("{error}: {}", finished.stdout))
}

/// Snapshots stand in tests/snapshots.
fn golden(name: &str, value: &Value) {
    let mut settings = insta::Settings::clone_current();
    settings.set_snapshot_path(concat!(env!("CARGO_MANIFEST_DIR"), "/snapshots"));
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    // As text, because insta's own JSON writes numbers of arbitrary precision as serde_json's private form.
    let text = serde_json::to_string_pretty(value).expect("it is JSON");
    settings.bind(|| insta::assert_snapshot!(name, text));
}

#[tokio::test]
async fn the_catalog_of_the_library() {
    golden("library.catalog", &inspect("library.yaml", "json").await);
}

#[tokio::test]
async fn what_clients_see_of_the_library() {
    golden("library.mcp", &inspect("library.yaml", "mcp").await);
}

#[tokio::test]
async fn what_clients_see_of_schemas_names_and_parameters() {
    for name in ["schemas", "names", "parameters", "fastapi"] {
        let file = format!("{name}.{}", if name == "fastapi" { "json" } else { "yaml" });
        golden(&format!("{name}.mcp"), &inspect(&file, "mcp").await);
    }
}

#[tokio::test]
async fn what_inspect_says_is_what_a_client_gets() {
    let upstream = mcpgen_tests::Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", mcpgen_tests::rpc::hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    let said = inspect("library.yaml", "mcp").await;
    let lists =
        [("tools/list", "tools"), ("resources/list", "resources"), ("resources/templates/list", "resourceTemplates")];
    for (method, key) in lists {
        let answer = rpc.ask(method, serde_json::json!({})).await;
        assert_eq!(answer["result"][key], said[key], "{method}");
    }
}

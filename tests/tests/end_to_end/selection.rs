//! Which operations are served, and as what.

use mcpgen_tests::{Mcpgen, Upstream, client::text, fixture};
use serde_json::Value;

/// Kinds and names of everything that is served.
async fn served(flags: &[&str]) -> Vec<String> {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(flags).stdio();
    let client = server.connect("2025-11-25").await;
    let lists = [
        ("tool", client.tools().await),
        ("resource", client.resources().await),
        ("template", client.templates().await),
    ];
    client.close().await;
    let mut all: Vec<_> = lists
        .iter()
        .flat_map(|(kind, entries)| entries.iter().map(move |entry| format!("{kind} {}", text(&entry["name"]))))
        .collect();
    all.sort();
    all
}

#[tokio::test]
async fn flags_choose() {
    let cases: [(&[&str], &[&str]); 8] = [
        (&["--include", "tag:loans"], &["tool borrowBook", "tool myLoans"]),
        (&["--include", "addBook", "--include", "removeBook"], &["tool addBook", "tool removeBook"]),
        (&["--include", "path:/books/*"], &["template getBook", "tool removeBook", "tool replaceBook"]),
        (
            &["--include", "tag:books", "--exclude", "path:/books/**"],
            &["resource listBooks", "template browseShelf", "template listBooks", "tool addBook"],
        ),
        (&["--exclude", "tag:books"], &["resource openingHours", "tool borrowBook", "tool myLoans"]),
        (&["--read-only", "--include", "tag:loans"], &["tool myLoans"]),
        (
            &["--read-only", "--map", "tools"],
            &["tool browseShelf", "tool getBook", "tool listBooks", "tool myLoans", "tool openingHours"],
        ),
        (&["--map", "tools", "--include", "tag:loans", "--exclude", "myLoans"], &["tool borrowBook"]),
    ];
    for (flags, wanted) in cases {
        assert_eq!(served(flags).await, wanted, "{flags:?}");
    }
}

#[tokio::test]
async fn rules_of_the_config_come_first_and_the_first_that_matches_decides() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("mcpgen.yaml");
    let config = "
route_maps:
  - {operation_id: myLoans, type: exclude}
  - {methods: [DELETE], type: exclude}
  - {methods: [GET], pattern: '^/books/', type: tool, mcp_tags: [single]}
  - {methods: [GET], pattern: '^/books', type: resource}
  - {tags: [books, loans], type: exclude}
  - {tags: [loans], type: tool, mcp_tags: [desk, money]}
";
    std::fs::write(&path, config).expect("a file can be written");
    let path = path.to_string_lossy();
    let wanted = [
        "resource listBooks",
        "resource openingHours",
        "template browseShelf",
        "template listBooks",
        "tool addBook",
        "tool borrowBook",
        "tool getBook",
        "tool replaceBook",
    ];
    assert_eq!(served(&["--config", &path]).await, wanted);

    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--config", &path]).stdio();
    let client = server.connect("2025-11-25").await;
    let tags = |tool: Value| {
        let mut tags: Vec<_> = tool["_meta"]["mcpgen/tags"].as_array().expect("tags").iter().map(text).collect();
        tags.sort();
        tags
    };
    assert_eq!(tags(client.tool("getBook").await), ["books", "single"]);
    assert_eq!(tags(client.tool("borrowBook").await), ["desk", "loans", "money"]);
    client.close().await;
}

#[tokio::test]
async fn lists_come_in_pages() {
    let upstream = Upstream::start().await;
    let mut server =
        Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--map", "tools", "--page-size", "4"]).stdio();
    let mut rpc = server.rpc();
    rpc.ask("initialize", mcpgen_tests::rpc::hello("2025-11-25")).await;
    rpc.tell("notifications/initialized").await;
    let (mut pages, mut cursor) = (Vec::new(), Value::Null);
    loop {
        let params = if cursor.is_null() { serde_json::json!({}) } else { serde_json::json!({"cursor": cursor}) };
        let answer = rpc.ask("tools/list", params).await;
        let tools = answer["result"]["tools"].as_array().unwrap_or_else(|| panic!("no tools in {answer}")).clone();
        pages.push(tools.iter().map(|tool| text(&tool["name"])).collect::<Vec<_>>());
        cursor = answer["result"]["nextCursor"].clone();
        if cursor.is_null() {
            break;
        }
    }
    assert_eq!(pages.iter().map(Vec::len).collect::<Vec<_>>(), [4, 4, 1]);
    let mut names = pages.concat();
    names.sort();
    names.dedup();
    assert_eq!(names.len(), 9);
    let answer = rpc.ask("tools/list", serde_json::json!({"cursor": "no cursor of this server"})).await;
    assert_eq!(answer["error"]["code"], -32602, "{answer}");
}

#[tokio::test]
async fn the_name_can_be_given() {
    let upstream = Upstream::start().await;
    let mut server = Mcpgen::serve(&fixture("library.yaml"), &upstream).with(["--name", "Our Books"]).stdio();
    let client = server.connect("2025-11-25").await;
    assert_eq!(client.server()["serverInfo"]["name"], "our-books");
    assert!(client.resources().await.iter().any(|resource| resource["uri"] == "api://our-books/books"));
    client.close().await;
}

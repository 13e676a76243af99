//! Schemas that are made to stop a server, and arguments to match: each call comes to an end, in words.

use mcpgen_tests::{Mcpgen, Upstream, client::content_text};
use serde_json::{Map, Value, json};

fn reference(name: impl std::fmt::Display) -> Value {
    json!({"$ref": format!("#/components/schemas/{name}")})
}

/// Schemas that each combine the next one twice, down to the last.
fn diamonds(name: &str, keyword: &str, last: Value) -> Vec<(String, Value)> {
    let mut schemas: Vec<_> = (0..40)
        .map(|index| (format!("{name}{index}"), json!({keyword: vec![reference(format!("{name}{}", index + 1)); 2]})))
        .collect();
    schemas.push((format!("{name}40"), last));
    schemas
}

/// Schemas that each combine the next one.
fn chain(name: &str, length: usize, last: Value) -> Vec<(String, Value)> {
    let mut schemas: Vec<_> = (0..length)
        .map(|index| (format!("{name}{index}"), json!({"allOf": [reference(format!("{name}{}", index + 1))]})))
        .collect();
    schemas.push((format!("{name}{length}"), last));
    schemas
}

fn nested(levels: usize, last: Value, wrap: impl Fn(Value) -> Value) -> Value {
    (0..levels).fold(last, |inner, _| wrap(inner))
}

/// One operation for each argument's schema.
fn document(schemas: Vec<(String, Value)>, operations: &[(&str, Value)]) -> String {
    let paths: Map<String, Value> = operations
        .iter()
        .map(|(name, schema)| {
            let body = json!({"type": "object", "properties": {"v": schema}});
            let content = json!({"application/json": {"schema": body}});
            (format!("/{name}"), json!({"post": {"operationId": name, "requestBody": {"content": content}}}))
        })
        .collect();
    let schemas: Map<String, Value> = schemas.into_iter().collect();
    let info = json!({"title": "t", "version": "1"});
    json!({"openapi": "3.1.0", "info": info, "paths": paths, "components": {"schemas": schemas}}).to_string()
}

#[tokio::test]
async fn no_schema_and_no_arguments_stop_a_call() {
    let list = |title: usize, inner: Value| json!({"type": "array", "items": inner, "title": title.to_string()});
    let branches =
        |keyword: &str, name: &str| json!({keyword: (0..8).map(|i| list(i, reference(name))).collect::<Vec<_>>()});
    let mut schemas = vec![
        ("any".to_owned(), branches("anyOf", "any")),
        ("one".to_owned(), branches("oneOf", "one")),
        ("all".to_owned(), branches("allOf", "all")),
        ("not".to_owned(), json!({"not": branches("oneOf", "not")})),
        (
            "open".to_owned(),
            json!({
                "type": "object",
                "anyOf": [reference("more"), reference("more")],
                "unevaluatedProperties": false
            }),
        ),
        ("more".to_owned(), json!({"properties": {"n": reference("open")}})),
    ];
    let integer = json!({"type": "integer"});
    for keyword in ["anyOf", "oneOf", "allOf"] {
        schemas.extend(diamonds(keyword, keyword, integer.clone()));
    }
    schemas.extend(chain("long", 5_000, integer));
    schemas.extend(chain("round", 40, list(0, reference("round0"))));
    let references = ["any", "one", "all", "not", "open", "anyOf0", "oneOf0", "allOf0", "long0", "round0"];
    let mut operations: Vec<(&str, Value)> = references.iter().map(|name| (*name, reference(name))).collect();
    operations.push(("pattern", json!({"items": {"type": "string", "pattern": "^(?=a)(a+)+\\1$"}})));
    operations.push(("unique", json!({"type": "array", "uniqueItems": true})));
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("api.json");
    std::fs::write(&path, document(schemas, &operations)).expect("a file can be written");

    let upstream = Upstream::start().await;
    let url = format!("--base-url={}", upstream.url());
    let mut server = Mcpgen::new(["serve", &path.to_string_lossy(), "--map", "tools", &url]).stdio();
    let client = server.connect("2025-11-25").await;
    let lists = |levels: usize| nested(levels, json!(1), |inner| json!([inner]));
    let texts: Vec<String> = (0..300).map(|index| format!("{}!{index}", "a".repeat(40))).collect();
    let many: Vec<Value> = (0..5_000).map(|index| json!({"a": index})).collect();
    let cases = [
        ("any", lists(3), Some("fits none of 8 alternatives")),
        ("any", lists(60), Some("too many alternatives to tell where")),
        ("one", lists(60), Some("too many alternatives to tell where")),
        ("all", lists(60), Some("too many alternatives to tell where")),
        ("not", lists(60), None),
        ("open", nested(3, json!({"x": 1}), |inner| json!({"n": inner})), Some("unknown property")),
        ("open", nested(60, json!({"x": 1}), |inner| json!({"n": inner})), Some("give a value with fewer levels")),
        ("anyOf0", json!("x"), None),
        ("oneOf0", json!("x"), None),
        ("allOf0", json!("x"), None),
        ("long0", json!("x"), None),
        ("round0", lists(5), Some("expected an array, got 1")),
        ("round0", lists(100), Some("does not suit its schema")),
        ("pattern", json!(texts), Some("matches the pattern")),
        ("unique", json!(many), None),
    ];
    for (tool, value, refused) in cases {
        let result = client.call(tool, json!({"v": value})).await;
        let text = content_text(&result);
        match refused {
            Some(told) => assert!(result["isError"] == true && text.contains(told), "{tool}: {text}"),
            None => assert!(result["isError"] != true, "{tool}: {text}"),
        }
    }
    client.close().await;
}

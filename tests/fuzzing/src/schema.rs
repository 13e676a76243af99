//! A schema in each place of a description, converted and compiled.

use jsonschema::{Draft, PatternOptions};
use mcpgen::{
    mapping::{MapMode, OutputSchemas},
    source::Tree,
};
use mcpgen_runtime::{catalog::PATTERN_SIZE_LIMIT, listing::Listing};
use serde_json::{Value, json};

use crate::{grammar, map};

/// Keywords that LLM APIs refuse at the root of a tool's input.
const NOT_AT_ROOT: [&str; 5] = ["oneOf", "anyOf", "allOf", "not", "enum"];

/// Converts a schema; bytes that are no text choose one.
pub fn schema(bytes: &[u8]) {
    let (text, _) = crate::text_of(bytes, grammar::schema);
    let Ok((tree, _)) = Tree::parse_within("fuzz", text, &crate::limits().limits) else { return };
    let schema = tree.root().to_value();
    for version in ["3.0.3", "3.1.0"] {
        let Some(mapping) = map::mapped(document(version, &schema).as_bytes(), MapMode::Tools, OutputSchemas::Strict)
        else {
            return;
        };
        for tool in Listing::new(&mapping.catalog).tools.iter() {
            let tool: Value = serde_json::from_str(tool).expect("a listed tool is JSON");
            check_input(&tool["inputSchema"]);
            if let output @ Value::Object(_) = &tool["outputSchema"] {
                compile(output);
            }
        }
    }
}

fn document(version: &str, schema: &Value) -> String {
    let root = json!({"$ref": "#/components/schemas/Root"});
    json!({
        "openapi": version,
        "info": {"title": "t", "version": "1"},
        "paths": {
            "/body": {"post": {"requestBody": {"content": {"application/json": {"schema": root}}}, "responses": {}}},
            "/inline": {"post": {"requestBody": {"content": {"application/json": {"schema": schema}}}}},
            "/form": {"post": {"requestBody": {"content": {"multipart/form-data": {"schema": root}}}}},
            "/parameter": {"get": {
                "parameters": [{"name": "a", "in": "query", "schema": root}, {"name": "b", "in": "header", "schema": schema}],
                "responses": {"200": {"content": {"application/json": {"schema": root}}}}
            }},
            "/answer": {"get": {"responses": {"default": {"content": {"application/json": {"schema": schema}}}}}}
        },
        "components": {"schemas": {"Root": schema}},
        "definitions": {"Root": schema}
    })
    .to_string()
}

/// An input schema is what clients of every kind take.
pub(crate) fn check_input(schema: &Value) {
    assert_eq!(schema["type"], "object", "{schema}");
    for keyword in NOT_AT_ROOT {
        assert!(schema.get(keyword).is_none(), "{keyword} stands at the root of {schema}");
    }
    for name in schema["properties"].as_object().into_iter().flat_map(|properties| properties.keys()) {
        let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"_.-".contains(&byte);
        assert!((1..=64).contains(&name.len()) && name.bytes().all(legal), "{name:?} is an argument's name");
    }
    compile(schema);
}

/// It is a schema of JSON Schema 2020-12, and the validator that checks calls takes it as it is.
pub(crate) fn compile(schema: &Value) {
    assert!(jsonschema::draft202012::meta::is_valid(schema), "{schema} is no JSON Schema 2020-12");
    let built = jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(false)
        .with_pattern_options(PatternOptions::fancy_regex().backtrack_limit(50_000).size_limit(PATTERN_SIZE_LIMIT))
        .build(schema);
    if let Err(error) = built {
        panic!("{schema} cannot be compiled: {error}");
    }
}

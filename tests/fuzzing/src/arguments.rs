//! Arguments of a call: checked, then made into a request.

use arbitrary::{Result, Unstructured};
use mcpgen::mapping::{MapMode, OutputSchemas};
use mcpgen_runtime::{arguments::Input, request};
use serde_json::{Map, Value};
use url::Url;

use crate::{grammar, map};

/// Maps a document and calls its operations with arguments that the rest of the bytes choose.
pub fn arguments(bytes: &[u8]) {
    let (text, mut choices) = crate::text_of(bytes, grammar::document);
    let Some(mapping) = map::mapped(&text, MapMode::Tools, OutputSchemas::None) else { return };
    let catalog = &mapping.catalog;
    for operation in &catalog.operations {
        let schema: Value = serde_json::from_str(&catalog.schemas.assemble(operation.input)).expect("a schema is JSON");
        let input = Input::compile(&schema, operation).unwrap_or_else(|error| panic!("{schema}: {error}"));
        let Ok(given) = choose(&schema, &mut choices) else { return };
        let checked = match input.check(given) {
            Ok(checked) => checked,
            Err(problems) => {
                assert!(!problems.is_empty() && problems.iter().all(|problem| !problem.message.is_empty()));
                continue;
            }
        };
        let Ok(request) = request::encode(operation, catalog.deep_object_arrays, &checked) else { continue };
        let url = format!("http://127.0.0.1/base{}", request.target);
        let parsed = Url::parse(&url).unwrap_or_else(|error| panic!("{url}: {error}"));
        assert!(request.target.starts_with('/'), "{url}");
        assert!(parsed.host_str() == Some("127.0.0.1") && parsed.path().starts_with("/base/"), "{url} leaves the base");
        assert!(parsed.fragment().is_none(), "{url} has a fragment");
        for name in ["host", "content-length", "transfer-encoding", "connection"] {
            assert!(!request.headers.contains_key(name), "{name} is the client's own");
        }
    }
}

/// A value for some of the arguments that a schema declares, most of the type that is wanted.
fn choose(schema: &Value, choices: &mut Unstructured<'_>) -> Result<Map<String, Value>> {
    let mut given = Map::new();
    let required = |name: &String| {
        schema["required"].as_array().is_some_and(|names| names.iter().any(|known| known.as_str() == Some(name)))
    };
    for (name, property) in schema["properties"].as_object().into_iter().flatten() {
        if required(name) || choices.ratio(1, 2)? {
            given.insert(name.clone(), grammar::instance(property, schema, choices, 0)?);
        }
    }
    if choices.ratio(1, 16)? {
        given.insert(grammar::name(choices)?.to_owned(), grammar::anything(choices, 0)?);
    }
    Ok(given)
}

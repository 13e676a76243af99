//! Calls for the smoke test, and the requests that they make: a tool and a resource that made-up arguments reach.

use std::sync::Arc;

use mcpgen_runtime::{
    auth::Credentials,
    catalog::{ApiKeyLocation, BaseUrl, Catalog, Location, Operation, SecurityScheme},
    client::{Client, ClientOptions, Preview},
    dispatch::Dispatch,
};
use serde_json::{Map, Value, json};

use super::plan::{Plan, Planned};

/// Where the requests go, instead of the test's own server.
const API: &str = "http://127.0.0.1";
/// How many components are tried of each kind.
const TRIED: usize = 32;

/// A call, and the line that its request begins with.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Sample {
    pub(super) method: &'static str,
    pub(super) params: Value,
    pub(super) request: String,
}

/// A call of a tool, best of one with a query, and a read of a resource, best of one without variables.
pub(super) fn calls(plan: &Plan<'_>) -> Vec<Sample> {
    let Ok(client) = Client::new(ClientOptions::default()) else { return Vec::new() };
    let base_url = Some(BaseUrl { url: API.to_owned(), credentials: true });
    let catalog = Catalog { base_url, ..plan.catalog.clone() };
    let dispatch = Dispatch::new(Arc::new(catalog), client, Credentials::default());
    let mut planned: Vec<&Planned<'_>> = plan
        .operations
        .iter()
        .filter(|planned| !planned.retired && is_plain(plan.catalog, planned.operation))
        .collect();
    planned.sort_by_key(|planned| planned.resource.is_none());
    let reads = planned.iter().filter(|planned| planned.tool.is_none());
    let read = reads.take(TRIED).find_map(|planned| read(&dispatch, planned));
    planned.sort_by_key(|planned| query(planned.operation).next().is_none());
    let calls = planned.iter().filter(|planned| planned.tool.is_some());
    let call = calls.take(TRIED).find_map(|planned| call(&dispatch, planned));
    call.into_iter().chain(read).collect()
}

/// Whether the test's own server sees the request as it is made here, and can answer it.
fn is_plain(catalog: &Catalog, operation: &Operation) -> bool {
    // A key in the environment of the test would stand in the query.
    let is_in_query = |scheme: &String| {
        matches!(
            catalog.security_schemes.get(scheme),
            Some(SecurityScheme::ApiKey { location: ApiKeyLocation::Query, .. })
        )
    };
    operation.base_url.is_none()
        && operation.method != "HEAD"
        && !operation.security.iter().flat_map(|schemes| schemes.keys()).any(is_in_query)
}

fn call(dispatch: &Dispatch, planned: &Planned<'_>) -> Option<Sample> {
    let name = &planned.tool?.name;
    let schema: Value = serde_json::from_str(&dispatch.catalog().schemas.get(planned.operation.input).schema).ok()?;
    let required = required(&schema)?;
    let optional = query(planned.operation)
        .filter(|argument| !required.contains_key(*argument))
        .find_map(|argument| Some((argument.to_owned(), value(schema.get("properties")?.get(argument)?)?)));
    let mut more = required.clone();
    more.extend(optional);
    [more, required].into_iter().find_map(|arguments| {
        let preview = dispatch.preview_call(name, arguments.clone()).ok()?;
        sample("tools/call", json!({"name": name, "arguments": arguments}), &preview)
    })
}

fn read(dispatch: &Dispatch, planned: &Planned<'_>) -> Option<Sample> {
    let uri = match planned.resource {
        Some(resource) => resource.uri.clone(),
        None => filled(&planned.template?.uri_template),
    };
    sample("resources/read", json!({"uri": uri}), &dispatch.preview_read(&uri).ok()?)
}

/// A template's URI, where each variable of the path is 1, and the query is left out.
fn filled(uri_template: &str) -> String {
    let mut parts = uri_template.split('{');
    let mut uri = parts.next().unwrap_or_default().to_owned();
    for (variable, rest) in parts.filter_map(|part| part.split_once('}')) {
        uri.push_str(if variable.starts_with(['?', '&']) { "" } else { "1" });
        uri.push_str(rest);
    }
    uri
}

fn sample(method: &'static str, params: Value, preview: &Preview) -> Option<Sample> {
    let request = format!("{} {} HTTP/1.1", preview.method, preview.url.strip_prefix(API)?);
    Some(Sample { method, params, request })
}

/// The arguments that stand in the query.
fn query(operation: &Operation) -> impl Iterator<Item = &str> {
    let parameters = operation.parameters.iter().filter(|parameter| parameter.location == Location::Query);
    parameters.map(|parameter| parameter.argument.as_str())
}

/// The required members of an object, each with a made-up value.
fn required(schema: &Value) -> Option<Map<String, Value>> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names
        .map(|name| {
            let name = name.as_str()?;
            Some((name.to_owned(), value(schema.get("properties")?.get(name)?)?))
        })
        .collect()
}

/// A value that the schema may admit: whether it does is told by what checks arguments.
fn value(schema: &Value) -> Option<Value> {
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.first().cloned();
    }
    match schema.get("type")?.as_str()? {
        "string" => Some("x".into()),
        "boolean" => Some(true.into()),
        "integer" | "number" => Some(schema.get("minimum").cloned().unwrap_or_else(|| 1.into())),
        "array" => Some(schema.get("items").and_then(value).into_iter().collect()),
        "object" => required(schema).map(Value::from),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn templates_are_filled() {
        let cases = [
            ("api://x/pets", "api://x/pets"),
            ("api://x/pets/{id}", "api://x/pets/1"),
            ("api://x/{a}/b/{c*}{?d,e*}", "api://x/1/b/1"),
            ("api://x/a?b=c{&d}", "api://x/a?b=c"),
        ];
        for (template, expected) in cases {
            assert_eq!(filled(template), expected, "{template}");
        }
    }

    #[test]
    fn simple_arguments_are_made_up() {
        let cases = [
            (json!({"type": "object"}), Some(json!({}))),
            (json!({"required": ["a"], "properties": {"a": {"type": "string"}, "b": {}}}), Some(json!({"a": "x"}))),
            (
                json!({"required": ["a"], "properties": {"a": {"type": "integer", "format": "int64", "minimum": 3}}}),
                Some(json!({"a": 3})),
            ),
            (
                json!({"required": ["a"], "properties": {"a": {"type": "string", "enum": ["y"]}}}),
                Some(json!({"a": "y"})),
            ),
            (
                json!({"required": ["a"], "properties": {"a": {"type": "array", "items": {"type": "string"}}}}),
                Some(json!({"a": ["x"]})),
            ),
            (
                json!({"required": ["a"], "properties": {"a": {"type": "object", "required": ["b"], "properties": {"b": {"type": "boolean"}}}}}),
                Some(json!({"a": {"b": true}})),
            ),
            (json!({"required": ["a"], "properties": {"a": {"$ref": "#/$defs/A"}}}), None),
            (json!({"required": ["a"]}), None),
        ];
        for (schema, expected) in cases {
            assert_eq!(required(&schema).map(Value::from), expected, "{schema}");
        }
    }
}

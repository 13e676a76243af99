//! A call for the smoke test: the first component that simple arguments can call.

use serde_json::{Map, Value, json};

use super::plan::Plan;

/// Keywords that a simple value may break.
const NARROW: [&str; 10] =
    ["pattern", "format", "minLength", "minItems", "multipleOf", "const", "allOf", "anyOf", "not", "contains"];

/// The method and parameters of a call.
pub(super) fn call(plan: &Plan<'_>) -> Option<(&'static str, Value)> {
    plan.operations.iter().filter(|planned| !planned.retired).find_map(|planned| {
        // Where requests go elsewhere the stub hears nothing, and a resource's answer has no result to look at.
        let is_plain = planned.operation.base_url.is_none() && planned.operation.accept.contains("json");
        let tool = planned.tool.filter(|_| is_plain)?;
        let schema: Value = serde_json::from_str(&plan.catalog.schemas.get(planned.operation.input).schema).ok()?;
        let arguments = required(&schema)?;
        Some(("tools/call", json!({"name": tool.name, "arguments": arguments})))
    })
}

/// The required members of an object, each with a simple value.
fn required(schema: &Value) -> Option<Map<String, Value>> {
    let names = schema.get("required").and_then(Value::as_array).into_iter().flatten();
    names
        .map(|name| {
            let name = name.as_str()?;
            Some((name.to_owned(), value(schema.get("properties")?.get(name)?)?))
        })
        .collect()
}

fn value(schema: &Value) -> Option<Value> {
    let schema = schema.as_object()?;
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return values.first().filter(|value| value.is_string()).cloned();
    }
    // The formats of integers only bound them.
    let is_integer = schema.get("type").is_some_and(|name| name == "integer");
    if NARROW.iter().any(|keyword| schema.contains_key(*keyword) && !(is_integer && *keyword == "format")) {
        return None;
    }
    match schema.get("type")?.as_str()? {
        "string" => Some("x".into()),
        "boolean" => Some(true.into()),
        "integer" | "number" => match schema.get("minimum") {
            Some(minimum) => Some(minimum.clone()),
            None if ["exclusiveMinimum", "maximum", "exclusiveMaximum"]
                .iter()
                .any(|word| schema.contains_key(*word)) =>
            {
                None
            }
            None => Some(1.into()),
        },
        "array" => Some(json!([])),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            (json!({"required": ["a"], "properties": {"a": {"type": "string", "pattern": "^y"}}}), None),
            (json!({"required": ["a"], "properties": {"a": {"$ref": "#/$defs/A"}}}), None),
            (json!({"required": ["a"]}), None),
        ];
        for (schema, expected) in cases {
            assert_eq!(required(&schema).map(Value::from), expected, "{schema}");
        }
    }
}

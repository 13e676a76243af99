//! The compiled validator: JSON Schema 2020-12, offline, and hard to stop.
//!
//! A description may hold patterns that no engine reads and keywords with senseless values. Such a keyword is left
//! out, so that it costs nobody the tool.

use jsonschema::{Draft, PatternOptions, ValidationError, Validator, error::ValidationErrorKind};
use serde_json::{Map, Value};

use super::format;
use crate::catalog::PATTERN_SIZE_LIMIT;

/// How far a pattern with look-around or back-references may search; beyond it, it counts as kept.
const BACKTRACK_LIMIT: usize = 50_000;
/// How many invalid keywords of one schema are left out before it counts as unusable.
const MOST_REPAIRS: usize = 64;

/// Compiles a schema, without what is invalid in it.
pub(super) fn compile(schema: &Value) -> Result<Validator, String> {
    let mut error = match build(schema) {
        Ok(validator) => return Ok(validator),
        Err(error) => error,
    };
    let mut schema = schema.clone();
    for _ in 0..MOST_REPAIRS {
        if !repair(&mut schema, &error) {
            break;
        }
        match build(&schema) {
            Ok(validator) => return Ok(validator),
            Err(next) => error = next,
        }
    }
    Err(format!("the input schema is invalid at {:?}: {error}", place(&error)))
}

fn build(schema: &Value) -> Result<Validator, ValidationError<'static>> {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        .offline()
        .should_validate_formats(false)
        .with_keyword("format", format::keyword)
        .with_pattern_options(
            PatternOptions::fancy_regex().backtrack_limit(BACKTRACK_LIMIT).size_limit(PATTERN_SIZE_LIMIT),
        )
        .build(schema)
}

/// Where in the schema an error of compilation stands.
fn place<'e>(error: &'e ValidationError<'_>) -> &'e str {
    match error.instance_path().as_str() {
        "" => error.schema_path().as_str(),
        path => path,
    }
}

/// Takes out what the error is about; false when there is nothing to take out.
fn repair(schema: &mut Value, error: &ValidationError<'_>) -> bool {
    if matches!(error.kind(), ValidationErrorKind::Format { format } if format == "regex") && drop_patterns(schema) {
        return true;
    }
    let mut pointer = place(error);
    while let Some((parent, last)) = pointer.rsplit_once('/') {
        let last = last.replace("~1", "/").replace("~0", "~");
        if schema
            .pointer_mut(parent)
            .and_then(Value::as_object_mut)
            .and_then(|schema| schema.shift_remove(&last))
            .is_some()
        {
            return true;
        }
        pointer = parent;
    }
    false
}

/// Takes out every pattern that cannot be compiled by itself; false when all can.
fn drop_patterns(schema: &mut Value) -> bool {
    let mut dropped = false;
    let mut stack = vec![schema];
    while let Some(schema) = stack.pop() {
        match schema {
            Value::Array(items) => stack.extend(items),
            Value::Object(object) => {
                if object.get("pattern").is_some_and(|pattern| pattern.as_str().is_some_and(|text| !compiles(text))) {
                    object.shift_remove("pattern");
                    dropped = true;
                }
                if let Some(Value::Object(patterns)) = object.get_mut("patternProperties") {
                    let before = patterns.len();
                    patterns.retain(|pattern, _| compiles(pattern));
                    dropped |= patterns.len() < before;
                }
                stack.extend(object.values_mut());
            }
            _ => {}
        }
    }
    dropped
}

fn compiles(pattern: &str) -> bool {
    let schema = Map::from_iter([("pattern".to_owned(), Value::String(pattern.to_owned()))]);
    build(&Value::Object(schema)).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn what_is_invalid_is_left_out_and_the_rest_is_checked() {
        let cases = [
            (json!({"type": "integer", "pattern": "("}), json!("x")),
            (json!({"type": "integer", "minimum": "one"}), json!("x")),
            (json!({"type": "object", "patternProperties": {"[": {}}, "required": ["a"]}), json!({})),
            (json!({"properties": {"a": {"type": "integer", "required": true}}}), json!({"a": "x"})),
            (
                json!({"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"type": "integer", "pattern": "(?<"}}}),
                json!({"a": "x"}),
            ),
        ];
        for (schema, refused) in cases {
            let validator = compile(&schema).expect("compiles");
            assert!(!validator.is_valid(&refused), "{schema}");
        }
    }

    #[test]
    fn a_reference_that_leads_nowhere_or_outside_is_not_fetched() {
        for reference in ["#/$defs/Gone", "http://127.0.0.1:9/x.json", "file:///etc/passwd"] {
            let schema = json!({"properties": {"a": {"$ref": reference}}});
            if let Ok(validator) = compile(&schema) {
                assert!(validator.is_valid(&json!({})));
            }
        }
    }
}

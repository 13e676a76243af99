//! Header parameters. Their values are not percent-encoded; text beyond ASCII is UTF-8.

use http::{HeaderMap, HeaderName, HeaderValue};
use serde_json::{Map, Value};

use super::{
    given,
    percent::Escape,
    query::document,
    style::{self, Pairs},
};
use crate::{
    arguments::{Got, Problem},
    catalog::{Location, Operation, ParameterEncoding, is_reserved_header},
};

/// Adds the header parameters.
pub(super) fn write(
    operation: &Operation,
    arguments: &Map<String, Value>,
    headers: &mut HeaderMap,
    problems: &mut Vec<Problem>,
) {
    for (parameter, value) in given(operation, Location::Header, arguments) {
        let mut text = String::new();
        match &parameter.encoding {
            ParameterEncoding::Style { style, explode, items, .. } => {
                if is_empty(value) {
                    continue;
                }
                let mut sink = Pairs { out: &mut text, separator: ",", start: 0, escape: Escape::Raw };
                if items.is_empty() {
                    style::unnamed(*style, *explode, &parameter.name, value, &mut sink);
                } else {
                    style::nested(&[&[*style], items.as_slice()].concat(), value, &mut sink);
                }
            }
            ParameterEncoding::Content { content } => text.push_str(&document(content, value)),
        }
        match (HeaderName::from_bytes(parameter.name.as_bytes()), HeaderValue::from_bytes(text.as_bytes())) {
            (Ok(name), _) if is_reserved_header(name.as_str()) => {}
            (Ok(name), Ok(line)) => {
                headers.append(name, line);
            }
            (Err(_), _) => {
                problems.push(Problem::with_argument(
                    &parameter.argument,
                    format!("{:?} is no name of a header; leave the argument out", parameter.name),
                ));
            }
            (_, Err(_)) => {
                problems.push(Problem::with_argument(
                    &parameter.argument,
                    format!("expected a header value without line breaks and control characters, got {}", Got(value)),
                ));
            }
        }
    }
}

/// Whether there is nothing to send: an empty string is something.
fn is_empty(value: &Value) -> bool {
    match value {
        Value::Array(items) => items.iter().all(Value::is_null),
        Value::Object(members) => members.values().all(Value::is_null),
        _ => false,
    }
}

//! The walk along the schema that converts values and drops nulls.

use serde_json::{Number, Value};

use super::{
    number,
    shape::{Need, Shapes, Types},
};
use crate::json;

/// As deep as a JSON text is read; deeper values are left as they came.
const MOST_DEPTH: usize = 128;

/// Converts a value where its schema is sure; false when it is a null to be dropped.
pub(super) fn keep(shapes: &Shapes, need: &Need, value: &mut Value, depth: usize) -> bool {
    let types = shapes.types(need);
    if value.is_null() {
        return types.has(Types::NULL);
    }
    convert(value, types);
    if depth >= MOST_DEPTH || !matches!(value, Value::Array(_) | Value::Object(_)) {
        return true;
    }
    let narrowed = match need {
        Need::Anything => return true,
        need => shapes.narrow(need.clone(), value),
    };
    match value {
        Value::Object(object) => {
            object.retain(|name, value| keep(shapes, &shapes.property(&narrowed, name), value, depth + 1));
        }
        Value::Array(items) => {
            let mut index = 0;
            items.retain_mut(|item| {
                let (need, positional) = shapes.item(&narrowed, index);
                index += 1;
                keep(shapes, &need, item, depth + 1) || positional
            });
        }
        _ => {}
    }
    true
}

/// Converts a value that is not of an admitted type into the one that its text is, and spells integers as integers.
fn convert(value: &mut Value, types: Types) {
    let converted = match value {
        Value::String(text) if !types.has(Types::STRING) => from_text(text, types),
        Value::Number(number) if types.has(Types::INTEGER) && !types.has(Types::FRACTION) => {
            match number::integer(number.as_str()) {
                Some(digits) if digits != number.as_str() => digits.parse().ok().map(Value::Number),
                _ => None,
            }
        }
        _ => None,
    };
    if let Some(converted) = converted {
        *value = converted;
    }
}

fn from_text(text: &str, types: Types) -> Option<Value> {
    match text.trim_start().as_bytes().first()? {
        b't' | b'f' if types.has(Types::BOOLEAN) => text.parse().ok().map(Value::Bool),
        b'-' | b'0'..=b'9' if types.has(Types::INTEGER) => {
            let _: Number = text.parse().ok()?;
            match number::integer(text) {
                Some(digits) if !types.has(Types::FRACTION) => digits.parse().ok().map(Value::Number),
                None if !types.has(Types::FRACTION) => None,
                // As it is spelled.
                _ => Some(Value::Number(Number::from_string_unchecked(text.to_owned()))),
            }
        }
        b'{' if types.has(Types::OBJECT) => json::parse(text).ok(),
        b'[' if types.has(Types::ARRAY) => json::parse(text).ok(),
        _ => None,
    }
}

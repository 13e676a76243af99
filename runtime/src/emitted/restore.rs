//! The order and the spelling that a typed view of arguments loses.

use serde_json::{Map, Value};

use crate::arguments::same_number;

/// `value` as the original has it wherever both say the same: members in its order, numbers in its spelling. What
/// differs stays, and members that the original has not come last.
#[must_use]
pub fn restore(value: Value, original: &Value) -> Value {
    match (value, original) {
        (Value::Number(number), Value::Number(original)) if same_number(number.as_str(), original.as_str()) => {
            Value::Number(original.clone())
        }
        (Value::Object(members), Value::Object(original)) => Value::Object(restore_members(members, original)),
        (Value::Array(items), Value::Array(original)) => {
            let mut originals = original.iter();
            let restored = items.into_iter().map(|item| match originals.next() {
                Some(original) => restore(item, original),
                None => item,
            });
            Value::Array(restored.collect())
        }
        (value, _) => value,
    }
}

/// [`restore`] for the members of an object.
pub(super) fn restore_members(mut members: Map<String, Value>, original: &Map<String, Value>) -> Map<String, Value> {
    let mut restored = Map::with_capacity(members.len());
    for (name, original) in original {
        if let Some(value) = members.get_mut(name) {
            restored.insert(name.clone(), restore(value.take(), original));
        }
    }
    for (name, value) in members {
        if !restored.contains_key(&name) {
            restored.insert(name, value);
        }
    }
    restored
}

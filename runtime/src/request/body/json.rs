//! JSON texts. Numbers keep their spelling.

use serde::Serialize;
use serde_json::Value;

use super::Content;

fn write_json<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) {
    // Texts and JSON values always have a JSON text, and memory takes it.
    let _ = serde_json::to_writer(out, value);
}

/// One JSON text.
pub(super) fn document(content: &Content<'_>) -> Vec<u8> {
    let mut out = Vec::with_capacity(128);
    match content {
        Content::Whole(_, value) => write_json(value, &mut out),
        Content::Members(members) => {
            out.push(b'{');
            for (index, member) in members.iter().enumerate() {
                if index > 0 {
                    out.push(b',');
                }
                write_json(member.name, &mut out);
                out.push(b':');
                write_json(member.value, &mut out);
            }
            out.push(b'}');
        }
    }
    out
}

/// A JSON text for each item, between a prefix and a suffix. Text is taken to be such a sequence already.
pub(super) fn sequence(content: &Content<'_>, prefix: &str, suffix: &str) -> Vec<u8> {
    let mut out = Vec::new();
    match content {
        Content::Whole(_, Value::String(text)) => out.extend_from_slice(text.as_bytes()),
        Content::Whole(_, Value::Array(items)) => {
            for item in items {
                out.extend_from_slice(prefix.as_bytes());
                write_json(item, &mut out);
                out.extend_from_slice(suffix.as_bytes());
            }
        }
        single => {
            out.extend_from_slice(prefix.as_bytes());
            out.extend_from_slice(&document(single));
            out.extend_from_slice(suffix.as_bytes());
        }
    }
    out
}

/// A value where a JSON document is wanted. Text that holds an object or an array is taken to be that document.
pub(super) fn part(value: &Value) -> String {
    match value {
        Value::String(text)
            if text.trim_start().starts_with(['{', '['])
                && serde_json::from_str::<serde::de::IgnoredAny>(text).is_ok() =>
        {
            text.clone()
        }
        value => value.to_string(),
    }
}

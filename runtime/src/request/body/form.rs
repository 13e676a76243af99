//! `application/x-www-form-urlencoded` (OpenAPI: Encoding Object; WHATWG URL, section 5).

use std::borrow::Cow;

use indexmap::IndexMap;
use serde_json::Value;

use super::{
    super::{
        is_json,
        percent::Escape,
        style::{self, Pairs, Sink, explodes},
    },
    Member, json,
};
use crate::catalog::{DeepObjectArrays, FieldEncoding, Style};

/// The fields, in order.
pub(super) fn write(
    members: &[Member<'_>],
    fields: &IndexMap<String, FieldEncoding>,
    arrays: DeepObjectArrays,
) -> String {
    let mut out = String::new();
    for &Member { name, value, .. } in members {
        let encoding = fields.get(name);
        let reserved = encoding.is_some_and(|encoding| encoding.allow_reserved);
        let escape = if reserved { Escape::ReservedInForm } else { Escape::Form };
        let mut sink = Pairs { out: &mut out, separator: "&", start: 0, escape };
        match encoding.map(|encoding| (styled(encoding), encoding)) {
            Some((Some((style, explode)), encoding)) if !encoding.items.is_empty() => {
                style::named_nested(style, explode, &encoding.items, name, value, &mut sink);
            }
            Some((Some((style, explode)), _)) => style::named(style, explode, arrays, name, value, &mut sink),
            Some((None, encoding)) if encoding.content_type.as_deref().is_some_and(is_json) => {
                each(value, |value| {
                    sink.pair(name);
                    sink.name_ends();
                    sink.value(&json::part(value));
                });
            }
            Some((None, _)) | None => plain(name, value, &mut sink),
        }
    }
    out
}

/// The style of a field whose encoding says anything about it.
pub(super) fn styled(encoding: &FieldEncoding) -> Option<(Style, bool)> {
    let said = encoding.style.is_some() || encoding.explode.is_some() || encoding.allow_reserved;
    said.then(|| {
        let style = encoding.style.unwrap_or(Style::Form);
        (style, encoding.explode.unwrap_or_else(|| explodes(style)))
    })
}

/// A field without encoding: each item of an array is a pair, an object is JSON text.
pub(in crate::request) fn plain(name: &str, value: &Value, sink: &mut impl Sink) {
    each(value, |value| {
        sink.pair(name);
        sink.name_ends();
        sink.value(&match value {
            Value::Object(_) | Value::Array(_) => Cow::Owned(value.to_string()),
            scalar => style::text(scalar),
        });
    });
}

/// The values that are sent for a field: nulls and what is empty are not, and an array is sent item by item.
pub(super) fn each<'v>(value: &'v Value, mut send: impl FnMut(&'v Value)) {
    match value {
        Value::Null => {}
        Value::Object(object) if object.is_empty() => {}
        Value::Array(items) => items.iter().filter(|item| !item.is_null()).for_each(send),
        value => send(value),
    }
}

//! The query string: what the path itself carries, parameters by style, parameters that are documents.

use std::borrow::Cow;

use serde_json::{Map, Value};

use super::{
    body::form,
    given, is_form, is_json,
    percent::Escape,
    style::{self, Pairs, Sink},
};
use crate::{
    arguments::Problem,
    catalog::{DeepObjectArrays, Location, Operation, ParameterEncoding},
};

/// Appends `?` and the query string, if there is anything in it.
pub(super) fn write(
    operation: &Operation,
    arrays: DeepObjectArrays,
    arguments: &Map<String, Value>,
    target: &mut String,
    problems: &mut Vec<Problem>,
) {
    let path = target.len();
    target.push('?');
    let start = target.len();
    if let Some(fixed) = &operation.query {
        target.push_str(fixed.trim_matches('&'));
    }
    for (parameter, value) in given(operation, Location::Query, arguments) {
        match &parameter.encoding {
            ParameterEncoding::Style { style, explode, allow_reserved, items } => {
                let escape = if *allow_reserved { Escape::ReservedInQuery } else { Escape::All };
                let mut sink = Pairs { out: target, separator: "&", start, escape };
                if items.is_empty() {
                    style::named(*style, *explode, arrays, &parameter.name, value, &mut sink);
                } else {
                    style::named_nested(*style, *explode, items, &parameter.name, value, &mut sink);
                }
            }
            ParameterEncoding::Content { content } => {
                let mut sink = Pairs { out: target, separator: "&", start, escape: Escape::All };
                sink.pair(&parameter.name);
                sink.name_ends();
                sink.value(&document(content, value));
            }
        }
    }
    for (parameter, value) in given(operation, Location::Querystring, arguments) {
        let content = match &parameter.encoding {
            ParameterEncoding::Content { content } => content.as_str(),
            ParameterEncoding::Style { .. } => "application/x-www-form-urlencoded",
        };
        match value {
            Value::Object(fields) if is_form(content) => {
                let mut sink = Pairs { out: target, separator: "&", start, escape: Escape::Form };
                for (name, value) in fields {
                    form::plain(name, value, &mut sink);
                }
            }
            Value::String(text) if is_form(content) => {
                separate(target, start);
                whole(text, target);
            }
            Value::Array(_) if is_form(content) => {
                problems.push(Problem::with_argument(&parameter.argument, "expected an object of query parameters"));
            }
            value => {
                separate(target, start);
                Escape::All.value(&document(content, value), target);
            }
        }
    }
    if target.len() == start {
        target.truncate(path);
    }
}

fn separate(target: &mut String, start: usize) {
    if target.len() > start {
        target.push('&');
    }
}

/// A query string that came whole: only what no query may hold is encoded.
fn whole(text: &str, target: &mut String) {
    for piece in text.strip_prefix('?').unwrap_or(text).split_inclusive(['&', '+']) {
        let (piece, end) = match piece.char_indices().next_back() {
            Some((at, '&' | '+')) => piece.split_at(at),
            _ => (piece, ""),
        };
        Escape::ReservedInQuery.value(piece, target);
        target.push_str(end);
    }
}

/// A parameter that is a document of a media type.
pub(super) fn document<'v>(media_type: &str, value: &'v Value) -> Cow<'v, str> {
    if is_json(media_type) {
        return Cow::Owned(value.to_string());
    }
    match value {
        Value::Object(fields) if is_form(media_type) => {
            let mut out = String::new();
            let mut sink = Pairs { out: &mut out, separator: "&", start: 0, escape: Escape::Form };
            for (name, value) in fields {
                form::plain(name, value, &mut sink);
            }
            Cow::Owned(out)
        }
        value => style::text(value),
    }
}

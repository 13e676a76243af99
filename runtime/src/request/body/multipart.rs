//! `multipart/form-data` (RFC 7578) and the other multipart types (RFC 2046).

use std::{
    borrow::Cow,
    fmt::Write,
    hash::{DefaultHasher, Hash, Hasher},
};

use http::{HeaderName, HeaderValue};
use indexmap::IndexMap;
use serde_json::Value;

use super::{
    super::{
        is_form, is_json, query,
        style::{self, RawPairs},
    },
    Member, binary, form, json,
};
use crate::{
    arguments::{Got, Problem},
    catalog::{DeepObjectArrays, FieldEncoding},
};

/// One part.
pub(super) struct Part<'a> {
    /// The header section, each line with its line break.
    head: String,
    body: Cow<'a, [u8]>,
}

/// A part for each property; each item of an array is a part.
pub(super) fn named<'a>(
    members: &[Member<'a>],
    fields: &IndexMap<String, FieldEncoding>,
    arrays: DeepObjectArrays,
    problems: &mut Vec<Problem>,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let default = FieldEncoding::default();
    for member in members {
        let encoding = fields.get(member.name).unwrap_or(&default);
        if let (Some((style, explode)), false) = (form::styled(encoding), encoding.file) {
            let mut pairs = RawPairs::default();
            if encoding.items.is_empty() {
                style::named(style, explode, arrays, member.name, member.value, &mut pairs);
            } else {
                style::named_nested(style, explode, &encoding.items, member.name, member.value, &mut pairs);
            }
            parts.extend(pairs.0.into_iter().map(|(name, text)| Part {
                head: head(&Disposition::Field(&name), None, encoding),
                body: Cow::Owned(text.into_bytes()),
            }));
            continue;
        }
        let is_list = member.value.is_array();
        let mut index = 0;
        form::each(member.value, |value| {
            let below = if is_list { format!("/{index}") } else { String::new() };
            index += 1;
            match part(&Disposition::Field(member.name), value, encoding) {
                Ok(part) => parts.push(part),
                Err((place, reason)) => problems.push(member.problem(&format!("{below}{place}"), reason)),
            }
        });
    }
    parts
}

/// A part for each item, without names. The encoding of an item stands under its index, or under `*`.
pub(super) fn list<'a>(
    argument: &str,
    items: &'a [Value],
    fields: &IndexMap<String, FieldEncoding>,
    problems: &mut Vec<Problem>,
) -> Vec<Part<'a>> {
    let mut parts = Vec::new();
    let default = FieldEncoding::default();
    for (index, value) in items.iter().enumerate() {
        let encoding = fields.get(&index.to_string()).or_else(|| fields.get("*")).unwrap_or(&default);
        match part(&Disposition::Item, value, encoding) {
            Ok(part) => parts.push(part),
            Err((place, reason)) => {
                let here = Problem::with_argument(argument, "").pointer;
                problems.push(Problem::at(format!("{here}/{index}{place}"), reason));
            }
        }
    }
    parts
}

/// What a part is called.
enum Disposition<'n> {
    /// A field of a form.
    Field(&'n str),
    /// A file in a form.
    File(&'n str, &'n str),
    /// A part without a name.
    Item,
    /// A file without a field.
    Attachment(&'n str),
}

/// One value as a part, or where inside it what is wrong.
fn part<'a>(
    disposition: &Disposition<'_>,
    value: &'a Value,
    encoding: &FieldEncoding,
) -> Result<Part<'a>, (&'static str, String)> {
    if encoding.file {
        return file(disposition, value, encoding);
    }
    let declared = declared_type(encoding);
    let (body, default): (Cow<'a, [u8]>, _) = match value {
        Value::Object(_) if declared.is_some_and(is_form) => {
            let text = declared.map_or_else(String::new, |name| query::document(name, value).into_owned());
            (Cow::Owned(text.into_bytes()), None)
        }
        value if declared.is_some_and(is_json) => (Cow::Owned(json::part(value).into_bytes()), None),
        Value::Object(_) | Value::Array(_) => (Cow::Owned(value.to_string().into_bytes()), Some("application/json")),
        scalar => match style::text(scalar) {
            Cow::Borrowed(text) => (Cow::Borrowed(text.as_bytes()), None),
            Cow::Owned(text) => (Cow::Owned(text.into_bytes()), None),
        },
    };
    Ok(Part { head: head(disposition, declared.or(default), encoding), body })
}

/// A file: base64 text, a `data:` URL, or `{filename, content_type, data}`.
fn file<'a>(
    disposition: &Disposition<'_>,
    value: &'a Value,
    encoding: &FieldEncoding,
) -> Result<Part<'a>, (&'static str, String)> {
    let text_of = |key: &str| value.get(key).and_then(Value::as_str).filter(|text| !text.is_empty());
    let (place, data) = match value {
        Value::Object(object) => ("/data", object.get("data").unwrap_or(&Value::Null)),
        value => ("", value),
    };
    let Value::String(data) = data else {
        return Err((place, format!("{}, got {}", binary::EXPECTED, Got(data))));
    };
    let (own_type, bytes) = binary::decode(data)
        .map_err(|reason| (place, format!("{reason}, got {}", Got(&Value::from(data.as_str())))))?;
    let filename = text_of("filename");
    if let Some(filename) = filename.filter(|name| name.chars().any(char::is_control)) {
        let got = Value::from(filename);
        return Err(("/filename", format!("expected a file name without line breaks, got {}", Got(&got))));
    }
    let content_type = text_of("content_type").or(own_type).or(declared_type(encoding)).unwrap_or(binary::OCTETS);
    if HeaderValue::from_str(content_type).is_err() || !content_type.contains('/') {
        let got = Value::from(content_type);
        return Err(("/content_type", format!("expected a media type, got {}", Got(&got))));
    }
    let disposition = match *disposition {
        Disposition::Field(name) | Disposition::File(name, _) => Disposition::File(name, filename.unwrap_or(name)),
        Disposition::Item | Disposition::Attachment(_) => Disposition::Attachment(filename.unwrap_or("file")),
    };
    Ok(Part { head: head(&disposition, Some(content_type), encoding), body: Cow::Owned(bytes) })
}

/// The media type that the encoding gives a part: the first of its list that is no range.
fn declared_type(encoding: &FieldEncoding) -> Option<&str> {
    let types = encoding.content_type.as_deref()?.split(',').map(str::trim);
    types.into_iter().find(|media_type| !media_type.is_empty() && !media_type.contains('*'))
}

fn head(disposition: &Disposition<'_>, content_type: Option<&str>, encoding: &FieldEncoding) -> String {
    let mut head = match disposition {
        Disposition::Field(name) => format!("Content-Disposition: form-data; name=\"{}\"\r\n", quoted(name)),
        Disposition::File(name, filename) => {
            format!("Content-Disposition: form-data; name=\"{}\"; filename=\"{}\"\r\n", quoted(name), quoted(filename))
        }
        Disposition::Item => String::new(),
        Disposition::Attachment(filename) => {
            format!("Content-Disposition: attachment; filename=\"{}\"\r\n", quoted(filename))
        }
    };
    let mut line = |name: &str, value: &str| {
        // Text of a description: what is no header is no line.
        if HeaderName::from_bytes(name.as_bytes()).is_ok() && HeaderValue::from_str(value).is_ok() {
            let _ = write!(head, "{name}: {value}\r\n");
        }
    };
    if let Some(content_type) = content_type {
        line("Content-Type", content_type);
    }
    for (name, value) in &encoding.headers {
        if !name.eq_ignore_ascii_case("content-type") && !name.eq_ignore_ascii_case("content-disposition") {
            line(name, value);
        }
    }
    head
}

/// As browsers write names: what would end the quotes or the line is percent-encoded.
fn quoted(name: &str) -> String {
    name.replace('"', "%22").replace('\r', "%0D").replace('\n', "%0A")
}

/// The value of `Content-Type` and the body.
pub(super) fn join(media_type: &str, parts: &[Part<'_>]) -> (String, Vec<u8>) {
    let boundary = boundary(parts);
    let size: usize = parts.iter().map(|part| part.head.len() + part.body.len() + boundary.len() + 8).sum();
    let mut out = Vec::with_capacity(size + boundary.len() + 8);
    for part in parts {
        for piece in [b"--", boundary.as_bytes(), b"\r\n", part.head.as_bytes(), b"\r\n", &part.body, b"\r\n"] {
            out.extend_from_slice(piece);
        }
    }
    for piece in [b"--", boundary.as_bytes(), b"--\r\n"] {
        out.extend_from_slice(piece);
    }
    (format!("{}; boundary={boundary}", without_boundary(media_type)), out)
}

/// A media type without a `boundary` of its own, which nothing can be known about.
fn without_boundary(media_type: &str) -> String {
    let kept: Vec<&str> = media_type
        .split(';')
        .map(str::trim)
        .filter(|parameter| !parameter.to_ascii_lowercase().starts_with("boundary="))
        .collect();
    kept.join("; ")
}

/// A boundary that no part holds. The same parts have the same one, so that requests can be compared.
fn boundary(parts: &[Part<'_>]) -> String {
    let mut hasher = DefaultHasher::new();
    for part in parts {
        part.head.hash(&mut hasher);
        part.body.hash(&mut hasher);
    }
    let mut seed = hasher.finish();
    loop {
        let boundary = format!("mcpgen-{seed:016x}");
        let taken = |bytes: &[u8]| bytes.windows(boundary.len()).any(|window| window == boundary.as_bytes());
        if !parts.iter().any(|part| taken(&part.body) || taken(part.head.as_bytes())) {
            return boundary;
        }
        seed = seed.wrapping_add(1);
    }
}

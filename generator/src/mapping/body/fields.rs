//! How the fields of forms and the parts of multipart bodies are written, and which of them are files.

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{BodyKind, FieldEncoding};

use super::super::{output::is_media_type, schema::Flat, text};
use crate::{
    source::{DocumentId, Kind, NodeId},
    spec::{
        Cursor, Encoding, MediaType, Schema,
        media::{self, Family},
    },
};

/// The key of an item's encoding in a multipart body without names, where its index has none.
pub(super) const ITEMS: &str = "*";

/// How the values of a media type are written.
pub(super) fn kind(family: Family, chosen: &MediaType<'_>, flat: Option<&Flat<'_>>) -> BodyKind {
    match family {
        Family::Json => BodyKind::Json,
        Family::JsonLines => BodyKind::JsonLines,
        Family::JsonSequence => BodyKind::JsonSequence,
        Family::Text => BodyKind::Text,
        Family::Binary => BodyKind::Binary,
        Family::Form => BodyKind::Form { fields: fields(chosen, flat, false) },
        Family::Multipart => BodyKind::Multipart { fields: fields(chosen, flat, true) },
    }
}

/// The encoding of a field, where it has one.
pub(super) fn field_of<'k>(kind: &'k BodyKind, name: &str) -> Option<&'k FieldEncoding> {
    match kind {
        BodyKind::Form { fields } | BodyKind::Multipart { fields } => fields.get(name),
        _ => None,
    }
}

fn fields(chosen: &MediaType<'_>, flat: Option<&Flat<'_>>, multipart: bool) -> IndexMap<String, FieldEncoding> {
    let mut fields: IndexMap<String, FieldEncoding> = chosen
        .encoding
        .iter()
        .map(|(name, Encoding { content_type, style, explode, allow_reserved, items, headers })| {
            let types = content_type.iter().flat_map(|types| types.split(',')).map(str::trim);
            let content_type = types.into_iter().find(|name| is_media_type(name) && !name.contains('*'));
            let field = FieldEncoding {
                content_type: content_type.map(str::to_owned),
                style: *style,
                explode: *explode,
                allow_reserved: *allow_reserved,
                items: items.clone(),
                headers: if multipart { headers.clone() } else { IndexMap::new() },
                ..FieldEncoding::default()
            };
            (name.clone(), field)
        })
        .collect();
    if !multipart {
        return fields;
    }
    let properties = flat.into_iter().flat_map(|flat| &flat.properties);
    let properties = properties.filter_map(|property| Some((property.name.clone(), property.at?)));
    for (name, at) in properties.chain(items(chosen)) {
        let encoding = chosen.encoding.get(&name);
        if is_file(at) || encoding.is_some_and(|encoding| is_binary(encoding) && is_untyped(at)) {
            mark_file(fields.entry(name).or_default(), at);
        }
    }
    if let (None, Some(Schema::Node(at))) = (flat, &chosen.schema) {
        files_of_alternatives(*at, &mut Vec::new(), &mut fields);
    }
    fields
}

/// The files of a body that is one argument: what any of its alternatives says to be one.
fn files_of_alternatives(
    at: Cursor<'_>,
    seen: &mut Vec<(DocumentId, NodeId)>,
    fields: &mut IndexMap<String, FieldEncoding>,
) {
    let Ok(at) = at.resolve() else { return };
    if seen.contains(&at.key()) {
        return;
    }
    seen.push(at.key());
    for (name, property) in at.get("properties").into_iter().flat_map(Cursor::entries) {
        if is_file(property) {
            mark_file(fields.entry(name.to_owned()).or_default(), property);
        }
    }
    for keyword in ["allOf", "anyOf", "oneOf"] {
        for alternative in at.get(keyword).into_iter().flat_map(Cursor::items) {
            files_of_alternatives(alternative, seen, fields);
        }
    }
}

/// Makes a field one of files. `contentMediaType` is their media type where the encoding names none.
fn mark_file(field: &mut FieldEncoding, at: Cursor<'_>) {
    field.file = true;
    let item = at.resolve().ok().map(|at| at.get("items").and_then(|items| items.resolve().ok()).unwrap_or(at));
    let own = item.and_then(|at| at.text_of("contentMediaType"));
    let own = own.filter(|name| is_media_type(name) && !name.contains('*'));
    field.content_type = field.content_type.take().or(own);
}

/// What a body that is one argument, and no plain object, says about the files in it.
pub(super) fn files_told(kind: &BodyKind) -> String {
    let BodyKind::Multipart { fields } = kind else { return String::new() };
    let files = fields.iter().filter(|(name, field)| field.file && *name != ITEMS && name.parse::<usize>().is_err());
    let files: Vec<String> = files.map(|(name, _)| format!("`{name}`")).collect();
    if files.is_empty() {
        return String::new();
    }
    format!("Files, as base64 text or a data: URL: {}.", text::clean(&files.join(", "), text::PROPERTY))
}

/// The schemas of the items of a body without names, by index or as [`ITEMS`].
fn items<'d>(chosen: &MediaType<'d>) -> Vec<(String, Cursor<'d>)> {
    let list = match &chosen.schema {
        Some(Schema::Node(at)) => at.resolve().ok(),
        _ => None,
    };
    let prefix = list.and_then(|list| list.get("prefixItems")).into_iter().flat_map(Cursor::items);
    let rest = chosen.item_schema.or_else(|| list.and_then(|list| list.get("items")));
    let prefix = prefix.enumerate().map(|(index, at)| (index.to_string(), at));
    prefix.chain(rest.map(|at| (ITEMS.to_owned(), at))).collect()
}

/// Whether a form has a field that is a file.
pub(super) fn has_files(media_type: &MediaType<'_>) -> bool {
    match &media_type.schema {
        Some(Schema::Node(at)) => at
            .resolve()
            .ok()
            .and_then(|at| at.get("properties"))
            .into_iter()
            .flat_map(Cursor::entries)
            .any(|(_, inner)| is_file(inner)),
        Some(Schema::Fields(fields)) => fields.iter().any(|field| is_file(field.schema)),
        None => false,
    }
}

fn is_binary(encoding: &Encoding) -> bool {
    encoding.content_type.as_deref().is_some_and(|name| media::family(name) == Family::Binary)
}

fn is_untyped(at: Cursor<'_>) -> bool {
    at.resolve().is_ok_and(|at| at.get("type").is_none() && at.get("properties").is_none())
}

/// Whether a property of a multipart form, or each of its items, is a file.
fn is_file(at: Cursor<'_>) -> bool {
    let Ok(at) = at.resolve() else { return false };
    if is_typed(at, "array") {
        return at.get("items").is_some_and(|items| {
            items.resolve().is_ok_and(|items| items.reference().is_none() && is_file_itself(items))
        });
    }
    is_file_itself(at)
}

fn is_file_itself(at: Cursor<'_>) -> bool {
    let kind = at.text_of("type");
    let kind = kind.as_deref();
    if kind == Some("file") {
        return true;
    }
    let is_text = |name: String| matches!(media::family(&name), Family::Json | Family::Text);
    let format = at.text_of("format");
    let raw = at.get("contentEncoding").is_none() && at.text_of("contentMediaType").is_some_and(|name| !is_text(name));
    // RFC 2045's word for bytes as they are.
    let is_binary = |text: Option<String>| text.as_deref() == Some("binary");
    matches!(kind, None | Some("string")) && (is_binary(format) || is_binary(at.text_of("contentEncoding")) || raw)
}

fn is_typed(at: Cursor<'_>, name: &str) -> bool {
    match at.get("type") {
        Some(stated) if stated.kind() == Kind::Array => stated.items().any(|item| item.as_str() == Some(name)),
        Some(stated) => stated.as_str() == Some(name),
        None => false,
    }
}

/// Whether a part is an object, or a list of them, that its encoding writes as a text which is not JSON (XML, say): no
/// schema says how, so the text is given as it is.
pub(super) fn is_text_of_object(at: Cursor<'_>, field: Option<&FieldEncoding>) -> bool {
    let content_type = field.and_then(|field| field.content_type.as_deref());
    let is_object = |at: Cursor<'_>| is_typed(at, "object") || at.get("properties").is_some();
    content_type.is_some_and(|name| media::family(name) == Family::Text)
        && at.resolve().is_ok_and(|at| {
            let items = at.get("items").filter(|_| is_typed(at, "array")).and_then(|items| items.resolve().ok());
            is_object(at) || items.is_some_and(is_object)
        })
}

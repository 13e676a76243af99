//! What an operation answers: output schemas, `Accept`, and the media type of a resource.

use mcpgen_runtime::catalog::SchemaId;
use serde_json::{Value, json};

use super::{
    OutputSchemas,
    schema::{Converter, Direction, Outliner},
};
use crate::{
    diagnostic::Severity,
    source::Kind,
    spec::{
        Cursor, MediaType, Operation, Response, Schema,
        media::{self, Family},
    },
};

/// The largest strict output schema, in bytes.
const LARGEST: usize = 32 * 1024;

/// The schema of the structured content, where a 2xx declares JSON.
pub(super) fn schema(
    operation: &Operation<'_>,
    wanted: OutputSchemas,
    converter: &mut Converter<'_>,
    outliner: &mut Outliner,
) -> Option<SchemaId> {
    if wanted == OutputSchemas::None {
        return None;
    }
    let json = successes(operation)
        .flat_map(|response| &response.content)
        .find(|media_type| media::family(&media_type.name) == Family::Json)?;
    let Some(Schema::Node(at)) = json.schema else {
        return Some(converter.table().intern(json!({"type": "object"}).to_string(), Vec::new()));
    };
    if wanted == OutputSchemas::Strict {
        if let Some(strict) = strict(at, converter) {
            return Some(strict);
        }
        let diagnostic = at.diagnostic(
            Severity::Warning,
            "large-output-schema",
            format!(
                "the output schema of {} {} is over {LARGEST} bytes; an outline is offered instead",
                operation.method, operation.path
            ),
        );
        converter.diagnostics().push(diagnostic);
    }
    let outline = outliner.outline(at);
    Some(converter.table().intern(outline, Vec::new()))
}

fn strict(at: Cursor<'_>, converter: &mut Converter<'_>) -> Option<SchemaId> {
    let mut converted = converter.convert(at, Direction::Response);
    // The root is an object in so many words: clients refuse a whole list over one that is not.
    let stands = |schema: &Value| schema.get("type").is_some_and(|name| name == "object");
    if stands(&converted.schema) {
        // As it is.
    } else if is_object(at) {
        if let Value::Object(root) = &mut converted.schema {
            root.shift_insert(0, "type".to_owned(), "object".into());
        }
    } else {
        converted.schema =
            json!({"type": "object", "properties": {"result": converted.schema}, "required": ["result"]});
    }
    let id = converter.table().intern(converted.schema.to_string(), converted.uses);
    (converter.table().assemble(id).len() <= LARGEST).then_some(id)
}

/// Whether the answers are objects by every branch's word.
fn is_object(at: Cursor<'_>) -> bool {
    let Ok(at) = at.resolve() else { return false };
    match at.get("type") {
        Some(stated) if stated.kind() == Kind::String => return stated.as_str() == Some("object"),
        Some(_) => return false,
        None => {}
    }
    if at.get("properties").is_some() {
        return true;
    }
    at.get("allOf").into_iter().flat_map(Cursor::items).any(is_shallow_object)
}

fn is_shallow_object(at: Cursor<'_>) -> bool {
    at.resolve().is_ok_and(|at| at.text_of("type").as_deref() == Some("object") || at.get("properties").is_some())
}

/// The 2xx responses: 200, 201, 202, the others by number, then `2XX`.
fn successes<'o, 'd>(operation: &'o Operation<'d>) -> impl Iterator<Item = &'o Response<'d>> {
    let mut found: Vec<(&str, &Response<'d>)> = operation
        .responses
        .iter()
        .filter(|(status, _)| status.len() == 3 && status.starts_with('2'))
        .map(|(status, response)| (status.as_str(), response))
        .collect();
    found.sort_by_key(|(status, _)| *status);
    found.into_iter().map(|(_, response)| response)
}

/// The media type of a successful answer, the first that is declared.
pub(super) fn mime_type(operation: &Operation<'_>) -> Option<String> {
    let first = successes(operation).flat_map(|response| &response.content).map(|media_type| media_type.name.as_str());
    first.filter(|name| is_media_type(name)).map(str::to_owned).next()
}

/// The media types that the responses declare, JSON first; any where none is declared.
pub(super) fn accept(operation: &Operation<'_>) -> String {
    let all: Vec<&MediaType<'_>> = operation.responses.values().flat_map(|response| &response.content).collect();
    let mut names: Vec<&str> = Vec::new();
    for wanted in [true, false] {
        for media_type in &all {
            let name = media_type.name.as_str();
            let is_json = media::family(name) == Family::Json && !name.contains('*');
            if is_json == wanted && is_media_type(name) && !names.contains(&name) {
                names.push(name);
            }
        }
    }
    if names.is_empty() { "*/*".to_owned() } else { names.join(", ") }
}

/// Whether a text can stand in a header as a media type.
pub(super) fn is_media_type(name: &str) -> bool {
    let is_token = |text: &str| {
        !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte))
    };
    let (essence, parameters) = name.split_once(';').unwrap_or((name, ""));
    let (kind, subtype) = essence.trim().split_once('/').unwrap_or_default();
    is_token(kind) && is_token(subtype) && parameters.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

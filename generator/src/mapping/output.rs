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
        media::{self, Family, is_token},
    },
};

/// How many combined schemas are looked at to know what an answer is.
const MOST_LOOKED_AT: usize = 500;
/// The largest strict output schema, in bytes.
const LARGEST: usize = 32 * 1024;

/// The schema of the structured content, where a 2xx declares JSON.
pub(super) fn schema<'d>(
    operation: &Operation<'d>,
    wanted: OutputSchemas,
    converter: &mut Converter<'_>,
    outliner: &mut Outliner<'d>,
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
        match strict(operation, at, converter) {
            Ok(strict) => return Some(strict),
            Err(reason) => {
                let message =
                    format!("{} {} is offered an outline as output schema: {reason}", operation.method, operation.path);
                let diagnostic = at.diagnostic(Severity::Warning, "no-strict-output-schema", message);
                let help = "the outline tells a model as much; nothing is to be done";
                converter.diagnostics().push(diagnostic.help(help));
            }
        }
    }
    Some(outliner.outline(at, converter.table()))
}

/// The description's own schema, or why it cannot be offered.
///
/// Structured content is the object that came, or anything else under `result`. A schema that leaves open which of the
/// two it will be, or an operation that may succeed without JSON, would have right answers refused.
fn strict(operation: &Operation<'_>, at: Cursor<'_>, converter: &mut Converter<'_>) -> Result<SchemaId, String> {
    let other = successes(operation)
        .any(|response| !response.content.iter().any(|media_type| media::family(&media_type.name) == Family::Json));
    if other {
        return Err("it may also succeed without JSON".to_owned());
    }
    let is_object = match Shape::of(at, &mut 0) {
        Shape::Object => true,
        Shape::Other => false,
        Shape::Open => return Err("its answers may be objects and other JSON".to_owned()),
    };
    let mut converted = converter.convert(at, Direction::Response);
    // The root is an object in so many words: clients refuse a whole list over one that is not.
    match &mut converted.schema {
        Value::Object(root) if is_object => {
            root.shift_insert(0, "type".to_owned(), "object".into());
        }
        schema => {
            *schema = json!({"type": "object", "properties": {"result": schema.take()}, "required": ["result"]});
        }
    }
    let id = converter.table().intern(converted.schema.to_string(), converted.uses);
    let size = converter.table().assemble(id).len();
    if size > LARGEST { Err(format!("its own has {size} bytes, over {LARGEST}")) } else { Ok(id) }
}

/// Whether answers of a schema are objects.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    Object,
    Other,
    Open,
}

impl Shape {
    fn of(at: Cursor<'_>, looked_at: &mut usize) -> Self {
        let nullable = at.flag("nullable") || at.flag("x-nullable");
        let Ok(at) = at.resolve() else { return Self::Open };
        *looked_at += 1;
        if *looked_at > MOST_LOOKED_AT || nullable || at.flag("nullable") || at.flag("x-nullable") {
            return Self::Open;
        }
        if let Some(stated) = at.get("type") {
            let named = |item: Cursor<'_>| item.as_str().map(str::to_owned);
            let names: Vec<String> = if stated.kind() == Kind::Array {
                stated.items().filter_map(named).collect()
            } else {
                named(stated).into_iter().collect()
            };
            let objects = names.iter().filter(|name| *name == "object").count();
            return match (names.len(), objects) {
                (1, 1) => Self::Object,
                (1.., 0) => Self::Other,
                _ => Self::Open,
            };
        }
        // All of a conjunction hold, so one that is sure decides; of alternatives all must agree.
        let mut shapes = |keyword| -> Vec<Self> {
            at.get(keyword).into_iter().flat_map(Cursor::items).map(|branch| Self::of(branch, looked_at)).collect()
        };
        if let Some(sure) = shapes("allOf").into_iter().find(|shape| *shape != Self::Open) {
            return sure;
        }
        let mut alternatives = shapes("oneOf");
        alternatives.extend(shapes("anyOf"));
        match alternatives.split_first() {
            Some((first, rest)) if rest.iter().all(|shape| shape == first) => *first,
            // Without a type, properties speak of objects only by habit, which descriptions do have.
            None if at.get("properties").is_some() => Self::Object,
            _ => Self::Open,
        }
    }
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
    let (essence, parameters) = name.split_once(';').unwrap_or((name, ""));
    let (kind, subtype) = essence.trim().split_once('/').unwrap_or_default();
    is_token(kind) && is_token(subtype) && parameters.bytes().all(|byte| (b' '..=b'~').contains(&byte))
}

//! What the fields of each object of a description have to be; what is something else is told, and left out.

use super::Cursor;
use crate::{
    diagnostic::{Diagnostic, Severity},
    source::Kind,
};

/// What a field has to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Wanted {
    Text,
    Flag,
    Array,
    /// An array of texts.
    Texts,
    Object,
    /// An object, or a boolean.
    Schema,
}

use Wanted::{Array, Flag, Object, Schema, Text, Texts};

type Fields = &'static [(&'static str, Wanted)];

/// The root. `paths` and `security` are told where they are read.
pub(super) const ROOT: Fields = &[
    ("info", Object),
    ("servers", Array),
    ("tags", Array),
    ("webhooks", Object),
    ("components", Object),
    ("definitions", Object),
    ("parameters", Object),
    ("responses", Object),
    ("securityDefinitions", Object),
    ("host", Text),
    ("basePath", Text),
    ("schemes", Texts),
    ("consumes", Texts),
    ("produces", Texts),
];
pub(super) const INFO: Fields =
    &[("title", Text), ("version", Text), ("summary", Text), ("description", Text), ("termsOfService", Text)];
pub(super) const COMPONENTS: Fields = &[
    ("schemas", Object),
    ("parameters", Object),
    ("requestBodies", Object),
    ("responses", Object),
    ("securitySchemes", Object),
    ("pathItems", Object),
    ("examples", Object),
];
pub(super) const SERVER: Fields = &[("url", Text), ("description", Text), ("variables", Object)];
pub(super) const SERVER_VARIABLE: Fields = &[("default", Text), ("enum", Texts), ("description", Text)];
pub(super) const PATH_ITEM: Fields = &[
    ("summary", Text),
    ("description", Text),
    ("parameters", Array),
    ("servers", Array),
    ("additionalOperations", Object),
];
pub(super) const OPERATION: Fields = &[
    ("operationId", Text),
    ("summary", Text),
    ("description", Text),
    ("tags", Texts),
    ("deprecated", Flag),
    ("parameters", Array),
    ("responses", Object),
    ("servers", Array),
    ("consumes", Texts),
    ("produces", Texts),
    ("schemes", Texts),
    ("x-internal", Flag),
    ("x-mcp", Flag),
];
pub(super) const PARAMETER: Fields = &[
    ("name", Text),
    ("in", Text),
    ("description", Text),
    ("required", Flag),
    ("deprecated", Flag),
    ("style", Text),
    ("explode", Flag),
    ("allowReserved", Flag),
    ("schema", Schema),
    ("content", Object),
];
/// A Parameter Object of Swagger 2.0, beside what it has as a schema.
pub(super) const SWAGGER_PARAMETER: Fields = &[
    ("name", Text),
    ("in", Text),
    ("description", Text),
    ("required", Flag),
    ("schema", Schema),
    ("collectionFormat", Text),
];
pub(super) const REQUEST_BODY: Fields = &[("description", Text), ("required", Flag), ("content", Object)];
pub(super) const MEDIA_TYPE: Fields = &[("schema", Schema), ("itemSchema", Schema), ("encoding", Object)];
pub(super) const ENCODING: Fields =
    &[("contentType", Text), ("style", Text), ("explode", Flag), ("allowReserved", Flag), ("headers", Object)];
pub(super) const RESPONSE: Fields = &[("description", Text), ("content", Object), ("schema", Schema)];

/// Tells the fields of `at` that are not what they have to be.
///
/// A scalar where a text is meant is taken as it is written, and null for none: many documents have `version: 1.0` and
/// `description:` with nothing after it.
pub(super) fn check(at: Cursor<'_>, fields: Fields, diagnostics: &mut Vec<Diagnostic>) {
    for (name, value) in at.entries() {
        let Some((_, wanted)) = fields.iter().find(|(known, _)| *known == name) else { continue };
        let kind = value.kind();
        let fits = match wanted {
            Text => kind == Kind::String,
            Flag => value.as_bool().is_some(),
            Array | Texts => kind == Kind::Array,
            Object => kind == Kind::Object,
            Schema => matches!(kind, Kind::Object | Kind::Bool),
        };
        // In YAML 1.2 these words are strings.
        let old_word = || value.as_str().is_some_and(|text| !matches!(text, "true" | "false"));
        if !fits || *wanted == Flag && old_word() {
            diagnostics.push(wrong(value, name, *wanted));
        } else if *wanted == Texts {
            let odd = value.items().filter(|item| item.kind() != Kind::String);
            diagnostics.extend(odd.map(|item| wrong(item, &format!("an item of {name}"), Text)));
        }
    }
}

fn wrong(value: Cursor<'_>, name: &str, wanted: Wanted) -> Diagnostic {
    let expected = match wanted {
        Text => Kind::String.phrase(),
        Flag => Kind::Bool.phrase(),
        Array => Kind::Array.phrase(),
        Texts => "an array of strings",
        Object => Kind::Object.phrase(),
        Schema => "a schema (an object)",
    };
    let name = if name.contains(' ') { name.to_owned() } else { format!("`{name}`") };
    let (severity, then) = match (value.kind(), wanted) {
        (Kind::Null, _) => (Severity::Note, "it counts as absent"),
        (Kind::Bool | Kind::Number, Text) => (Severity::Note, "it is read as it is written"),
        (Kind::String, Flag) if value.as_bool() == Some(true) => (Severity::Note, "it is read as true"),
        (Kind::String, Flag) if value.as_bool() == Some(false) => (Severity::Note, "it is read as false"),
        _ => (Severity::Warning, "it is left out"),
    };
    let help = match (value.kind(), wanted) {
        (Kind::Null, _) => "give it a value, or remove it".to_owned(),
        (Kind::Bool | Kind::Number, Text) => "put it in quotes".to_owned(),
        _ => format!("write {expected} here"),
    };
    value
        .diagnostic(
            severity,
            "wrong-type",
            format!("{name} is {}, and {expected} was expected; {then}", value.kind().phrase()),
        )
        .help(help)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::source::{Documents, LoadOptions};

    #[test]
    fn what_is_something_else_is_told() {
        let cases = [
            ("operationId: a\ntags: [a, b]\ndeprecated: true\nservers: []\nx-other: 5", &[][..]),
            ("description: ~\nsummary: 1.10", &[(Severity::Note, "/description"), (Severity::Note, "/summary")]),
            ("operationId: [a]", &[(Severity::Warning, "/operationId")]),
            ("tags: a", &[(Severity::Warning, "/tags")]),
            ("tags: [a, 1, {b: c}]", &[(Severity::Note, "/tags/1"), (Severity::Warning, "/tags/2")]),
            ("parameters: {}\nservers: x", &[(Severity::Warning, "/parameters"), (Severity::Warning, "/servers")]),
            ("deprecated: 'true'", &[]),
            ("deprecated: yes", &[(Severity::Note, "/deprecated")]),
            ("deprecated: maybe", &[(Severity::Warning, "/deprecated")]),
        ];
        for (text, expected) in cases {
            let (documents, _) =
                Documents::from_text("a", text, &LoadOptions::default()).unwrap_or_else(|error| panic!("{error}"));
            let mut diagnostics = Vec::new();
            check(Cursor::root(&documents), OPERATION, &mut diagnostics);
            let told: Vec<_> = diagnostics.iter().map(|told| (told.severity, told.pointer.as_str())).collect();
            assert_eq!(told, expected, "{text}");
            assert!(diagnostics.iter().all(|told| told.help.is_some() && told.line.is_some()));
        }
    }
}

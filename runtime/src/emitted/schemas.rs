//! The schemas of an emitted crate, put into a table: without white space, with what each one uses.

use std::collections::HashMap;

use serde_json::value::RawValue;

use crate::catalog::{SchemaId, SchemaTable};

/// What stands before the name in a reference to a shared schema, in JSON without white space.
const REFERENCE: &str = r##""$ref":"#/$defs/"##;

/// A table that grows by what components need.
#[derive(Default)]
pub(super) struct Schemas {
    pub(super) table: SchemaTable,
    shared: HashMap<&'static str, SchemaId>,
}

impl Schemas {
    /// The schemas that others refer to by `#/$defs/<name>`.
    pub(super) fn new(shared: &[(&'static str, &'static str)]) -> Result<Self, String> {
        let mut schemas = Self::default();
        for (name, _) in shared {
            let id = schemas.table.declare((*name).to_owned());
            schemas.shared.insert(name, id);
        }
        for (name, text) in shared {
            let raw: &RawValue =
                serde_json::from_str(text).map_err(|error| format!("the schema {name} is no JSON: {error}"))?;
            let (text, uses) = schemas.prepare(raw).map_err(|reason| format!("the schema {name} {reason}"))?;
            schemas.table.define(schemas.shared[name], text, uses);
        }
        Ok(schemas)
    }

    /// Adds the root of a component.
    pub(super) fn add(&mut self, schema: &RawValue) -> Result<SchemaId, String> {
        let (text, uses) = self.prepare(schema)?;
        Ok(self.table.intern(text, uses))
    }

    fn prepare(&self, schema: &RawValue) -> Result<(String, Vec<SchemaId>), String> {
        let text = compact(schema.get());
        if !text.starts_with('{') && !matches!(text.as_str(), "true" | "false") {
            return Err("is no schema: expected an object".to_owned());
        }
        // What has definitions of its own means those.
        let uses = if has_own(&text) { Vec::new() } else { self.uses(&text)? };
        Ok((text, uses))
    }

    /// The shared schemas that a text refers to, in the order of first mention.
    fn uses(&self, text: &str) -> Result<Vec<SchemaId>, String> {
        let mut uses = Vec::new();
        for (at, _) in text.match_indices(REFERENCE) {
            let name = name(&text[at + REFERENCE.len()..]);
            let id = self
                .shared
                .get(name.as_str())
                .ok_or_else(|| format!("refers to #/$defs/{name}, and the server has no such schema"))?;
            if !uses.contains(id) {
                uses.push(*id);
            }
        }
        Ok(uses)
    }
}

/// The first step of a JSON Pointer that ends with a quotation mark.
fn name(text: &str) -> String {
    let mut escaped = false;
    let end = text.find(|c| {
        let ends = c == '"' && !escaped;
        escaped = c == '\\' && !escaped;
        ends
    });
    let quoted = format!("\"{}\"", &text[..end.unwrap_or(text.len())]);
    let pointer: String = serde_json::from_str(&quoted).unwrap_or_default();
    pointer.split('/').next().unwrap_or_default().replace("~1", "/").replace("~0", "~")
}

/// Whether a schema has `$defs` at its root.
fn has_own(text: &str) -> bool {
    #[derive(serde::Deserialize)]
    struct Root {
        #[serde(rename = "$defs")]
        definitions: Option<serde::de::IgnoredAny>,
    }
    text.contains("\"$defs\"") && serde_json::from_str::<Root>(text).is_ok_and(|root| root.definitions.is_some())
}

/// JSON without the white space between its tokens.
pub(super) fn compact(json: &str) -> String {
    let (bytes, mut out) = (json.as_bytes(), String::with_capacity(json.len()));
    let (mut kept, mut at) = (0, 0);
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => at = string_end(bytes, at + 1),
            byte if byte.is_ascii_whitespace() => {
                out.push_str(&json[kept..at]);
                at += bytes[at..].iter().take_while(|byte| byte.is_ascii_whitespace()).count();
                kept = at;
            }
            _ => at += 1,
        }
    }
    out.push_str(&json[kept..]);
    out
}

/// The place behind a string that is open at `at`, or the end of the text.
fn string_end(bytes: &[u8], mut at: usize) -> usize {
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    bytes.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn white_space_between_tokens_goes() {
        let cases = [
            ("{}", "{}"),
            ("{\n  \"a b\": [ 1,\r\n\t2 ]\n}\n", "{\"a b\":[1,2]}"),
            (r#" "\" \\" "#, r#""\" \\""#),
            (r#"[ "a\\", " \" b " ]"#, r#"["a\\"," \" b "]"#),
            ("[\"é \", \"\\u0020 x\"]", "[\"é \",\"\\u0020 x\"]"),
            ("", ""),
            (r#""\"#, r#""\"#),
        ];
        for (json, expected) in cases {
            assert_eq!(compact(json), expected, "{json}");
        }
    }

    #[test]
    fn what_is_referred_to_comes_along_once() {
        let shared = [
            ("Node", r##"{"items": {"$ref": "#/$defs/Node"}, "not": {"$ref": "#/$defs/a~0b~1\u0063"}}"##),
            ("a~b/c", "true"),
            ("Unused", "{}"),
        ];
        let mut schemas = Schemas::new(&shared).unwrap();
        let mut assembled = |text: &str| {
            let raw = serde_json::from_str::<&RawValue>(text).unwrap();
            schemas.add(raw).map(|id| schemas.table.assemble(id))
        };
        let whole = r##"{"$ref":"#/$defs/Node","$defs":{"Node":{"items":{"$ref":"#/$defs/Node"},"not":{"$ref":"#/$defs/a~0b~1\u0063"}},"a~b/c":true}}"##;
        let cases = [
            (r##"{ "$ref": "#/$defs/Node" }"##, Ok(whole)),
            (r##"{"$ref":"#/$defs/Own","$defs":{"Own":{}}}"##, Ok(r##"{"$ref":"#/$defs/Own","$defs":{"Own":{}}}"##)),
            (r##"{"const": "\"$ref\":\"#/$defs/X\""}"##, Ok(r##"{"const":"\"$ref\":\"#/$defs/X\""}"##)),
            ("true", Ok("true")),
            (r##"{"$ref": "#/$defs/Gone"}"##, Err("Gone")),
            ("[]", Err("expected an object")),
        ];
        for (text, expected) in cases {
            match (assembled(text), expected) {
                (Ok(got), Ok(expected)) => assert_eq!(got, expected),
                (Err(got), Err(part)) => assert!(got.contains(part), "{got}"),
                (got, _) => panic!("{text}: {got:?}"),
            }
        }
    }
}

//! What clients see in lists, as JSON text: written once, straight from the catalog.

use serde::{Serialize, Serializer, ser};
use serde_json::value::RawValue;

use crate::catalog::{Annotations, Catalog, OperationId, SchemaId};

/// The lists, in the catalog's order.
#[derive(Debug, Default)]
pub struct Listing {
    /// `Tool`s of MCP.
    pub tools: List,
    /// `Resource`s of MCP.
    pub resources: List,
    /// `ResourceTemplate`s of MCP.
    pub resource_templates: List,
    /// `Prompt`s of MCP.
    pub prompts: List,
}

/// A list as one text: the entries, each a JSON object, with commas between them.
#[derive(Debug, Default, Clone)]
pub struct List {
    text: String,
    /// Where each entry ends.
    ends: Vec<usize>,
}

impl List {
    /// How many entries there are.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    /// The entry at `index`.
    pub fn get(&self, index: usize) -> Option<&str> {
        (index < self.len()).then(|| self.slice(index, index + 1))
    }

    /// The entries.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        (0..self.len()).map(|index| self.slice(index, index + 1))
    }

    /// The entries from `start` up to `end`, with commas between them; what lies beyond the list is left out.
    pub fn slice(&self, start: usize, end: usize) -> &str {
        let end = end.min(self.len());
        if start >= end {
            return "";
        }
        let from = start.checked_sub(1).map_or(0, |before| self.ends[before] + 1);
        &self.text[from..self.ends[end - 1]]
    }

    /// Adds what `write` writes.
    fn add(&mut self, write: impl FnOnce(&mut Entry<'_>)) {
        if !self.is_empty() {
            self.text.push(',');
        }
        self.text.push('{');
        write(&mut Entry { text: &mut self.text, separator: "" });
        self.text.push('}');
        self.ends.push(self.text.len());
    }
}

/// A list of entries that are JSON texts.
impl FromIterator<String> for List {
    fn from_iter<I: IntoIterator<Item = String>>(entries: I) -> Self {
        let mut list = Self::default();
        for entry in entries {
            list.text.extend([if list.is_empty() { "" } else { "," }, &entry]);
            list.ends.push(list.text.len());
        }
        list
    }
}

/// The list as a JSON array.
impl Serialize for List {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let text = format!("[{}]", self.text);
        serde_json::from_str::<&RawValue>(&text).map_err(ser::Error::custom)?.serialize(serializer)
    }
}

/// An entry on its way into a list.
struct Entry<'t> {
    text: &'t mut String,
    separator: &'static str,
}

impl Entry<'_> {
    fn key(&mut self, key: &str) -> &mut String {
        self.text.extend([self.separator, "\"", key, "\":"]);
        self.separator = ",";
        self.text
    }

    fn string(&mut self, key: &str, value: &str) {
        write_string(value, self.key(key));
    }

    fn optional(&mut self, key: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.string(key, value);
        }
    }

    fn boolean(&mut self, key: &str, value: bool) {
        self.key(key).push_str(if value { "true" } else { "false" });
    }

    /// A list of objects; an empty one is left out.
    fn objects<T>(&mut self, key: &str, items: &[T], write: impl Fn(&mut Entry<'_>, &T)) {
        if items.is_empty() {
            return;
        }
        let text = self.key(key);
        text.push('[');
        for (index, item) in items.iter().enumerate() {
            text.push_str(if index > 0 { ",{" } else { "{" });
            write(&mut Entry { text, separator: "" }, item);
            text.push('}');
        }
        text.push(']');
    }

    fn tags(&mut self, tags: &[String]) {
        if tags.is_empty() {
            return;
        }
        let text = self.key("_meta");
        text.push_str("{\"mcpgen/tags\":[");
        for (index, tag) in tags.iter().enumerate() {
            if index > 0 {
                text.push(',');
            }
            write_string(tag, text);
        }
        text.push_str("]}");
    }

    fn annotations(&mut self, Annotations { read_only, destructive, idempotent, open_world }: Annotations) {
        let text = self.key("annotations");
        text.push('{');
        let hints = [
            ("readOnlyHint", read_only),
            ("destructiveHint", destructive),
            ("idempotentHint", idempotent),
            ("openWorldHint", open_world),
        ];
        let mut separator = "";
        for (name, hint) in hints {
            let Some(hint) = hint else { continue };
            text.extend([separator, "\"", name, "\":", if hint { "true" } else { "false" }]);
            separator = ",";
        }
        text.push('}');
    }
}

fn write_string(value: &str, text: &mut String) {
    let plain = |byte: u8| byte >= b' ' && byte != b'"' && byte != b'\\' && byte != 0x7f;
    if value.bytes().all(plain) {
        text.extend(["\"", value, "\""]);
    } else {
        text.push_str(&serde_json::Value::from(value).to_string());
    }
}

impl Listing {
    /// The lists of a catalog.
    pub fn new(catalog: &Catalog) -> Self {
        Self::with_inputs(catalog, |id| catalog.operation(id).input)
    }

    /// The lists of a catalog whose components have these input schemas.
    pub(crate) fn with_inputs(catalog: &Catalog, input: impl Fn(OperationId) -> SchemaId) -> Self {
        let mut listing = Self::default();
        for tool in &catalog.tools {
            listing.tools.add(|entry| {
                entry.string("name", &tool.name);
                entry.optional("title", tool.title.as_deref());
                entry.string("description", &tool.description);
                catalog.schemas.assemble_into(input(tool.operation), entry.key("inputSchema"));
                if let Some(output) = tool.output {
                    catalog.schemas.assemble_into(output, entry.key("outputSchema"));
                }
                entry.annotations(tool.annotations);
                entry.tags(&tool.tags);
            });
        }
        for resource in &catalog.resources {
            listing.resources.add(|entry| {
                entry.string("name", &resource.name);
                entry.optional("title", resource.title.as_deref());
                entry.string("description", &resource.description);
                entry.string("uri", &resource.uri);
                entry.optional("mimeType", resource.mime_type.as_deref());
                entry.tags(&resource.tags);
            });
        }
        for template in &catalog.resource_templates {
            listing.resource_templates.add(|entry| {
                entry.string("name", &template.name);
                entry.optional("title", template.title.as_deref());
                entry.string("description", &template.description);
                entry.string("uriTemplate", &template.uri_template);
                entry.optional("mimeType", template.mime_type.as_deref());
                entry.tags(&template.tags);
            });
        }
        for prompt in &catalog.prompts {
            listing.prompts.add(|entry| {
                entry.string("name", &prompt.name);
                entry.optional("title", prompt.title.as_deref());
                entry.optional("description", prompt.description.as_deref());
                entry.objects("arguments", &prompt.arguments, |entry, argument| {
                    entry.string("name", &argument.name);
                    entry.optional("description", argument.description.as_deref());
                    entry.boolean("required", argument.required);
                });
            });
        }
        listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_is_one_text_that_pages_are_parts_of() {
        let mut list = List::default();
        assert_eq!((list.slice(0, 9), list.get(0)), ("", None));
        for name in ["a", "b\n\"", "c"] {
            list.add(|entry| {
                entry.string("name", name);
                entry.optional("title", None);
                entry.tags(&[]);
                entry.annotations(Annotations {
                    idempotent: Some(false),
                    open_world: Some(true),
                    ..Annotations::default()
                });
            });
        }
        let hints = r#""annotations":{"idempotentHint":false,"openWorldHint":true}"#;
        let [a, b, c] = ["a", r#"b\n\""#, "c"].map(|name| format!("{{\"name\":\"{name}\",{hints}}}"));
        let cases =
            [(0, 1, a.clone()), (1, 3, format!("{b},{c}")), (0, 9, format!("{a},{b},{c}")), (2, 2, String::new())];
        for (start, end, expected) in cases {
            assert_eq!(list.slice(start, end), expected, "{start}..{end}");
        }
        assert_eq!(list.iter().collect::<Vec<_>>(), [&a, &b, &c]);
        assert_eq!(serde_json::to_string(&list).unwrap(), format!("[{a},{b},{c}]"));
    }
}

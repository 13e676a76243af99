//! The JSON files of a crate: what clients see of each component, and the schemas that several share.

use std::collections::HashMap;

use mcpgen_runtime::catalog::{Resource, ResourceTemplate, SchemaId, SchemaTable, Tool, file_places};
use serde_json::{Map, Value, json};

use super::{plan::Planned, text::visible_json};

/// The definitions that input schemas reach, in files of their own.
#[derive(Debug)]
pub(super) struct Shared {
    /// The name that references have, the file's name without folder, and its text; by name.
    pub(super) files: Vec<(String, String, String)>,
    /// The definition that has a name; another of that name stands in the component that needs it.
    by_name: HashMap<String, SchemaId>,
}

impl Shared {
    pub(super) fn new(table: &SchemaTable, inputs: impl Iterator<Item = SchemaId>) -> Self {
        let mut by_name: HashMap<String, SchemaId> = HashMap::new();
        let mut seen = std::collections::HashSet::new();
        let mut stack: Vec<SchemaId> = inputs.collect();
        stack.reverse();
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            if let Some(name) = &table.get(id).name {
                by_name.entry(name.clone()).or_insert(id);
            }
            stack.extend(table.get(id).uses.iter().rev());
        }
        let mut shared = Self { files: Vec::new(), by_name };
        // Where two have one name, those that reach the second keep all to themselves; a shared one must not.
        let alone: Vec<String> = shared
            .by_name
            .iter()
            .filter(|(_, id)| !shared.reaches_only_shared(table, **id))
            .map(|(name, _)| name.clone())
            .collect();
        for name in alone {
            shared.by_name.remove(&name);
        }
        let mut names: Vec<&String> = shared.by_name.keys().collect();
        names.sort();
        let texts: Vec<&str> = names.iter().map(|name| name.as_str()).collect();
        let files = super::names::files(&texts);
        shared.files = names
            .iter()
            .zip(files)
            .map(|(name, file)| {
                let schema: Value = serde_json::from_str(&table.get(shared.by_name[*name]).schema).unwrap_or_default();
                ((*name).clone(), format!("{file}.json"), pretty(&schema))
            })
            .collect();
        shared
    }

    /// Whether every definition that `id` reaches is the shared one of its name.
    fn reaches_only_shared(&self, table: &SchemaTable, id: SchemaId) -> bool {
        let mut seen = std::collections::HashSet::new();
        let mut stack = vec![id];
        while let Some(id) = stack.pop() {
            if !seen.insert(id) {
                continue;
            }
            let Some(name) = &table.get(id).name else {
                stack.extend(&table.get(id).uses);
                continue;
            };
            if self.by_name.get(name) != Some(&id) {
                return false;
            }
            stack.extend(&table.get(id).uses);
        }
        true
    }

    /// The input schema: with references to shared ones, or complete where it cannot.
    fn input(&self, table: &SchemaTable, id: SchemaId) -> Value {
        let text =
            if self.reaches_only_shared(table, id) { table.get(id).schema.to_string() } else { table.assemble(id) };
        serde_json::from_str(&text).unwrap_or_default()
    }
}

/// What clients see of an operation, and the schema of its arguments.
pub(super) fn component(planned: &Planned<'_>, table: &SchemaTable, shared: &Shared) -> String {
    let mut component = Map::new();
    if let Some(tool) = planned.tool {
        component.insert("tool".to_owned(), self::tool(tool, table));
    } else {
        if let Some(resource) = planned.resource {
            component.insert("resource".to_owned(), self::resource(resource));
        }
        if let Some(template) = planned.template {
            component.insert("resourceTemplate".to_owned(), self::template(template));
        }
    }
    let input = shared.input(table, planned.operation.input);
    let files = file_places(planned.operation, &input);
    component.insert("inputSchema".to_owned(), input);
    if !files.is_empty() {
        component.insert("files".to_owned(), files.into());
    }
    pretty(&component.into())
}

/// An object without the members that are null or empty lists.
fn object(members: Value) -> Value {
    let Value::Object(mut members) = members else { return members };
    members.retain(|_, value| !value.is_null() && value.as_array().is_none_or(|items| !items.is_empty()));
    members.into()
}

fn tool(tool: &Tool, table: &SchemaTable) -> Value {
    let Tool { name, title, description, annotations, output, tags, operation: _ } = tool;
    let hints = object(json!({
        "readOnlyHint": annotations.read_only,
        "destructiveHint": annotations.destructive,
        "idempotentHint": annotations.idempotent,
        "openWorldHint": annotations.open_world,
    }));
    // Complete: its definitions may have the names of others.
    let output = output.map(|id| serde_json::from_str::<Value>(&table.assemble(id)).unwrap_or_default());
    object(json!({
        "name": name, "title": title, "description": description, "annotations": hints, "outputSchema": output, "tags": tags,
    }))
}

fn resource(resource: &Resource) -> Value {
    let Resource { name, title, description, uri, mime_type, tags, operation: _ } = resource;
    object(json!({
        "name": name, "title": title, "description": description, "uri": uri, "mimeType": mime_type, "tags": tags,
    }))
}

fn template(template: &ResourceTemplate) -> Value {
    let ResourceTemplate { name, title, description, uri_template, mime_type, variables, tags, operation: _ } =
        template;
    object(json!({
        "name": name, "title": title, "description": description, "uriTemplate": uri_template, "mimeType": mime_type,
        "variables": variables, "tags": tags,
    }))
}

/// JSON without white space.
pub(super) fn compact(text: &str) -> String {
    serde_json::from_str(text).map_or_else(|_| text.to_owned(), |value: Value| value.to_string())
}

/// JSON over several lines, with a line end after the last.
pub(super) fn pretty(value: &Value) -> String {
    // What is JSON already can be written.
    let mut text = visible_json(&serde_json::to_string_pretty(value).unwrap_or_default());
    text.push('\n');
    text
}

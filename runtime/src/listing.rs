//! What clients see in lists, as JSON text: each entry is made once, from the catalog alone.

use serde::Serialize;
use serde_json::value::{RawValue, to_raw_value};

use crate::catalog::{Annotations, Catalog, OperationId, SchemaId};

/// The entries of the three lists, in the catalog's order.
#[derive(Debug, Default)]
pub struct Listing {
    /// `Tool`s of MCP.
    pub tools: Vec<Box<RawValue>>,
    /// `Resource`s of MCP.
    pub resources: Vec<Box<RawValue>>,
    /// `ResourceTemplate`s of MCP.
    pub resource_templates: Vec<Box<RawValue>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Entry<'a> {
    name: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    title: Option<&'a str>,
    description: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    uri_template: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    mime_type: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    input_schema: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    output_schema: Option<Box<RawValue>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    annotations: Option<ToolAnnotations>,
    #[serde(rename = "_meta", skip_serializing_if = "Option::is_none")]
    meta: Option<Meta<'a>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ToolAnnotations {
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "readOnlyHint")]
    read_only: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "destructiveHint")]
    destructive: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "idempotentHint")]
    idempotent: Option<bool>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[serde(rename = "openWorldHint")]
    open_world: Option<bool>,
}

#[derive(Serialize)]
struct Meta<'a> {
    #[serde(rename = "mcpgen/tags")]
    tags: &'a [String],
}

impl<'a> Entry<'a> {
    fn new(name: &'a str, title: Option<&'a str>, description: &'a str, tags: &'a [String]) -> Self {
        Self {
            name,
            title,
            description,
            uri: None,
            uri_template: None,
            mime_type: None,
            input_schema: None,
            output_schema: None,
            annotations: None,
            meta: (!tags.is_empty()).then_some(Meta { tags }),
        }
    }

    fn text(&self) -> Box<RawValue> {
        to_raw_value(self).expect("strings and JSON texts are JSON")
    }
}

impl Listing {
    /// The lists of a catalog.
    pub fn new(catalog: &Catalog) -> Self {
        Self::with_inputs(catalog, |id| catalog.operation(id).input)
    }

    /// The lists of a catalog whose components have these input schemas.
    pub(crate) fn with_inputs(catalog: &Catalog, input: impl Fn(OperationId) -> SchemaId) -> Self {
        let schema = |id: SchemaId| {
            RawValue::from_string(catalog.schemas.assemble(id)).expect("a schema put together of JSON texts is one")
        };
        let tools = catalog.tools.iter().map(|tool| {
            let Annotations { read_only, destructive, idempotent, open_world } = tool.annotations;
            Entry {
                input_schema: Some(schema(input(tool.operation))),
                output_schema: tool.output.map(schema),
                annotations: Some(ToolAnnotations { read_only, destructive, idempotent, open_world }),
                ..Entry::new(&tool.name, tool.title.as_deref(), &tool.description, &tool.tags)
            }
            .text()
        });
        let resources = catalog.resources.iter().map(|resource| {
            Entry {
                uri: Some(&resource.uri),
                mime_type: resource.mime_type.as_deref(),
                ..Entry::new(&resource.name, resource.title.as_deref(), &resource.description, &resource.tags)
            }
            .text()
        });
        let resource_templates = catalog.resource_templates.iter().map(|template| {
            Entry {
                uri_template: Some(&template.uri_template),
                mime_type: template.mime_type.as_deref(),
                ..Entry::new(&template.name, template.title.as_deref(), &template.description, &template.tags)
            }
            .text()
        });
        Self {
            tools: tools.collect(),
            resources: resources.collect(),
            resource_templates: resource_templates.collect(),
        }
    }
}

//! What clients see: tools, resources, resource templates.

use serde::{Deserialize, Serialize};

use super::{OperationId, SchemaId};

/// A tool: a call with arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Tool {
    /// Unique among the tools, `^[A-Za-z0-9_-]{1,56}$`.
    pub name: String,
    /// The operation's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the tool does, for the model.
    pub description: String,
    /// Hints for clients.
    pub annotations: Annotations,
    /// The schema of `structuredContent`, where one is offered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub output: Option<SchemaId>,
    /// Tags of the operation and of the route rule; listed in `_meta` under `mcpgen/tags`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The request behind it; its `input` is the tool's input schema.
    pub operation: OperationId,
}

/// The hints of MCP's tool annotations; a hint that is absent is not sent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annotations {
    /// The call changes nothing.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub read_only: Option<bool>,
    /// The call may destroy something.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub destructive: Option<bool>,
    /// The same call again changes nothing more.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub idempotent: Option<bool>,
    /// The call reaches beyond this server.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub open_world: Option<bool>,
}

/// A resource: a read without parameters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resource {
    /// Unique among the resources, of a tool name's form.
    pub name: String,
    /// The operation's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What the resource is, for the model.
    pub description: String,
    /// `api://<server>/<path>`.
    pub uri: String,
    /// The first media type that a 2xx response declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// As in [`Tool::tags`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The request behind it.
    pub operation: OperationId,
}

/// A resource template: a read whose parameters stand in the URI.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResourceTemplate {
    /// Unique among the templates, of a tool name's form.
    pub name: String,
    /// The operation's summary.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// What can be read, for the model.
    pub description: String,
    /// An RFC 6570 template: literals, `{name}` and `{name*}`, and at most one trailing `{?name,name*}`, or
    /// `{&name,name*}` behind a query of its own.
    pub uri_template: String,
    /// The first media type that a 2xx response declares.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub mime_type: Option<String>,
    /// The template's variables.
    pub variables: Vec<TemplateVariable>,
    /// As in [`Tool::tags`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
    /// The request behind it; its `input` checks the values.
    pub operation: OperationId,
}

/// A variable of a resource template and the argument that it stands for.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TemplateVariable {
    /// The variable, `[A-Za-z0-9_]+`.
    pub name: String,
    /// The argument of the operation's input schema.
    pub argument: String,
    /// Whether it is an object; of those that are exploded in a query a template has one.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub object: bool,
}

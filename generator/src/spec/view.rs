//! The view of a description that everything downstream works with, whatever version it was written in.

use indexmap::IndexMap;
use mcpgen_runtime::catalog::{Location, ParameterEncoding, SecurityRequirement, SecurityScheme, Style};

use super::Cursor;

/// An API description.
#[derive(Debug)]
pub struct Description<'d> {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// `info.summary` and `info.description`.
    pub about: Option<String>,
    /// `servers`; a relative URL is not resolved yet.
    pub servers: Vec<Server>,
    /// The schemes by name.
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// The operations that could be read, in the document's order.
    pub operations: Vec<Operation<'d>>,
    /// How many operations could not be read; each has an error among the diagnostics.
    pub unreadable: usize,
    /// Whether keywords beside a `$ref` of a schema count (3.1 and later).
    pub ref_siblings: bool,
}

/// A Server Object.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Server {
    /// `url`, with its variables' names in braces.
    pub url: String,
    /// `variables`.
    pub variables: IndexMap<String, ServerVariable>,
}

/// A Server Variable Object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ServerVariable {
    /// `default`.
    pub default: Option<String>,
    /// `enum`.
    pub values: Vec<String>,
}

/// An operation with what its path item gives it.
#[derive(Debug)]
pub struct Operation<'d> {
    /// Where it stands.
    pub at: Cursor<'d>,
    /// The HTTP method as it is sent.
    pub method: String,
    /// The path as the description has it.
    pub path: String,
    /// `operationId`.
    pub operation_id: Option<String>,
    /// `summary`, of the path item where the operation has none.
    pub summary: Option<String>,
    /// `description`, of the path item where the operation has none.
    pub description: Option<String>,
    /// `tags`.
    pub tags: Vec<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// `x-internal: true` or `x-mcp: false`, the nearest of operation, path item and document.
    pub hidden: bool,
    /// `servers` of the operation or the path item; empty where the document's count.
    pub servers: Vec<Server>,
    /// What it needs: alternatives of schemes that are needed together.
    pub security: Vec<SecurityRequirement>,
    /// Parameters of the path item and the operation, merged.
    pub parameters: Vec<Parameter<'d>>,
    /// `requestBody`.
    pub body: Option<RequestBody<'d>>,
    /// `responses`, by status as it is written, in lower case.
    pub responses: IndexMap<String, Response<'d>>,
}

/// A Parameter Object.
#[derive(Debug, Clone)]
pub struct Parameter<'d> {
    /// Where it stands.
    pub at: Cursor<'d>,
    /// `name`.
    pub name: String,
    /// `in`.
    pub location: Location,
    /// `required`; always true in a path.
    pub required: bool,
    /// `description`.
    pub description: Option<String>,
    /// `deprecated`.
    pub deprecated: bool,
    /// `example`, or the first few of `examples`.
    pub examples: Vec<Cursor<'d>>,
    /// How the value is written.
    pub encoding: ParameterEncoding,
    /// `schema`, or that of `content`.
    pub schema: Option<Cursor<'d>>,
}

/// A Request Body Object.
#[derive(Debug, Clone)]
pub struct RequestBody<'d> {
    /// Where it stands.
    pub at: Cursor<'d>,
    /// `required`.
    pub required: bool,
    /// `description`.
    pub description: Option<String>,
    /// `content`, in the document's order.
    pub content: Vec<MediaType<'d>>,
}

/// A Media Type Object.
#[derive(Debug, Clone)]
pub struct MediaType<'d> {
    /// The media type, parameters kept.
    pub name: String,
    /// `schema`.
    pub schema: Option<Schema<'d>>,
    /// `itemSchema` (3.2).
    pub item_schema: Option<Cursor<'d>>,
    /// `encoding`, by property; `prefixEncoding` by index, and `itemEncoding` under `*` (3.2).
    pub encoding: IndexMap<String, Encoding>,
}

/// The schema of a body.
#[derive(Debug, Clone)]
pub enum Schema<'d> {
    /// A Schema Object.
    Node(Cursor<'d>),
    /// The `formData` parameters of Swagger 2.0.
    Fields(Vec<FormField<'d>>),
}

/// A `formData` parameter of Swagger 2.0.
#[derive(Debug, Clone)]
pub struct FormField<'d> {
    /// Its name.
    pub name: String,
    /// Whether it must be given.
    pub required: bool,
    /// Its description.
    pub description: Option<String>,
    /// The Parameter Object, which is a schema too.
    pub schema: Cursor<'d>,
}

/// An Encoding Object.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Encoding {
    /// `contentType`.
    pub content_type: Option<String>,
    /// `style`.
    pub style: Option<Style>,
    /// `explode`.
    pub explode: Option<bool>,
    /// `allowReserved`.
    pub allow_reserved: bool,
    /// The styles of arrays inside the array, from the outside in (Swagger 2.0).
    pub items: Vec<Style>,
    /// `headers` whose schema fixes their value: by `const`, by an `enum` of one, or by `default`.
    pub headers: IndexMap<String, String>,
}

/// A Response Object.
#[derive(Debug, Clone)]
pub struct Response<'d> {
    /// `content`, in the document's order.
    pub content: Vec<MediaType<'d>>,
}

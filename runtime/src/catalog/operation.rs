//! The HTTP binding of a component: how arguments become a request.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

use super::{PathTemplate, SchemaId, SecurityRequirement};
use crate::catalog::BaseUrl;

/// The place of an operation in [`Catalog::operations`](super::Catalog::operations).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct OperationId(u32);

impl OperationId {
    /// The operation at `index`.
    ///
    /// # Panics
    /// When `index` is beyond 32 bits.
    pub fn new(index: usize) -> Self {
        Self(u32::try_from(index).expect("a catalog has fewer than 2^32 operations"))
    }

    /// The index.
    pub fn index(self) -> usize {
        self.0 as usize
    }
}

/// A request in waiting: everything but the arguments.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Operation {
    /// The HTTP method as it is sent.
    pub method: String,
    /// The path below the base URL.
    pub path: PathTemplate,
    /// A query string that the path itself carries, encoded, without `?`; parameters are added to it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub query: Option<String>,
    /// The operation's own server, instead of the catalog's.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
    /// The parameters, in the order in which they are sent.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parameters: Vec<Parameter>,
    /// The body, if the operation takes one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub body: Option<Body>,
    /// The value of `Accept`.
    pub accept: String,
    /// Alternatives, the first that is fully configured is taken; none at all means that nothing is needed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub security: Vec<SecurityRequirement>,
    /// The schema of the arguments: one flat object.
    pub input: SchemaId,
}

/// A parameter and the argument that fills it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Parameter {
    /// The property of the input schema.
    pub argument: String,
    /// The name on the wire. For [`Location::Querystring`] it is not sent.
    pub name: String,
    /// Where it stands in the request.
    #[serde(rename = "in")]
    pub location: Location,
    /// How its value is written.
    #[serde(flatten)]
    pub encoding: ParameterEncoding,
}

/// `in` of a Parameter Object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Location {
    /// An expression of the path template.
    Path,
    /// A name and value of the query string.
    Query,
    /// The whole query string (OpenAPI 3.2).
    Querystring,
    /// A header.
    Header,
    /// A cookie.
    Cookie,
}

impl Location {
    /// The word that a description uses for it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Path => "path",
            Self::Query => "query",
            Self::Querystring => "querystring",
            Self::Header => "header",
            Self::Cookie => "cookie",
        }
    }
}

/// How a parameter's value is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum ParameterEncoding {
    /// By style.
    Style {
        /// The style.
        style: Style,
        /// Whether arrays and objects generate a part for each member. Always false where it has no meaning.
        explode: bool,
        /// Whether reserved characters stand as they are.
        #[serde(default, skip_serializing_if = "std::ops::Not::not")]
        allow_reserved: bool,
        /// The styles of arrays inside the array, from the outside in (`items` of Swagger 2.0).
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        items: Vec<Style>,
    },
    /// As a document of a media type; JSON types give JSON text, `application/x-www-form-urlencoded` a form.
    Content {
        /// The media type.
        content: String,
    },
}

/// `style` of a Parameter or Encoding Object.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum Style {
    /// `;name=value`
    Matrix,
    /// `.value`
    Label,
    /// `value,value`
    Simple,
    /// `name=value`
    Form,
    /// `name=a%20b`
    SpaceDelimited,
    /// `name=a%7Cb`
    PipeDelimited,
    /// `name=a%09b`: `collectionFormat: tsv` of Swagger 2.0, which OpenAPI has no style for.
    TabDelimited,
    /// `name%5Bkey%5D=value`
    DeepObject,
    /// `name=value` in the `Cookie` header, unencoded (OpenAPI 3.2).
    Cookie,
}

/// A request body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Body {
    /// Whether it is sent even when no argument fills it (`{}` for a flattened JSON object).
    pub required: bool,
    /// The value of `Content-Type`, parameters included; the boundary of a multipart type is added.
    pub media_type: String,
    /// How the arguments make up the body's value.
    pub layout: BodyLayout,
    /// How that value is written.
    #[serde(flatten)]
    pub kind: BodyKind,
    /// Other media types that it may have.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub choice: Option<Box<BodyChoice>>,
}

/// The media types that a body may have instead of its own, where they differ in shape.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyChoice {
    /// The argument that names one; without it the body itself is meant.
    pub argument: String,
    /// The arguments that the body itself needs. The schema cannot require them, since the others do without.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub required: Vec<String>,
    /// The others; each is one argument.
    pub bodies: Vec<Body>,
}

impl Body {
    /// The body that the arguments choose; none where they name a media type that there is not.
    pub fn chosen(&self, arguments: &serde_json::Map<String, serde_json::Value>) -> Option<&Self> {
        let Some(choice) = &self.choice else { return Some(self) };
        match arguments.get(&choice.argument) {
            None | Some(serde_json::Value::Null) => Some(self),
            Some(name) => std::iter::once(self).chain(&choice.bodies).find(|body| *name == *body.media_type),
        }
    }
}

/// Which arguments make up the body's value.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum BodyLayout {
    /// One argument is the body.
    Argument(String),
    /// The body is an object whose properties are arguments.
    Properties {
        /// The declared properties.
        properties: Vec<BodyProperty>,
        /// Whether arguments that nothing declares go into the body too.
        open: bool,
    },
}

/// An argument that is a property of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BodyProperty {
    /// The property of the input schema.
    pub argument: String,
    /// The property of the body.
    pub name: String,
}

/// How the body's value is written.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename_all = "snake_case")]
pub enum BodyKind {
    /// JSON text.
    Json,
    /// A sequence of JSON texts, from an array: each item followed by a line feed.
    JsonLines,
    /// RFC 7464: each item between a record separator and a line feed.
    JsonSequence,
    /// `application/x-www-form-urlencoded`.
    Form {
        /// Fields that are not written as the default says, by name.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        fields: IndexMap<String, FieldEncoding>,
    },
    /// A `multipart/…` type: a part for each property, or for each item of a list.
    Multipart {
        /// Parts that are not written as the default says, by name.
        #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
        fields: IndexMap<String, FieldEncoding>,
    },
    /// A string as it is; any other value as its JSON text.
    Text,
    /// Bytes, given as base64 text or a `data:` URL.
    Binary,
}

/// How a form field or a part is written (Encoding Object).
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldEncoding {
    /// `contentType`, the first where several are listed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_type: Option<String>,
    /// `style`; where it is absent, a list is repeated and an object is JSON text.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub style: Option<Style>,
    /// `explode`; with a style and without it, true for `form` and false otherwise.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub explode: Option<bool>,
    /// `allowReserved`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub allow_reserved: bool,
    /// As in [`ParameterEncoding::Style`].
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub items: Vec<Style>,
    /// Whether the schema says that the value (or each item) is a file: base64 text, a `data:` URL, or
    /// `{filename, content_type, data}`.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub file: bool,
    /// Headers of the part with a value that the description fixes.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub headers: IndexMap<String, String>,
}

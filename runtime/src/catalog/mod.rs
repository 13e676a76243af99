//! The catalog: what a server offers, and the HTTP request behind each part of it.
//!
//! It is plain data. The generator writes it, both back ends read it, and nothing in it says which description it came
//! from. As JSON it is stable within a major [`FormatVersion`]: readers accept any minor version of their own major and
//! ignore fields that they do not know.

mod base_url;
mod component;
mod file;
mod header;
mod operation;
mod path;
mod prompt;
mod read;
mod schema;
mod security;

use std::fmt;

use indexmap::IndexMap;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use base_url::is_loopback;
pub use component::{Annotations, Resource, ResourceTemplate, TemplateVariable, Tool};
pub use file::{BYTES, FILE, admit_paths, bytes_form, file_forms, file_places, is_told_bytes};
pub use header::is_reserved_header;
pub use operation::{
    Body, BodyChoice, BodyKind, BodyLayout, BodyProperty, FieldEncoding, Location, Operation, OperationId, Parameter,
    ParameterEncoding, Style,
};
pub use path::{PathPart, PathTemplate, PathTemplateError};
pub use prompt::{Prompt, PromptArgument, PromptContent, PromptMessage, PromptRole};
pub use read::{CatalogError, is_catalog};
pub use schema::{PATTERN_SIZE_LIMIT, Schema, SchemaId, SchemaTable};
pub use security::{ApiKeyLocation, SecurityRequirement, SecurityScheme, credential_variable};

/// Everything that a server offers.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Catalog {
    /// The format's version; the first field, so that a reader can refuse early.
    pub mcpgen_catalog: FormatVersion,
    /// Who the server is.
    pub server: ServerInfo,
    /// Where requests go, unless an operation has a server of its own. No trailing slash.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub base_url: Option<BaseUrl>,
    /// How arrays inside `deepObject` values are written.
    #[serde(default)]
    pub deep_object_arrays: DeepObjectArrays,
    /// Where credentials go, by scheme name.
    #[serde(default, skip_serializing_if = "IndexMap::is_empty")]
    pub security_schemes: IndexMap<String, SecurityScheme>,
    /// Every schema, each text once.
    #[serde(default)]
    pub schemas: SchemaTable,
    /// The HTTP bindings; components refer to them by index.
    #[serde(default)]
    pub operations: Vec<Operation>,
    /// The tools, in the order in which they are listed.
    #[serde(default)]
    pub tools: Vec<Tool>,
    /// The resources, in the order in which they are listed.
    #[serde(default)]
    pub resources: Vec<Resource>,
    /// The resource templates, in the order in which they are listed.
    #[serde(default)]
    pub resource_templates: Vec<ResourceTemplate>,
    /// The prompts, in the order in which they are listed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub prompts: Vec<Prompt>,
}

impl Catalog {
    /// The binding of a component.
    ///
    /// # Panics
    /// When `id` is of another catalog, or of one that is not [sound](Self::check).
    pub fn operation(&self, id: OperationId) -> &Operation {
        &self.operations[id.index()]
    }
}

/// The version of the catalog's format, `major.minor`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FormatVersion {
    /// Changes when an old reader would misunderstand.
    pub major: u32,
    /// Changes when something is added.
    pub minor: u32,
}

impl FormatVersion {
    /// The version that this crate writes, and the major version that it reads.
    pub const CURRENT: Self = Self { major: 1, minor: 0 };
}

impl fmt::Display for FormatVersion {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.major, self.minor)
    }
}

impl Serialize for FormatVersion {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for FormatVersion {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        let parsed = text
            .split_once('.')
            .and_then(|(major, minor)| Some(Self { major: major.parse().ok()?, minor: minor.parse().ok()? }));
        let version = parsed.ok_or_else(|| {
            serde::de::Error::custom(format!("expected a catalog version like {}, got {text:?}", Self::CURRENT))
        })?;
        if version.major != Self::CURRENT.major {
            return Err(serde::de::Error::custom(format!(
                "this catalog has version {version}, and version {}.x is read here; write it again with this mcpgen",
                Self::CURRENT.major
            )));
        }
        Ok(version)
    }
}

/// Who the server is, as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ServerInfo {
    /// The server's name: lower-case words joined by `-`; also the authority of resource URIs.
    pub name: String,
    /// The name for people: the description's title.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The version of the API.
    pub version: String,
    /// What the API is for, for the model.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub instructions: Option<String>,
}

/// A base URL and what may go to it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct BaseUrl {
    /// An absolute `http` or `https` URL without query or fragment, and without a trailing slash.
    pub url: String,
    /// Whether credentials may be sent there. False when a document that came over the network names another origin
    /// than its own and nobody confirmed it.
    pub credentials: bool,
}

/// How an array inside a `deepObject` value is written, which OpenAPI leaves open.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DeepObjectArrays {
    /// `a[b][0]=x&a[b][1]=y`
    #[default]
    Index,
    /// `a[b][]=x&a[b][]=y`
    Brackets,
    /// `a[b]=x&a[b]=y`
    Repeat,
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A catalog of this version, with something of everything, as its JSON.
    const GOLDEN: &str = include_str!("golden.json");

    #[test]
    fn a_catalog_is_read_back_as_it_was_written() {
        let catalog: Catalog = serde_json::from_str(GOLDEN).expect("the golden file is a catalog");
        let written = serde_json::to_string_pretty(&catalog).expect("a catalog is JSON");
        // Raw schemas keep the white space that they were read with.
        let value = |text: &str| serde_json::from_str::<serde_json::Value>(text).expect("both are JSON");
        assert_eq!(value(&written), value(GOLDEN));
        let [operation] = catalog.operations.as_slice() else { panic!("the golden file has one operation") };
        assert_eq!(operation.parameters.len(), 4);
        assert_eq!(catalog.schemas.assemble(operation.input).matches("Size").count(), 2);
    }

    #[test]
    fn readers_take_their_major_version_and_ignore_what_they_do_not_know() {
        let with = |from: &str, to: &str| {
            assert!(GOLDEN.contains(from), "{from}");
            serde_json::from_str::<Catalog>(&GOLDEN.replacen(from, to, 1))
        };
        assert!(with("\"1.0\"", "\"1.9\"").is_ok());
        assert!(with("\"method\":", "\"of_a_later_version\": [1], \"method\":").is_ok());
        assert!(with("\"tools\":", "\"of_a_later_version\": {}, \"tools\":").is_ok());
        let error = with("\"1.0\"", "\"2.0\"").expect_err("another major version");
        assert!(error.to_string().contains("version 2.0"), "{error}");
        assert!(with("\"1.0\"", "\"one\"").is_err());
    }
}

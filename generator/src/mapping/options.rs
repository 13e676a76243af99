//! What a user can say about the mapping.

use std::collections::BTreeMap;

use mcpgen_runtime::catalog::DeepObjectArrays;
use url::Url;

use super::{Rule, Selection};

/// What the built-in rules make of operations.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum MapMode {
    /// Reads become resources and resource templates where a URI can say what they need, all else tools.
    #[default]
    Semantic,
    /// Every operation becomes a tool.
    Tools,
}

/// Which output schemas tools have.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub enum OutputSchemas {
    /// Outlines, which no answer can break.
    #[default]
    Loose,
    /// The description's own schemas, where they are small enough.
    Strict,
    /// None.
    None,
}

/// The options of [`map`](super::map).
#[derive(Debug, Clone, Default)]
pub struct MapOptions {
    /// The server's name, instead of the title.
    pub name: Option<String>,
    /// How the URIs of resources begin, instead of `api://<name>/`; it ends with a slash.
    pub uri_prefix: Option<String>,
    /// The built-in rules.
    pub mode: MapMode,
    /// The user's rules; the first that matches decides, before the built-in ones.
    pub rules: Vec<Rule>,
    /// Which operations are looked at.
    pub selection: Selection,
    /// Where every request goes, instead of the description's servers.
    pub base_url: Option<String>,
    /// Values of server variables.
    pub server_variables: BTreeMap<String, String>,
    /// Which output schemas tools have.
    pub output_schemas: OutputSchemas,
    /// How arrays inside `deepObject` values are written.
    pub deep_object_arrays: DeepObjectArrays,
    /// The URL that the description came from, if it came from one.
    pub document_url: Option<Url>,
}

impl MapOptions {
    /// What stands before the path in the URI of a resource of the server `name`.
    pub(super) fn uri_root(&self, name: &str) -> String {
        match &self.uri_prefix {
            // The path has a slash of its own.
            Some(prefix) => prefix.strip_suffix('/').unwrap_or(prefix).to_owned(),
            None => format!("api://{name}"),
        }
    }
}

//! The bottom of the front end: documents as ordered trees whose nodes know where in the text they stand.
//!
//! Nothing here knows OpenAPI beyond `$ref`, `$id`, `$anchor` and `$self`: [`Tree`] is one JSON or YAML document,
//! [`Documents`] is a root document with everything that it refers to.

mod arena;
mod documents;
mod fetch;
#[cfg(feature = "cli")]
mod fetch_http;
mod json;
mod loader;
mod location;
mod reference;
mod scalar;
mod text;
mod tree;
mod writer;
mod yaml;

pub use arena::{Key, Kind, NodeId};
pub use documents::{DocumentId, Documents, Place};
pub use fetch::{Fetch, FetchError, FetchRequest, Fetched, is_link_local};
#[cfg(feature = "cli")]
pub use fetch_http::{HttpFetch, HttpFetchOptions};
pub use loader::LoadOptions;
pub use location::Location;
pub use reference::RefError;
pub use text::Limits;
pub use tree::{Entries, Entry, Items, Node, Tree};

#[cfg(test)]
mod properties;
#[cfg(test)]
mod resolves;

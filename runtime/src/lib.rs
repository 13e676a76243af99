//! What an MCP server made from an HTTP API's description needs at run time.
//!
//! The [`catalog`] is the data: which tools, resources and resource templates there are, and which HTTP request stands
//! behind each. With the feature `client` calls become requests and answers become replies; with `server` they are
//! served over MCP.

#[cfg(feature = "client")]
pub mod arguments;
#[cfg(feature = "client")]
pub mod auth;
pub mod catalog;
#[cfg(feature = "client")]
pub mod client;
#[cfg(feature = "command")]
pub mod command;
#[cfg(feature = "client")]
pub mod dispatch;
#[cfg(feature = "client")]
pub mod emitted;
pub mod environment;
#[cfg(feature = "client")]
pub mod files;
#[cfg(feature = "client")]
mod journal;
#[cfg(feature = "client")]
pub mod json;
pub mod listing;
#[cfg(feature = "client")]
pub mod model;
#[cfg(feature = "client")]
pub mod prelude;
#[cfg(feature = "prompts")]
pub mod prompts;
#[cfg(feature = "client")]
pub mod request;
#[cfg(feature = "client")]
mod response;
#[cfg(feature = "server")]
pub mod server;
#[cfg(feature = "source")]
pub mod source;
pub mod text;
pub mod uri_template;

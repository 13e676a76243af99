//! What an MCP server made from an HTTP API's description needs at run time.
//!
//! The [`catalog`] is the data: which tools, resources and resource templates there are, and which HTTP request stands
//! behind each. With the feature `client` calls become requests and answers become replies; with `server` they are
//! served over MCP.

#[cfg(feature = "client")]
pub mod arguments;
pub mod catalog;
#[cfg(feature = "client")]
pub mod request;

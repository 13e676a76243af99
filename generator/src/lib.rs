//! Turns an HTTP API's description (OpenAPI 3.0 to 3.2, Swagger 2.0) into an MCP server.
//!
//! A description is read into [documents](source::Documents), these into a [view](spec::Description) of the API, and the
//! view is [mapped](mapping::map) to the catalog, which the runtime serves and from which crates are [emitted](emit).

#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
pub mod emit;
pub mod mapping;
pub mod source;
pub mod spec;

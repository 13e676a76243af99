//! Turns an HTTP API's description (OpenAPI 3.0 to 3.2, Swagger 2.0) into an MCP server.
//!
//! A description is read into [documents](source::Documents), these into a [view](spec::Description) of the API, and the
//! view is [mapped](mapping::map) to the catalog: [`front::read`] does both. The runtime serves the catalog; with the
//! feature `build` modules are emitted from it, by [build scripts](build) for example, and with `crates` whole
//! [crates](emit). `cli` is the command line.

#[cfg(feature = "build")]
pub mod build;
#[cfg(feature = "cli")]
pub mod cli;
pub mod diagnostic;
#[cfg(feature = "build")]
pub mod emit;
pub mod front;
pub mod mapping;
#[cfg(feature = "build")]
mod settings;
#[cfg(feature = "crates")]
mod shell;
pub mod source;
pub mod spec;

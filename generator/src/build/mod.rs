//! For build scripts: a description becomes a module of the crate that is being built.
//!
//! ```no_run
//! // build.rs
//! fn main() -> Result<(), mcpgen::build::Error> {
//!     mcpgen::build::configure().exclude("tag:internal").compile("petstore.yaml")?;
//!     Ok(())
//! }
//! ```
//!
//! writes `petstore.rs` to `OUT_DIR`. The crate takes it in and makes a server of it:
//!
//! ```ignore
//! mod petstore {
//!     include!(concat!(env!("OUT_DIR"), "/petstore.rs"));
//! }
//!
//! fn main() -> std::process::ExitCode {
//!     mcpgen_runtime::command::run(petstore::server)
//! }
//! ```
//!
//! | in the module | is |
//! | --- | --- |
//! | `server()` | the server that offers every operation |
//! | `api()` | the same, offering nothing yet |
//! | `pets::AddPet` | the arguments of an operation (a module for each tag), with its `request()` |
//! | `pets::add_pet` | the function that sends it |
//! | `models` | types that several operations share |
//!
//! A function of your own takes the place of a generated one by `Server::replace_tool`, and a tool that no operation
//! stands behind is added by `Server::add_tool`.
//!
//! The crate depends on `mcpgen-runtime` with the feature `command`, and its build script on `mcpgen` with `build`
//! alone, so that no server is compiled for the host:
//!
//! ```toml
//! [build-dependencies]
//! mcpgen = { version = "0.1", default-features = false, features = ["build"] }
//! ```

mod builder;
mod cargo;
mod error;

pub use self::{
    builder::{Builder, Compiled},
    error::Error,
};
pub use crate::mapping::{MapMode, OutputSchemas};
pub use mcpgen_runtime::catalog::DeepObjectArrays;

/// What to make of a description; [`Builder::compile`] makes it.
pub fn configure() -> Builder {
    Builder::default()
}

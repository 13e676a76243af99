//! The Credentials API as an MCP server.
//!
//! `tools` says what each tool does and is yours to change; `generated` holds the requests that mcpgen writes.

pub mod generated;
pub mod tools;

use mcpgen_runtime::prelude::*;

/// The server: the API and what of it is offered.
pub fn server() -> Server {
    let mut server = generated::server();
    tools::offer(&mut server);
    server
}

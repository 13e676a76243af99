//! Serves the Pet store API over MCP. `pet-store-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(pet_store_mcp::server)
}

//! Serves the Schemas API over MCP. `schemas-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(schemas_mcp::server)
}

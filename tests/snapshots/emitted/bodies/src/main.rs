//! Serves the Bodies API over MCP. `bodies-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(bodies_mcp::server)
}

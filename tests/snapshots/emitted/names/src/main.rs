//! Serves the Names API over MCP. `names-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(names_mcp::server)
}

//! Serves the Town Library API over MCP. `town-library-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(town_library_mcp::server)
}

//! Serves the Rooms API over MCP. `rooms-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(rooms_mcp::server)
}

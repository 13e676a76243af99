//! Serves the No server API over MCP. `no-server-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(no_server_mcp::server)
}

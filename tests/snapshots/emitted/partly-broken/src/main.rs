//! Serves the Partly broken API over MCP. `partly-broken-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(partly_broken_mcp::server)
}

//! Serves the Credentials API over MCP. `credentials-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(credentials_mcp::server)
}

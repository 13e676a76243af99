//! Serves the Styles API over MCP. `styles-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(styles_mcp::server)
}

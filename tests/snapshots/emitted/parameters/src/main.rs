//! Serves the Parameters API over MCP. `parameters-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(parameters_mcp::server)
}

//! Serves the Hostile " \\ */ {{ 7*7 }} #!\[x\] \] \<b\> API over MCP. `hostile-7-7-x-b-mcp --help` lists the flags.

use std::process::ExitCode;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(hostile_7_7_x_b_mcp::server)
}

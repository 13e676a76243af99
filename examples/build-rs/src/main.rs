//! The bookshop's API as an MCP server: generated, but for one tool that is changed and one that is added.

mod bookshop {
    //! What the build script makes of `bookshop.yaml`.
    include!(concat!(env!("OUT_DIR"), "/bookshop.rs"));
}
mod tools;

use std::process::ExitCode;

use mcpgen_runtime::prelude::*;

fn main() -> ExitCode {
    mcpgen_runtime::command::run(server)
}

/// Everything that the API offers, with our own rules for orders, and what the API does not know.
fn server() -> Server {
    let mut server = bookshop::server();
    server.replace_tool(tools::place_order).description("Order up to ten copies of a book.");
    server.add_tool(
        NewTool::new("opening_times", "When the shop is open on a day.").input(json!({
            "type": "object",
            "properties": {"day": {"type": "string", "enum": ["weekday", "sunday"]}},
            "required": ["day"],
        })),
        tools::opening_times,
    );
    server
}

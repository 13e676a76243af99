//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.tool(operations::add_node);
    server.tool(operations::add_shape);
    server.tool(operations::add_piece);
}

//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(operations::read_room);
    server.tool(operations::write_room);
}

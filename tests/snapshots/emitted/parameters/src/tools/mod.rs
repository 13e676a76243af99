//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(operations::every_location);
    server.resource(operations::odd_names);
    server.tool(operations::same_names);
}

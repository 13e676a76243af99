//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.tool(operations::in_path);
    server.tool(operations::in_query);
    server.tool(operations::whole_query);
    server.tool(operations::in_header);
    server.tool(operations::in_cookie);
    server.resource(operations::read_one);
    server.tool(operations::own_server);
    server.resource(operations::read_own_server);
}

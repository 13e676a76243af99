//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.tool(operations::by_header);
    server.tool(operations::by_query);
    server.tool(operations::by_cookie);
    server.tool(operations::by_basic);
    server.tool(operations::by_bearer);
    server.resource(operations::read_by_bearer);
    server.tool(operations::by_other);
    server.tool(operations::by_oauth);
    server.tool(operations::by_oidc);
    server.tool(operations::by_certificate);
    server.tool(operations::by_both);
    server.tool(operations::by_either);
    server.tool(operations::by_chance);
    server.tool(operations::by_nothing);
    server.tool(operations::for_all);
    server.tool(operations::elsewhere);
}

//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(operations::get_users_by_id_posts);
    server.tool(operations::pets_list_all);
    server.tool(operations::twice_f2be3d0e);
    server.tool(operations::twice_423b6b06);
    server.tool(operations::gu_ke_yi_lan);
    server.tool(operations::this_operation_has_a_name_that_is_so_long_that_no_clien_090efaf4);
    server.tool(operations::foo_bar_get);
}

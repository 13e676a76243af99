//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.tool(operations::add_note);
    server.tool(operations::change_note);
    server.tool(operations::replace_notes);
    server.tool(operations::set_level);
    server.tool(operations::set_anything);
    server.tool(operations::set_labels);
    server.tool(operations::add_open);
    server.tool(operations::add_closed);
    server.tool(operations::pay);
    server.tool(operations::maybe_pay);
    server.tool(operations::search);
    server.tool(operations::upload);
    server.tool(operations::send_parts);
    server.tool(operations::send_lines);
    server.tool(operations::send_sequence);
    server.tool(operations::send_text);
    server.tool(operations::send_xml);
    server.tool(operations::send_bytes);
    server.tool(operations::send_image);
    server.tool(operations::add_page);
    server.tool(operations::add_table);
}

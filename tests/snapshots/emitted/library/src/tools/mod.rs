//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod books;
pub mod loans;
pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(books::list_books);
    server.tool(books::add_book);
    server.resource(books::get_book);
    server.tool(books::replace_book);
    server.tool(books::remove_book);
    server.resource(books::browse_shelf);
    server.resource(operations::opening_hours);
    server.tool(loans::my_loans);
    server.tool(loans::borrow_book);
}

//! What the server offers, in the order of its lists. A line that is gone is a tool that is gone.

pub mod pets;
pub mod photos;

use mcpgen_runtime::prelude::*;

/// Offers every component.
pub fn offer(server: &mut Server) {
    server.resource(pets::list_pets);
    server.tool(pets::add_pet);
    server.tool(pets::search_pets);
    server.resource(pets::get_pet);
    server.tool(pets::update_pet);
    server.tool(pets::delete_pet);
    server.resource(photos::get_photo);
}

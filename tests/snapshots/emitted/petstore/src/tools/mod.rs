//! What the server offers, in the order of its lists. What has no line here is not offered.

pub mod pets;
pub mod photos;

use mcpgen_runtime::prelude::*;

/// Offers every tool and resource.
pub fn offer(server: &mut Server) {
    server.resource(pets::list_pets);
    server.tool(pets::add_pet);
    server.tool(pets::search_pets);
    server.resource(pets::get_pet);
    server.tool(pets::update_pet);
    server.tool(pets::delete_pet);
    server.resource(photos::get_photo);
}

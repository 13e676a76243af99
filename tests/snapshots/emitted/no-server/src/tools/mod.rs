//! What the server offers, in the order of its lists. A line that is gone is a tool that is gone.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// Offers every component.
pub fn offer(server: &mut Server) {
    server.resource(operations::ping);
}

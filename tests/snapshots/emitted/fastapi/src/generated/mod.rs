//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("rooms", "0.1.0")
        .title("Rooms")
        .base_url("https://rooms.example")
}

//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod models;
pub mod operations;

use mcpgen_runtime::prelude::*;

/// The schemas that several components share.
const SCHEMAS: &[(&str, &str)] = &[
    ("Circle", include_str!("../../schemas/shared/Circle.json")),
    ("Node", include_str!("../../schemas/shared/Node.json")),
    ("Shape", include_str!("../../schemas/shared/Shape.json")),
    ("Square", include_str!("../../schemas/shared/Square.json")),
];

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("schemas", "1")
        .title("Schemas")
        .base_url("https://schemas.example")
        .schemas(SCHEMAS)
}

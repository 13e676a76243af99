//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod models;
pub mod operations;

use mcpgen_runtime::prelude::*;

/// The schemas that several components share.
const SCHEMAS: &[(&str, &str)] = &[
    ("Card", include_str!("../../schemas/shared/Card.json")),
    ("Note", include_str!("../../schemas/shared/Note.json")),
    (
        "Transfer",
        include_str!("../../schemas/shared/Transfer.json"),
    ),
];

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("bodies", "1")
        .title("Bodies")
        .base_url("https://bodies.example")
        .schemas(SCHEMAS)
}

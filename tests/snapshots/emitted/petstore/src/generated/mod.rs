//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod models;
pub mod pets;
pub mod photos;

use mcpgen_runtime::prelude::*;

/// The schemas that several components share.
const SCHEMAS: &[(&str, &str)] = &[("Status", include_str!("../../schemas/shared/Status.json"))];

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("pet-store", "1.0.0")
        .title("Pet store")
        .instructions("A small shop for pets. Everything in it is gone when the demo ends.")
        .base_url("http://127.0.0.1")
        .schemas(SCHEMAS)
}

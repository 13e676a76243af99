//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod books;
pub mod loans;
pub mod models;
pub mod operations;

use mcpgen_runtime::prelude::*;

/// The schemas that several components share.
const SCHEMAS: &[(&str, &str)] = &[
    ("Book", include_str!("../../schemas/shared/Book.json")),
    ("Genre", include_str!("../../schemas/shared/Genre.json")),
];

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("town-library", "1.4.0")
        .title("Town Library")
        .instructions("Books, their copies, and who has borrowed them.")
        .base_url("https://library.example/v1")
        .security_scheme(
            "libraryKey",
            SecurityScheme::api_key(ApiKeyLocation::Header, "X-Library-Key"),
        )
        .schemas(SCHEMAS)
        .prompts(include_str!("../../prompts.json"))
}

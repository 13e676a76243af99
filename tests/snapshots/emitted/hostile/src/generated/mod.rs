//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb_a2aa6ca5;
pub mod con_;
pub mod core_;
pub mod etc_passwd;
pub mod fn_;
pub mod mcpgen_runtime_;
pub mod mod_;
pub mod models;
pub mod models_01cd0fab;
pub mod models_1471d28b;
pub mod operations;
pub mod self_;
pub mod std_;
pub mod t_evil_x;

use mcpgen_runtime::prelude::*;

/// The schemas that several components share.
const SCHEMAS: &[(&str, &str)] = &[
    ("Self", include_str!("../../schemas/shared/Self.json")),
    (
        "String",
        include_str!("../../schemas/shared/String_604f4858.json"),
    ),
    ("Value", include_str!("../../schemas/shared/Value.json")),
    ("Vec", include_str!("../../schemas/shared/Vec.json")),
    (
        "string",
        include_str!("../../schemas/shared/string_17c16538.json"),
    ),
];

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("hostile-7-7-x-b", "1\" [dependencies] evil = \"*\"")
        .title("Hostile \" \\ */ {{ 7*7 }} #![x] ] <b>")
        .instructions(
            "*/ }\n//! [link] <tag> `tick\n```\nfn main() {}\n```\n\"; std::process::exit(1); \"#",
        )
        .base_url("http://127.0.0.1:1")
        .security_scheme(
            "key\"\n",
            SecurityScheme::api_key(ApiKeyLocation::Header, "X-Key"),
        )
        .schemas(SCHEMAS)
}

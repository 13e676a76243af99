//! Written by mcpgen from the API's description. Change `tools` instead: what is changed here is merged when the crate
//! is generated again.
//!
//! A struct has the arguments of an operation; `= "name"` behind a field is its name for clients, where that differs.

pub mod operations;

use mcpgen_runtime::prelude::*;

/// The API: its name, its address and its credentials.
pub fn server() -> Server {
    Server::new("credentials", "1")
        .title("Credentials")
        .base_url("https://credentials.example")
        .security_scheme(
            "header",
            SecurityScheme::api_key(ApiKeyLocation::Header, "X-Key"),
        )
        .security_scheme(
            "query",
            SecurityScheme::api_key(ApiKeyLocation::Query, "key"),
        )
        .security_scheme(
            "cookie",
            SecurityScheme::api_key(ApiKeyLocation::Cookie, "session"),
        )
        .security_scheme("basic", SecurityScheme::http("basic"))
        .security_scheme("bearer", SecurityScheme::http("bearer"))
        .security_scheme("other", SecurityScheme::http("digest"))
        .security_scheme(
            "unset",
            SecurityScheme::api_key(ApiKeyLocation::Header, "X-Unset"),
        )
        .security_scheme("certificate", SecurityScheme::MutualTls)
        .security_scheme(
            "oidc",
            SecurityScheme::open_id_connect(
                "https://credentials.example/.well-known/openid-configuration",
            ),
        )
        .security_scheme(
            "oauth",
            SecurityScheme::oauth2("https://credentials.example/token"),
        )
}

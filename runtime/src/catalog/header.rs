//! Headers that no parameter sets.

/// OpenAPI has parameters of the first three names ignored; the others belong to the connection and to credentials.
const RESERVED: [&str; 9] = [
    "accept",
    "content-type",
    "authorization",
    "host",
    "content-length",
    "transfer-encoding",
    "connection",
    "cookie",
    "proxy-authorization",
];

/// Whether no parameter may set the header of this name, whatever a description or a catalog says.
pub fn is_reserved_header(name: &str) -> bool {
    RESERVED.iter().any(|reserved| reserved.eq_ignore_ascii_case(name))
}

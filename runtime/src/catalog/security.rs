//! Security schemes and requirements: where a credential goes, never its value.

use indexmap::IndexMap;
use serde::{Deserialize, Serialize};

/// Schemes that are needed together, each with the scopes that it must have.
pub type SecurityRequirement = IndexMap<String, Vec<String>>;

/// A Security Scheme Object.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "camelCase")]
pub enum SecurityScheme {
    /// A key under a name.
    ApiKey {
        /// The header's, query parameter's or cookie's name.
        name: String,
        /// Where it stands.
        #[serde(rename = "in")]
        location: ApiKeyLocation,
    },
    /// The `Authorization` header.
    Http {
        /// The authentication scheme, in lower case: `basic`, `bearer`, …
        scheme: String,
    },
    /// OAuth 2.0; a token goes into the `Authorization` header.
    #[serde(rename = "oauth2", rename_all = "camelCase")]
    OAuth2 {
        /// The token endpoint of the client credentials flow; a relative one counts from the base URL.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        token_url: Option<String>,
        /// Where a refresh token is exchanged, of whichever flow.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        refresh_url: Option<String>,
    },
    /// `OpenID` Connect; a token goes into the `Authorization` header.
    #[serde(rename_all = "camelCase")]
    OpenIdConnect {
        /// The discovery document's URL.
        open_id_connect_url: String,
    },
    /// A client certificate.
    #[serde(rename = "mutualTLS")]
    MutualTls,
}

/// `in` of an API key.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum ApiKeyLocation {
    /// A header.
    Header,
    /// A query parameter.
    Query,
    /// A cookie.
    Cookie,
}

/// The environment variable that holds a scheme's credential unless the operator says otherwise:
/// `petstoreAuth` → `MCPGEN_AUTH_PETSTORE_AUTH`.
pub fn credential_variable(scheme: &str) -> String {
    let mut name = String::from("MCPGEN_AUTH_");
    let mut previous = '_';
    for c in scheme.chars() {
        let starts_word = c.is_ascii_uppercase() && previous.is_ascii_lowercase();
        if starts_word {
            name.push('_');
        }
        name.push(if c.is_ascii_alphanumeric() { c.to_ascii_uppercase() } else { '_' });
        previous = c;
    }
    name
}

//! Documents that name a token endpoint (OpenID Connect Discovery 1.0, section 3; RFC 8414, section 2).

use serde::Deserialize;
use url::Url;

use super::grant::ClientAuth;

/// What a document says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Discovered {
    pub(super) token_endpoint: Url,
    /// How clients say who they are there.
    pub(super) auth: ClientAuth,
}

#[derive(Deserialize)]
struct Document {
    token_endpoint: String,
    #[serde(default)]
    token_endpoint_auth_methods_supported: Vec<String>,
}

/// Reads a document.
pub(super) fn read(body: &[u8]) -> Result<Discovered, &'static str> {
    let document: Document =
        serde_json::from_slice(body).map_err(|_| "its discovery document is no JSON with a token_endpoint")?;
    let token_endpoint =
        Url::parse(&document.token_endpoint).map_err(|_| "its discovery document's token_endpoint is no URL")?;
    let methods = &document.token_endpoint_auth_methods_supported;
    let has = |method: &str| methods.iter().any(|known| known == method);
    // Without a list it is Basic.
    let body = has("client_secret_post") && !has("client_secret_basic");
    Ok(Discovered { token_endpoint, auth: if body { ClientAuth::Body } else { ClientAuth::Basic } })
}

#[cfg(test)]
mod tests {
    use super::{
        ClientAuth::{Basic, Body},
        *,
    };

    #[test]
    fn documents_are_read() {
        let cases = [
            (r#"{"token_endpoint": "https://a.test/t", "issuer": "x"}"#, Some(("https://a.test/t", Basic))),
            (
                r#"{"token_endpoint": "https://a.test/t", "token_endpoint_auth_methods_supported": ["client_secret_post"]}"#,
                Some(("https://a.test/t", Body)),
            ),
            (
                r#"{"token_endpoint": "https://a.test/t", "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"]}"#,
                Some(("https://a.test/t", Basic)),
            ),
            (r#"{"token_endpoint": "/t"}"#, None),
            (r#"{"issuer": "x"}"#, None),
            ("<html>", None),
        ];
        for (body, expected) in cases {
            let got = read(body.as_bytes()).ok();
            let got = got.as_ref().map(|discovered| (discovered.token_endpoint.as_str(), discovered.auth));
            assert_eq!(got, expected, "{body}");
        }
    }
}

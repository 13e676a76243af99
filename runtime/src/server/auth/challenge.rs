//! What a client is told that may not call: RFC 6750, section 3, and RFC 9728.

use axum::body::Body;
use http::{HeaderValue, Response, StatusCode, header};
use serde_json::json;
use url::Url;

use crate::server::intake::Unread;

/// The path of the metadata, before the endpoint's own (RFC 9728, section 3.1).
pub(in crate::server) const METADATA: &str = "/.well-known/oauth-protected-resource";

/// Why a request is refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Refusal {
    /// It says nothing of who sent it.
    Anonymous,
    /// It cannot be understood.
    Malformed(&'static str),
    /// Its token is none.
    Token(&'static str),
    /// Its token does not permit it.
    Scope(Vec<String>),
    /// Its body was not read.
    Unread(Unread),
    /// Its session is not its sender's, and for them it does not exist.
    NoSession,
}

/// What challenges say of the server.
#[derive(Debug)]
pub(super) struct Challenge {
    /// The metadata's URL, where there is an authorization server.
    pub(super) metadata: Option<String>,
    /// The scopes that every request needs.
    pub(super) scopes: Vec<String>,
}

impl Challenge {
    /// The answer.
    pub(super) fn refuse(&self, refusal: &Refusal) -> Response<Body> {
        let (status, error, words) = match refusal {
            Refusal::Anonymous => (StatusCode::UNAUTHORIZED, None, "a bearer token is needed"),
            Refusal::Malformed(words) => (StatusCode::BAD_REQUEST, Some("invalid_request"), *words),
            Refusal::Token(words) => (StatusCode::UNAUTHORIZED, Some("invalid_token"), *words),
            Refusal::Scope(_) => {
                (StatusCode::FORBIDDEN, Some("insufficient_scope"), "the token's scopes do not permit this")
            }
            Refusal::Unread(why) => (why.status(), None, why.words()),
            Refusal::NoSession => (StatusCode::NOT_FOUND, None, "there is no such session"),
        };
        let mut response = Response::new(Body::from(json!({"error": error, "error_description": words}).to_string()));
        *response.status_mut() = status;
        response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if matches!(status, StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN | StatusCode::BAD_REQUEST) {
            let scopes = if let Refusal::Scope(scopes) = refusal { scopes } else { &self.scopes };
            let described = error.map(|_| words.to_owned());
            let parameters = [
                ("error", error.map(str::to_owned)),
                ("error_description", described),
                ("scope", (!scopes.is_empty()).then(|| scopes.join(" "))),
                ("resource_metadata", self.metadata.clone()),
            ];
            let parameters: Vec<_> =
                parameters.iter().filter_map(|(name, value)| Some(format!("{name}=\"{}\"", value.as_ref()?))).collect();
            let challenge = format!("Bearer {}", parameters.join(", "));
            if let Ok(value) = HeaderValue::try_from(challenge.trim_end()) {
                response.headers_mut().insert(header::WWW_AUTHENTICATE, value);
            }
        }
        response
    }
}

/// The metadata of the endpoint at `resource`, and its URL.
pub(super) fn metadata(resource: &Url, issuer: &str, scopes: &[&str], name: &str) -> (String, String) {
    let mut url = resource.clone();
    url.set_path(&format!("{METADATA}{}", resource.path().trim_end_matches('/')));
    let mut document = json!({
        "resource": resource.as_str().trim_end_matches('/'),
        "authorization_servers": [issuer],
        "bearer_methods_supported": ["header"],
        "resource_name": name,
    });
    if !scopes.is_empty() {
        document["scopes_supported"] = json!(scopes);
    }
    (url.into(), document.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn refusals_say_what_is_needed() {
        let metadata = Some("https://a.test/.well-known/oauth-protected-resource/mcp".to_owned());
        let full = Challenge { metadata, scopes: vec!["r".to_owned()] };
        let bare = Challenge { metadata: None, scopes: Vec::new() };
        let at = r#"resource_metadata="https://a.test/.well-known/oauth-protected-resource/mcp""#;
        let cases = [
            (&bare, Refusal::Anonymous, 401, Some("Bearer".to_owned())),
            (&full, Refusal::Anonymous, 401, Some(format!(r#"Bearer scope="r", {at}"#))),
            (
                &full,
                Refusal::Token("no"),
                401,
                Some(format!(r#"Bearer error="invalid_token", error_description="no", scope="r", {at}"#)),
            ),
            (
                &full,
                Refusal::Scope(vec!["r".to_owned(), "w".to_owned()]),
                403,
                Some(format!(
                    r#"Bearer error="insufficient_scope", error_description="the token's scopes do not permit this", scope="r w", {at}"#
                )),
            ),
            (&full, Refusal::NoSession, 404, None),
            (&full, Refusal::Unread(Unread::TooLong), 413, None),
        ];
        for (challenge, refusal, status, expected) in cases {
            let response = challenge.refuse(&refusal);
            assert_eq!(response.status(), status, "{refusal:?}");
            let got = response.headers().get(header::WWW_AUTHENTICATE).map(|value| value.to_str().unwrap());
            assert_eq!(got, expected.as_deref(), "{refusal:?}");
        }
    }

    #[test]
    fn metadata_stands_before_the_endpoints_path() {
        let cases = [
            ("https://a.test/mcp", "https://a.test/.well-known/oauth-protected-resource/mcp", "https://a.test/mcp"),
            ("https://a.test/", "https://a.test/.well-known/oauth-protected-resource", "https://a.test"),
        ];
        for (resource, url, named) in cases {
            let (got, document) = metadata(&Url::parse(resource).unwrap(), "https://idp.test", &["r"], "x");
            assert_eq!(got, url);
            let document: serde_json::Value = serde_json::from_str(&document).unwrap();
            assert_eq!(document["resource"], named);
            assert_eq!(document["authorization_servers"], json!(["https://idp.test"]));
        }
    }
}

//! Requests to a token endpoint (RFC 6749, sections 2.3.1, 4.4 and 6), and its answers.

use std::time::Duration;

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderValue, header};
use secrecy::SecretString;
use serde::Deserialize;
use url::form_urlencoded;

/// How a client says who it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ClientAuth {
    /// `Authorization: Basic`.
    Basic,
    /// Fields of the form.
    Body,
}

/// A client and what it asks for.
pub(super) struct Grant<'a> {
    /// The client's id.
    pub(super) id: &'a str,
    /// Its secret; a public client has an empty one.
    pub(super) secret: &'a str,
    pub(super) auth: ClientAuth,
    /// The refresh token; without one the grant is the client's own credentials.
    pub(super) refresh_token: Option<&'a str>,
    /// Separated by spaces; nothing asks for what the server gives by default.
    pub(super) scope: &'a str,
    /// What the operator adds: an audience, a resource.
    pub(super) more: &'a [(String, String)],
}

/// The headers and the body of a token request.
pub(super) fn request(grant: &Grant<'_>) -> (HeaderMap, String) {
    let mut headers = HeaderMap::new();
    headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/x-www-form-urlencoded"));
    let mut form = form_urlencoded::Serializer::new(String::new());
    match grant.refresh_token {
        Some(token) => form.append_pair("grant_type", "refresh_token").append_pair("refresh_token", token),
        None => form.append_pair("grant_type", "client_credentials"),
    };
    if !grant.scope.is_empty() {
        form.append_pair("scope", grant.scope);
    }
    form.extend_pairs(grant.more);
    let encode = |text: &str| form_urlencoded::byte_serialize(text.as_bytes()).collect::<String>();
    match grant.auth {
        ClientAuth::Basic if !grant.secret.is_empty() => {
            let pair = STANDARD.encode(format!("{}:{}", encode(grant.id), encode(grant.secret)));
            if let Ok(mut value) = HeaderValue::try_from(format!("Basic {pair}")) {
                value.set_sensitive(true);
                headers.insert(header::AUTHORIZATION, value);
            }
        }
        ClientAuth::Basic | ClientAuth::Body => {
            form.append_pair("client_id", grant.id);
            if !grant.secret.is_empty() {
                form.append_pair("client_secret", grant.secret);
            }
        }
    }
    (headers, form.finish())
}

/// What a token endpoint gave.
pub(super) struct Granted {
    pub(super) access_token: SecretString,
    /// How long it is good for, where that was told.
    pub(super) lifetime: Option<Duration>,
    /// The refresh token that replaces the one that was used.
    pub(super) refresh_token: Option<SecretString>,
}

#[derive(Deserialize)]
struct Answer {
    access_token: String,
    token_type: Option<String>,
    expires_in: Option<Seconds>,
    refresh_token: Option<String>,
}

/// Some servers write a text.
#[derive(Deserialize)]
#[serde(untagged)]
enum Seconds {
    Number(serde_json::Number),
    Text(String),
}

/// Reads an answer of success.
pub(super) fn granted(body: &[u8]) -> Result<Granted, &'static str> {
    let answer: Answer = serde_json::from_slice(body).map_err(|_| "its answer is no JSON with an access_token")?;
    let token = &answer.access_token;
    // RFC 6750, section 2.1: b64token.
    if token.is_empty() || !token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Err("its access_token is no text that a header can hold");
    }
    if answer.token_type.is_some_and(|kind| !kind.eq_ignore_ascii_case("bearer")) {
        return Err("its tokens are of another type than Bearer");
    }
    let seconds = |text: &str| text.parse::<f64>().ok().and_then(|seconds| Duration::try_from_secs_f64(seconds).ok());
    let lifetime = answer.expires_in.and_then(|given| match given {
        Seconds::Number(number) => seconds(&number.to_string()),
        Seconds::Text(text) => seconds(&text),
    });
    let refresh_token = answer.refresh_token.filter(|token| !token.is_empty()).map(SecretString::from);
    Ok(Granted { access_token: answer.access_token.into(), lifetime, refresh_token })
}

/// The error code of RFC 6749, section 5.2; nothing else of an answer is told, which may repeat what was sent.
pub(super) fn error_code(body: &[u8]) -> Option<String> {
    #[derive(Deserialize)]
    struct Error {
        error: String,
    }
    const CODES: [&str; 6] = [
        "invalid_request",
        "invalid_client",
        "invalid_grant",
        "unauthorized_client",
        "unsupported_grant_type",
        "invalid_scope",
    ];
    let Error { error } = serde_json::from_slice(body).ok()?;
    CODES.contains(&error.as_str()).then_some(error)
}

/// How long a token is used: until shortly before it expires.
pub(super) fn used_for(lifetime: Duration) -> Duration {
    const MARGIN: Duration = Duration::from_mins(1);
    lifetime.saturating_sub(MARGIN.min(lifetime / 10))
}

#[cfg(test)]
mod tests {
    use secrecy::ExposeSecret;

    use super::{
        ClientAuth::{Basic, Body},
        *,
    };

    #[test]
    fn requests_are_forms() {
        let grant =
            |secret, auth, refresh_token, scope| Grant { id: "app 1", secret, auth, refresh_token, scope, more: &[] };
        let resources = [("resource", "https://a.test/x"), ("resource", "urn:b&c")];
        let resources = resources.map(|(name, value)| (name.to_owned(), value.to_owned()));
        // `app 1` and `s+&` are `app+1:s%2B%26` in the header.
        let cases = [
            (grant("s+&", Basic, None, ""), Some("Basic YXBwKzE6cyUyQiUyNg=="), "grant_type=client_credentials"),
            (
                grant("s+&", Body, None, "a b:c"),
                None,
                "grant_type=client_credentials&scope=a+b%3Ac&client_id=app+1&client_secret=s%2B%26",
            ),
            (
                grant("s+&", Basic, Some("r/1"), ""),
                Some("Basic YXBwKzE6cyUyQiUyNg=="),
                "grant_type=refresh_token&refresh_token=r%2F1",
            ),
            (grant("", Basic, Some("r"), ""), None, "grant_type=refresh_token&refresh_token=r&client_id=app+1"),
            (
                Grant { more: &resources, ..grant("s", Body, None, "a") },
                None,
                "grant_type=client_credentials&scope=a&resource=https%3A%2F%2Fa.test%2Fx&resource=urn%3Ab%26c\
                 &client_id=app+1&client_secret=s",
            ),
        ];
        for (grant, authorization, body) in cases {
            let (headers, form) = request(&grant);
            assert_eq!(form, body);
            let got = headers.get(header::AUTHORIZATION);
            assert_eq!(got.map(|value| value.to_str().unwrap()), authorization, "{body}");
            assert!(got.is_none_or(HeaderValue::is_sensitive));
        }
    }

    #[test]
    fn answers_are_read() {
        let day = Duration::from_hours(24);
        // The answer, the access token or what is wrong, the lifetime, the refresh token.
        let cases = [
            (
                r#"{"access_token": "t.1-/=", "token_type": "bearer", "expires_in": 86400}"#,
                Ok("t.1-/="),
                Some(day),
                None,
            ),
            (r#"{"access_token": "t", "token_type": "Bearer", "expires_in": "86400"}"#, Ok("t"), Some(day), None),
            (r#"{"access_token": "t", "expires_in": 86400.0, "refresh_token": "r"}"#, Ok("t"), Some(day), Some("r")),
            (r#"{"access_token": "t", "expires_in": -1, "refresh_token": ""}"#, Ok("t"), None, None),
            (r#"{"access_token": "t", "expires_in": 1e300}"#, Ok("t"), None, None),
            (r#"{"access_token": "t", "token_type": "mac"}"#, Err("another type"), None, None),
            (r#"{"access_token": "a\r\nX: y"}"#, Err("header"), None, None),
            (r#"{"access_token": ""}"#, Err("header"), None, None),
            (r#"{"token": "t"}"#, Err("no JSON with"), None, None),
            ("access_token=t", Err("no JSON with"), None, None),
            ("", Err("no JSON with"), None, None),
        ];
        for (body, expected, lifetime, refresh) in cases {
            match (granted(body.as_bytes()), expected) {
                (Ok(granted), Ok(token)) => {
                    assert_eq!(granted.access_token.expose_secret(), token, "{body}");
                    assert_eq!(granted.lifetime, lifetime, "{body}");
                    let got = granted.refresh_token.as_ref().map(ExposeSecret::expose_secret);
                    assert_eq!(got, refresh, "{body}");
                }
                (Err(why), Err(part)) => assert!(why.contains(part), "{body}: {why}"),
                (got, _) => panic!("{body}: {:?}", got.map(|_| ())),
            }
        }
    }

    #[test]
    fn only_codes_of_the_standard_are_told() {
        let cases = [
            (r#"{"error": "invalid_client", "error_description": "s3cret"}"#, Some("invalid_client")),
            (r#"{"error": "s3cret"}"#, None),
            (r#"{"error": {"code": 1}}"#, None),
            ("s3cret", None),
        ];
        for (body, expected) in cases {
            assert_eq!(error_code(body.as_bytes()).as_deref(), expected, "{body}");
        }
    }

    #[test]
    fn tokens_are_renewed_shortly_before_they_expire() {
        for (lifetime, expected) in [(3600, 3540), (600, 540), (60, 54), (10, 9), (0, 0)] {
            assert_eq!(used_for(Duration::from_secs(lifetime)), Duration::from_secs(expected), "{lifetime}");
        }
    }
}

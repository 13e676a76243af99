//! Where a credential stands in a request.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, utf8_percent_encode};

use crate::catalog::{ApiKeyLocation, SecurityScheme};

/// Everything but RFC 3986's unreserved characters.
pub(super) const UNRESERVED: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What would end a cookie's value (RFC 6265, cookie-octet); a credential is otherwise sent as it is.
const COOKIE: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// Puts the value where the scheme says.
pub(super) fn put(scheme: &SecurityScheme, value: &str, target: &mut String, headers: &mut HeaderMap) {
    match scheme {
        SecurityScheme::ApiKey { name, location: ApiKeyLocation::Header } => set(headers, name, value.as_bytes()),
        SecurityScheme::ApiKey { name, location: ApiKeyLocation::Query } => {
            let encode = |text| utf8_percent_encode(text, UNRESERVED).to_string();
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&format!("{}={}", encode(name), encode(value)));
        }
        SecurityScheme::ApiKey { name, location: ApiKeyLocation::Cookie } => {
            let pair = format!("{name}={}", utf8_percent_encode(value, COOKIE));
            let before = headers.get(header::COOKIE).map(HeaderValue::as_bytes);
            let cookies = before.map_or_else(Vec::new, |before| [before, b"; "].concat());
            set(headers, header::COOKIE.as_str(), &[&cookies, pair.as_bytes()].concat());
        }
        SecurityScheme::Http { scheme } => {
            let value = match scheme.as_str() {
                "basic" => format!("Basic {}", STANDARD.encode(value)),
                "bearer" => format!("Bearer {value}"),
                _ => value.to_owned(),
            };
            set(headers, header::AUTHORIZATION.as_str(), value.as_bytes());
        }
        SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. } => {
            set(headers, header::AUTHORIZATION.as_str(), format!("Bearer {value}").as_bytes());
        }
        // It is shown when the connection is made.
        SecurityScheme::MutualTls => {}
    }
}

fn set(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    // Control characters were refused when the value was read; a name that is none is the description's fault.
    if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value)) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    #[test]
    fn values_stand_where_the_scheme_says() {
        let key = |name: &str, place: &str| json!({"type": "apiKey", "name": name, "in": place});
        let http = |scheme: &str| json!({"type": "http", "scheme": scheme});
        // The scheme, its value, the target before, the target after, a header, its value after.
        let cases: [(Value, &str, &str, &str, &str, Option<&str>); 10] = [
            (key("X-Key", "header"), "a b;%", "/x", "/x", "x-key", Some("a b;%")),
            (key("k y", "query"), "a&b=+é", "/x", "/x?k%20y=a%26b%3D%2B%C3%A9", "k", None),
            (key("key", "query"), "v", "/x?a=b", "/x?a=b&key=v", "key", None),
            (key("sid", "cookie"), "a;b", "/x", "/x", "cookie", Some("theme=dark; sid=a%3Bb")),
            (http("basic"), "ann:pa:ss", "/x", "/x", "authorization", Some("Basic YW5uOnBhOnNz")),
            (http("bearer"), "t", "/x", "/x", "authorization", Some("Bearer t")),
            (http("digest"), "Digest a=\"b\"", "/x", "/x", "authorization", Some("Digest a=\"b\"")),
            (json!({"type": "oauth2"}), "t", "/x", "/x", "authorization", Some("Bearer t")),
            (
                json!({"type": "openIdConnect", "openIdConnectUrl": "https://a.test"}),
                "t",
                "/x",
                "/x",
                "authorization",
                Some("Bearer t"),
            ),
            (json!({"type": "mutualTLS"}), "t", "/x", "/x", "authorization", None),
        ];
        for (scheme, value, before, after, header, expected) in cases {
            let (mut target, mut headers) = (before.to_owned(), HeaderMap::new());
            headers.insert(header::COOKIE, HeaderValue::from_static("theme=dark"));
            let read: SecurityScheme = serde_json::from_value(scheme.clone()).unwrap();
            put(&read, value, &mut target, &mut headers);
            assert_eq!(target, after, "{scheme}");
            let got = headers.get(header);
            assert_eq!(got.and_then(|got| got.to_str().ok()), expected, "{scheme}");
            assert!(got.is_none_or(HeaderValue::is_sensitive), "{scheme}");
        }
    }
}

//! Where a credential stands in a request.

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{AsciiSet, CONTROLS, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

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
            without_query(target, name);
            target.push(if target.contains('?') { '&' } else { '?' });
            target.push_str(&format!("{}={}", encode(name), encode(value)));
        }
        SecurityScheme::ApiKey { name, location: ApiKeyLocation::Cookie } => {
            let pair = format!("{name}={}", utf8_percent_encode(value, COOKIE));
            let before = headers.get(header::COOKIE).map_or(&b""[..], HeaderValue::as_bytes);
            let cookies = before.split(|byte| *byte == b';').map(<[u8]>::trim_ascii);
            let others = cookies.filter(|cookie| !cookie.is_empty() && !is_cookie(cookie, name));
            let cookies: Vec<&[u8]> = others.chain([pair.as_bytes()]).collect();
            set(headers, header::COOKIE.as_str(), &cookies.join(&b"; "[..]));
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

/// Takes the pairs of this name out of the query: an argument must not stand before the credential.
fn without_query(target: &mut String, name: &str) {
    let Some((path, query)) = target.split_once('?') else { return };
    let is_other = |pair: &&str| {
        let given = pair.split('=').next().unwrap_or_default().replace('+', " ");
        percent_decode_str(&given).decode_utf8_lossy() != name
    };
    let others: Vec<&str> = query.split('&').filter(is_other).collect();
    if others.len() < query.split('&').count() {
        let others = others.join("&");
        *target = if others.is_empty() { path.to_owned() } else { format!("{path}?{others}") };
    }
}

fn is_cookie(cookie: &[u8], name: &str) -> bool {
    cookie.split(|byte| *byte == b'=').next().is_some_and(|given| given.trim_ascii() == name.as_bytes())
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

    #[test]
    fn no_argument_stands_before_a_credential() {
        let key = |place: &str| serde_json::from_value(json!({"type": "apiKey", "name": "k y", "in": place})).unwrap();
        let queries = [
            ("/x?k%20y=evil&a=1", "/x?a=1&k%20y=v"),
            ("/x?a=1&k+y=evil&b&k%20%79", "/x?a=1&b&k%20y=v"),
            ("/x?k%20y=evil", "/x?k%20y=v"),
            ("/x?a=k%20y&k=y", "/x?a=k%20y&k=y&k%20y=v"),
            ("/x?", "/x?&k%20y=v"),
        ];
        for (before, after) in queries {
            let mut target = before.to_owned();
            put(&key("query"), "v", &mut target, &mut HeaderMap::new());
            assert_eq!(target, after, "{before}");
        }
        let cookies = [
            ("k y=evil; a=1", "a=1; k y=v"),
            ("a=1;k y=evil&b=2;k y", "a=1; k y=v"),
            ("a=k y; kk y=1", "a=k y; kk y=1; k y=v"),
        ];
        for (before, after) in cookies {
            let mut headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::from_static(before))]);
            put(&key("cookie"), "v", &mut String::new(), &mut headers);
            assert_eq!(headers[header::COOKIE], after, "{before}");
        }
    }
}

//! Origins that browsers may call from.

use http::HeaderValue;
use url::{Origin, Url};

use super::ServeError;

/// An allowed origin.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum AllowedOrigin {
    /// `null`: sandboxed documents and files.
    Null,
    /// Scheme, host and port.
    One(Origin),
    /// Scheme and host; any port.
    AnyPort {
        /// The scheme.
        scheme: String,
        /// The host, as URLs write it.
        host: String,
    },
}

impl AllowedOrigin {
    /// Reads an entry of [`HttpOptions::allow_origins`](super::HttpOptions::allow_origins).
    pub(super) fn parse(text: &str) -> Result<Self, ServeError> {
        let refused = || ServeError::Origin(text.to_owned());
        if text == "null" {
            return Ok(Self::Null);
        }
        let any_port = text.strip_suffix(":*");
        let url = origin_url(any_port.unwrap_or(text)).ok_or_else(refused)?;
        match (any_port, url.port(), url.host_str()) {
            (None, _, _) => Ok(Self::One(url.origin())),
            (Some(_), None, Some(host)) => Ok(Self::AnyPort { scheme: url.scheme().to_owned(), host: host.to_owned() }),
            _ => Err(refused()),
        }
    }

    /// Whether a request with this `Origin` may pass.
    pub(super) fn allows(&self, origin: &HeaderValue) -> bool {
        let Ok(text) = origin.to_str() else { return false };
        match (self, origin_url(text)) {
            (Self::Null, _) => text == "null",
            (Self::One(allowed), Some(url)) => *allowed == url.origin(),
            (Self::AnyPort { scheme, host }, Some(url)) => {
                scheme == url.scheme() && Some(host.as_str()) == url.host_str()
            }
            (_, None) => false,
        }
    }

    /// The entry as the SDK reads it; it takes one without a port for any port.
    pub(super) fn to_sdk(&self) -> String {
        match self {
            Self::Null => "null".to_owned(),
            Self::AnyPort { scheme, host } => format!("{scheme}://{host}:*"),
            Self::One(origin) => match origin {
                Origin::Tuple(scheme, host, port) => format!("{scheme}://{host}:{port}"),
                Origin::Opaque(_) => origin.ascii_serialization(),
            },
        }
    }
}

/// A URL that is an origin and nothing more.
fn origin_url(text: &str) -> Option<Url> {
    let url = Url::parse(text).ok()?;
    let bare = matches!(url.path(), "" | "/")
        && !text.ends_with('/')
        && url.query().is_none()
        && url.fragment().is_none()
        && url.username().is_empty()
        && url.password().is_none();
    (bare && url.has_host() && url.origin().is_tuple()).then_some(url)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn origins_are_compared_as_browsers_do() {
        let cases = [
            ("https://app.example.com", "https://app.example.com", true),
            ("https://app.example.com", "https://app.example.com:443", true),
            ("https://app.example.com:443", "https://app.example.com", true),
            ("https://app.example.com", "https://app.example.com:8443", false),
            ("https://app.example.com", "http://app.example.com", false),
            ("https://app.example.com", "https://app.example.com.evil.test", false),
            ("http://localhost:*", "http://localhost:6274", true),
            ("http://localhost:*", "http://localhost", true),
            ("http://localhost:*", "https://localhost:6274", false),
            ("http://[::1]:*", "http://[::1]:80", true),
            ("null", "null", true),
            ("null", "http://null", false),
            ("http://localhost:*", "null", false),
        ];
        for (allowed, origin, expected) in cases {
            let allowed = AllowedOrigin::parse(allowed).unwrap();
            assert_eq!(allowed.allows(&HeaderValue::from_static(origin)), expected, "{allowed:?} {origin}");
        }
    }

    #[test]
    fn what_is_no_origin_is_refused() {
        for text in
            ["", "*", "app.example.com", "https://a/b", "https://a/", "https://u@a", "https://a?b", "http://a:1:*"]
        {
            assert!(AllowedOrigin::parse(text).is_err(), "{text}");
        }
    }

    #[test]
    fn the_sdk_gets_explicit_ports() {
        let cases = [
            ("https://a.test", "https://a.test:443"),
            ("http://a.test:80", "http://a.test:80"),
            ("http://[::1]:*", "http://[::1]:*"),
            ("null", "null"),
        ];
        for (text, expected) in cases {
            assert_eq!(AllowedOrigin::parse(text).unwrap().to_sdk(), expected);
        }
    }
}

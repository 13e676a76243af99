//! Where a request goes: base URL and target, put together as text and sent as it stands.
//!
//! The base is read as every other part of the program reads it (WHATWG URL), so that the host that credentials were
//! allowed for is the host that gets them. The target is not: what the encoder wrote is sent to the byte.

use http::{
    Uri,
    uri::{Authority, Parts, PathAndQuery, Scheme},
};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use url::Url;

use super::SendError;

/// What no path holds as it is; a target that has it was not written by the encoder.
const NOT_IN_PATHS: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>').add(b'\\').add(b'`');
/// What no query holds as it is.
const NOT_IN_QUERIES: &AsciiSet = &CONTROLS.add(b' ').add(b'"').add(b'#').add(b'<').add(b'>');

/// A base URL, without the user and the password that it may name.
#[derive(Debug, Clone)]
pub(super) struct Base {
    scheme: Scheme,
    authority: Authority,
    path: String,
}

impl Base {
    /// Reads a base URL.
    ///
    /// # Errors
    /// When it is no URL of HTTP.
    pub(super) fn parse(text: &str) -> Result<Self, SendError> {
        let mut url = Url::parse(text).map_err(|_| SendError::Address)?;
        let scheme = match url.scheme() {
            "http" => Scheme::HTTP,
            "https" => Scheme::HTTPS,
            _ => return Err(SendError::Address),
        };
        url.set_query(None);
        url.set_fragment(None);
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        let authority = format!("{}{port}", url.host_str().unwrap_or_default());
        let authority = Authority::try_from(authority).map_err(|_| SendError::Address)?;
        let path = if url.path() == "/" && !text.ends_with('/') { "" } else { url.path() };
        Ok(Self { scheme, authority, path: path.to_owned() })
    }

    /// The address of a target. One that would lead out of the base path is refused: a value has no say in where a
    /// request goes.
    ///
    /// # Errors
    /// When the target is no path with a query, or has a `.` or `..` segment.
    pub(super) fn with(&self, target: &str) -> Result<Uri, SendError> {
        let (path, query) = target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)));
        let sound = path.starts_with('/') && utf8_percent_encode(path, NOT_IN_PATHS).nth(1).is_none();
        if !sound || path.split('/').any(is_dot_segment) {
            return Err(SendError::Address);
        }
        let mut text = String::with_capacity(self.path.len() + target.len());
        text.push_str(&self.path);
        text.push_str(path);
        if let Some(query) = query {
            text.push('?');
            text.extend(utf8_percent_encode(query, NOT_IN_QUERIES));
        }
        let mut parts = Parts::default();
        parts.scheme = Some(self.scheme.clone());
        parts.authority = Some(self.authority.clone());
        parts.path_and_query = Some(PathAndQuery::try_from(text).map_err(|_| SendError::Address)?);
        Uri::from_parts(parts).map_err(|_| SendError::Address)
    }
}

/// The address of a URL. User, password and fragment are none of it.
///
/// # Errors
/// When it is no URL of HTTP.
pub(super) fn of_url(url: &Url) -> Result<Uri, SendError> {
    let base = Base::parse(&url[..url::Position::BeforePath])?;
    let path = PathAndQuery::try_from(&url[url::Position::BeforePath..url::Position::AfterQuery]);
    let mut parts = Parts::default();
    parts.scheme = Some(base.scheme);
    parts.authority = Some(base.authority);
    parts.path_and_query = Some(path.map_err(|_| SendError::Address)?);
    Uri::from_parts(parts).map_err(|_| SendError::Address)
}

/// `.` and `..`, also with their dots encoded.
fn is_dot_segment(segment: &str) -> bool {
    let without_dot = |text: &str| {
        let rest = text.strip_prefix('.').or_else(|| text.strip_prefix("%2e")).or_else(|| text.strip_prefix("%2E"));
        rest.map(str::len)
    };
    let rest = |length| &segment[segment.len() - length..];
    match without_dot(segment) {
        Some(0) => true,
        Some(one) => without_dot(rest(one)) == Some(0),
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_appended_as_text() {
        let cases = [
            ("http://h", "/x", Some("http://h/x")),
            ("http://h/", "/x", Some("http://h//x")),
            ("http://h/api/v1", "/users?a=%20b", Some("http://h/api/v1/users?a=%20b")),
            ("http://h/api", "//evil.example/x", Some("http://h/api//evil.example/x")),
            ("http://h/api", "/a%2Fb", Some("http://h/api/a%2Fb")),
            ("http://h/api", "/;c=a,b", Some("http://h/api/;c=a,b")),
            ("http://h/api", "/../x", None),
            ("http://h/api", "/%2e%2E/x", None),
            ("http://h/api", "/./x", None),
            ("http://h/api", "/%2e%2e", None),
            ("http://h/api", "/.%2e?a", None),
            ("http://h/api", "/...", Some("http://h/api/...")),
            ("http://h/api", "/x?q=/../a", Some("http://h/api/x?q=/../a")),
            ("http://h/api", "/a\\b", None),
            ("http://h/api", "/é", None),
            ("http://h/api", "/a b", None),
            ("http://h/api", "/a\tb", None),
            ("http://h/api", "/a#b", None),
            ("http://h/api", "/x?q=é \"<>#", Some("http://h/api/x?q=%C3%A9%20%22%3C%3E%23")),
            ("http://h", "@evil.example/x", None),
            ("http://h", ":80@evil.example/", None),
            ("http://h", "", None),
            (
                "http://h",
                "/x'[]{}|^!$&()*+,;=:@~?q='[]{}|^!$()*+,;=:@~/?`\\",
                Some("http://h/x'[]{}|^!$&()*+,;=:@~?q='[]{}|^!$()*+,;=:@~/?`\\"),
            ),
            // The base is read as a URL.
            ("http://H:80/a/../b", "/x", Some("http://h/b/x")),
            ("https://h:443", "/x", Some("https://h/x")),
            ("https://bücher.example:8443/ä", "/x", Some("https://xn--bcher-kva.example:8443/%C3%A4/x")),
            ("http://user:secret@h:81/a?b#c", "/x", Some("http://h:81/a/x")),
            ("http://[::1]:8080", "/x", Some("http://[::1]:8080/x")),
            ("http://good.example\\@evil.example", "/x", Some("http://good.example/@evil.example/x")),
            ("ftp://h", "/x", None),
            ("h", "/x", None),
        ];
        for (base, target, expected) in cases {
            let address = Base::parse(base).and_then(|base| base.with(target));
            assert_eq!(address.ok().map(|uri| uri.to_string()).as_deref(), expected, "{base} {target}");
        }
    }

    #[test]
    fn urls_have_addresses() {
        let cases = [
            ("https://user:secret@h/a?b='#c", "https://h/a?b=%27"),
            ("http://h", "http://h/"),
            ("http://[::1]:1/é", "http://[::1]:1/%C3%A9"),
        ];
        for (url, expected) in cases {
            assert_eq!(of_url(&Url::parse(url).unwrap()).unwrap().to_string(), expected, "{url}");
        }
    }
}

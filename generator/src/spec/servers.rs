//! From Server Objects to a base URL.

use std::collections::BTreeMap;

use url::Url;

use super::Server;

/// Why a server gives no base URL.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ServerError {
    /// A variable has no value.
    #[error("the server variable {0:?} has no default; give it a value with --server-variable {0}=VALUE")]
    NoValue(String),
    /// A variable's value is not among those allowed.
    #[error("{value:?} is no value of the server variable {name:?}; expected one of {}", allowed.join(", "))]
    NotAllowed {
        /// The variable.
        name: String,
        /// Its value.
        value: String,
        /// Its `enum`.
        allowed: Vec<String>,
    },
    /// The URL is relative and there is nothing to resolve it against.
    #[error("the server URL {0:?} is relative, and the description did not come from a URL; give --base-url")]
    Relative(String),
    /// The URL is none that requests can be sent to.
    #[error("{0:?} is no http or https URL; give --base-url")]
    NotHttp(String),
}

impl Server {
    /// The absolute base URL, without a trailing slash: variables filled from `values`, else their defaults, and a
    /// relative URL resolved against `document`, where the description came from.
    pub fn base_url(&self, values: &BTreeMap<String, String>, document: Option<&Url>) -> Result<String, ServerError> {
        absolute(&self.filled(values)?, document)
    }

    fn filled(&self, values: &BTreeMap<String, String>) -> Result<String, ServerError> {
        let (mut filled, mut rest) = (String::new(), self.url.trim());
        while let Some((before, after)) = rest.split_once('{') {
            let Some((name, after)) = after.split_once('}') else { break };
            filled.push_str(before);
            let variable = self.variables.get(name);
            let allowed = variable.map_or(&[][..], |variable| &variable.values);
            let value = values
                .get(name)
                .or_else(|| variable.and_then(|variable| variable.default.as_ref()))
                .or_else(|| allowed.first())
                .ok_or_else(|| ServerError::NoValue(name.to_owned()))?;
            // A default beside its own enum is a slip of the document; a value that somebody gave is checked.
            if values.contains_key(name) && !allowed.is_empty() && !allowed.contains(value) {
                return Err(ServerError::NotAllowed {
                    name: name.to_owned(),
                    value: value.clone(),
                    allowed: allowed.to_vec(),
                });
            }
            filled.push_str(value);
            rest = after;
        }
        Ok(filled + rest)
    }
}

/// An absolute `http(s)` URL without query, fragment, credentials and trailing slash.
pub fn absolute(url: &str, document: Option<&Url>) -> Result<String, ServerError> {
    let parsed = match (Url::parse(url), document) {
        (Ok(parsed), _) => parsed,
        (Err(url::ParseError::RelativeUrlWithoutBase), Some(document)) => {
            document.join(url).map_err(|_| ServerError::NotHttp(url.to_owned()))?
        }
        // `localhost:8080/v1` parses as a scheme, so a host without one can only be guessed at; it is not.
        (Err(url::ParseError::RelativeUrlWithoutBase), None) => return Err(ServerError::Relative(url.to_owned())),
        (Err(_), _) => return Err(ServerError::NotHttp(url.to_owned())),
    };
    if !matches!(parsed.scheme(), "http" | "https") || parsed.host_str().is_none_or(str::is_empty) {
        return Err(ServerError::NotHttp(url.to_owned()));
    }
    let mut parsed = parsed;
    parsed.set_query(None);
    parsed.set_fragment(None);
    // Neither fails on a URL that has a host.
    let _ = parsed.set_username("");
    let _ = parsed.set_password(None);
    Ok(parsed.as_str().trim_end_matches('/').to_owned())
}

#[cfg(test)]
mod tests {
    use super::super::ServerVariable;
    use super::*;

    fn server(url: &str) -> Server {
        let variable = |default: Option<&str>, values: &[&str]| ServerVariable {
            default: default.map(str::to_owned),
            values: values.iter().map(ToString::to_string).collect(),
        };
        let variables = [
            ("port", variable(Some("8443"), &[])),
            ("v", variable(Some("v2"), &["v1", "v2"])),
            ("first", variable(None, &["one", "two"])),
            ("none", variable(None, &[])),
        ];
        Server { url: url.to_owned(), variables: variables.into_iter().map(|(n, v)| (n.to_owned(), v)).collect() }
    }

    #[test]
    fn servers_become_base_urls() {
        let document = Url::parse("https://docs.example/specs/v1/openapi.yaml").unwrap();
        let cases = [
            ("https://api.example/v1/", None, Ok("https://api.example/v1")),
            ("https://api.example", None, Ok("https://api.example")),
            ("https://h:{port}/{v}", None, Ok("https://h:8443/v2")),
            ("https://h/{first}", None, Ok("https://h/one")),
            ("/api/v5", Some(&document), Ok("https://docs.example/api/v5")),
            ("../v2", Some(&document), Ok("https://docs.example/specs/v2")),
            ("//other.example/x", Some(&document), Ok("https://other.example/x")),
            ("https://user:secret@h/x?y#z", None, Ok("https://h/x")),
            ("/api", None, Err(ServerError::Relative("/api".into()))),
            ("https://h/{none}", None, Err(ServerError::NoValue("none".into()))),
            ("https://h/{unknown}", None, Err(ServerError::NoValue("unknown".into()))),
            ("ftp://h", None, Err(ServerError::NotHttp("ftp://h".into()))),
            ("localhost:80", None, Err(ServerError::NotHttp("localhost:80".into()))),
        ];
        for (url, document, expected) in cases {
            assert_eq!(server(url).base_url(&BTreeMap::new(), document), expected.map(str::to_owned), "{url}");
        }
    }

    #[test]
    fn given_values_are_checked() {
        let values = |v: &str| BTreeMap::from([("v".to_owned(), v.to_owned())]);
        assert_eq!(server("https://h/{v}").base_url(&values("v1"), None).as_deref(), Ok("https://h/v1"));
        assert!(matches!(server("https://h/{v}").base_url(&values("v9"), None), Err(ServerError::NotAllowed { .. })));
    }
}

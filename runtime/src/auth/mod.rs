//! Credentials: where their values come from, and how they get onto a request.

use std::{collections::HashMap, fmt};

use base64::{Engine, engine::general_purpose::STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, header};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub use crate::catalog::credential_variable as variable;

use crate::catalog::{ApiKeyLocation, BaseUrl, Catalog, Operation, SecurityRequirement, SecurityScheme};

/// Values of security schemes, by the scheme's name.
#[derive(Debug, Default)]
pub struct Credentials {
    values: HashMap<String, SecretString>,
}

/// What an operation needs credentials for.
#[derive(Debug, Clone, Copy)]
pub struct Need<'n> {
    /// Alternatives, as in [`Operation::security`].
    pub security: &'n [SecurityRequirement],
    /// The operation's own server.
    pub base_url: Option<&'n BaseUrl>,
}

impl<'n> Need<'n> {
    fn of(operation: &'n Operation) -> Self {
        Self { security: &operation.security, base_url: operation.base_url.as_ref() }
    }
}

/// What stands in a request that is shown, in the place of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The text; `basic` has it in base64.
    pub text: String,
    /// The environment variable that the scheme's credential is read from.
    pub variable: String,
    /// Whether the credential is written in URLs and cookies as it is.
    pub is_plain: bool,
}

/// Why a credential cannot be used. No value is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The description has no such scheme.
    #[error("there is no security scheme {name:?}; the description has {known}")]
    UnknownScheme {
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The text is not `SCHEME=env:NAME` or `SCHEME=file:PATH`.
    #[error("expected SCHEME=env:NAME or SCHEME=file:PATH, got {0:?}")]
    Form(String),
    /// The environment variable is not set.
    #[error("the environment variable {name} for the security scheme {scheme:?} is not set")]
    NotSet {
        /// The scheme.
        scheme: String,
        /// The variable.
        name: String,
    },
    /// The file cannot be read.
    #[error("the file {path:?} for the security scheme {scheme:?} cannot be read: {reason}")]
    File {
        /// The scheme.
        scheme: String,
        /// The file.
        path: String,
        /// What the system says.
        reason: String,
    },
    /// The value cannot stand in a request.
    #[error("the value for the security scheme {scheme:?} {reason}")]
    Value {
        /// The scheme.
        scheme: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The kind of scheme is not supported.
    #[error("the security scheme {scheme:?} is of a kind ({kind}) that this version cannot use")]
    Unsupported {
        /// The scheme.
        scheme: String,
        /// Its type.
        kind: &'static str,
    },
}

impl Credentials {
    /// The credentials of a catalog's schemes: from `MCPGEN_AUTH_<SCHEME>`, and from `SCHEME=env:NAME` or
    /// `SCHEME=file:PATH`, which win.
    ///
    /// # Errors
    /// When a source is not of that form, names no scheme, holds nothing, or holds what a request cannot.
    pub fn load(catalog: &Catalog, sources: &[String]) -> Result<Self, CredentialError> {
        let mut credentials = Self::default();
        for (name, scheme) in &catalog.security_schemes {
            // What the environment happens to hold for a kind that cannot be used does not stop the server, nor does an
            // empty variable, as files of variables leave them.
            match std::env::var(variable(name)) {
                Ok(value) if !value.is_empty() && unsupported(scheme).is_none() => {
                    credentials.insert(name, scheme, &value)?;
                }
                _ => {}
            }
        }
        for source in sources {
            let (name, from) = source.split_once('=').ok_or_else(|| CredentialError::Form(masked(source)))?;
            let scheme = catalog.security_schemes.get(name).ok_or_else(|| CredentialError::UnknownScheme {
                name: name.to_owned(),
                known: match catalog.security_schemes.keys().cloned().collect::<Vec<_>>().join(", ") {
                    none if none.is_empty() => "none".to_owned(),
                    names => names,
                },
            })?;
            let value = match from.split_once(':') {
                Some(("env", variable)) => std::env::var(variable)
                    .map_err(|_| CredentialError::NotSet { scheme: name.to_owned(), name: variable.to_owned() })?,
                Some(("file", path)) => std::fs::read_to_string(path).map_err(|error| CredentialError::File {
                    scheme: name.to_owned(),
                    path: path.to_owned(),
                    reason: error.to_string(),
                })?,
                _ => return Err(CredentialError::Form(masked(source))),
            };
            credentials.insert(name, scheme, &value)?;
        }
        Ok(credentials)
    }

    pub(crate) fn insert(&mut self, name: &str, scheme: &SecurityScheme, value: &str) -> Result<(), CredentialError> {
        if let Some(kind) = unsupported(scheme) {
            return Err(CredentialError::Unsupported { scheme: name.to_owned(), kind });
        }
        let value = value.trim_end_matches(['\r', '\n']).to_owned();
        let wrong = |reason| Err(CredentialError::Value { scheme: name.to_owned(), reason });
        if value.is_empty() {
            return wrong("is empty");
        }
        if value.chars().any(char::is_control) {
            return wrong("holds a control character");
        }
        if matches!(scheme, SecurityScheme::Http { scheme } if scheme == "basic") && !value.contains(':') {
            return wrong("is not of the form user:password");
        }
        self.values.insert(name.to_owned(), value.into());
        Ok(())
    }

    /// What to say at start: which schemes have a value, and how many operations go without the one they need.
    pub fn report(&self, catalog: &Catalog) -> Report {
        self.report_of(catalog, catalog.operations.iter().map(Need::of))
    }

    /// [`report`](Self::report) for these operations.
    pub fn report_of<'n>(&self, catalog: &Catalog, needs: impl Iterator<Item = Need<'n>> + Clone) -> Report {
        let configured =
            catalog.security_schemes.keys().filter(|name| self.values.contains_key(*name)).cloned().collect();
        let bare = needs.clone().filter(|need| !need.security.is_empty() && self.requirement(need.security).is_none());
        let elsewhere = needs.filter(|need| {
            let needs = self.requirement(need.security).is_some_and(|requirement| !requirement.is_empty());
            needs && !may_go_to(catalog, need.base_url)
        });
        let missing = || bare.clone().flat_map(|need| self.missing(need.security));
        Report {
            configured,
            bare: bare.clone().count(),
            missing: distinct(missing().filter(|&name| usable(catalog, name))),
            unusable: distinct(missing().filter(|&name| !usable(catalog, name))),
            elsewhere: elsewhere.count(),
        }
    }

    /// The first alternative of an operation's security that is fully configured.
    fn requirement<'o>(&self, security: &'o [SecurityRequirement]) -> Option<&'o SecurityRequirement> {
        security.iter().find(|requirement| requirement.keys().all(|name| self.values.contains_key(name)))
    }

    /// The schemes of an operation that have no value.
    fn missing<'o>(&self, security: &'o [SecurityRequirement]) -> impl Iterator<Item = &'o str> {
        let names = security.iter().flat_map(SecurityRequirement::keys);
        names.map(String::as_str).filter(|name| !self.values.contains_key(*name))
    }

    /// What to configure for an operation that the API refuses; empty where its credentials went along.
    pub(crate) fn advice(&self, catalog: &Catalog, operation: &Operation) -> String {
        if self.requirement(&operation.security).is_some_and(|requirement| !requirement.is_empty()) {
            let elsewhere = "Its credentials were not sent, since its server is not the one that they are for.";
            return if may_send(catalog, operation) { String::new() } else { elsewhere.to_owned() };
        }
        let (named, other): (Vec<_>, Vec<_>) =
            distinct(self.missing(&operation.security)).into_iter().partition(|name| usable(catalog, name));
        let variables: Vec<String> = named.iter().map(|name| variable(name)).collect();
        match (named.is_empty(), other.is_empty()) {
            (true, true) => String::new(),
            (true, false) => {
                format!("It needs the security scheme {}, of a kind that this version cannot use.", other.join(" or "))
            }
            (false, _) => format!(
                "The server may lack a credential: its operator sets {} (security scheme {}).",
                variables.join(" or "),
                named.join(" or ")
            ),
        }
    }

    /// The text without the credentials that an API may have repeated in it.
    pub(crate) fn redact(&self, text: String) -> String {
        let spellings = self.values.values().flat_map(|value| {
            let value = value.expose_secret();
            let password = value.split_once(':').map_or(value, |(_, password)| password);
            let encoded = utf8_percent_encode(value, UNRESERVED).to_string();
            [value.to_owned(), encoded, STANDARD.encode(value), password.to_owned()]
        });
        spellings
            .filter(|spelling| spelling.len() >= SHORTEST_REDACTED && text.contains(spelling.as_str()))
            .collect::<Vec<_>>()
            .iter()
            .fold(text, |text, spelling| text.replace(spelling.as_str(), "[credential]"))
    }

    /// The same schemes with a stand-in for each value, for requests that are shown and not sent.
    pub fn masked(&self) -> (Self, Vec<StandIn>) {
        let stand_ins = self.values.iter().map(|(scheme, value)| {
            let variable = variable(scheme);
            let is_plain = value.expose_secret().bytes().all(|b| b.is_ascii_alphanumeric() || b"-._~".contains(&b));
            (scheme.clone(), StandIn { text: format!("__{variable}__"), variable, is_plain })
        });
        let stand_ins: Vec<_> = stand_ins.collect();
        let values = stand_ins.iter().map(|(scheme, stand_in)| (scheme.clone(), stand_in.text.clone().into()));
        (Self { values: values.collect() }, stand_ins.into_iter().map(|(_, stand_in)| stand_in).collect())
    }

    /// Adds an operation's credentials to its request, where they may go with it.
    pub(crate) fn apply(&self, catalog: &Catalog, operation: &Operation, target: &mut String, headers: &mut HeaderMap) {
        let Some(requirement) = self.requirement(&operation.security).filter(|_| may_send(catalog, operation)) else {
            return;
        };
        for name in requirement.keys() {
            let (Some(scheme), Some(value)) = (catalog.security_schemes.get(name), self.values.get(name)) else {
                continue;
            };
            let value = value.expose_secret();
            match scheme {
                SecurityScheme::ApiKey { name, location: ApiKeyLocation::Header } => {
                    set(headers, name, value.as_bytes());
                }
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
                SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. } | SecurityScheme::MutualTls => {}
            }
        }
    }
}

/// Everything but RFC 3986's unreserved characters.
const UNRESERVED: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~');
/// What would end a cookie's value (RFC 6265, cookie-octet); a credential is otherwise sent as it is.
const COOKIE: &percent_encoding::AsciiSet =
    &percent_encoding::CONTROLS.add(b' ').add(b'"').add(b',').add(b';').add(b'\\').add(b'%');

/// A shorter text is no secret that can be told from other text.
const SHORTEST_REDACTED: usize = 4;

/// What to say of credentials at start.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Report {
    /// The schemes that have a value.
    pub configured: Vec<String>,
    /// How many operations need credentials and have none.
    pub bare: usize,
    /// The schemes that would help them.
    pub missing: Vec<String>,
    /// Schemes that would help them, and that this version cannot use.
    pub unusable: Vec<String>,
    /// How many operations go without their credentials because their server is not the one that these are for.
    pub elsewhere: usize,
}

/// Whether credentials may go where an operation's requests go: to the catalog's base URL, or to its origin.
pub(crate) fn may_send(catalog: &Catalog, operation: &Operation) -> bool {
    may_go_to(catalog, operation.base_url.as_ref())
}

/// Whether they may go to an operation's own base URL, or to the catalog's where it has none.
fn may_go_to(catalog: &Catalog, own: Option<&BaseUrl>) -> bool {
    let Some(base) = &catalog.base_url else {
        return false;
    };
    let origin = |base: &BaseUrl| Url::parse(&base.url).map(|url| url.origin()).ok();
    match own {
        None => base.credentials,
        Some(own) => own.credentials && base.credentials && origin(own).is_some() && origin(own) == origin(base),
    }
}

fn usable(catalog: &Catalog, name: &str) -> bool {
    catalog.security_schemes.get(name).is_some_and(|scheme| unsupported(scheme).is_none())
}

/// Each name once, in the order of first mention.
fn distinct<'n>(names: impl Iterator<Item = &'n str>) -> Vec<String> {
    let mut seen: Vec<String> = Vec::new();
    for name in names {
        if !seen.iter().any(|known| known == name) {
            seen.push(name.to_owned());
        }
    }
    seen
}

fn unsupported(scheme: &SecurityScheme) -> Option<&'static str> {
    match scheme {
        SecurityScheme::ApiKey { .. } | SecurityScheme::Http { .. } => None,
        SecurityScheme::OAuth2 { .. } => Some("oauth2"),
        SecurityScheme::OpenIdConnect { .. } => Some("openIdConnect"),
        SecurityScheme::MutualTls => Some("mutualTLS"),
    }
}

fn set(headers: &mut HeaderMap, name: &str, value: &[u8]) {
    // Control characters were refused when the value was read; a name that is none is the description's fault.
    if let (Ok(name), Ok(mut value)) = (HeaderName::try_from(name), HeaderValue::from_bytes(value)) {
        value.set_sensitive(true);
        headers.insert(name, value);
    }
}

/// What stands before the `=`: somebody may have given the secret itself.
fn masked(source: &str) -> String {
    source.split_once('=').map_or_else(|| "…".to_owned(), |(name, _)| format!("{name}=…"))
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "configured: {}",
            if self.configured.is_empty() { "none".to_owned() } else { self.configured.join(", ") }
        )?;
        if self.bare > 0 {
            write!(f, "; {} operations go without credentials that they need", self.bare)?;
            let variables: Vec<String> = self.missing.iter().map(|name| variable(name)).collect();
            if !variables.is_empty() {
                write!(f, " (set {})", variables.join(", "))?;
            }
            if !self.unusable.is_empty() {
                write!(f, " (this version cannot use the kinds of {})", self.unusable.join(", "))?;
            }
        }
        if self.elsewhere > 0 {
            write!(f, "; {} operations go without credentials because their server is another one", self.elsewhere)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn schemes_have_variables() {
        let cases = [
            ("token", "MCPGEN_AUTH_TOKEN"),
            ("my-token", "MCPGEN_AUTH_MY_TOKEN"),
            ("api_key", "MCPGEN_AUTH_API_KEY"),
            ("petstoreAuth", "MCPGEN_AUTH_PETSTORE_AUTH"),
            ("OAuth2", "MCPGEN_AUTH_OAUTH2"),
            ("APIKey", "MCPGEN_AUTH_APIKEY"),
            ("API Key (v2)", "MCPGEN_AUTH_API_KEY__V2_"),
        ];
        for (scheme, expected) in cases {
            assert_eq!(variable(scheme), expected);
        }
    }

    #[test]
    fn what_was_given_in_place_of_a_source_is_not_told() {
        assert_eq!(masked("token=sk-secret"), "token=…");
        assert_eq!(masked("sk-secret"), "…");
    }
}

//! From flags, config and environment to credentials.

use std::{path::PathBuf, sync::Arc};

use secrecy::{ExposeSecret, SecretString};
use url::Url;

use super::{
    Certificate, CredentialError, Credentials, Held, Source, SourceError,
    oauth::{ClientAuth, Place, Settings, Tokens},
    report::Need,
    variable,
    watched::Watched,
};
use crate::catalog::{Catalog, SecurityScheme};

/// What is said of credentials beside the variables `MCPGEN_AUTH_<SCHEME>`; each entry is `SCHEME=…`.
#[derive(Debug, Clone, Default)]
pub struct CredentialOptions {
    /// Where the credential stands, see [`Source`].
    pub sources: Vec<String>,
    /// The URL of the token endpoint, or of a discovery document that names it.
    pub token_urls: Vec<String>,
    /// Scopes, separated by spaces; without them, those that operations name.
    pub scopes: Vec<String>,
    /// Further fields of a token request, `NAME=VALUE`: an audience, or a resource (RFC 8707).
    pub token_parameters: Vec<String>,
    /// How a client says who it is: `basic` or `body`.
    pub client_auth: Vec<String>,
    /// Where a refresh token stands, see [`Source`].
    pub refresh_tokens: Vec<String>,
    /// The client certificate for the API's origin (PEM).
    pub client_cert: Option<PathBuf>,
    /// Its key, where it stands in another file.
    pub client_key: Option<PathBuf>,
}

impl Credentials {
    /// The credentials of a catalog's schemes.
    ///
    /// # Errors
    /// When an option is not of its form, names no scheme, holds nothing, or holds what a request cannot.
    pub fn load(catalog: &Catalog, options: &CredentialOptions) -> Result<Self, CredentialError> {
        Self::load_for(catalog, options, &Need::all(catalog))
    }

    /// [`load`](Self::load) for these operations.
    ///
    /// # Errors
    /// As [`load`](Self::load).
    pub fn load_for<'n>(
        catalog: &Catalog,
        options: &CredentialOptions,
        needs: &(impl Iterator<Item = Need<'n>> + Clone),
    ) -> Result<Self, CredentialError> {
        let mut credentials = Self::default();
        if let Some(certificate) = options.client_cert.clone() {
            credentials.certificate = Some(Arc::new(Certificate::of_files(certificate, options.client_key.clone())?));
        }
        let oauth = OAuth::read(catalog, options)?;
        let mut sources = Vec::new();
        for name in catalog.security_schemes.keys() {
            // An empty variable is none, as files of variables leave them.
            let variable = variable(name);
            if std::env::var_os(&variable).is_some_and(|value| !value.is_empty()) {
                sources.push((name.as_str(), Source::Env(variable)));
            }
        }
        for (name, source) in entries("auth", SOURCE, catalog, &options.sources, parse_source("auth"))? {
            sources.retain(|(known, _)| *known != name);
            sources.push((name, source));
        }
        for (name, source) in sources {
            let Some(scheme) = catalog.security_schemes.get(name) else { continue };
            credentials.hold(catalog, name, scheme, source, &oauth, || scopes(needs.clone(), name))?;
        }
        if let Some(certificate) = &credentials.certificate {
            let schemes =
                catalog.security_schemes.iter().filter(|(_, scheme)| matches!(scheme, SecurityScheme::MutualTls));
            for (name, _) in schemes {
                credentials.held.entry(name.clone()).or_insert_with(|| Held::Certificate(Arc::clone(certificate)));
            }
        }
        Ok(credentials)
    }

    fn hold(
        &mut self,
        catalog: &Catalog,
        name: &str,
        scheme: &SecurityScheme,
        source: Source,
        oauth: &OAuth<'_>,
        scopes: impl FnOnce() -> String,
    ) -> Result<(), CredentialError> {
        let held = match scheme {
            SecurityScheme::MutualTls => Held::Certificate(Arc::new(Certificate::of_source(source)?)),
            SecurityScheme::ApiKey { .. } | SecurityScheme::Http { .. } => {
                Held::Value(watched("auth", name, scheme, source)?)
            }
            SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. } => {
                let refresh_token = oauth.refresh_token(name);
                let refresh_token =
                    refresh_token.map(|source| watched("auth-refresh-token", name, scheme, source)).transpose()?;
                let scope = match (oauth.scope(name), &refresh_token) {
                    (Some(scope), _) => scope.to_owned(),
                    // A refresh gives what was granted before.
                    (None, Some(_)) => String::new(),
                    (None, None) => scopes(),
                };
                let credential = watched("auth", name, scheme, source)?;
                let refreshes = refresh_token.is_some();
                let place = Place::new(name, scheme, catalog.base_url.as_ref(), oauth.token_url(name), refreshes);
                let (auth, certificate) = (oauth.client_auth(name), self.certificate.clone());
                let parameters = oauth.parameters(name);
                let settings = Settings { credential, refresh_token, place, scope, parameters, auth, certificate };
                Held::Tokens(Tokens::new(settings))
            }
        };
        self.held.insert(name.to_owned(), held);
        Ok(())
    }
}

#[cfg(test)]
impl Credentials {
    /// A credential that never changes.
    pub(crate) fn insert(&mut self, name: &str, scheme: &SecurityScheme, value: &str) -> Result<(), CredentialError> {
        self.held.insert(name.to_owned(), Held::Value(Watched::fixed(checked(name, scheme, value.to_owned().into())?)));
        Ok(())
    }
}

const SOURCE: &str = "env:NAME, SCHEME=file:PATH or SCHEME=text with ${NAME} in it";

/// Fields of token requests that are written here; a secret among them would stand on the command line.
const OWN_PARAMETERS: [&str; 6] =
    ["grant_type", "scope", "refresh_token", "client_id", "client_secret", "client_assertion"];

/// What is said of OAuth schemes.
struct OAuth<'c> {
    token_urls: Vec<(&'c str, Url)>,
    scopes: Vec<(&'c str, String)>,
    parameters: Vec<(&'c str, (String, String))>,
    client_auth: Vec<(&'c str, ClientAuth)>,
    refresh_tokens: Vec<(&'c str, Source)>,
}

impl<'c> OAuth<'c> {
    fn read(catalog: &'c Catalog, options: &CredentialOptions) -> Result<Self, CredentialError> {
        let url = |_: &str, text: &str| {
            let url = Url::parse(text).ok()?;
            let plain = url.username().is_empty() && url.password().is_none() && url.fragment().is_none();
            (plain && matches!(url.scheme(), "http" | "https") && url.has_host()).then_some(Ok(url))
        };
        let auth = |_: &str, text: &str| match text {
            "basic" => Some(Ok(ClientAuth::Basic)),
            "body" => Some(Ok(ClientAuth::Body)),
            _ => None,
        };
        let parameter = |_: &str, text: &str| {
            let (name, value) = text.split_once('=')?;
            let fits = !name.is_empty() && !value.is_empty() && !OWN_PARAMETERS.contains(&name);
            fits.then(|| Ok((name.to_owned(), value.to_owned())))
        };
        let scope = |_: &str, text: &str| Some(Ok(text.split_whitespace().collect::<Vec<_>>().join(" ")));
        let read = Self {
            token_urls: entries(
                "auth-token-url",
                "URL, absolute, of http or https",
                catalog,
                &options.token_urls,
                url,
            )?,
            scopes: entries("auth-scope", "SCOPES, separated by spaces", catalog, &options.scopes, scope)?,
            parameters: entries(
                "auth-token-parameter",
                "NAME=VALUE, like audience=https://api.example.com, of none that has a flag of its own",
                catalog,
                &options.token_parameters,
                parameter,
            )?,
            client_auth: entries("auth-client", "basic or SCHEME=body", catalog, &options.client_auth, auth)?,
            refresh_tokens: entries(
                "auth-refresh-token",
                SOURCE,
                catalog,
                &options.refresh_tokens,
                parse_source("auth-refresh-token"),
            )?,
        };
        let named = read.token_urls.iter().map(|(name, _)| ("auth-token-url", *name));
        let named = named.chain(read.scopes.iter().map(|(name, _)| ("auth-scope", *name)));
        let named = named.chain(read.parameters.iter().map(|(name, _)| ("auth-token-parameter", *name)));
        let named = named.chain(read.client_auth.iter().map(|(name, _)| ("auth-client", *name)));
        let named = named.chain(read.refresh_tokens.iter().map(|(name, _)| ("auth-refresh-token", *name)));
        for (setting, name) in named {
            let scheme = catalog.security_schemes.get(name);
            if !matches!(scheme, Some(SecurityScheme::OAuth2 { .. } | SecurityScheme::OpenIdConnect { .. })) {
                return Err(CredentialError::NoOAuth { setting, scheme: name.to_owned() });
            }
        }
        Ok(read)
    }

    fn token_url(&self, name: &str) -> Option<&Url> {
        last(&self.token_urls, name)
    }

    fn scope(&self, name: &str) -> Option<&str> {
        last(&self.scopes, name).map(String::as_str)
    }

    fn parameters(&self, name: &str) -> Vec<(String, String)> {
        self.parameters.iter().filter(|(known, _)| *known == name).map(|(_, parameter)| parameter.clone()).collect()
    }

    fn client_auth(&self, name: &str) -> Option<ClientAuth> {
        last(&self.client_auth, name).copied()
    }

    fn refresh_token(&self, name: &str) -> Option<Source> {
        last(&self.refresh_tokens, name).cloned()
    }
}

fn last<'l, T>(list: &'l [(&str, T)], name: &str) -> Option<&'l T> {
    list.iter().rev().find(|(known, _)| *known == name).map(|(_, value)| value)
}

/// The entries `SCHEME=…` of an option. What an entry says in place of what is expected is not told: it may be a secret.
fn entries<'c, T>(
    setting: &'static str,
    expected: &'static str,
    catalog: &'c Catalog,
    texts: &[String],
    parse: impl Fn(&str, &str) -> Option<Result<T, CredentialError>>,
) -> Result<Vec<(&'c str, T)>, CredentialError> {
    let entry = |text: &String| {
        let form = |got: String| CredentialError::Form { setting, expected, got };
        let (name, value) = text.split_once('=').ok_or_else(|| form("…".to_owned()))?;
        let Some((name, _)) = catalog.security_schemes.get_key_value(name) else {
            let known: Vec<_> = catalog.security_schemes.keys().map(String::as_str).collect();
            let known = if known.is_empty() { "none".to_owned() } else { known.join(", ") };
            return Err(CredentialError::UnknownScheme { setting, name: name.to_owned(), known });
        };
        Ok((name.as_str(), parse(name, value).ok_or_else(|| form(format!("{name}=…")))??))
    };
    texts.iter().map(entry).collect()
}

fn parse_source(setting: &'static str) -> impl Fn(&str, &str) -> Option<Result<Source, CredentialError>> {
    move |scheme, text| {
        let wrong = |reason| CredentialError::Source { setting, scheme: scheme.to_owned(), reason };
        Some(Source::parse(text).map_err(wrong))
    }
}

/// The value of a source, read again when its file changes.
fn watched(
    setting: &'static str,
    name: &str,
    scheme: &SecurityScheme,
    source: Source,
) -> Result<Watched<SecretString>, CredentialError> {
    let files = source.file().cloned().into_iter().collect();
    let (name, scheme) = (name.to_owned(), scheme.clone());
    Watched::new(files, move || {
        let wrong = |reason: SourceError| CredentialError::Source { setting, scheme: name.clone(), reason };
        checked(&name, &scheme, source.read().map_err(wrong)?)
    })
}

/// A value that a request can hold.
fn checked(name: &str, scheme: &SecurityScheme, value: SecretString) -> Result<SecretString, CredentialError> {
    let text = value.expose_secret();
    let basic = matches!(scheme, SecurityScheme::Http { scheme } if scheme == "basic");
    let wrong = [
        (text.is_empty(), "is empty"),
        (text.chars().any(char::is_control), "holds a control character"),
        (basic && !text.contains(':'), "is not of the form user:password"),
    ];
    match wrong.iter().find(|(wrong, _)| *wrong) {
        Some((_, reason)) => Err(CredentialError::Value { scheme: name.to_owned(), reason }),
        None => Ok(value),
    }
}

/// Every scope that an operation names for a scheme, in the order of first mention.
fn scopes<'n>(needs: impl Iterator<Item = Need<'n>>, name: &str) -> String {
    let requirements = needs.flat_map(|need| need.security);
    let scopes: indexmap::IndexSet<&str> =
        requirements.filter_map(|requirement| requirement.get(name)).flatten().map(String::as_str).collect();
    scopes.into_iter().collect::<Vec<_>>().join(" ")
}

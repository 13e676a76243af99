//! Where tokens come from, and whether a secret may go there.
//!
//! A description is not trusted with the choice: a secret goes to the origin of the base URL, or to a URL that the
//! operator named, and to no other, whatever the description or a discovery document says.

use url::{Origin, Url};

use crate::catalog::{BaseUrl, SecurityScheme};

/// The paths of discovery documents (OpenID Connect Discovery 1.0, section 4; RFC 8414, section 3).
const WELL_KNOWN: [&str; 2] = ["/.well-known/openid-configuration", "/.well-known/oauth-authorization-server"];

/// Where tokens come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Endpoint {
    /// The token endpoint itself.
    Token(Url),
    /// A document that names it.
    Discovery(Url),
}

/// Why there is no endpoint, in words for whoever runs the server.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Refused {
    /// The description names none.
    #[error("the description names no token endpoint; name it with --auth-token-url {scheme}=URL")]
    Missing { scheme: String },
    /// The description names one on another origin.
    #[error(
        "the token endpoint is at {origin}, which is not the base URL's origin; if it is the right one, name it with \
         --auth-token-url {scheme}=URL"
    )]
    Foreign { scheme: String, origin: String },
}

/// The endpoint of a scheme, and the origins that its secrets may go to.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    pub(crate) endpoint: Result<Endpoint, Refused>,
    /// The base URL's origin, where credentials may go there.
    home: Option<Origin>,
    /// The origin of the operator's URL.
    named: Option<Origin>,
    scheme: String,
}

impl Place {
    /// The operator's URL, else the description's where it may be used.
    pub(crate) fn new(
        name: &str,
        scheme: &SecurityScheme,
        base: Option<&BaseUrl>,
        operators: Option<&Url>,
        refreshes: bool,
    ) -> Self {
        let base = base.filter(|base| base.credentials).and_then(|base| Url::parse(&base.url).ok());
        let mut place = Self {
            endpoint: Err(Refused::Missing { scheme: super::super::report::shown(name) }),
            home: base.as_ref().map(Url::origin),
            named: operators.map(Url::origin),
            scheme: super::super::report::shown(name),
        };
        // Relative ones are resolved against the base URL (OpenAPI 3.1.2, section 4.5.2).
        let absolute = |text: &str| base.as_ref().map_or_else(|| Url::parse(text), |base| base.join(text)).ok();
        let described = match scheme {
            _ if operators.is_some() => None,
            SecurityScheme::OAuth2 { token_url, refresh_url } => {
                let text = if refreshes { refresh_url.as_ref().or(token_url.as_ref()) } else { token_url.as_ref() };
                text.and_then(|text| absolute(text)).map(Endpoint::Token)
            }
            SecurityScheme::OpenIdConnect { open_id_connect_url } => {
                absolute(open_id_connect_url).map(Endpoint::Discovery)
            }
            _ => None,
        };
        let named = operators.cloned().map(|url| {
            let discovery = WELL_KNOWN.iter().any(|path| url.path().contains(path));
            if discovery { Endpoint::Discovery(url) } else { Endpoint::Token(url) }
        });
        if let Some(endpoint) = named.or(described) {
            let (Endpoint::Token(url) | Endpoint::Discovery(url)) = &endpoint;
            place.endpoint = place.check(url).map(|()| endpoint);
        }
        place
    }

    /// Whether the scheme's secrets may go to a URL.
    pub(crate) fn check(&self, url: &Url) -> Result<(), Refused> {
        let plain = matches!(url.scheme(), "http" | "https") && url.username().is_empty() && url.password().is_none();
        let origin = Some(url.origin());
        if plain && (origin == self.home || origin == self.named) {
            return Ok(());
        }
        Err(Refused::Foreign { scheme: self.scheme.clone(), origin: url.origin().ascii_serialization() })
    }

    /// Whether a URL is at the API's own origin.
    pub(crate) fn is_home(&self, url: &Url) -> bool {
        self.home.as_ref() == Some(&url.origin())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn secrets_go_to_the_base_urls_origin_or_where_the_operator_says() {
        let oauth = |url: Option<&str>| SecurityScheme::OAuth2 { token_url: url.map(str::to_owned), refresh_url: None };
        let oidc = |url: &str| SecurityScheme::OpenIdConnect { open_id_connect_url: url.to_owned() };
        let base = "https://api.test/v1";
        // The scheme, whether the base URL is confirmed, the operator's URL, the endpoint or the origin refused.
        let cases: [(SecurityScheme, bool, Option<&str>, Result<&str, &str>); 17] = [
            (oauth(Some("https://api.test/token")), true, None, Ok("token https://api.test/token")),
            (oauth(Some("https://API.test:443/token")), true, None, Ok("token https://api.test/token")),
            (oauth(Some("/token")), true, None, Ok("token https://api.test/token")),
            (oauth(Some("https://api.test/token")), false, None, Err("https://api.test")),
            (oauth(Some("http://api.test/token")), true, None, Err("http://api.test")),
            (oauth(Some("https://api.test:8443/token")), true, None, Err("https://api.test:8443")),
            (oauth(Some("https://api.test.evil.test/token")), true, None, Err("https://api.test.evil.test")),
            (oauth(Some("https://api.test@evil.test/token")), true, None, Err("https://evil.test")),
            (oauth(Some("https://user@api.test/token")), true, None, Err("https://api.test")),
            (oauth(Some("//evil.test/token")), true, None, Err("https://evil.test")),
            (oauth(Some("file:///etc/passwd")), true, None, Err("null")),
            (oauth(None), true, None, Err("names no token endpoint")),
            (oauth(Some("https://evil.test/token")), true, Some("https://idp.test/t"), Ok("token https://idp.test/t")),
            (oauth(None), false, Some("https://idp.test/t"), Ok("token https://idp.test/t")),
            (
                oidc("https://api.test/.well-known/openid-configuration"),
                true,
                None,
                Ok("discovery https://api.test/.well-known/openid-configuration"),
            ),
            (oidc("https://evil.test/.well-known/openid-configuration"), true, None, Err("https://evil.test")),
            (
                oidc("https://evil.test/"),
                true,
                Some("https://idp.test/.well-known/openid-configuration"),
                Ok("discovery https://idp.test/.well-known/openid-configuration"),
            ),
        ];
        for (scheme, confirmed, operators, expected) in cases {
            let base = BaseUrl { url: base.to_owned(), credentials: confirmed };
            let operators = operators.map(|url| Url::parse(url).unwrap());
            let place = Place::new("s", &scheme, Some(&base), operators.as_ref(), false);
            let got = match &place.endpoint {
                Ok(Endpoint::Token(url)) => Ok(format!("token {url}")),
                Ok(Endpoint::Discovery(url)) => Ok(format!("discovery {url}")),
                Err(refused) => Err(refused.to_string()),
            };
            match (expected, got) {
                (Ok(expected), Ok(got)) => assert_eq!(got, expected, "{scheme:?}"),
                (Err(expected), Err(got)) => assert!(got.contains(expected), "{scheme:?}: {got}"),
                (expected, got) => panic!("{scheme:?}: {got:?}, not {expected:?}"),
            }
        }
    }

    #[test]
    fn a_refresh_goes_to_its_own_endpoint() {
        let scheme =
            SecurityScheme::OAuth2 { token_url: Some("/token".to_owned()), refresh_url: Some("/again".to_owned()) };
        let base = BaseUrl { url: "https://api.test".to_owned(), credentials: true };
        for (refreshes, path) in [(false, "/token"), (true, "/again")] {
            let Ok(Endpoint::Token(url)) = Place::new("s", &scheme, Some(&base), None, refreshes).endpoint else {
                panic!("it is a token endpoint")
            };
            assert_eq!(url.path(), path);
        }
    }

    #[test]
    fn home_is_the_base_urls_origin() {
        let scheme = SecurityScheme::OAuth2 { token_url: Some("/token".to_owned()), refresh_url: None };
        let base = BaseUrl { url: "https://api.test/v1".to_owned(), credentials: true };
        let place = |base| Place::new("s", &scheme, base, None, false);
        let cases = [
            ("https://api.test/token", true),
            ("https://api.test:443/", true),
            ("http://api.test/token", false),
            ("https://api.test:8443/token", false),
            ("https://idp.test/token", false),
        ];
        for (url, expected) in cases {
            let url = Url::parse(url).unwrap();
            assert_eq!(place(Some(&base)).is_home(&url), expected, "{url}");
            assert!(!place(None).is_home(&url), "{url}");
        }
    }
}

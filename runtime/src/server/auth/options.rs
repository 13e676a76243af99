//! What is configured of clients' authentication.

use std::time::Duration;

use http::{HeaderName, header};
use jsonwebtoken::Algorithm;
use url::Url;

use crate::{
    auth::{CredentialError, Source},
    catalog::is_loopback,
};

/// Who may call.
#[derive(Debug, Clone, Default)]
pub struct InboundOptions {
    /// Tokens that are taken as they are, see [`Source`].
    pub bearer_tokens: Vec<String>,
    /// Tokens of an authorization server.
    pub jwt: Option<JwtOptions>,
    /// Whether to listen elsewhere than on loopback though anybody may call.
    pub insecure_no_auth: bool,
    /// The endpoint's URL as clients know it; by default the address that is listened on.
    pub resource_url: Option<String>,
    /// The scopes that every request needs.
    pub required_scopes: Vec<String>,
    /// The scopes that calls of a tool need: `TOOL=SCOPES`, separated by spaces.
    pub tool_scopes: Vec<String>,
    /// Scopes that reads of resources and prompts need beside those.
    pub read_scopes: Vec<String>,
    /// Headers of clients' requests that are sent on to the API.
    pub forward_headers: Vec<String>,
}

/// Which tokens of an authorization server are taken.
#[derive(Debug, Clone)]
pub struct JwtOptions {
    /// The authorization server's issuer identifier.
    pub issuer: String,
    /// Where its keys are; by default where its metadata says.
    pub jwks_url: Option<String>,
    /// Values of `aud`, of which a token has one; by default the endpoint's URL.
    pub audiences: Vec<String>,
    /// Algorithms of signatures by their names in RFC 7518 and RFC 8037.
    pub algorithms: Vec<String>,
    /// How far the clocks may be apart.
    pub leeway: Duration,
}

/// Why clients' authentication cannot be set up.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum InboundError {
    /// Anybody could call.
    #[error(
        "{0} can be reached from other machines, and anybody there could call the API with this server's credentials; \
         give --bearer-token or --jwt-issuer, listen on 127.0.0.1, or say --insecure-no-auth"
    )]
    Open(String),
    /// A token cannot be read.
    #[error("--bearer-token: {0}")]
    Token(String),
    /// A URL that is none, or is not to be trusted.
    #[error("--{setting} {url:?}: expected an absolute https URL without a user, query or fragment (http on loopback)")]
    Url {
        /// The setting.
        setting: &'static str,
        /// What came.
        url: String,
    },
    /// An algorithm that is not known, or shares its key.
    #[error("--jwt-algorithm {0:?}: expected RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384 or EdDSA")]
    Algorithm(String),
    /// Clients cannot be told where they are.
    #[error("clients must know the endpoint's URL, and {0} is none of theirs; name it with --resource-url")]
    Resource(String),
    /// Scopes are of no use.
    #[error("--{0} needs --jwt-issuer: a token that is taken as it is has no scopes")]
    ScopesWithoutJwt(&'static str),
    /// Scopes of nothing.
    #[error("--tool-scope takes TOOL=SCOPES with the name of a tool, got {0:?}")]
    ToolScope(String),
    /// A header that is not to be sent on.
    #[error("--forward-header {name:?}: {reason}")]
    Forward {
        /// The header.
        name: String,
        /// Why.
        reason: &'static str,
    },
}

impl InboundOptions {
    /// Whether a client has to say who it is.
    pub(in crate::server) fn authenticates(&self) -> bool {
        !self.bearer_tokens.is_empty() || self.jwt.is_some()
    }

    /// Where the tokens stand.
    pub(super) fn tokens(&self) -> Result<Vec<Source>, InboundError> {
        let parse = |text: &String| Source::parse(text).map_err(|error| InboundError::Token(error.to_string()));
        self.bearer_tokens.iter().map(parse).collect()
    }
}

impl JwtOptions {
    /// The algorithms; a secret that both sides share is no key of an authorization server.
    pub(super) fn algorithms(&self) -> Result<Vec<Algorithm>, InboundError> {
        let read = |name: &String| {
            let known = name
                .parse()
                .ok()
                .filter(|algorithm| !matches!(algorithm, Algorithm::HS256 | Algorithm::HS384 | Algorithm::HS512));
            known.ok_or_else(|| InboundError::Algorithm(name.clone()))
        };
        if self.algorithms.is_empty() {
            return Ok(vec![Algorithm::RS256, Algorithm::PS256, Algorithm::ES256, Algorithm::ES384, Algorithm::EdDSA]);
        }
        self.algorithms.iter().map(read).collect()
    }
}

/// A URL that answers can be trusted from.
pub(super) fn trusted(setting: &'static str, text: &str) -> Result<Url, InboundError> {
    let wrong = || InboundError::Url { setting, url: text.split('@').next_back().unwrap_or_default().to_owned() };
    let url = Url::parse(text).map_err(|_| wrong())?;
    let plain =
        url.username().is_empty() && url.password().is_none() && url.query().is_none() && url.fragment().is_none();
    let safe = url.scheme() == "https" || url.scheme() == "http" && is_loopback(&url);
    if plain && safe { Ok(url) } else { Err(wrong()) }
}

/// The headers that are sent on.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Forward(pub(super) Vec<HeaderName>);

impl Forward {
    pub(in crate::server) fn new(options: &InboundOptions) -> Result<Self, InboundError> {
        let read = |name: &String| {
            let wrong = |reason| InboundError::Forward { name: name.clone(), reason };
            let header = HeaderName::try_from(name).map_err(|_| wrong("it is no name of a header"))?;
            if header == header::AUTHORIZATION && options.authenticates() {
                return Err(wrong("it is what clients say to this server who they are with"));
            }
            if OWN.contains(&header) || header.as_str().starts_with("mcp-") {
                return Err(wrong("it belongs to the connection with the client"));
            }
            Ok(header)
        };
        options.forward_headers.iter().map(read).collect::<Result<_, _>>().map(Self)
    }
}

/// What is about a message or a connection, and not about whoever sent it.
const OWN: [HeaderName; 14] = [
    header::ACCEPT,
    header::ACCEPT_ENCODING,
    header::CONNECTION,
    header::CONTENT_ENCODING,
    header::CONTENT_LENGTH,
    header::CONTENT_TYPE,
    header::EXPECT,
    header::HOST,
    header::PROXY_AUTHORIZATION,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
    HeaderName::from_static("keep-alive"),
];

impl From<CredentialError> for InboundError {
    fn from(error: CredentialError) -> Self {
        Self::Token(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn urls_of_authorization_servers() {
        let cases = [
            ("https://idp.test", true),
            ("https://idp.test/realm", true),
            ("http://127.0.0.1:8080/x", true),
            ("http://localhost", true),
            ("http://[::1]", true),
            ("http://idp.test", false),
            ("https://u:s3cret@idp.test", false),
            ("https://idp.test?x", false),
            ("https://idp.test#x", false),
            ("idp.test", false),
            ("ftp://localhost", false),
        ];
        for (url, expected) in cases {
            let got = trusted("jwt-issuer", url);
            assert_eq!(got.is_ok(), expected, "{url}");
            assert!(!format!("{got:?}").contains("s3cret"));
        }
    }

    #[test]
    fn algorithms_have_public_keys() {
        let cases: [(&[&str], Option<usize>); 5] =
            [(&[], Some(5)), (&["RS256", "EdDSA"], Some(2)), (&["HS256"], None), (&["none"], None), (&["ES512"], None)];
        for (names, expected) in cases {
            let options = JwtOptions {
                issuer: String::new(),
                jwks_url: None,
                audiences: Vec::new(),
                algorithms: names.iter().map(ToString::to_string).collect(),
                leeway: Duration::ZERO,
            };
            assert_eq!(options.algorithms().ok().map(|algorithms| algorithms.len()), expected, "{names:?}");
        }
    }

    #[test]
    fn headers_that_may_be_sent_on() {
        // The header, whether clients authenticate, whether it is taken.
        let cases = [
            ("X-User", false, true),
            ("Cookie", true, true),
            ("Authorization", false, true),
            ("Authorization", true, false),
            ("Host", false, false),
            ("Content-Length", false, false),
            ("Mcp-Session-Id", false, false),
            ("X User", false, false),
        ];
        for (name, authenticates, expected) in cases {
            let bearer_tokens = if authenticates { vec!["env:TOKEN".to_owned()] } else { Vec::new() };
            let options =
                InboundOptions { forward_headers: vec![name.to_owned()], bearer_tokens, ..InboundOptions::default() };
            assert_eq!(Forward::new(&options).is_ok(), expected, "{name} {authenticates}");
        }
    }

    #[test]
    fn answers_are_trusted_from_safe_urls_only() {
        let cases = [
            ("https://idp.example/tenant", true),
            ("http://127.0.0.1:8080", true),
            ("http://localhost/", true),
            ("http://idp.example", false),
            ("https://user@idp.example", false),
            ("https://:word@idp.example", false),
            ("https://idp.example?a=b", false),
            ("https://idp.example#a", false),
            ("ftp://idp.example", false),
            ("idp.example", false),
        ];
        for (url, expected) in cases {
            match trusted("jwt-issuer", url) {
                Ok(_) => assert!(expected, "{url}"),
                Err(error) => assert!(!expected && !error.to_string().contains("word"), "{error}"),
            }
        }
    }
}

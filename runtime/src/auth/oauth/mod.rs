//! Access tokens: fetched when a call needs one, kept until shortly before they expire.
//!
//! Follows RFC 6749 (client credentials and refresh tokens) and OpenID Connect Discovery 1.0. One fetch runs at a time for
//! a scheme; it is a task of its own, so that a caller who goes away takes it from nobody.

mod discovery;
mod endpoint;
mod grant;

use std::{
    fmt,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use futures_util::{
    FutureExt,
    future::{BoxFuture, Shared},
};
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use secrecy::{ExposeSecret, SecretString};
use tokio::time::Instant;
use url::Url;

use self::{discovery::Discovered, grant::Grant};
pub(crate) use self::{
    endpoint::{Endpoint, Place, Refused},
    grant::ClientAuth,
};
use super::{Certificate, watched::Watched};
use crate::client::Client;

/// The most bytes of an answer of a token endpoint.
const MAX_ANSWER: usize = 64 * 1024;

/// Why there is no token. Nothing secret is told.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum TokenError {
    /// No answer came.
    #[error("{0}")]
    Send(String),
    /// The endpoint refused.
    #[error("the token endpoint answered {status}{}", code.as_ref().map(|code| format!(" ({code})")).unwrap_or_default())]
    Status {
        /// The status.
        status: u16,
        /// The error code of RFC 6749, section 5.2.
        code: Option<String>,
    },
    /// The answer cannot be used.
    #[error("the token endpoint cannot be used: {0}")]
    Answer(String),
    /// The server ends.
    #[error("the server is ending")]
    Ending,
}

/// The tokens of one scheme.
pub(crate) struct Tokens {
    pub(super) settings: Settings,
    state: Mutex<State>,
}

/// What is configured for a scheme.
#[derive(Debug)]
pub(crate) struct Settings {
    /// `client_id:client_secret`, or an access token.
    pub(crate) credential: Watched<SecretString>,
    pub(crate) refresh_token: Option<Watched<SecretString>>,
    pub(crate) place: Place,
    pub(crate) scope: String,
    /// Further fields of a token request.
    pub(crate) parameters: Vec<(String, String)>,
    /// `None` is what the discovery document says, else Basic.
    pub(crate) auth: Option<ClientAuth>,
    /// For a token endpoint at the API's own origin.
    pub(crate) certificate: Option<Arc<Certificate>>,
}

#[derive(Default)]
struct State {
    token: Option<Arc<Token>>,
    pending: Option<Pending>,
    discovered: Option<Discovered>,
    /// The refresh token that a token endpoint gave in exchange for the configured one.
    rotated: Option<(Arc<SecretString>, SecretString)>,
}

type Pending = Shared<BoxFuture<'static, Result<Arc<Token>, TokenError>>>;

/// An access token.
pub(crate) struct Token {
    pub(crate) value: SecretString,
    /// When it is no longer used; `None` is until the API refuses it.
    until: Option<Instant>,
    /// The credential that it was fetched with; `None` is a token that was configured itself.
    of: Option<Arc<SecretString>>,
}

impl Token {
    /// Whether another can be had in its place.
    pub(crate) fn is_renewable(&self) -> bool {
        self.of.is_some()
    }
}

impl Tokens {
    pub(crate) fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self { settings, state: Mutex::default() })
    }

    /// Where tokens come from; a configured access token needs no such place.
    pub(crate) fn endpoint(&self) -> Result<(), &Refused> {
        if self.are_fetched() { self.settings.place.endpoint.as_ref().map(drop) } else { Ok(()) }
    }

    /// Whether they are fetched: an access token may be configured itself.
    pub(crate) fn are_fetched(&self) -> bool {
        self.settings.credential.get().expose_secret().contains(':')
    }

    /// A token that is not the `refused` one.
    pub(crate) async fn token(
        self: &Arc<Self>,
        client: &Client,
        refused: Option<&Arc<Token>>,
    ) -> Result<Arc<Token>, TokenError> {
        let credential = self.settings.credential.get();
        if !credential.expose_secret().contains(':') {
            return Ok(Arc::new(Token { value: (*credential).clone(), until: None, of: None }));
        }
        let pending = {
            let mut state = self.state();
            let good = state.token.as_ref().filter(|token| {
                let fresh = token.until.is_none_or(|until| Instant::now() < until);
                let same = token.of.as_ref().is_some_and(|of| Arc::ptr_eq(of, &credential));
                fresh && same && refused.is_none_or(|refused| !Arc::ptr_eq(refused, token))
            });
            if let Some(token) = good {
                return Ok(Arc::clone(token));
            }
            // One that has ended left nothing behind: its task was lost.
            state.pending.take_if(|pending| pending.peek().is_some());
            state.pending.get_or_insert_with(|| self.begin(client.clone(), credential)).clone()
        };
        pending.await
    }

    /// Every secret that is known here, for those who must not tell them.
    pub(crate) fn secrets(&self) -> Vec<SecretString> {
        let state = self.state();
        let held = [Some(&self.settings.credential), self.settings.refresh_token.as_ref()];
        let held = held.into_iter().flatten().map(|held| (*held.get()).clone());
        let token = state.token.iter().map(|token| token.value.clone());
        let rotated = state.rotated.iter().map(|(_, token)| token.clone());
        held.chain(token).chain(rotated).collect()
    }

    fn begin(self: &Arc<Self>, client: Client, credential: Arc<SecretString>) -> Pending {
        let this = Arc::clone(self);
        let task = tokio::spawn(async move {
            let fetched = this.fetch(&client, credential).await.map(Arc::new);
            let mut state = this.state();
            state.pending = None;
            match &fetched {
                Ok(token) => state.token = Some(Arc::clone(token)),
                Err(error) => tracing::warn!("no access token: {error}"),
            }
            drop(state);
            fetched
        });
        async move { task.await.unwrap_or(Err(TokenError::Ending)) }.boxed().shared()
    }

    async fn fetch(&self, client: &Client, credential: Arc<SecretString>) -> Result<Token, TokenError> {
        let (url, by_discovery) = self.token_endpoint(client).await?;
        let configured = self.settings.refresh_token.as_ref().map(Watched::get);
        let refresh_token = configured.as_ref().map(|configured| {
            let state = self.state();
            let rotated = state.rotated.as_ref().filter(|(of, _)| Arc::ptr_eq(of, configured));
            rotated.map_or_else(|| (**configured).clone(), |(_, token)| token.clone())
        });
        let (id, secret) = credential.expose_secret().split_once(':').unwrap_or_default();
        let (headers, form) = grant::request(&Grant {
            id,
            secret,
            auth: self.settings.auth.or(by_discovery).unwrap_or(ClientAuth::Basic),
            refresh_token: refresh_token.as_ref().map(ExposeSecret::expose_secret),
            scope: &self.settings.scope,
            more: &self.settings.parameters,
        });
        let (status, body) = self.exchange(client, Method::POST, url, headers, Some(form)).await?;
        if !status.is_success() {
            let code = grant::error_code(&body);
            // The configured refresh token may still be good. Only where the other one is not: who shows one again that
            // was exchanged may lose all of them (RFC 9700, section 4.14).
            if code.as_deref() == Some("invalid_grant") {
                self.state().rotated = None;
            }
            return Err(TokenError::Status { status: status.as_u16(), code });
        }
        let granted = grant::granted(&body).map_err(|why| TokenError::Answer(why.to_owned()))?;
        if let (Some(configured), Some(token)) = (configured, granted.refresh_token) {
            self.state().rotated = Some((configured, token));
        }
        tracing::debug!(seconds = granted.lifetime.map(|lifetime| lifetime.as_secs()), "an access token was fetched");
        let until = granted.lifetime.and_then(|lifetime| Instant::now().checked_add(grant::used_for(lifetime)));
        Ok(Token { value: granted.access_token, until, of: Some(credential) })
    }

    /// The token endpoint, and how clients say who they are there where a document says so.
    async fn token_endpoint(&self, client: &Client) -> Result<(Url, Option<ClientAuth>), TokenError> {
        let refused = |refused: &Refused| TokenError::Answer(refused.to_string());
        let document = match self.settings.place.endpoint.as_ref().map_err(refused)? {
            Endpoint::Token(url) => return Ok((url.clone(), None)),
            Endpoint::Discovery(url) => url.clone(),
        };
        let known = self.state().discovered.clone();
        let discovered = match known {
            Some(discovered) => discovered,
            None => {
                let mut headers = HeaderMap::new();
                headers.insert(header::ACCEPT, HeaderValue::from_static("application/json"));
                let (status, body) = self.exchange(client, Method::GET, document, headers, None).await?;
                if !status.is_success() {
                    let why = format!("its discovery document was answered with {}", status.as_u16());
                    return Err(TokenError::Answer(why));
                }
                discovery::read(&body).map_err(|why| TokenError::Answer(why.to_owned()))?
            }
        };
        // A document has no more say than the description.
        self.settings.place.check(&discovered.token_endpoint).map_err(|why| refused(&why))?;
        self.state().discovered = Some(discovered.clone());
        Ok((discovered.token_endpoint, Some(discovered.auth)))
    }

    /// Sends a request and reads its answer, both bounded; redirects are not followed.
    async fn exchange(
        &self,
        client: &Client,
        method: Method,
        url: Url,
        headers: HeaderMap,
        body: Option<String>,
    ) -> Result<(StatusCode, Vec<u8>), TokenError> {
        // What fails is told of the API, and this is another place.
        let words = |error: crate::client::SendError| {
            TokenError::Send(error.to_string().replace("the API", "the token endpoint"))
        };
        let certificate = self.settings.certificate.as_deref().filter(|_| self.settings.place.is_home(&url));
        let mut answer = client.exchange(method, url, headers, body, certificate).await.map_err(words)?;
        let body = answer.read(MAX_ANSWER).await.map_err(words)?;
        if body.cut {
            return Err(TokenError::Answer(format!("its answer has more than {MAX_ANSWER} bytes")));
        }
        Ok((answer.status, body.bytes.to_vec()))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for Tokens {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tokens").field("settings", &self.settings).finish_non_exhaustive()
    }
}

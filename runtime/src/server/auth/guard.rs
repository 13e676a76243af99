//! Lets a request in, or says why not.

use std::{sync::Arc, time::Duration};

use axum::{body::Body, extract::Request, response::Response};
use http::{HeaderMap, Method, header};
use url::Url;

use super::{
    Forward, InboundError, InboundOptions, Principal, PrincipalId,
    challenge::{self, Challenge, Refusal},
    claims::Jwt,
    keys::Keys,
    options::trusted,
    scopes::Scopes,
    tokens::Tokens,
    verifier,
};
use crate::{
    catalog::Catalog,
    client::{Client, ClientOptions},
    server::{intake::Intake, sessions::Sessions},
};

/// How long an authorization server may take to answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// The header that names a session.
const SESSION: &str = "mcp-session-id";

/// The headers of a request that are sent on.
#[derive(Debug, Clone, Default)]
pub(in crate::server) struct Forwarded(HeaderMap);

impl Forwarded {
    /// Those of a request that has passed.
    pub(in crate::server) fn of(extensions: &http::Extensions) -> HeaderMap {
        extensions.get::<Self>().map(|Self(headers)| headers.clone()).unwrap_or_default()
    }
}

/// Who may call, and what.
#[derive(Debug)]
pub(in crate::server) struct Guard {
    /// None where anybody may.
    lock: Option<Lock>,
    forward: Forward,
    /// The metadata of RFC 9728, where there is an authorization server.
    pub(in crate::server) metadata: Option<String>,
}

#[derive(Debug)]
struct Lock {
    tokens: Tokens,
    jwt: Option<Jwt>,
    scopes: Scopes,
    sessions: Arc<Sessions>,
    challenge: Challenge,
    intake: Intake,
}

/// What the guard has to know of the server.
pub(in crate::server) struct Endpoint<'a> {
    /// Its URL, where no other is configured.
    pub(in crate::server) url: String,
    /// Whether that URL is none that a client could use.
    pub(in crate::server) is_unspecified: bool,
    pub(in crate::server) catalog: &'a Catalog,
    /// How to reach an authorization server.
    pub(in crate::server) network: &'a ClientOptions,
    pub(in crate::server) sessions: Arc<Sessions>,
    pub(in crate::server) intake: Intake,
}

impl Guard {
    pub(in crate::server) fn new(options: &InboundOptions, endpoint: &Endpoint<'_>) -> Result<Self, InboundError> {
        let forward = Forward::new(options)?;
        let scopes = Scopes::new(options, endpoint.catalog)?;
        if !options.authenticates() {
            return Ok(Self { lock: None, forward, metadata: None });
        }
        let tokens = Tokens::new(options.tokens()?)?;
        let (mut jwt, mut metadata) = (None, None);
        if let Some(given) = &options.jwt {
            verifier::install();
            let issuer = trusted("jwt-issuer", &given.issuer)?;
            let jwks_url = given.jwks_url.as_deref().map(|url| trusted("jwt-jwks-url", url)).transpose()?;
            let resource = match &options.resource_url {
                Some(url) => trusted("resource-url", url)?,
                None if endpoint.is_unspecified => return Err(InboundError::Resource(endpoint.url.clone())),
                None => Url::parse(&endpoint.url).map_err(|_| InboundError::Resource(endpoint.url.clone()))?,
            };
            let network = ClientOptions {
                headers: Vec::new(),
                timeout: PATIENCE,
                connect_timeout: PATIENCE,
                ..endpoint.network.clone()
            };
            let client = Client::new(network).map_err(|error| InboundError::Token(error.to_string()))?;
            let audience = || vec![resource.as_str().trim_end_matches('/').to_owned()];
            jwt = Some(Jwt {
                keys: Keys::new(issuer, jwks_url, client),
                issuer: given.issuer.clone(),
                audiences: if given.audiences.is_empty() { audience() } else { given.audiences.clone() },
                algorithms: given.algorithms()?,
                leeway: given.leeway,
            });
            let server = &endpoint.catalog.server;
            let name = server.title.as_ref().unwrap_or(&server.name);
            metadata = Some(challenge::metadata(&resource, &given.issuer, &scopes.supported(), name));
        }
        let (url, document) = metadata.unzip();
        let challenge = Challenge { metadata: url, scopes: scopes.all.clone() };
        let sessions = Arc::clone(&endpoint.sessions);
        let lock = Lock { tokens, jwt, scopes, sessions, challenge, intake: endpoint.intake };
        Ok(Self { lock: Some(lock), forward, metadata: document })
    }

    /// Hands a request that may pass to `next`, and refuses any other.
    pub(in crate::server) async fn pass<F: Future<Output = Response> + Send>(
        &self,
        mut request: Request,
        next: impl FnOnce(Request) -> F + Send,
    ) -> Response {
        if !self.forward.0.is_empty() {
            let mut sent_on = HeaderMap::new();
            for name in &self.forward.0 {
                for value in request.headers().get_all(name) {
                    sent_on.append(name, value.clone());
                }
            }
            request.extensions_mut().insert(Forwarded(sent_on));
        }
        let Some(lock) = &self.lock else { return next(request).await };
        match lock.open(request).await {
            Ok((who, request)) => lock.run(&who, request, next).await,
            Err(refusal) => {
                tracing::debug!(?refusal, "a request is refused");
                lock.challenge.refuse(&refusal)
            }
        }
    }
}

impl Lock {
    /// Who sent a request that may pass, and the request without what they said to prove it.
    async fn open(&self, mut request: Request) -> Result<(Principal, Request), Refusal> {
        let who = self.principal(request.headers()).await?;
        request.headers_mut().remove(header::AUTHORIZATION);
        if !who.has(&self.scopes.all) {
            return Err(Refusal::Scope(self.scopes.all.clone()));
        }
        if let Some(session) = session(request.headers())
            && !self.sessions.is_open_to(session, &who.id)
        {
            return Err(Refusal::NoSession);
        }
        if request.method() == Method::POST && self.scopes.depend_on_messages() {
            let (parts, body) = request.into_parts();
            let body = self.intake.read(body).await.map_err(Refusal::Unread)?;
            let needed = self.scopes.of(&body).ok_or(Refusal::Malformed("the request holds no message"))?;
            if !who.has(&needed) {
                return Err(Refusal::Scope(needed));
            }
            request = Request::from_parts(parts, Body::from(body));
        }
        Ok((who, request))
    }

    async fn principal(&self, headers: &HeaderMap) -> Result<Principal, Refusal> {
        let mut values = headers.get_all(header::AUTHORIZATION).iter();
        let (value, another) = (values.next(), values.next());
        let Some(value) = value else { return Err(Refusal::Anonymous) };
        if another.is_some() {
            return Err(Refusal::Malformed("there is more than one Authorization header"));
        }
        let (scheme, token) = value.to_str().ok().and_then(|text| text.split_once(' ')).unwrap_or_default();
        if !scheme.eq_ignore_ascii_case("bearer") {
            return Err(Refusal::Anonymous);
        }
        let token = token.trim_matches(' ');
        match (self.tokens.principal(token), &self.jwt) {
            (Some(who), _) => Ok(who),
            (None, Some(jwt)) => jwt.principal(token).await.map_err(Refusal::Token),
            (None, None) => Err(Refusal::Token("the token is not one of this server's")),
        }
    }

    async fn run<F: Future<Output = Response> + Send>(
        &self,
        who: &Principal,
        mut request: Request,
        next: impl FnOnce(Request) -> F + Send,
    ) -> Response {
        request.extensions_mut().insert(PrincipalId(who.id));
        let response = next(request).await;
        if let Some(session) = session(response.headers()) {
            self.sessions.begun_by(session, who.id);
        }
        response
    }
}

fn session(headers: &HeaderMap) -> Option<&str> {
    headers.get(SESSION)?.to_str().ok()
}

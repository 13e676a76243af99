//! Sending requests: connections, timeouts, redirects, and failures in words.

mod address;
mod body;
mod connect;
mod error;
mod headers;
mod hidden;
mod options;
mod pool;
mod preview;
mod tls;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use hyper::{Response, body::Incoming, ext::ReasonPhrase};
use tokio::time::Instant;
use url::Url;

pub use error::{ClientError, SendError};
pub use headers::Header;
pub use options::ClientOptions;
pub(crate) use pool::Pool;
#[cfg(feature = "server")]
pub(crate) use pool::keep_connections_apart;
pub use preview::Preview;
pub(crate) use tls::is_identity;

use self::{
    address::Base,
    body::Content,
    hidden::Hidden,
    tls::{Identity, Trust},
};
use crate::{auth::Certificate, request::Request};

/// How many redirects are followed.
const REDIRECTS: usize = 10;

/// How much room is made for a body because of the length that it states.
const MOST_AT_ONCE: usize = 1024 * 1024;

/// An HTTP client for one upstream; cheap to clone.
#[derive(Clone)]
pub struct Client(Arc<Shared>);

struct Shared {
    options: ClientOptions,
    user_agent: Option<HeaderValue>,
    trust: Arc<Trust>,
    pool: Pool,
    /// The first base URL that was used, which is nearly always the only one.
    base: OnceLock<(String, Base)>,
}

/// Where a request goes, and what may go along.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Route<'a> {
    /// To which the target is appended as text.
    pub(crate) base_url: &'a str,
    /// Whether credentials may go there.
    pub(crate) credentials: bool,
    /// The certificate to show there.
    pub(crate) certificate: Option<&'a Certificate>,
    /// When the answer must be there, its body included.
    pub(crate) deadline: Instant,
}

/// A request on its way to a connection.
struct Outgoing {
    method: Method,
    address: Uri,
    headers: HeaderMap,
    body: Option<Bytes>,
}

/// An answer whose body has not been read.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: StatusCode,
    /// The reason phrase, where it is not the usual one.
    pub reason: Option<String>,
    /// Whether the request was a HEAD: the headers are all that there is.
    pub head: bool,
    /// The headers.
    pub headers: HeaderMap,
    /// Where a redirect that was not followed leads, without query and fragment.
    pub redirect: Option<String>,
    content: Content,
    /// Hardly any answer has one.
    hidden: Option<Box<Hidden>>,
    patience: Patience,
}

/// How long the next piece of an answer is waited for.
#[derive(Debug, Clone, Copy)]
struct Patience {
    /// When the whole answer must be there.
    deadline: Instant,
    /// How long there may be nothing.
    silence: Option<Duration>,
    /// What the deadline was made of, for who has to be told.
    timeout: Duration,
}

impl Patience {
    async fn wait<T>(self, piece: impl Future<Output = T>) -> Result<T, SendError> {
        let Self { deadline, silence, timeout } = self;
        let silence = silence.filter(|silence| Instant::now() + *silence < deadline);
        let until = silence.map_or(deadline, |silence| Instant::now() + silence);
        let late = |_| silence.map_or(SendError::Timeout(timeout), SendError::Silent);
        tokio::time::timeout_at(until, piece).await.map_err(late)
    }
}

/// A body, or the part of it that was read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Body {
    /// What was read.
    pub bytes: Bytes,
    /// Whether there was more than the limit.
    pub cut: bool,
}

impl Client {
    /// A client.
    ///
    /// Reading the system's certificates takes longer than all else at a start. It is done aside, and a request that
    /// needs them earlier waits for it.
    ///
    /// # Errors
    /// When the file of certificates cannot be used.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let trust = Arc::new(Trust::new(options.ca_file.as_deref())?);
        let pool = Pool::new(&options, Arc::clone(&trust), None);
        let user_agent = HeaderValue::try_from(options.user_agent.as_str()).ok();
        let aside = Arc::clone(&trust);
        // Without a thread the first request does it.
        let _ = std::thread::Builder::new().name("certificates".to_owned()).spawn(move || aside.load());
        Ok(Self(Arc::new(Shared { options, user_agent, trust, pool, base: OnceLock::new() })))
    }

    /// Connections that show the certificate of a PEM with its key. None is made of other text.
    pub(crate) fn pool_with(&self, identity: &str) -> Option<Pool> {
        Some(Pool::new(&self.0.options, Arc::clone(&self.0.trust), Some(Identity::of_pem(identity)?)))
    }

    /// The options.
    pub fn options(&self) -> &ClientOptions {
        &self.0.options
    }

    /// When a call that begins now must have ended.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.options().timeout
    }

    /// The request that would be sent, with every header.
    ///
    /// # Errors
    /// When base URL and target make no URL that would be sent as it stands.
    pub fn preview(&self, base_url: &str, request: Request, credentials: bool) -> Result<Preview, SendError> {
        Ok(Preview::new(self.outgoing(base_url, request, credentials)?))
    }

    /// The request with its address and the headers of the options.
    fn outgoing(&self, base_url: &str, request: Request, credentials: bool) -> Result<Outgoing, SendError> {
        let address = self.address(base_url, &request.target)?;
        let Request { method, mut headers, body, .. } = request;
        for header in &self.options().headers {
            let taken = headers.get(&header.name).is_some_and(HeaderValue::is_sensitive);
            if !taken && (credentials || !header.names_a_credential()) {
                headers.insert(header.name.clone(), (*header.value()).clone());
            }
        }
        // RFC 9110, section 8.6; some servers answer 411 without it.
        if body.as_ref().is_none_or(Bytes::is_empty) && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        self.complete(&mut headers);
        Ok(Outgoing { method, address, headers, body })
    }

    fn address(&self, base_url: &str, target: &str) -> Result<Uri, SendError> {
        match self.0.base.get() {
            Some((text, base)) if text == base_url => base.with(target),
            first => {
                let base = Base::parse(base_url)?;
                let address = base.with(target);
                if first.is_none() {
                    let _ = self.0.base.set((base_url.to_owned(), base));
                }
                address
            }
        }
    }

    /// Adds the headers that every request has.
    fn complete(&self, headers: &mut HeaderMap) {
        headers.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
        if let Some(user_agent) = &self.0.user_agent {
            headers.entry(header::USER_AGENT).or_insert_with(|| user_agent.clone());
        }
        headers.entry(header::ACCEPT_ENCODING).or_insert(body::ACCEPT_ENCODING);
    }

    /// Sends a request, and gives the answer's head.
    ///
    /// The headers of the options win over those of arguments, and credentials over both. Those that by their name hold
    /// a credential go along only where credentials may go.
    ///
    /// Redirects are followed for GET and HEAD and to the same origin only. Dropping the future drops the request.
    ///
    /// # Errors
    /// When no answer came, in words that tell nothing secret.
    pub(crate) async fn send(&self, route: &Route<'_>, request: Request) -> Result<Answer, SendError> {
        let pool = self.pool(route.certificate)?;
        let mut outgoing = self.outgoing(route.base_url, request, route.credentials)?;
        let followable = matches!(outgoing.method, Method::GET | Method::HEAD);
        for _ in 0..=REDIRECTS {
            let answer = self.execute(&pool, &outgoing, route.deadline).await?;
            match redirect(&answer, &outgoing.address) {
                Some((next, true)) if followable => outgoing.address = address::of_url(&next)?,
                next => {
                    let is_head = outgoing.method == Method::HEAD;
                    let next = next.map(|(next, _)| next);
                    let told = pool.proxy_authorization(&outgoing.address);
                    return Ok(self.answer(answer, is_head, next, told.as_ref(), route.deadline));
                }
            }
        }
        Err(SendError::Redirects(REDIRECTS))
    }

    /// Sends a request that is no operation's, as it is: the headers of the options stay at home, and no redirect is
    /// followed.
    pub(crate) async fn exchange(
        &self,
        method: Method,
        url: Url,
        mut headers: HeaderMap,
        body: Option<String>,
        certificate: Option<&Certificate>,
    ) -> Result<Answer, SendError> {
        let deadline = self.deadline();
        self.complete(&mut headers);
        let address = address::of_url(&url)?;
        let outgoing = Outgoing { method, address, headers, body: body.map(Bytes::from) };
        let pool = self.pool(certificate)?;
        let answer = self.execute(&pool, &outgoing, deadline).await?;
        let next = redirect(&answer, &outgoing.address).map(|(next, _)| next);
        let told = pool.proxy_authorization(&outgoing.address);
        Ok(self.answer(answer, false, next, told.as_ref(), deadline))
    }

    fn pool(&self, certificate: Option<&Certificate>) -> Result<Pool, SendError> {
        match certificate {
            None => Ok(self.0.pool.clone()),
            Some(certificate) => certificate.pool(self).ok_or(SendError::Certificate),
        }
    }

    async fn execute(
        &self,
        pool: &Pool,
        outgoing: &Outgoing,
        deadline: Instant,
    ) -> Result<Response<Incoming>, SendError> {
        self.patience(deadline).wait(pool.send(outgoing, self.options())).await?
    }

    fn patience(&self, deadline: Instant) -> Patience {
        let options = self.options();
        Patience { deadline, silence: options.read_timeout, timeout: options.timeout }
    }

    /// `told` is what the request told a proxy of who asks.
    fn answer(
        &self,
        answer: Response<Incoming>,
        head: bool,
        redirect: Option<Url>,
        told: Option<&HeaderValue>,
        deadline: Instant,
    ) -> Answer {
        let (mut parts, body) = answer.into_parts();
        let hidden = told.map(|told| Box::new(Hidden::of(told, parts.status.is_success())));
        if let Some(hidden) = &hidden {
            hidden.mask_headers(&mut parts.headers);
        }
        let mask = |text: String| match &hidden {
            Some(hidden) => hidden.mask_text(text),
            None => text,
        };
        Answer {
            status: parts.status,
            reason: parts.extensions.get().and_then(words).map(mask),
            head,
            content: Content::new(body, &mut parts.headers),
            headers: parts.headers,
            redirect: redirect.map(|mut next| {
                next.set_query(None);
                next.set_fragment(None);
                let _ = next.set_username("");
                let _ = next.set_password(None);
                mask(next.into())
            }),
            hidden,
            patience: self.patience(deadline),
        }
    }
}

impl std::fmt::Debug for Client {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client").field("options", self.options()).finish_non_exhaustive()
    }
}

impl Answer {
    /// Reads the body, at most `limit` bytes of it after decompression.
    ///
    /// # Errors
    /// When the connection breaks, the body cannot be decoded, or the deadline of the whole call passes.
    pub async fn read(&mut self, limit: usize) -> Result<Body, SendError> {
        let mut bytes = Vec::new();
        // A body of one piece is not copied.
        let mut first: Option<Bytes> = None;
        while let Some(mut piece) = self.chunk().await? {
            let length = bytes.len() + first.as_ref().map_or(0, Bytes::len);
            let cut = length + piece.len() > limit;
            piece.truncate(limit - length);
            if length == 0 {
                first = Some(piece);
            } else {
                if let Some(first) = first.take() {
                    bytes.reserve(self.content_length().map_or(0, |length| {
                        usize::try_from(length).unwrap_or(usize::MAX).min(limit).min(MOST_AT_ONCE)
                    }));
                    bytes.extend_from_slice(&first);
                }
                bytes.extend_from_slice(&piece);
            }
            if cut {
                return Ok(Body { bytes: first.unwrap_or_else(|| bytes.into()), cut });
            }
        }
        Ok(Body { bytes: first.unwrap_or_else(|| bytes.into()), cut: false })
    }

    /// The next piece of the body.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, SendError> {
        loop {
            let piece = self.patience.wait(self.content.next()).await??;
            let Some(hidden) = &mut self.hidden else { return Ok(piece) };
            let passed = hidden.pass(piece);
            if passed.as_ref().is_none_or(|passed| !passed.is_empty()) {
                return Ok(passed);
            }
        }
    }

    /// Lets the body take as long as `timeout` from now on, for answers that stream.
    pub fn extend(&mut self, timeout: Duration) {
        self.patience.deadline = self.patience.deadline.max(Instant::now() + timeout);
        self.patience.silence = None;
    }

    /// The length that the answer states.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }
}

/// The answer's own words for its status.
fn words(phrase: &ReasonPhrase) -> Option<String> {
    let text: String = String::from_utf8_lossy(phrase.as_bytes()).chars().filter(|c| !c.is_control()).collect();
    Some(text).filter(|text| !text.is_empty())
}

/// Where a redirect leads, and whether that is at the same origin.
fn redirect(answer: &Response<Incoming>, from: &Uri) -> Option<(Url, bool)> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(header::LOCATION)?;
    let from = Url::parse(&from.to_string()).ok()?;
    let next = from.join(std::str::from_utf8(location.as_bytes()).ok()?).ok()?;
    let is_same = next.origin() == from.origin();
    Some((next, is_same))
}

#[cfg(test)]
mod tests;

//! Sending requests: connections, timeouts, redirects, and failures in words.

mod error;
mod headers;
mod options;
mod preview;

use std::{
    sync::{Arc, OnceLock},
    time::Duration,
};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use tokio::time::Instant;
use url::{Position, Url};

pub use error::{ClientError, SendError};
pub use headers::Header;
pub use options::ClientOptions;
pub(crate) use options::is_identity;
pub use preview::Preview;

use crate::{auth::Certificate, request::Request};

/// How many redirects are followed.
const REDIRECTS: usize = 10;

/// How much room is made for a body because of the length that it states.
const MOST_AT_ONCE: usize = 1024 * 1024;

/// An HTTP client for one upstream.
#[derive(Debug, Clone)]
pub struct Client {
    http: Arc<OnceLock<Result<reqwest::Client, String>>>,
    options: Arc<ClientOptions>,
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
    url: Url,
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
    body: reqwest::Response,
    deadline: Instant,
    timeout: Duration,
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
    /// Reading the system's certificates takes longer than all else at a start. It is done aside, and a request that comes
    /// earlier waits for it.
    ///
    /// # Errors
    /// When the file of certificates cannot be used, or TLS cannot be set up with it.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let client = Self { http: Arc::default(), options: Arc::new(options) };
        if client.options.ca_file.is_some() {
            let http = client.options.build(None)?;
            let _ = client.http.set(Ok(http));
        } else {
            let aside = client.clone();
            // Without a thread the first request does it.
            let _ = std::thread::Builder::new().name("certificates".to_owned()).spawn(move || {
                let _ = aside.http();
            });
        }
        Ok(client)
    }

    fn http(&self) -> Result<&reqwest::Client, SendError> {
        let built = self.http.get_or_init(|| self.options.build(None).map_err(|error| error.to_string()));
        built.as_ref().map_err(|error| SendError::Setup(error.clone()))
    }

    /// The options.
    pub fn options(&self) -> &ClientOptions {
        &self.options
    }

    /// When a call that begins now must have ended.
    pub(crate) fn deadline(&self) -> Instant {
        Instant::now() + self.options.timeout
    }

    /// The request that would be sent, with every header.
    ///
    /// # Errors
    /// When base URL and target make no URL that would be sent as it stands.
    pub fn preview(&self, base_url: &str, request: Request, credentials: bool) -> Result<Preview, SendError> {
        Ok(Preview::new(self.outgoing(base_url, request, credentials)?, &self.options))
    }

    /// The request with its address and the headers of the options.
    fn outgoing(&self, base_url: &str, request: Request, credentials: bool) -> Result<Outgoing, SendError> {
        let url = address(base_url, &request.target)?;
        let Request { method, mut headers, body, .. } = request;
        for header in &self.options.headers {
            let taken = headers.get(&header.name).is_some_and(HeaderValue::is_sensitive);
            if !taken && (credentials || !header.names_a_credential()) {
                headers.insert(header.name.clone(), (*header.value()).clone());
            }
        }
        // RFC 9110, section 8.6; some servers answer 411 without it.
        if body.as_ref().is_none_or(Bytes::is_empty) && matches!(method, Method::POST | Method::PUT | Method::PATCH) {
            headers.insert(header::CONTENT_LENGTH, HeaderValue::from_static("0"));
        }
        Ok(Outgoing { method, url, headers, body })
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
        let http = self.connections(route.certificate)?;
        let Outgoing { method, mut url, headers, body } = self.outgoing(route.base_url, request, route.credentials)?;
        let followable = matches!(method, Method::GET | Method::HEAD);
        for _ in 0..=REDIRECTS {
            let mut sent = reqwest::Request::new(method.clone(), url.clone());
            sent.headers_mut().clone_from(&headers);
            *sent.body_mut() = body.clone().map(Into::into);
            let answer = self.execute(&http, sent, route.deadline).await?;
            match redirect(&answer, &url) {
                Some(next) if followable && next.origin() == url.origin() => url = next,
                next => return Ok(self.answer(answer, method == Method::HEAD, next, route.deadline)),
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
        headers: HeaderMap,
        body: Option<String>,
        certificate: Option<&Certificate>,
    ) -> Result<Answer, SendError> {
        let deadline = self.deadline();
        let mut sent = reqwest::Request::new(method, url.clone());
        *sent.headers_mut() = headers;
        *sent.body_mut() = body.map(Into::into);
        let answer = self.execute(&self.connections(certificate)?, sent, deadline).await?;
        let next = redirect(&answer, &url);
        Ok(self.answer(answer, false, next, deadline))
    }

    fn connections(&self, certificate: Option<&Certificate>) -> Result<reqwest::Client, SendError> {
        match certificate {
            None => self.http().cloned(),
            Some(certificate) => certificate.client(&self.options).map_err(|error| {
                tracing::warn!("the client certificate cannot be used: {error}");
                SendError::Certificate
            }),
        }
    }

    async fn execute(
        &self,
        http: &reqwest::Client,
        request: reqwest::Request,
        deadline: Instant,
    ) -> Result<reqwest::Response, SendError> {
        tokio::time::timeout_at(deadline, http.execute(request))
            .await
            .map_err(|_| SendError::Timeout(self.options.timeout))?
            .map_err(|error| SendError::of(&error, &self.options))
    }

    fn answer(&self, answer: reqwest::Response, head: bool, redirect: Option<Url>, deadline: Instant) -> Answer {
        Answer {
            status: answer.status(),
            reason: reason(&answer),
            head,
            headers: answer.headers().clone(),
            redirect: redirect.map(|mut next| {
                next.set_query(None);
                next.set_fragment(None);
                let _ = next.set_username("");
                let _ = next.set_password(None);
                next.into()
            }),
            body: answer,
            deadline,
            timeout: self.options.timeout,
        }
    }
}

impl Answer {
    /// Reads the body, at most `limit` bytes of it after decompression.
    ///
    /// # Errors
    /// When the connection breaks, the body cannot be decoded, or the deadline of the whole call passes.
    pub async fn read(&mut self, limit: usize) -> Result<Body, SendError> {
        let mut bytes = Vec::new();
        let mut first = None;
        while let Some(chunk) = self.chunk().await? {
            if bytes.len() + chunk.len() > limit {
                bytes.extend_from_slice(first.take().as_deref().unwrap_or_default());
                bytes.extend_from_slice(&chunk[..limit.saturating_sub(bytes.len())]);
                return Ok(Body { bytes: bytes.into(), cut: true });
            }
            // A body of one chunk is not copied.
            match (first.take(), bytes.is_empty()) {
                (None, true) => first = Some(chunk),
                (before, _) => {
                    if bytes.is_empty() {
                        bytes.reserve(self.content_length().map_or(0, |length| {
                            usize::try_from(length).unwrap_or(usize::MAX).min(limit).min(MOST_AT_ONCE)
                        }));
                    }
                    bytes.extend_from_slice(before.as_deref().unwrap_or_default());
                    bytes.extend_from_slice(&chunk);
                }
            }
            if first.as_ref().is_some_and(|first: &Bytes| first.len() > limit) {
                let bytes = first.take().unwrap_or_default().slice(..limit);
                return Ok(Body { bytes, cut: true });
            }
        }
        Ok(Body { bytes: first.unwrap_or_else(|| bytes.into()), cut: false })
    }

    /// The next piece of the body.
    ///
    /// # Errors
    /// As [`read`](Self::read).
    pub async fn chunk(&mut self) -> Result<Option<Bytes>, SendError> {
        tokio::time::timeout_at(self.deadline, self.body.chunk())
            .await
            .map_err(|_| SendError::Timeout(self.timeout))?
            .map_err(|error| SendError::of_body(&error))
    }

    /// Lets the body take as long as `timeout` from now on, for answers that stream.
    pub fn extend(&mut self, timeout: Duration) {
        self.deadline = self.deadline.max(Instant::now() + timeout);
    }

    /// The length that the answer states.
    pub fn content_length(&self) -> Option<u64> {
        self.headers.get(header::CONTENT_LENGTH)?.to_str().ok()?.parse().ok()
    }
}

/// The URL that the target makes with the base. What the parser would make another path of is refused: a value has no
/// say in where a request goes.
fn address(base_url: &str, target: &str) -> Result<Url, SendError> {
    if !target.starts_with('/') {
        return Err(SendError::Address);
    }
    let text = format!("{base_url}{target}");
    let url = Url::parse(&text).map_err(|_| SendError::Address)?;
    let path = |text: &str| text.split(['?', '#']).next().unwrap_or_default().to_owned();
    let wanted =
        text.find("://").and_then(|scheme| text[scheme + 3..].find('/').map(|slash| path(&text[scheme + 3 + slash..])));
    let same = wanted.is_none_or(|wanted| url[Position::BeforePath..Position::AfterPath] == wanted);
    if same { Ok(url) } else { Err(SendError::Address) }
}

/// The answer's own words for its status.
fn reason(answer: &reqwest::Response) -> Option<String> {
    let phrase = answer.extensions().get::<hyper::ext::ReasonPhrase>()?;
    let text: String = String::from_utf8_lossy(phrase.as_bytes()).chars().filter(|c| !c.is_control()).collect();
    Some(text).filter(|text| !text.is_empty())
}

fn redirect(answer: &reqwest::Response, from: &Url) -> Option<Url> {
    if !matches!(answer.status().as_u16(), 301 | 302 | 303 | 307 | 308) {
        return None;
    }
    let location = answer.headers().get(header::LOCATION)?;
    from.join(std::str::from_utf8(location.as_bytes()).ok()?).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn targets_are_appended_as_text() {
        let cases = [
            ("http://h", "/x", Some("http://h/x")),
            ("http://h/api/v1", "/users?a=%20b", Some("http://h/api/v1/users?a=%20b")),
            ("http://h/api", "//evil.example/x", Some("http://h/api//evil.example/x")),
            ("http://h/api", "/a%2Fb", Some("http://h/api/a%2Fb")),
            ("http://h/api", "/;c=a,b", Some("http://h/api/;c=a,b")),
            ("http://h/api", "/../x", None),
            ("http://h/api", "/%2e%2E/x", None),
            ("http://h/api", "/./x", None),
            ("http://h/api", "/%2e%2e", None),
            ("http://h/api", "/a\\b", None),
            ("http://h", "@evil.example/x", None),
            ("http://h", ":80@evil.example/", None),
            ("http://h", "/x?q=!$()*,;:@/?[]|{}", Some("http://h/x?q=!$()*,;:@/?[]|{}")),
            // The one character that URLs of http have another spelling for.
            ("http://h", "/x'?q='", Some("http://h/x'?q=%27")),
        ];
        for (base_url, target, expected) in cases {
            assert_eq!(address(base_url, target).ok().map(String::from).as_deref(), expected, "{base_url} {target}");
        }
    }
}

//! Plain requests over HTTP: those whose headers say nothing that the SDK would have to look at.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rmcp::transport::StreamableHttpService;
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::{
    Door, Era, Message,
    message::{self, STATELESS},
};
use crate::{
    auth::forwarding,
    server::{
        auth::Forwarded,
        handler::Handler,
        sessions::{Session, Sessions},
        spelling::Written,
    },
};

/// The revisions before [`STATELESS`].
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// Names of this machine, which no page elsewhere can make a browser send.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];
/// The header that names a session.
const SESSION: &str = "mcp-session-id";
/// The header that names the revision.
const VERSION: &str = "mcp-protocol-version";
/// How long a client should wait where there are as many sessions as there may be, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// The MCP endpoint.
#[derive(Clone)]
pub(in super::super) struct Endpoint {
    door: Door,
    sdk: StreamableHttpService<Arc<Handler>, Sessions>,
    /// None where clients of the revisions with a handshake have no sessions.
    sessions: Option<Arc<Sessions>>,
    max_bytes: usize,
}

/// What the headers of a plain request say.
#[derive(Debug)]
enum Head {
    /// The request stands for itself.
    Alone(Era),
    /// It belongs to a session.
    In(Arc<Session>),
}

impl Endpoint {
    /// `sessions` are those of the SDK's service, where there are any.
    pub(in super::super) fn new(
        door: Door,
        sdk: StreamableHttpService<Arc<Handler>, Sessions>,
        sessions: Option<Arc<Sessions>>,
        max_bytes: usize,
    ) -> Self {
        Self { door, sdk, sessions, max_bytes }
    }

    /// Answers a request of any kind.
    pub(in super::super) async fn serve(self, request: Request) -> Response {
        if self.begins_one_too_many(&request) {
            return full();
        }
        let head = head(&request, self.sessions.as_deref()).filter(|_| length(request.headers()) <= self.max_bytes);
        let Some(head) = head else { return self.leave(request).await };
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, self.max_bytes).await else {
            // The client broke off, and nobody reads what is said here.
            return Response::new(Body::empty());
        };
        let era = head.era();
        let caller = parts.extensions.get().copied().unwrap_or_default();
        let message = Message::read(&body, era == Era::Handshake);
        let message = message.filter(|message| agrees(&parts.headers, era, message) && self.door.takes(message));
        match (message, head) {
            (Some(message), Head::Alone(_)) => {
                let cancelled = CancellationToken::new();
                let answered = self.door.answer(caller, &message, &cancelled);
                answer(forwarding(Forwarded::of(&parts.extensions), answered).await)
            }
            (Some(message), Head::In(session)) if session.is_shaken() => {
                let running = session.begin(&message.id);
                let answered = self.door.answer(caller, &message, &running.cancelled);
                answer(forwarding(Forwarded::of(&parts.extensions), answered).await)
            }
            (None, Head::In(session)) if message::cancels(&body).is_some_and(|id| session.cancel(id)) => {
                let mut accepted = Response::new(Body::empty());
                *accepted.status_mut() = StatusCode::ACCEPTED;
                accepted
            }
            _ => self.leave(Request::from_parts(parts, Body::from(body))).await,
        }
    }

    /// Leaves a request to the SDK.
    async fn leave(&self, request: Request) -> Response {
        self.sdk.handle(Written::beside(request, self.max_bytes).await).await.map(Body::new)
    }

    /// Whether a request would begin a session that there is no room for. Requests of older revisions that name no
    /// session do nothing else but begin one.
    fn begins_one_too_many(&self, request: &Request) -> bool {
        let Some(sessions) = &self.sessions else { return false };
        let headers = request.headers();
        request.method() == Method::POST
            && !headers.contains_key(SESSION)
            && one(headers, VERSION) != Some(STATELESS)
            && !sessions.has_room()
    }
}

impl Head {
    fn era(&self) -> Era {
        match self {
            Self::Alone(era) => *era,
            Self::In(_) => Era::Handshake,
        }
    }
}

fn full() -> Response {
    let text = "as many sessions as there may be are in use; end one with DELETE, or try again later";
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = StatusCode::SERVICE_UNAVAILABLE;
    response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    response
}

fn answer(text: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What the headers of a request say, if they are plain.
fn head(request: &Request, sessions: Option<&Sessions>) -> Option<Head> {
    let headers = request.headers();
    let plain = request.method() == Method::POST
        && !headers.contains_key(header::ORIGIN)
        && !headers.contains_key(header::CONTENT_ENCODING)
        && one(headers, "content-type").is_some_and(|value| value.eq_ignore_ascii_case("application/json"))
        && one(headers, "accept").is_some_and(accepts_both)
        && one(headers, "host").is_some_and(is_loopback);
    if !plain {
        return None;
    }
    // Before 2025-06-18 there was no such header.
    let version = one(headers, VERSION);
    if version.is_none() && headers.contains_key(VERSION) {
        return None;
    }
    let session = headers.contains_key(SESSION);
    match (version, sessions) {
        (Some(STATELESS), _) if !session => {
            let parameters = headers.keys().any(|name| name.as_str().starts_with("mcp-param-"));
            (!parameters).then_some(Head::Alone(Era::Stateless))
        }
        (Some(version), None) if !session && HANDSHAKE.contains(&version) => Some(Head::Alone(Era::Handshake)),
        (version, Some(sessions)) if session && version.is_none_or(|version| HANDSHAKE.contains(&version)) => {
            sessions.find(one(headers, SESSION)?).map(Head::In)
        }
        _ => None,
    }
}

/// Whether the headers and the message say the same.
fn agrees(headers: &HeaderMap, era: Era, message: &Message) -> bool {
    message.era == era
        && (era == Era::Handshake
            || one(headers, "mcp-method") == Some(message.method())
                && match message.name() {
                    Some(name) => one(headers, "mcp-name") == Some(name),
                    None => !headers.contains_key("mcp-name"),
                })
}

/// The value of a header that stands there once, and is plain text.
fn one<'h>(headers: &'h HeaderMap, name: &str) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

/// `Content-Length`; without one the request is not plain.
fn length(headers: &HeaderMap) -> usize {
    one(headers, "content-length").and_then(|length| length.parse().ok()).unwrap_or(usize::MAX)
}

fn accepts_both(accept: &str) -> bool {
    let has = |wanted: &str| accept.split(',').any(|entry| entry.trim().eq_ignore_ascii_case(wanted));
    !accept.contains(';') && has("application/json") && has("text/event-stream")
}

fn is_loopback(host: &str) -> bool {
    let name = match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    };
    LOOPBACK.iter().any(|known| name.eq_ignore_ascii_case(known))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use rmcp::transport::streamable_http_server::session::SessionManager;

    use super::*;

    fn request(change: &[(&'static str, Option<&'static str>)]) -> Request {
        let mut headers = vec![
            ("host", "127.0.0.1:8000"),
            ("content-type", "application/json"),
            ("accept", "application/json, text/event-stream"),
            ("mcp-protocol-version", STATELESS),
        ];
        headers.retain(|(name, _)| !change.iter().any(|(changed, _)| changed == name));
        headers.extend(change.iter().filter_map(|(name, value)| Some((*name, (*value)?))));
        let request =
            headers.into_iter().fold(Request::post("/mcp"), |request, (name, value)| request.header(name, value));
        request.body(Body::empty()).unwrap()
    }

    fn era(request: &Request) -> Option<Era> {
        head(request, None).map(|head| head.era())
    }

    #[test]
    fn only_requests_with_plain_headers_take_the_short_way() {
        let stateless = Some(Era::Stateless);
        let cases: [(&[(&str, Option<&str>)], Option<Era>); 16] = [
            (&[], stateless),
            (&[("host", Some("localhost"))], stateless),
            (&[("host", Some("[::1]:80"))], stateless),
            (&[("host", Some("evil.example"))], None),
            (&[("host", None)], None),
            (&[("origin", Some("http://localhost"))], None),
            (&[("content-type", Some("application/json; charset=utf-8"))], None),
            (&[("content-type", Some("text/plain"))], None),
            (&[("accept", Some("text/event-stream,APPLICATION/JSON"))], stateless),
            (&[("accept", Some("application/json;q=0, text/event-stream"))], None),
            (&[("accept", Some("application/json"))], None),
            (&[("mcp-session-id", Some("1"))], None),
            (&[("mcp-param-x", Some("1"))], None),
            (&[("mcp-protocol-version", None)], None),
            (&[("mcp-protocol-version", Some("2099-01-01"))], None),
            (&[("mcp-protocol-version", Some("2025-11-25"))], Some(Era::Handshake)),
        ];
        for (change, expected) in cases {
            assert_eq!(era(&request(change)), expected, "{change:?}");
        }
        let mut get = request(&[]);
        *get.method_mut() = Method::GET;
        assert_eq!(era(&get), None);
    }

    #[tokio::test]
    async fn requests_of_a_known_session_take_the_short_way() {
        let sessions = Sessions::new(1, Duration::from_secs(10));
        let (id, _transport) = sessions.create_session().await.unwrap();
        let id: &'static str = id.to_string().leak();
        let cases: [(&[(&str, Option<&str>)], bool); 6] = [
            (&[("mcp-session-id", Some(id)), ("mcp-protocol-version", Some("2025-11-25"))], true),
            (&[("mcp-session-id", Some(id)), ("mcp-protocol-version", None)], true),
            (&[("mcp-session-id", Some(id)), ("mcp-protocol-version", Some("2099-01-01"))], false),
            (&[("mcp-session-id", Some(id))], false),
            (&[("mcp-session-id", Some("other")), ("mcp-protocol-version", Some("2025-11-25"))], false),
            (&[("mcp-protocol-version", Some("2025-11-25"))], false),
        ];
        for (change, expected) in cases {
            let head = head(&request(change), Some(&sessions));
            assert_eq!(matches!(head, Some(Head::In(_))), expected, "{change:?} {head:?}");
        }
    }
}

//! Plain requests over HTTP: those whose headers say nothing that the SDK would have to look at.

use std::{net::Ipv6Addr, sync::Arc};

use axum::{body::Body, extract::Request, response::Response};
use bytes::Bytes;
use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use rmcp::transport::StreamableHttpService;
use tokio_util::sync::CancellationToken;

use super::{
    Door, Era, Message,
    message::{self, STATELESS},
};
use crate::{
    auth::forwarding,
    server::{
        admission::Caller,
        auth::Forwarded,
        handler::Handler,
        intake::Intake,
        sessions::{Session, Sessions},
        spelling::Written,
        to_the_end::ToTheEnd,
        weight,
    },
};

/// The revisions before [`STATELESS`].
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// The header that names a session.
static SESSION: HeaderName = HeaderName::from_static("mcp-session-id");
/// The header that names the revision.
static VERSION: HeaderName = HeaderName::from_static("mcp-protocol-version");
/// The headers that say what the message says.
static METHOD: HeaderName = HeaderName::from_static("mcp-method");
static NAME: HeaderName = HeaderName::from_static("mcp-name");
const FULL: &str = "as many sessions as there may be are in use; end one with DELETE, or try again later";
/// How long a client should wait where there are as many sessions as there may be, in seconds.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("10");

/// The MCP endpoint.
pub(in super::super) struct Endpoint {
    door: Door,
    sdk: StreamableHttpService<Arc<Handler>, Sessions>,
    /// None where clients of the revisions with a handshake have no sessions.
    sessions: Option<Arc<Sessions>>,
    hosts: Hosts,
    intake: Intake,
}

/// The hosts that requests may be for on any port, which no page elsewhere can make a browser send.
struct Hosts(Vec<String>);

/// What the headers of a plain request say.
#[derive(Debug)]
enum Head {
    /// The request stands for itself.
    Alone(Era),
    /// It belongs to a session.
    In(Arc<Session>),
}

impl Endpoint {
    /// `sessions` are those of the SDK's service, where there are any, and `hosts` those that it allows.
    pub(in super::super) fn new(
        door: Door,
        sdk: StreamableHttpService<Arc<Handler>, Sessions>,
        sessions: Option<Arc<Sessions>>,
        hosts: &[String],
        intake: Intake,
    ) -> Self {
        Self { door, sdk, sessions, hosts: Hosts::of(hosts), intake }
    }

    /// Whether clients of the revisions with a handshake have sessions.
    pub(in super::super) fn has_sessions(&self) -> bool {
        self.sessions.is_some()
    }

    /// Answers a request of any kind.
    pub(in super::super) async fn serve(&self, request: Request, caller: Caller) -> Response {
        if request.method() != Method::POST {
            return self.leave(request, caller).await;
        }
        if self.begins_one_too_many(&request) {
            return refusal(StatusCode::SERVICE_UNAVAILABLE, FULL);
        }
        let head = head(&request, self.sessions.as_deref(), &self.hosts);
        let (mut parts, body) = request.into_parts();
        let body = match self.intake.read(body).await {
            Ok(body) => body,
            Err(unread) => return refusal(unread.status(), unread.words()),
        };
        if weight::is_heavy(&body) {
            return refusal(StatusCode::PAYLOAD_TOO_LARGE, weight::TOO_HEAVY);
        }
        if let Some(head) = head {
            let era = head.era();
            let message = Message::read(&body, era == Era::Handshake);
            let message = message.filter(|message| agrees(&parts.headers, era, message) && self.door.takes(message));
            match (message, head) {
                (Some(message), Head::Alone(_)) => {
                    let cancelled = CancellationToken::new();
                    // Whoever passes an answer's future on moves a pointer, and not all that a call may need.
                    let answered = Box::pin(self.door.answer(caller, &message, &cancelled));
                    return answer(forwarding(Forwarded::of(&parts.extensions), answered).await);
                }
                (Some(message), Head::In(session)) if session.is_shaken() && !session.log.is_wanted() => {
                    let (running, door) = (session.begin(&message.id), self.door.clone());
                    let answered = async move { door.answer(caller, &message, &running.cancelled).await };
                    // A connection that closes cancels nothing in a session; a notification does.
                    return answer(ToTheEnd::new(forwarding(Forwarded::of(&parts.extensions), answered)).await);
                }
                (None, Head::In(session)) if message::cancels(&body).is_some_and(|id| session.cancel(id)) => {
                    let mut accepted = Response::new(Body::empty());
                    *accepted.status_mut() = StatusCode::ACCEPTED;
                    return accepted;
                }
                _ => {}
            }
        }
        if let Some(written) = Written::of(&body) {
            parts.extensions.insert(written);
        }
        self.leave(Request::from_parts(parts, Body::from(body)), caller).await
    }

    /// Leaves a request to the SDK. Hardly any goes this way, and the future of one that does not is the smaller for it.
    fn leave(&self, mut request: Request, caller: Caller) -> BoxFuture<'_, Response> {
        request.extensions_mut().insert(caller);
        let session = one(request.headers(), &SESSION).and_then(|id| self.sessions.as_ref()?.find(id));
        if let Some(session) = session {
            request.extensions_mut().insert(session.log.clone());
        }
        Box::pin(async { self.sdk.handle(request).await.map(Body::new) })
    }

    /// Whether a request would begin a session that there is no room for. Requests of older revisions that name no
    /// session do nothing else but begin one.
    fn begins_one_too_many(&self, request: &Request) -> bool {
        let Some(sessions) = &self.sessions else { return false };
        let headers = request.headers();
        !headers.contains_key(&SESSION) && one(headers, &VERSION) != Some(STATELESS) && !sessions.has_room()
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

fn refusal(status: StatusCode, text: &'static str) -> Response {
    let mut response = Response::new(Body::from(text));
    *response.status_mut() = status;
    if status == StatusCode::SERVICE_UNAVAILABLE {
        response.headers_mut().insert(header::RETRY_AFTER, RETRY_AFTER);
    }
    response
}

fn answer(text: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// What the headers of a request say, if they are plain.
fn head(request: &Request, sessions: Option<&Sessions>, hosts: &Hosts) -> Option<Head> {
    let headers = request.headers();
    let plain = request.method() == Method::POST
        && !headers.contains_key(header::ORIGIN)
        && !headers.contains_key(header::CONTENT_ENCODING)
        && one(headers, &header::CONTENT_TYPE).is_some_and(|value| value.eq_ignore_ascii_case("application/json"))
        && one(headers, &header::ACCEPT).is_some_and(accepts_both)
        && one(headers, &header::HOST).is_some_and(|host| hosts.have(host));
    if !plain {
        return None;
    }
    // Before 2025-06-18 there was no such header.
    let version = one(headers, &VERSION);
    if version.is_none() && headers.contains_key(&VERSION) {
        return None;
    }
    let session = headers.contains_key(&SESSION);
    match (version, sessions) {
        (Some(STATELESS), _) if !session => {
            let parameters = headers.keys().any(|name| name.as_str().starts_with("mcp-param-"));
            (!parameters).then_some(Head::Alone(Era::Stateless))
        }
        (Some(version), None) if !session && HANDSHAKE.contains(&version) => Some(Head::Alone(Era::Handshake)),
        (version, Some(sessions)) if session && version.is_none_or(|version| HANDSHAKE.contains(&version)) => {
            sessions.find(one(headers, &SESSION)?).map(Head::In)
        }
        _ => None,
    }
}

/// Whether the headers and the message say the same.
fn agrees(headers: &HeaderMap, era: Era, message: &Message) -> bool {
    message.era == era
        && (era == Era::Handshake
            || one(headers, &METHOD) == Some(message.method())
                && match message.name() {
                    Some(name) => one(headers, &NAME) == Some(name),
                    None => !headers.contains_key(&NAME),
                })
}

/// The value of a header that stands there once, and is plain text.
fn one<'h>(headers: &'h HeaderMap, name: &HeaderName) -> Option<&'h str> {
    let mut values = headers.get_all(name).iter();
    let value = values.next()?;
    if values.next().is_some() { None } else { value.to_str().ok() }
}

fn accepts_both(accept: &str) -> bool {
    let has = |wanted: &str| accept.split(',').any(|entry| entry.trim().eq_ignore_ascii_case(wanted));
    !accept.contains(';') && has("application/json") && has("text/event-stream")
}

impl Hosts {
    /// Those of the entries that name no port; the SDK looks at the others.
    fn of(entries: &[String]) -> Self {
        let name = |entry: &String| entry.trim_start_matches('[').trim_end_matches(']').to_ascii_lowercase();
        let is_name = |name: &String| !name.contains(':') || name.parse::<Ipv6Addr>().is_ok();
        Self(entries.iter().map(name).filter(is_name).collect())
    }

    /// Whether a `Host` is one of them.
    fn have(&self, host: &str) -> bool {
        let name = match host.rsplit_once(':') {
            Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
            _ => host,
        };
        let name = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')).unwrap_or(name);
        self.0.iter().any(|known| name.eq_ignore_ascii_case(known))
    }
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

    fn hosts() -> Hosts {
        Hosts::of(&["localhost", "127.0.0.1", "::1", "MCP.example", "other.example:80"].map(str::to_owned))
    }

    fn era(request: &Request) -> Option<Era> {
        head(request, None, &hosts()).map(|head| head.era())
    }

    #[test]
    fn only_requests_with_plain_headers_take_the_short_way() {
        let stateless = Some(Era::Stateless);
        let cases: [(&[(&str, Option<&str>)], Option<Era>); 19] = [
            (&[], stateless),
            (&[("host", Some("localhost"))], stateless),
            (&[("host", Some("[::1]:80"))], stateless),
            (&[("host", Some("mcp.Example:443"))], stateless),
            (&[("host", Some("other.example:80"))], None),
            (&[("host", Some("evil.example"))], None),
            (&[("host", Some("evil.example:127.0.0.1"))], None),
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
            let head = head(&request(change), Some(&sessions), &hosts());
            assert_eq!(matches!(head, Some(Head::In(_))), expected, "{change:?} {head:?}");
        }
    }
}

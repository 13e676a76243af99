//! Plain requests over HTTP: those whose headers say nothing that the SDK would have to look at.

use axum::{
    body::{Body, to_bytes},
    extract::Request,
    response::Response,
};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};
use rmcp::transport::{StreamableHttpService, streamable_http_server::session::local::LocalSessionManager};
use std::sync::Arc;
use tokio_util::sync::CancellationToken;

use super::{Door, Era, Message, message::STATELESS};
use crate::{
    auth::forwarding,
    server::{auth::Forwarded, handler::Handler},
};

/// The revisions before [`STATELESS`].
const HANDSHAKE: [&str; 4] = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"];
/// Names of this machine, which no page elsewhere can make a browser send.
const LOOPBACK: [&str; 3] = ["localhost", "127.0.0.1", "[::1]"];

/// The MCP endpoint.
#[derive(Clone)]
pub(in super::super) struct Endpoint {
    door: Door,
    sdk: StreamableHttpService<Arc<Handler>, LocalSessionManager>,
    sessions: bool,
    max_bytes: usize,
}

impl Endpoint {
    /// `sessions` says whether clients of the revisions with a handshake have sessions, which only the SDK knows.
    pub(in super::super) fn new(
        door: Door,
        sdk: StreamableHttpService<Arc<Handler>, LocalSessionManager>,
        sessions: bool,
        max_bytes: usize,
    ) -> Self {
        Self { door, sdk, sessions, max_bytes }
    }

    /// Answers a request of any kind.
    pub(in super::super) async fn serve(self, request: Request) -> Response {
        let era = era(&request, self.sessions).filter(|_| length(request.headers()) <= self.max_bytes);
        let Some(era) = era else { return self.sdk.handle(request).await.map(Body::new) };
        let (parts, body) = request.into_parts();
        let Ok(body) = to_bytes(body, self.max_bytes).await else {
            // The client broke off, and nobody reads what is said here.
            return Response::new(Body::empty());
        };
        match Message::read(&body, era == Era::Handshake).filter(|message| agrees(&parts.headers, era, message)) {
            Some(message) => {
                let cancelled = CancellationToken::new();
                let caller = parts.extensions.get().copied().unwrap_or_default();
                let answered = self.door.answer(caller, &message, &cancelled);
                answer(forwarding(Forwarded::of(&parts.extensions), answered).await)
            }
            None => self.sdk.handle(Request::from_parts(parts, Body::from(body))).await.map(Body::new),
        }
    }
}

fn answer(text: Vec<u8>) -> Response {
    let mut response = Response::new(Body::from(Bytes::from(text)));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

/// The form of a request whose headers are plain.
fn era(request: &Request, sessions: bool) -> Option<Era> {
    let headers = request.headers();
    let plain = request.method() == Method::POST
        && !headers.contains_key(header::ORIGIN)
        && !headers.contains_key(header::CONTENT_ENCODING)
        && !headers.contains_key("mcp-session-id")
        && one(headers, "content-type").is_some_and(|value| value.eq_ignore_ascii_case("application/json"))
        && one(headers, "accept").is_some_and(accepts_both)
        && one(headers, "host").is_some_and(is_loopback);
    match one(headers, "mcp-protocol-version")? {
        STATELESS if plain => {
            let parameters = headers.keys().any(|name| name.as_str().starts_with("mcp-param-"));
            (!parameters).then_some(Era::Stateless)
        }
        version if plain && !sessions && HANDSHAKE.contains(&version) => Some(Era::Handshake),
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
            assert_eq!(era(&request(change), false), expected, "{change:?}");
        }
        assert_eq!(era(&request(&[("mcp-protocol-version", Some("2025-11-25"))]), true), None, "it may have a session");
        let mut get = request(&[]);
        *get.method_mut() = Method::GET;
        assert_eq!(era(&get, false), None);
    }
}

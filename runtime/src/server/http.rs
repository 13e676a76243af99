//! Many clients over streamable HTTP.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use axum::{
    Router,
    body::Body,
    extract::{ConnectInfo, Request},
    response::Response,
    routing::{any, get},
};
use http::{HeaderValue, Method, header};
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use tokio::net::TcpListener;
use tokio_util::{sync::CancellationToken, task::TaskTracker};
use tower_http::cors::{AllowHeaders, AllowOrigin, CorsLayer};

use super::{
    InboundError, InboundOptions, ServeError, ServerOptions,
    admission::Callers,
    auth::{Endpoint, Guard, METADATA},
    connections,
    door::{self, Door},
    front::{self, Front},
    handler::Handler,
    intake::Intake,
    origin::AllowedOrigin,
    sessions::Sessions,
};
use crate::dispatch::Dispatch;

/// How long connections may take to close after the last call.
const CLOSING: Duration = Duration::from_secs(1);
/// Where health checks are answered.
const HEALTH: &str = "/healthz";

/// Where and for whom to serve.
#[derive(Debug, Clone)]
pub struct HttpOptions {
    /// The address or name to listen on.
    pub host: String,
    /// The port; 0 takes a free one.
    pub port: u16,
    /// The path of the MCP endpoint.
    pub path: String,
    /// Whether clients of the revisions before 2026-07-28 get sessions. Without sessions what they cancel by a
    /// notification runs on.
    pub sessions: bool,
    /// How many connections there are at most; others wait until one ends.
    pub max_connections: usize,
    /// How long a client may take to begin a request and to send its head, to send its body, and how long it may take
    /// nothing of an answer.
    pub client_timeout: Duration,
    /// How many sessions there are at most. The one that was not used for longest makes room for another, unless
    /// something is open in all of them.
    pub max_sessions: usize,
    /// After how long without a request, and with no open stream, a session ends.
    pub session_idle: Duration,
    /// Values of `Host` that are taken beside the loopback names and [`host`](Self::host): a name, or a name and a port.
    pub allow_hosts: Vec<String>,
    /// Origins whose browser pages may call. A request with any other `Origin` is refused.
    pub allow_origins: Vec<String>,
    /// Who may call, and what of their requests goes upstream.
    pub inbound: InboundOptions,
}

impl Default for HttpOptions {
    fn default() -> Self {
        Self {
            host: "127.0.0.1".to_owned(),
            port: 8000,
            path: "/mcp".to_owned(),
            sessions: true,
            max_connections: 4096,
            client_timeout: Duration::from_secs(75),
            max_sessions: 1000,
            // Clients idle for hours, and some never begin a new session when theirs is gone.
            session_idle: Duration::from_hours(4),
            allow_hosts: Vec::new(),
            allow_origins: Vec::new(),
            inbound: InboundOptions::default(),
        }
    }
}

/// A server that listens and does not answer yet.
#[derive(Debug)]
pub struct HttpServer {
    listener: TcpListener,
    address: SocketAddr,
    options: HttpOptions,
    origins: Vec<AllowedOrigin>,
}

impl HttpServer {
    /// Checks the options and listens. Without authentication that is on loopback only, unless it is said otherwise.
    pub async fn bind(options: HttpOptions) -> Result<Self, ServeError> {
        if !options.path.starts_with('/') || options.path.contains(|c: char| "?#{}*".contains(c) || c.is_whitespace()) {
            return Err(ServeError::Path(options.path));
        }
        if options.path == HEALTH {
            return Err(ServeError::PathTaken);
        }
        let origins = options.allow_origins.iter().map(|text| AllowedOrigin::parse(text)).collect::<Result<_, _>>()?;
        let host = options.host.trim_start_matches('[').trim_end_matches(']');
        let listener = TcpListener::bind((host, options.port)).await;
        let listener = listener.map_err(|error| bind_error(&options, &error))?;
        let address = listener.local_addr()?;
        let open = !options.inbound.authenticates() && !options.inbound.insecure_no_auth;
        if open && !address.ip().to_canonical().is_loopback() {
            return Err(InboundError::Open(format!("{}:{}", options.host, address.port())).into());
        }
        Ok(Self { listener, address, options, origins })
    }

    /// The address that is listened on.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// The URL for clients.
    pub fn url(&self) -> String {
        format!("http://{}{}", self.address, self.options.path)
    }

    /// Serves until `stop` is cancelled. Then no connection is taken any more, and calls that still run have
    /// [`ServerOptions::shutdown_timeout`] to end.
    pub async fn serve(
        self,
        dispatch: Dispatch,
        options: &ServerOptions,
        stop: CancellationToken,
    ) -> Result<(), ServeError> {
        let calls = TaskTracker::new();
        let sessions = Arc::new(Sessions::new(self.options.max_sessions, self.options.session_idle));
        let sdk_stop = CancellationToken::new();
        let patience = self.options.client_timeout;
        let intake = Intake { max_bytes: options.max_request_bytes, patience };
        let endpoint = Endpoint {
            url: self.url(),
            is_unspecified: self.address.ip().is_unspecified(),
            catalog: dispatch.catalog(),
            network: dispatch.client().options(),
            sessions: Arc::clone(&sessions),
            intake,
        };
        let guard = Guard::new(&self.options.inbound, &endpoint)?;
        let handler = Arc::new(Handler::new(dispatch, options, calls.clone()));
        let sdk = self.sdk(&handler, &sessions, options.max_request_bytes, sdk_stop.clone());
        let in_use = self.options.sessions.then(|| Arc::clone(&sessions));
        let hosts = self.allowed_hosts();
        let door = door::http::Endpoint::new(Door::new(handler), sdk, in_use, &hosts, intake);
        let front = self.front(front::Endpoint { guard, callers: Callers::default(), calls: calls.clone(), door });
        let limits = connections::Limits { connections: self.options.max_connections, patience };
        let serving = connections::serve(self.listener, limits, Arc::new(front), stop.clone());
        let stopping = async {
            stop.cancelled().await;
            calls.close();
            if tokio::time::timeout(options.shutdown_timeout, calls.wait()).await.is_err() {
                tracing::warn!(calls = calls.len(), "calls did not end in time and are dropped");
            }
            // Streams that clients hold open end only now, so that no answer is cut off.
            sdk_stop.cancel();
            tokio::time::sleep(CLOSING).await;
        };
        tokio::select! {
            served = serving => Ok(served?),
            () = stopping => Ok(()),
            () = sessions.end_idle_ones() => Ok(()),
        }
    }

    /// What answers all that the door does not.
    fn sdk(
        &self,
        handler: &Arc<Handler>,
        sessions: &Arc<Sessions>,
        max_request_bytes: usize,
        stop: CancellationToken,
    ) -> StreamableHttpService<Arc<Handler>, Sessions> {
        let config = StreamableHttpServerConfig::default()
            .with_legacy_session_mode(self.options.sessions)
            // What the SDK answers in a session comes in an event stream all the same.
            .with_json_response(true)
            .with_allowed_hosts(self.allowed_hosts())
            .with_allowed_origins(self.origins.iter().map(AllowedOrigin::to_sdk))
            .enforce_origin_validation()
            .with_max_request_body_bytes(max_request_bytes)
            .with_cancellation_token(stop);
        let handler = Arc::clone(handler);
        StreamableHttpService::new(move || Ok(Arc::clone(&handler)), Arc::clone(sessions), config)
    }

    fn front(&self, endpoint: front::Endpoint) -> Front {
        let endpoint = Arc::new(endpoint);
        let metadata = endpoint.guard.metadata.clone();
        let answers = Arc::clone(&endpoint);
        let service = any(async move |ConnectInfo(address): ConnectInfo<SocketAddr>, request: Request| {
            answers.answer(request, address).await
        });
        let path = self.options.path.as_str();
        let mut router = Router::new().route(path, service.clone());
        if !path.ends_with('/') {
            router = router.route(&format!("{path}/"), service);
        }
        if let Some(metadata) = metadata {
            // At the root too, where some clients look first.
            for path in [METADATA.to_owned(), format!("{METADATA}{}", path.trim_end_matches('/'))] {
                let document = metadata.clone();
                router = router.route(&path, get(async move || json(&document)));
            }
        }
        if !self.origins.is_empty() {
            router = router.layer(cors(self.origins.clone()));
        }
        Front { endpoint, path: path.to_owned(), router: router.route(HEALTH, get(health)) }
    }

    fn allowed_hosts(&self) -> Vec<String> {
        let own = [self.options.host.clone(), self.address.ip().to_string()];
        let loopback = ["localhost", "127.0.0.1", "::1"].map(str::to_owned);
        loopback.into_iter().chain(own).chain(self.options.allow_hosts.iter().cloned()).collect()
    }
}

fn bind_error(options: &HttpOptions, error: &std::io::Error) -> ServeError {
    use std::io::ErrorKind;
    let (reason, help) = match error.kind() {
        ErrorKind::AddrInUse => (
            "the port is in use".to_owned(),
            "end the program that has it, or choose another with --port (0: any free one)",
        ),
        ErrorKind::PermissionDenied => {
            ("the system does not permit it".to_owned(), "choose a port above 1023 with --port")
        }
        ErrorKind::AddrNotAvailable => {
            ("this machine does not have that address".to_owned(), "choose one of its own with --host")
        }
        _ => (error.to_string(), "check --host and --port"),
    };
    ServeError::Bind { address: format!("{}:{}", options.host, options.port), reason, help }
}

/// What browsers need to be told before they let a page call.
fn cors(origins: Vec<AllowedOrigin>) -> CorsLayer {
    CorsLayer::new()
        .allow_origin(AllowOrigin::predicate(move |origin, _| origins.iter().any(|allowed| allowed.allows(origin))))
        .allow_methods([Method::GET, Method::POST, Method::DELETE])
        // The headers of the protocol are an open set: a tool's parameter may be one.
        .allow_headers(AllowHeaders::mirror_request())
        .expose_headers([
            header::HeaderName::from_static("mcp-session-id"),
            header::HeaderName::from_static("mcp-protocol-version"),
            header::WWW_AUTHENTICATE,
        ])
        .max_age(Duration::from_mins(10))
}

async fn health() -> Response {
    json(r#"{"status":"ok"}"#)
}

fn json(text: &str) -> Response {
    let mut response = Response::new(Body::from(text.to_owned()));
    response.headers_mut().insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
    response
}

#[cfg(test)]
mod tests {
    use std::io::{Error, ErrorKind};

    use super::*;

    #[test]
    fn who_cannot_listen_is_told_what_helps() {
        let options = HttpOptions { port: 80, ..HttpOptions::default() };
        let cases = [
            (ErrorKind::AddrInUse.into(), "the port is in use; end the program that has it"),
            (ErrorKind::PermissionDenied.into(), "the system does not permit it; choose a port above 1023"),
            (ErrorKind::AddrNotAvailable.into(), "this machine does not have that address; choose one of its own"),
            (Error::other("no such host"), "no such host; check --host and --port"),
        ];
        for (error, expected) in cases {
            let told = bind_error(&options, &error).to_string();
            assert!(told.contains("127.0.0.1:80") && told.contains(expected), "{told}");
        }
    }

    #[tokio::test]
    async fn paths_are_checked_and_told() {
        let cases = [
            ("/mcp", true),
            ("/", true),
            ("/a/b/", true),
            ("mcp", false),
            ("", false),
            ("/a?b", false),
            ("/a#b", false),
            ("/{a}", false),
            ("/a*", false),
            ("/a b", false),
            (HEALTH, false),
        ];
        for (path, expected) in cases {
            let options = HttpOptions { port: 0, path: path.to_owned(), ..HttpOptions::default() };
            match HttpServer::bind(options).await {
                Ok(server) => {
                    assert!(expected && server.url() == format!("http://{}{path}", server.address()), "{path}");
                }
                Err(error) => assert!(!expected, "{path}: {error}"),
            }
        }
    }
}

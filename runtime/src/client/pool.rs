//! Connections that are kept, and requests sent over them.

use std::{cell::Cell, error::Error, num::NonZero, sync::Arc, thread, time::Duration};

use bytes::Bytes;
use http::{HeaderValue, Uri, header};
use http_body_util::Full;
use hyper::{Request, Response, body::Incoming};
use hyper_util::{
    client::legacy::{self, Client},
    rt::{TokioExecutor, TokioTimer},
};

use super::{
    ClientOptions, Outgoing, SendError,
    connect::Connector,
    error::causes,
    tls::{Identity, Trust},
};

/// How long a connection is kept that nobody uses.
const IDLE: Duration = Duration::from_secs(90);
/// How often a request is sent again that the server says it has not looked at.
const AGAIN: usize = 2;

thread_local! {
    static LANE: Cell<usize> = const { Cell::new(0) };
}

/// Gives this thread, one of several that each run tasks of their own, connections of its own: the tasks of a
/// connection stay on the thread that opened it. All other threads share theirs.
#[cfg(feature = "server")]
pub(crate) fn keep_connections_apart(thread: usize) {
    LANE.set(thread);
}

/// Connections that show one identity, or none; cheap to clone.
#[derive(Clone)]
pub(crate) struct Pool {
    /// One for each thread that keeps its connections apart.
    lanes: Arc<[Client<Connector, Full<Bytes>>]>,
    connector: Connector,
}

impl Pool {
    pub(super) fn new(options: &ClientOptions, trust: Arc<Trust>, identity: Option<Identity>) -> Self {
        let connector = Connector::new(options, trust, identity);
        let lane = || {
            Client::builder(TokioExecutor::new())
                .timer(TokioTimer::new())
                .pool_timer(TokioTimer::new())
                .pool_idle_timeout(IDLE)
                .build(connector.clone())
        };
        let threads = thread::available_parallelism().map_or(1, NonZero::get);
        Self { lanes: (0..threads).map(|_| lane()).collect(), connector }
    }

    /// What a request to `address` tells a proxy of who asks, if it goes to one that reads the request.
    pub(super) fn proxy_authorization(&self, address: &Uri) -> Option<HeaderValue> {
        self.connector.proxy_authorization(address)
    }

    fn lane(&self) -> &Client<Connector, Full<Bytes>> {
        &self.lanes[LANE.get() % self.lanes.len()]
    }

    /// Sends a request. One that a server gives back unread is sent again.
    ///
    /// # Errors
    /// When no answer came.
    pub(super) async fn send(
        &self,
        outgoing: &Outgoing,
        options: &ClientOptions,
    ) -> Result<Response<Incoming>, SendError> {
        let Outgoing { method, address, headers, body } = outgoing;
        let authorization = self.connector.proxy_authorization(address);
        let mut again = 0;
        loop {
            let mut request = Request::new(Full::new(body.clone().unwrap_or_default()));
            *request.method_mut() = method.clone();
            *request.uri_mut() = address.clone();
            *request.headers_mut() = headers.clone();
            if let Some(authorization) = &authorization {
                request.headers_mut().entry(header::PROXY_AUTHORIZATION).or_insert_with(|| authorization.clone());
            }
            match self.lane().request(request).await {
                Err(error) if again < AGAIN && is_unread(&error) => again += 1,
                answer => return answer.map_err(|error| SendError::of(&error, options)),
            }
        }
    }
}

/// Whether the server says that it has not looked at the request (RFC 9113, section 8.7).
fn is_unread(error: &legacy::Error) -> bool {
    let refused = |cause: &(dyn Error + 'static)| {
        cause.downcast_ref::<h2::Error>().is_some_and(|error| {
            error.is_remote()
                && match error.reason() {
                    Some(h2::Reason::NO_ERROR) => error.is_go_away(),
                    Some(h2::Reason::REFUSED_STREAM) => error.is_reset(),
                    _ => false,
                }
        })
    };
    causes(error).any(refused)
}

//! What a request over HTTP passes before it is answered: who sent it, as whom it counts, and that it runs.
//!
//! Requests for the endpoint take a short way; everything that is not the protocol's (health, metadata, what browsers ask
//! first) goes through the router, which ends here too.

use std::{net::SocketAddr, sync::Arc};

use axum::{
    Router,
    body::{Body, HttpBody},
    extract::{ConnectInfo, Request},
    response::Response,
};
use bytes::Bytes;
use http::{Method, header};
use hyper::body::Incoming;
use tokio_util::task::{TaskTracker, task_tracker::TaskTrackerToken};
use tower_service::Service;

use super::{admission::Callers, auth::Guard, caller, connections, door};

/// The MCP endpoint and what stands before it.
pub(super) struct Endpoint {
    pub(super) guard: Guard,
    pub(super) callers: Callers,
    /// Holds a token for each request until the last byte of its answer.
    pub(super) calls: TaskTracker,
    pub(super) door: door::http::Endpoint,
}

impl Endpoint {
    /// Answers a request of the client at `address`.
    pub(super) async fn answer(&self, request: Request, address: SocketAddr) -> Response {
        // Other methods open streams that never end by themselves.
        let running = (request.method() == Method::POST).then(|| self.calls.token());
        let answered = self.guard.pass(request, |request| {
            let caller = caller::of(&self.callers, &request, address, self.door.has_sessions());
            self.door.serve(request, caller)
        });
        let answer = answered.await;
        match running {
            Some(running) => answer.map(|body| Body::new(Counted { body, _running: running })),
            None => answer,
        }
    }
}

/// All that is served.
pub(super) struct Front {
    pub(super) endpoint: Arc<Endpoint>,
    /// Where the endpoint is.
    pub(super) path: String,
    pub(super) router: Router,
}

impl connections::Front for Front {
    async fn answer(self: Arc<Self>, request: http::Request<Incoming>, address: SocketAddr) -> Response {
        let mut request = request.map(Body::new);
        let plain = request.method() == Method::POST
            && request.uri().path() == self.path
            && !request.headers().contains_key(header::ORIGIN);
        if plain {
            return self.endpoint.answer(request, address).await;
        }
        request.extensions_mut().insert(ConnectInfo(address));
        match self.router.clone().call(request).await {
            Ok(answer) => answer,
            Err(never) => match never {},
        }
    }
}

/// An answer that counts as running until its last byte.
struct Counted {
    body: Body,
    _running: TaskTrackerToken,
}

impl HttpBody for Counted {
    type Data = Bytes;
    type Error = axum::Error;

    fn poll_frame(
        mut self: std::pin::Pin<&mut Self>,
        context: &mut std::task::Context<'_>,
    ) -> std::task::Poll<Option<Result<http_body::Frame<Bytes>, axum::Error>>> {
        std::pin::Pin::new(&mut self.body).poll_frame(context)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> http_body::SizeHint {
        self.body.size_hint()
    }
}

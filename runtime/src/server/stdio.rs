//! One client over standard input and output.
//!
//! The SDK ends a few seconds after its input does, whatever still runs. The transport here counts the requests that
//! wait for an answer and lets the input end only when there are none, or when their time is up.

use std::{
    collections::HashSet,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, RequestId},
    service::{RxJsonRpcMessage, ServerInitializeError, TxJsonRpcMessage, serve_server_with_ct},
    transport::{
        Transport,
        async_rw::AsyncRwTransport,
        io::{StdioReader, StdioWriter, stdio_pipes},
    },
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::{ServeError, ServerOptions, handler::Handler};
use crate::dispatch::Dispatch;

/// Serves the client behind standard input and output until the input ends or `stop` is cancelled. Calls that still run
/// then have [`ServerOptions::shutdown_timeout`] to answer.
///
/// Nothing else may write to standard output meanwhile.
///
/// # Errors
/// When the client's first message is no MCP, or the transport breaks.
pub async fn serve_stdio(
    dispatch: Dispatch,
    options: &ServerOptions,
    stop: CancellationToken,
) -> Result<(), ServeError> {
    let (input, output) = stdio_pipes();
    let abort = CancellationToken::new();
    let transport = Stdio {
        inner: AsyncRwTransport::new_server(input, output),
        stop,
        client_gone: CancellationToken::new(),
        abort: abort.clone(),
        waiting: HashSet::new(),
        grace: options.shutdown_timeout,
        deadline: None,
    };
    let handler = Arc::new(Handler::new(dispatch, options, TaskTracker::new()));
    let running = match serve_server_with_ct(handler, transport, abort).await {
        Ok(running) => running,
        // A client that leaves before it says anything is no failure.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => return Ok(()),
        Err(error) => return Err(ServeError::Handshake(error.to_string())),
    };
    match running.waiting().await {
        Ok(_) => Ok(()),
        Err(error) => Err(ServeError::Io(io::Error::other(error))),
    }
}

/// The SDK's transport, which ends late.
struct Stdio {
    inner: AsyncRwTransport<RoleServer, StdioReader, StdioWriter>,
    stop: CancellationToken,
    /// Cancelled when nobody reads the output any more.
    client_gone: CancellationToken,
    /// Cancels what still runs.
    abort: CancellationToken,
    /// Requests without an answer.
    waiting: HashSet<RequestId>,
    grace: Duration,
    /// Set when the input has ended.
    deadline: Option<Instant>,
}

impl Stdio {
    fn received(&mut self, message: &ClientJsonRpcMessage) {
        match message {
            JsonRpcMessage::Request(request) => {
                self.waiting.insert(request.id.clone());
            }
            // What is cancelled is not answered.
            JsonRpcMessage::Notification(notification) => {
                if let ClientNotification::CancelledNotification(cancelled) = &notification.notification
                    && let Some(id) = &cancelled.params.request_id
                {
                    self.waiting.remove(id);
                }
            }
            _ => {}
        }
    }
}

impl Transport<RoleServer> for Stdio {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        match &message {
            JsonRpcMessage::Response(response) => self.waiting.remove(&response.id),
            JsonRpcMessage::Error(error) => error.id.as_ref().is_some_and(|id| self.waiting.remove(id)),
            _ => false,
        };
        let client_gone = self.client_gone.clone();
        let sent = self.inner.send(message);
        async move {
            match sent.await {
                Err(error) if error.kind() == io::ErrorKind::BrokenPipe => {
                    client_gone.cancel();
                    Ok(())
                }
                sent => sent,
            }
        }
    }

    // The SDK drops this future whenever something else happens, and asks again: what must last stands in `self`.
    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        if self.deadline.is_none() {
            let message = tokio::select! {
                biased;
                () = self.client_gone.cancelled() => {
                    self.abort.cancel();
                    return None;
                }
                () = self.stop.cancelled() => None,
                message = self.inner.receive() => message,
            };
            if let Some(message) = message {
                self.received(&message);
                return Some(message);
            }
            self.deadline = Some(Instant::now() + self.grace);
        }
        if let (Some(deadline), false) = (self.deadline, self.waiting.is_empty()) {
            // Each answer wakes the SDK's loop, which then asks again.
            tokio::select! {
                () = self.client_gone.cancelled() => {}
                () = tokio::time::sleep_until(deadline.into()) => {
                    tracing::warn!(calls = self.waiting.len(), "calls did not end in time and are dropped");
                }
            }
            self.abort.cancel();
        }
        None
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        self.inner.close().await
    }
}

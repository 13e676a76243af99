//! One client over standard input and output.
//!
//! Plain requests are answered by the [door](super::door), everything else goes to the SDK, and the answers of both are
//! written by one task. The SDK ends a few seconds after its input does, whatever still runs: the transport here lets
//! the input end only when no request waits for an answer, or when their time is up.

mod lines;
mod output;

use std::{
    collections::{HashMap, HashSet},
    io,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

use rmcp::{
    RoleServer,
    model::{ClientJsonRpcMessage, ClientNotification, JsonRpcMessage, RequestId, ServerResult},
    service::{RxJsonRpcMessage, ServerInitializeError, TxJsonRpcMessage, serve_server_with_ct},
    transport::{Transport, io::stdio_pipes},
};
use serde::Deserialize;
use serde_json::value::RawValue;
use tokio::{
    io::{AsyncRead, AsyncWrite, BufReader},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use self::{
    lines::{Line, Lines},
    output::Output,
};
use super::{
    ServeError, ServerOptions,
    admission::Caller,
    door::{Door, Message, cancels},
    handler::Handler,
    spelling::Written,
    weight,
};
use crate::dispatch::Dispatch;

/// Answers that may wait for the client to read them, beside the calls that may run and wait for their turn. With more of them
/// no message is read, until the client reads. Before that, whatever the calls do, cancellations and pings are.
const PLACES: usize = 1024;

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
    serve_lines(dispatch, options, input, output, stop).await
}

/// Serves one client behind any two streams, as [`serve_stdio`] does.
///
/// # Errors
/// When the client's first message is no MCP, or the transport breaks.
pub async fn serve_lines<R, W>(
    dispatch: Dispatch,
    options: &ServerOptions,
    input: R,
    output: W,
    stop: CancellationToken,
) -> Result<(), ServeError>
where
    R: AsyncRead + Send + Sync + Unpin + 'static,
    W: AsyncWrite + Send + Unpin + 'static,
{
    let client_gone = CancellationToken::new();
    let (output, writing) = Output::start(output, client_gone.clone());
    let abort = CancellationToken::new();
    let handler = Arc::new(Handler::new(dispatch, options, TaskTracker::new()));
    let transport = Stdio {
        lines: Lines::new(BufReader::with_capacity(64 * 1024, input), options.max_request_bytes),
        output: Some(output),
        door: Door::new(handler.clone()),
        shaken: false,
        running: Running::default(),
        places: Arc::new(Semaphore::new(PLACES.saturating_add(options.calls.most()).min(Semaphore::MAX_PERMITS))),
        place: None,
        stop,
        client_gone,
        abort: abort.clone(),
        waiting: HashSet::new(),
        grace: options.shutdown_timeout,
        deadline: None,
    };
    let served = match Box::pin(serve_server_with_ct(handler, transport, abort)).await {
        Ok(running) => match running.waiting().await {
            Ok(_) => Ok(()),
            Err(error) => Err(ServeError::Io(io::Error::other(error))),
        },
        // A client that leaves before it says anything is no failure.
        Err(ServerInitializeError::ConnectionClosed(_) | ServerInitializeError::Cancelled) => Ok(()),
        Err(error) => Err(ServeError::Handshake(error.to_string())),
    };
    served.and(match writing.await {
        Ok(written) => written.map_err(ServeError::Io),
        Err(error) => Err(ServeError::Io(io::Error::other(error))),
    })
}

/// The transport that the SDK sees.
struct Stdio<R> {
    lines: Lines<BufReader<R>>,
    /// None once it is closed.
    output: Option<Output>,
    door: Door,
    /// Whether the client has shaken hands.
    shaken: bool,
    /// What the door answers.
    running: Running,
    /// One for each request that the door has not answered, or whose answer waits for the client to read.
    places: Arc<Semaphore>,
    /// The place of the next one.
    place: Option<OwnedSemaphorePermit>,
    stop: CancellationToken,
    /// Cancelled when nobody reads the output any more.
    client_gone: CancellationToken,
    /// Cancels what still runs.
    abort: CancellationToken,
    /// Requests that the SDK has not answered.
    waiting: HashSet<RequestId>,
    grace: Duration,
    /// Set when the input has ended.
    deadline: Option<Instant>,
}

/// The door's requests that run, by id.
#[derive(Clone, Default)]
struct Running {
    tasks: TaskTracker,
    tokens: Arc<Mutex<HashMap<Box<str>, CancellationToken>>>,
}

impl Running {
    fn tokens(&self) -> std::sync::MutexGuard<'_, HashMap<Box<str>, CancellationToken>> {
        self.tokens.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Answers a message on a task of its own.
    fn spawn(&self, door: Door, message: Message, output: Output, place: Option<OwnedSemaphorePermit>) {
        let cancelled = CancellationToken::new();
        self.tokens().insert(message.id.clone(), cancelled.clone());
        let running = self.clone();
        self.tasks.spawn(async move {
            let answer = door.answer(Caller::default(), &message, &cancelled).await;
            running.tokens().remove(&message.id);
            // What is cancelled is not answered.
            if !cancelled.is_cancelled() {
                output.send(answer).await;
            }
            drop(place);
        });
    }

    /// Cancels a request; false when it is none of these.
    fn cancel(&self, id: &str) -> bool {
        self.tokens().remove(id).is_some_and(|token| {
            token.cancel();
            true
        })
    }

    /// Cancels all.
    fn cancel_all(&self) {
        self.tokens().drain().for_each(|(_, token)| token.cancel());
    }

    /// Returns when none runs; no more may be spawned.
    async fn ended(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }
}

/// What is read of a message that is not plain.
#[derive(Deserialize)]
struct Outline<'a> {
    #[serde(borrow)]
    id: Option<&'a RawValue>,
    #[serde(borrow)]
    method: Option<&'a RawValue>,
}

impl<R: AsyncRead + Send + Sync + Unpin> Stdio<R> {
    /// The next message for the SDK; none at the end of the input.
    async fn next(&mut self) -> Option<ClientJsonRpcMessage> {
        loop {
            if self.place.is_none() {
                // None is closed as long as this lives.
                self.place = Arc::clone(&self.places).acquire_owned().await.ok();
            }
            let line = match self.lines.next().await {
                Ok(Some(Line::Text(line))) => line,
                Ok(Some(Line::TooLong)) => {
                    let limit = self.lines.max_bytes();
                    self.refuse(None, &format!("a message is longer than {limit} bytes, the most that is read")).await;
                    continue;
                }
                Ok(None) => return None,
                Err(error) => {
                    tracing::error!(%error, "standard input cannot be read");
                    return None;
                }
            };
            let text = line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&line);
            if weight::is_heavy(text) {
                let id = serde_json::from_slice::<Outline<'_>>(text).ok().and_then(|outline| outline.id);
                self.refuse(id.map(RawValue::get).filter(|id| is_id(id)), weight::TOO_HEAVY).await;
                continue;
            }
            if text.iter().all(u8::is_ascii_whitespace) {
                continue;
            }
            if let Some(message) = Message::read(text, self.shaken).filter(|message| self.door.takes(message)) {
                if let Some(output) = &self.output {
                    self.running.spawn(self.door.clone(), message, output.clone(), self.place.take());
                }
                continue;
            }
            if let Some(message) = self.unusual(text).await {
                return Some(message);
            }
        }
    }

    /// Reads a message as the SDK wants it; what is none is answered here.
    async fn unusual(&self, text: &[u8]) -> Option<ClientJsonRpcMessage> {
        let Ok(outline) = serde_json::from_slice::<Outline<'_>>(text) else {
            if serde_json::from_slice::<serde::de::IgnoredAny>(text).is_ok() {
                self.refuse(None, "a message is a JSON-RPC object").await;
            } else {
                // It has no id to answer to, and two sides that answer each other's noise would never end.
                tracing::debug!("a line that is no JSON was passed over");
            }
            return None;
        };
        let method = outline.method.map(RawValue::get);
        if cancels(text).is_some_and(|id| self.running.cancel(id)) {
            return None;
        }
        match serde_json::from_slice(text) {
            Ok(mut message) => {
                if let Some(arguments) = Written::of(text) {
                    arguments.attach(&mut message);
                }
                Some(message)
            }
            // A notification is not answered, whatever it is.
            Err(error) if outline.id.is_none() && method.is_some() => {
                tracing::debug!(%error, method, "a notification was passed over");
                None
            }
            Err(error) => {
                tracing::debug!(%error, "no message of the protocol");
                let id = outline.id.map(RawValue::get).filter(|id| is_id(id));
                self.refuse(id, "the message is no request of the protocol").await;
                None
            }
        }
    }

    /// Answers what is no request.
    async fn refuse(&self, id: Option<&str>, message: &str) {
        let id = id.unwrap_or("null");
        let message = serde_json::Value::from(message);
        let answer = format!(r#"{{"jsonrpc":"2.0","id":{id},"error":{{"code":-32600,"message":{message}}}}}"#);
        if let Some(output) = &self.output {
            output.send(answer.into_bytes()).await;
        }
    }

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

/// Whether a text is an id that can be answered to.
fn is_id(text: &str) -> bool {
    text.starts_with('"') || text.parse::<i64>().is_ok()
}

impl<R: AsyncRead + Send + Sync + Unpin + 'static> Transport<RoleServer> for Stdio<R> {
    type Error = io::Error;

    fn send(
        &mut self,
        message: TxJsonRpcMessage<RoleServer>,
    ) -> impl Future<Output = Result<(), io::Error>> + Send + 'static {
        match &message {
            JsonRpcMessage::Response(response) => {
                self.shaken |= matches!(response.result, ServerResult::InitializeResult(_));
                self.waiting.remove(&response.id);
            }
            JsonRpcMessage::Error(error) => {
                if let Some(id) = &error.id {
                    self.waiting.remove(id);
                }
            }
            _ => {}
        }
        let output = self.output.clone();
        async move {
            let line = serde_json::to_vec(&message)?;
            match output {
                Some(output) => output.send(line).await,
                None => return Err(io::ErrorKind::NotConnected.into()),
            }
            Ok(())
        }
    }

    // The SDK drops this future whenever something else happens, and asks again: what must last stands in `self`.
    async fn receive(&mut self) -> Option<RxJsonRpcMessage<RoleServer>> {
        if self.deadline.is_none() {
            let (client_gone, stop) = (self.client_gone.clone(), self.stop.clone());
            let message = tokio::select! {
                biased;
                () = client_gone.cancelled() => {
                    self.running.cancel_all();
                    self.abort.cancel();
                    return None;
                }
                () = stop.cancelled() => None,
                message = self.next() => message,
            };
            if let Some(message) = message {
                self.received(&message);
                return Some(message);
            }
            self.deadline = Some(Instant::now() + self.grace);
        }
        let deadline = self.deadline?;
        let late = tokio::time::sleep_until(deadline.into());
        tokio::pin!(late);
        // The door's requests end by themselves; each answer of the SDK's wakes its loop, which then asks again.
        let all_ended = async {
            self.running.ended().await;
            if !self.waiting.is_empty() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = all_ended => return None,
            () = self.client_gone.cancelled() => {}
            () = &mut late => {
                let calls = self.waiting.len() + self.running.tasks.len();
                tracing::warn!(calls, "calls did not end in time and are dropped");
            }
        }
        self.running.cancel_all();
        self.abort.cancel();
        None
    }

    async fn close(&mut self) -> Result<(), io::Error> {
        self.output = None;
        Ok(())
    }
}

//! Connections of clients: how many there may be, and on which threads they are served.
//!
//! A connection stays on the thread that it is given to, with the requests to the API that come of it: nothing on the way
//! of a call wakes another thread. Threads get connections in turn.

use std::{
    convert::Infallible,
    future::poll_fn,
    io,
    net::{self, SocketAddr},
    num::NonZero,
    pin::pin,
    sync::Arc,
    time::Duration,
};

use axum::{body::Body, response::Response};
use http::Request;
use hyper::{body::Incoming, server::conn::http1, service::service_fn};
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::{
    net::{TcpListener, TcpStream},
    sync::{OwnedSemaphorePermit, Semaphore, mpsc, oneshot},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

use super::steady::Steady;
use crate::client;

/// How long the listener rests when the system has no more to give.
const REST: Duration = Duration::from_millis(100);

/// What connections may take.
#[derive(Debug, Clone, Copy)]
pub(super) struct Limits {
    /// How many there may be at a time.
    pub(super) connections: usize,
    /// How long a client may take to send the head of a request, counted from the end of the one before, and how long it
    /// may take nothing of an answer.
    pub(super) patience: Duration,
}

/// Answers the requests of all connections.
pub(super) trait Front: Send + Sync + 'static {
    /// Answers a request of the client at `address`.
    fn answer(
        self: Arc<Self>,
        request: Request<Incoming>,
        address: SocketAddr,
    ) -> impl Future<Output = Response<Body>> + Send;
}

struct Accepted {
    /// Not known to the listener's runtime any more, which would hear of everything that comes and wake the thread.
    stream: net::TcpStream,
    address: SocketAddr,
    /// Given back when the connection has ended.
    place: OwnedSemaphorePermit,
}

/// Takes connections until `stop` is cancelled, and returns when all of them have ended.
/// When the future is dropped, what is left of them is.
pub(super) async fn serve(
    listener: TcpListener,
    limits: Limits,
    front: Arc<impl Front>,
    stop: CancellationToken,
) -> io::Result<()> {
    let places = Arc::new(Semaphore::new(limits.connections.min(Semaphore::MAX_PERMITS)));
    let abort = CancellationToken::new();
    let _abort_when_dropped = abort.clone().drop_guard();
    let mut threads = Vec::new();
    for index in 0..std::thread::available_parallelism().map_or(1, NonZero::get) {
        threads.push(Thread::start(index, limits.patience, front.clone(), stop.clone(), abort.clone())?);
    }
    let mut turn = (0..threads.len()).cycle();
    loop {
        let accepted = tokio::select! {
            () = stop.cancelled() => break,
            accepted = accept(&listener, &places) => accepted,
        };
        match accepted {
            Ok(accepted) => {
                let thread = turn.next().and_then(|turn| threads.get(turn));
                let sent = thread.map(|thread| thread.connections.send(accepted));
                debug_assert!(matches!(sent, Some(Ok(()))), "threads live as long as this");
            }
            Err(error) if is_the_clients(&error) => {}
            Err(error) => {
                tracing::warn!(%error, "no connection can be taken for now");
                tokio::time::sleep(REST).await;
            }
        }
    }
    drop(listener);
    for Thread { connections, ended } in threads {
        drop(connections);
        // An error is a thread that has ended, too.
        let _ = ended.await;
    }
    Ok(())
}

async fn accept(listener: &TcpListener, places: &Arc<Semaphore>) -> io::Result<Accepted> {
    let place = Arc::clone(places).acquire_owned().await.map_err(io::Error::other)?;
    let (stream, address) = listener.accept().await?;
    Ok(Accepted { stream: stream.into_std()?, address, place })
}

/// Whether a connection is gone before it was taken.
fn is_the_clients(error: &io::Error) -> bool {
    use io::ErrorKind::{ConnectionAborted, ConnectionRefused, ConnectionReset};
    matches!(error.kind(), ConnectionAborted | ConnectionRefused | ConnectionReset)
}

/// A thread that serves connections.
struct Thread {
    connections: mpsc::UnboundedSender<Accepted>,
    ended: oneshot::Receiver<()>,
}

impl Thread {
    fn start(
        index: usize,
        patience: Duration,
        front: Arc<impl Front>,
        stop: CancellationToken,
        abort: CancellationToken,
    ) -> io::Result<Self> {
        // They are as many as there are places.
        let (connections, mut given) = mpsc::unbounded_channel::<Accepted>();
        let (ending, ended) = oneshot::channel();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
        let serve = async move {
            let running = TaskTracker::new();
            while let Some(accepted) = given.recv().await {
                running.spawn(connection(accepted, patience, front.clone(), stop.clone()));
            }
            running.close();
            running.wait().await;
        };
        std::thread::Builder::new().name(format!("http-{index}")).spawn(move || {
            client::keep_connections_apart(index);
            runtime.block_on(async {
                tokio::select! {
                    () = serve => {}
                    () = abort.cancelled() => {}
                }
            });
            runtime.shutdown_background();
            // Nobody waits any more when the whole was dropped.
            let _ = ending.send(());
        })?;
        Ok(Self { connections, ended })
    }
}

async fn connection(accepted: Accepted, patience: Duration, front: Arc<impl Front>, stop: CancellationToken) {
    let Accepted { stream, address, place } = accepted;
    let stream = match TcpStream::from_std(stream) {
        Ok(stream) => stream,
        Err(error) => return tracing::warn!(%error, "a connection cannot be served"),
    };
    // A call is one small write each way; waiting for more to send would only delay it.
    if let Err(error) = stream.set_nodelay(true) {
        tracing::debug!(%error, "TCP_NODELAY cannot be set");
    }
    let service = service_fn(move |request| {
        let answer = front.clone().answer(request, address);
        async { Ok::<_, Infallible>(answer.await) }
    });
    let serving = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(patience)
        .serve_connection(TokioIo::new(Steady::new(stream, patience)), service);
    let mut serving = pin!(serving);
    let mut stopped = pin!(stop.cancelled());
    let mut stopping = false;
    let served = poll_fn(|context| {
        if !stopping && stopped.as_mut().poll(context).is_ready() {
            stopping = true;
            serving.as_mut().graceful_shutdown();
        }
        serving.as_mut().poll(context)
    });
    if let Err(error) = served.await {
        tracing::debug!(%error, "a connection broke");
    }
    drop(place);
}

#[cfg(test)]
mod tests {
    use std::io::ErrorKind;

    use super::*;

    #[test]
    fn only_what_is_the_clients_is_taken_lightly() {
        let cases = [
            (ErrorKind::ConnectionAborted, true),
            (ErrorKind::ConnectionReset, true),
            (ErrorKind::ConnectionRefused, true),
            // Of descriptors, say: asking again at once would only take up a core.
            (ErrorKind::Other, false),
            (ErrorKind::OutOfMemory, false),
        ];
        for (kind, expected) in cases {
            assert_eq!(is_the_clients(&kind.into()), expected, "{kind}");
        }
    }
}

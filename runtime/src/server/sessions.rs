//! The sessions of clients of the revisions before 2026-07-28: whose they are, what runs in them, when they end.
//!
//! The SDK keeps what a session needs for its streams. Its manager is wrapped here, so that the door and the SDK know the
//! same sessions, and so that sessions which clients leave behind cannot fill the memory: there are only so many, and the
//! one that was not used for longest makes room for a new one.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use futures_util::{Stream, StreamExt};
use rmcp::{
    model::{ClientJsonRpcMessage, ServerJsonRpcMessage},
    transport::streamable_http_server::session::{
        ServerSseMessage, SessionId, SessionManager,
        local::{LocalSessionManager, LocalSessionManagerError},
    },
};
use tokio::time::Instant;
use tokio_util::sync::CancellationToken;

use super::client_log::ClientLog;

/// Who began a session, as a digest.
pub(super) type Owner = [u8; 32];

/// The SDK's manager of sessions, with bounds.
#[derive(Debug)]
pub(super) struct Sessions {
    sdk: LocalSessionManager,
    known: Mutex<HashMap<SessionId, Arc<Session>>>,
    max: usize,
    idle: Duration,
}

/// One session.
#[derive(Debug)]
pub(super) struct Session {
    state: Mutex<State>,
    /// What its client wants to hear.
    pub(super) log: ClientLog,
}

#[derive(Debug)]
struct State {
    owner: Option<Owner>,
    /// Whether the client's handshake was answered.
    shaken: bool,
    used: Instant,
    /// Requests and streams that are open. A session that has any is not idle.
    open: usize,
    /// The door's requests, by id.
    running: HashMap<Box<str>, CancellationToken>,
}

/// Why a session cannot be used.
#[derive(Debug, thiserror::Error)]
pub(super) enum SessionError {
    /// As many sessions as there may be are in use.
    #[error("there are as many sessions as there may be, and all are in use")]
    Full,
    /// What the SDK's manager says.
    #[error(transparent)]
    Sdk(#[from] LocalSessionManagerError),
}

impl Sessions {
    /// At most `max` sessions; one ends when it was not used for `idle`.
    pub(super) fn new(max: usize, idle: Duration) -> Self {
        let mut sdk = LocalSessionManager::default();
        // The SDK does not see the door's requests, and so cannot tell how long a session is idle.
        sdk.session_config.keep_alive = None;
        Self { sdk, known: Mutex::default(), max, idle }
    }

    fn known(&self) -> MutexGuard<'_, HashMap<SessionId, Arc<Session>>> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A session, which is used thereby.
    pub(super) fn find(&self, id: &str) -> Option<Arc<Session>> {
        let session = self.known().get(id).cloned()?;
        session.state().used = Instant::now();
        Some(session)
    }

    /// Whether a session may be used: it is one's own, or nobody's.
    pub(super) fn is_open_to(&self, id: &str, who: &Owner) -> bool {
        self.find(id).is_none_or(|session| session.state().owner.as_ref().is_none_or(|owner| owner == who))
    }

    /// Remembers who began a session.
    pub(super) fn begun_by(&self, id: &str, who: Owner) {
        if let Some(session) = self.find(id) {
            session.state().owner.get_or_insert(who);
        }
    }

    /// Whether another session can begin.
    pub(super) fn has_room(&self) -> bool {
        let known = self.known();
        known.len() < self.max || least_used(&known).is_some()
    }

    /// Ends the sessions that are idle for too long, again and again.
    pub(super) async fn end_idle_ones(&self) {
        let pause = (self.idle / 8).clamp(Duration::from_secs(1), Duration::from_mins(1));
        loop {
            tokio::time::sleep(pause).await;
            self.end_idle().await;
        }
    }

    async fn end_idle(&self) {
        let is_over = |session: &Session| {
            let state = session.state();
            state.open == 0 && state.used.elapsed() >= self.idle
        };
        let over: Vec<_> =
            self.known().iter().filter(|(_, session)| is_over(session)).map(|(id, _)| id.clone()).collect();
        for id in over {
            self.end(&id).await;
        }
    }

    /// Ends the session that was not used for longest, where there are as many as there may be.
    async fn make_room(&self) -> Result<(), SessionError> {
        let ending = {
            let known = self.known();
            if known.len() < self.max {
                return Ok(());
            }
            least_used(&known).ok_or(SessionError::Full)?
        };
        tracing::debug!("the session that was idle for longest makes room");
        self.end(&ending).await;
        Ok(())
    }

    async fn end(&self, id: &SessionId) {
        if let Err(error) = self.close_session(id).await {
            tracing::debug!(%error, "a session did not end well");
        }
    }

    /// Counts a stream as open for as long as it lives.
    fn held<S: Stream + Send + Sync + 'static>(
        &self,
        id: &SessionId,
        stream: S,
    ) -> impl Stream<Item = S::Item> + Send + Sync + 'static + use<S> {
        let open = self.find(id).map(Open::new);
        stream.map(move |item| {
            let _lives = &open;
            item
        })
    }
}

/// The session that was not used for longest, of those in which nothing is open.
fn least_used(known: &HashMap<SessionId, Arc<Session>>) -> Option<SessionId> {
    let idle = known.iter().filter_map(|(id, session)| {
        let state = session.state();
        (state.open == 0).then_some((state.used, id))
    });
    idle.min_by_key(|(used, _)| *used).map(|(_, id)| id.clone())
}

impl Session {
    fn new() -> Self {
        let (used, running) = (Instant::now(), HashMap::new());
        let state = State { owner: None, shaken: false, used, open: 0, running };
        Self { state: Mutex::new(state), log: ClientLog::default() }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Whether the client's handshake was answered.
    pub(super) fn is_shaken(&self) -> bool {
        self.state().shaken
    }

    /// Begins a request, which is cancelled by its id.
    pub(super) fn begin(self: Arc<Self>, id: &str) -> Running {
        let cancelled = CancellationToken::new();
        self.state().running.insert(id.into(), cancelled.clone());
        Running { id: id.into(), cancelled, open: Open::new(self) }
    }

    /// Cancels a request of the door's; false when it is none of these.
    pub(super) fn cancel(&self, id: &str) -> bool {
        let cancelled = self.state().running.remove(id);
        cancelled.is_some_and(|token| {
            token.cancel();
            true
        })
    }

    fn cancel_all(&self) {
        self.state().running.drain().for_each(|(_, token)| token.cancel());
    }
}

/// Something open in a session.
#[derive(Debug)]
struct Open(Arc<Session>);

impl Open {
    fn new(session: Arc<Session>) -> Self {
        session.state().open += 1;
        Self(session)
    }
}

impl Drop for Open {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.open -= 1;
        state.used = Instant::now();
    }
}

/// A request of the door's that runs.
#[derive(Debug)]
pub(super) struct Running {
    id: Box<str>,
    open: Open,
    /// Cancelled when the client asks for it, or the session ends.
    pub(super) cancelled: CancellationToken,
}

impl Drop for Running {
    fn drop(&mut self) {
        self.open.0.state().running.remove(&self.id);
    }
}

impl SessionManager for Sessions {
    type Error = SessionError;
    type Transport = <LocalSessionManager as SessionManager>::Transport;

    async fn create_session(&self) -> Result<(SessionId, Self::Transport), SessionError> {
        self.make_room().await?;
        let (id, transport) = self.sdk.create_session().await?;
        self.known().insert(id.clone(), Arc::new(Session::new()));
        Ok((id, transport))
    }

    async fn initialize_session(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<ServerJsonRpcMessage, SessionError> {
        let answer = self.sdk.initialize_session(id, message).await?;
        if let Some(session) = self.find(id) {
            session.state().shaken = matches!(answer, ServerJsonRpcMessage::Response(_));
        }
        Ok(answer)
    }

    async fn has_session(&self, id: &SessionId) -> Result<bool, SessionError> {
        Ok(self.find(id).is_some() && self.sdk.has_session(id).await?)
    }

    async fn close_session(&self, id: &SessionId) -> Result<(), SessionError> {
        let session = self.known().remove(id);
        if let Some(session) = session {
            session.cancel_all();
        }
        Ok(self.sdk.close_session(id).await?)
    }

    async fn create_stream(
        &self,
        id: &SessionId,
        message: ClientJsonRpcMessage,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        Ok(self.held(id, self.sdk.create_stream(id, message).await?))
    }

    async fn accept_message(&self, id: &SessionId, message: ClientJsonRpcMessage) -> Result<(), SessionError> {
        Ok(self.sdk.accept_message(id, message).await?)
    }

    async fn create_standalone_stream(
        &self,
        id: &SessionId,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        Ok(self.held(id, self.sdk.create_standalone_stream(id).await?))
    }

    async fn resume(
        &self,
        id: &SessionId,
        last_event_id: String,
    ) -> Result<impl Stream<Item = ServerSseMessage> + Send + Sync + 'static, SessionError> {
        Ok(self.held(id, self.sdk.resume(id, last_event_id).await?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const IDLE: Duration = Duration::from_secs(100);

    async fn begin(sessions: &Sessions) -> Result<SessionId, SessionError> {
        // So that none is as old as another.
        tokio::time::advance(Duration::from_secs(1)).await;
        sessions.create_session().await.map(|(id, _)| id)
    }

    #[tokio::test(start_paused = true)]
    async fn the_session_that_is_idle_for_longest_makes_room() {
        let sessions = Sessions::new(2, IDLE);
        let first = begin(&sessions).await.unwrap();
        let second = begin(&sessions).await.unwrap();
        tokio::time::advance(Duration::from_secs(1)).await;
        sessions.find(&first).unwrap();
        let third = begin(&sessions).await.unwrap();
        assert!(sessions.find(&second).is_none(), "it was not used for longest");
        assert!(!sessions.has_session(&second).await.unwrap());
        assert_eq!(sessions.sdk.sessions.read().await.len(), 2);

        let running = [&first, &third].map(|id| sessions.find(id).unwrap().begin("1"));
        assert!(!sessions.has_room());
        assert!(matches!(begin(&sessions).await, Err(SessionError::Full)));
        for call in running {
            drop(call);
            tokio::time::advance(Duration::from_secs(1)).await;
        }
        assert!(sessions.has_room());
        begin(&sessions).await.unwrap();
        assert!(sessions.find(&first).is_none(), "what ran in it ended first");
        assert!(sessions.find(&third).is_some());
    }

    #[tokio::test(start_paused = true)]
    async fn only_idle_sessions_end() {
        let sessions = Sessions::new(10, IDLE);
        let unused = begin(&sessions).await.unwrap();
        let used = begin(&sessions).await.unwrap();
        let calling = begin(&sessions).await.unwrap();
        let call = sessions.find(&calling).unwrap().begin("1");
        tokio::time::advance(IDLE / 2).await;
        sessions.find(&used).unwrap();
        tokio::time::advance(IDLE / 2).await;
        sessions.end_idle().await;
        let left = |id: &SessionId| sessions.known().contains_key(id);
        assert_eq!([&unused, &used, &calling].map(left), [false, true, true]);
        tokio::time::advance(IDLE).await;
        drop(call);
        sessions.end_idle().await;
        assert_eq!([&used, &calling].map(left), [false, true], "a call that ends uses its session");
    }

    #[tokio::test]
    async fn requests_are_cancelled_by_id_and_by_the_end_of_their_session() {
        let sessions = Sessions::new(10, IDLE);
        let (id, _) = sessions.create_session().await.unwrap();
        let session = sessions.find(&id).unwrap();
        let [number, text, other] = ["1", r#""1""#, "2"].map(|id| session.clone().begin(id));
        assert!(session.cancel("1"));
        assert!(!session.cancel("1") && !session.cancel("3"));
        let cancelled = || [&number, &text, &other].map(|running| running.cancelled.is_cancelled());
        assert_eq!(cancelled(), [true, false, false]);
        drop(other);
        assert!(!session.cancel("2"), "it has ended");
        sessions.close_session(&id).await.unwrap();
        assert!(text.cancelled.is_cancelled());
    }

    #[tokio::test]
    async fn a_session_is_its_owners() {
        let sessions = Sessions::new(10, IDLE);
        let (id, _) = sessions.create_session().await.unwrap();
        assert!(sessions.is_open_to(&id, &[1; 32]), "nobody's yet");
        sessions.begun_by(&id, [1; 32]);
        sessions.begun_by(&id, [2; 32]);
        assert!(sessions.is_open_to(&id, &[1; 32]));
        assert!(!sessions.is_open_to(&id, &[2; 32]));
        assert!(sessions.is_open_to("another", &[2; 32]), "the SDK says that there is none");
    }
}

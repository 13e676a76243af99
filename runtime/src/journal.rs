//! What a call has to tell of its way to the API, while somebody listens.
//!
//! Notes belong to the task of one call and to what it awaits. They say methods, path templates, statuses and failures in
//! words: nothing of what arguments, credentials and answers hold.

use serde_json::Value;
use tokio::sync::mpsc;
#[cfg(feature = "server")]
use tokio::task::futures::TaskLocalFuture;

tokio::task_local! {
    static LISTENER: Listener;
}

/// How much a note matters.
#[cfg_attr(not(feature = "server"), expect(dead_code, reason = "only servers take all of them"))]
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Level {
    /// What happens on every call's way.
    Debug,
    /// What becomes of a call.
    Info,
    /// What makes a call slow.
    Warning,
    /// Why a call fails.
    Error,
}

/// A note.
#[derive(Debug, PartialEq)]
pub(crate) struct Note {
    pub(crate) level: Level,
    /// An object with a `message`.
    pub(crate) data: Value,
}

/// Takes notes that matter enough.
#[derive(Debug, Clone)]
pub(crate) struct Listener {
    from: Level,
    notes: mpsc::UnboundedSender<Note>,
}

/// A listener for notes of this level and above, and what it has heard.
#[cfg(feature = "server")]
pub(crate) fn listener(from: Level) -> (Listener, mpsc::UnboundedReceiver<Note>) {
    let (notes, heard) = mpsc::unbounded_channel();
    (Listener { from, notes }, heard)
}

/// `work`, whose notes the listener hears.
#[cfg(feature = "server")]
pub(crate) fn told<F: Future>(listener: Listener, work: F) -> TaskLocalFuture<Listener, F> {
    LISTENER.scope(listener, work)
}

/// Tells something to whoever listens to this call; without a listener `data` is not made.
pub(crate) fn note(level: Level, data: impl FnOnce() -> Value) {
    let _ = LISTENER.try_with(|listener| {
        if level >= listener.from {
            // It fails when nobody listens any more.
            let _ = listener.notes.send(Note { level, data: data() });
        }
    });
}

#[cfg(all(test, feature = "server"))]
mod tests {
    use super::*;

    #[tokio::test]
    async fn each_call_is_heard_by_its_own_listener() {
        let ((quiet, mut little), (curious, mut all)) = (listener(Level::Warning), listener(Level::Debug));
        let call = async |name: &str| {
            note(Level::Debug, || name.into());
            tokio::task::yield_now().await;
            note(Level::Error, || name.into());
        };
        tokio::join!(told(quiet, call("a")), told(curious, call("b")), call("c"));
        note(Level::Error, || panic!("nobody listens"));
        let heard = |notes: &mut mpsc::UnboundedReceiver<Note>| {
            std::iter::from_fn(|| notes.try_recv().ok()).map(|note| (note.level, note.data)).collect::<Vec<_>>()
        };
        assert_eq!(heard(&mut little), [(Level::Error, "a".into())]);
        assert_eq!(heard(&mut all), [(Level::Debug, "b".into()), (Level::Error, "b".into())]);
    }
}

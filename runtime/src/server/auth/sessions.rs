//! Whose session is whose: its id alone is no proof of anything.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

use tokio::time::Instant;

use super::Principal;

/// The sessions that are known before those that are long gone are looked for.
const PLENTY: usize = 1024;

/// Who began each session.
#[derive(Debug)]
pub(super) struct Sessions {
    owners: Mutex<Owners>,
    /// After this long without a message a session has ended.
    idle: Duration,
}

#[derive(Debug)]
struct Owners {
    by_id: HashMap<String, ([u8; 32], Instant)>,
    /// When to look again for those that have ended.
    plenty: usize,
}

impl Sessions {
    pub(super) fn new(idle: Duration) -> Self {
        Self { owners: Mutex::new(Owners { by_id: HashMap::new(), plenty: PLENTY }), idle }
    }

    /// Whether a session may be used: it is one's own, or nobody's.
    pub(super) fn is_open_to(&self, session: &str, who: &Principal) -> bool {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        let Some((owner, used)) = owners.by_id.get_mut(session) else { return true };
        *used = Instant::now();
        *owner == who.id
    }

    /// Remembers who began a session.
    pub(super) fn begun(&self, session: &str, who: &Principal) {
        let mut owners = self.owners.lock().unwrap_or_else(PoisonError::into_inner);
        if owners.by_id.len() >= owners.plenty {
            owners.by_id.retain(|_, (_, used)| used.elapsed() < self.idle);
            owners.plenty = PLENTY.max(owners.by_id.len() * 2);
        }
        owners.by_id.entry(session.to_owned()).or_insert((who.id, Instant::now()));
    }

    /// Forgets a session that has ended.
    pub(super) fn ended(&self, session: &str) {
        self.owners.lock().unwrap_or_else(PoisonError::into_inner).by_id.remove(session);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_session_is_its_owners() {
        let [ann, bob] = [1, 2].map(|id| Principal { id: [id; 32], scopes: None });
        let sessions = Sessions::new(Duration::from_secs(10));
        sessions.begun("s", &ann);
        sessions.begun("s", &bob);
        assert!(sessions.is_open_to("s", &ann) && !sessions.is_open_to("s", &bob));
        assert!(sessions.is_open_to("other", &bob));
        sessions.ended("s");
        assert!(sessions.is_open_to("s", &bob));
        for index in 0..PLENTY {
            sessions.begun(&index.to_string(), &ann);
        }
        tokio::time::advance(Duration::from_secs(11)).await;
        sessions.begun("late", &ann);
        assert_eq!(sessions.owners.lock().unwrap().by_id.len(), 1, "those that have ended are forgotten");
    }
}

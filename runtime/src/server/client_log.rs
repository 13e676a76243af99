//! The log that a client asks for: what its calls have to tell of their way to the API.
//!
//! Follows the Logging pages of MCP 2025-11-25, where a client sets the level of its session, and 2026-07-28, where each
//! request says its own. Nothing is told before that.

#![expect(deprecated, reason = "the protocol gives its log up, and clients of all revisions so far may ask for it")]

use std::{
    pin::pin,
    sync::{
        Arc,
        atomic::{AtomicU8, Ordering::Relaxed},
    },
};

use rmcp::{
    ErrorData, RoleServer,
    model::{LoggingLevel, LoggingMessageNotificationParam, ProtocolVersion, SetLevelRequestMethod},
    service::{Peer, RequestContext},
};

use crate::journal::{self, Level, Note};

/// The method that sets a level, which later revisions have no more.
pub(super) const SET_LEVEL: &str = "logging/setLevel";
/// What notes are said to come from.
const LOGGER: &str = "api";

/// What one client wants to hear, shared by all that serves it.
#[derive(Debug, Clone, Default)]
pub(super) struct ClientLog(Arc<AtomicU8>);

impl ClientLog {
    /// Whether anything is wanted.
    pub(super) fn is_wanted(&self) -> bool {
        self.0.load(Relaxed) != 0
    }

    fn set(&self, level: LoggingLevel) {
        self.0.store(1 + least(level), Relaxed);
    }

    fn level(&self) -> Option<u8> {
        self.0.load(Relaxed).checked_sub(1)
    }
}

/// The levels of notes, the lowest first.
const LEVELS: [(Level, LoggingLevel); 4] = [
    (Level::Debug, LoggingLevel::Debug),
    (Level::Info, LoggingLevel::Info),
    (Level::Warning, LoggingLevel::Warning),
    (Level::Error, LoggingLevel::Error),
];

/// The place in [`LEVELS`] of the lowest that a client hears who asks for a level; none is as high as the last ones.
fn least(level: LoggingLevel) -> u8 {
    match level {
        LoggingLevel::Debug => 0,
        LoggingLevel::Info => 1,
        LoggingLevel::Notice | LoggingLevel::Warning => 2,
        LoggingLevel::Error => 3,
        LoggingLevel::Critical | LoggingLevel::Alert | LoggingLevel::Emergency => 4,
    }
}

/// Sets what the client of a request wants to hear. `own` is the client's over stdio.
pub(super) fn set(level: LoggingLevel, context: &RequestContext<RoleServer>, own: &ClientLog) -> Result<(), ErrorData> {
    if is_stateless(context) {
        return Err(ErrorData::method_not_found::<SetLevelRequestMethod>());
    }
    let log = of(context, own).ok_or_else(|| {
        ErrorData::invalid_request("without a session there is nothing that a level could be set for", None)
    })?;
    log.set(level);
    Ok(())
}

/// Runs `work` and tells the client of a request what it has to tell, where that is wanted.
pub(super) async fn telling<T>(
    context: &RequestContext<RoleServer>,
    own: &ClientLog,
    work: impl Future<Output = T>,
) -> T {
    let Some((from, _)) = wanted(context, own).and_then(|place| LEVELS.get(usize::from(place))) else {
        return work.await;
    };
    let (listener, mut heard) = journal::listener(*from);
    let mut work = pin!(journal::told(listener, work));
    let outcome = loop {
        tokio::select! {
            biased;
            Some(note) = heard.recv() => tell(&context.peer, note).await,
            outcome = &mut work => break outcome,
        }
    };
    while let Ok(note) = heard.try_recv() {
        tell(&context.peer, note).await;
    }
    outcome
}

async fn tell(peer: &Peer<RoleServer>, Note { level, data }: Note) {
    let level = LEVELS.iter().find(|(known, _)| *known == level).map_or(LoggingLevel::Info, |(_, level)| *level);
    let message = LoggingMessageNotificationParam::new(level, data).with_logger(LOGGER);
    if let Err(error) = peer.notify_logging_message(message).await {
        tracing::debug!(%error, "a log message was lost");
    }
}

/// The place in [`LEVELS`] of the lowest that is wanted.
fn wanted(context: &RequestContext<RoleServer>, own: &ClientLog) -> Option<u8> {
    if is_stateless(context) { context.meta.log_level().map(least) } else { of(context, own)?.level() }
}

/// Whether a request stands for itself, and says its own level.
pub(super) fn is_stateless(context: &RequestContext<RoleServer>) -> bool {
    context.protocol_version().is_some_and(|version| version >= ProtocolVersion::V_2026_07_28)
}

/// What the client of a request wants: over HTTP its session knows, where it has one.
fn of<'c>(context: &'c RequestContext<RoleServer>, own: &'c ClientLog) -> Option<&'c ClientLog> {
    match context.extensions.get::<http::request::Parts>() {
        Some(parts) => parts.extensions.get(),
        None => Some(own),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn levels_begin_where_the_client_says() {
        let cases = [
            (LoggingLevel::Debug, Some(Level::Debug)),
            (LoggingLevel::Info, Some(Level::Info)),
            (LoggingLevel::Notice, Some(Level::Warning)),
            (LoggingLevel::Warning, Some(Level::Warning)),
            (LoggingLevel::Error, Some(Level::Error)),
            (LoggingLevel::Critical, None),
            (LoggingLevel::Alert, None),
            (LoggingLevel::Emergency, None),
        ];
        for (level, from) in cases {
            let log = ClientLog::default();
            assert!(!log.is_wanted() && log.level().is_none());
            log.set(level);
            assert!(log.is_wanted());
            let place = log.level().map(usize::from);
            assert_eq!(place.and_then(|place| LEVELS.get(place)).map(|(level, _)| *level), from, "{level:?}");
        }
    }
}

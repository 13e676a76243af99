//! A short way for what clients ask most.
//!
//! A call, a read, a list or a ping that wants an answer and nothing else is read from the message's text and answered
//! as text, without the SDK's types in between. A message that is out of the ordinary in any way is left to the SDK,
//! which serves it or says what is wrong with it; so both ways give the same answers, and only one of them has to know
//! the protocol's errors.

mod answer;
pub(super) mod http;
mod message;

use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use super::{admission::Caller, handler::Handler};
pub(super) use message::{Ask, Era, Message, cancels};

/// Answers plain messages.
#[derive(Clone)]
pub(super) struct Door {
    handler: Arc<Handler>,
}

impl Door {
    pub(super) fn new(handler: Arc<Handler>) -> Self {
        Self { handler }
    }

    /// Whether a message is answered here: not where the user has to be asked first, or wants to hear of it.
    pub(super) fn takes(&self, message: &Message) -> bool {
        match &message.ask {
            Ask::Call { tool, .. } => !self.handler.asks_first(tool) && !self.handler.is_heard(),
            Ask::Read { .. } => !self.handler.is_heard(),
            Ask::Ping | Ask::List { .. } => true,
        }
    }

    /// The answer's JSON text for what `caller` asks. Dropping the future, or cancelling the token, drops the request to the API.
    pub(super) async fn answer(&self, caller: Caller, message: &Message, cancelled: &CancellationToken) -> Vec<u8> {
        let handler = &*self.handler;
        let answer = answer::Writer::new(message);
        match &message.ask {
            Ask::Ping => answer.empty(),
            Ask::Call { tool, arguments } => {
                match handler.call(caller, tool, arguments.as_deref(), None, cancelled).await {
                    Ok(reply) => answer.reply(&reply),
                    Err(error) => answer.error(error),
                }
            }
            Ask::Read { uri } => match handler.read(caller, uri, cancelled).await {
                Ok(contents) => answer.contents(&contents),
                Err(error) => answer.error(error),
            },
            Ask::List { list, cursor } => match handler.listed(*list, cursor.as_deref()) {
                Ok((entries, next)) => answer.list(*list, entries, next.as_deref()),
                Err(error) => answer.error(error),
            },
        }
    }
}

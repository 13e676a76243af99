//! Why a tool or a read has no result, on its way to the client.

use std::fmt;

use super::DispatchError;
use crate::{
    arguments::Problem,
    client::SendError,
    response::{Refusal, Reply},
};

/// Why there is no result: what a handler says in words, or what [`Api`](crate::emitted::Api) met.
///
/// A tool tells it to the model as a result that says so; a read as an error of the protocol.
#[derive(Debug)]
pub struct ToolError(Cause);

#[derive(Debug)]
enum Cause {
    /// A handler's own words.
    Told(String),
    /// The API's answer, which a handler could not use.
    Answered(Box<Reply>),
    /// The arguments are wrong, and nothing was sent.
    Arguments(Vec<Problem>),
    /// No answer came.
    Send(SendError),
    /// The API refused a read.
    Refused(Box<Refusal>),
    /// The server itself is wrong.
    Internal(String),
}

impl ToolError {
    pub(crate) fn internal(message: impl Into<String>) -> Self {
        Self(Cause::Internal(message.into()))
    }

    /// What a client of a tool gets.
    pub(super) fn into_reply(self, tool: &str) -> Result<Reply, DispatchError> {
        match self.0 {
            Cause::Told(message) => Ok(Reply::error(message)),
            Cause::Answered(reply) => Ok(*reply),
            Cause::Refused(refusal) => Ok(Reply::error(refusal.message)),
            Cause::Arguments(problems) => Ok(Reply::error(listed(&problems))),
            Cause::Send(error) => Ok(Reply::error(format!("{tool} failed: {error}."))),
            Cause::Internal(message) => Err(DispatchError::Internal(message)),
        }
    }

    /// What a reader of a resource gets.
    pub(super) fn into_read_error(self) -> DispatchError {
        let upstream = |message| DispatchError::Upstream { status: None, message, body: None };
        match self.0 {
            Cause::Told(message) => upstream(message),
            Cause::Answered(reply) => upstream(reply.all_text()),
            Cause::Refused(refusal) => {
                let Refusal { status, message, body } = *refusal;
                DispatchError::Upstream { status, message, body }
            }
            Cause::Arguments(problems) => DispatchError::InvalidParams(listed(&problems)),
            Cause::Send(error) => upstream(format!("reading failed: {error}")),
            Cause::Internal(message) => DispatchError::Internal(message),
        }
    }
}

impl fmt::Display for ToolError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Cause::Told(message) | Cause::Internal(message) => f.write_str(message),
            Cause::Answered(reply) => f.write_str(&reply.all_text()),
            Cause::Refused(refusal) => f.write_str(&refusal.message),
            Cause::Arguments(problems) => f.write_str(&listed(problems)),
            Cause::Send(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for ToolError {}

impl From<String> for ToolError {
    fn from(message: String) -> Self {
        Self(Cause::Told(message))
    }
}

impl From<&str> for ToolError {
    fn from(message: &str) -> Self {
        message.to_owned().into()
    }
}

impl From<serde_json::Error> for ToolError {
    fn from(error: serde_json::Error) -> Self {
        error.to_string().into()
    }
}

impl From<Reply> for ToolError {
    fn from(reply: Reply) -> Self {
        Self(Cause::Answered(Box::new(Reply { is_error: true, ..reply })))
    }
}

impl From<Problem> for ToolError {
    fn from(problem: Problem) -> Self {
        vec![problem].into()
    }
}

impl From<Vec<Problem>> for ToolError {
    fn from(problems: Vec<Problem>) -> Self {
        Self(Cause::Arguments(problems))
    }
}

impl From<SendError> for ToolError {
    fn from(error: SendError) -> Self {
        Self(Cause::Send(error))
    }
}

impl From<Refusal> for ToolError {
    fn from(refusal: Refusal) -> Self {
        Self(Cause::Refused(Box::new(refusal)))
    }
}

/// Every problem on a line of its own.
fn listed(problems: &[Problem]) -> String {
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    match lines.as_slice() {
        [one] => format!("Nothing was sent. {one}"),
        lines => format!("Nothing was sent. These arguments are wrong:\n- {}", lines.join("\n- ")),
    }
}

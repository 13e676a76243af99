//! Why a program ends without having done its work, and the exit code for it.

use std::{fmt::Display, process::ExitCode};

use super::terminal;

/// The end of a program that did not do its work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Failure {
    /// Something failed while working: exit code 1.
    Work(String),
    /// Wrong usage, or an input that cannot be used: exit code 2.
    Usage(String),
}

impl Failure {
    /// Something failed while working.
    pub fn work(message: impl Display) -> Self {
        Self::Work(message.to_string())
    }

    /// Wrong usage, or an input that cannot be used.
    pub fn usage(message: impl Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// Tells it on standard error.
    pub fn tell(self) -> ExitCode {
        let (message, code) = match self {
            Self::Work(message) => (message, 1),
            Self::Usage(message) => (message, 2),
        };
        terminal::error(&message);
        ExitCode::from(code)
    }
}

//! Why a command ends without having done its work, and the exit code for it.

use std::{fmt::Display, io, process::ExitCode, sync::LazyLock};

use mcpgen_runtime::command;
use regex::Regex;

use crate::diagnostic::Diagnostic;

use super::report;

/// The end of a command that did not do its work.
#[derive(Debug)]
pub(super) enum Failure {
    /// Something failed while working: exit code 1.
    Work(String),
    /// Wrong usage, or an input that cannot be used: exit code 2.
    Usage(String),
    /// An input that cannot be used, with its place: exit code 2.
    Document(Box<Diagnostic>),
    /// What clap says: help, the version, or wrong usage.
    Clap(clap::Error),
    /// Exit code 1; why was told already.
    Told,
    /// Nobody reads standard output any more, which is no failure: exit code 0.
    OutputClosed,
}

impl Failure {
    pub(super) fn work(message: impl Display) -> Self {
        Self::Work(message.to_string())
    }

    pub(super) fn usage(message: impl Display) -> Self {
        Self::Usage(message.to_string())
    }

    /// Tells it on standard error.
    pub(super) fn tell(self) -> ExitCode {
        match self {
            Self::Work(message) => {
                report::error(&message);
                ExitCode::from(1)
            }
            Self::Usage(message) => {
                report::error(&message);
                ExitCode::from(2)
            }
            Self::Document(diagnostic) => {
                report::line(&diagnostic.render(report::color()));
                ExitCode::from(2)
            }
            Self::Clap(error) if error.use_stderr() && has_userinfo(&error.to_string()) => {
                report::line(&without_userinfo(&error.to_string()));
                ExitCode::from(2)
            }
            Self::Clap(error) => {
                // Nothing is to be done where nobody reads it.
                let _ = error.print();
                ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2))
            }
            Self::Told => ExitCode::from(1),
            Self::OutputClosed => ExitCode::SUCCESS,
        }
    }
}

/// The end of what the runtime does.
impl From<command::Failure> for Failure {
    fn from(failure: command::Failure) -> Self {
        match failure {
            command::Failure::Work(message) => Self::Work(message),
            command::Failure::Usage(message) => Self::Usage(message),
        }
    }
}

/// A password in a URL is as secret as any other.
static USERINFO: LazyLock<Regex> = LazyLock::new(|| Regex::new(r"//[^/?#\s]*@").expect("it is a regular expression"));

/// Whether a text has a URL with a user or a password.
pub(super) fn has_userinfo(text: &str) -> bool {
    USERINFO.is_match(text)
}

/// The text with `…` for the users and passwords of URLs.
pub(super) fn without_userinfo(text: &str) -> String {
    USERINFO.replace_all(text, "//…@").into_owned()
}

impl From<clap::Error> for Failure {
    fn from(error: clap::Error) -> Self {
        Self::Clap(error)
    }
}

/// An error of writing to standard output.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::OutputClosed,
            _ => Self::Work(format!("cannot write to standard output: {error}")),
        }
    }
}

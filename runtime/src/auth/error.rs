//! Why a credential cannot be used. No value is told.

use super::SourceError;

/// Why a credential cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum CredentialError {
    /// The description has no such scheme.
    #[error("--{setting}: there is no security scheme {name:?}; the description has {known}")]
    UnknownScheme {
        /// The setting.
        setting: &'static str,
        /// What was asked for.
        name: String,
        /// What there is.
        known: String,
    },
    /// The text is not `SCHEME=…`.
    #[error("--{setting} takes SCHEME={expected}, got {got:?}")]
    Form {
        /// The setting.
        setting: &'static str,
        /// What it takes.
        expected: &'static str,
        /// What came, without what may be secret.
        got: String,
    },
    /// The value is not where it should be.
    #[error("--{setting} {scheme}: {reason}")]
    Source {
        /// The setting.
        setting: &'static str,
        /// The scheme.
        scheme: String,
        /// Why.
        reason: SourceError,
    },
    /// The value cannot stand in a request.
    #[error("the value for the security scheme {scheme:?} {reason}")]
    Value {
        /// The scheme.
        scheme: String,
        /// What is wrong with it.
        reason: &'static str,
    },
    /// The setting is of no use to a scheme of this kind.
    #[error("--{setting}: the security scheme {scheme:?} is none of OAuth 2.0 or OpenID Connect")]
    NoOAuth {
        /// The setting.
        setting: &'static str,
        /// The scheme.
        scheme: String,
    },
    /// The value cannot stand in a header.
    #[error("--header {name}: the value is empty, or holds a line break or another control character")]
    Header {
        /// The header.
        name: String,
    },
    /// A token of clients cannot be used.
    #[error("{reason}")]
    Inbound {
        /// Why.
        reason: String,
    },
    /// The client certificate cannot be used.
    #[error("the client certificate {reason}")]
    Certificate {
        /// Why.
        reason: String,
    },
}

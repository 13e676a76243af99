//! Headers of every request.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};

use crate::auth::{CredentialError, ExposeSecret, Source, Watched};

/// A header of every request; its value is read again when its file changes.
#[derive(Debug, Clone)]
pub struct Header {
    /// The name.
    pub name: HeaderName,
    value: Arc<Watched<HeaderValue>>,
}

impl Header {
    /// A header whose value stands elsewhere.
    ///
    /// # Errors
    /// When the value is not there, or a header cannot hold it.
    pub fn new(name: HeaderName, source: Source) -> Result<Self, CredentialError> {
        let files = source.file().cloned().into_iter().collect();
        let scheme = name.to_string();
        let read = move || {
            let wrong = |reason| CredentialError::Source { setting: "header", scheme: scheme.clone(), reason };
            let value = HeaderValue::try_from(source.read().map_err(wrong)?.expose_secret()).ok();
            let wrong = || CredentialError::Header { name: scheme.clone() };
            let mut value = value.filter(|value| !value.is_empty()).ok_or_else(wrong)?;
            value.set_sensitive(true);
            Ok(value)
        };
        Ok(Self { name, value: Arc::new(Watched::new(files, read)?) })
    }

    /// A header whose value is given.
    pub fn fixed(name: HeaderName, mut value: HeaderValue) -> Self {
        value.set_sensitive(true);
        Self { name, value: Arc::new(Watched::fixed(value)) }
    }

    /// The value, as its file has it now.
    pub(crate) fn value(&self) -> Arc<HeaderValue> {
        self.value.get()
    }

    /// Whether the value is likely to be a secret.
    pub(crate) fn names_a_credential(&self) -> bool {
        const WORDS: [&str; 7] = ["auth", "cookie", "key", "password", "secret", "session", "token"];
        WORDS.iter().any(|word| self.name.as_str().contains(word))
    }
}

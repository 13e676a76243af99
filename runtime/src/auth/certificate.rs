//! The client certificate of mutual TLS.

use std::{
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError},
};

use secrecy::{ExposeSecret, SecretString};

use super::{CredentialError, Source, watched::Watched};
use crate::client::{self, Client, Pool};

/// A certificate with its key, and the connections that are made with it.
pub(crate) struct Certificate {
    /// PEM: the certificate, its chain, the key.
    pem: Watched<SecretString>,
    /// Where it stands, the key last where that is in a file of its own; empty where it is in no file.
    files: Vec<PathBuf>,
    connections: Mutex<Option<(Arc<SecretString>, Pool)>>,
}

impl Certificate {
    /// From two files, or one that holds both.
    pub(crate) fn of_files(certificate: PathBuf, key: Option<PathBuf>) -> Result<Self, CredentialError> {
        let files: Vec<_> = std::iter::once(certificate).chain(key).collect();
        let read = {
            let files = files.clone();
            move || checked(files.iter().map(|file| text(file)).collect::<Result<Vec<_>, _>>()?.join("\n"))
        };
        Self::new(files, read)
    }

    /// From a scheme's credential.
    pub(super) fn of_source(source: Source) -> Result<Self, CredentialError> {
        let files = source.file().cloned().into_iter().collect();
        let read = move || {
            let pem = source.read().map_err(|error| CredentialError::Certificate { reason: error.to_string() })?;
            checked(pem.expose_secret().to_owned())
        };
        Self::new(files, read)
    }

    fn new(
        files: Vec<PathBuf>,
        read: impl Fn() -> Result<SecretString, CredentialError> + Send + Sync + 'static,
    ) -> Result<Self, CredentialError> {
        Ok(Self { pem: Watched::new(files.clone(), read)?, files, connections: Mutex::default() })
    }

    /// Where it stands, for who shows how a request is sent.
    pub(crate) fn files(&self) -> &[PathBuf] {
        &self.files
    }

    /// Connections that show the certificate.
    pub(crate) fn pool(&self, client: &Client) -> Option<Pool> {
        let pem = self.pem.get();
        let mut connections = self.connections.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((of, pool)) = &*connections
            && Arc::ptr_eq(of, &pem)
        {
            return Some(pool.clone());
        }
        let pool = client.pool_with(pem.expose_secret())?;
        *connections = Some((pem, pool.clone()));
        Some(pool)
    }
}

impl fmt::Debug for Certificate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Certificate").field("pem", &self.pem).finish_non_exhaustive()
    }
}

fn text(path: &Path) -> Result<String, CredentialError> {
    std::fs::read_to_string(path)
        .map_err(|error| CredentialError::Certificate { reason: format!("{} cannot be read: {error}", path.display()) })
}

fn checked(pem: String) -> Result<SecretString, CredentialError> {
    if client::is_identity(&pem) {
        return Ok(pem.into());
    }
    let reason = "cannot be used: expected PEM with a certificate and its private key (PKCS#8, PKCS#1 or SEC 1)";
    Err(CredentialError::Certificate { reason: reason.to_owned() })
}

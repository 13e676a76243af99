//! Whom connections trust, and what they show of themselves.

use std::{
    path::Path,
    sync::{Arc, OnceLock},
};

use rustls::{
    ClientConfig, RootCertStore,
    crypto::{CryptoProvider, ring},
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{PemObject, SectionKind},
    },
};
use rustls_platform_verifier::Verifier;

use super::ClientError;

/// The protocols that are offered, the better one first (RFC 7301).
const PROTOCOLS: [&[u8]; 2] = [b"h2", b"http/1.1"];

/// The certificates that servers are checked with: the system's, and further ones.
#[derive(Debug)]
pub(super) struct Trust {
    own: Vec<CertificateDer<'static>>,
    provider: Arc<CryptoProvider>,
    roots: OnceLock<Roots>,
}

#[derive(Debug, Clone)]
enum Roots {
    System(Arc<Verifier>),
    Own(Arc<RootCertStore>),
}

impl Trust {
    /// Trusts the system's certificates, which are read later, and those of a file.
    ///
    /// # Errors
    /// When the file cannot be read, or holds no certificates.
    pub(super) fn new(ca_file: Option<&Path>) -> Result<Self, ClientError> {
        let own = ca_file.map(certificates).transpose()?.unwrap_or_default();
        Ok(Self { own, provider: Arc::new(ring::default_provider()), roots: OnceLock::new() })
    }

    /// Reads the system's certificates, once. It takes some milliseconds.
    pub(super) fn load(&self) {
        self.roots();
    }

    fn roots(&self) -> &Roots {
        self.roots.get_or_init(|| {
            match Verifier::new_with_extra_roots(self.own.iter().cloned(), Arc::clone(&self.provider)) {
                Ok(verifier) => Roots::System(Arc::new(verifier)),
                Err(error) => {
                    // A machine without certificates can still call an API over plain HTTP; over HTTPS each call says
                    // why not.
                    tracing::warn!("the system's certificates cannot be used: {error}");
                    let mut own = RootCertStore::empty();
                    own.add_parsable_certificates(self.own.iter().cloned());
                    Roots::Own(Arc::new(own))
                }
            }
        })
    }

    /// How connections are made, to APIs and to proxies. Who has an identity shows it to the API alone.
    ///
    /// # Errors
    /// When TLS cannot be set up.
    pub(super) fn configure(&self, identity: Option<&Identity>) -> Result<Configs, rustls::Error> {
        let to_proxy = self.config(None)?;
        let mut to_api = self.config(identity)?;
        to_api.alpn_protocols = PROTOCOLS.map(<[u8]>::to_vec).to_vec();
        Ok(Configs { to_api: Arc::new(to_api), to_proxy: Arc::new(to_proxy) })
    }

    fn config(&self, identity: Option<&Identity>) -> Result<ClientConfig, rustls::Error> {
        let builder =
            ClientConfig::builder_with_provider(Arc::clone(&self.provider)).with_safe_default_protocol_versions()?;
        let builder = match self.roots().clone() {
            Roots::System(verifier) => builder.dangerous().with_custom_certificate_verifier(verifier),
            Roots::Own(own) => builder.with_root_certificates(own),
        };
        match identity {
            Some(Identity { chain, key }) => builder.with_client_auth_cert(chain.clone(), key.clone_key()),
            None => Ok(builder.with_no_client_auth()),
        }
    }
}

/// How connections are made.
#[derive(Debug, Clone)]
pub(super) struct Configs {
    pub(super) to_api: Arc<ClientConfig>,
    /// They speak HTTP/1.1 only.
    pub(super) to_proxy: Arc<ClientConfig>,
}

/// A certificate with its chain, and the key that belongs to it.
#[derive(Debug)]
pub(super) struct Identity {
    chain: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Identity {
    /// Reads a PEM: certificates, the first of them the server's own, and one key.
    pub(super) fn of_pem(pem: &str) -> Option<Self> {
        let (mut chain, mut keys) = (Vec::new(), Vec::new());
        for section in <(SectionKind, Vec<u8>)>::pem_slice_iter(pem.as_bytes()) {
            match section.ok()? {
                (SectionKind::Certificate, der) => chain.push(der.into()),
                (SectionKind::PrivateKey, der) => keys.push(PrivateKeyDer::Pkcs8(der.into())),
                (SectionKind::RsaPrivateKey, der) => keys.push(PrivateKeyDer::Pkcs1(der.into())),
                (SectionKind::EcPrivateKey, der) => keys.push(PrivateKeyDer::Sec1(der.into())),
                _ => return None,
            }
        }
        let key = keys.pop().filter(|_| !chain.is_empty())?;
        Some(Self { chain, key })
    }
}

/// Whether a PEM holds a certificate and the key that belongs to it.
pub(crate) fn is_identity(pem: &str) -> bool {
    let Some(Identity { chain, key }) = Identity::of_pem(pem) else { return false };
    let builder = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let Ok(builder) = builder.with_safe_default_protocol_versions() else { return false };
    // Without roots it is quick, and still compares certificate and key.
    builder.with_root_certificates(RootCertStore::empty()).with_client_auth_cert(chain, key).is_ok()
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, ClientError> {
    let wrong = |reason: String| ClientError::CaFile { path: path.to_owned(), reason };
    let text = std::fs::read(path).map_err(|error| wrong(error.to_string()))?;
    let certificates: Vec<CertificateDer<'static>> = CertificateDer::pem_slice_iter(&text)
        .collect::<Result<_, _>>()
        .ok()
        .filter(|certificates: &Vec<_>| !certificates.is_empty())
        .ok_or_else(|| wrong("it holds no PEM certificates".to_owned()))?;
    let mut store = RootCertStore::empty();
    for certificate in &certificates {
        store.add(certificate.clone()).map_err(|error| wrong(format!("one of its certificates is wrong: {error}")))?;
    }
    Ok(certificates)
}

//! TLS in front of an upstream, with an authority of its own, that asks for a client certificate.

use std::{
    path::Path,
    sync::{Arc, Mutex},
};

use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, KeyPair};
use rustls::{
    RootCertStore, ServerConfig,
    pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer},
    server::WebPkiClientVerifier,
};
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    task::JoinHandle,
};
use tokio_rustls::TlsAcceptor;

use crate::Upstream;

/// A certificate authority.
pub struct Authority(CertifiedIssuer<'static, KeyPair>);

/// A certificate and its key, as PEM.
#[derive(Debug)]
pub struct Identity {
    /// The certificate.
    pub certificate: String,
    /// The key.
    pub key: String,
}

/// The front. It stops when this is dropped.
#[derive(Debug)]
pub struct TlsFront {
    port: u16,
    shown: Arc<Mutex<Vec<bool>>>,
    accepting: JoinHandle<()>,
}

impl Authority {
    /// A new one.
    pub fn new() -> Self {
        let mut params = CertificateParams::new(Vec::new()).expect("no names");
        // Of another name than what it signs, or OpenSSL takes that for signed by itself.
        params.distinguished_name.push(DnType::CommonName, "an authority");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let key = KeyPair::generate().expect("a key");
        Self(CertifiedIssuer::self_signed(params, key).expect("a certificate"))
    }

    /// Its certificate, as PEM.
    pub fn pem(&self) -> String {
        self.0.pem()
    }

    /// Writes its certificate into a folder. Gives the path of the file.
    pub fn file_in(&self, folder: &Path) -> String {
        let path = folder.join("ca.pem");
        std::fs::write(&path, self.pem()).expect("a file can be written");
        path.to_string_lossy().into_owned()
    }

    /// A certificate for a host.
    pub fn identity(&self, name: &str) -> Identity {
        let key = KeyPair::generate().expect("a key");
        let params = CertificateParams::new([name.to_owned()]).expect("a name");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        Identity { certificate: certificate.pem(), key: key.serialize_pem() }
    }

    /// Accepts connections as a server on this machine that speaks `protocols` (ALPN).
    pub(crate) fn acceptor(&self, protocols: &[&str]) -> TlsAcceptor {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let key = KeyPair::generate().expect("a key");
        let names = ["127.0.0.1", "::1", "localhost"].map(str::to_owned);
        let params = CertificateParams::new(names).expect("names");
        let certificate = params.signed_by(&key, &self.0).expect("a certificate");
        let mut roots = RootCertStore::empty();
        roots.add(self.0.der().clone()).expect("a root");
        let verifier = WebPkiClientVerifier::builder_with_provider(Arc::new(roots), Arc::clone(&provider));
        let verifier = verifier.allow_unauthenticated().build().expect("a verifier");
        let config = ServerConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.expect("versions").with_client_cert_verifier(verifier);
        let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
        let mut config =
            config.with_single_cert(vec![certificate.der().clone()], key).expect("a certificate and its key");
        config.alpn_protocols = protocols.iter().map(|protocol| protocol.as_bytes().to_vec()).collect();
        TlsAcceptor::from(Arc::new(config))
    }
}

impl Default for Authority {
    fn default() -> Self {
        Self::new()
    }
}

impl TlsFront {
    /// Starts on a free port, in front of `upstream`.
    pub async fn start(authority: &Authority, upstream: &Upstream) -> Self {
        Self::before(authority, upstream.url().trim_start_matches("http://").to_owned()).await
    }

    /// Starts on a free port, in front of an address.
    pub async fn before(authority: &Authority, behind: String) -> Self {
        let acceptor = authority.acceptor(&["http/1.1"]);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        let port = listener.local_addr().expect("a bound address").port();
        let shown = Arc::<Mutex<Vec<bool>>>::default();
        let heard = Arc::clone(&shown);
        let accepting = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let (acceptor, heard, behind) = (acceptor.clone(), Arc::clone(&heard), behind.clone());
                tokio::spawn(async move {
                    let mut tls = acceptor.accept(stream).await?;
                    let certified = tls.get_ref().1.peer_certificates().is_some();
                    heard.lock().expect("no connection panics").push(certified);
                    let mut plain = TcpStream::connect(behind).await?;
                    copy_bidirectional(&mut tls, &mut plain).await
                });
            }
        });
        Self { port, shown, accepting }
    }

    /// `https://127.0.0.1:<port>`
    pub fn url(&self) -> String {
        format!("https://127.0.0.1:{}", self.port)
    }

    /// The same at the same address under another name, which is another origin.
    pub fn other_url(&self) -> String {
        format!("https://localhost:{}", self.port)
    }

    /// The same by its address of IPv6, which only a proxy leads to.
    pub fn ipv6_url(&self) -> String {
        format!("https://[::1]:{}", self.port)
    }

    /// For each connection so far, whether the client showed a certificate.
    pub fn shown(&self) -> Vec<bool> {
        self.shown.lock().expect("no connection panics").clone()
    }
}

impl Drop for TlsFront {
    fn drop(&mut self) {
        self.accepting.abort();
    }
}

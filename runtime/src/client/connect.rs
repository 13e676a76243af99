//! Connections: straight to the API or through the environment's proxies, with TLS where the address says so.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{Arc, OnceLock},
    task::{Context, Poll},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Uri, header, uri::Scheme};
use hyper::rt::{Read, ReadBufCursor, Write};
use hyper_rustls::{HttpsConnector, MaybeHttpsStream};
use hyper_util::{
    client::{
        legacy::connect::{Connected, Connection, HttpConnector, proxy::Tunnel},
        proxy::matcher::{Intercept, Matcher},
    },
    rt::TokioIo,
};
use tokio::net::TcpStream;
use tower_service::Service;

use super::{
    ClientOptions, SendError,
    tls::{Configs, Identity, Trust},
};

/// A peer that says nothing is asked whether it is there, and given up when it is not.
const KEEP_ALIVE: Duration = Duration::from_secs(15);
const KEEP_ALIVE_RETRIES: u32 = 3;

type BoxError = Box<dyn std::error::Error + Send + Sync>;
type Connecting<T> = Pin<Box<dyn Future<Output = Result<T, BoxError>> + Send>>;

/// Makes connections; cheap to clone.
#[derive(Clone)]
pub(super) struct Connector(Arc<Ways>);

struct Ways {
    tcp: HttpConnector,
    trust: Arc<Trust>,
    identity: Option<Identity>,
    tls: OnceLock<Result<Configs, String>>,
    proxies: Option<Matcher>,
    user_agent: Option<HeaderValue>,
    timeout: Duration,
}

impl Connector {
    pub(super) fn new(options: &ClientOptions, trust: Arc<Trust>, identity: Option<Identity>) -> Self {
        let mut tcp = HttpConnector::new();
        tcp.enforce_http(false);
        tcp.set_nodelay(true);
        tcp.set_keepalive(Some(KEEP_ALIVE));
        tcp.set_keepalive_interval(Some(KEEP_ALIVE));
        tcp.set_keepalive_retries(Some(KEEP_ALIVE_RETRIES));
        #[cfg(any(target_os = "android", target_os = "fuchsia", target_os = "linux"))]
        tcp.set_tcp_user_timeout(Some(2 * KEEP_ALIVE));
        Self(Arc::new(Ways {
            tcp,
            trust,
            identity,
            tls: OnceLock::new(),
            proxies: options.proxy_env.then(Matcher::from_system),
            user_agent: HeaderValue::try_from(options.user_agent.as_str()).ok(),
            timeout: options.connect_timeout,
        }))
    }

    /// The credentials of the proxy that a request to `address` would go through in the clear; a tunnel has them
    /// already.
    pub(super) fn proxy_authorization(&self, address: &Uri) -> Option<HeaderValue> {
        if address.scheme() != Some(&Scheme::HTTP) {
            return None;
        }
        self.0.proxies.as_ref()?.intercept(address)?.basic_auth().cloned()
    }
}

impl Ways {
    async fn connect(self: Arc<Self>, address: Uri) -> Result<MaybeHttpsStream<Hop>, BoxError> {
        let is_https = address.scheme() == Some(&Scheme::HTTPS);
        let proxy = self.proxies.as_ref().and_then(|proxies| proxies.intercept(&address));
        let proxy_is_https = proxy.as_ref().is_some_and(|proxy| proxy.uri().scheme() == Some(&Scheme::HTTPS));
        let tls = if is_https || proxy_is_https { Some(self.tls().await?) } else { None };
        let mut hops = Hops { tcp: self.tcp.clone(), proxy, tls: tls.clone(), user_agent: self.user_agent.clone() };
        let connecting = async {
            match tls {
                Some(tls) if is_https => HttpsConnector::from((hops, tls.to_api)).call(address).await,
                _ => Ok(MaybeHttpsStream::Http(hops.call(address).await?)),
            }
        };
        let late = |_| BoxError::from(io::Error::from(io::ErrorKind::TimedOut));
        tokio::time::timeout(self.timeout, connecting).await.map_err(late)?
    }

    /// Plain connections never wait for the system's certificates.
    async fn tls(self: &Arc<Self>) -> Result<Configs, BoxError> {
        let configs = if let Some(configs) = self.tls.get() {
            configs.clone()
        } else {
            let this = Arc::clone(self);
            let configure = move || this.trust.configure(this.identity.as_ref()).map_err(|error| error.to_string());
            let this = Arc::clone(self);
            tokio::task::spawn_blocking(move || this.tls.get_or_init(configure).clone()).await?
        };
        configs.map_err(|error| SendError::Setup(error).into())
    }
}

impl Service<Uri> for Connector {
    type Response = MaybeHttpsStream<Hop>;
    type Error = BoxError;
    type Future = Connecting<Self::Response>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        Box::pin(Arc::clone(&self.0).connect(address))
    }
}

/// The way to a host without the TLS that is spoken with it: straight, or by a proxy.
struct Hops {
    tcp: HttpConnector,
    proxy: Option<Intercept>,
    tls: Option<Configs>,
    user_agent: Option<HeaderValue>,
}

impl Service<Uri> for Hops {
    type Response = Hop;
    type Error = BoxError;
    type Future = Connecting<Hop>;

    fn poll_ready(&mut self, _: &mut Context<'_>) -> Poll<Result<(), BoxError>> {
        Poll::Ready(Ok(()))
    }

    fn call(&mut self, address: Uri) -> Self::Future {
        let mut tcp = self.tcp.clone();
        let Some(proxy) = self.proxy.take() else {
            let connecting = tcp.call(address);
            return Box::pin(async { Ok(Hop { stream: MaybeHttpsStream::Http(connecting.await?), proxied: false }) });
        };
        let Some(tls) = &self.tls else {
            let connecting = tcp.call(proxy.uri().clone());
            return Box::pin(async { Ok(Hop { stream: MaybeHttpsStream::Http(connecting.await?), proxied: true }) });
        };
        let mut to_proxy = HttpsConnector::from((tcp, Arc::clone(&tls.to_proxy)));
        if address.scheme() != Some(&Scheme::HTTPS) {
            let connecting = to_proxy.call(proxy.uri().clone());
            return Box::pin(async { Ok(Hop { stream: connecting.await?, proxied: true }) });
        }
        let mut tunnel = Tunnel::new(proxy.uri().clone(), to_proxy);
        if let Some(authorization) = proxy.basic_auth() {
            tunnel = tunnel.with_auth(authorization.clone());
        }
        if let Some(user_agent) = &self.user_agent {
            tunnel = tunnel.with_headers(HeaderMap::from_iter([(header::USER_AGENT, user_agent.clone())]));
        }
        let connecting = tunnel.call(address);
        Box::pin(async { Ok(Hop { stream: connecting.await?, proxied: false }) })
    }
}

/// A connection to the API's host or to its proxy.
pub(super) struct Hop {
    stream: MaybeHttpsStream<TokioIo<TcpStream>>,
    /// Whether requests on it name the host that they are for.
    proxied: bool,
}

impl Connection for Hop {
    fn connected(&self) -> Connected {
        // Addresses are told to nobody, and would be kept with every answer.
        Connected::new().proxy(self.proxied)
    }
}

impl Read for Hop {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: ReadBufCursor<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buf)
    }
}

impl Write for Hop {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buf: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write(cx, buf)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bufs: &[io::IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.stream).poll_write_vectored(cx, bufs)
    }
}

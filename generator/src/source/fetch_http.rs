//! Fetches documents with reqwest, for the command line.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError, mpsc};

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use reqwest::header::{ACCEPT, HeaderMap, HeaderName, HeaderValue, LOCATION};
use reqwest::{Client, redirect};
use tokio::runtime::Runtime;

use super::fetch::{Fetch, FetchError, FetchRequest, Fetched, is_link_local};

const ACCEPTED: &str = "application/vnd.oai.openapi+json, application/vnd.oai.openapi, application/json, \
     application/yaml, text/yaml, */*;q=0.5";

/// Fetches over HTTP, on threads of its own: the caller's is blocked, and may be one of an async runtime.
pub struct HttpFetch {
    /// Only empty while it is dropped.
    runtime: Option<Runtime>,
    guarded: Client,
    /// For hosts that may be at link-local addresses.
    unguarded: Client,
}

impl fmt::Debug for HttpFetch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpFetch").finish_non_exhaustive()
    }
}

/// How [`HttpFetch`] reaches the network.
#[derive(Debug, Clone, Copy, Default)]
pub struct HttpFetchOptions<'a> {
    /// Whether the proxies of the environment are used. A proxy resolves names itself: addresses are not checked then.
    pub proxies: bool,
    /// A PEM file of further certificate authorities.
    pub ca_file: Option<&'a Path>,
}

impl HttpFetch {
    /// Prepares for fetching; nothing is sent.
    ///
    /// # Errors
    /// The file of certificates cannot be read, or TLS cannot be set up.
    pub fn new(options: &HttpFetchOptions<'_>) -> Result<Self, FetchError> {
        // An error says that a provider is installed, which is what is wanted.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build();
        let runtime = runtime.map_err(|error| FetchError::Failed(error.to_string()))?;
        let resolver = Arc::new(Resolver::default());
        Ok(Self {
            runtime: Some(runtime),
            guarded: client(options, Guard { resolver: Arc::clone(&resolver), allow_link_local: false })?,
            unguarded: client(options, Guard { resolver, allow_link_local: true })?,
        })
    }
}

impl Drop for HttpFetch {
    /// A runtime that is dropped plainly waits, and must not inside of another one.
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn client(options: &HttpFetchOptions<'_>, guard: Guard) -> Result<Client, FetchError> {
    let mut builder = Client::builder()
        .redirect(redirect::Policy::none())
        .dns_resolver(guard)
        .user_agent(concat!("mcpgen/", env!("CARGO_PKG_VERSION")));
    if !options.proxies {
        builder = builder.no_proxy();
    }
    if let Some(path) = options.ca_file {
        let shown = path.display();
        let pem = std::fs::read(path).map_err(|error| FetchError::Failed(format!("cannot read {shown}: {error}")))?;
        let certificates = reqwest::Certificate::from_pem_bundle(&pem)
            .map_err(|_| FetchError::Failed(format!("{shown} holds no certificates in PEM form")))?;
        builder = builder.tls_certs_merge(certificates);
    }
    builder.build().map_err(|error| failure(&error))
}

impl Fetch for HttpFetch {
    fn fetch(&self, request: &FetchRequest<'_>) -> Result<Fetched, FetchError> {
        let mut headers = HeaderMap::new();
        headers.insert(ACCEPT, HeaderValue::from_static(ACCEPTED));
        for (name, value) in request.headers {
            let invalid = || FetchError::Failed(format!("the header `{name}` or its value is not valid"));
            let mut value = HeaderValue::from_str(value).map_err(|_| invalid())?;
            value.set_sensitive(true);
            headers.insert(HeaderName::try_from(name).map_err(|_| invalid())?, value);
        }
        let client = if request.allow_link_local { &self.unguarded } else { &self.guarded };
        let sending = client.get(request.url.clone()).headers(headers).timeout(request.timeout);
        let max_bytes = request.max_bytes;
        let stopped = || FetchError::Failed("fetching was stopped".to_owned());
        let runtime = self.runtime.as_ref().ok_or_else(stopped)?;
        let (sender, receiver) = mpsc::sync_channel(1);
        runtime.spawn(async move {
            // Nobody listens when the caller is gone.
            let _ = sender.send(exchange(sending, max_bytes).await);
        });
        receiver.recv().map_err(|_| stopped())?
    }
}

async fn exchange(sending: reqwest::RequestBuilder, max_bytes: usize) -> Result<Fetched, FetchError> {
    let mut response = sending.send().await.map_err(|error| failure(&error))?;
    let status = response.status();
    let location = response.headers().get(LOCATION).and_then(|value| value.to_str().ok());
    match location {
        Some(location) if status.is_redirection() => return Ok(Fetched::Redirect(location.to_owned())),
        _ if !status.is_success() => return Err(FetchError::Status(status.as_u16())),
        _ => {}
    }
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(|error| failure(&error))? {
        if body.len() + chunk.len() > max_bytes {
            return Err(FetchError::TooLarge);
        }
        body.extend_from_slice(&chunk);
    }
    Ok(Fetched::Body(body))
}

/// What went wrong, in the words of its innermost cause: the outer ones repeat the URL.
fn failure(error: &reqwest::Error) -> FetchError {
    if error.is_timeout() {
        return FetchError::Timeout;
    }
    let mut innermost = error.source();
    while let Some(cause) = innermost {
        if cause.is::<LinkLocalOnly>() {
            return FetchError::LinkLocal;
        }
        match cause.source() {
            None => return FetchError::Failed(cause.to_string()),
            inner => innermost = inner,
        }
    }
    FetchError::Failed("the request failed".to_owned())
}

/// Looks each name up once, so that it means the same address for every document of a run.
#[derive(Debug, Default)]
struct Resolver {
    known: Mutex<HashMap<String, Vec<SocketAddr>>>,
}

impl Resolver {
    async fn addresses(&self, host: &str) -> std::io::Result<Vec<SocketAddr>> {
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(addresses) = known().get(host) {
            return Ok(addresses.clone());
        }
        let addresses: Vec<SocketAddr> = tokio::net::lookup_host((host, 0)).await?.collect();
        known().insert(host.to_owned(), addresses.clone());
        Ok(addresses)
    }
}

#[derive(Debug, Clone)]
struct Guard {
    resolver: Arc<Resolver>,
    allow_link_local: bool,
}

impl Resolve for Guard {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = self.clone();
        Box::pin(async move {
            let mut addresses = guard.resolver.addresses(name.as_str()).await?;
            if !guard.allow_link_local {
                addresses.retain(|address| !is_link_local(address.ip()));
                if addresses.is_empty() {
                    return Err(LinkLocalOnly.into());
                }
            }
            Ok(Box::new(addresses.into_iter()) as Addrs)
        })
    }
}

/// A name that has no address but link-local ones.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the host is at a link-local or metadata address")]
struct LinkLocalOnly;

#[cfg(test)]
mod tests {
    use std::io::{Read, Write};
    use std::net::TcpListener;
    use std::time::Duration;

    use url::Url;

    use super::*;
    use crate::source::{Documents, LoadOptions};

    /// Answers each request for a path with the text beside it; what was asked for comes out of the channel.
    fn serve(answers: Vec<(&'static str, String)>) -> (Url, mpsc::Receiver<String>) {
        let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
        let address = listener.local_addr().expect("an address");
        let (sender, asked) = mpsc::channel();
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let Ok(mut stream) = stream else { return };
                let mut buffer = [0; 4096];
                let count = stream.read(&mut buffer).unwrap_or_default();
                let request = String::from_utf8_lossy(&buffer[..count]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or_default().to_owned();
                let answer = answers.iter().find(|(known, _)| *known == path).map(|(_, answer)| answer.as_str());
                let _ = stream
                    .write_all(answer.unwrap_or("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").as_bytes());
                if sender.send(request).is_err() {
                    return;
                }
            }
        });
        (format!("http://{address}/").parse().expect("a URL"), asked)
    }

    fn ok(body: &str) -> String {
        format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len())
    }

    fn moved(location: &str) -> String {
        format!("HTTP/1.1 302 Found\r\nConnection: close\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n")
    }

    fn get(url: &Url, max_bytes: usize, timeout: Duration) -> Result<Fetched, FetchError> {
        let fetch = HttpFetch::new(&HttpFetchOptions::default()).expect("it is set up");
        fetch.fetch(&FetchRequest { url, headers: &[], max_bytes, timeout, allow_link_local: false })
    }

    #[test]
    fn a_document_and_what_it_refers_to() {
        let (url, asked) = serve(vec![
            ("/start", moved("/v1/root.yaml")),
            ("/v1/root.yaml", ok("a: {$ref: 'pet.yaml#/x'}")),
            ("/v1/pet.yaml", ok("x: Rex")),
        ]);
        let fetch = HttpFetch::new(&HttpFetchOptions::default()).expect("it is set up");
        let headers = vec![("X-Key".to_owned(), "secret".to_owned())];
        let options = LoadOptions { headers, ..LoadOptions::default() };
        // Inside of a runtime, as the command line calls it.
        let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("one");
        let source = url.join("start").expect("a URL");
        let (documents, _) = runtime.block_on(async {
            let read = Documents::load(source.as_str(), &options, Some(&fetch));
            drop(fetch);
            read.unwrap_or_else(|error| panic!("{error}"))
        });
        let place = documents.resolve(documents.root(), "pet.yaml#/x").expect("it was read");
        assert_eq!(documents.node(place).as_str(), Some("Rex"));
        let asked: Vec<String> = asked.try_iter().collect();
        assert_eq!(asked.len(), 3, "{asked:?}");
        let with_header: Vec<_> =
            asked.iter().map(|request| request.to_lowercase().contains("x-key: secret")).collect();
        assert_eq!(with_header, [true, false, true], "not through the redirect: {asked:?}");
    }

    #[test]
    fn failures() {
        let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
        let hanging: Url = format!("http://{}/", silent.local_addr().expect("one")).parse().expect("a URL");
        let closed = {
            let listener = TcpListener::bind("127.0.0.1:0").expect("a port");
            listener.local_addr().expect("an address")
        };
        let (url, _asked) = serve(vec![("/big", ok(&"x".repeat(1000)))]);
        let minute = Duration::from_mins(1);
        let missing = url.join("missing").expect("a URL");
        assert!(matches!(get(&missing, 100, minute), Err(FetchError::Status(404))));
        assert!(matches!(get(&url.join("big").expect("a URL"), 100, minute), Err(FetchError::TooLarge)));
        assert!(matches!(get(&hanging, 100, Duration::from_millis(50)), Err(FetchError::Timeout)));
        let refused = format!("http://user:secret@{closed}/?key=secret").parse().expect("a URL");
        let error = get(&refused, 100, minute).expect_err("nobody listens");
        assert!(matches!(error, FetchError::Failed(_)) && !error.to_string().contains("secret"), "{error}");
    }

    #[test]
    fn names_at_link_local_addresses() {
        let resolver = Arc::new(Resolver::default());
        let link_local = SocketAddr::from(([169, 254, 169, 254], 0));
        let public = SocketAddr::from(([127, 0, 0, 1], 0));
        let known = [("metadata.example", vec![link_local]), ("mixed.example", vec![link_local, public])];
        resolver.known.lock().expect("not poisoned").extend(known.map(|(host, list)| (host.to_owned(), list)));
        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("one");
        let cases = [
            ("metadata.example", false, None),
            ("metadata.example", true, Some(vec![link_local])),
            ("mixed.example", false, Some(vec![public])),
        ];
        for (host, allow_link_local, expected) in cases {
            let guard = Guard { resolver: Arc::clone(&resolver), allow_link_local };
            let found = runtime.block_on(guard.resolve(host.parse().expect("a name")));
            assert_eq!(found.ok().map(Iterator::collect::<Vec<_>>), expected, "{host}");
        }
    }
}

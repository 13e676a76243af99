//! A request as it would go out, for showing instead of sending.

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};

use super::{ClientOptions, Outgoing};

/// The encodings of answers that the client takes.
const ACCEPT_ENCODING: &str = "zstd,gzip,deflate,br";

/// A request with everything that would be sent.
#[derive(Debug, Clone)]
pub struct Preview {
    /// The method.
    pub method: Method,
    /// The absolute URL.
    pub url: String,
    /// Every header, those of the connection included.
    pub headers: HeaderMap,
    /// The body; none is different from an empty body.
    pub body: Option<Bytes>,
}

impl Preview {
    /// Adds what the client and the connection add when they send.
    pub(super) fn new(outgoing: Outgoing, options: &ClientOptions) -> Self {
        let Outgoing { method, url, mut headers, body } = outgoing;
        let mut add = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.entry(name).or_insert(value);
            }
        };
        add(header::ACCEPT, "*/*");
        add(header::USER_AGENT, &options.user_agent);
        add(header::ACCEPT_ENCODING, ACCEPT_ENCODING);
        let port = url.port().map(|port| format!(":{port}")).unwrap_or_default();
        add(header::HOST, &format!("{}{port}", url.host_str().unwrap_or_default()));
        if let Some(body) = body.as_ref().filter(|body| !body.is_empty()) {
            add(header::CONTENT_LENGTH, &body.len().to_string());
        }
        Self { method, url: url.into(), headers, body }
    }
}

//! A request as it would go out, for showing instead of sending.

use std::path::PathBuf;

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Method, header};

use super::Outgoing;

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
    /// The files of the certificate that is shown to the API when it asks for one, the key last where it has one of its
    /// own; empty where the certificate stands in no file. `None` is no certificate.
    pub certificate: Option<Vec<PathBuf>>,
}

impl Preview {
    /// Adds what the connection adds when it sends.
    pub(super) fn new(outgoing: Outgoing) -> Self {
        let Outgoing { method, address, mut headers, body } = outgoing;
        let mut add = |name, value: &str| {
            if let Ok(value) = HeaderValue::from_str(value) {
                headers.entry(name).or_insert(value);
            }
        };
        if let Some(authority) = address.authority() {
            add(header::HOST, authority.as_str());
        }
        if let Some(body) = body.as_ref().filter(|body| !body.is_empty()) {
            add(header::CONTENT_LENGTH, &body.len().to_string());
        }
        Self { method, url: address.to_string(), headers, body, certificate: None }
    }
}

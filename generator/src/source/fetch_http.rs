//! Fetches documents with reqwest, for the command line.

use super::fetch::{Fetch, FetchError, FetchRequest, Fetched};

/// Fetches over HTTP; may be called from inside an async runtime, which it blocks.
#[derive(Debug)]
pub struct HttpFetch {
    proxies: bool,
}

impl HttpFetch {
    /// `proxies` says whether the environment's proxies are used.
    pub fn new(proxies: bool) -> Self {
        Self { proxies }
    }
}

impl Fetch for HttpFetch {
    fn fetch(&self, _request: &FetchRequest<'_>) -> Result<Fetched, FetchError> {
        let _ = self.proxies;
        Err(FetchError::Failed("not yet".to_owned()))
    }
}

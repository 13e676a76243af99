//! From the flags to dispatch: the client, the credentials, and what to warn of before the first call.

use std::sync::Arc;

use http::{HeaderName, HeaderValue};
use mcpgen_runtime::{
    auth::Credentials,
    catalog::Catalog,
    client::{Client, ClientOptions},
    dispatch::Dispatch,
};

use super::{failure::Failure, flags};

/// What calls the API, as the flags say.
pub(super) fn dispatch(
    catalog: Catalog,
    description: &flags::Description,
    flags: &flags::Upstream,
) -> Result<Dispatch, Failure> {
    let sources = flags.sources().map_err(Failure::usage)?;
    let options = ClientOptions {
        timeout: flags.timeout,
        connect_timeout: flags.connect_timeout,
        stream_timeout: flags.stream_timeout,
        max_response_bytes: usize::try_from(flags.max_response_bytes).unwrap_or(usize::MAX),
        proxy_env: description.proxy_env,
        ca_file: description.ca_file.clone(),
        headers: sources.iter().map(header).collect::<Result<_, _>>().map_err(Failure::usage)?,
        ..ClientOptions::default()
    };
    let credentials = Credentials::load(&catalog, &flags.auth).map_err(Failure::usage)?;
    let report = credentials.report(&catalog);
    if report.bare > 0 || report.elsewhere > 0 {
        tracing::warn!("credentials {report}");
    } else if !report.configured.is_empty() {
        tracing::info!("credentials {report}");
    }
    build(catalog, options, credentials)
}

/// What calls an API that needs nothing.
pub(super) fn plain(catalog: Catalog) -> Result<Dispatch, Failure> {
    build(catalog, ClientOptions::default(), Credentials::default())
}

fn build(catalog: Catalog, options: ClientOptions, credentials: Credentials) -> Result<Dispatch, Failure> {
    let client = Client::new(options).map_err(Failure::usage)?;
    Ok(Dispatch::new(Arc::new(catalog), client, credentials))
}

/// A header of every call.
fn header(header: &flags::Sourced) -> Result<(HeaderName, HeaderValue), String> {
    let name = HeaderName::try_from(&header.name)
        .map_err(|_| format!("--header {:?} is no name of a header; expected one like X-Tenant", header.name))?;
    let value = header.read("header")?;
    let mut value = HeaderValue::try_from(value)
        .map_err(|_| format!("--header {name}: the value holds a line break or another control character"))?;
    value.set_sensitive(true);
    Ok((name, value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_checked() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        for (name, value, taken) in [("X-A", "s3cret", true), ("X A", "s3cret", false), ("X-A", "s3\ncret", false)] {
            std::fs::write(&path, value).unwrap();
            let sourced = flags::Sourced::parse("header", &format!("{name}=file:{}", path.display())).unwrap();
            let got = header(&sourced);
            assert_eq!(got.is_ok(), taken, "{name} {value:?}");
            assert!(!format!("{got:?}").contains("s3"), "{got:?}");
        }
    }
}

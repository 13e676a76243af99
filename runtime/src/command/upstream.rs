//! From the flags to the client of the API, and what to tell of credentials before the first call.

use http::HeaderName;

use super::{
    failure::Failure,
    flags::{Connection, Sourced, Upstream},
};
use crate::{
    auth::Report,
    client::{ClientOptions, Header},
};

/// The options of the client, as the flags say. The values of headers are read.
///
/// # Errors
/// When a header is none, or its value cannot be read.
pub fn client_options(flags: &Upstream, connection: Connection) -> Result<ClientOptions, Failure> {
    let sources = flags.sources().map_err(Failure::usage)?;
    Ok(ClientOptions {
        timeout: flags.timeout,
        connect_timeout: flags.connect_timeout,
        read_timeout: flags.read_timeout,
        stream_timeout: flags.stream_timeout,
        retries: flags.retries(),
        rate_limit: flags.rate_limit,
        max_response_bytes: usize::try_from(flags.max_response_bytes).unwrap_or(usize::MAX),
        proxy_env: connection.proxy_env,
        ca_file: connection.ca_file,
        headers: sources.iter().map(header).collect::<Result<_, _>>().map_err(Failure::usage)?,
        ..ClientOptions::default()
    })
}

/// Tells which credentials there are, and which are missing.
pub fn tell(report: &Report) {
    if !report.bare.is_empty() || !report.elsewhere.is_empty() {
        tracing::warn!("credentials {report}");
    } else if !report.configured.is_empty() {
        tracing::info!("credentials {report}");
    }
}

/// A header of every call.
///
/// # Errors
/// When its name is none, or its value cannot be read or sent. The value is not told.
pub fn header(header: &Sourced) -> Result<Header, String> {
    let name = HeaderName::try_from(&header.name)
        .map_err(|_| format!("--header {:?} is no name of a header; expected one like X-Tenant", header.name))?;
    Header::new(name, header.source.clone()).map_err(|error| error.to_string())
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
            let sourced = Sourced::parse("header", &format!("{name}=file:{}", path.display())).unwrap();
            let got = header(&sourced);
            assert_eq!(got.is_ok(), taken, "{name} {value:?}");
            assert!(!format!("{got:?}").contains("s3"), "{got:?}");
        }
    }
}

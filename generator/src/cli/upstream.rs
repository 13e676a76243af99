//! From the flags to dispatch: the client, the credentials, and what to warn of before the first call.

use std::sync::Arc;

use http::HeaderValue;
use mcpgen_runtime::{
    auth::Credentials,
    catalog::Catalog,
    client::{Client, ClientOptions, Header},
    command::{client_options, header, tell},
    dispatch::Dispatch,
};

use super::{dry_run::Secret, failure::Failure, flags};

/// What calls the API for a server, which says at its start which credentials it has.
pub(super) fn serving(
    catalog: Catalog,
    description: &flags::Description,
    flags: &flags::Upstream,
    files: &flags::Files,
) -> Result<Dispatch, Failure> {
    let options = client_options(flags, description.connection())?;
    let credentials = credentials(&catalog, flags)?;
    tell(&credentials.report(&catalog));
    build(catalog, options, credentials, Some(files))
}

/// What calls the API, as the flags say.
pub(super) fn dispatch(
    catalog: Catalog,
    description: &flags::Description,
    flags: &flags::Upstream,
    files: Option<&flags::Files>,
) -> Result<Dispatch, Failure> {
    let options = client_options(flags, description.connection())?;
    let credentials = credentials(&catalog, flags)?;
    build(catalog, options, credentials, files)
}

/// The same with a stand-in for every secret, for requests that are shown and not sent.
pub(super) fn masked(
    catalog: Catalog,
    description: &flags::Description,
    flags: &flags::Upstream,
    files: Option<&flags::Files>,
) -> Result<(Dispatch, Vec<Secret>), Failure> {
    let sources = flags.sources().map_err(Failure::usage)?;
    let (mut headers, mut secrets) = (Vec::new(), Vec::new());
    for (index, source) in sources.iter().enumerate() {
        let name = header(source).map_err(Failure::usage)?.name;
        let text = format!("__HEADER_{index}__");
        headers.push(Header::fixed(name, HeaderValue::try_from(&text).map_err(Failure::usage)?));
        secrets.push(Secret::of_header(&text, source.shell()));
    }
    let (credentials, stand_ins) = credentials(&catalog, flags)?.masked();
    secrets.extend(stand_ins.iter().flat_map(Secret::of_credential));
    let options = ClientOptions { headers, ..client_options(flags, description.connection())? };
    Ok((build(catalog, options, credentials, files)?, secrets))
}

fn credentials(catalog: &Catalog, flags: &flags::Upstream) -> Result<Credentials, Failure> {
    Credentials::load(catalog, &flags.credentials()).map_err(Failure::usage)
}

/// What calls an API that needs nothing.
pub(super) fn plain(catalog: Catalog) -> Result<Dispatch, Failure> {
    build(catalog, ClientOptions::default(), Credentials::default(), None)
}

fn build(
    catalog: Catalog,
    options: ClientOptions,
    credentials: Credentials,
    files: Option<&flags::Files>,
) -> Result<Dispatch, Failure> {
    let client = Client::new(options).map_err(Failure::usage)?;
    let files = files.map(flags::Files::open).transpose().map_err(Failure::usage)?.unwrap_or_default();
    Ok(Dispatch::with_files(Arc::new(catalog), client, credentials, files))
}

//! From the flags to dispatch: the client, the credentials, and what to warn of before the first call.

use std::sync::Arc;

use mcpgen_runtime::{
    auth::Credentials,
    catalog::Catalog,
    client::{Client, ClientOptions},
    command::{client_options, tell},
    dispatch::Dispatch,
};

use super::{failure::Failure, flags};

/// What calls the API, as the flags say.
pub(super) fn dispatch(
    catalog: Catalog,
    description: &flags::Description,
    flags: &flags::Upstream,
) -> Result<Dispatch, Failure> {
    let connection = flags::Connection { proxy_env: description.proxy_env, ca_file: description.ca_file.clone() };
    let options = client_options(flags, connection)?;
    let credentials = Credentials::load(&catalog, &flags.auth).map_err(Failure::usage)?;
    tell(&credentials.report(&catalog));
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

//! What is known of an operation before it is called, and the request that its arguments make.

use indexmap::IndexMap;

use super::Request;
use crate::{
    catalog::{BaseUrl, SecurityRequirement},
    model::FromJson,
};

/// Alternatives of which the first that is fully configured is taken, each with its schemes and their scopes. None at
/// all means that nothing is needed, and so does an alternative without schemes.
pub type Security = &'static [&'static [(&'static str, &'static [&'static str])]];

/// The arguments of an operation.
pub trait Operation: FromJson + Send + 'static {
    /// What clients see of it, as JSON: `tool`, or `resource` and `resourceTemplate`, its `inputSchema`, and in
    /// `files` where in it files and bytes stand.
    const COMPONENT: &'static str;
    /// The credentials that it needs.
    const SECURITY: Security = &[];
    /// The operation's own server.
    const SERVER: Option<OwnServer> = None;

    /// The request.
    fn request(&self) -> Request;
}

/// A server that some operations have instead of the API's.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OwnServer {
    url: &'static str,
    credentials: bool,
}

impl OwnServer {
    /// A server by its base URL: absolute, without a slash at its end. Credentials go there only where it has the origin
    /// of the API's base URL.
    pub const fn new(url: &'static str) -> Self {
        Self { url, credentials: true }
    }

    /// The same, and no credentials go there at all.
    #[must_use]
    pub const fn without_credentials(self) -> Self {
        Self { credentials: false, ..self }
    }

    pub(super) fn base_url(self) -> BaseUrl {
        BaseUrl { url: self.url.to_owned(), credentials: self.credentials }
    }
}

/// The requirements in the catalog's form.
pub(super) fn requirements(security: Security) -> Vec<SecurityRequirement> {
    let scopes = |scopes: &[&str]| scopes.iter().map(|&scope| scope.to_owned()).collect();
    let requirement = |schemes: &&[(&str, &[&str])]| -> SecurityRequirement {
        schemes.iter().map(|(name, needed)| ((*name).to_owned(), scopes(needed))).collect::<IndexMap<_, _>>()
    };
    security.iter().map(requirement).collect()
}

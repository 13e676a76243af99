//! Who may call the server over HTTP.

use std::time::Duration;

use clap::Args;

use super::value;
use crate::{
    auth::Source,
    server::{InboundOptions, JwtOptions},
};

/// Flags of every command that serves, for HTTP.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Clients over HTTP")]
pub struct Inbound {
    /// Take requests with this bearer token: env:VARIABLE, file:PATH or text with ${VARIABLE} (repeatable)
    #[arg(long, value_name = "SOURCE")]
    bearer_token: Vec<String>,

    /// Take requests with tokens (JWT) of this authorization server
    #[arg(long, value_name = "URL")]
    jwt_issuer: Option<String>,

    /// Where the keys of --jwt-issuer are, instead of where its metadata says
    #[arg(long, value_name = "URL", requires = "jwt_issuer")]
    jwt_jwks_url: Option<String>,

    /// Take tokens for this audience, instead of the endpoint's URL (repeatable)
    #[arg(long, value_name = "AUDIENCE", requires = "jwt_issuer")]
    jwt_audience: Vec<String>,

    /// Take tokens that are signed in this way, instead of RS256, PS256, ES256, ES384 and EdDSA (repeatable)
    #[arg(long, value_name = "ALGORITHM", requires = "jwt_issuer")]
    jwt_algorithm: Vec<String>,

    /// How far the clock of --jwt-issuer may be apart, in seconds
    #[arg(long, value_name = "SECONDS", value_parser = value::seconds, default_value = "60")]
    jwt_leeway: Duration,

    /// The endpoint's URL as clients know it, where it is not the address that is listened on
    #[arg(long, value_name = "URL")]
    resource_url: Option<String>,

    /// Take only tokens with this scope (repeatable)
    #[arg(long, value_name = "SCOPE")]
    require_scope: Vec<String>,

    /// Let only tokens with these scopes, separated by spaces, call a tool (repeatable)
    #[arg(long, value_name = "TOOL=SCOPES")]
    tool_scope: Vec<String>,

    /// Let only tokens with this scope read resources and get prompts (repeatable)
    #[arg(long, value_name = "SCOPE")]
    read_scope: Vec<String>,

    /// Send this header of a client's request on to the API (repeatable)
    #[arg(long, value_name = "NAME")]
    forward_header: Vec<String>,

    /// Let anybody call, though other machines can reach the address that is listened on
    #[arg(long)]
    insecure_no_auth: bool,
}

impl Inbound {
    /// What is wrong with the form of `--bearer-token`; nothing is read.
    pub fn check(&self) -> Result<(), String> {
        for text in &self.bearer_token {
            Source::parse(text).map_err(|error| format!("--bearer-token: {error}"))?;
        }
        Ok(())
    }

    /// Who may call.
    pub fn options(&self) -> InboundOptions {
        let jwt = self.jwt_issuer.clone().map(|issuer| JwtOptions {
            issuer,
            jwks_url: self.jwt_jwks_url.clone(),
            audiences: self.jwt_audience.clone(),
            algorithms: self.jwt_algorithm.clone(),
            leeway: self.jwt_leeway,
        });
        InboundOptions {
            bearer_tokens: self.bearer_token.clone(),
            jwt,
            insecure_no_auth: self.insecure_no_auth,
            resource_url: self.resource_url.clone(),
            required_scopes: self.require_scope.clone(),
            tool_scopes: self.tool_scope.clone(),
            read_scopes: self.read_scope.clone(),
            forward_headers: self.forward_header.clone(),
        }
    }
}

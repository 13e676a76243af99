//! Who may call over HTTP: bearer tokens, and what they permit.
//!
//! Follows the Authorization page of MCP 2026-07-28 (also 2025-11-25), RFC 6750 and RFC 9728.

mod challenge;
mod claims;
mod guard;
mod keys;
mod options;
mod scopes;
mod tokens;
mod verifier;

use std::collections::HashSet;

use self::options::Forward;
pub use self::options::{InboundError, InboundOptions, JwtOptions};
pub(super) use self::{
    challenge::METADATA,
    guard::{Endpoint, Forwarded, Guard},
};

/// The [`Principal::id`] of a request that has passed, for those behind the guard.
#[derive(Debug, Clone, Copy)]
pub(super) struct PrincipalId(pub(super) [u8; 32]);

/// Who sent a request.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Principal {
    /// A digest of what tells one from another.
    id: [u8; 32],
    /// What was granted; `None` is everything.
    scopes: Option<HashSet<String>>,
}

impl Principal {
    /// Whether every one of `scopes` was granted.
    fn has(&self, scopes: &[String]) -> bool {
        self.scopes.as_ref().is_none_or(|granted| scopes.iter().all(|scope| granted.contains(scope)))
    }
}

fn digest(parts: &[&str]) -> [u8; 32] {
    let mut context = ring::digest::Context::new(&ring::digest::SHA256);
    for part in parts {
        context.update(&(part.len() as u64).to_be_bytes());
        context.update(part.as_bytes());
    }
    let mut id = [0; 32];
    id.copy_from_slice(context.finish().as_ref());
    id
}

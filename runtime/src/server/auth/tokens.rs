//! Tokens that are taken as they are.

use secrecy::{ExposeSecret, SecretString};
use subtle::ConstantTimeEq;

use super::{InboundError, Principal, digest};
use crate::auth::{CredentialError, Source, Watched};

/// The tokens; files are read again when they change.
#[derive(Debug)]
pub(super) struct Tokens(Vec<Watched<SecretString>>);

impl Tokens {
    pub(super) fn new(sources: Vec<Source>) -> Result<Self, InboundError> {
        let watch = |source: Source| {
            let files = source.file().cloned().into_iter().collect();
            Watched::new(files, move || {
                let wrong = |reason| CredentialError::Inbound { reason };
                let token = source.read().map_err(|error| wrong(error.to_string()))?;
                let text = token.expose_secret();
                if text.is_empty() || !text.bytes().all(|byte| byte.is_ascii_graphic()) {
                    return Err(wrong(
                        "the token is empty, or holds what no header can (expected ASCII without spaces)".to_owned(),
                    ));
                }
                Ok(token)
            })
        };
        Ok(Self(sources.into_iter().map(watch).collect::<Result<_, _>>()?))
    }

    /// Who presents the token, where it is one of these. The time that it takes tells nothing of them.
    pub(super) fn principal(&self, presented: &str) -> Option<Principal> {
        let presented = digest(&[presented]);
        let mut known = subtle::Choice::from(0);
        for token in &self.0 {
            known |= digest(&[token.get().expose_secret()]).ct_eq(&presented);
        }
        bool::from(known).then_some(Principal { id: presented, scopes: None })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_tokens_are_taken() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        std::fs::write(&path, "t-one\n").unwrap();
        let name = std::env::var("CARGO_PKG_NAME").unwrap();
        let tokens = Tokens::new(vec![Source::File(path), Source::Env("CARGO_PKG_NAME".to_owned())]).unwrap();
        let cases =
            [("t-one", true), (name.as_str(), true), ("", false), ("t-on", false), ("t-onee", false), ("T-one", false)];
        for (token, expected) in cases {
            assert_eq!(tokens.principal(token).is_some(), expected, "{token}");
        }
        assert_ne!(tokens.principal("t-one").map(|p| p.id), tokens.principal(&name).map(|p| p.id));
    }
}

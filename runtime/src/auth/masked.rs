//! Credentials with a stand-in for every value, for requests that are shown and not sent.

use super::{Credentials, ExposeSecret, Held, Watched, variable};

/// What stands in a request that is shown, in the place of a credential.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// The text; `basic` has it in base64.
    pub text: String,
    /// The environment variable that the scheme's credential is read from; for a token that would be fetched, one that
    /// whoever sends the request sets to it.
    pub variable: String,
    /// Whether the credential is written in URLs and cookies as it is.
    pub is_plain: bool,
}

impl Credentials {
    /// The same schemes with a stand-in for each value. No token is fetched.
    #[must_use]
    pub fn masked(&self) -> (Self, Vec<StandIn>) {
        let (mut masked, mut stand_ins) = (Self::default(), Vec::new());
        masked.certificate.clone_from(&self.certificate);
        for (scheme, held) in &self.held {
            if !self.is_configured(scheme) {
                continue;
            }
            let own = variable(scheme);
            let (variable, is_plain) = match held {
                Held::Value(value) => (own, is_plain(value.get().expose_secret())),
                Held::Tokens(tokens) if tokens.are_fetched() => (format!("{own}_TOKEN"), true),
                Held::Tokens(_) => (own, true),
                Held::Certificate(certificate) => {
                    masked.held.insert(scheme.clone(), Held::Certificate(certificate.clone()));
                    continue;
                }
            };
            let text = format!("__{variable}__");
            masked.held.insert(scheme.clone(), Held::Value(Watched::fixed(text.clone().into())));
            stand_ins.push(StandIn { text, variable, is_plain });
        }
        (masked, stand_ins)
    }
}

fn is_plain(value: &str) -> bool {
    value.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte))
}

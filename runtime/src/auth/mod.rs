//! Credentials: where their values come from, and how they get onto a request.

mod certificate;
mod error;
mod forward;
mod load;
mod masked;
mod oauth;
mod place;
mod report;
mod send;
mod source;
mod watched;

use std::{collections::HashMap, sync::Arc};

use base64::{Engine, engine::general_purpose::STANDARD};
use percent_encoding::utf8_percent_encode;
pub use secrecy::{ExposeSecret, SecretString};
use url::Url;

pub(crate) use self::certificate::Certificate;
#[cfg(feature = "server")]
pub(crate) use self::forward::forwarding;
use self::oauth::Tokens;
pub(crate) use self::watched::Watched;
pub use self::{
    error::CredentialError,
    load::CredentialOptions,
    masked::StandIn,
    oauth::TokenError,
    report::{Need, Report},
    source::{Source, SourceError},
};
pub use crate::catalog::credential_variable as variable;
use crate::{
    catalog::{BaseUrl, Catalog, Operation, SecurityRequirement},
    client::Header,
};

/// Credentials of security schemes, by the scheme's name.
#[derive(Debug, Default)]
pub struct Credentials {
    held: HashMap<String, Held>,
    /// The client certificate for every call to the API's origin.
    certificate: Option<Arc<Certificate>>,
    /// Headers of every call, of which some are secrets too.
    headers: Vec<Header>,
}

/// What is held for a scheme.
#[derive(Debug)]
enum Held {
    /// The value that is sent.
    Value(Watched<SecretString>),
    /// What access tokens are fetched with.
    Tokens(Arc<Tokens>),
    /// What connections are made with.
    Certificate(Arc<Certificate>),
}

impl Credentials {
    /// The same, with headers whose values are not told either.
    #[must_use]
    pub(crate) fn beside(self, headers: &[Header]) -> Self {
        let headers = headers.iter().filter(|header| header.names_a_credential()).cloned().collect();
        Self { headers, ..self }
    }

    /// The first alternative of an operation's security that is fully configured.
    fn requirement<'o>(&self, security: &'o [SecurityRequirement]) -> Option<&'o SecurityRequirement> {
        security.iter().find(|requirement| requirement.keys().all(|name| self.is_configured(name)))
    }

    fn is_configured(&self, name: &str) -> bool {
        match self.held.get(name) {
            Some(Held::Tokens(tokens)) => tokens.endpoint().is_ok(),
            Some(Held::Value(_) | Held::Certificate(_)) => true,
            None => false,
        }
    }

    /// The text without the credentials that an API may have repeated in it.
    pub(crate) fn redact(&self, text: String) -> String {
        let mut found: Vec<String> = self.spellings().filter(|spelling| text.contains(spelling.as_str())).collect();
        // A part of one must not hide the rest of it.
        found.sort_by_key(|spelling| std::cmp::Reverse(spelling.len()));
        found.iter().fold(text, |text, spelling| text.replace(spelling.as_str(), HIDDEN))
    }

    /// [`redact`](Self::redact) for the beginning of a longer text, which may end inside of a credential.
    pub(crate) fn redact_beginning(&self, text: String) -> String {
        let mut text = self.redact(text);
        let begun = |spelling: &String| {
            let lengths =
                spelling.char_indices().map(|(length, _)| length).filter(|length| *length >= SHORTEST_REDACTED);
            lengths.rev().find(|length| text.ends_with(&spelling[..*length]))
        };
        if let Some(length) = self.spellings().filter_map(|spelling| begun(&spelling)).max() {
            text.truncate(text.len() - length);
            text.push_str(HIDDEN);
        }
        text
    }

    /// How the credentials may stand in a text.
    fn spellings(&self) -> impl Iterator<Item = String> {
        let values = self.held.values().flat_map(|held| match held {
            Held::Value(value) => vec![(*value.get()).clone()],
            Held::Tokens(tokens) => tokens.secrets(),
            Held::Certificate(_) => Vec::new(),
        });
        let headers = self.headers.iter().filter_map(|header| Some(header.value().to_str().ok()?.into()));
        let spellings = values.chain(headers).flat_map(|value: SecretString| {
            let value = value.expose_secret();
            // The password of a user, and the token behind the name of its kind.
            let parts = [':', ' '].map(|before| value.split_once(before).map_or(value, |(_, secret)| secret));
            let texts = [value, parts[0], parts[1]];
            let encoded = |text: &&str| utf8_percent_encode(text, place::UNRESERVED).to_string();
            let in_json = texts.iter().flat_map(|text| in_json(text));
            let spellings = texts.iter().map(encoded).chain(texts.map(str::to_owned)).chain(in_json);
            spellings.chain([STANDARD.encode(value)]).collect::<Vec<_>>()
        });
        spellings.filter(|spelling| spelling.len() >= SHORTEST_REDACTED)
    }
}

/// What stands for a text inside a JSON string: as it is otherwise, or in ASCII, and either with `/` escaped or without.
fn in_json(text: &str) -> [String; 4] {
    let quoted = serde_json::Value::from(text).to_string();
    let plain = quoted[1..quoted.len() - 1].to_owned();
    let mut ascii = String::new();
    for c in plain.chars() {
        if c.is_ascii() {
            ascii.push(c);
        } else {
            ascii.extend(c.encode_utf16(&mut [0; 2]).iter().map(|unit| format!("\\u{unit:04x}")));
        }
    }
    [plain.replace('/', "\\/"), ascii.replace('/', "\\/"), plain, ascii]
}

/// What stands in the place of a credential.
const HIDDEN: &str = "[credential]";

/// A shorter text is no secret that can be told from other text.
const SHORTEST_REDACTED: usize = 4;

/// Whether credentials may go where an operation's requests go: to the catalog's base URL, or to its origin.
pub(crate) fn may_send(catalog: &Catalog, operation: &Operation) -> bool {
    may_go_to(catalog, operation.base_url.as_ref())
}

/// Whether they may go to an operation's own base URL, or to the catalog's where it has none.
fn may_go_to(catalog: &Catalog, own: Option<&BaseUrl>) -> bool {
    let Some(base) = &catalog.base_url else {
        return false;
    };
    let origin = |base: &BaseUrl| Url::parse(&base.url).map(|url| url.origin()).ok();
    match own {
        None => base.credentials,
        Some(own) => own.credentials && base.credentials && origin(own).is_some() && origin(own) == origin(base),
    }
}

#[cfg(test)]
mod tests;

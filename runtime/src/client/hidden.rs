//! What a proxy must not tell a client: the credentials that it was given for its own sake.

use std::borrow::Cow;

use base64::{Engine as _, engine::general_purpose::STANDARD};
use bytes::Bytes;
use http::{HeaderMap, HeaderValue};
use secrecy::{ExposeSecret as _, ExposeSecretMut as _, SecretBox};

/// What stands in the place of a credential.
const INSTEAD: &[u8] = b"[credential]";
/// A shorter text is no secret that can be told from other text.
const SHORTEST: usize = 4;

/// The spellings of the credentials that a request went to a proxy with.
#[derive(Debug)]
pub(super) struct Hidden {
    secrets: Vec<SecretBox<Vec<u8>>>,
    /// The end of the body so far, where it may begin one of them.
    held: SecretBox<Vec<u8>>,
}

impl Hidden {
    /// Those of `Proxy-Authorization`. An answer that is no success is the proxy's own, likely, and there the password
    /// alone is hidden too.
    pub(super) fn of(authorization: &HeaderValue, is_success: bool) -> Self {
        let line = authorization.to_str().unwrap_or_default();
        let encoded = line.split_once(' ').map_or(line, |(_, encoded)| encoded).trim();
        let user = STANDARD.decode(encoded).unwrap_or_default();
        let password = user.splitn(2, |&byte| byte == b':').nth(1).filter(|_| !is_success).unwrap_or_default().to_vec();
        // The longer ones first: a part of one must not hide the rest of it.
        let all = [encoded.as_bytes().to_vec(), user, password].into_iter().filter(|text| text.len() >= SHORTEST);
        Self { secrets: all.map(|text| SecretBox::new(Box::new(text))).collect(), held: SecretBox::default() }
    }

    /// What can be passed on of a body when its next piece, or its end, has come; none at the end. It may be empty: what
    /// may begin a credential waits for the piece behind it.
    pub(super) fn pass(&mut self, piece: Option<Bytes>) -> Option<Bytes> {
        let held = std::mem::take(self.held.expose_secret_mut());
        let Some(piece) = piece else { return Some(Bytes::from(held)).filter(|held| !held.is_empty()) };
        let mut bytes = self.masked(&[&held[..], &piece].concat()).into_owned();
        let begun = |secret: &[u8]| (1..secret.len()).rev().find(|&length| bytes.ends_with(&secret[..length]));
        let begun = self.secrets.iter().filter_map(|secret| begun(secret.expose_secret())).max().unwrap_or(0);
        *self.held.expose_secret_mut() = bytes.split_off(bytes.len() - begun);
        Some(bytes.into())
    }

    /// The headers without them.
    pub(super) fn mask_headers(&self, headers: &mut HeaderMap) {
        for value in headers.values_mut() {
            if let Cow::Owned(masked) = self.masked(value.as_bytes())
                && let Ok(masked) = HeaderValue::from_bytes(&masked)
            {
                *value = masked;
            }
        }
    }

    /// A text without them.
    pub(super) fn mask_text(&self, text: String) -> String {
        match self.masked(text.as_bytes()) {
            Cow::Borrowed(_) => text,
            Cow::Owned(masked) => String::from_utf8_lossy(&masked).into_owned(),
        }
    }

    fn masked<'b>(&self, bytes: &'b [u8]) -> Cow<'b, [u8]> {
        let mut bytes = Cow::Borrowed(bytes);
        for secret in self.secrets.iter().map(|secret| secret.expose_secret().as_slice()) {
            let mut rest: &[u8] = &bytes;
            let mut masked = Vec::new();
            while let Some(at) = rest.windows(secret.len()).position(|window| window == secret) {
                masked.extend_from_slice(&rest[..at]);
                masked.extend_from_slice(INSTEAD);
                rest = &rest[at + secret.len()..];
            }
            if !masked.is_empty() {
                masked.extend_from_slice(rest);
                bytes = Cow::Owned(masked);
            }
        }
        bytes
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn credentials_of_a_proxy_are_hidden() {
        let authorization = HeaderValue::from_static("Basic dXNlcjpwYXNzIHdvcmQ=");
        let cases = [
            (true, "you sent Basic dXNlcjpwYXNzIHdvcmQ=.", "you sent Basic [credential]."),
            (true, "dXNlcjpwYXNzIHdvcmQ=dXNlcjpwYXNzIHdvcmQ=", "[credential][credential]"),
            (true, "user:pass word", "[credential]"),
            (true, "a pass word is needed", "a pass word is needed"),
            (false, "a pass word is needed", "a [credential] is needed"),
            (false, "", ""),
        ];
        for (is_success, text, expected) in cases {
            let hidden = Hidden::of(&authorization, is_success);
            assert_eq!(hidden.mask_text(text.to_owned()), expected);
            // However it is cut into pieces.
            for size in 1..=text.len().max(1) {
                let mut hidden = Hidden::of(&authorization, is_success);
                let pieces = text.as_bytes().chunks(size).map(|piece| Some(Bytes::copy_from_slice(piece)));
                let passed: Vec<u8> = pieces.chain([None]).filter_map(|piece| hidden.pass(piece)).flatten().collect();
                assert_eq!(String::from_utf8_lossy(&passed), expected, "{size}");
                assert_eq!(hidden.pass(None), None);
            }
        }
        // Only what may begin one waits.
        let mut hidden = Hidden::of(&authorization, false);
        assert_eq!(hidden.pass(Some("data: the user\n\n".into())), Some("data: the user\n\n".into()));
        assert_eq!(hidden.pass(Some("data: user:".into())), Some("data: ".into()));
        let mut headers = HeaderMap::from_iter([(http::header::WARNING, authorization.clone())]);
        Hidden::of(&authorization, true).mask_headers(&mut headers);
        assert_eq!(headers[http::header::WARNING], "Basic [credential]");
    }
}

//! Tokens of an authorization server (RFC 7519, RFC 9068).

use std::{
    collections::HashSet,
    time::{Duration, SystemTime, UNIX_EPOCH},
};

use jsonwebtoken::{Algorithm, Validation, decode, decode_header};
use serde_json::{Map, Value};

use super::{Principal, digest, keys::Keys};

/// The most bytes of a token.
const MAX_TOKEN: usize = 16 * 1024;

/// What a token must be.
#[derive(Debug)]
pub(super) struct Jwt {
    pub(super) keys: Keys,
    pub(super) issuer: String,
    pub(super) audiences: Vec<String>,
    pub(super) algorithms: Vec<Algorithm>,
    pub(super) leeway: Duration,
}

impl Jwt {
    /// Who presents the token, or what is wrong with it.
    pub(super) async fn principal(&self, token: &str) -> Result<Principal, &'static str> {
        if token.len() > MAX_TOKEN {
            return Err("the token is too long");
        }
        let header = decode_header(token).map_err(|_| "the token is not one of this server's")?;
        if !self.algorithms.contains(&header.alg) {
            return Err("the token is signed in a way that is not admitted");
        }
        // RFC 7515, section 4.1.11: none of them is understood here.
        if header.crit.is_some() {
            return Err("the token wants what this server does not understand (crit)");
        }
        let mut validation = Validation::new(header.alg);
        validation.set_issuer(&[&self.issuer]);
        validation.set_audience(&self.audiences);
        validation.set_required_spec_claims(&["iss", "aud"]);
        // Times are checked below: the library does not see numbers whose spelling is kept.
        validation.validate_exp = false;
        let keys = self.keys.find(header.kid.as_deref(), header.alg).await;
        if keys.is_empty() {
            return Err("the token is signed with a key that the authorization server does not publish");
        }
        let decoded = keys.iter().map(|key| decode::<Map<String, Value>>(token, &key.decoding, &validation));
        let claims = decoded.fold(None, |found: Option<Result<_, _>>, next| match found {
            Some(Ok(found)) => Some(Ok(found)),
            _ => Some(next),
        });
        let claims = match claims {
            Some(Ok(decoded)) => decoded.claims,
            Some(Err(error)) => return Err(words(&error)),
            None => return Err("the token is not one of this server's"),
        };
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
        times(&claims, now, self.leeway)?;
        // One issuer, and not a list of them.
        if claims.get("iss").and_then(Value::as_str) != Some(&self.issuer) {
            return Err("the token is of another issuer");
        }
        Ok(Principal { id: subject(&self.issuer, &claims, token), scopes: Some(scopes(&claims)) })
    }
}

fn words(error: &jsonwebtoken::errors::Error) -> &'static str {
    use jsonwebtoken::errors::ErrorKind;
    match error.kind() {
        ErrorKind::InvalidSignature => "the token's signature is wrong",
        ErrorKind::InvalidIssuer => "the token is of another issuer",
        ErrorKind::InvalidAudience => "the token is for another audience",
        ErrorKind::MissingRequiredClaim(_) => "the token does not say by whom and for whom it is",
        _ => "the token is not one of this server's",
    }
}

/// Whether it is between `nbf` and `exp`, which must be there.
fn times(claims: &Map<String, Value>, now: Duration, leeway: Duration) -> Result<(), &'static str> {
    let (now, leeway) = (now.as_secs_f64(), leeway.as_secs_f64());
    let time = |name: &str| claims.get(name).map(|value| value.as_f64().filter(|time| time.is_finite()));
    match time("exp") {
        Some(Some(expires)) if now < expires + leeway => {}
        Some(Some(_)) => return Err("the token has expired"),
        _ => return Err("the token does not say when it expires"),
    }
    match time("nbf") {
        None => Ok(()),
        Some(Some(begins)) if now >= begins - leeway => Ok(()),
        Some(_) => Err("the token is not valid yet"),
    }
}

/// `scope` (RFC 8693, section 4.2), and what some servers write in its place.
fn scopes(claims: &Map<String, Value>) -> HashSet<String> {
    let texts = ["scope", "scp"].into_iter().filter_map(|name| claims.get(name)).flat_map(|value| match value {
        Value::Array(items) => items.iter().filter_map(Value::as_str).collect(),
        value => value.as_str().into_iter().collect::<Vec<_>>(),
    });
    texts.flat_map(str::split_whitespace).map(str::to_owned).collect()
}

fn subject(issuer: &str, claims: &Map<String, Value>, token: &str) -> [u8; 32] {
    let named = ["sub", "client_id", "azp"].iter().find_map(|name| Some((*name, claims.get(*name)?.as_str()?)));
    named.map_or_else(|| digest(&[issuer, token]), |(name, value)| digest(&[issuer, name, value]))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn map(value: &Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap_or_default()
    }

    #[test]
    fn clocks_may_be_a_little_apart() {
        // The claims, and whether they hold at 1000 with a leeway of 60.
        let cases = [
            (json!({"exp": 1001}), true),
            (json!({"exp": 1000.5}), true),
            (json!({"exp": 941}), true),
            (json!({"exp": 940}), false),
            (json!({"exp": 1001, "nbf": 1060}), true),
            (json!({"exp": 2001, "nbf": 1061}), false),
            (json!({"exp": "1001"}), false),
            (json!({"exp": 1001, "nbf": "900"}), false),
            (json!({"exp": null}), false),
            (json!({"nbf": 900}), false),
        ];
        for (claims, expected) in cases {
            let held = times(&map(&claims), Duration::from_secs(1000), Duration::from_mins(1));
            assert_eq!(held.is_ok(), expected, "{claims}");
        }
    }

    #[test]
    fn scopes_have_several_spellings() {
        let cases: [(Value, &[&str]); 4] = [
            (json!({"scope": "a  b"}), &["a", "b"]),
            (json!({"scp": ["a", "b"]}), &["a", "b"]),
            (json!({"scp": "a", "scope": "b"}), &["a", "b"]),
            (json!({"scope": 7}), &[]),
        ];
        for (claims, expected) in cases {
            let mut got: Vec<_> = scopes(&map(&claims)).into_iter().collect();
            got.sort();
            assert_eq!(got, expected, "{claims}");
        }
    }

    #[test]
    fn subjects_of_different_kinds_are_different() {
        let of = |claims: Value| subject("i", &map(&claims), "token");
        assert_eq!(of(json!({"sub": "a", "client_id": "x"})), of(json!({"sub": "a", "client_id": "y"})));
        assert_ne!(of(json!({"sub": "a"})), of(json!({"client_id": "a"})));
        assert_ne!(of(json!({"sub": "a"})), of(json!({"sub": "b"})));
    }
}

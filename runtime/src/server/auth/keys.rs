//! An authorization server's keys: fetched when a token needs one, again when they rotate, and never often.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::{HeaderMap, HeaderValue, Method, header};
use jsonwebtoken::{
    Algorithm, DecodingKey,
    jwk::{Jwk, PublicKeyUse},
};
use serde::{Deserialize, de::DeserializeOwned};
use tokio::time::Instant;
use url::Url;

use super::verifier::FamilyOfKey;
use crate::client::Client;

/// The most bytes of a document.
const MAX_DOCUMENT: usize = 512 * 1024;
/// The most keys of a set.
const MAX_KEYS: usize = 100;
/// After this long keys are fetched again, so that those that were withdrawn go.
const MAX_AGE: Duration = Duration::from_hours(1);
/// At most so many fetches happen in [`PERIOD`], whatever tokens name.
const FETCHES: usize = 5;
/// See [`FETCHES`].
const PERIOD: Duration = Duration::from_mins(1);

/// The keys of one issuer.
#[derive(Debug)]
pub(super) struct Keys {
    issuer: Url,
    jwks_url: Option<Url>,
    client: Client,
    known: Mutex<Known>,
    fetching: tokio::sync::Mutex<()>,
}

#[derive(Debug, Default)]
struct Known {
    keys: Arc<Vec<Key>>,
    fetched: Option<Instant>,
    /// When the last fetches began.
    fetches: VecDeque<Instant>,
}

/// A key that signatures are checked with.
#[derive(Debug, Clone)]
pub(super) struct Key {
    id: Option<String>,
    /// The only algorithm that it is for, where it says so.
    algorithm: Option<Algorithm>,
    pub(super) decoding: DecodingKey,
}

impl Keys {
    pub(super) fn new(issuer: Url, jwks_url: Option<Url>, client: Client) -> Self {
        Self { issuer, jwks_url, client, known: Mutex::default(), fetching: tokio::sync::Mutex::default() }
    }

    /// The keys that a token may be signed with.
    pub(super) async fn find(&self, id: Option<&str>, algorithm: Algorithm) -> Vec<Key> {
        let (found, fetched) = self.look(id, algorithm);
        if !found.is_empty() && fetched.is_some_and(|fetched| fetched.elapsed() < MAX_AGE) {
            return found;
        }
        self.fetch(fetched).await;
        self.look(id, algorithm).0
    }

    fn look(&self, id: Option<&str>, algorithm: Algorithm) -> (Vec<Key>, Option<Instant>) {
        let known = self.known();
        let fits = |key: &&Key| {
            key.algorithm.is_none_or(|only| only == algorithm)
                && algorithm.family_of_key() == Some(key.decoding.family())
                && id.is_none_or(|id| key.id.as_deref() == Some(id))
        };
        (known.keys.iter().filter(fits).cloned().collect(), known.fetched)
    }

    /// Fetches the keys unless somebody did since `seen`, or it was done too often. The old ones stay where it fails.
    async fn fetch(&self, seen: Option<Instant>) {
        let _one = self.fetching.lock().await;
        {
            let mut known = self.known();
            let now = Instant::now();
            known.fetches.retain(|began| now.duration_since(*began) < PERIOD);
            if known.fetched != seen || known.fetches.len() >= FETCHES {
                return;
            }
            known.fetches.push_back(now);
        }
        match self.fetch_keys().await {
            Ok(keys) => {
                tracing::debug!(keys = keys.len(), "the authorization server's keys were fetched");
                let mut known = self.known();
                known.keys = Arc::new(keys);
                known.fetched = Some(Instant::now());
            }
            Err(why) => tracing::warn!("the keys of the authorization server {} cannot be had: {why}", self.issuer),
        }
    }

    async fn fetch_keys(&self) -> Result<Vec<Key>, String> {
        #[derive(Deserialize)]
        struct Set {
            keys: Vec<serde_json::Value>,
        }
        let url = match &self.jwks_url {
            Some(url) => url.clone(),
            None => self.discover().await?,
        };
        let Set { keys } = self.get(url).await?;
        // One that is not understood does not cost the others.
        Ok(keys.into_iter().take(MAX_KEYS).filter_map(Key::read).collect())
    }

    /// Where the issuer's metadata says that the keys are.
    async fn discover(&self) -> Result<Url, String> {
        #[derive(Deserialize)]
        struct Metadata {
            issuer: String,
            jwks_uri: String,
        }
        let mut why = String::new();
        for url in places(&self.issuer) {
            match self.get::<Metadata>(url).await {
                Ok(metadata) if metadata.issuer.trim_end_matches('/') != self.issuer.as_str().trim_end_matches('/') => {
                    why = String::from("its metadata names another issuer");
                }
                Ok(metadata) => {
                    return super::options::trusted("jwt-jwks-url", &metadata.jwks_uri)
                        .map_err(|_| "its metadata names no safe URL of keys".to_owned());
                }
                Err(error) => why = error,
            }
        }
        Err(why)
    }

    async fn get<T: DeserializeOwned>(&self, url: Url) -> Result<T, String> {
        let words = |error: crate::client::SendError| error.to_string().replace("the API", "it");
        let headers = HeaderMap::from_iter([(header::ACCEPT, HeaderValue::from_static("application/json"))]);
        let mut answer = self.client.exchange(Method::GET, url, headers, None, None).await.map_err(words)?;
        if !answer.status.is_success() {
            return Err(format!("it answered {}", answer.status.as_u16()));
        }
        let body = answer.read(MAX_DOCUMENT).await.map_err(words)?;
        serde_json::from_slice(&body.bytes).map_err(|_| "what it answered is not what was expected".to_owned())
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Key {
    fn read(value: serde_json::Value) -> Option<Self> {
        let jwk: Jwk = serde_json::from_value(value).ok()?;
        if matches!(jwk.common.public_key_use, Some(PublicKeyUse::Encryption)) {
            return None;
        }
        let algorithm = match jwk.common.key_algorithm {
            Some(named) => Some(named.to_string().parse().ok()?),
            None => None,
        };
        let decoding = DecodingKey::from_jwk(&jwk).ok()?;
        Some(Self { id: jwk.common.key_id, algorithm, decoding })
    }
}

/// Where an issuer's metadata may be (MCP, Authorization Server Metadata Discovery).
fn places(issuer: &Url) -> Vec<Url> {
    let path = issuer.path().trim_end_matches('/');
    let at = |path: String| {
        let mut url = issuer.clone();
        url.set_path(&path);
        url
    };
    let inserted =
        ["oauth-authorization-server", "openid-configuration"].map(|name| at(format!("/.well-known/{name}{path}")));
    let appended = at(format!("{path}/.well-known/openid-configuration"));
    inserted.into_iter().chain((!path.is_empty()).then_some(appended)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn metadata_stands_where_the_protocol_says() {
        let cases: [(&str, &[&str]); 2] = [
            ("https://a.test", &["/.well-known/oauth-authorization-server", "/.well-known/openid-configuration"]),
            (
                "https://a.test/t/1/",
                &[
                    "/.well-known/oauth-authorization-server/t/1",
                    "/.well-known/openid-configuration/t/1",
                    "/t/1/.well-known/openid-configuration",
                ],
            ),
        ];
        for (issuer, expected) in cases {
            let places = places(&Url::parse(issuer).unwrap());
            assert_eq!(places.iter().map(Url::path).collect::<Vec<_>>(), expected);
        }
    }

    #[test]
    fn keys_that_cannot_be_used_are_passed_over() {
        let point = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
        let cases = [
            (serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": point}), true),
            (serde_json::json!({"kty": "OKP", "crv": "Ed25519", "x": point, "use": "enc"}), false),
            (
                serde_json::json!({"kty": "EC", "crv": "P-256", "x": point, "y": point, "use": "sig", "alg": "ES256"}),
                true,
            ),
            (serde_json::json!({"kty": "EC", "crv": "P-256", "x": point}), false),
            (serde_json::json!({"kty": "unheard of"}), false),
            (serde_json::json!(7), false),
        ];
        for (value, expected) in cases {
            assert_eq!(Key::read(value.clone()).is_some(), expected, "{value}");
        }
    }

    #[test]
    fn keys_are_for_what_they_say() {
        let modulus = "rNvn0ewWdoqpGoAPLkwSIN1VDfTvjcVHlXNIMks1NkbPGNGgZCmr1U2-mFFH5UXG";
        let point = "MKBCTNIcKUSDii11ySs3526iDZ8AiTo7Tu6KPAqv7D4";
        let set = [
            serde_json::json!({"kty": "RSA", "kid": "a", "alg": "RS256", "n": modulus, "e": "AQAB"}),
            serde_json::json!({"kty": "RSA", "kid": "b", "n": modulus, "e": "AQAB"}),
            serde_json::json!({"kty": "OKP", "kid": "c", "crv": "Ed25519", "x": point}),
        ];
        let client = Client::new(crate::client::ClientOptions::default()).unwrap();
        let keys = Keys::new(Url::parse("https://idp.test").unwrap(), None, client);
        keys.known().keys = Arc::new(set.into_iter().filter_map(Key::read).collect());
        let cases: [(Option<&str>, Algorithm, &[&str]); 8] = [
            (None, Algorithm::RS256, &["a", "b"]),
            (Some("a"), Algorithm::RS256, &["a"]),
            (None, Algorithm::PS256, &["b"]),
            (Some("a"), Algorithm::PS256, &[]),
            (None, Algorithm::EdDSA, &["c"]),
            (Some("b"), Algorithm::EdDSA, &[]),
            (None, Algorithm::ES256, &[]),
            (None, Algorithm::HS256, &[]),
        ];
        for (id, algorithm, expected) in cases {
            let found: Vec<_> = keys.look(id, algorithm).0.into_iter().filter_map(|key| key.id).collect();
            assert_eq!(found, expected, "{id:?} {algorithm:?}");
        }
    }
}

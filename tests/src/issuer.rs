//! An authorization server: its metadata, its keys, and tokens that it signed.

use std::time::{SystemTime, UNIX_EPOCH};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, Ed25519KeyPair, KeyPair},
};
use serde_json::{Value, json};

use crate::{Answer, Upstream};

/// A key that tokens are signed with.
pub struct Signer {
    id: String,
    key: Pair,
}

enum Pair {
    Ed(Ed25519KeyPair),
    Ec(EcdsaKeyPair),
}

impl Signer {
    /// A new key for `EdDSA`.
    pub fn ed(id: &str) -> Self {
        let document = Ed25519KeyPair::generate_pkcs8(&SystemRandom::new()).expect("a key");
        Self { id: id.to_owned(), key: Pair::Ed(Ed25519KeyPair::from_pkcs8(document.as_ref()).expect("a key")) }
    }

    /// A new key for ES256.
    pub fn ec(id: &str) -> Self {
        let (random, kind) = (SystemRandom::new(), &ECDSA_P256_SHA256_FIXED_SIGNING);
        let document = EcdsaKeyPair::generate_pkcs8(kind, &random).expect("a key");
        let pair = EcdsaKeyPair::from_pkcs8(kind, document.as_ref(), &random).expect("a key");
        Self { id: id.to_owned(), key: Pair::Ec(pair) }
    }

    /// The public key as a JWK.
    pub fn jwk(&self) -> Value {
        match &self.key {
            Pair::Ed(pair) => {
                json!({"kty": "OKP", "crv": "Ed25519", "kid": self.id, "use": "sig", "x": encode(pair.public_key().as_ref())})
            }
            Pair::Ec(pair) => {
                let (x, y) = pair.public_key().as_ref()[1..].split_at(32);
                json!({"kty": "EC", "crv": "P-256", "kid": self.id, "alg": "ES256", "x": encode(x), "y": encode(y)})
            }
        }
    }

    /// A token with these claims.
    pub fn token(&self, claims: &Value) -> String {
        let algorithm = if matches!(self.key, Pair::Ed(_)) { "EdDSA" } else { "ES256" };
        self.token_with(&json!({"alg": algorithm, "typ": "at+jwt", "kid": self.id}), claims)
    }

    /// A token with this header, whatever it says.
    pub fn token_with(&self, header: &Value, claims: &Value) -> String {
        let message = format!("{}.{}", encode(header.to_string().as_bytes()), encode(claims.to_string().as_bytes()));
        let signature = match &self.key {
            Pair::Ed(pair) => pair.sign(message.as_bytes()).as_ref().to_vec(),
            Pair::Ec(pair) => {
                pair.sign(&SystemRandom::new(), message.as_bytes()).expect("a signature").as_ref().to_vec()
            }
        };
        format!("{message}.{}", encode(&signature))
    }
}

fn encode(bytes: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

/// Seconds since 1970, so many from now.
pub fn seconds_from_now(seconds: i64) -> i64 {
    let now = SystemTime::now().duration_since(UNIX_EPOCH).expect("a time after 1970").as_secs();
    i64::try_from(now).expect("a time before the sun burns out") + seconds
}

/// Answers once with the metadata of an issuer at `server`.
pub fn answer_metadata(server: &Upstream) {
    server.answer(Answer::json(&json!({"issuer": server.url(), "jwks_uri": format!("{}/keys", server.url())})));
}

/// Answers once with keys.
pub fn answer_keys(server: &Upstream, keys: &[&Signer]) {
    let keys: Vec<_> = keys.iter().map(|signer| signer.jwk()).collect();
    server.answer(Answer::json(&json!({"keys": keys})));
}

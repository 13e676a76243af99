//! What a question takes along and an answer brings back: proof that this server asked about this very call.
//!
//! It holds no more than when it ends and a number of its own; tool, arguments and who calls are mixed into its seal.
//! Each is taken once.

use std::{
    collections::HashMap,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ring::{
    hmac,
    rand::{SecureRandom, SystemRandom},
};
use serde_json::{Map, Value};

/// What the seal is over, so that no other seal of this key would do.
const DOMAIN: &[u8] = b"mcpgen/confirm/1";
/// The length of a nonce.
const NONCE: usize = 16;
/// The length of what is sealed: a time in seconds and a nonce.
const BODY: usize = 8 + NONCE;
/// How many used ones are kept before those that have ended are looked for.
const PLENTY: usize = 1024;

/// A call that a state is about.
pub(super) struct Call<'c> {
    pub(super) tool: &'c str,
    pub(super) arguments: Option<&'c Map<String, Value>>,
    /// Who calls, where clients say it.
    pub(super) principal: Option<[u8; 32]>,
}

/// Why a state is not taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub(super) enum Refused {
    #[error("this `requestState` was not given for this call with these arguments")]
    Other,
    #[error("the question was asked too long ago")]
    Late,
    #[error("the answer was used already")]
    Used,
}

/// A state that is genuine.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    nonce: [u8; NONCE],
    ends: u64,
}

/// Makes states and takes them back.
pub(super) struct States {
    /// Made at the first question; it lives as long as the process.
    key: std::sync::OnceLock<hmac::Key>,
    random: SystemRandom,
    started: Instant,
    lifetime: Duration,
    used: Mutex<Used>,
}

#[derive(Default)]
struct Used {
    ends: HashMap<[u8; NONCE], u64>,
    plenty: usize,
}

impl States {
    pub(super) fn new(lifetime: Duration) -> Self {
        Self {
            key: std::sync::OnceLock::new(),
            random: SystemRandom::new(),
            started: Instant::now(),
            lifetime,
            used: Mutex::new(Used { ends: HashMap::new(), plenty: PLENTY }),
        }
    }

    /// A state for a question about a call.
    pub(super) fn seal(&self, call: &Call<'_>) -> String {
        self.seal_at(call, self.now())
    }

    /// Whether a state was made for this call, and not too long ago.
    pub(super) fn open(&self, state: &str, call: &Call<'_>) -> Result<Token, Refused> {
        self.open_at(state, call, self.now())
    }

    /// Takes a state, once.
    pub(super) fn use_up(&self, Token { nonce, ends }: Token) -> Result<(), Refused> {
        let mut used = self.used.lock().unwrap_or_else(PoisonError::into_inner);
        if used.ends.len() >= used.plenty {
            let now = self.now();
            used.ends.retain(|_, ends| *ends >= now);
            used.plenty = PLENTY.max(used.ends.len() * 2);
        }
        match used.ends.insert(nonce, ends) {
            None => Ok(()),
            Some(_) => Err(Refused::Used),
        }
    }

    fn now(&self) -> u64 {
        self.started.elapsed().as_secs()
    }

    fn seal_at(&self, call: &Call<'_>, now: u64) -> String {
        let mut sealed = Vec::with_capacity(BODY + 32);
        sealed.extend((now + self.lifetime.as_secs()).to_be_bytes());
        sealed.extend(self.bytes::<NONCE>());
        let tag = hmac::sign(self.key(), &message(&sealed, call));
        sealed.extend_from_slice(tag.as_ref());
        URL_SAFE_NO_PAD.encode(sealed)
    }

    fn open_at(&self, state: &str, call: &Call<'_>, now: u64) -> Result<Token, Refused> {
        let sealed = URL_SAFE_NO_PAD.decode(state).map_err(|_| Refused::Other)?;
        let (body, tag) = sealed.split_at_checked(BODY).ok_or(Refused::Other)?;
        hmac::verify(self.key(), &message(body, call), tag).map_err(|_| Refused::Other)?;
        let (ends, nonce) = body.split_at_checked(8).ok_or(Refused::Other)?;
        let ends = u64::from_be_bytes(ends.try_into().map_err(|_| Refused::Other)?);
        let nonce = nonce.try_into().map_err(|_| Refused::Other)?;
        if now > ends { Err(Refused::Late) } else { Ok(Token { nonce, ends }) }
    }

    fn key(&self) -> &hmac::Key {
        self.key.get_or_init(|| hmac::Key::new(hmac::HMAC_SHA256, &self.bytes::<32>()))
    }

    fn bytes<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        // Without random numbers nothing here is safe; TLS could not run either.
        assert!(self.random.fill(&mut bytes).is_ok(), "the system gives no random numbers");
        bytes
    }
}

/// What is sealed: each part behind its length.
fn message(body: &[u8], call: &Call<'_>) -> Vec<u8> {
    let mut arguments = String::new();
    call.arguments.into_iter().for_each(|object| write_object(object, &mut arguments));
    let arguments = if arguments.is_empty() { "{}" } else { &arguments };
    let principal = call.principal.as_ref().map_or(&[] as &[u8], |id| id);
    let mut message = Vec::with_capacity(DOMAIN.len() + BODY + call.tool.len() + arguments.len() + 72);
    for part in [DOMAIN, body, call.tool.as_bytes(), principal, arguments.as_bytes()] {
        message.extend((part.len() as u64).to_be_bytes());
        message.extend_from_slice(part);
    }
    message
}

/// A value's text, whatever the order of its members.
fn write(value: &Value, text: &mut String) {
    match value {
        Value::Object(object) => write_object(object, text),
        Value::Array(items) => {
            text.push('[');
            for item in items {
                write(item, text);
                text.push(',');
            }
            text.push(']');
        }
        scalar => text.push_str(&scalar.to_string()),
    }
}

fn write_object(object: &Map<String, Value>, text: &mut String) {
    let mut members: Vec<_> = object.iter().collect();
    members.sort_by_key(|(name, _)| *name);
    text.push('{');
    for (name, value) in members {
        text.push_str(&Value::from(name.as_str()).to_string());
        text.push(':');
        write(value, text);
        text.push(',');
    }
    text.push('}');
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn call(arguments: &Value) -> Call<'_> {
        Call { tool: "removeBook", arguments: arguments.as_object(), principal: None }
    }

    #[test]
    fn a_state_is_for_one_call() {
        let states = States::new(Duration::from_mins(1));
        let asked = json!({"bookId": 7, "copies": [1, {"a": 1, "b": 2}]});
        let state = states.seal_at(&call(&asked), 100);
        let cases = [
            (json!({"copies": [1, {"b": 2, "a": 1}], "bookId": 7}), true),
            (json!({"bookId": 8, "copies": [1, {"a": 1, "b": 2}]}), false),
            (json!({"bookId": 7, "copies": [{"a": 1, "b": 2}, 1]}), false),
            (json!({"bookId": "7", "copies": [1, {"a": 1, "b": 2}]}), false),
            (json!({"bookId": 7}), false),
            (json!({}), false),
        ];
        for (arguments, taken) in cases {
            assert_eq!(states.open_at(&state, &call(&arguments), 100).is_ok(), taken, "{arguments}");
        }
        let others = [
            Call { tool: "removeBoo", ..call(&asked) },
            Call { principal: Some([0; 32]), ..call(&asked) },
            Call { arguments: None, ..call(&asked) },
        ];
        for other in others {
            assert_eq!(states.open_at(&state, &other, 100), Err(Refused::Other), "{}", other.tool);
        }
        let nothing = states.seal_at(&Call { arguments: None, ..call(&asked) }, 100);
        assert!(states.open_at(&nothing, &call(&json!({})), 100).is_ok(), "no arguments are none");
    }

    #[test]
    fn a_state_is_genuine_and_of_this_process() {
        let states = States::new(Duration::from_mins(1));
        let arguments = json!({"bookId": 7});
        let state = states.seal_at(&call(&arguments), 100);
        let mut raw = URL_SAFE_NO_PAD.decode(&state).unwrap();
        for index in 0..raw.len() {
            raw[index] ^= 1;
            let changed = URL_SAFE_NO_PAD.encode(&raw);
            assert_eq!(states.open_at(&changed, &call(&arguments), 100), Err(Refused::Other), "byte {index}");
            raw[index] ^= 1;
        }
        for text in ["", "x", "%", &format!("{state}-TAMPERED"), &state[1..], &URL_SAFE_NO_PAD.encode([0; BODY])] {
            assert_eq!(states.open_at(text, &call(&arguments), 100), Err(Refused::Other), "{text}");
        }
        let other = States::new(Duration::from_mins(1));
        assert_eq!(other.open_at(&state, &call(&arguments), 100), Err(Refused::Other));
    }

    #[test]
    fn a_state_ends_and_is_taken_once() {
        let states = States::new(Duration::from_mins(1));
        let arguments = json!({});
        let state = states.seal_at(&call(&arguments), 100);
        assert_eq!(states.open_at(&state, &call(&arguments), 161), Err(Refused::Late));
        let token = states.open_at(&state, &call(&arguments), 160).unwrap();
        assert_eq!(states.use_up(token), Ok(()));
        assert_eq!(states.use_up(token), Err(Refused::Used));
    }

    #[test]
    fn used_states_are_forgotten_when_they_have_ended() {
        let states = States::new(Duration::ZERO);
        let token = |number: u64, ends| Token { nonce: u128::from(number).to_be_bytes(), ends };
        states.used.lock().unwrap().ends.extend((0..1024).map(|number| (token(number, 0).nonce, 0)));
        let later = States { started: Instant::now().checked_sub(Duration::from_secs(9)).unwrap(), ..states };
        later.use_up(token(2000, 9)).unwrap();
        assert_eq!(later.used.lock().unwrap().ends.len(), 1);
    }
}

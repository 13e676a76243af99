//! `mcpgen.lock`: what was emitted, so that what the owner changed can be told from it and kept.
//!
//! JSON, a line for each file: its hash, and its text, compressed. Of the vendored runtime only the hashes are kept.

use std::{collections::BTreeMap, io::Read};

use base64::{Engine, engine::general_purpose::STANDARD};
use flate2::{Compression, read::DeflateDecoder, write::DeflateEncoder};
use serde::Deserialize as _;
use serde_json::{Map, Value, json};
use sha2::{Digest, Sha256};

use super::former::Former;

/// The file's name.
pub const FILE: &str = "mcpgen.lock";
/// Changes when an older mcpgen would misunderstand.
const FORMAT: u64 = 1;
/// The most that a text may unpack to.
const LONGEST: u64 = 256 << 20;

/// What was emitted.
#[derive(Debug, Clone)]
pub struct Lock {
    pub(super) former: Former,
    /// The flags of the command; locks of earlier versions have none.
    pub(super) flags: Option<Vec<String>>,
    pub(super) files: BTreeMap<String, Base>,
}

/// A file as it was emitted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    hash: String,
    /// None where only the hash is kept.
    pub(super) text: Option<String>,
}

/// Why a text is no `mcpgen.lock`.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LockError {
    /// It is not of this form.
    #[error("mcpgen.lock {0}; take it from version control again")]
    Form(String),
    /// It names a file outside of the crate.
    #[error("mcpgen.lock names {0:?}, which is no file of the crate; take it from version control again")]
    Path(String),
    /// A later mcpgen wrote it.
    #[error("mcpgen.lock has format {0}, and {FORMAT} is read here; use the mcpgen that wrote it, or a later one")]
    Format(u64),
}

impl Base {
    pub(super) fn new(path: &str, text: &str) -> Self {
        let keeps = !path.starts_with("runtime/");
        Self { hash: hash(text), text: keeps.then(|| text.to_owned()) }
    }

    pub(super) fn is(&self, text: &str) -> bool {
        self.text.as_deref().map_or_else(|| hash(text) == self.hash, |own| own == text)
    }
}

impl Lock {
    /// Reads a lock.
    ///
    /// # Errors
    /// When it is none, or was tampered with.
    pub fn parse(text: &str) -> Result<Self, LockError> {
        let form = |what: &str| LockError::Form(what.to_owned());
        let lock: Value = serde_json::from_str(text).map_err(|error| form(&format!("is no JSON ({error})")))?;
        match lock.get("format").and_then(Value::as_u64) {
            Some(FORMAT) => {}
            Some(other) => return Err(LockError::Format(other)),
            None => return Err(form("has no format")),
        }
        let packed = |value: Option<&Value>| value.and_then(Value::as_str).and_then(unpack);
        let catalog = packed(lock.get("catalog")).ok_or_else(|| form("has no catalog"))?;
        let former = serde_json::from_str(&catalog).map_err(|error| form(&format!("has a catalog that {error}")))?;
        let flags = match lock.get("flags") {
            None => None,
            Some(flags) => Some(Vec::deserialize(flags).map_err(|_| form("has flags that are no texts"))?),
        };
        let mut files = BTreeMap::new();
        for (path, entry) in lock.get("files").and_then(Value::as_object).ok_or_else(|| form("has no files"))? {
            if !is_inside(path) {
                return Err(LockError::Path(path.clone()));
            }
            let hash = entry.get("sha256").and_then(Value::as_str).ok_or_else(|| form("has a file without hash"))?;
            let text = match entry.get("text") {
                None => None,
                text => Some(packed(text).ok_or_else(|| form("has a text that cannot be unpacked"))?),
            };
            if text.as_deref().is_some_and(|text| self::hash(text) != hash) {
                return Err(LockError::Form(format!("has a text of {path:?} that is not that of its hash")));
            }
            files.insert(path.clone(), Base { hash: hash.to_owned(), text });
        }
        Ok(Self { former, flags, files })
    }

    /// The text of the lock.
    pub(super) fn text(&self) -> String {
        let catalog = serde_json::to_string(&self.former).unwrap_or_default();
        let mut text = format!("{{\n\"format\": {FORMAT},\n\"mcpgen\": {},\n", json!(env!("CARGO_PKG_VERSION")));
        if let Some(flags) = &self.flags {
            text.push_str(&format!("\"flags\": {},\n", json!(flags)));
        }
        text.push_str(&format!("\"catalog\": {},\n\"files\": {{", json!(pack(&catalog))));
        for (index, (path, base)) in self.files.iter().enumerate() {
            let mut entry = Map::new();
            entry.insert("sha256".to_owned(), base.hash.clone().into());
            if let Some(base) = &base.text {
                entry.insert("text".to_owned(), pack(base).into());
            }
            text.push_str(if index == 0 { "\n" } else { ",\n" });
            text.push_str(&format!("{}: {}", json!(path), Value::from(entry)));
        }
        text.push_str("\n}\n}\n");
        text
    }
}

/// Whether a path leads to a file below the folder that it starts from.
fn is_inside(path: &str) -> bool {
    let is_name = |part: &str| {
        !part.is_empty()
            && part != "."
            && part != ".."
            && !part.contains(['\\', ':'])
            && !part.contains(char::is_control)
    };
    path.split('/').all(is_name)
}

fn hash(text: &str) -> String {
    let digest = Sha256::digest(text.as_bytes());
    digest.iter().fold(String::with_capacity(64), |hash, byte| hash + &format!("{byte:02x}"))
}

fn pack(text: &str) -> String {
    use std::io::Write;
    let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
    // Writing to memory does not fail.
    let packed = encoder.write_all(text.as_bytes()).and_then(|()| encoder.finish());
    STANDARD.encode(packed.unwrap_or_default())
}

fn unpack(text: &str) -> Option<String> {
    let packed = STANDARD.decode(text).ok()?;
    let mut text = String::new();
    DeflateDecoder::new(packed.as_slice()).take(LONGEST).read_to_string(&mut text).ok()?;
    Some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_are_packed() {
        for text in ["", "a", &"pet ".repeat(10_000)] {
            assert_eq!(unpack(&pack(text)).as_deref(), Some(text));
        }
        assert_eq!(unpack("!"), None);
        assert_eq!(unpack("AAAA"), None);
    }

    #[test]
    fn paths_stay_inside() {
        let cases = [
            ("src/main.rs", true),
            (".gitignore", true),
            ("../x", false),
            ("a/../../x", false),
            ("/etc/passwd", false),
            ("C:\\x", false),
            ("a//b", false),
            ("", false),
        ];
        for (path, expected) in cases {
            assert_eq!(is_inside(path), expected, "{path}");
        }
    }
}

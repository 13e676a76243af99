//! Which scopes a request needs, by the tools that it calls.

use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;

use super::InboundError;
use crate::catalog::Catalog;

/// The scopes that are needed.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// By every request.
    pub(super) all: Vec<String>,
    /// By calls of a tool.
    tools: HashMap<String, Vec<String>>,
}

/// A message, as far as it matters here. A key that stands twice is refused: it could mean something else to others.
#[derive(Deserialize)]
struct Message<'m> {
    #[serde(borrow, default)]
    method: Option<Cow<'m, str>>,
    #[serde(borrow, default)]
    params: Option<&'m serde_json::value::RawValue>,
}

#[derive(Deserialize)]
struct Call<'m> {
    #[serde(borrow)]
    name: Cow<'m, str>,
}

impl Scopes {
    pub(super) fn new(all: &[String], tools: &[String], catalog: &Catalog) -> Result<Self, InboundError> {
        let read = |text: &String| {
            let (tool, scopes) = text.split_once('=').ok_or_else(|| InboundError::ToolScope(text.clone()))?;
            if !catalog.tools.iter().any(|known| known.name == tool) {
                return Err(InboundError::ToolScope(text.clone()));
            }
            Ok((tool.to_owned(), scopes.split_whitespace().map(str::to_owned).collect()))
        };
        let tools = tools.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { all: all.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect(), tools })
    }

    /// Whether what a message says can matter.
    pub(super) fn depend_on_messages(&self) -> bool {
        !self.tools.is_empty()
    }

    /// Every scope that anything needs.
    pub(super) fn supported(&self) -> Vec<&str> {
        let mut all: Vec<_> = self.all.iter().chain(self.tools.values().flatten()).map(String::as_str).collect();
        all.sort_unstable();
        all.dedup();
        all
    }

    /// The scopes that a body's messages need. None where it holds no messages.
    pub(super) fn of(&self, body: &[u8]) -> Option<Vec<String>> {
        let messages: Vec<Message<'_>> = match body.trim_ascii_start().first() {
            Some(b'[') => serde_json::from_slice(body).ok()?,
            _ => vec![serde_json::from_slice(body).ok()?],
        };
        let mut needed = self.all.clone();
        for message in messages.iter().filter(|message| message.method.as_deref() == Some("tools/call")) {
            let call: Call<'_> = serde_json::from_str(message.params?.get()).ok()?;
            needed.extend(self.tools.get(call.name.as_ref()).into_iter().flatten().cloned());
        }
        Some(needed)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn calls_of_tools_need_scopes() {
        let tools = HashMap::from([("wipe".to_owned(), vec!["w".to_owned(), "x".to_owned()])]);
        let scopes = Scopes { all: vec!["r".to_owned()], tools };
        let cases: [(&str, Option<&[&str]>); 10] = [
            (r#"{"method": "tools/list"}"#, Some(&["r"])),
            (r#"{"method": "tools/call", "params": {"name": "look", "arguments": {"n": 1.0}}}"#, Some(&["r"])),
            (r#"{"method": "tools/call", "params": {"name": "wipe"}}"#, Some(&["r", "w", "x"])),
            (r#"{"params": {"name": "w\u0069pe"}, "m\u0065thod": "tools\/call"}"#, Some(&["r", "w", "x"])),
            (
                r#" [{"method": "tools/list"}, {"method": "tools/call", "params": {"name": "wipe"}}]"#,
                Some(&["r", "w", "x"]),
            ),
            (r#"{"result": {}}"#, Some(&["r"])),
            (r#"{"method": "tools/list", "method": "tools/call", "params": {"name": "wipe"}}"#, None),
            (r#"{"method": "tools/call", "params": {"name": "look", "name": "wipe"}}"#, None),
            (r#"{"method": "tools/call"}"#, None),
            ("x", None),
        ];
        for (body, expected) in cases {
            let got = scopes.of(body.as_bytes());
            assert_eq!(
                got.as_ref().map(|got| got.iter().map(String::as_str).collect::<Vec<_>>()).as_deref(),
                expected,
                "{body}"
            );
        }
        assert_eq!(scopes.supported(), ["r", "w", "x"]);
    }
}

//! Which scopes a request needs, by the tools that it calls and by what it reads.

use std::{borrow::Cow, collections::HashMap};

use serde::Deserialize;

use super::{InboundError, InboundOptions};
use crate::catalog::Catalog;

/// The scopes that are needed.
#[derive(Debug, Default)]
pub(super) struct Scopes {
    /// By every request.
    pub(super) all: Vec<String>,
    /// By reads of resources, and by prompts, which may hold what is read.
    reads: Vec<String>,
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
    pub(super) fn new(options: &InboundOptions, catalog: &Catalog) -> Result<Self, InboundError> {
        let InboundOptions { required_scopes, read_scopes, tool_scopes, .. } = options;
        for (setting, given) in
            [("require-scope", required_scopes), ("read-scope", read_scopes), ("tool-scope", tool_scopes)]
        {
            if !given.is_empty() && options.jwt.is_none() {
                return Err(InboundError::ScopesWithoutJwt(setting));
            }
        }
        let read = |text: &String| {
            let (tool, scopes) = text.split_once('=').ok_or_else(|| InboundError::ToolScope(text.clone()))?;
            if !catalog.tools.iter().any(|known| known.name == tool) {
                return Err(InboundError::ToolScope(text.clone()));
            }
            Ok((tool.to_owned(), scopes.split_whitespace().map(str::to_owned).collect()))
        };
        let words = |texts: &[String]| {
            texts.iter().flat_map(|text| text.split_whitespace()).map(str::to_owned).collect::<Vec<_>>()
        };
        let tools = tool_scopes.iter().map(read).collect::<Result<_, _>>()?;
        Ok(Self { all: words(required_scopes), reads: words(read_scopes), tools })
    }

    /// Whether what a message says can matter.
    pub(super) fn depend_on_messages(&self) -> bool {
        !self.tools.is_empty() || !self.reads.is_empty()
    }

    /// Every scope that anything needs.
    pub(super) fn supported(&self) -> Vec<&str> {
        let mut all: Vec<_> =
            self.all.iter().chain(&self.reads).chain(self.tools.values().flatten()).map(String::as_str).collect();
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
        for message in &messages {
            match message.method.as_deref() {
                Some("tools/call") => {
                    let call: Call<'_> = serde_json::from_str(message.params?.get()).ok()?;
                    needed.extend(self.tools.get(call.name.as_ref()).into_iter().flatten().cloned());
                }
                Some("resources/read" | "prompts/get") => needed.extend(self.reads.iter().cloned()),
                _ => {}
            }
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
        let scopes = Scopes { all: vec!["r".to_owned()], reads: vec!["v".to_owned()], tools };
        let cases: [(&str, Option<&[&str]>); 14] = [
            (r#"{"method": "tools/list"}"#, Some(&["r"])),
            (r#"{"method": "tools/call", "params": {"name": "look", "arguments": {"n": 1.0}}}"#, Some(&["r"])),
            (r#"{"method": "tools/call", "params": {"name": "wipe"}}"#, Some(&["r", "w", "x"])),
            (r#"{"params": {"name": "w\u0069pe"}, "m\u0065thod": "tools\/call"}"#, Some(&["r", "w", "x"])),
            (
                r#" [{"method": "tools/list"}, {"method": "tools/call", "params": {"name": "wipe"}}]"#,
                Some(&["r", "w", "x"]),
            ),
            (r#"{"method": "resources/read", "params": {"uri": "api://x"}}"#, Some(&["r", "v"])),
            (r#"{"method": "resources\/read"}"#, Some(&["r", "v"])),
            (r#"{"method": "prompts/get", "params": {"name": "x"}}"#, Some(&["r", "v"])),
            (r#"{"method": "resources/list"}"#, Some(&["r"])),
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
        assert_eq!(scopes.supported(), ["r", "v", "w", "x"]);
    }
}

//! The arguments of `mcpgen call`, from words to the object that a client would send.
//!
//! `NAME=VALUE` is text; dispatch makes a number, a list and so on of it where the tool's schema wants one, as it does for
//! models. So there is one reader of types.

use std::io::Read as _;

use base64::{Engine, engine::general_purpose::STANDARD};
use mcpgen_runtime::{
    catalog::{BodyKind, BodyLayout, Operation},
    json,
};
use serde_json::{Map, Value, json};

/// What becomes of a file that an argument names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Takes {
    /// Its text.
    Text,
    /// Its bytes as base64.
    Bytes,
    /// Its bytes as base64, with its name.
    File,
}

/// What becomes of a file that stands for an argument.
pub(super) fn takes(operation: &Operation, argument: &str) -> Takes {
    let Some(body) = &operation.body else { return Takes::Text };
    let others = body.choice.iter().flat_map(|choice| &choice.bodies);
    let found = std::iter::once(body).chain(others).map(|body| match (&body.kind, &body.layout) {
        (BodyKind::Binary, BodyLayout::Argument(name)) if name == argument => Takes::Bytes,
        (BodyKind::Multipart { fields }, BodyLayout::Properties { properties, .. }) => {
            let property = properties.iter().find(|property| property.argument == argument);
            let field = property.and_then(|property| fields.get(&property.name));
            if field.is_some_and(|field| field.file) { Takes::File } else { Takes::Text }
        }
        _ => Takes::Text,
    });
    found.into_iter().find(|takes| *takes != Takes::Text).unwrap_or(Takes::Text)
}

/// Puts the arguments together: those of `--json` first, then the words, which win.
pub(super) fn gather(
    json: Option<&str>,
    words: &[String],
    takes: impl Fn(&str) -> Takes,
    takes_list: impl Fn(&str) -> bool,
) -> Result<Map<String, Value>, String> {
    let mut arguments = json.map(object).transpose()?.unwrap_or_default();
    let mut given: Vec<(&str, Vec<Value>)> = Vec::new();
    for word in words {
        let (name, value) = pair(word, &takes)?;
        match given.iter_mut().find(|(known, _)| *known == name) {
            Some((_, values)) => values.push(value),
            None => given.push((name, vec![value])),
        }
    }
    for (name, mut values) in given {
        // One text where a list is wanted is a list of one, unless it is the list's own JSON text.
        let alone = match values.as_slice() {
            [Value::String(text)] => text.trim_start().starts_with('[') || !takes_list(name),
            [Value::Object(_)] => !takes_list(name),
            [_] => true,
            _ => false,
        };
        let value = if alone { values.remove(0) } else { Value::Array(values) };
        arguments.insert(name.to_owned(), value);
    }
    Ok(arguments)
}

/// `NAME=VALUE`, `NAME:=JSON`, and both with `@FILE` in place of the value.
fn pair<'w>(word: &'w str, takes: &impl Fn(&str) -> Takes) -> Result<(&'w str, Value), String> {
    let expected = "expected NAME=VALUE or NAME:=JSON";
    let (name, value) = word.split_once('=').ok_or_else(|| format!("{expected}, got {word:?}"))?;
    let (name, is_json) = name.strip_suffix(':').map_or((name, false), |name| (name, true));
    if name.is_empty() {
        return Err(format!("{expected}, got {word:?}, which names nothing"));
    }
    let value = match (value.strip_prefix('@'), is_json) {
        (Some(path), true) => parse(&text(path, read(path)?)?, &format!("{name}:=@{path}"))?,
        (None, true) => parse(value, &format!("{name}:="))?,
        (Some(path), false) => {
            let hint = |error| format!("{error}; a text that begins with an at sign is given as {name}:='\"@…\"'");
            contents(path, read(path).map_err(hint)?, takes(name))?
        }
        (None, false) => value.into(),
    };
    Ok((name, value))
}

fn object(given: &str) -> Result<Map<String, Value>, String> {
    let text = match given.strip_prefix('@') {
        Some(path) => text(path, read(path)?)?,
        None => given.to_owned(),
    };
    match parse(&text, "--json")? {
        Value::Object(object) => Ok(object),
        _ => Err("--json: the arguments of a call are an object, like '{\"name\": \"value\"}'".to_owned()),
    }
}

fn parse(text: &str, what: &str) -> Result<Value, String> {
    json::parse(text).map_err(|error| format!("{what}: this is no JSON: {error}"))
}

fn read(path: &str) -> Result<Vec<u8>, String> {
    let read = match path {
        "-" => {
            let mut bytes = Vec::new();
            std::io::stdin().lock().read_to_end(&mut bytes).map(|_| bytes)
        }
        path => std::fs::read(path),
    };
    read.map_err(|error| format!("cannot read {path}: {error}"))
}

fn text(path: &str, bytes: Vec<u8>) -> Result<String, String> {
    String::from_utf8(bytes).map_err(|_| format!("{path} is no UTF-8 text, and this argument takes no file"))
}

/// What a file is as an argument. Text loses the line end that editors put behind it.
fn contents(path: &str, bytes: Vec<u8>, takes: Takes) -> Result<Value, String> {
    Ok(match takes {
        Takes::Text => {
            let text = text(path, bytes)?;
            text.strip_suffix('\n').map_or(text.as_str(), |text| text.strip_suffix('\r').unwrap_or(text)).into()
        }
        Takes::Bytes => STANDARD.encode(bytes).into(),
        Takes::File => {
            let name = std::path::Path::new(path).file_name().filter(|_| path != "-");
            let name = name.map_or("file".into(), |name| name.to_string_lossy());
            json!({"filename": name, "data": STANDARD.encode(bytes)})
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn gathered(json: Option<&str>, words: &[&str]) -> Result<Value, String> {
        let words: Vec<String> = words.iter().map(|word| (*word).to_owned()).collect();
        let takes = |name: &str| match name {
            "file" | "files" => Takes::File,
            "body" => Takes::Bytes,
            _ => Takes::Text,
        };
        gather(json, &words, takes, |name| matches!(name, "list" | "files")).map(Value::Object)
    }

    #[test]
    fn words_are_arguments() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        std::fs::write(&path, "[1.50]\r\n").unwrap();
        let path = path.display();
        let given = |word: &str| format!("{word}@{path}");
        let cases: [(Option<&str>, &[&str], Value); 13] = [
            (None, &[], json!({})),
            (None, &["a=1", "b=x=y", "c="], json!({"a": "1", "b": "x=y", "c": ""})),
            (None, &["a:=1", "b:=null", "c:={\"d\": []}"], json!({"a": 1, "b": null, "c": {"d": []}})),
            (None, &["a=1", "a=2"], json!({"a": ["1", "2"]})),
            (None, &["list=1"], json!({"list": ["1"]})),
            (None, &["list=[1]"], json!({"list": "[1]"})),
            (None, &["list:=1"], json!({"list": 1})),
            (Some("{\"a\": 1, \"b\": 2}"), &["b=3"], json!({"a": 1, "b": "3"})),
            (None, &[&given("a=")], json!({"a": "[1.50]"})),
            (None, &[&given("body=")], json!({"body": "WzEuNTBdDQo="})),
            (None, &[&given("file=")], json!({"file": {"filename": "a.json", "data": "WzEuNTBdDQo="}})),
            (None, &[&given("files=")], json!({"files": [{"filename": "a.json", "data": "WzEuNTBdDQo="}]})),
            (None, &["a:=\"@b\""], json!({"a": "@b"})),
        ];
        for (json, words, expected) in cases {
            assert_eq!(gathered(json, words).as_ref(), Ok(&expected), "{json:?} {words:?}");
        }
        let exact = gathered(None, &[&given("a:=")]).unwrap();
        assert_eq!(exact.to_string(), "{\"a\":[1.50]}");
    }

    #[test]
    fn what_is_no_argument_is_refused() {
        let cases: [(Option<&str>, &[&str], &str); 8] = [
            (None, &["a"], "NAME=VALUE"),
            (None, &["=1"], "names nothing"),
            (None, &[":=1"], "names nothing"),
            (None, &["a:=x"], "no JSON"),
            (None, &["a=@/no/such/file"], "/no/such/file"),
            (None, &["a=@bob"], "a:='\"@"),
            (Some("[1]"), &[], "object"),
            (Some("{"), &[], "no JSON"),
        ];
        for (json, words, says) in cases {
            let message = gathered(json, words).expect_err(says);
            assert!(message.contains(says), "{json:?} {words:?}: {message}");
        }
    }
}

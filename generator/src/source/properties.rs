//! What holds for every document: values come back as they were, and no text makes the readers panic.

use proptest::prelude::*;
use serde_json::{Map, Number, Value};

use super::Tree;

fn value() -> impl Strategy<Value = Value> {
    let number =
        prop_oneof![any::<i64>().prop_map(|number| number.to_string()), "-?(0|[1-9][0-9]{0,25})(\\.[0-9]{1,20})?",];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.prop_map(|text| text.parse::<Number>().map_or(Value::Null, Value::Number)),
        ".*".prop_map(Value::String),
        "[ \\t\\n\\\\\"'é😀:#{}\\[\\],&*!|>%@`0-9a-z-]{0,12}".prop_map(Value::String),
    ];
    leaf.prop_recursive(5, 80, 20, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..8).prop_map(Value::Array),
            prop::collection::vec(("(\\PC|[\\n\"\\\\]){0,6}", inner), 0..20)
                .prop_map(|entries| Value::Object(entries.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

fn read(text: &str) -> Result<Value, String> {
    Tree::parse("a", text).map(|(tree, _)| tree.root().to_value()).map_err(|error| error.to_string())
}

/// Text that the YAML parser takes: JSON allows what YAML forbids, a raw U+007F for instance.
fn is_printable(value: &Value) -> bool {
    value.to_string().chars().all(|c| {
        matches!(c, '\n' | '\t' | ' '..='~' | '\u{A0}'..='\u{D7FF}' | '\u{E000}'..='\u{FFFD}' | '\u{10000}'..)
            && c != '\u{FEFF}'
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 100, ..ProptestConfig::default() })]

    #[test]
    fn json_comes_back(value in value()) {
        let compact = read(&value.to_string());
        prop_assert_eq!(compact.as_ref(), Ok(&value));
        let pretty = serde_json::to_string_pretty(&value).unwrap_or_default();
        prop_assert_eq!(read(&pretty), Ok(value));
    }

    #[test]
    fn writing_gives_the_same_json(value in value()) {
        let text = value.to_string();
        let mut written = String::new();
        let (tree, _) = Tree::parse("a", text.as_str()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        tree.root().write_json(&mut written);
        prop_assert_eq!(&written, &text);
        let mut written = String::new();
        Tree::from_value("a", &value).root().write_json(&mut written);
        prop_assert_eq!(written, text);
    }

    #[test]
    fn yaml_flow_comes_back(value in value().prop_filter("YAML takes it", is_printable)) {
        // The comment before it says that this is no JSON.
        prop_assert_eq!(read(&format!("# YAML\n{value}")), Ok(value));
    }

    #[test]
    fn every_node_is_found_by_its_pointer(value in value()) {
        let (tree, _) = Tree::parse("a", value.to_string()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        let mut open = vec![tree.root()];
        while let Some(node) = open.pop() {
            let pointer = node.pointer();
            prop_assert_eq!(tree.root().at(&pointer), Some(node));
            prop_assert_eq!(value.pointer(&pointer), Some(&node.to_value()));
            open.extend(node.items());
            open.extend(node.entries().map(|entry| entry.value));
        }
    }

    #[test]
    fn json_is_what_serde_json_takes(text in "[\\[\\]{}:,\" \\\\a-f0-9.eE+u-]{0,20}") {
        if let Ok((tree, diagnostics)) = Tree::parse("a", text.as_str())
            && text.trim_start().starts_with(['{', '['])
            && diagnostics.iter().all(|diagnostic| diagnostic.code != "json-as-yaml")
        {
            let expected: Value = serde_json::from_str(&text).map_err(|error| TestCaseError::fail(error.to_string()))?;
            prop_assert_eq!(tree.root().to_value(), expected);
        }
    }

    #[test]
    fn no_text_makes_it_panic(text in ".*", yaml in "[a-c:&*<{}\\[\\],\"'|>#!?\\n\\t\u{feff}é%@0. -]{0,60}") {
        for text in [text, yaml] {
            exercise(text.into_bytes());
        }
    }

    #[test]
    fn no_bytes_make_it_panic(bytes in prop::collection::vec(any::<u8>(), 0..60)) {
        exercise(bytes);
    }
}

/// Reads, and looks at everything that was read or told.
fn exercise(bytes: Vec<u8>) {
    let diagnostics = match Tree::parse("a", bytes) {
        Ok((tree, diagnostics)) => {
            let mut json = String::new();
            tree.root().write_json(&mut json);
            let value: Result<Value, _> = serde_json::from_str(&json);
            assert!(value.is_ok(), "{json}");
            for node in tree.objects() {
                let _ = (node.pointer(), node.position(), node.source_text());
                for entry in node.entries() {
                    let span = entry.key_span();
                    assert!(tree.text().get(span.start as usize..span.end as usize).is_some());
                }
            }
            diagnostics
        }
        Err(diagnostic) => vec![*diagnostic],
    };
    for diagnostic in diagnostics {
        assert!(!diagnostic.to_string().is_empty());
    }
}

const DOCUMENTS: [&str; 3] = [
    r##"{"openapi": "3.0.3", "paths": {"/é": {"get": {"a\n": [1, -2.5e3, null, true], "$ref": "#/x\u00e9"}}}}"##,
    "openapi: 3.0.3\nx: &x {a: 1}\npaths:\n  /é:\n    get: {<<: *x, b: [*x, \"q\\n\", 'it''s']}\n  '200': |\n    text\n    more\n",
    "{\n  a: 1, # note\n  \"b\": [\n1, 2\n], ? {c: d} : e,\n}\n---\nz: 1\n",
];

#[test]
fn truncated_documents() {
    for document in DOCUMENTS {
        for end in 0..document.len() {
            exercise(document.as_bytes()[..end].to_vec());
            exercise(document.as_bytes()[end..].to_vec());
        }
    }
}

#[test]
fn mutated_documents() {
    let odd = b"\"'{}[]:,#&*!|>-?\\\n\t \0\xC3\xFF0";
    for document in DOCUMENTS {
        for at in 0..document.len() {
            for &byte in odd {
                let mut bytes = document.as_bytes().to_vec();
                bytes[at] = byte;
                exercise(bytes.clone());
                bytes.insert(at, byte);
                exercise(bytes);
            }
        }
    }
}

//! References of any document lead where a plain walker of its JSON says, or to a diagnostic.

use std::fmt::Write as _;

use proptest::{prelude::*, sample::Index};
use serde_json::{Map, Value, json};

use super::{Documents, LoadOptions};

const KEYS: [&str; 12] = ["a", "b", "a/b", "~", "~1", "%", "é ü", "", "0", "#", "x?y", "$ref"];

/// Where a reference leads.
#[derive(Debug, PartialEq, Eq)]
enum End {
    At(String),
    Nowhere,
    Circle,
}

fn document() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![Just(json!(1)), Just(json!({})), Just(json!([]))];
    leaf.prop_recursive(4, 40, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Value::Array),
            // `$ref` is a name like any other where its value is no text.
            prop::collection::vec((prop::sample::select(&KEYS[..]), inner), 0..5).prop_map(|entries| entries
                .into_iter()
                .map(|(key, value)| (key.to_owned(), value))
                .collect::<Map<_, _>>()
                .into()),
        ]
    })
}

/// How a pointer's token is written in a reference.
#[derive(Debug, Clone, Copy)]
enum Spelling {
    /// Only what has to be encoded is.
    Plain,
    /// Every byte is percent-encoded.
    Encoded,
}

fn reference(tokens: &[String], spelling: Spelling) -> String {
    let mut text = "#".to_owned();
    for token in tokens {
        text.push('/');
        for byte in token.replace('~', "~0").replace('/', "~1").bytes() {
            let must = matches!(byte, b'%' | b'#') || !byte.is_ascii();
            if must || matches!(spelling, Spelling::Encoded) {
                let _ = write!(text, "%{byte:02x}");
            } else {
                text.push(char::from(byte));
            }
        }
    }
    text
}

/// The tokens of every node.
fn places(value: &Value, tokens: &mut Vec<String>, found: &mut Vec<Vec<String>>) {
    found.push(tokens.clone());
    let children: Vec<(String, &Value)> = match value {
        Value::Object(members) => members.iter().map(|(key, value)| (key.clone(), value)).collect(),
        Value::Array(items) => items.iter().enumerate().map(|(i, item)| (i.to_string(), item)).collect(),
        _ => Vec::new(),
    };
    for (token, child) in children {
        tokens.push(token);
        places(child, tokens, found);
        tokens.pop();
    }
}

fn at<'v>(root: &'v Value, tokens: &[String]) -> Option<&'v Value> {
    tokens.iter().try_fold(root, |value, token| match value {
        Value::Object(members) => members.get(token),
        Value::Array(items) => items.get(token.parse::<usize>().ok().filter(|index| index.to_string() == *token)?),
        _ => None,
    })
}

/// The walker: `reached` is walked token by token, and a reference on the way is followed only where a token is missing.
fn walk(root: &Value, tokens: &[String], targets: &Map<String, Value>, left: usize) -> Result<Vec<String>, End> {
    let left = left.checked_sub(1).ok_or(End::Circle)?;
    let mut reached: Vec<String> = Vec::new();
    for token in tokens {
        let mut next = [&reached[..], std::slice::from_ref(token)].concat();
        if at(root, &next).is_none() && target(at(root, &reached), targets).is_some() {
            reached = follow(root, reached, targets, left)?;
            next = [&reached[..], std::slice::from_ref(token)].concat();
        }
        at(root, &next).ok_or(End::Nowhere)?;
        reached = next;
    }
    Ok(reached)
}

/// Follows references until there is none.
fn follow(
    root: &Value,
    mut reached: Vec<String>,
    targets: &Map<String, Value>,
    left: usize,
) -> Result<Vec<String>, End> {
    let mut left = left;
    while let Some(tokens) = target(at(root, &reached), targets) {
        left = left.checked_sub(1).ok_or(End::Circle)?;
        reached = walk(root, &tokens, targets, left)?;
    }
    Ok(reached)
}

/// The tokens behind a node's `$ref`, of which `targets` keeps the meaning.
fn target(value: Option<&Value>, targets: &Map<String, Value>) -> Option<Vec<String>> {
    let tokens = targets.get(value?.get("$ref")?.as_str()?)?;
    Some(tokens.as_array()?.iter().filter_map(Value::as_str).map(str::to_owned).collect())
}

fn pointer(tokens: &[String]) -> String {
    let escaped = |token: &String| token.replace('~', "~0").replace('/', "~1");
    tokens.iter().fold(String::new(), |pointer, token| pointer + "/" + &escaped(token))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn references_lead_where_a_plain_walker_goes(
        mut root in document(),
        links in prop::collection::vec((any::<Index>(), any::<Index>(), any::<bool>(), prop::option::weighted(0.3, prop::sample::select(&KEYS[..]))), 1..10),
    ) {
        // Some objects become references to some places, or to a name below them.
        let mut targets = Map::new();
        let mut references = Vec::new();
        for (from, to, encoded, further) in links {
            let mut all = Vec::new();
            places(&root, &mut Vec::new(), &mut all);
            let mut tokens = to.get(&all).clone();
            tokens.extend(further.map(str::to_owned));
            let text = reference(&tokens, if encoded { Spelling::Encoded } else { Spelling::Plain });
            targets.insert(text.clone(), json!(tokens));
            let holder = root.pointer_mut(&pointer(from.get::<Vec<String>>(&all)));
            if let Some(Value::Object(holder)) = holder {
                holder.insert("$ref".to_owned(), text.clone().into());
            }
            references.push((text, tokens));
        }
        let (documents, _) = Documents::from_text("a.json", root.to_string(), &LoadOptions::default())
            .map_err(|error| TestCaseError::fail(error.to_string()))?;
        for (text, tokens) in references {
            let walked = walk(&root, &tokens, &targets, 100);
            let found = documents.resolve(documents.root(), &text);
            compare(&documents, &text, &walked, &found)?;
            if let (Ok(walked), Ok(found)) = (walked, found) {
                compare(&documents, &text, &follow(&root, walked, &targets, 100), &documents.follow(found))?;
            }
        }
    }
}

fn compare(
    documents: &Documents,
    reference: &str,
    walked: &Result<Vec<String>, End>,
    found: &Result<super::Place, super::RefError>,
) -> Result<(), TestCaseError> {
    let walked = match walked {
        Ok(tokens) => End::At(pointer(tokens)),
        Err(End::Circle) => End::Circle,
        Err(_) => End::Nowhere,
    };
    let found = match found {
        Ok(place) => End::At(documents.node(*place).pointer()),
        Err(error) if error.code == "ref-cycle" => End::Circle,
        Err(error) => {
            prop_assert_eq!(error.code, "ref-not-found");
            End::Nowhere
        }
    };
    prop_assert_eq!(found, walked, "{}", reference);
    Ok(())
}

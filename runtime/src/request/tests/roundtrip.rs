//! What was encoded is decoded again, by decoders that know nothing of the encoder.

use base64::{Engine, engine::general_purpose::STANDARD};
use proptest::{
    collection::{btree_map, vec},
    prelude::*,
};
use serde_json::{Map, Value, json};

use super::{super::encode, color, operation, request};
use crate::catalog::{DeepObjectArrays, Operation};

/// RFC 3986, section 2.1, byte by byte; with `plus`, as forms are read.
fn decode(text: &str, plus: bool) -> String {
    let bytes = text.as_bytes();
    let (mut out, mut at) = (Vec::new(), 0);
    while at < bytes.len() {
        match bytes[at] {
            b'%' => {
                let hex = std::str::from_utf8(&bytes[at + 1..at + 3]).expect("two digits");
                out.push(u8::from_str_radix(hex, 16).expect("hex digits"));
                at += 3;
            }
            b'+' if plus => {
                out.push(b' ');
                at += 1;
            }
            byte => {
                assert!(byte.is_ascii_graphic(), "{byte} stands in {text}");
                out.push(byte);
                at += 1;
            }
        }
    }
    String::from_utf8(out).expect("UTF-8")
}

/// A query string or a form as its pairs.
fn pairs(text: &str) -> Vec<(String, String)> {
    let split = text.split('&').filter(|pair| !pair.is_empty());
    split
        .map(|pair| {
            let (name, value) = pair.split_once('=').expect("a pair has `=`");
            (decode(name, true), decode(value, true))
        })
        .collect()
}

fn query(operation: &Operation, value: &Value) -> String {
    let arguments = Map::from_iter([("color".to_owned(), value.clone())]);
    let target = request(operation, &arguments).expect("a request").target;
    target.split_once('?').map(|(_, query)| query.to_owned()).unwrap_or_default()
}

/// Reads `color[a][0]=x` as servers do: brackets open keys, and keys that count up are an array.
fn deep(pairs: &[(String, String)]) -> Value {
    let mut root = Value::Null;
    for (name, value) in pairs {
        let mut place = &mut root;
        for key in name.strip_prefix("color").expect("the name").split_terminator(']') {
            let key = key.strip_prefix('[').expect("a bracket").to_owned();
            if place.is_null() {
                *place = json!({});
            }
            place = place.as_object_mut().expect("an object").entry(key).or_insert(Value::Null);
        }
        *place = Value::from(value.as_str());
    }
    lists(root)
}

fn lists(value: Value) -> Value {
    match value {
        Value::Object(object) => {
            let counts = object.keys().enumerate().all(|(index, key)| *key == index.to_string());
            let members = object.into_iter().map(|(key, value)| (key, lists(value)));
            if counts {
                Value::Array(members.map(|(_, value)| value).collect())
            } else {
                Value::Object(members.collect())
            }
        }
        value => value,
    }
}

/// Nested objects and arrays of texts, none of them empty.
fn nested() -> impl Strategy<Value = Value> {
    let leaf = any::<String>().prop_map(Value::from);
    let tree = leaf.prop_recursive(4, 24, 4, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..4).prop_map(Value::Array),
            btree_map("[a-zA-Z é.%&=+]{1,6}", inner, 1..4)
                .prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    });
    btree_map("[a-zA-Z é.%&=+]{1,6}", tree, 1..4).prop_map(|members| Value::Object(members.into_iter().collect()))
}

/// Any JSON value.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    leaf.prop_recursive(4, 32, 5, |inner| {
        prop_oneof![
            vec(inner.clone(), 0..4).prop_map(Value::Array),
            btree_map(any::<String>(), inner, 0..4).prop_map(|members| Value::Object(members.into_iter().collect())),
        ]
    })
}

/// The parts of a multipart body: header section and content.
fn parts<'b>(content_type: &str, body: &'b [u8]) -> Vec<(String, &'b [u8])> {
    let boundary = content_type.split_once("boundary=").expect("a boundary").1;
    let find = |from: usize, needle: &[u8]| {
        (from..=body.len() - needle.len()).find(|at| body[*at..].starts_with(needle)).expect("a delimiter")
    };
    let opening = format!("--{boundary}");
    let delimiter = format!("\r\n--{boundary}");
    assert!(body.starts_with(opening.as_bytes()));
    let (mut parts, mut at) = (Vec::new(), opening.len());
    while !body[at..].starts_with(b"--") {
        let head_end = find(at, b"\r\n\r\n");
        let head = std::str::from_utf8(&body[at + 2..head_end]).expect("a head is text").to_owned();
        let end = find(head_end + 4, delimiter.as_bytes());
        parts.push((head, &body[head_end + 4..end]));
        at = end + delimiter.len();
    }
    assert_eq!(&body[at..], b"--\r\n");
    parts
}

proptest! {
    #[test]
    fn a_path_segment(text in any::<String>(), reserved in any::<bool>()) {
        let operation = operation("/a/{color}/b", &color("path", "simple", false, reserved), None);
        let arguments = Map::from_iter([("color".to_owned(), Value::from(text.as_str()))]);
        if let Ok(sent) = request(&operation, &arguments) {
            let segments: Vec<&str> = sent.target.split('/').collect();
            prop_assert_eq!(segments.len(), 4);
            if !reserved {
                prop_assert_eq!(decode(segments[2], false), text);
            }
        }
    }

    #[test]
    fn dots_never_leave_their_segment(text in "(\\.|%2[eE]|%25|2[eEfF]|/|%2[fF]|%5[cC]|\\\\|a){0,8}") {
        let operation = operation("/a/{color}/b", &color("path", "simple", false, false), None);
        let arguments = Map::from_iter([("color".to_owned(), Value::from(text.as_str()))]);
        if let Ok(sent) = request(&operation, &arguments) {
            let url = url::Url::parse(&format!("http://h{}", sent.target)).expect("a URL");
            prop_assert_eq!(url.path(), sent.target.as_str());
            let mut layer = sent.target.clone();
            for _ in 0..12 {
                let dots = layer.split(['/', '\\']).any(|segment| matches!(segment, "." | ".."));
                prop_assert!(!dots, "{}", layer);
                layer = percent_encoding::percent_decode_str(&layer).decode_utf8_lossy().into_owned();
            }
        }
    }

    #[test]
    fn a_query_of_pairs(items in vec(any::<String>(), 1..5)) {
        let repeated = operation("/x", &color("query", "form", true, false), None);
        let expected: Vec<_> = items.iter().map(|item| ("color".to_owned(), item.clone())).collect();
        prop_assert_eq!(pairs(&query(&repeated, &json!(items))), expected);
    }

    #[test]
    fn a_query_of_delimited_values(items in vec(any::<String>(), 1..5)) {
        for (style, delimiter) in [("form", ","), ("spaceDelimited", "%20"), ("pipeDelimited", "%7C"), ("tabDelimited", "%09")] {
            // The two that encode their delimiter can only carry values without it.
            let bare: Vec<String> = items.iter().map(|item| item.replace([' ', '|', '\t'], "")).collect();
            let operation = operation("/x", &color("query", style, false, false), None);
            let sent = query(&operation, &json!(bare));
            let (name, values) = sent.split_once('=').expect("a pair");
            let read: Vec<String> = values.split(delimiter).map(|value| decode(value, true)).collect();
            prop_assert_eq!((name, read), ("color", bare), "{}", style);
        }
    }

    #[test]
    fn an_exploded_object(members in btree_map("\\PC{1,8}", any::<String>(), 1..5)) {
        let operation = operation("/x", &color("query", "form", true, false), None);
        let expected: Vec<_> = members.clone().into_iter().collect();
        prop_assert_eq!(pairs(&query(&operation, &json!(members))), expected);
    }

    #[test]
    fn a_deep_object(value in nested()) {
        let operation = operation("/x", &color("query", "deepObject", true, false), None);
        prop_assert_eq!(deep(&pairs(&query(&operation, &value))), value);
    }

    #[test]
    fn a_form(members in btree_map(any::<String>(), vec(any::<String>(), 1..4), 1..5)) {
        let body = json!({"required": true, "media_type": "application/x-www-form-urlencoded", "kind": "form", "layout": {"argument": "color"}});
        let operation = operation("/x", &json!([]), Some(&body));
        let sent = request(&operation, &Map::from_iter([("color".to_owned(), json!(members))])).expect("a request");
        let expected: Vec<(String, String)> =
            members.iter().flat_map(|(name, items)| items.iter().map(|item| (name.clone(), item.clone()))).collect();
        let bytes = sent.body.expect("a body");
        prop_assert_eq!(pairs(std::str::from_utf8(&bytes).expect("ASCII")), expected.clone());
        let other: Vec<(String, String)> = url::form_urlencoded::parse(&bytes).into_owned().collect();
        prop_assert_eq!(other, expected);
    }

    #[test]
    fn a_cookie(text in any::<String>()) {
        let form = operation("/x", &color("cookie", "form", true, false), None);
        let arguments = Map::from_iter([("color".to_owned(), Value::from(text.as_str()))]);
        let sent = request(&form, &arguments).expect("a request");
        let cookies: Vec<&str> = sent.headers["cookie"].to_str().expect("ASCII").split(';').collect();
        prop_assert_eq!(cookies.len(), 1);
        prop_assert_eq!(decode(cookies[0].strip_prefix("color=").expect("its name"), false), text.clone());
        let raw = operation("/x", &color("cookie", "cookie", true, false), None);
        if let Ok(sent) = request(&raw, &arguments) {
            prop_assert_eq!(sent.headers["cookie"].to_str().expect("ASCII"), format!("color={text}"));
        }
    }

    #[test]
    fn multipart(texts in vec(any::<String>(), 0..4), files in vec(vec(any::<u8>(), 0..64), 0..3)) {
        let body = json!({
            "required": true, "media_type": "multipart/form-data", "kind": "multipart", "layout": {"argument": "color"},
            "fields": {"file": {"file": true}}
        });
        let operation = operation("/x", &json!([]), Some(&body));
        let encoded: Vec<String> = files.iter().map(|file| STANDARD.encode(file)).collect();
        let arguments = Map::from_iter([("color".to_owned(), json!({"text": texts, "file": encoded}))]);
        let sent = request(&operation, &arguments).expect("a request");
        let bytes = sent.body.expect("a body");
        let read = parts(sent.headers["content-type"].to_str().expect("ASCII"), &bytes);
        let expected: Vec<&[u8]> = texts.iter().map(String::as_bytes).chain(files.iter().map(Vec::as_slice)).collect();
        prop_assert_eq!(read.iter().map(|(_, content)| *content).collect::<Vec<_>>(), expected);
        for (index, (head, _)) in read.iter().enumerate() {
            let name = if index < texts.len() { "name=\"text\"" } else { "name=\"file\"; filename=\"file\"" };
            prop_assert!(head.contains(name), "{}", head);
        }
    }

    #[test]
    fn whatever_comes_the_request_is_one(value in anything(), style in 0..9_usize, explode in any::<bool>(), reserved in any::<bool>()) {
        let places = [
            ("path", "simple"), ("path", "label"), ("path", "matrix"), ("query", "form"), ("query", "pipeDelimited"),
            ("query", "deepObject"), ("header", "simple"), ("cookie", "form"), ("cookie", "cookie"),
        ];
        let (location, style) = places[style];
        let path = if location == "path" { "/a/{color}" } else { "/a" };
        let operation = operation(path, &color(location, style, explode, reserved), None);
        let arguments = Map::from_iter([("color".to_owned(), value)]);
        if let Ok(sent) = encode(&operation, DeepObjectArrays::Index, &arguments) {
            prop_assert!(sent.target.parse::<http::uri::PathAndQuery>().is_ok(), "{}", sent.target);
            prop_assert!(!sent.target.contains('#'));
        }
    }

    #[test]
    fn json_keeps_its_value(value in anything()) {
        let body = json!({"required": true, "media_type": "application/json", "kind": "json", "layout": {"argument": "color"}});
        let operation = operation("/x", &json!([]), Some(&body));
        let sent = request(&operation, &Map::from_iter([("color".to_owned(), value.clone())])).expect("a request");
        prop_assert_eq!(serde_json::from_slice::<Value>(&sent.body.expect("a body")).expect("JSON"), value);
    }
}

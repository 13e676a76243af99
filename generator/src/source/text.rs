//! Bytes into a tree: encoding, size, and which of the two languages it is.

use super::arena::{Arena, NodeId};
use super::tree::Tree;
use super::writer::{Remark, Writer};
use super::{json, yaml};
use crate::diagnostic::{Diagnostic, Severity};

/// How deep a document is read.
pub(super) const MAX_DEPTH: usize = 512;

/// How large a document may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Limits {
    /// Bytes of its text; 64 MB. Never more than 256 MB.
    pub max_bytes: usize,
    /// Levels of nesting; what lies deeper is read as null, with a diagnostic. 512.
    pub max_depth: usize,
    /// Nodes; 16 million.
    pub max_nodes: usize,
    /// Nodes that all aliases together stand for; what is more is read as null, with a diagnostic. 1 million.
    pub max_expanded: u64,
}

impl Default for Limits {
    fn default() -> Self {
        Self { max_bytes: 64 << 20, max_depth: MAX_DEPTH, max_nodes: 16 << 20, max_expanded: 1 << 20 }
    }
}

impl Limits {
    /// Bytes of a document's text that can be read at all.
    pub(super) fn bytes(&self) -> usize {
        self.max_bytes.min(super::arena::MAX_LEN as usize)
    }

    /// A document is over the limit.
    pub(super) fn too_many_bytes(&self, name: &str) -> Box<Diagnostic> {
        let megabytes = self.bytes() >> 20;
        let message = match megabytes {
            0 => format!("the document is larger than {} bytes", self.bytes()),
            _ => format!("the document is larger than {megabytes} MB"),
        };
        let help = "split it, or raise the limit";
        Box::new(Diagnostic::error("document-too-large", message).source(name).help(help))
    }
}

/// A document whose nodes are not there yet, or never will be: for the places of diagnostics.
fn unread(name: String, text: String) -> Tree {
    Tree::from_parts(name, text, Arena::default(), NodeId(0))
}

fn diagnostic(tree: &Tree, remark: Remark) -> Diagnostic {
    let narrow = |place: usize| u32::try_from(place.min(tree.text().len())).unwrap_or(u32::MAX);
    let mut diagnostic = Diagnostic::new(remark.severity, remark.code, remark.message)
        .within(tree, narrow(remark.span.start)..narrow(remark.span.end));
    if let Some(node) = remark.node {
        diagnostic.pointer = tree.node(node).pointer();
    }
    if remark.help.is_empty() { diagnostic } else { diagnostic.help(remark.help) }
}

pub(super) fn read(name: String, bytes: Vec<u8>, limits: &Limits) -> Result<(Tree, Vec<Diagnostic>), Box<Diagnostic>> {
    if bytes.len() > limits.bytes() {
        return Err(limits.too_many_bytes(&name));
    }
    let text = decode(&name, bytes)?;
    let Some(first) = text.trim_start().chars().next() else {
        let help = "give the API description itself: JSON or YAML text";
        return Err(Box::new(Diagnostic::error("empty-document", "the document is empty").source(name).help(help)));
    };
    let read = if matches!(first, '{' | '[') { read_json(&text, limits) } else { yaml::read(&text, limits) };
    match read {
        Ok((arena, Some(root), remarks)) => {
            let tree = Tree::from_parts(name, text, arena, root);
            let diagnostics = remarks.into_iter().map(|remark| diagnostic(&tree, remark)).collect();
            Ok((tree, diagnostics))
        }
        Ok((_, None, _)) => {
            let help = "give the API description itself: JSON or YAML text";
            let message = "the document holds nothing but comments";
            Err(Box::new(Diagnostic::error("empty-document", message).source(name).help(help)))
        }
        Err(remark) => Err(Box::new(diagnostic(&unread(name, text), remark))),
    }
}

type Read = Result<(Arena, Option<NodeId>, Vec<Remark>), Remark>;

/// Reads JSON, and what only looks like it as YAML.
fn read_json(text: &str, limits: &Limits) -> Read {
    let mut writer = Writer::new(text, limits);
    let failure = match json::read(&mut writer) {
        Ok(()) => return Ok(writer.finish()),
        Err(failure) => failure,
    };
    if !failure.maybe_yaml {
        return Err(failure.remark);
    }
    match yaml::read(text, limits) {
        Ok((arena, root, mut remarks)) => {
            let message = format!("the document is no JSON and was read as YAML: {}", failure.remark.message);
            let remark = Remark { severity: Severity::Warning, code: "json-as-yaml", message, ..failure.remark };
            remarks.insert(0, remark);
            Ok((arena, root, remarks))
        }
        // The error that stands further on is the one that the author did not mean.
        Err(remark) if remark.span.start > failure.remark.span.start => Err(remark),
        Err(_) => Err(failure.remark),
    }
}

/// UTF-8, or UTF-16 with a byte order mark.
fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Box<Diagnostic>> {
    let units = |bytes: &[u8], unit: fn([u8; 2]) -> u16| -> Option<String> {
        let (pairs, rest) = bytes.as_chunks::<2>();
        rest.is_empty().then_some(())?;
        char::decode_utf16(pairs.iter().map(|&pair| unit(pair))).collect::<Result<String, _>>().ok()
    };
    let encoding = |message: String| {
        let help = "save the document as UTF-8";
        Box::new(Diagnostic::error("invalid-encoding", message).source(name).help(help))
    };
    let wide = match bytes.as_slice() {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => {
            return Err(encoding("the document is UTF-32, and UTF-8 was expected".to_owned()));
        }
        [0xFF, 0xFE, rest @ ..] => Some(units(rest, u16::from_le_bytes)),
        [0xFE, 0xFF, rest @ ..] => Some(units(rest, u16::from_be_bytes)),
        _ => None,
    };
    if let Some(wide) = wide {
        return wide.ok_or_else(|| encoding("the document begins as UTF-16 but is not".to_owned()));
    }
    let mut text = String::from_utf8(bytes).map_err(|error| {
        let (valid, rest) = error.as_bytes().split_at(error.utf8_error().valid_up_to());
        let line = valid.split(|&byte| byte == b'\n').count();
        let byte = rest.first().copied().unwrap_or_default();
        let mut diagnostic = encoding(format!("the document is not UTF-8: byte 0x{byte:02X} in line {line}"));
        diagnostic.line = u32::try_from(line).ok();
        diagnostic
    })?;
    if text.starts_with('\u{FEFF}') {
        text.drain(..'\u{FEFF}'.len_utf8());
    }
    Ok(text)
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;

    fn codes(diagnostics: &[Diagnostic]) -> Vec<&'static str> {
        diagnostics.iter().map(|diagnostic| diagnostic.code).collect()
    }

    /// What a text is read as, and the codes of what is odd about it.
    fn check(cases: &[(&str, &str, &[&str])]) {
        for (text, expected, expected_codes) in cases {
            let (tree, diagnostics) = Tree::parse("a.yaml", *text).unwrap_or_else(|error| panic!("{text:?}: {error}"));
            let mut json = String::new();
            tree.root().write_json(&mut json);
            assert_eq!(json, *expected, "{text:?}");
            assert_eq!(codes(&diagnostics), *expected_codes, "{text:?}");
        }
    }

    #[test]
    fn json() {
        check(&[
            ("{}", "{}", &[]),
            ("[]", "[]", &[]),
            (" \t\r\n[ 1 , 2 ] \r\n", "[1,2]", &[]),
            ("\u{FEFF}{\"a\": 1}", r#"{"a":1}"#, &[]),
            (r#"{"a": {"b": [null, true, false, "x"]}}"#, r#"{"a":{"b":[null,true,false,"x"]}}"#, &[]),
            ("[1.10, 1e5, -0, 123456789012345678901234567890]", "[1.10,1e5,-0,123456789012345678901234567890]", &[]),
            (r#"{"a\"b": "c\\d\n\u00e9\ud83d\ude00"}"#, r#"{"a\"b":"c\\d\né😀"}"#, &[]),
            (r#"{"": ""}"#, r#"{"":""}"#, &[]),
            (r#"{"<<": {"a": 1}}"#, r#"{"<<":{"a":1}}"#, &[]),
            (r#"{"a": 1, "b": 2, "a": 3, "a": 4}"#, r#"{"a":4,"b":2}"#, &["duplicate-key", "duplicate-key"]),
            (r#"{"a": 1, "\u0061": 2}"#, r#"{"a":2}"#, &["duplicate-key"]),
        ]);
    }

    #[test]
    fn what_only_looks_like_json_is_read_as_yaml() {
        check(&[
            ("{\"a\": 1,}", r#"{"a":1}"#, &["json-as-yaml"]),
            ("{a: 1}", r#"{"a":1}"#, &["json-as-yaml"]),
            ("{\"a\": 'x'} # comment", r#"{"a":"x"}"#, &["json-as-yaml"]),
            ("[1, 2]\n# comment\n", "[1,2]", &["json-as-yaml"]),
        ]);
    }

    #[test]
    fn yaml() {
        check(&[
            ("a: 1\nb: x", r#"{"a":1,"b":"x"}"#, &[]),
            ("a: 1\r\nb:\r\n  - x\r\n", r#"{"a":1,"b":["x"]}"#, &[]),
            ("---\na: 1\n...\n", r#"{"a":1}"#, &[]),
            ("200: {on: off}\nno: [yes, y]\nnull: ~", r#"{"200":{"on":"off"},"no":["yes","y"],"null":null}"#, &[]),
            ("1.10: a\n0x1F: b\ntrue: c", r#"{"1.10":"a","0x1F":"b","true":"c"}"#, &[]),
            ("v: 1.10\nd: 2001-12-14\ns: '200'", r#"{"v":1.10,"d":"2001-12-14","s":"200"}"#, &[]),
            ("[0x1F, 0o17, 010, +1, .5, .inf, .nan]", r#"[31,15,10,1,0.5,".inf",".nan"]"#, &["json-as-yaml"]),
            ("- !!str 200\n- !!int 5\n- ! 6\n- !mine 7", r#"["200",5,"6",7]"#, &[]),
            ("a:\nb: ''\nc: \"\"", r#"{"a":null,"b":"","c":""}"#, &[]),
            ("a: |\n  x\n   y\nb: >-\n  x\n  y\n", r#"{"a":"x\n y\n","b":"x y"}"#, &[]),
            ("a: \"x\\ty\\u00e9\"\nb: 'it''s'", "{\"a\":\"x\\tyé\",\"b\":\"it's\"}", &[]),
            ("a: &x {b: 1}\nc: *x\nd: [*x, *x]", r#"{"a":{"b":1},"c":{"b":1},"d":[{"b":1},{"b":1}]}"#, &[]),
            ("k: &k key\n*k : 1", r#"{"k":"key","key":1}"#, &[]),
            ("a: &x {b: 1, c: 2}\nd: {<<: *x, c: 3}", r#"{"a":{"b":1,"c":2},"d":{"b":1,"c":3}}"#, &[]),
            (
                "a: &x {b: 1}\ny: &y {b: 2, c: 3}\nd:\n  <<: [*x, *y]",
                r#"{"a":{"b":1},"y":{"b":2,"c":3},"d":{"b":1,"c":3}}"#,
                &[],
            ),
            ("d: {\"<<\": {a: 1}}", r#"{"d":{"<<":{"a":1}}}"#, &[]),
            ("d: {<<: 5, a: 1}", r#"{"d":{"a":1}}"#, &["yaml-merge"]),
            ("a: 1\nb: 2\na: 3", r#"{"a":3,"b":2}"#, &["duplicate-key"]),
            ("200: a\n'200': b", r#"{"200":"b"}"#, &["duplicate-key"]),
            ("a: &x [*x, 1]", r#"{"a":[null,1]}"#, &["alias-cycle"]),
            ("? {a: 1}\n: 2\nb: 3", r#"{"b":3}"#, &["yaml-complex-key"]),
            ("? [a, [b]]\n: {c: [d]}\nb: 3", r#"{"b":3}"#, &["yaml-complex-key"]),
            ("a: 1\n---\nb: 2", r#"{"a":1}"#, &["several-documents"]),
            ("é: ü\nß: [ö, \"日本\"]", r#"{"é":"ü","ß":["ö","日本"]}"#, &[]),
            ("a:\n  b: {\n    c: 1\n  }\n  d: [\n  1,\n  2\n  ]", r#"{"a":{"b":{"c":1},"d":[1,2]}}"#, &[]),
            (
                "é:\n  b: \"x\n y\n\n z\"\n  c: {\n  ü: {\n  }, y: 'ü'}",
                r#"{"é":{"b":"x y\nz","c":{"ü":{},"y":"ü"}}}"#,
                &[],
            ),
            ("plain text", r#""plain text""#, &[]),
        ]);
    }

    #[test]
    fn what_is_refused() {
        const NOWHERE: Option<(u32, u32)> = None;
        let cases = [
            (&b""[..], "empty-document", NOWHERE),
            (&b" \n\t"[..], "empty-document", NOWHERE),
            (&b"# nothing\n"[..], "empty-document", NOWHERE),
            (&b"{\n  \"a\": 1"[..], "invalid-json", Some((2, 9))),
            (&b"{\"a\": \"\xC3\xA9\", \"b\": \"x"[..], "invalid-json", Some((1, 19))),
            (&b"{\"a\": 1}}"[..], "invalid-json", Some((1, 9))),
            (&b"{\"a\" 1}"[..], "invalid-json", Some((1, 6))),
            (&b"a: 1\n\tb: 2"[..], "invalid-yaml", Some((2, 1))),
            (&b"a:\n  b: 1\n  \tc: 2\n"[..], "invalid-yaml", Some((3, 3))),
            (&b"a: b: c"[..], "invalid-yaml", Some((1, 5))),
            (&b"\xC3\xA9: [1, 2\nb: 3"[..], "invalid-yaml", NOWHERE),
            (&b"a: *nowhere"[..], "invalid-yaml", Some((1, 4))),
            (&b"a: x\nb: \xFF"[..], "invalid-encoding", Some((2, 1))),
            (&b"\xFF\xFE\x00\xD8"[..], "invalid-encoding", NOWHERE),
            (&b"\x00\x01\x02"[..], "invalid-yaml", NOWHERE),
        ];
        for (text, code, place) in cases {
            let shown = String::from_utf8_lossy(text);
            let error = Tree::parse("a.yaml", text).map(|_| ()).expect_err(&shown);
            assert_eq!(error.code, code, "{shown:?}: {error}");
            if let (Some(place), "invalid-json" | "invalid-yaml") = (place, code) {
                assert_eq!((error.line, error.column), (Some(place.0), Some(place.1)), "{shown:?}: {error}");
            }
            assert!(error.help.is_some(), "{shown:?}");
        }
    }

    #[test]
    fn utf_16_with_a_byte_order_mark() {
        let text = "{\"é\": \"😀\"}";
        for unit in [u16::to_le_bytes, u16::to_be_bytes] {
            let bytes: Vec<u8> = "\u{FEFF}".encode_utf16().chain(text.encode_utf16()).flat_map(unit).collect();
            let (tree, _) = Tree::parse("a.json", bytes).expect("it is JSON");
            assert_eq!(tree.text(), text);
        }
    }

    #[test]
    fn depth_is_limited() {
        let json = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
        let objects = |depth: usize| format!("{}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
        let yaml = |depth: usize| format!("{}x", "- ".repeat(depth));
        let flow = |depth: usize| format!("# YAML\n{}", json(depth));
        let block = |depth: usize| (0..depth).map(|i| " ".repeat(i) + "a:\n").collect::<String>();
        let cases = [
            (json(MAX_DEPTH), 0),
            (json(MAX_DEPTH + 1), 1),
            (json(10_000), 1),
            (json(1_000_000), 1),
            (objects(10_000), 1),
            (yaml(MAX_DEPTH), 0),
            (yaml(10_000), 1),
            (block(MAX_DEPTH + 2), 1),
            (flow(255), 0),
            (flow(256), 1),
            (flow(10_000), 1),
            (flow(100_000), 1),
        ];
        for (text, expected) in cases {
            let (tree, diagnostics) = Tree::parse("a.yaml", text.as_str()).expect("it is readable");
            assert_eq!(codes(&diagnostics), vec!["nested-too-deep"; expected], "{} bytes", text.len());
            let mut node = tree.root();
            let mut depth = 0;
            while let Some(inner) = node.item(0).or_else(|| node.get("a")) {
                node = inner;
                depth += 1;
            }
            assert!(depth <= MAX_DEPTH, "{depth}");
            assert!(tree.root().to_value() != Value::Null);
        }
    }

    #[test]
    fn what_stands_beside_a_deep_node_is_kept() {
        let limits = Limits { max_depth: 2, ..Limits::default() };
        let cases = [
            (r#"{"a": {"b": {"c": [1, {"d": 2}]}, "e": 3}, "f": 4}"#, r#"{"a":{"b":null,"e":3},"f":4}"#),
            ("a:\n  b: {c: [1, {d: 2}]}\n  e: 3\nf: 4", r#"{"a":{"b":null,"e":3},"f":4}"#),
            ("x: &x {y: {}}\na: {b: *x, e: 3}", r#"{"x":{"y":null},"a":{"b":null,"e":3}}"#),
        ];
        for (text, expected) in cases {
            let (tree, diagnostics) = Tree::parse_within("a.yaml", text, &limits).expect("it is readable");
            assert_eq!(tree.root().to_value().to_string(), expected);
            assert!(codes(&diagnostics).iter().all(|code| *code == "nested-too-deep"), "{diagnostics:?}");
        }
    }

    #[test]
    fn what_stands_beside_deep_brackets_is_kept() {
        let deep = format!("{}[ '] é', \"\\\"]\", it's, # ]\n x]{}", "[".repeat(255), "]".repeat(255));
        let text = format!("é: {{\n}}\na: {deep}\nb: {{c: {deep}}}\nd: 1\n");
        let (tree, diagnostics) = Tree::parse("a.yaml", text.as_str()).expect("it is readable");
        assert_eq!(codes(&diagnostics), ["nested-too-deep", "nested-too-deep"]);
        assert_eq!((diagnostics[0].line, diagnostics[0].column), (Some(3), Some(259)));
        assert_eq!(tree.root().get("d").and_then(super::super::tree::Node::as_number), Some("1"));
        let entry = tree.root().entry("d").expect("it is there");
        assert_eq!(&tree.text()[entry.key_span().start as usize..], "d: 1\n");
    }

    #[test]
    fn aliases_are_limited() {
        let laughs: Vec<String> =
            (1..30).map(|i| format!("a{i}: &a{i} [{}]\n", format!("*a{}, ", i - 1).repeat(9))).collect();
        let merges: Vec<String> =
            (1..30).map(|i| format!("a{i}: &a{i} {{<<: [*a{0}, *a{0}], k{i}: 1}}\n", i - 1)).collect();
        for text in [format!("a0: &a0 ha\n{}", laughs.concat()), format!("a0: &a0 {{k: 1}}\n{}", merges.concat())] {
            let limits = Limits { max_expanded: 10_000, ..Limits::default() };
            let (tree, diagnostics) = Tree::parse_within("a.yaml", text, &limits).expect("it is readable");
            assert_eq!(codes(&diagnostics[..1]), ["alias-expansion"]);
            assert!(diagnostics[0].line.is_some() && diagnostics.len() <= 50);
            assert!(tree.root().to_value().to_string().len() < 200_000);
        }

        let chain: Vec<String> = (1..2000).map(|i| format!("- &a{i} [*a{}]\n", i - 1)).collect();
        let (tree, diagnostics) =
            Tree::parse("a.yaml", format!("- &a0 x\n{}", chain.concat())).expect("it is readable");
        assert!(codes(&diagnostics).iter().all(|code| *code == "nested-too-deep"));
        assert!(!diagnostics.is_empty());
        assert!(tree.root().to_value().is_array());
    }

    #[test]
    fn size_is_limited() {
        let cases = [
            (Limits { max_bytes: 8, ..Limits::default() }, "[1,2,3,4]"),
            (Limits { max_nodes: 4, ..Limits::default() }, "[1,2,3,4]"),
            (Limits { max_nodes: 4, ..Limits::default() }, "a: 1\nb: [2, 3, 4]"),
        ];
        for (limits, text) in cases {
            let error = Tree::parse_within("a.yaml", text, &limits).map(|_| ()).expect_err(text);
            assert_eq!(error.code, "document-too-large", "{error}");
        }
    }

    #[test]
    fn many_repeated_keys_are_told_a_few_times() {
        let text = format!("{{{}\"a\":0}}", "\"a\":1,\n".repeat(100_000));
        let (tree, diagnostics) = Tree::parse("a.json", text).expect("it is JSON");
        assert_eq!(tree.root().to_value().to_string(), r#"{"a":0}"#);
        assert!(diagnostics.len() <= 50);
    }
}

/// Reads every document of a folder: `MCPGEN_SPECS=… cargo test --release -p mcpgen corpus -- --ignored --nocapture`.
#[cfg(test)]
mod corpus {
    use std::path::{Path, PathBuf};
    use std::time::{Duration, Instant};

    use serde_json::Value;

    use super::Tree;

    fn documents(folder: &Path, found: &mut Vec<PathBuf>) {
        for entry in std::fs::read_dir(folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                documents(&path, found);
            } else if path.extension().is_some_and(|e| ["json", "yaml", "yml"].iter().any(|known| e == *known)) {
                found.push(path);
            }
        }
    }

    #[test]
    #[ignore = "needs a folder of API descriptions"]
    fn every_document_is_read() {
        let folder = std::env::var_os("MCPGEN_SPECS").map(PathBuf::from).expect("MCPGEN_SPECS names a folder");
        let mut paths = Vec::new();
        documents(&folder, &mut paths);
        let mut slowest = (Duration::ZERO, PathBuf::new());
        for path in &paths {
            let bytes = std::fs::read(path).expect("it is readable");
            let start = Instant::now();
            let read = Tree::parse(path.display().to_string(), bytes.clone());
            slowest = slowest.max((start.elapsed(), path.clone()));
            let (tree, diagnostics) = read.unwrap_or_else(|error| panic!("{error}"));
            for diagnostic in diagnostics {
                println!("{diagnostic}");
            }
            if bytes.len() > 1_000_000 {
                println!(
                    "{:?}: {} nodes, {} bytes for {}",
                    start.elapsed(),
                    tree.node_count(),
                    tree.memory(),
                    bytes.len()
                );
            }
            if let Ok(value) = serde_json::from_slice::<Value>(&bytes) {
                assert!(tree.root().to_value() == value, "{} is read differently", path.display());
            }
        }
        println!("{} documents, the slowest {} in {:?}", paths.len(), slowest.1.display(), slowest.0);
    }
}

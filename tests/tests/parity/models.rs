//! Arguments made of the input schemas, through every emitted model: absent, null and given members, further ones, odd
//! numbers and texts, any branch of a union, in any order. What reaches the API is what `serve` sends, to the byte.

use mcpgen_tests::{Mcpgen, Upstream, fixture};
use serde_json::{Map, Value};

use crate::{case::case, compare, fixtures};

/// How often each tool is called.
const CALLS: usize = 24;
/// How deep values nest; below, only what is required is given.
const DEEPEST: usize = 4;

const TEXTS: [&str; 8] = ["a", "", "b c", "é\u{1f980}", "\"\\\n\t", "null", "1.0", "x/y?&=%20"];
const INTEGERS: [&str; 8] = ["0", "7", "-1", "100", "3.0", "-0", "2147483647", "12e1"];
const NUMBERS: [&str; 8] = ["0.10", "1e-7", "-0.0", "2.50", "1E5", "9007199254740993", "123456789012345678901.5", "3"];

/// Numbers without a pattern, the same each time (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or_default() % end.max(1)
    }

    fn of<'o, T>(&mut self, options: &'o [T]) -> &'o T {
        &options[self.below(options.len())]
    }
}

/// JSON texts that a schema takes.
struct Maker<'s> {
    root: &'s Value,
    chance: Chance,
}

impl Maker<'_> {
    fn value(&mut self, schema: &Value, depth: usize) -> String {
        let Value::Object(schema) = schema else { return self.anything(depth) };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            let target = self.root.pointer(reference.trim_start_matches('#')).cloned().unwrap_or_default();
            return self.value(&target, depth);
        }
        if let Some(fixed) = schema.get("const") {
            return fixed.to_string();
        }
        for choices in ["enum", "anyOf"] {
            if let Some(Value::Array(choices)) = schema.get(choices) {
                let one = self.chance.of(choices).clone();
                return if schema.contains_key("enum") { one.to_string() } else { self.value(&one, depth) };
            }
        }
        if let Some(Value::Array(all)) = schema.get("allOf") {
            let parts: Vec<Value> = all.iter().chain([&Value::Object(without_all(schema))]).cloned().collect();
            return self.merged(&parts, depth);
        }
        let types: Vec<&str> = match schema.get("type") {
            Some(Value::Array(types)) => types.iter().filter_map(Value::as_str).collect(),
            Some(Value::String(one)) => vec![one],
            _ if schema.contains_key("properties") => vec!["object"],
            _ => return self.anything(depth),
        };
        match *self.chance.of(&types) {
            "null" => "null".to_owned(),
            "boolean" => (*self.chance.of(&["true", "false"])).to_owned(),
            "integer" if schema.contains_key("minimum") || schema.contains_key("exclusiveMinimum") => "7".to_owned(),
            "integer" => (*self.chance.of(&INTEGERS)).to_owned(),
            "number" if schema.contains_key("exclusiveMinimum") => "1.50".to_owned(),
            "number" => (*self.chance.of(&NUMBERS)).to_owned(),
            "string" => self.text(schema),
            "array" => self.list(schema, depth),
            _ => self.object(schema, depth),
        }
    }

    /// An object of all parts.
    fn merged(&mut self, parts: &[Value], depth: usize) -> String {
        let mut whole = Map::new();
        let (mut properties, mut required) = (Map::new(), Vec::new());
        for part in parts {
            let reference = part.get("$ref").and_then(Value::as_str).map(|reference| reference.trim_start_matches('#'));
            let part = reference.and_then(|pointer| self.root.pointer(pointer)).unwrap_or(part);
            properties.extend(part.get("properties").and_then(Value::as_object).cloned().unwrap_or_default());
            required.extend(part.get("required").and_then(Value::as_array).cloned().unwrap_or_default());
            whole
                .extend(part.get("additionalProperties").map(|rest| ("additionalProperties".to_owned(), rest.clone())));
        }
        whole.insert("properties".to_owned(), properties.into());
        whole.insert("required".to_owned(), required.into());
        self.object(&whole, depth)
    }

    fn object(&mut self, schema: &Map<String, Value>, depth: usize) -> String {
        let required: Vec<&str> =
            schema.get("required").and_then(Value::as_array).into_iter().flatten().filter_map(Value::as_str).collect();
        let mut members = Vec::new();
        for (name, schema) in schema.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let is_wanted = required.contains(&name.as_str()) || (depth < DEEPEST && self.chance.below(3) > 0);
            if is_wanted {
                members.push(format!("{}:{}", Value::from(name.as_str()), self.value(schema, depth + 1)));
            }
        }
        let rest = schema.get("additionalProperties").unwrap_or(&Value::Bool(true));
        if *rest != Value::Bool(false) && depth < DEEPEST {
            for name in ["zz", "a more"].iter().take(self.chance.below(3)) {
                members.push(format!("\"{name}\":{}", self.value(rest, depth + 1)));
            }
        }
        let turn = self.chance.below(members.len());
        members.rotate_left(turn);
        format!("{{{}}}", members.join(","))
    }

    fn list(&mut self, schema: &Map<String, Value>, depth: usize) -> String {
        if let Some(Value::Array(first)) = schema.get("prefixItems") {
            let items: Vec<String> = first.iter().map(|item| self.value(item, depth + 1)).collect();
            return format!("[{}]", items.join(","));
        }
        let count = if depth < DEEPEST { self.chance.below(3) } else { 0 };
        let items = schema.get("items").unwrap_or(&Value::Bool(true));
        let items: Vec<String> = (0..count).map(|_| self.value(items, depth + 1)).collect();
        format!("[{}]", items.join(","))
    }

    fn text(&mut self, schema: &Map<String, Value>) -> String {
        let text = match schema.get("format").and_then(Value::as_str) {
            Some("date") => "2026-11-21",
            Some("date-time") => "2026-11-21T10:00:00.50Z",
            _ if schema.contains_key("contentEncoding") => "AAEC",
            _ => self.chance.of(&TEXTS),
        };
        Value::from(text).to_string()
    }

    /// Any JSON.
    fn anything(&mut self, depth: usize) -> String {
        match self.chance.below(if depth < DEEPEST { 7 } else { 5 }) {
            0 => "null".to_owned(),
            1 => "false".to_owned(),
            2 => (*self.chance.of(&NUMBERS)).to_owned(),
            3 => (*self.chance.of(&INTEGERS)).to_owned(),
            4 => Value::from(*self.chance.of(&TEXTS)).to_string(),
            5 => self.list(&Map::new(), depth + 1),
            _ => self.object(&Map::new(), depth + 1),
        }
    }
}

fn without_all(schema: &Map<String, Value>) -> Map<String, Value> {
    schema.iter().filter(|(name, _)| *name != "allOf").map(|(name, value)| (name.clone(), value.clone())).collect()
}

#[tokio::test]
async fn models_change_nothing() {
    let (mut sent, mut made) = (0, 0);
    for name in fixtures() {
        let upstream = Upstream::start().await;
        let mut server = Mcpgen::serve(&fixture(&name), &upstream).stdio();
        let tools = server.connect("2025-11-25").await.tools().await;
        let mut case = case(&name);
        for tool in &tools {
            let root = &tool["inputSchema"];
            let mut maker = Maker { root, chance: Chance(0x2545_f491_4f6c_dd1d) };
            for _ in 0..CALLS {
                case = case.calls_alike(tool["name"].as_str().expect("a name"), &maker.value(root, 0));
                made += 1;
            }
        }
        let said = compare(&case, |url| Mcpgen::emitted(&name, ["--base-url", url])).await;
        sent += said.lines().filter(|line| line.starts_with("= user-agent")).count();
    }
    assert!(sent * 2 > made, "only {sent} of {made} calls were sent");
}

//! Output schemas that describe without rejecting.
//!
//! Whatever an API answers must pass, or a client that validates would lose the answer. So an outline names the
//! properties and tells their types, formats, values and bounds in words; the only keywords are `properties` and
//! `items`, which no value of another type can break. It is cut at a depth and a size; cuts are marked `…`.

use std::collections::HashMap;

use serde_json::{Map, Value, json};

use super::{Direction, Key, is_hidden, properties};
use crate::{mapping::text, source::Kind, spec::Cursor};

/// The largest outline, in bytes of JSON.
const LARGEST: usize = 4_096;
/// Depth and description length of each try, until one fits.
const TRIES: [(usize, usize); 6] = [(3, 160), (3, 40), (2, 80), (2, 0), (1, 60), (1, 0)];
/// The most values of an enum that are told.
const VALUES: usize = 12;
/// The most properties of one object that are named.
const PROPERTIES: usize = 120;
/// How many references and combinations may lead into each other.
const LONGEST_CHAIN: usize = 24;

/// Makes outlines, each schema's once.
#[derive(Debug, Default)]
pub struct Outliner {
    known: HashMap<Key, String>,
}

impl Outliner {
    /// The outline of the answers that the schema at `at` describes, as JSON text.
    pub fn outline(&mut self, at: Cursor<'_>) -> String {
        let key = at.resolve().unwrap_or(at).key();
        if let Some(known) = self.known.get(&key) {
            return known.clone();
        }
        let outline = TRIES
            .iter()
            .find_map(|&(depth, words)| {
                let mut writer = Writer { path: Vec::new(), left: LARGEST, depth, words };
                writer.root(at).map(|root| root.to_string()).filter(|text| text.len() <= LARGEST)
            })
            .unwrap_or_else(|| r#"{"type":"object","description":"…"}"#.to_owned());
        self.known.insert(key, outline.clone());
        outline
    }
}

/// What a schema says when its references and combinations are read together.
#[derive(Default)]
struct Facts<'d> {
    types: Vec<&'d str>,
    nullable: bool,
    format: Option<&'d str>,
    description: Option<String>,
    values: Vec<Cursor<'d>>,
    bounds: Vec<String>,
    properties: Vec<(&'d str, Cursor<'d>)>,
    required: Vec<&'d str>,
    items: Option<Cursor<'d>>,
    map: bool,
}

impl<'d> Facts<'d> {
    fn of(at: Cursor<'d>) -> Self {
        let mut facts = Self::default();
        facts.add(at, 0);
        facts
    }

    fn add(&mut self, at: Cursor<'d>, chain: usize) {
        // What stands beside a reference describes it best.
        if self.description.is_none() {
            self.description = at.text_of("description");
        }
        self.nullable |= at.flag("nullable") || at.flag("x-nullable");
        let Ok(at) = at.resolve() else { return };
        if chain > LONGEST_CHAIN || !at.is_object() {
            return;
        }
        if self.description.is_none() {
            self.description = at.text_of("description");
        }
        self.nullable |= at.flag("nullable") || at.flag("x-nullable");
        let stated = at.get("type");
        let listed = stated.filter(|stated| stated.kind() == Kind::Array);
        for name in listed.into_iter().flat_map(Cursor::items).chain(stated) {
            match name.as_str() {
                Some("null") => self.nullable = true,
                Some(name) if !self.types.contains(&name) => self.types.push(name),
                _ => {}
            }
        }
        self.format = self.format.or_else(|| at.get("format").and_then(Cursor::as_str));
        if self.values.is_empty() {
            self.values = at.get("enum").into_iter().flat_map(Cursor::items).chain(at.get("const")).collect();
        }
        self.add_bounds(at);
        for (name, inner) in properties(at).into_iter().flat_map(Cursor::entries) {
            if !is_hidden(inner, Direction::Response) && !self.properties.iter().any(|(known, _)| *known == name) {
                self.properties.push((name, inner));
            }
        }
        self.required.extend(at.get("required").into_iter().flat_map(Cursor::items).filter_map(Cursor::as_str));
        self.items = self.items.or_else(|| at.get("items").filter(|items| items.is_object()));
        self.map |= at
            .get("additionalProperties")
            .is_some_and(|further| further.is_object() || further.as_bool() == Some(true));
        for keyword in ["allOf", "anyOf", "oneOf"] {
            for branch in at.get(keyword).into_iter().flat_map(Cursor::items) {
                let before = self.required.len();
                self.add(branch, chain + 1);
                if keyword != "allOf" {
                    self.required.truncate(before);
                }
            }
        }
    }

    fn add_bounds(&mut self, at: Cursor<'d>) {
        let number = |keyword| at.get(keyword).filter(|bound| bound.kind() == Kind::Number).and_then(Cursor::text);
        let mut bounds = Vec::new();
        for (inclusive, exclusive, sign, strict) in
            [("minimum", "exclusiveMinimum", "≥", ">"), ("maximum", "exclusiveMaximum", "≤", "<")]
        {
            let sign = if at.flag(exclusive) { strict } else { sign };
            bounds.extend(number(inclusive).map(|bound| format!("{sign} {bound}")));
            bounds.extend(number(exclusive).map(|bound| format!("{strict} {bound}")));
        }
        let counts =
            [("minLength", "length ≥"), ("maxLength", "length ≤"), ("minItems", "items ≥"), ("maxItems", "items ≤")];
        bounds.extend(counts.iter().filter_map(|(keyword, sign)| Some(format!("{sign} {}", number(keyword)?))));
        for bound in bounds {
            if !self.bounds.contains(&bound) {
                self.bounds.push(bound);
            }
        }
    }

    fn is_object(&self) -> bool {
        self.types == ["object"] || self.types.is_empty() && (!self.properties.is_empty() || self.map)
    }

    /// `string (date-time) or null, length ≤ 5, required; one of "a", "b"`
    fn words(&self, required: bool) -> String {
        let mut words = match self.types[..] {
            [] if !self.properties.is_empty() || self.map => "object".to_owned(),
            [] => String::new(),
            ["array"] => match self.items.map(Facts::of) {
                Some(items) if !items.types.is_empty() => format!("array of {}", items.types.join(" or ")),
                _ => "array".to_owned(),
            },
            _ => self.types.join(" or "),
        };
        if let Some(format) = self.format {
            words = format!("{words} ({})", text::clean_line(format, 40));
        }
        if self.nullable {
            words += if words.is_empty() { "may be null" } else { " or null" };
        }
        if !self.bounds.is_empty() {
            words = format!("{words}, {}", self.bounds.join(", "));
        }
        if required {
            words += ", required";
        }
        if !self.values.is_empty() {
            let told: Vec<String> = self
                .values
                .iter()
                .take(VALUES)
                .map(|value| text::clean_line(&value.to_value().to_string(), 60))
                .collect();
            let more = if self.values.len() > VALUES { ", …" } else { "" };
            words = format!("{words}; one of {}{more}", told.join(", "));
        }
        words.trim_start_matches([',', ';', ' ']).to_owned()
    }
}

/// What tells a schema from others, whatever references lead to it.
fn identity(at: Cursor<'_>) -> Key {
    at.resolve().unwrap_or(at).key()
}

/// Writes one outline within a budget.
struct Writer {
    /// The schemas that the current one stands in: none is told inside itself.
    path: Vec<Key>,
    left: usize,
    depth: usize,
    words: usize,
}

impl Writer {
    fn root(&mut self, at: Cursor<'_>) -> Option<Value> {
        self.path.push(identity(at));
        let facts = Facts::of(at);
        if facts.types.is_empty() && facts.properties.is_empty() && !facts.map {
            return Some(json!({"type": "object"}));
        }
        if facts.is_object() {
            let mut root = Map::from_iter([("type".to_owned(), "object".into())]);
            self.members(&facts, 1, &mut root)?;
            return Some(root.into());
        }
        let result = self.node(at, false, 1)?;
        Some(json!({"type": "object", "properties": {"result": result}}))
    }

    fn node(&mut self, at: Cursor<'_>, required: bool, depth: usize) -> Option<Value> {
        let facts = Facts::of(at);
        let mut told = facts.words(required);
        if self.words > 0
            && let Some(description) = &facts.description
        {
            let description = text::clean_line(description, self.words);
            if !description.is_empty() {
                told = if told.is_empty() { description } else { format!("{told}. {description}") };
            }
        }
        let mut node = Map::new();
        let inner_items = facts.items.map(Facts::of).filter(|items| !items.properties.is_empty());
        let has_more = !facts.properties.is_empty() || inner_items.is_some();
        let inner = identity(facts.items.filter(|_| inner_items.is_some()).unwrap_or(at));
        let goes_on = has_more && depth < self.depth && !self.path.contains(&inner);
        if has_more && !goes_on {
            told += " …";
        }
        if !told.is_empty() {
            self.spend(told.len() + 18)?;
            node.insert("description".to_owned(), told.into());
        }
        if goes_on {
            self.path.push(inner);
            if !facts.properties.is_empty() {
                self.members(&facts, depth + 1, &mut node)?;
            } else if let Some(items) = inner_items {
                let mut inner = Map::new();
                self.members(&items, depth + 1, &mut inner)?;
                node.insert("items".to_owned(), inner.into());
            }
            self.path.pop();
        }
        Some(node.into())
    }

    fn members(&mut self, facts: &Facts<'_>, depth: usize, into: &mut Map<String, Value>) -> Option<()> {
        let mut properties = Map::new();
        self.spend(16)?;
        for (name, inner) in facts.properties.iter().take(PROPERTIES) {
            self.spend(name.len() + 6)?;
            properties.insert((*name).to_owned(), self.node(*inner, facts.required.contains(name), depth)?);
        }
        if facts.properties.len() > PROPERTIES {
            into.insert("description".to_owned(), "…".into());
        }
        if !properties.is_empty() {
            into.insert("properties".to_owned(), properties.into());
        }
        Some(())
    }

    fn spend(&mut self, bytes: usize) -> Option<()> {
        self.left = self.left.checked_sub(bytes)?;
        Some(())
    }
}

//! What a schema says when its references and combinations are read together, and that in words.

use std::{collections::HashSet, fmt::Write as _};

use crate::{
    mapping::{
        schema::{Direction, Key, hides, properties},
        text,
    },
    source::Kind,
    spec::Cursor,
};

/// The most values of an enum that are told.
const VALUES: usize = 12;
/// How many references and combinations may lead into each other.
const LONGEST_CHAIN: usize = 24;

/// A schema's node with the end of its references.
#[derive(Debug, Clone, Copy)]
pub(super) struct Place<'d> {
    /// Where it is used.
    pub(super) at: Cursor<'d>,
    /// Where its keywords stand.
    pub(super) target: Cursor<'d>,
}

impl<'d> Place<'d> {
    pub(super) fn new(at: Cursor<'d>) -> Self {
        Self { at, target: at.resolve().unwrap_or(at) }
    }

    /// What tells its schema from others, whatever references lead to it.
    pub(super) fn key(self) -> Key {
        self.target.key()
    }

    /// Whether a reference leads to it.
    pub(super) fn is_shared(self) -> bool {
        self.at.key() != self.target.key()
    }
}

/// What a schema says.
#[derive(Debug, Default)]
pub(super) struct Facts<'d> {
    pub(super) types: Vec<&'d str>,
    pub(super) nullable: bool,
    pub(super) description: Option<Cursor<'d>>,
    pub(super) properties: Vec<(&'d str, Place<'d>)>,
    pub(super) items: Option<Place<'d>>,
    /// Whether it takes properties that have no name here.
    pub(super) map: bool,
    required: Vec<&'d str>,
    format: Option<&'d str>,
    /// An `enum`, or a `const`.
    values: Option<Cursor<'d>>,
    /// Each bound with a comma before it.
    bounds: String,
    /// The ends of references that were read: once more they would say nothing new.
    read: HashSet<Key, foldhash::fast::RandomState>,
}

impl<'d> Facts<'d> {
    pub(super) fn of(target: Cursor<'d>) -> Self {
        let mut facts = Self::default();
        facts.add(target, 0);
        facts
    }

    fn add(&mut self, at: Cursor<'d>, chain: usize) {
        if at.reference().is_some() {
            // What stands beside a reference describes it best.
            self.beside(at);
            let Ok(target) = at.resolve() else { return };
            if self.read.insert(target.key()) {
                self.add_target(target, chain);
            }
            return;
        }
        self.add_target(at, chain);
    }

    /// What may be said where a schema is used.
    fn beside(&mut self, at: Cursor<'d>) {
        self.description = self.description.or_else(|| at.get("description"));
        self.nullable |= at.flag("nullable") || at.flag("x-nullable");
    }

    fn add_target(&mut self, at: Cursor<'d>, chain: usize) {
        if chain > LONGEST_CHAIN || !at.is_object() {
            return;
        }
        let [mut all, mut any, mut one] = [None; 3];
        let [mut minimum, mut maximum, mut below, mut above] = [None; 4];
        for (keyword, value) in at.entries() {
            match keyword {
                "description" => self.description = self.description.or(Some(value)),
                "nullable" | "x-nullable" => self.nullable |= value.as_bool() == Some(true),
                "type" => self.add_types(value),
                "format" => self.format = self.format.or_else(|| value.as_str()),
                "enum" if value.items().next().is_some() => self.values = self.values.or(Some(value)),
                "const" => self.values = self.values.or(Some(value)),
                "minimum" => minimum = Some(value),
                "maximum" => maximum = Some(value),
                "exclusiveMinimum" => above = Some(value),
                "exclusiveMaximum" => below = Some(value),
                "minLength" => self.add_bound("≥", value, " long"),
                "maxLength" => self.add_bound("≤", value, " long"),
                "minItems" => self.add_bound("≥", value, " items"),
                "maxItems" => self.add_bound("≤", value, " items"),
                "properties" => self.add_properties(at),
                "required" => self.required.extend(value.items().filter_map(Cursor::as_str)),
                "items" => self.items = self.items.or_else(|| value.is_object().then(|| Place::new(value))),
                "additionalProperties" => self.map |= value.is_object() || value.as_bool() == Some(true),
                "allOf" => all = Some(value),
                "anyOf" => any = Some(value),
                "oneOf" => one = Some(value),
                _ => {}
            }
        }
        for (bound, exclusive, sign, strict) in [(minimum, above, "≥", ">"), (maximum, below, "≤", "<")] {
            let is_exclusive = exclusive.is_some_and(|exclusive| exclusive.as_bool() == Some(true));
            if let Some(bound) = bound {
                self.add_bound(if is_exclusive { strict } else { sign }, bound, "");
            }
            if let Some(exclusive) = exclusive {
                self.add_bound(strict, exclusive, "");
            }
        }
        for branch in all.into_iter().flat_map(Cursor::items) {
            self.add(branch, chain + 1);
        }
        for branch in [any, one].into_iter().flatten().flat_map(Cursor::items) {
            // What one alternative requires, the others need not.
            let before = self.required.len();
            self.add(branch, chain + 1);
            self.required.truncate(before);
        }
    }

    fn add_types(&mut self, stated: Cursor<'d>) {
        for name in stated.items().chain([stated]).filter_map(Cursor::as_str) {
            match name {
                "null" => self.nullable = true,
                name if !self.types.contains(&name) => self.types.push(name),
                _ => {}
            }
        }
    }

    fn add_bound(&mut self, sign: &str, bound: Cursor<'d>, unit: &str) {
        if bound.kind() != Kind::Number {
            return;
        }
        let bound = format!(", {sign}{}{unit}", bound.text().unwrap_or_default());
        if !self
            .bounds
            .split_inclusive(", ")
            .any(|known| bound.trim_start_matches(", ") == known.trim_end_matches(", "))
        {
            self.bounds.push_str(&bound);
        }
    }

    fn add_properties(&mut self, at: Cursor<'d>) {
        let before = self.properties.len();
        for (name, inner) in properties(at).into_iter().flat_map(Cursor::entries) {
            let place = Place::new(inner);
            let hidden = [place.at, place.target].into_iter().any(|at| hides(at, Direction::Response));
            if !hidden && !self.properties[..before].iter().any(|(known, _)| *known == name) {
                self.properties.push((name, place));
            }
        }
    }

    pub(super) fn requires(&self, name: &str) -> bool {
        self.required.contains(&name)
    }

    pub(super) fn is_object(&self) -> bool {
        self.types == ["object"] || self.types.is_empty() && (!self.properties.is_empty() || self.map)
    }

    /// `string (date-time) or null, ≤5 long, required; one of a, b`, for a place that may admit null besides.
    pub(super) fn words(&self, at: Cursor<'_>, items: Option<&Self>, required: bool) -> String {
        let mut words = String::with_capacity(32);
        match self.types[..] {
            [] if !self.properties.is_empty() || self.map => words.push_str("object"),
            [] => {}
            ["array"] => {
                words.push_str("array");
                if let Some(items) = items.filter(|items| !items.types.is_empty()) {
                    words.push_str(" of ");
                    words.push_str(&items.types.join(" or "));
                }
            }
            [one] => words.push_str(one),
            _ => words.push_str(&self.types.join(" or ")),
        }
        if let Some(format) = self.format {
            // Writing to a string does not fail.
            let _ = write!(words, " ({})", text::clean_line(format, 40));
        }
        if self.nullable || at.flag("nullable") || at.flag("x-nullable") {
            words.push_str(if words.is_empty() { "may be null" } else { " or null" });
        }
        words.push_str(&self.bounds);
        if required {
            words.push_str(", required");
        }
        if let Some(values) = self.values {
            words.push_str("; ");
            tell_values(values, &mut words);
        }
        let start = words.len() - words.trim_start_matches([',', ';', ' ']).len();
        words.drain(..start);
        words
    }

    /// What it is about, on a line of at most so many characters.
    pub(super) fn prose(&self, at: Cursor<'_>, most: usize) -> String {
        let stated = Some(at).filter(|at| at.reference().is_some()).and_then(|at| at.get("description"));
        let text = stated.or(self.description).and_then(Cursor::text);
        text.map(|text| text::beginning(&text, most)).unwrap_or_default()
    }
}

/// `one of a, "b c", …`
fn tell_values(values: Cursor<'_>, words: &mut String) {
    let is_list = values.kind() == Kind::Array;
    let several = is_list && values.items().nth(1).is_some();
    words.push_str(if several { "one of " } else { "always " });
    let listed = values.items().take(VALUES);
    for (index, value) in listed.chain((!is_list).then_some(values)).enumerate() {
        if index > 0 {
            words.push_str(", ");
        }
        match value.as_str() {
            // Quotes cost more than they tell.
            Some(word)
                if !word.is_empty() && word.bytes().all(|b| b.is_ascii_alphanumeric() || b"_-./:".contains(&b)) =>
            {
                words.push_str(&text::clean_line(word, 60));
            }
            _ => words.push_str(&text::clean_line(&value.to_value().to_string(), 60)),
        }
    }
    if values.items().nth(VALUES).is_some() {
        words.push_str(", …");
    }
}

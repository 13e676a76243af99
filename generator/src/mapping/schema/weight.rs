//! Which schemas combine so many others that checking one value by them would not come to an end.
//!
//! What combines schemas, and a reference, looks at one value once for every way that leads there: where each of thirty
//! schemas combines the next one twice, a thousand million times.

use std::collections::{HashMap, HashSet};

use super::{Key, Places};
use crate::spec::Cursor;

/// The most ways from a schema to those that it combines. Of 75 real descriptions the largest has some hundreds.
const MOST_WAYS: usize = 4_096;
/// How many schemas may combine one another in a row; a validator's stack is as deep.
const MOST_STEPS: usize = 100;

/// What a schema and all that it combines amount to.
#[derive(Debug, Clone, Copy)]
struct Weight {
    ways: usize,
    steps: usize,
}

const ONE: Weight = Weight { ways: 1, steps: 1 };

/// Remembers what was weighed.
#[derive(Debug, Default)]
pub(super) struct Weights {
    known: Places<Weight>,
    heavy: HashSet<Key, foldhash::fast::RandomState>,
}

/// A schema that is being weighed.
struct Open<'d> {
    key: Key,
    rest: Vec<Cursor<'d>>,
    weight: Weight,
    /// Whether what it combines leads back to one that is being weighed.
    turns_back: bool,
}

impl<'d> Open<'d> {
    fn new(at: Cursor<'d>) -> Self {
        // A reference is a step, but looks at nothing itself.
        let ways = usize::from(at.reference().is_none());
        Self { key: at.key(), rest: combined(at), weight: Weight { ways, ..ONE }, turns_back: false }
    }

    fn add(&mut self, inner: Weight) {
        self.weight.ways = self.weight.ways.saturating_add(inner.ways);
        self.weight.steps = self.weight.steps.max(inner.steps + 1);
    }

    fn is_heavy(&self) -> bool {
        self.weight.ways > MOST_WAYS || self.weight.steps > MOST_STEPS
    }
}

impl Weights {
    /// Whether what the schema combines has to be left out. Those that it combines, and are too heavy themselves, count
    /// as one each, since theirs is left out.
    pub(super) fn is_heavy(&mut self, at: Cursor<'_>) -> bool {
        if combined(at).is_empty() {
            return false;
        }
        if !self.known.contains_key(&at.key()) {
            self.weigh(at);
        }
        self.heavy.contains(&at.key())
    }

    /// Weighs a schema and all that it combines. Not by recursion: chains may be longer than a stack is deep.
    fn weigh(&mut self, at: Cursor<'_>) {
        let mut stack = vec![Open::new(at)];
        let mut open: HashSet<Key> = HashSet::from([at.key()]);
        let mut turning: HashMap<Key, Weight> = HashMap::new();
        while let Some(top) = stack.last_mut() {
            let next = if top.is_heavy() { None } else { top.rest.pop() };
            if let Some(inner) = next {
                let key = inner.key();
                if let Some(known) = self.known.get(&key) {
                    top.add(*known);
                } else if open.insert(key) {
                    stack.push(Open::new(inner));
                } else {
                    top.add(ONE);
                    top.turns_back = true;
                }
                continue;
            }
            let Some(done) = stack.pop() else { break };
            open.remove(&done.key);
            let is_heavy = done.is_heavy();
            let weight = if is_heavy { ONE } else { done.weight };
            if is_heavy {
                self.heavy.insert(done.key);
            }
            let turns_back = done.turns_back && !is_heavy;
            if turns_back {
                turning.insert(done.key, weight);
            } else {
                self.known.insert(done.key, weight);
            }
            if let Some(parent) = stack.last_mut() {
                parent.add(weight);
                parent.turns_back |= turns_back;
            }
        }
        // Within a circle the weight depends on where one enters it; near enough, and each is weighed once.
        self.known.extend(turning);
    }
}

/// The schemas that look at the same value as the one at `at`.
pub(super) fn combined(at: Cursor<'_>) -> Vec<Cursor<'_>> {
    let mut found = Vec::new();
    for (name, inner) in at.entries() {
        match name {
            "$ref" if at.reference().is_some() => found.extend(at.target(true).ok()),
            "allOf" | "anyOf" | "oneOf" => found.extend(inner.items()),
            "not" | "if" | "then" | "else" => found.push(inner),
            "dependentSchemas" | "dependencies" => found.extend(inner.entries().map(|(_, inner)| inner)),
            _ => {}
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use serde_json::{Map, Value, json};

    use super::*;
    use crate::source::{Documents, LoadOptions};

    fn reference(index: usize) -> Value {
        json!({"$ref": format!("#/s{index}")})
    }

    /// Which schemas of a document are heavy, where each is as `make` has it.
    fn heavy(count: usize, make: impl Fn(usize) -> Value) -> Vec<String> {
        let schemas: Map<String, Value> = (0..count).map(|index| (format!("s{index}"), make(index))).collect();
        let text = Value::Object(schemas).to_string();
        let (documents, _) = Documents::from_text("a.json", text, &LoadOptions::default()).expect("reads");
        let root = Cursor::root(&documents);
        let mut weights = Weights::default();
        for (_, at) in root.entries() {
            weights.is_heavy(at);
        }
        let mut found: Vec<String> = weights.heavy.iter().map(|key| root.elsewhere(*key).pointer()).collect();
        found.sort();
        found
    }

    #[test]
    fn what_doubles_is_cut_where_it_gets_too_heavy() {
        for keyword in ["allOf", "anyOf", "oneOf"] {
            let found = heavy(31, |index| match index {
                30 => json!({"type": "integer"}),
                index => json!({keyword: [reference(index + 1), reference(index + 1)]}),
            });
            assert_eq!(found, ["/s18", "/s6"], "{keyword}");
        }
    }

    #[test]
    fn long_chains_are_cut_and_wide_and_nested_schemas_are_not() {
        let chain = heavy(5_000, |index| json!({"allOf": [reference(index + 1)]}));
        assert_eq!(chain.len(), 5_000 * 2 / (MOST_STEPS + 1));
        // Descending is not combining.
        assert!(heavy(5_000, |index| json!({"items": reference(index + 1)})).is_empty());
        let wide = json!({"oneOf": (1..1_000).map(reference).collect::<Vec<_>>()});
        let subtype = json!({"allOf": [reference(0)]});
        assert!(heavy(1_000, |index| if index == 0 { wide.clone() } else { subtype.clone() }).is_empty());
    }

    #[test]
    fn circles_of_all_with_all_are_weighed_in_time() {
        let all = |count: usize| json!({"anyOf": (0..count).map(reference).collect::<Vec<_>>()});
        assert!(heavy(5, |_| all(5)).is_empty());
        assert!(!heavy(200, |_| all(200)).is_empty());
    }
}

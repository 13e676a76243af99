//! Objects with named members, those of `allOf` put together included.

use std::collections::HashSet;

use indexmap::IndexMap;
use mcpgen_runtime::catalog::SchemaId;
use serde_json::{Map, Value};

use super::{
    Place, Reader,
    model::{Field, ModelId, ModelKind, Type},
    naming::Naming,
};
use crate::emit::names::{self, Case, Reserved};

/// How many levels of references below `allOf` are put together.
const DEEPEST: usize = 16;
/// How many parts an object may be put together of.
const MOST: usize = 1_000;
/// Keywords that say what a value is, and not only which of them.
const SPEAKING: [&str; 11] = [
    "$ref",
    "type",
    "enum",
    "const",
    "properties",
    "patternProperties",
    "additionalProperties",
    "items",
    "prefixItems",
    "anyOf",
    "oneOf",
];

/// What the parts of a schema come to.
#[derive(Debug)]
pub(super) enum Branches {
    /// One part says it all.
    One(Map<String, Value>, SchemaId),
    /// An object with named members.
    Objects(Parts),
    /// They say more than a type can.
    Unclear,
}

/// The members that the parts of an object name.
#[derive(Debug, Default)]
pub(super) struct Parts {
    /// Each with the schema that has its `$ref`s; None where parts differ on it.
    members: IndexMap<String, (Option<Value>, SchemaId)>,
    required: HashSet<String>,
    closed: bool,
    /// Whether a part says that it is an object.
    is_object: bool,
}

impl Reader<'_> {
    pub(super) fn branches(&mut self, schema: &Map<String, Value>, owner: SchemaId, depth: usize) -> Branches {
        let mut leaves = Vec::new();
        if !split(schema, owner, depth, &mut leaves) {
            return Branches::Unclear;
        }
        match leaves.len() {
            0 => Branches::Unclear,
            1 => {
                let (leaf, owner) = leaves.remove(0);
                if names_members(&leaf) && !leaf.contains_key("$ref") {
                    objects(vec![(leaf, owner)])
                } else {
                    Branches::One(leaf, owner)
                }
            }
            _ => {
                let (mut plain, mut left) = (Vec::new(), MOST);
                for (leaf, owner) in leaves {
                    if !self.resolved(leaf, owner, depth, &mut left, &mut plain) {
                        return Branches::Unclear;
                    }
                }
                objects(plain)
            }
        }
    }

    /// The leaf, or what its reference leads to, as parts of an object.
    fn resolved(
        &mut self,
        leaf: Map<String, Value>,
        owner: SchemaId,
        depth: usize,
        left: &mut usize,
        plain: &mut Vec<(Map<String, Value>, SchemaId)>,
    ) -> bool {
        // Circles of references would have no end.
        let Some(fewer) = left.checked_sub(1) else { return false };
        *left = fewer;
        let Some(reference) = leaf.get("$ref").and_then(Value::as_str) else {
            plain.push((leaf, owner));
            return true;
        };
        let Some(target) = self.target(reference, owner).filter(|_| depth < DEEPEST) else { return false };
        let schema = self.schema(target);
        let Value::Object(schema) = &*schema else { return false };
        let mut leaves = Vec::new();
        split(schema, target, depth + 1, &mut leaves)
            && leaves.into_iter().all(|(leaf, owner)| self.resolved(leaf, owner, depth + 1, left, plain))
    }

    /// Reads the members of an object.
    pub(super) fn members(&mut self, id: ModelId, parts: &Parts) {
        let home = self.drafts[id.0].home;
        let keys: Vec<&str> = parts.members.keys().map(String::as_str).collect();
        let names = names::assign(&keys, Case::Snake, Reserved::Keywords, "field");
        let mut fields = Vec::new();
        for ((key, (schema, owner)), name) in parts.members.iter().zip(names) {
            let naming = Naming::Inside { parent: id, suffix: key.clone() };
            let ty = match schema {
                Some(schema) => self.read(schema, Place { owner: *owner, home, naming }, 0),
                None => Type::Value,
            };
            let description = schema.as_ref().and_then(|schema| schema.get("description")).and_then(Value::as_str);
            let description = description.map(str::to_owned);
            let ty = if parts.required.contains(key) { ty } else { Type::Option(Box::new(ty)) };
            fields.push(Field { name, key: key.clone(), ty, description });
        }
        let rest = (!parts.closed).then(|| names::beside("rest", fields.iter().map(|field| field.name.as_str())));
        self.drafts[id.0].kind = ModelKind::Struct { fields, rest };
    }

    /// The struct of an operation's arguments: an object, whatever its schema leaves unsaid.
    pub(super) fn arguments(&mut self, schema: &Value, place: Place, needed: &[&str]) -> ModelId {
        let empty = Map::new();
        let schema = schema.as_object().unwrap_or(&empty);
        let owner = place.owner;
        let mut parts = match objects(vec![(schema.clone(), owner)]) {
            Branches::Objects(parts) => parts,
            // No members are named.
            _ => Parts { closed: schema.get("additionalProperties") == Some(&Value::Bool(false)), ..Parts::default() },
        };
        for name in needed {
            parts.members.entry((*name).to_owned()).or_insert((None, owner));
        }
        let id = self.draft(place, &empty, ModelKind::Struct { fields: Vec::new(), rest: None });
        self.queue.push_back((id, parts));
        id
    }
}

/// The parts that say something: the schema without its `allOf`, and those of it.
fn split(
    schema: &Map<String, Value>,
    owner: SchemaId,
    depth: usize,
    leaves: &mut Vec<(Map<String, Value>, SchemaId)>,
) -> bool {
    if depth > super::LONGEST_CHAIN {
        return false;
    }
    let mut own = schema.clone();
    let all = own.shift_remove("allOf");
    // Where a reference names the type, what stands beside it narrows it, unless it names members of its own.
    if own.contains_key("$ref") && names_members(&own) {
        let reference = own.shift_remove("$ref").map(|reference| ("$ref".to_owned(), reference));
        leaves.push((reference.into_iter().collect(), owner));
    }
    if speaks(&own) {
        leaves.push((own, owner));
    }
    for branch in all.iter().filter_map(Value::as_array).flatten() {
        match branch {
            Value::Object(branch) => {
                if !split(branch, owner, depth + 1, leaves) {
                    return false;
                }
            }
            Value::Bool(true) => {}
            _ => return false,
        }
    }
    true
}

/// The members that all parts name, where all are of an object.
fn objects(leaves: Vec<(Map<String, Value>, SchemaId)>) -> Branches {
    let mut parts = Parts::default();
    for (leaf, owner) in leaves {
        match leaf.get("type") {
            Some(name) if name == "object" => parts.is_object = true,
            Some(_) => return Branches::Unclear,
            None => {}
        }
        if leaf.contains_key("enum") || leaf.contains_key("const") {
            return Branches::Unclear;
        }
        let required = leaf.get("required").and_then(Value::as_array).into_iter().flatten();
        parts.required.extend(required.filter_map(Value::as_str).map(str::to_owned));
        let is_closed = leaf.get("additionalProperties") == Some(&Value::Bool(false));
        parts.closed |= is_closed && !leaf.contains_key("patternProperties");
        for (name, schema) in leaf.get("properties").and_then(Value::as_object).into_iter().flatten() {
            let entry = parts.members.entry(name.clone()).or_insert_with(|| (Some(schema.clone()), owner));
            if entry.0.as_ref() != Some(schema) {
                entry.0 = None;
            }
        }
    }
    if parts.is_object && !parts.members.is_empty() { Branches::Objects(parts) } else { Branches::Unclear }
}

fn names_members(schema: &Map<String, Value>) -> bool {
    schema.get("properties").and_then(Value::as_object).is_some_and(|members| !members.is_empty())
}

fn speaks(schema: &Map<String, Value>) -> bool {
    SPEAKING.iter().any(|keyword| schema.contains_key(*keyword)) || schema.contains_key("required")
}

//! What it costs to say all that is wrong with arguments.
//!
//! The validator decides once whether a part of the arguments suits a schema, but tells what is wrong anew for every way
//! that leads there: where alternatives lead back to themselves, that doubles with each level of the arguments.

use std::collections::HashMap;

use serde_json::{Map, Value};

/// A schema with fewer ways in it needs no counting.
const FEW: u64 = 10_000;
/// How many schemas may follow each other on the way to a value.
const MOST_STEPS: usize = 1_000;
/// How many pairs of a schema and a value are looked at to count.
const MOST_PAIRS: usize = 200_000;

/// A schema, as far as it matters who looks at what.
#[derive(Debug, Default)]
struct Node {
    /// Those that look at the same value.
    same: Vec<usize>,
    properties: HashMap<Box<str>, usize>,
    /// Of members that no property declares.
    rest: Vec<usize>,
    /// Of any member.
    members: Vec<usize>,
    prefix: Vec<usize>,
    items: Vec<usize>,
}

/// Counts the ways from a schema to the parts of a value.
#[derive(Debug)]
pub(super) struct Costs {
    nodes: Vec<Node>,
    /// Whether the validator takes every way even to decide: what is unevaluated is not remembered.
    pub(super) decides_slowly: bool,
}

impl Costs {
    /// None for a schema that has few ways in it.
    pub(super) fn compile(schema: &Value) -> Option<Self> {
        let mut compiler = Compiler { document: schema, nodes: Vec::new(), pending: Vec::new(), known: HashMap::new() };
        compiler.node(schema)?;
        while let Some((index, schema)) = compiler.pending.pop() {
            compiler.nodes[index] = compiler.read(schema);
        }
        let decides_slowly = compiler
            .known
            .values()
            .any(|(_, schema)| schema.contains_key("unevaluatedProperties") || schema.contains_key("unevaluatedItems"));
        let costs = Self { nodes: compiler.nodes, decides_slowly };
        let mut known = vec![None; costs.nodes.len()];
        (costs.ways(0, &mut known, 0) > FEW).then_some(costs)
    }

    /// The ways in a schema, whatever comes; as many as there can be where it leads back to itself.
    fn ways(&self, index: usize, known: &mut [Option<u64>], steps: usize) -> u64 {
        if let Some(known) = known[index] {
            return known;
        }
        if steps > MOST_STEPS {
            return u64::MAX;
        }
        known[index] = Some(u64::MAX);
        let node = &self.nodes[index];
        let lists = [&node.same, &node.rest, &node.members, &node.prefix, &node.items];
        let inner = lists.into_iter().flatten().chain(node.properties.values());
        let ways = inner.fold(1_u64, |sum, inner| sum.saturating_add(self.ways(*inner, known, steps + 1)));
        known[index] = Some(ways);
        ways
    }

    /// The arguments to which there are more ways than that.
    pub(super) fn above(&self, most: u64, arguments: &Map<String, Value>) -> Vec<String> {
        let mut count = Count { nodes: &self.nodes, known: HashMap::new() };
        let mut cost = |(name, value): (&String, &Value)| count.member(0, name, value, 0);
        arguments.iter().filter(|member| cost(*member) > most).map(|(name, _)| name.clone()).collect()
    }
}

struct Count<'c> {
    nodes: &'c [Node],
    /// By schema and by where the value stands in memory.
    known: HashMap<(usize, *const Value), u64>,
}

impl Count<'_> {
    fn of(&mut self, index: usize, value: &Value, steps: usize) -> u64 {
        let key = (index, std::ptr::from_ref(value));
        if let Some(known) = self.known.get(&key) {
            return *known;
        }
        if steps > MOST_STEPS || self.known.len() > MOST_PAIRS {
            return u64::MAX;
        }
        // The validator does not turn round in circles either.
        self.known.insert(key, 0);
        let nodes = self.nodes;
        let node = &nodes[index];
        let mut ways = 1_u64;
        for inner in &node.same {
            ways = ways.saturating_add(self.of(*inner, value, steps + 1));
        }
        match value {
            Value::Object(members) => {
                for (name, value) in members {
                    ways = ways.saturating_add(self.own_member(index, name, value, steps));
                }
            }
            Value::Array(items) => {
                for (place, item) in items.iter().enumerate() {
                    for inner in node.prefix.get(place).into_iter().chain(&node.items) {
                        ways = ways.saturating_add(self.of(*inner, item, steps + 1));
                    }
                }
            }
            _ => {}
        }
        self.known.insert(key, ways);
        ways
    }

    /// The ways to a member of an object that the schema looks at.
    fn own_member(&mut self, index: usize, name: &str, value: &Value, steps: usize) -> u64 {
        let nodes = self.nodes;
        let node = &nodes[index];
        let declared = node.properties.get(name);
        let rest: &[usize] = if declared.is_some() { &[] } else { &node.rest };
        let inner = declared.into_iter().chain(rest).chain(&node.members);
        inner.fold(0_u64, |sum, inner| sum.saturating_add(self.of(*inner, value, steps + 1)))
    }

    /// The same, of a schema and of those that look at the same object.
    fn member(&mut self, index: usize, name: &str, value: &Value, steps: usize) -> u64 {
        if steps > MOST_STEPS {
            return u64::MAX;
        }
        let nodes = self.nodes;
        let own = self.own_member(index, name, value, steps);
        nodes[index].same.iter().fold(own, |sum, inner| sum.saturating_add(self.member(*inner, name, value, steps + 1)))
    }
}

struct Compiler<'s> {
    document: &'s Value,
    nodes: Vec<Node>,
    pending: Vec<(usize, &'s Map<String, Value>)>,
    /// Nodes by where their schema stands in memory.
    known: HashMap<*const Map<String, Value>, (usize, &'s Map<String, Value>)>,
}

impl<'s> Compiler<'s> {
    /// The node of a schema; none of one that looks at nothing.
    fn node(&mut self, schema: &'s Value) -> Option<usize> {
        let schema = schema.as_object()?;
        let (nodes, pending) = (&mut self.nodes, &mut self.pending);
        let (index, _) = self.known.entry(std::ptr::from_ref(schema)).or_insert_with(|| {
            nodes.push(Node::default());
            pending.push((nodes.len() - 1, schema));
            (nodes.len() - 1, schema)
        });
        Some(*index)
    }

    fn read(&mut self, schema: &'s Map<String, Value>) -> Node {
        let mut node = Node::default();
        for (keyword, value) in schema {
            let list = match keyword.as_str() {
                "$ref" => {
                    let target = value.as_str().and_then(|reference| reference.strip_prefix('#'));
                    let target = target.and_then(|pointer| self.document.pointer(pointer));
                    node.same.extend(target.and_then(|target| self.node(target)));
                    continue;
                }
                "properties" => {
                    for (name, schema) in value.as_object().into_iter().flatten() {
                        if let Some(index) = self.node(schema) {
                            node.properties.insert(name.as_str().into(), index);
                        }
                    }
                    continue;
                }
                "allOf" | "anyOf" | "oneOf" | "not" | "if" | "then" | "else" | "dependentSchemas" => &mut node.same,
                "additionalProperties" => &mut node.rest,
                "patternProperties" | "unevaluatedProperties" => &mut node.members,
                "prefixItems" => &mut node.prefix,
                "items" | "contains" | "unevaluatedItems" => &mut node.items,
                _ => continue,
            };
            match (keyword.as_str(), value) {
                ("dependentSchemas" | "patternProperties", Value::Object(map)) => {
                    list.extend(map.values().filter_map(|schema| self.node(schema)));
                }
                (_, Value::Array(schemas)) => list.extend(schemas.iter().filter_map(|schema| self.node(schema))),
                (_, schema) => list.extend(self.node(schema)),
            }
        }
        node
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn nested(levels: usize) -> Value {
        (0..levels).fold(json!(1), |inner, _| json!([inner]))
    }

    #[test]
    fn few_ways_need_no_counting() {
        let chain = json!({"properties": {"a": {"$ref": "#/$defs/A"}}, "$defs": {"A": {"items": {"type": "string"}}}});
        let wide = json!({"anyOf": (0..900).map(|value| json!({"const": value})).collect::<Vec<_>>()});
        for schema in [json!(true), json!({}), chain, wide] {
            assert!(Costs::compile(&schema).is_none(), "{schema}");
        }
    }

    #[test]
    fn ways_are_counted_by_what_came() {
        let list = |branches: usize| {
            let branch = json!({"type": "array", "items": {"$ref": "#/$defs/R"}});
            json!({
                "properties": {"v": {"$ref": "#/$defs/R"}, "w": {"type": "integer"}},
                "$defs": {"R": {"anyOf": vec![branch; branches]}}
            })
        };
        let cases = [(1, 3, 12), (2, 3, 60), (8, 3, 5_850), (8, 40, u64::MAX)];
        for (branches, levels, expected) in cases {
            let costs = Costs::compile(&list(branches)).expect("leads back to itself");
            let arguments = json!({"v": nested(levels), "w": nested(levels)});
            let above = |most| costs.above(most, arguments.as_object().expect("an object"));
            assert_eq!(above(expected - 1), ["v"], "{branches} {levels}");
            assert!(above(expected).is_empty(), "{branches} {levels}");
        }
    }
}

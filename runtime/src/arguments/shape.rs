//! What a schema says about types and members, as far as converting arguments needs it.
//!
//! A schema becomes nodes in an arena; `$ref`s become indices, so that recursive schemas are finite. What holds for one
//! value is a [`Need`]: nodes that hold together (`allOf`, `$ref`) or one of which holds (`anyOf`, `oneOf`).

use std::{cell::Cell, collections::HashMap};

use serde_json::{Map, Value};

use super::number;

/// Beyond this many alternatives a value is left as it came.
const MOST_ALTERNATIVES: usize = 64;
/// Beyond this many nodes that hold for one value, the rest has no say; cycles and hostile schemas end here.
const MOST_STEPS: usize = 256;

/// A set of JSON types; `number` includes `integer`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Types(u8);

impl Types {
    pub(super) const NONE: Self = Self(0);
    pub(super) const NULL: Self = Self(1);
    pub(super) const BOOLEAN: Self = Self(2);
    pub(super) const INTEGER: Self = Self(4);
    pub(super) const FRACTION: Self = Self(8);
    pub(super) const STRING: Self = Self(16);
    pub(super) const ARRAY: Self = Self(32);
    pub(super) const OBJECT: Self = Self(64);
    pub(super) const ANY: Self = Self(127);

    pub(super) fn has(self, other: Self) -> bool {
        self.0 & other.0 == other.0
    }

    fn and(self, other: Self) -> Self {
        Self(self.0 & other.0)
    }

    fn or(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    fn named(name: &Value) -> Self {
        match name.as_str() {
            Some("null") => Self::NULL,
            Some("boolean") => Self::BOOLEAN,
            Some("integer") => Self::INTEGER,
            Some("number") => Self::INTEGER.or(Self::FRACTION),
            Some("string") => Self::STRING,
            Some("array") => Self::ARRAY,
            Some("object") => Self::OBJECT,
            _ => Self::NONE,
        }
    }

    /// The type of a value.
    pub(super) fn of(value: &Value) -> Self {
        match value {
            Value::Null => Self::NULL,
            Value::Bool(_) => Self::BOOLEAN,
            Value::Number(number) if number::integer(number.as_str()).is_some() => Self::INTEGER,
            Value::Number(_) => Self::FRACTION,
            Value::String(_) => Self::STRING,
            Value::Array(_) => Self::ARRAY,
            Value::Object(_) => Self::OBJECT,
        }
    }
}

/// The place of a node in [`Shapes`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct ShapeId(u32);

/// What a node says about members that it does not declare.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Rest {
    Unsaid,
    Refused,
    Shape(ShapeId),
}

#[derive(Debug)]
struct Shape {
    /// Of this node and of those that hold with it.
    types: Types,
    /// Nodes that hold as well.
    all: Vec<ShapeId>,
    /// Groups of nodes, of each of which one holds.
    any: Vec<Vec<ShapeId>>,
    properties: HashMap<Box<str>, ShapeId>,
    required: Vec<Box<str>>,
    rest: Rest,
    prefix: Vec<ShapeId>,
    items: Option<ShapeId>,
    /// The texts that are admitted, if only texts are.
    texts: Vec<Box<str>>,
}

impl Shape {
    fn new(types: Types) -> Self {
        Self {
            types,
            all: Vec::new(),
            any: Vec::new(),
            properties: HashMap::new(),
            required: Vec::new(),
            rest: Rest::Unsaid,
            prefix: Vec::new(),
            items: None,
            texts: Vec::new(),
        }
    }

    fn is_plain(&self) -> bool {
        self.all.is_empty() && self.any.is_empty()
    }
}

/// What holds for a value.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Need {
    /// Nothing is said.
    Anything,
    /// One node.
    One(ShapeId),
    /// All of these.
    All(Vec<Need>),
    /// At least one of these.
    Any(Vec<Need>),
}

impl Need {
    /// All of these, as simply as can be said.
    fn all(needs: impl IntoIterator<Item = Need>) -> Self {
        let mut list: Vec<Need> = Vec::new();
        for need in needs {
            match need {
                Need::Anything => {}
                Need::All(inner) => inner.into_iter().for_each(|need| push_new(&mut list, need)),
                need => push_new(&mut list, need),
            }
        }
        match list.len() {
            0 => Need::Anything,
            1 => list.remove(0),
            _ if size(&list) > MOST_ALTERNATIVES => Need::Anything,
            _ => Need::All(list),
        }
    }

    /// One of these, as simply as can be said.
    fn any(needs: impl IntoIterator<Item = Need>) -> Self {
        let mut list: Vec<Need> = Vec::new();
        for need in needs {
            match need {
                Need::Anything => return Need::Anything,
                Need::Any(inner) => inner.into_iter().for_each(|need| push_new(&mut list, need)),
                need => push_new(&mut list, need),
            }
        }
        match list.len() {
            // No alternative at all: the validator has the word.
            0 => Need::Anything,
            1 => list.remove(0),
            _ if size(&list) > MOST_ALTERNATIVES => Need::Anything,
            _ => Need::Any(list),
        }
    }
}

/// How many nodes may still be looked at.
struct Budget(Cell<usize>);

impl Budget {
    fn new() -> Self {
        Self(Cell::new(MOST_STEPS))
    }

    /// Takes one; false when there is none left.
    fn spend(&self) -> bool {
        let left = self.0.get();
        self.0.set(left.saturating_sub(1));
        left > 0
    }
}

fn push_new(list: &mut Vec<Need>, need: Need) {
    if !list.contains(&need) {
        list.push(need);
    }
}

fn size(needs: &[Need]) -> usize {
    needs
        .iter()
        .map(|need| match need {
            Need::Anything | Need::One(_) => 1,
            Need::All(inner) | Need::Any(inner) => size(inner),
        })
        .sum()
}

/// A compiled schema.
#[derive(Debug)]
pub(super) struct Shapes {
    nodes: Vec<Shape>,
    root: ShapeId,
}

impl Shapes {
    pub(super) fn compile(schema: &Value) -> Self {
        let mut compiler =
            Compiler { document: schema, nodes: Vec::new(), references: HashMap::new(), pending: Vec::new() };
        let root = compiler.schema(schema);
        while let Some((id, schema)) = compiler.pending.pop() {
            compiler.fill(id, schema);
        }
        let mut shapes = Self { nodes: compiler.nodes, root };
        shapes.settle_types();
        shapes
    }

    /// What holds for an argument; none when there is no such argument. `open` says what an argument is that the
    /// schema's root is silent about.
    pub(super) fn argument(&self, name: &str, open: bool) -> Option<Need> {
        let root = self.node(self.root);
        if root.is_plain() {
            return match (root.properties.get(name).copied(), root.rest) {
                (Some(id), _) | (None, Rest::Shape(id)) => Some(Need::One(id)),
                (None, Rest::Unsaid) if open => Some(Need::Anything),
                (None, Rest::Unsaid | Rest::Refused) => None,
            };
        }
        Some(self.property(&Need::One(self.root), name))
    }

    /// The arguments that the root declares.
    pub(super) fn arguments(&self) -> Vec<&str> {
        self.names(&Need::One(self.root))
    }

    /// The types that are admitted.
    pub(super) fn types(&self, need: &Need) -> Types {
        match need {
            Need::Anything => Types::ANY,
            Need::One(id) => self.node(*id).types,
            Need::All(needs) => needs.iter().fold(Types::ANY, |types, need| types.and(self.types(need))),
            Need::Any(needs) => needs.iter().fold(Types::NONE, |types, need| types.or(self.types(need))),
        }
    }

    /// The need with every node that holds for `value` in the open; what it cannot be is left out.
    pub(super) fn narrow(&self, need: Need, value: &Value) -> Need {
        self.expand(need, value, &Budget::new())
    }

    fn expand(&self, need: Need, value: &Value, budget: &Budget) -> Need {
        if !budget.spend() {
            return Need::Anything;
        }
        match need {
            Need::Anything => Need::Anything,
            Need::One(id) if self.node(id).is_plain() => Need::One(id),
            Need::One(id) => {
                let node = self.node(id);
                let all = node.all.iter().map(|id| self.expand(Need::One(*id), value, budget));
                let any = node.any.iter().map(|group| self.one_of(group, value, budget));
                Need::all(std::iter::once(Need::One(id)).chain(all).chain(any))
            }
            Need::All(needs) => Need::all(needs.into_iter().map(|need| self.expand(need, value, budget))),
            Need::Any(needs) => {
                Need::any(self.possible(needs, value, budget).into_iter().map(|need| self.expand(need, value, budget)))
            }
        }
    }

    fn one_of(&self, group: &[ShapeId], value: &Value, budget: &Budget) -> Need {
        let possible = self.possible(group.iter().map(|id| Need::One(*id)).collect(), value, budget);
        Need::any(possible.into_iter().map(|need| self.expand(need, value, budget)))
    }

    /// The alternatives that the value can be; all of them when it can be none.
    fn possible(&self, needs: Vec<Need>, value: &Value, budget: &Budget) -> Vec<Need> {
        let of = Types::of(value);
        let typed: Vec<Need> = needs.iter().filter(|need| self.types(need).has(of)).cloned().collect();
        let typed = if typed.is_empty() { needs } else { typed };
        let Value::Object(object) = value else { return typed };
        let fitting: Vec<Need> = typed.iter().filter(|need| !self.contradicts(need, object, budget)).cloned().collect();
        if fitting.is_empty() { typed } else { fitting }
    }

    /// Whether an object lacks what is required, or has another text than its tag may have.
    fn contradicts(&self, need: &Need, object: &Map<String, Value>, budget: &Budget) -> bool {
        let Need::One(id) = need else { return false };
        let node = self.node(*id);
        budget.spend()
            && (node.required.iter().any(|name| !object.contains_key(&**name))
                || node.properties.iter().any(|(name, id)| {
                    let texts = self.texts(*id, budget);
                    !texts.is_empty()
                        && matches!(object.get(&**name), Some(Value::String(text)) if !texts.iter().any(|one| **one == **text))
                })
                || node.all.iter().any(|id| self.contradicts(&Need::One(*id), object, budget)))
    }

    fn texts(&self, id: ShapeId, budget: &Budget) -> &[Box<str>] {
        let node = self.node(id);
        match (node.texts.as_slice(), node.all.as_slice()) {
            ([], [only]) if budget.spend() => self.texts(*only, budget),
            (texts, _) => texts,
        }
    }

    /// What holds for a member of an object that a [narrowed](Self::narrow) need is about.
    pub(super) fn property(&self, need: &Need, name: &str) -> Need {
        match need {
            Need::Anything => Need::Anything,
            Need::One(id) => {
                let node = self.node(*id);
                match (node.properties.get(name).copied(), node.rest) {
                    (Some(id), _) | (None, Rest::Shape(id)) => Need::One(id),
                    (None, Rest::Unsaid | Rest::Refused) => Need::Anything,
                }
            }
            Need::All(needs) => Need::all(needs.iter().map(|need| self.property(need, name))),
            Need::Any(needs) => {
                let takers = needs.iter().filter(|need| !self.refuses(need, name));
                Need::any(takers.map(|need| self.property(need, name)))
            }
        }
    }

    /// Whether an object has no place for a member of this name.
    fn refuses(&self, need: &Need, name: &str) -> bool {
        match need {
            Need::Anything => false,
            Need::One(id) => {
                let node = self.node(*id);
                node.rest == Rest::Refused && !node.properties.contains_key(name)
            }
            Need::All(needs) => needs.iter().any(|need| self.refuses(need, name)),
            Need::Any(needs) => needs.iter().all(|need| self.refuses(need, name)),
        }
    }

    /// What holds for an item of an array that a narrowed need is about, and whether its place counts.
    pub(super) fn item(&self, need: &Need, index: usize) -> (Need, bool) {
        match need {
            Need::Anything => (Need::Anything, false),
            Need::One(id) => {
                let node = self.node(*id);
                let positional = !node.prefix.is_empty();
                let id = node.prefix.get(index).copied().or(node.items);
                (id.map_or(Need::Anything, Need::One), positional)
            }
            Need::All(needs) | Need::Any(needs) => {
                let (items, places): (Vec<_>, Vec<_>) = needs.iter().map(|need| self.item(need, index)).unzip();
                let positional = places.contains(&true);
                match need {
                    Need::All(_) => (Need::all(items), positional),
                    _ => (Need::any(items), positional),
                }
            }
        }
    }

    /// The members that a need declares, in any of its alternatives.
    pub(super) fn names(&self, need: &Need) -> Vec<&str> {
        let mut names = Vec::new();
        self.collect_names(need, &Budget::new(), &mut names);
        names.sort_unstable();
        names.dedup();
        names
    }

    fn collect_names<'s>(&'s self, need: &Need, budget: &Budget, names: &mut Vec<&'s str>) {
        if !budget.spend() {
            return;
        }
        match need {
            Need::Anything => {}
            Need::One(id) => {
                let node = self.node(*id);
                names.extend(node.properties.keys().map(AsRef::as_ref));
                for id in node.all.iter().chain(node.any.iter().flatten()) {
                    self.collect_names(&Need::One(*id), budget, names);
                }
            }
            Need::All(needs) | Need::Any(needs) => {
                for need in needs {
                    self.collect_names(need, budget, names);
                }
            }
        }
    }

    /// The members that are declared at a place in the arguments.
    pub(super) fn names_at(&self, arguments: &Value, pointer: &str) -> Vec<&str> {
        let (mut need, mut value) = (Need::One(self.root), arguments);
        for step in pointer.split('/').skip(1) {
            let step = step.replace("~1", "/").replace("~0", "~");
            let narrowed = self.narrow(need, value);
            let (next, inner) = match value {
                Value::Object(object) => (self.property(&narrowed, &step), object.get(&step)),
                Value::Array(items) => {
                    let index = step.parse().unwrap_or(usize::MAX);
                    (self.item(&narrowed, index).0, items.get(index))
                }
                _ => return Vec::new(),
            };
            let Some(inner) = inner else { return Vec::new() };
            (need, value) = (next, inner);
        }
        self.names(&self.narrow(need, value))
    }

    fn node(&self, id: ShapeId) -> &Shape {
        &self.nodes[id.0 as usize]
    }

    /// Makes each node's types those of all that holds with it.
    fn settle_types(&mut self) {
        let mut state = vec![State::Unseen; self.nodes.len()];
        for index in 0..self.nodes.len() {
            self.settle(index, &mut state, 0);
        }
    }

    fn settle(&mut self, index: usize, state: &mut [State], steps: usize) -> Types {
        match state[index] {
            State::Settled => return self.nodes[index].types,
            State::Open => return Types::ANY,
            State::Unseen if steps > MOST_STEPS => return Types::ANY,
            State::Unseen => state[index] = State::Open,
        }
        let (all, any) = (self.nodes[index].all.clone(), self.nodes[index].any.clone());
        let mut types = self.nodes[index].types;
        for id in all {
            types = types.and(self.settle(id.0 as usize, state, steps + 1));
        }
        for group in any {
            let union =
                group.iter().fold(Types::NONE, |union, id| union.or(self.settle(id.0 as usize, state, steps + 1)));
            types = types.and(union);
        }
        self.nodes[index].types = types;
        state[index] = State::Settled;
        types
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum State {
    Unseen,
    Open,
    Settled,
}

struct Compiler<'s> {
    document: &'s Value,
    nodes: Vec<Shape>,
    references: HashMap<&'s str, ShapeId>,
    /// What references lead to and is not filled yet: chains of them may be longer than a stack is deep.
    pending: Vec<(ShapeId, &'s Map<String, Value>)>,
}

impl<'s> Compiler<'s> {
    fn schema(&mut self, schema: &'s Value) -> ShapeId {
        match schema {
            Value::Object(object) => self.object(object),
            Value::Bool(false) => self.push(Shape::new(Types::NONE)),
            _ => self.push(Shape::new(Types::ANY)),
        }
    }

    fn push(&mut self, shape: Shape) -> ShapeId {
        // A schema of 2^32 nodes does not fit into memory.
        let id = ShapeId(u32::try_from(self.nodes.len()).unwrap_or(u32::MAX));
        self.nodes.push(shape);
        id
    }

    fn object(&mut self, schema: &'s Map<String, Value>) -> ShapeId {
        let id = self.push(Shape::new(Types::ANY));
        self.fill(id, schema);
        id
    }

    /// The node of what `$ref` leads to; it is filled later.
    fn reference(&mut self, reference: &'s str) -> ShapeId {
        if let Some(&id) = self.references.get(reference) {
            return id;
        }
        let id = self.push(Shape::new(Types::ANY));
        self.references.insert(reference, id);
        match reference.strip_prefix('#').and_then(|pointer| self.document.pointer(pointer)) {
            Some(Value::Object(schema)) => self.pending.push((id, schema)),
            Some(Value::Bool(false)) => self.nodes[id.0 as usize].types = Types::NONE,
            _ => {}
        }
        id
    }

    fn fill(&mut self, id: ShapeId, schema: &'s Map<String, Value>) {
        let mut shape = Shape::new(Types::ANY);
        for (keyword, value) in schema {
            match (keyword.as_str(), value) {
                ("type", Value::Array(names)) => {
                    let types = names.iter().fold(Types::NONE, |types, name| types.or(Types::named(name)));
                    shape.types = shape.types.and(types);
                }
                ("type", name) => shape.types = shape.types.and(Types::named(name)),
                ("const", value) => limit(&mut shape, std::slice::from_ref(value)),
                ("enum", Value::Array(values)) => limit(&mut shape, values),
                ("$ref", Value::String(reference)) => shape.all.push(self.reference(reference)),
                ("allOf", Value::Array(schemas)) => {
                    for schema in schemas {
                        shape.all.push(self.schema(schema));
                    }
                }
                ("anyOf" | "oneOf", Value::Array(schemas)) => {
                    let group = schemas.iter().map(|schema| self.schema(schema)).collect();
                    shape.any.push(group);
                }
                ("properties", Value::Object(properties)) => {
                    for (name, schema) in properties {
                        let id = self.schema(schema);
                        shape.properties.insert(name.as_str().into(), id);
                    }
                }
                ("required", Value::Array(names)) => {
                    shape.required = names.iter().filter_map(Value::as_str).map(Into::into).collect();
                }
                ("additionalProperties", Value::Bool(false)) => shape.rest = Rest::Refused,
                ("additionalProperties", schema) => shape.rest = Rest::Shape(self.schema(schema)),
                ("prefixItems", Value::Array(schemas)) => {
                    shape.prefix = schemas.iter().map(|schema| self.schema(schema)).collect();
                }
                ("items", schema) => shape.items = Some(self.schema(schema)),
                _ => {}
            }
        }
        if schema.contains_key("patternProperties") {
            // Which pattern a name keeps is left to the validator.
            shape.rest = match shape.rest {
                Rest::Unsaid => Rest::Unsaid,
                Rest::Refused | Rest::Shape(_) => Rest::Shape(self.push(Shape::new(Types::ANY))),
            };
        }
        self.nodes[id.0 as usize] = shape;
    }
}

/// Limits a node to the types, and the texts, of these values.
fn limit(shape: &mut Shape, values: &[Value]) {
    let types = values.iter().fold(Types::NONE, |types, value| types.or(Types::of(value)));
    shape.types = shape.types.and(types);
    if types == Types::STRING {
        shape.texts = values.iter().filter_map(Value::as_str).map(Into::into).collect();
    }
}

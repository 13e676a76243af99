//! From Schema Objects to JSON Schema 2020-12.
//!
//! One pass over the description's tree: what OpenAPI 3.0, 3.1, 3.2 and Swagger 2.0 write becomes plain JSON Schema
//! that strict clients accept. Schemas behind a `$ref` become definitions, each converted once per [`Direction`].

mod exactness;
mod flatten;
mod keywords;
mod kinds;
mod outline;
mod pattern;
mod variants;
mod weight;

use std::collections::{HashMap, HashSet};

use mcpgen_runtime::catalog::{SchemaId, SchemaTable};
use serde_json::{Map, Value, json};

pub use flatten::{Flat, Property};
pub use outline::Outliner;

use crate::{
    diagnostic::{Diagnostic, Severity},
    mapping::{names, text},
    source::{DocumentId, Kind, NodeId},
    spec::Cursor,
};

/// How deep schemas may nest; what is deeper is admitted unchecked. A level takes up to four of JSON, and readers of
/// JSON stop at 128.
const DEEPEST: usize = 28;
/// How deep a default, an example or a value of an enum may nest.
const DEEPEST_VALUE: usize = 24;
/// How long a definition's name may be.
const LONGEST_NAME: usize = 64;

/// Which way data goes: `readOnly` properties are not sent, `writeOnly` ones are not received.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Direction {
    /// To the API.
    Request,
    /// From the API.
    Response,
}

type Key = (DocumentId, NodeId);

/// A table by place in the description.
type Places<T> = HashMap<Key, T, foldhash::fast::RandomState>;

/// What a schema is converted for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
struct Form {
    direction: Direction,
    /// Whether it may not admit more than the description does; see [`exactness`].
    exact: bool,
}

/// A schema on the way down from the one that was asked for.
#[derive(Debug, Clone, Copy)]
struct Step<'d> {
    at: Cursor<'d>,
    form: Form,
    depth: usize,
}

impl<'d> Step<'d> {
    fn first(at: Cursor<'d>, direction: Direction) -> Self {
        Self { at, form: Form { direction, exact: false }, depth: 0 }
    }

    fn exactly(self) -> Self {
        Self { form: Form { exact: true, ..self.form }, ..self }
    }

    /// Whether a property of this schema is left out.
    fn hides(self, property: Cursor<'_>) -> bool {
        !self.form.exact && is_hidden(property, self.form.direction)
    }

    fn below(self, at: Cursor<'d>) -> Self {
        Self { at, depth: self.depth + 1, ..self }
    }
}

/// Converts schemas and keeps what several of them share.
pub struct Converter<'t> {
    table: &'t mut SchemaTable,
    diagnostics: &'t mut Vec<Diagnostic>,
    /// Whether keywords beside a `$ref` count.
    ref_siblings: bool,
    definitions: HashMap<(Key, Form), (SchemaId, String), foldhash::fast::RandomState>,
    /// Definitions that are declared and wait for their text: chains of references may be longer than a stack is deep.
    pending: Vec<(Key, Form, SchemaId)>,
    /// Large enums by their text.
    enums: HashMap<(String, Direction), (SchemaId, String)>,
    names: HashMap<(String, Direction), Key>,
    patterns: pattern::Patterns,
    weights: weight::Weights,
    /// What becomes of schemas, by place, direction, depth, and how far it matters.
    exactness: HashMap<(Key, Direction, usize, exactness::Reach), exactness::Exactness>,
    /// Which schemas extend which, found when first asked for.
    extensions: Option<variants::Extensions>,
    told: HashSet<(Key, &'static str)>,
}

/// A converted schema and the definitions that it refers to.
#[derive(Debug, Clone, Default)]
pub struct Converted {
    /// The schema.
    pub schema: Value,
    /// What its `$ref`s name, each once.
    pub uses: Vec<SchemaId>,
}

/// Adds what is not in `uses` yet.
pub fn merge_uses(uses: &mut Vec<SchemaId>, more: Vec<SchemaId>) {
    for id in more {
        if !uses.contains(&id) {
            uses.push(id);
        }
    }
}

impl<'t> Converter<'t> {
    /// A converter that puts definitions into `table`.
    pub fn new(table: &'t mut SchemaTable, ref_siblings: bool, diagnostics: &'t mut Vec<Diagnostic>) -> Self {
        Self {
            table,
            diagnostics,
            ref_siblings,
            definitions: HashMap::default(),
            pending: Vec::new(),
            enums: HashMap::new(),
            names: HashMap::new(),
            patterns: pattern::Patterns::default(),
            weights: weight::Weights::default(),
            exactness: HashMap::new(),
            extensions: None,
            told: HashSet::new(),
        }
    }

    /// The table.
    pub fn table(&mut self) -> &mut SchemaTable {
        self.table
    }

    /// Puts the schema of an operation's arguments into the table. Of what it was made of, parts may have been replaced
    /// since: only what it still refers to is used.
    pub fn input(&mut self, schema: &Value, mut uses: Vec<SchemaId>) -> SchemaId {
        let text = schema.to_string();
        uses.retain(|&id| {
            let name = self.table.get(id).name.as_deref().unwrap_or_default();
            text.contains(&format!("\"#/$defs/{}\"", pointer_step(name)))
        });
        self.table.intern(text, uses)
    }

    /// The diagnostics.
    pub fn diagnostics(&mut self) -> &mut Vec<Diagnostic> {
        self.diagnostics
    }

    /// The schema at `at` as JSON Schema.
    pub fn convert(&mut self, at: Cursor<'_>, direction: Direction) -> Converted {
        let mut uses = Vec::new();
        let schema = self.schema(Step::first(at, direction), &mut uses);
        self.define_pending(at);
        Converted { schema, uses }
    }

    /// Gives every definition that was declared its text.
    fn define_pending(&mut self, at: Cursor<'_>) {
        while let Some((key, form, id)) = self.pending.pop() {
            let mut uses = Vec::new();
            let schema = self.schema(Step { at: at.elsewhere(key), form, depth: 0 }, &mut uses);
            self.table.define(id, schema.to_string(), uses);
        }
    }

    fn schema(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>) -> Value {
        let at = step.at;
        match at.kind() {
            Kind::Bool => return Value::Bool(at.as_bool().unwrap_or(true)),
            Kind::Object => {}
            _ => {
                self.tell(
                    at,
                    Severity::Warning,
                    "wrong-type",
                    "a schema is an object or a boolean; this one admits anything",
                    "write `{}` for a schema that admits anything",
                );
                return json!({});
            }
        }
        if step.depth > DEEPEST {
            self.tell(
                at,
                Severity::Warning,
                "deep-schema",
                "this schema nests too deep; what is below admits anything",
                "move parts of it to `components/schemas`",
            );
            return json!({});
        }
        if at.reference().is_some() {
            return self.reference(step, uses);
        }
        let mut own = Map::new();
        self.keywords(step, uses, &mut own);
        let is_nullable = at.flag("nullable") || at.flag("x-nullable");
        if is_nullable || !step.form.exact && has_nullable_branch(at) {
            return admit_null(own);
        }
        Value::Object(own)
    }

    fn reference(&mut self, step: Step<'_>, uses: &mut Vec<SchemaId>) -> Value {
        let at = step.at;
        let mut own = Map::new();
        if !self.is_heavy(at)
            && let Some((id, name)) = self.definition(at, step.form)
        {
            if !uses.contains(&id) {
                uses.push(id);
            }
            own.insert("$ref".to_owned(), format!("#/$defs/{}", pointer_step(&name)).into());
        }
        if self.ref_siblings {
            self.keywords(step, uses, &mut own);
        } else if let Some(description) = at.text_of("description") {
            // 3.0 ignores what stands beside a reference, but a description misleads nobody and helps a model.
            set_description(&mut own, &description);
        }
        if at.flag("nullable") || at.flag("x-nullable") { admit_null(own) } else { Value::Object(own) }
    }

    /// The definition that a reference leads to; None when it leads nowhere, which is told.
    fn definition(&mut self, at: Cursor<'_>, form: Form) -> Option<(SchemaId, String)> {
        let target = match at.target(self.ref_siblings) {
            Ok(target) => target,
            Err(diagnostic) => {
                if self.told.insert((at.key(), "reference")) {
                    self.diagnostics.push(diagnostic.weighing(Severity::Warning));
                }
                return None;
            }
        };
        let form = self.form_of(target, form);
        let key = (target.key(), form);
        if let Some(known) = self.definitions.get(&key) {
            return Some(known.clone());
        }
        let name = self.name(at, target, form);
        let id = self.table.declare(name.clone());
        self.definitions.insert(key, (id, name.clone()));
        self.pending.push((target.key(), form, id));
        Some((id, name))
    }

    /// A definition of these values, which stand at `at`.
    fn shared_enum(&mut self, at: Cursor<'_>, values: &[Value], direction: Direction) -> (SchemaId, String) {
        let key = (json!({"enum": values}).to_string(), direction);
        if let Some(known) = self.enums.get(&key) {
            return known.clone();
        }
        let name = self.claim(names::with_hash("values", &key.0, LONGEST_NAME), &key.0, at.key(), direction);
        let id = self.table.declare(name.clone());
        self.table.define(id, key.0.clone(), Vec::new());
        self.enums.insert(key, (id, name.clone()));
        (id, name)
    }

    /// A name for the definition that `at` refers to: the last step of the reference, with a hash where another schema
    /// has that name.
    fn name(&mut self, at: Cursor<'_>, target: Cursor<'_>, form: Form) -> String {
        let reference = at.reference().unwrap_or_default();
        let last = reference.rsplit(['/', '#']).find(|step| !step.is_empty()).unwrap_or("schema");
        let last = last.replace("~1", "/").replace("~0", "~");
        let mut name: String =
            last.chars().map(|c| if c.is_ascii_alphanumeric() || "._-".contains(c) { c } else { '_' }).collect();
        if form.exact {
            name.push_str(".exact");
        }
        if name.len() > LONGEST_NAME {
            name = names::with_hash(&name, reference, LONGEST_NAME);
        }
        self.claim(name, reference, target.key(), form.direction)
    }

    /// The name, with a hash of `of` where another place has it.
    fn claim(&mut self, mut name: String, of: &str, key: Key, direction: Direction) -> String {
        let mut round = 0;
        while *self.names.entry((name.clone(), direction)).or_insert(key) != key {
            name = names::with_hash(&name, &format!("{of}{round}"), LONGEST_NAME);
            round += 1;
        }
        name
    }

    /// Adds a diagnostic, once for each place and code.
    fn tell(&mut self, at: Cursor<'_>, severity: Severity, code: &'static str, message: impl Into<String>, help: &str) {
        if self.told.insert((at.key(), code)) {
            self.diagnostics.push(at.diagnostic(severity, code, message).help(help));
        }
    }
}

/// A value of the description, unless it nests too deep to be passed on.
pub fn value(at: Cursor<'_>) -> Option<Value> {
    fn fits(value: &Value, left: usize) -> bool {
        match value {
            Value::Array(items) => left > 0 && items.iter().all(|item| fits(item, left - 1)),
            Value::Object(members) => left > 0 && members.values().all(|member| fits(member, left - 1)),
            _ => true,
        }
    }
    Some(at.to_value()).filter(|value| fits(value, DEEPEST_VALUE))
}

/// The properties that a schema declares. Some documents refer from `properties` itself to a map that stands elsewhere; a
/// property that is called `$ref` has a schema, not a text.
pub fn properties(at: Cursor<'_>) -> Option<Cursor<'_>> {
    let stated = at.get("properties")?;
    Some(stated.resolve().unwrap_or(stated)).filter(|stated| stated.is_object())
}

/// Whether a property of this schema is left out in this direction.
pub fn is_hidden(mut at: Cursor<'_>, direction: Direction) -> bool {
    loop {
        if hides(at, direction) {
            return true;
        }
        match at.reference().map(|_| at.target(false)) {
            Some(Ok(target)) => at = target,
            _ => return false,
        }
    }
}

/// Whether the schema's own words leave it out in this direction.
fn hides(at: Cursor<'_>, direction: Direction) -> bool {
    at.flag(match direction {
        Direction::Request => "readOnly",
        Direction::Response => "writeOnly",
    })
}

/// Sets a cleaned description, or none where nothing is left of it.
pub fn set_description(schema: &mut Map<String, Value>, description: &str) {
    let description = text::clean(description, text::PROPERTY);
    if !description.is_empty() {
        schema.insert("description".to_owned(), description.into());
    }
}

/// The schema with null admitted besides what it admits.
pub fn admit_null(mut schema: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    let applicators = ["$ref", "allOf", "oneOf", "not", "const", "if"];
    if !applicators.iter().any(|name| schema.contains_key(*name)) {
        match schema.get_mut("type") {
            Some(Value::String(name)) if name != "null" => {
                let name = std::mem::take(name);
                schema.insert("type".to_owned(), json!([name, "null"]));
            }
            Some(Value::Array(types)) if !types.iter().any(|name| name == "null") => types.push("null".into()),
            _ => {}
        }
        if let Some(Value::Array(branches)) = schema.get_mut("anyOf") {
            let null = json!({"type": "null"});
            if !branches.contains(&null) {
                branches.push(null);
            }
        }
        return Value::Object(schema);
    }
    let mut outer = Map::new();
    for annotation in ["title", "description", "default", "examples", "deprecated"] {
        if let Some(value) = schema.shift_remove(annotation) {
            outer.insert(annotation.to_owned(), value);
        }
    }
    outer.insert("anyOf".to_owned(), json!([schema, {"type": "null"}]));
    Value::Object(outer)
}

/// Whether an `allOf` has a branch that says nothing but `nullable: true`. It has no say over the other branches, but that
/// is what whoever wrote it means.
fn has_nullable_branch(at: Cursor<'_>) -> bool {
    at.get("allOf").into_iter().flat_map(Cursor::items).any(|branch| {
        let says_so = branch.flag("nullable") || branch.flag("x-nullable");
        says_so && branch.entries().all(|(name, _)| name.contains("nullable") || kinds::is_annotation(name))
    })
}

fn pointer_step(name: &str) -> String {
    name.replace('~', "~0").replace('/', "~1")
}

//! From the input schemas of a catalog to types of Rust.
//!
//! Every schema has a type, and every JSON that a schema admits fits its type: where no precise one does it is `Value`.
//! Keywords that only narrow what a type admits are left to the validation that comes before.

mod circle;
mod model;
mod naming;
mod object;
#[cfg(test)]
mod tests;

use std::{
    collections::{HashMap, VecDeque},
    rc::Rc,
};

use mcpgen_runtime::catalog::{SchemaId, SchemaTable, is_told_bytes};
use serde_json::{Map, Value};

pub(super) use model::{Home, Model, ModelId, ModelKind, Type};
use naming::Naming;

/// How long a chain of definitions that are no models may be.
const LONGEST_CHAIN: usize = 64;

/// The arguments of an operation on their way to a struct.
#[derive(Debug, Clone)]
pub(super) struct Arguments<'a> {
    /// The struct's name.
    pub(super) name: String,
    pub(super) module: usize,
    pub(super) input: SchemaId,
    /// Arguments that the request needs, whatever the schema says.
    pub(super) needed: Vec<&'a str>,
}

/// What the schemas of all operations come to.
#[derive(Debug)]
pub(super) struct Types {
    models: Vec<Model>,
    /// The struct of each operation's arguments.
    pub(super) arguments: Vec<ModelId>,
}

impl Types {
    pub(super) fn get(&self, id: ModelId) -> &Model {
        &self.models[id.0]
    }

    /// The models of a home: in `models` by name, elsewhere in the order in which they were met.
    pub(super) fn of(&self, home: Home) -> Vec<&Model> {
        let mut models: Vec<&Model> = self.models.iter().filter(|model| model.home == home).collect();
        if home == Home::Models {
            models.sort_by(|a, b| a.name.cmp(&b.name));
        }
        models
    }

    /// The models that `first` leads to in its own home, itself first.
    pub(super) fn family(&self, first: ModelId) -> Vec<&Model> {
        let home = self.get(first).home;
        let (mut order, mut seen) = (Vec::new(), std::collections::HashSet::from([first]));
        let mut queue = VecDeque::from([first]);
        while let Some(id) = queue.pop_front() {
            let model = self.get(id);
            order.push(model);
            if let ModelKind::Struct { fields, .. } = &model.kind {
                for field in fields {
                    field.ty.models(&mut |id| {
                        if self.get(id).home == home && seen.insert(id) {
                            queue.push_back(id);
                        }
                    });
                }
            }
        }
        order
    }

    /// A type as it is written in `home`.
    pub(super) fn write(&self, ty: &Type, home: Home) -> String {
        let mut text = String::new();
        ty.write(&mut text, &|id| {
            let model = self.get(id);
            if model.home == home { model.name.clone() } else { format!("models::{}", model.name) }
        });
        text
    }
}

/// Reads the schemas of all operations.
pub(super) fn read(table: &SchemaTable, operations: &[Arguments<'_>]) -> Types {
    let mut reader = Reader {
        table,
        schemas: HashMap::new(),
        definitions: HashMap::new(),
        drafts: Vec::new(),
        queue: VecDeque::new(),
    };
    let mut arguments = Vec::new();
    for operation in operations {
        let schema = reader.schema(operation.input);
        let naming = Naming::Arguments(operation.name.clone());
        let place = Place { owner: operation.input, home: Home::Module(operation.module), naming };
        arguments.push(reader.arguments(&schema, place, &operation.needed));
        reader.work();
    }
    let mut models = naming::name(reader.drafts, operations);
    circle::break_circles(&mut models);
    Types { models, arguments }
}

/// Where a schema stands, and so what a model of it is called.
#[derive(Debug, Clone)]
struct Place {
    /// The schema whose `$ref`s it has.
    owner: SchemaId,
    home: Home,
    naming: Naming,
}

/// A model whose name is not known yet.
#[derive(Debug)]
struct Draft {
    home: Home,
    naming: Naming,
    description: Option<String>,
    kind: ModelKind,
}

/// What is known of a definition.
#[derive(Debug, Clone)]
enum Definition {
    /// It is being read: a chain that comes back to it never ends.
    Open,
    Known(Type),
}

struct Reader<'t> {
    table: &'t SchemaTable,
    schemas: HashMap<SchemaId, Rc<Value>>,
    definitions: HashMap<SchemaId, Definition>,
    drafts: Vec<Draft>,
    /// Objects whose members are not read yet.
    queue: VecDeque<(ModelId, object::Parts)>,
}

impl Reader<'_> {
    /// The text of a schema as JSON; what is none admits anything.
    fn schema(&mut self, id: SchemaId) -> Rc<Value> {
        let table = self.table;
        self.schemas
            .entry(id)
            .or_insert_with(|| Rc::new(serde_json::from_str(&table.get(id).schema).unwrap_or(Value::Bool(true))))
            .clone()
    }

    /// The definition that a reference of `owner` names.
    fn target(&self, reference: &str, owner: SchemaId) -> Option<SchemaId> {
        let name = reference.strip_prefix("#/$defs/")?.replace("~1", "/").replace("~0", "~");
        let uses = &self.table.get(owner).uses;
        uses.iter().copied().find(|&id| self.table.get(id).name.as_deref() == Some(&name))
    }

    /// Reads the members of every object that was met.
    fn work(&mut self) {
        while let Some((id, parts)) = self.queue.pop_front() {
            self.members(id, &parts);
        }
    }

    fn draft(&mut self, place: Place, schema: &Map<String, Value>, kind: ModelKind) -> ModelId {
        let description = schema.get("description").and_then(Value::as_str).map(str::to_owned);
        let id = ModelId(self.drafts.len());
        let naming = place.naming.resolved(self.table);
        self.drafts.push(Draft { home: place.home, naming, description, kind });
        id
    }

    /// The type of a definition.
    fn definition(&mut self, id: SchemaId, depth: usize) -> Type {
        match self.definitions.get(&id) {
            Some(Definition::Known(ty)) => return ty.clone(),
            Some(Definition::Open) => return Type::Value,
            None if depth > LONGEST_CHAIN => return Type::Value,
            None => {}
        }
        self.definitions.insert(id, Definition::Open);
        let schema = self.schema(id);
        let place = Place { owner: id, home: Home::Models, naming: Naming::Definition(id) };
        let ty = self.read(&schema, place, depth + 1);
        self.definitions.insert(id, Definition::Known(ty.clone()));
        ty
    }

    /// The type of a schema.
    fn read(&mut self, schema: &Value, place: Place, depth: usize) -> Type {
        let Value::Object(schema) = schema else { return Type::Value };
        if let Some(inner) = without_null(schema) {
            return self.read(&Value::Object(inner), place, depth).nullable();
        }
        match self.branches(schema, place.owner, depth) {
            object::Branches::One(schema, owner) => self.read_one(&schema, Place { owner, ..place }, depth),
            object::Branches::Objects(parts) => {
                let id = self.draft(place, schema, ModelKind::Struct { fields: Vec::new(), rest: None });
                self.queue.push_back((id, parts));
                Type::Model(id)
            }
            object::Branches::Unclear => Type::Value,
        }
    }

    /// The type of a schema that is not put together of several.
    fn read_one(&mut self, schema: &Map<String, Value>, place: Place, depth: usize) -> Type {
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            return match self.target(reference, place.owner) {
                Some(id) => self.definition(id, depth),
                None => Type::Value,
            };
        }
        let texts = texts(schema);
        match (schema.get("type").and_then(Value::as_str), texts) {
            (None | Some("string"), Some(texts)) => {
                let variants = texts.into_iter().map(|text| (String::new(), text)).collect();
                Type::Model(self.draft(place, schema, ModelKind::OneOf(variants)))
            }
            _ if schema.contains_key("const") => Type::Value,
            // It may be given by its path.
            (Some("string"), None) if is_told_bytes(schema) => Type::Value,
            (Some("string"), None) => Type::String,
            (Some("boolean"), _) => Type::Bool,
            (Some("integer"), _) => match schema.get("format").and_then(Value::as_str) {
                Some("int32") => Type::I32,
                Some("int64") => Type::I64,
                _ => Type::Number,
            },
            (Some("number"), _) => Type::Number,
            (Some("array"), _) if schema.contains_key("prefixItems") => Type::Value,
            (Some("array"), _) => {
                let items = schema.get("items").unwrap_or(&Value::Bool(true));
                let place = Place { naming: place.naming.inner("Item"), ..place };
                Type::Vec(Box::new(self.read(items, place, depth + 1)))
            }
            (Some("object"), _) => self.read_map(schema, place, depth),
            _ => Type::Value,
        }
    }

    /// The type of an object that names no members.
    fn read_map(&mut self, schema: &Map<String, Value>, place: Place, depth: usize) -> Type {
        if schema.contains_key("patternProperties") {
            return Type::Object;
        }
        let Some(members) = schema.get("additionalProperties").filter(|members| members.is_object()) else {
            return Type::Object;
        };
        let place = Place { naming: place.naming.inner("Value"), ..place };
        match self.read(members, place, depth + 1) {
            Type::Value => Type::Object,
            ty => Type::Map(Box::new(ty)),
        }
    }
}

/// The schema without the null that it admits beside one other thing; None where it does not admit it, or where more
/// is unclear.
fn without_null(schema: &Map<String, Value>) -> Option<Map<String, Value>> {
    let is_null = |name: &Value| name == "null";
    if let Some(types) = schema.get("type").and_then(Value::as_array)
        && let [one, other] = types.as_slice()
        && (is_null(one) || is_null(other))
    {
        let mut schema = schema.clone();
        schema.insert("type".to_owned(), if is_null(one) { other.clone() } else { one.clone() });
        if let Some(Value::Array(values)) = schema.get_mut("enum") {
            values.retain(|value| !value.is_null());
        }
        return Some(schema);
    }
    let stated = ["type", "$ref", "allOf", "enum", "const", "properties"];
    if let Some(Value::Array(branches)) = schema.get("anyOf")
        && !stated.iter().any(|keyword| schema.contains_key(*keyword))
        && let [one, other] = branches.as_slice()
    {
        let null = |branch: &Value| branch.get("type").is_some_and(is_null);
        let inner = match (null(one), null(other)) {
            (true, false) => other,
            (false, true) => one,
            _ => return None,
        };
        let mut inner = inner.as_object()?.clone();
        if let (false, Some(description)) = (inner.contains_key("description"), schema.get("description")) {
            inner.insert("description".to_owned(), description.clone());
        }
        return Some(inner);
    }
    if let Some(Value::Array(values)) = schema.get("enum")
        && values.len() > 1
        && values.iter().any(Value::is_null)
        && !schema.contains_key("type")
    {
        let mut schema = schema.clone();
        let others = values.iter().filter(|value| !value.is_null()).cloned().collect();
        schema.insert("enum".to_owned(), others);
        return Some(schema);
    }
    None
}

/// The texts of an enum that has nothing else.
fn texts(schema: &Map<String, Value>) -> Option<Vec<String>> {
    let values = schema.get("enum")?.as_array()?;
    let texts: Option<Vec<String>> = values.iter().map(|value| value.as_str().map(str::to_owned)).collect();
    texts.filter(|texts| !texts.is_empty())
}

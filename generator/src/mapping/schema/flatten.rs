//! A body's object schema taken apart into arguments, `allOf` merged.

use std::collections::HashSet;

use indexmap::IndexMap;
use mcpgen_runtime::catalog::SchemaId;
use serde_json::{Map, Value, json};

use super::{Converter, Direction, Step, is_hidden, merge_uses, properties, set_description};
use crate::{
    source::Kind,
    spec::{Cursor, FormField, Schema},
};

/// How many `allOf` and `$ref` may lead into each other.
const DEEPEST: usize = 32;
/// How many properties the variants of a discriminator may add, each of them optional.
const MOST_OF_VARIANTS: usize = 64;
/// Keywords that say more about the whole object than its properties can.
const WHOLE: [&str; 8] = ["anyOf", "oneOf", "not", "enum", "const", "if", "dependentSchemas", "patternProperties"];

/// An object schema as a list of properties.
#[derive(Debug, Default)]
pub struct Flat<'d> {
    /// The properties that are sent, in declared order.
    pub properties: Vec<Property<'d>>,
    /// The schema of further properties, where the object takes them by its own word.
    pub open: Option<Value>,
    /// What the schemas refer to.
    pub uses: Vec<SchemaId>,
}

/// A property of a flattened object.
#[derive(Debug)]
pub struct Property<'d> {
    /// Its name in the body.
    pub name: String,
    /// Whether the body needs it.
    pub required: bool,
    /// Its schema, converted.
    pub schema: Value,
    /// Its schema in the description; None where only `required` names it.
    pub at: Option<Cursor<'d>>,
}

/// What the schemas that are merged say about properties as a whole.
#[derive(Default)]
struct Said<'d> {
    /// What was merged already.
    seen: HashSet<super::Key>,
    required: Vec<String>,
    /// Properties that are left out in this direction.
    hidden: Vec<&'d str>,
    /// Whether any is declared.
    declared: bool,
}

impl Converter<'_> {
    /// The properties of a body's schema, or None when it is no object with declared properties.
    pub fn flatten<'d>(&mut self, schema: &Schema<'d>, direction: Direction) -> Option<Flat<'d>> {
        let mut flat = Flat::default();
        match schema {
            Schema::Fields(fields) => {
                for field in fields {
                    self.field(field, direction, &mut flat);
                }
                Some(flat)
            }
            Schema::Node(at) => {
                let mut said = Said::default();
                let merged = self.merge(*at, direction, 0, &mut flat, &mut said);
                if merged.is_some() {
                    self.add_variants(*at, direction, &mut flat, &said);
                }
                self.define_pending(*at);
                merged?;
                let Said { required, hidden, declared, .. } = said;
                for name in required {
                    match flat.properties.iter_mut().find(|property| property.name == name) {
                        Some(property) => property.required = true,
                        None if hidden.contains(&name.as_str()) => {}
                        None => flat.properties.push(Property { name, required: true, schema: json!({}), at: None }),
                    }
                }
                declared.then_some(flat)
            }
        }
    }

    /// Adds what the variants of a schema with a discriminator have more, as properties that may be left out. What would
    /// be too much to list is admitted unlisted.
    fn add_variants<'d>(&mut self, at: Cursor<'d>, direction: Direction, flat: &mut Flat<'d>, said: &Said<'d>) {
        let Ok(at) = at.resolve() else { return };
        let mut more: IndexMap<String, (Cursor<'d>, Vec<Value>)> = IndexMap::new();
        let mut uses = Vec::new();
        for variant in self.variants(at) {
            let (mut own, mut seen) = (Flat::default(), Said { seen: said.seen.clone(), ..Said::default() });
            if self.merge(variant, direction, 0, &mut own, &mut seen).is_none() {
                flat.open.get_or_insert(json!({}));
            }
            merge_uses(&mut uses, own.uses);
            for Property { name, schema, at, .. } in own.properties {
                let is_known = flat.properties.iter().any(|known| known.name == name);
                if let Some(at) = at.filter(|_| !is_known && !said.hidden.contains(&name.as_str())) {
                    let (_, schemas) = more.entry(name).or_insert_with(|| (at, Vec::new()));
                    if !schemas.contains(&schema) {
                        schemas.push(schema);
                    }
                }
            }
        }
        if more.len() > MOST_OF_VARIANTS {
            flat.open.get_or_insert(json!({}));
            return;
        }
        merge_uses(&mut flat.uses, uses);
        for (name, (at, mut schemas)) in more {
            let schema = if schemas.len() == 1 { schemas.swap_remove(0) } else { json!({"anyOf": schemas}) };
            flat.properties.push(Property { name, required: false, schema, at: Some(at) });
        }
    }

    fn field<'d>(&mut self, field: &FormField<'d>, direction: Direction, flat: &mut Flat<'d>) {
        let mut schema = self.schema(Step::first(field.schema, direction), &mut flat.uses);
        self.define_pending(field.schema);
        if let (Some(description), Value::Object(schema)) = (&field.description, &mut schema) {
            set_description(schema, description);
        }
        let (name, required) = (field.name.clone(), field.required);
        flat.properties.push(Property { name, required, schema, at: Some(field.schema) });
    }

    /// Adds what the schema at `at` declares; None when it says more than properties can.
    fn merge<'d>(
        &mut self,
        at: Cursor<'d>,
        direction: Direction,
        depth: usize,
        flat: &mut Flat<'d>,
        said: &mut Said<'d>,
    ) -> Option<()> {
        // The same once more adds nothing, and diamonds upon diamonds would double the work each time.
        if !said.seen.insert(at.key()) {
            return Some(());
        }
        if at.reference().is_some() {
            let target = at.target(self.ref_siblings).ok()?;
            if depth > DEEPEST {
                return None;
            }
            self.merge(target, direction, depth + 1, flat, said)?;
            if !self.ref_siblings {
                return Some(());
            }
        }
        if depth > DEEPEST
            || !at.is_object()
            || !may_be_object(at)
            || WHOLE.iter().any(|keyword| at.get(keyword).is_some())
        {
            return None;
        }
        for branch in at.get("allOf").into_iter().flat_map(Cursor::items) {
            self.merge(branch, direction, depth + 1, flat, said)?;
        }
        for (name, inner) in properties(at).into_iter().flat_map(Cursor::entries) {
            said.declared = true;
            if is_hidden(inner, direction) {
                said.hidden.push(name);
                continue;
            }
            let schema = self.schema(Step::first(inner, direction), &mut flat.uses);
            match flat.properties.iter_mut().find(|property| property.name == name) {
                Some(known) if known.schema == schema => {}
                Some(known) => known.schema = both(known.schema.take(), schema),
                None => {
                    flat.properties.push(Property { name: name.to_owned(), required: false, schema, at: Some(inner) });
                }
            }
        }
        let names = at.get("required").into_iter().flat_map(Cursor::items).filter_map(Cursor::as_str);
        said.required.extend(names.map(str::to_owned));
        match at.get("additionalProperties") {
            Some(further) if further.as_bool() == Some(true) => flat.open = Some(json!({})),
            Some(further) if further.is_object() => {
                flat.open = Some(self.schema(Step::first(further, direction), &mut flat.uses));
            }
            _ => {}
        }
        Some(())
    }
}

fn may_be_object(at: Cursor<'_>) -> bool {
    match at.get("type") {
        None => true,
        Some(stated) if stated.kind() == Kind::Array => {
            let is_null = |name: Cursor<'_>| name.kind() == Kind::Null || name.as_str() == Some("null");
            let mut others = stated.items().filter(|name| !is_null(*name)).peekable();
            others.peek().is_some() && others.all(|name| name.as_str() == Some("object"))
        }
        Some(stated) => stated.as_str() == Some("object"),
    }
}

/// What both schemas admit, described by the later one.
fn both(first: Value, second: Value) -> Value {
    let mut merged = Map::new();
    let mut branches = Vec::new();
    for schema in [first, second] {
        match schema {
            Value::Object(mut schema) => {
                for annotation in ["title", "description", "default", "examples", "deprecated"] {
                    if let Some(value) = schema.shift_remove(annotation) {
                        merged.insert(annotation.to_owned(), value);
                    }
                }
                match schema.shift_remove("allOf") {
                    Some(Value::Array(inner)) if schema.is_empty() => branches.extend(inner),
                    Some(inner) => {
                        schema.insert("allOf".to_owned(), inner);
                        branches.push(schema.into());
                    }
                    None => branches.push(schema.into()),
                }
            }
            other => branches.push(other),
        }
    }
    branches.dedup();
    merged.insert("allOf".to_owned(), branches.into());
    merged.into()
}

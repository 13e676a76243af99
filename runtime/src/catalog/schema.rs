//! JSON Schemas, interned: each text is held once, and a self-contained schema is put together when it is asked for.

use std::collections::HashMap;

use serde::{Deserialize, Deserializer, Serialize};
use serde_json::value::RawValue;

/// The place of a schema in a [`SchemaTable`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct SchemaId(u32);

/// One schema of the table.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub struct Schema {
    /// The name that `#/$defs/<name>` of other schemas has for it; the root of a component has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The schema's JSON text (JSON Schema 2020-12).
    pub schema: Box<RawValue>,
    /// The schemas that its `$ref`s name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<SchemaId>,
}

/// All schemas of a catalog. Equal roots have one entry.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct SchemaTable {
    entries: Vec<Schema>,
    #[serde(skip)]
    roots: HashMap<Box<str>, SchemaId>,
}

impl SchemaTable {
    /// How many schemas there are.
    pub fn len(&self) -> usize {
        self.entries.len()
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// A place for a definition whose text is not known yet, as a cycle needs it. It is `true` until it is
    /// [defined](Self::define).
    ///
    /// # Panics
    /// When there are more than 2^32 schemas.
    pub fn declare(&mut self, name: String) -> SchemaId {
        self.push(Schema { name: Some(name), schema: raw("true".to_owned()), uses: Vec::new() })
    }

    /// Gives a declared definition its text.
    ///
    /// # Panics
    /// When `schema` is not JSON or `id` is of another table.
    pub fn define(&mut self, id: SchemaId, schema: String, uses: Vec<SchemaId>) {
        let entry = &mut self.entries[id.0 as usize];
        entry.schema = raw(schema);
        entry.uses = uses;
    }

    /// Adds a component's root, or finds the one that has this text.
    ///
    /// # Panics
    /// When `schema` is not JSON.
    pub fn intern(&mut self, schema: String, uses: Vec<SchemaId>) -> SchemaId {
        if let Some(&id) = self.roots.get(schema.as_str()) {
            return id;
        }
        let key = schema.clone().into_boxed_str();
        let id = self.push(Schema { name: None, schema: raw(schema), uses });
        self.roots.insert(key, id);
        id
    }

    /// The schema at `id`, without what it uses.
    ///
    /// # Panics
    /// When `id` is of another table.
    pub fn get(&self, id: SchemaId) -> &Schema {
        &self.entries[id.0 as usize]
    }

    /// The self-contained text of a root: itself, with every schema that it reaches under `$defs`.
    ///
    /// # Panics
    /// When `id` is of another table.
    pub fn assemble(&self, id: SchemaId) -> String {
        let root = self.get(id).schema.get();
        let reached = self.reached(id);
        if reached.is_empty() {
            return root.to_owned();
        }
        let size: usize = reached.iter().map(|&id| self.get(id).schema.get().len() + 32).sum();
        let mut text = String::with_capacity(root.len() + size + 16);
        let open = root.trim_end().strip_suffix('}').expect("a schema that uses others is an object");
        text.push_str(open);
        text.push_str(if open.trim_end().ends_with('{') { "\"$defs\":{" } else { ",\"$defs\":{" });
        for (index, &id) in reached.iter().enumerate() {
            let Schema { name, schema, .. } = self.get(id);
            if index > 0 {
                text.push(',');
            }
            let name = name.as_deref().expect("what others use has a name");
            text.push_str(&serde_json::to_string(name).expect("a string is JSON"));
            text.push(':');
            text.push_str(schema.get());
        }
        text.push_str("}}");
        text
    }

    /// Every schema that `id` reaches, in the order of first mention; `id` itself only if a cycle leads back to it.
    fn reached(&self, id: SchemaId) -> Vec<SchemaId> {
        let (mut order, mut seen) = (Vec::new(), std::collections::HashSet::new());
        let mut stack: Vec<SchemaId> = self.get(id).uses.iter().rev().copied().collect();
        while let Some(next) = stack.pop() {
            if seen.insert(next) {
                order.push(next);
                stack.extend(self.get(next).uses.iter().rev());
            }
        }
        order
    }

    fn push(&mut self, schema: Schema) -> SchemaId {
        let id = SchemaId(u32::try_from(self.entries.len()).expect("a catalog has fewer than 2^32 schemas"));
        self.entries.push(schema);
        id
    }
}

impl<'de> Deserialize<'de> for SchemaTable {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let entries = Vec::<Schema>::deserialize(deserializer)?;
        let count = entries.len();
        let dangling = entries.iter().flat_map(|entry| &entry.uses).find(|id| id.0 as usize >= count);
        if let Some(id) = dangling {
            return Err(serde::de::Error::custom(format!("schema {} is used, and there are only {count}", id.0)));
        }
        if entries.iter().flat_map(|entry| &entry.uses).any(|id| entries[id.0 as usize].name.is_none()) {
            return Err(serde::de::Error::custom("a schema that others use has no name"));
        }
        Ok(Self { entries, roots: HashMap::new() })
    }
}

fn raw(schema: String) -> Box<RawValue> {
    RawValue::from_string(schema).expect("a schema is JSON")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_roots_are_held_once() {
        let mut table = SchemaTable::default();
        let first = table.intern(r#"{"type":"object"}"#.to_owned(), vec![]);
        assert_eq!(table.intern(r#"{"type":"object"}"#.to_owned(), vec![]), first);
        assert_ne!(table.intern("{}".to_owned(), vec![]), first);
        assert_eq!(table.len(), 2);
    }

    #[test]
    fn what_is_reached_stands_under_defs_once() {
        let mut table = SchemaTable::default();
        let node = table.declare("Node".to_owned());
        let leaf = table.declare("Leaf".to_owned());
        table.declare("Unused".to_owned());
        table.define(
            node,
            r##"{"items":{"$ref":"#/$defs/Node"},"not":{"$ref":"#/$defs/Leaf"}}"##.to_owned(),
            vec![node, leaf],
        );
        table.define(leaf, r#"{"type":"null"}"#.to_owned(), vec![]);
        let root = table.intern(r##"{"$ref":"#/$defs/Node"}"##.to_owned(), vec![node]);
        assert_eq!(
            table.assemble(root),
            r##"{"$ref":"#/$defs/Node","$defs":{"Node":{"items":{"$ref":"#/$defs/Node"},"not":{"$ref":"#/$defs/Leaf"}},"Leaf":{"type":"null"}}}"##
        );
        let plain = table.intern("{}".to_owned(), vec![]);
        assert_eq!(table.assemble(plain), "{}");
    }

    #[test]
    fn a_table_with_a_dangling_use_is_refused() {
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"schema":true,"uses":[1]}]"#).is_err());
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"schema":true,"uses":[0]}]"#).is_err());
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"name":"A","schema":true,"uses":[0]}]"#).is_ok());
    }
}

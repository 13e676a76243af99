//! JSON Schemas, interned: each text is held once, and a self-contained schema is put together when it is asked for.

use std::{
    collections::{HashMap, HashSet},
    hash::{DefaultHasher, Hash as _, Hasher as _},
};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de, ser};
use serde_json::value::RawValue;

/// How large a `pattern` may be when it is compiled, in bytes; a larger one stands in no schema and is not checked.
pub const PATTERN_SIZE_LIMIT: usize = 4 << 20;

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
    #[serde(serialize_with = "write_json", deserialize_with = "read_json")]
    pub schema: Box<str>,
    /// The schemas that its `$ref`s name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub uses: Vec<SchemaId>,
}

/// All schemas of a catalog. Equal roots have one entry.
#[derive(Debug, Clone, Default, Serialize)]
#[serde(transparent)]
pub struct SchemaTable {
    entries: Vec<Schema>,
    /// Roots by the hash of their text. Of two that share a hash the later one is not found again.
    #[serde(skip)]
    roots: HashMap<u64, SchemaId>,
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

    /// Whether `id` is of this table.
    pub fn contains(&self, id: SchemaId) -> bool {
        (id.0 as usize) < self.entries.len()
    }

    /// The places of all schemas.
    pub fn ids(&self) -> impl Iterator<Item = SchemaId> + use<> {
        (0..self.entries.len()).filter_map(|index| u32::try_from(index).ok().map(SchemaId))
    }

    /// A place for a definition whose text is not known yet, as a cycle needs it. It is `true` until it is
    /// [defined](Self::define).
    ///
    /// # Panics
    /// When there are more than 2^32 schemas.
    pub fn declare(&mut self, name: String) -> SchemaId {
        self.push(Schema { name: Some(name), schema: "true".into(), uses: Vec::new() })
    }

    /// Gives a declared definition its text, which is JSON.
    ///
    /// # Panics
    /// When `id` is of another table.
    pub fn define(&mut self, id: SchemaId, schema: String, uses: Vec<SchemaId>) {
        let entry = &mut self.entries[id.0 as usize];
        entry.schema = schema.into();
        entry.uses = uses;
    }

    /// Adds a component's root, whose text is JSON, or finds the one that has this text.
    ///
    /// # Panics
    /// When there are more than 2^32 schemas.
    pub fn intern(&mut self, schema: String, uses: Vec<SchemaId>) -> SchemaId {
        let mut hasher = DefaultHasher::new();
        schema.hash(&mut hasher);
        let hash = hasher.finish();
        if let Some(&id) = self.roots.get(&hash)
            && *self.get(id).schema == *schema
        {
            return id;
        }
        let id = self.push(Schema { name: None, schema: schema.into(), uses });
        self.roots.entry(hash).or_insert(id);
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
        let mut text = String::new();
        self.assemble_into(id, &mut text);
        text
    }

    /// [`assemble`](Self::assemble) at the end of `text`.
    ///
    /// # Panics
    /// When `id` is of another table.
    pub fn assemble_into(&self, id: SchemaId, text: &mut String) {
        let root = &*self.get(id).schema;
        let reached = self.reached(id);
        let open = root.trim_end().strip_suffix('}').filter(|_| !reached.is_empty());
        let Some(open) = open else { return text.push_str(root) };
        let size: usize = reached.iter().map(|&id| self.get(id).schema.len() + 32).sum();
        text.reserve(root.len() + size + 16);
        text.push_str(open);
        text.push_str(if open.trim_end().ends_with('{') { "\"$defs\":{" } else { ",\"$defs\":{" });
        for (index, &id) in reached.iter().enumerate() {
            let Schema { name, schema, .. } = self.get(id);
            if index > 0 {
                text.push(',');
            }
            // What others use has a name.
            text.push_str(&serde_json::Value::from(name.as_deref().unwrap_or_default()).to_string());
            text.push(':');
            text.push_str(schema);
        }
        text.push_str("}}");
    }

    /// Every schema that `id` reaches, in the order of first mention; `id` itself only if a cycle leads back to it.
    fn reached(&self, id: SchemaId) -> Vec<SchemaId> {
        let (mut order, mut seen) = (Vec::new(), HashSet::new());
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
        for entry in &entries {
            if !entry.uses.is_empty() && !entry.schema.starts_with('{') {
                return Err(de::Error::custom("a schema that uses others is no object"));
            }
            for id in &entry.uses {
                match entries.get(id.0 as usize) {
                    None => {
                        let message = format!("schema {} is used, and there are only {count}", id.0);
                        return Err(de::Error::custom(message));
                    }
                    Some(Schema { name: None, .. }) => {
                        return Err(de::Error::custom("a schema that others use has no name"));
                    }
                    Some(_) => {}
                }
            }
        }
        Ok(Self { entries, roots: HashMap::new() })
    }
}

fn write_json<S: Serializer>(text: &str, serializer: S) -> Result<S::Ok, S::Error> {
    serde_json::from_str::<&RawValue>(text).map_err(ser::Error::custom)?.serialize(serializer)
}

/// A schema is an object or a boolean.
fn read_json<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Box<str>, D::Error> {
    let text = Box::<str>::from(Box::<RawValue>::deserialize(deserializer)?);
    if text.starts_with('{') || matches!(&*text, "true" | "false") {
        return Ok(text);
    }
    Err(de::Error::custom("a schema is an object or a boolean"))
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
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"name":"A","schema":true,"uses":[0]}]"#).is_err());
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"name":"A","schema":{},"uses":[0]}]"#).is_ok());
        assert!(serde_json::from_str::<SchemaTable>(r#"[{"schema":1}]"#).is_err());
    }
}

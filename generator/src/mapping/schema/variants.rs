//! The schemas that a `discriminator` leads to where no `oneOf` lists them: those that extend its schema by `allOf`, and
//! those of its `mapping`.

use std::collections::{HashMap, HashSet};

use super::{Converter, Key};
use crate::spec::Cursor;

/// The most variants of one schema that are looked at.
const MOST: usize = 200;

/// By the place of a schema, those that extend it.
pub(super) type Extensions = HashMap<Key, Vec<Key>>;

impl Converter<'_> {
    /// The variants of the schema at `at`; none where it has no discriminator.
    pub(super) fn variants<'d>(&mut self, at: Cursor<'d>) -> Vec<Cursor<'d>> {
        let Some(discriminator) = at.get("discriminator") else { return Vec::new() };
        let extensions = self.extensions.get_or_insert_with(|| extensions(at.top()));
        let mapped = discriminator.get("mapping").into_iter().flat_map(Cursor::entries);
        let mapped = mapped.filter_map(|(_, target)| named(at.top(), target.as_str()?)).map(Cursor::key);
        let mut open: Vec<Key> = mapped.collect();
        open.extend(extensions.get(&at.key()).into_iter().flatten());
        let (mut seen, mut found) = (HashSet::from([at.key()]), Vec::new());
        while let Some(key) = open.pop() {
            if found.len() < MOST && seen.insert(key) {
                found.push(key);
                open.extend(extensions.get(&key).into_iter().flatten());
            }
        }
        found.sort_unstable();
        found.into_iter().map(|key| at.elsewhere(key)).collect()
    }
}

/// The schemas that stand under a name.
fn schemas(root: Cursor<'_>) -> Option<Cursor<'_>> {
    root.get("components").and_then(|components| components.get("schemas")).or_else(|| root.get("definitions"))
}

/// The schema that a mapping names, by its name or by a reference.
fn named<'d>(root: Cursor<'d>, target: &str) -> Option<Cursor<'d>> {
    schemas(root)?.get(target.rsplit('/').next().unwrap_or(target))?.resolve().ok()
}

fn extensions(root: Cursor<'_>) -> Extensions {
    let mut found = Extensions::new();
    for (_, schema) in schemas(root).into_iter().flat_map(Cursor::entries) {
        for base in schema.get("allOf").into_iter().flat_map(Cursor::items) {
            if base.reference().is_some()
                && let Ok(base) = base.resolve()
            {
                found.entry(base.key()).or_default().push(schema.key());
            }
        }
    }
    found
}

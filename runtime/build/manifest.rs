//! The manifest of the crate on its own: without its workspace, its tests and what only the feature `source` needs.

use toml_edit::{Array, DocumentMut, InlineTable, Item, Table, TableLike, Value};

/// What stands at the beginning.
const HEAD: &str = "# The runtime of mcpgen, as it was when this crate was made, without its tests.\n\n";
/// Tables about tests and about what only the workspace's crate has.
const GONE: [&str; 6] = ["build-dependencies", "dev-dependencies", "test", "bench", "example", "workspace"];
/// Keys of `[package]` likewise.
const GONE_OF_PACKAGE: [&str; 8] =
    ["build", "autolib", "autobins", "autoexamples", "autotests", "autobenches", "readme", "resolver"];

/// The manifest with what it takes from its workspace filled in. A packed one takes nothing any more.
pub(crate) fn standalone(manifest: &str, workspace: impl FnOnce() -> Result<String, String>) -> Result<String, String> {
    let parse = |text: &str| text.parse::<DocumentMut>().map_err(|error| format!("a manifest is no TOML: {error}"));
    let mut document = parse(manifest)?;
    let workspace = if manifest.contains("workspace = true") { parse(&workspace()?)? } else { DocumentMut::new() };
    let shared = |path: [&str; 2]| path.iter().try_fold(workspace.get("workspace")?, |item, key| item.get(key));
    for name in GONE {
        document.remove(name);
    }
    if let Some(package) = document.get_mut("package").and_then(Item::as_table_mut) {
        for name in GONE_OF_PACKAGE {
            package.remove(name);
        }
        let inherited: Vec<String> =
            package.iter().filter(|(_, item)| is_inherited(item)).map(|(key, _)| key.to_owned()).collect();
        for key in inherited {
            let own = shared(["package", &key]).ok_or_else(|| format!("the workspace has no package.{key}"))?.clone();
            package.remove(&key);
            package.insert(&key, plain(own));
        }
    }
    if let Some(features) = document.get_mut("features").and_then(Item::as_table_mut) {
        features.remove("source");
    }
    if let Some(dependencies) = document.get_mut("dependencies").and_then(Item::as_table_mut) {
        for (name, item) in dependencies.iter_mut().filter(|(_, item)| is_inherited(item)) {
            let name = name.get();
            let base =
                shared(["dependencies", name]).ok_or_else(|| format!("the workspace has no dependency {name}"))?;
            let merged = dependency(base, item);
            *item = Item::Value(merged);
        }
    }
    if document.get("lints").is_some_and(is_inherited) {
        document.remove("lints");
        for tool in ["rust", "clippy"] {
            let lints = shared(["lints", tool]).and_then(Item::as_table).ok_or("the workspace has no lints")?;
            let mut table = Table::new();
            lints.iter().for_each(|(name, item)| drop(table.insert(name, plain(item.clone()))));
            let parent = document.entry("lints").or_insert_with(|| {
                let mut parent = Table::new();
                parent.set_implicit(true);
                Item::Table(parent)
            });
            parent[tool] = Item::Table(table);
        }
    }
    Ok(format!("{HEAD}{}\n", document.to_string().trim()))
}

fn is_inherited(item: &Item) -> bool {
    item.get("workspace").is_some_and(|inherited| inherited.as_bool() == Some(true))
}

/// An item without the white space and the comments that it had elsewhere.
fn plain(item: Item) -> Item {
    match item.into_value() {
        Ok(mut value) => {
            value.decor_mut().clear();
            Item::Value(value)
        }
        Err(item) => item,
    }
}

/// A dependency of the workspace with what a member says of it.
fn dependency(base: &Item, own: &Item) -> Value {
    let said = |item: &Item, key: &str| {
        item.as_table_like().and_then(|table: &dyn TableLike| table.get(key)?.as_value().cloned())
    };
    let version = base.as_value().filter(|value| value.is_str()).cloned().or_else(|| said(base, "version"));
    let mut features = Array::new();
    for item in [base, own] {
        features.extend(said(item, "features").iter().filter_map(Value::as_array).flatten().map(without_decor));
    }
    let features = (!features.is_empty()).then_some(Value::Array(features));
    let mut merged = InlineTable::new();
    let parts = [
        ("version", version),
        ("default-features", said(base, "default-features")),
        ("features", features),
        ("optional", said(own, "optional")),
    ];
    for (key, value) in parts {
        if let Some(value) = value {
            merged.insert(key, without_decor(&value));
        }
    }
    match (merged.len(), merged.get("version")) {
        (1, Some(version)) => without_decor(version),
        _ => Value::InlineTable(merged),
    }
}

fn without_decor(value: &Value) -> Value {
    let mut value = value.clone();
    value.decor_mut().clear();
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKSPACE: &str = r#"
[workspace]
members = ["a"]
[workspace.package]
version = "1.2.3" # now
edition = "2024"
[workspace.dependencies]
one = "1"
# Why.
two = { version = "2", default-features = false, features = ["x"] }
three = "3"
[workspace.lints.rust]
unsafe_code = "forbid"
[workspace.lints.clippy]
all = { level = "warn", priority = -1 }
"#;

    const MEMBER: &str = r#"[package]
name = "a"
version.workspace = true
edition.workspace = true
build = "build.rs"

[features]
more = ["dep:three"]
# Its own files.
source = ["dep:toml"]

[dependencies]
one.workspace = true
# For two reasons.
two = { workspace = true, optional = true, features = ["y"] }
three = { workspace = true, optional = true }
four = "4"

[build-dependencies]
toml = "1"

[dev-dependencies]
five = "5"

[lints]
workspace = true
"#;

    const ALONE: &str = r#"# The runtime of mcpgen, as it was when this crate was made, without its tests.

[package]
name = "a"
version = "1.2.3"
edition = "2024"

[features]
more = ["dep:three"]

[dependencies]
one = "1"
# For two reasons.
two = { version = "2", default-features = false, features = ["x", "y"], optional = true }
three = { version = "3", optional = true }
four = "4"

[lints.rust]
unsafe_code = "forbid"

[lints.clippy]
all = { level = "warn", priority = -1 }
"#;

    #[test]
    fn a_member_stands_alone() {
        let alone = standalone(MEMBER, || Ok(WORKSPACE.to_owned())).unwrap();
        assert_eq!(alone, ALONE);
        // What is packed has no workspace.
        assert_eq!(standalone(&alone[HEAD.len()..], || Err("there is none".to_owned())).unwrap(), ALONE);
    }

    #[test]
    fn what_is_missing_is_told() {
        let cases = [
            (MEMBER, "[workspace]", "package.version"),
            (MEMBER, "[", "no TOML"),
            ("[dependencies]\nx.workspace = true", "", "no dependency x"),
        ];
        for (manifest, workspace, expected) in cases {
            let error = standalone(manifest, || Ok(workspace.to_owned())).unwrap_err();
            assert!(error.contains(expected), "{error}");
        }
    }
}

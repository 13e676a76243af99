//! The seed corpus of `fuzz/`, and what fuzzing found, through the same functions as the targets.

use std::{fs, panic, path::Path};

/// Gives every seed of a folder to `target`; the names of those that it does not bear.
fn run(folder: &str, target: fn(&[u8])) {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fuzz/seeds").join(folder);
    let entries = fs::read_dir(&folder).expect("the seeds are there");
    let mut paths: Vec<_> = entries.map(|entry| entry.expect("an entry").path()).collect();
    paths.sort();
    assert!(!paths.is_empty());
    let broken: Vec<_> = paths
        .iter()
        .filter(|path| {
            let bytes = fs::read(path).expect("a seed can be read");
            panic::catch_unwind(|| target(&bytes)).is_err()
        })
        .filter_map(|path| path.file_name())
        .collect();
    assert!(broken.is_empty(), "{broken:?}");
}

#[test]
fn load() {
    run("documents", mcpgen_fuzzing::load);
    run("schemas", mcpgen_fuzzing::load);
}

#[test]
fn map() {
    run("documents", mcpgen_fuzzing::map);
}

#[test]
fn arguments() {
    run("documents", mcpgen_fuzzing::arguments);
}

#[test]
fn schema() {
    run("schemas", mcpgen_fuzzing::schema);
    run("documents", mcpgen_fuzzing::schema);
}

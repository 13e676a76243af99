//! `Cargo.lock` of emitted crates: the versions with which mcpgen itself was built and tested.
//!
//! What cargo would choose from mcpgen's own lock file for such a crate stands in `templates/Cargo.lock`, which
//! `.ci/lock` writes; only the crate itself is added.

/// The packages that every emitted crate has.
const PACKAGES: &str = include_str!("../../templates/Cargo.lock");
/// What begins an entry.
const ENTRY: &str = "[[package]]\n";

/// The lock file of a package.
pub(super) fn cargo_lock(package: &str) -> String {
    let own = format!(
        "{ENTRY}name = \"{package}\"\nversion = \"0.1.0\"\ndependencies = [\n \"mcpgen-runtime\",\n \"serde_json\",\n]\n\n"
    );
    let mut parts = PACKAGES.split_inclusive("\n\n").peekable();
    let mut text = String::with_capacity(PACKAGES.len() + own.len());
    // Entries are in the order of their names.
    while let Some(part) = parts.next_if(|part| name(part).is_none_or(|name| name < package)) {
        text.push_str(part);
        if !part.ends_with("\n\n") {
            text.push('\n');
        }
    }
    text.push_str(&own);
    text.extend(parts);
    text.truncate(text.trim_end().len());
    text.push('\n');
    text
}

fn name(part: &str) -> Option<&str> {
    part.strip_prefix(ENTRY)?.strip_prefix("name = \"")?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_crate_stands_in_its_place() {
        for package in ["a-mcp", "pet-store-mcp", "zzz-mcp"] {
            let text = cargo_lock(package);
            let names: Vec<&str> = text.split_inclusive("\n\n").filter_map(name).collect();
            assert!(names.is_sorted(), "{package}");
            assert!(names.contains(&package) && names.contains(&"mcpgen-runtime"));
            assert!(
                text.starts_with("# This file is automatically") && text.ends_with("]\n") || text.ends_with("\"\n"),
                "{package}"
            );
        }
    }

    #[test]
    fn every_version_is_that_of_this_workspace() {
        let own = include_str!("../../../Cargo.lock");
        let entries = |text: &str| -> Vec<String> {
            let parts = text.split_inclusive("\n\n").filter(|part| name(part).is_some());
            // Dependencies differ with features.
            parts.map(|part| part.split("dependencies = [").next().unwrap_or_default().trim_end().to_owned()).collect()
        };
        let own = entries(own);
        for entry in entries(PACKAGES) {
            assert!(own.contains(&entry), "`bash .ci/lock` was not run: {entry}");
        }
    }
}

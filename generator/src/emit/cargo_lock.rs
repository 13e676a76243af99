//! `Cargo.lock` of emitted crates: the versions with which mcpgen itself was built and tested.
//!
//! What cargo would choose from mcpgen's own lock file for such a crate stands in `templates/Cargo.lock`, which
//! `.ci/lock` writes; only the crate itself is added.

/// The packages that an emitted crate with prompts has.
const PACKAGES: &str = include_str!("../../templates/Cargo.lock");
/// What begins an entry.
const ENTRY: &str = "[[package]]\n";

/// What only prompts need.
const OF_PROMPTS: &str = "minijinja";

/// The lock file of a package.
pub(super) fn cargo_lock(package: &str, prompts: bool) -> String {
    let own = format!(
        "{ENTRY}name = \"{package}\"\nversion = \"0.1.0\"\ndependencies = [\n \"mcpgen-runtime\",\n \"serde_json\",\n]\n\n"
    );
    let packages = if prompts { PACKAGES.to_owned() } else { without(OF_PROMPTS) };
    let mut parts = packages.split_inclusive("\n\n").peekable();
    let mut text = String::with_capacity(packages.len() + own.len());
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

/// The packages without one that the runtime depends on, and without those that nothing else depends on.
fn without(package: &str) -> String {
    let mut parts: Vec<&str> = PACKAGES.split_inclusive("\n\n").collect();
    let mut gone = vec![package];
    while let Some(package) = gone.pop() {
        let Some(index) = parts.iter().position(|part| name(part) == Some(package)) else { continue };
        let part = parts.remove(index);
        gone.extend(
            dependencies(part).filter(|one| !parts.iter().any(|part| dependencies(part).any(|other| other == *one))),
        );
    }
    parts.concat().replace(&format!(" \"{package}\",\n"), "")
}

/// The names of the packages that an entry depends on.
fn dependencies(part: &str) -> impl Iterator<Item = &str> {
    let quoted = part.split_once("dependencies = [").map_or("", |(_, list)| list);
    quoted.lines().filter_map(|line| line.trim().strip_prefix('"')?.split(['"', ' ']).next())
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
            let text = cargo_lock(package, true);
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
    fn what_only_prompts_need_goes_without_them() {
        let names = |prompts| -> Vec<String> {
            let text = cargo_lock("a-mcp", prompts);
            assert_eq!(text.contains(OF_PROMPTS), prompts);
            text.split_inclusive("\n\n").filter_map(name).map(str::to_owned).collect()
        };
        let (with, without) = (names(true), names(false));
        let gone: Vec<_> = with.iter().filter(|name| !without.contains(name)).collect();
        assert_eq!(gone, [OF_PROMPTS]);
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

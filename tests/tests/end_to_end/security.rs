//! docs/security.md names functions, tests and files; they are there.

use std::path::{Path, PathBuf};

use mcpgen_tests::workspace;

fn sources(folder: &Path, into: &mut Vec<PathBuf>) {
    for entry in std::fs::read_dir(folder).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path.is_dir() {
            sources(&path, into);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            into.push(path);
        }
    }
}

#[test]
fn what_the_table_of_attacks_names_is_there() {
    let root = workspace();
    let mut paths = Vec::new();
    for folder in ["runtime/src", "generator/src", "tests/tests"] {
        sources(&root.join(folder), &mut paths);
    }
    let code: String = paths.iter().map(|path| std::fs::read_to_string(path).expect("source is text")).collect();
    let table = std::fs::read_to_string(root.join("docs/security.md")).expect("the page is there");
    let named = table.lines().filter(|line| line.starts_with('|')).flat_map(|line| line.split('`').skip(1).step_by(2));
    let mut missing = Vec::new();
    for name in named {
        let function = name.rsplit("::").next().unwrap_or(name);
        let is_function = function.contains('_') && function.chars().all(|c| c.is_ascii_lowercase() || c == '_');
        let is_file = Path::new(name).extension().is_some_and(|extension| extension == "rs");
        let is_there = match (is_function, is_file) {
            (_, true) => {
                paths.iter().any(|path| path.to_string_lossy().replace('\\', "/").ends_with(&format!("/{name}")))
            }
            (true, false) => {
                code.contains(&format!("fn {function}("))
                    || code.contains(&format!("fn {function}<"))
                    || code.contains(&format!("(\"{function}\""))
                    || code.contains(&format!("\"{function}\","))
            }
            (false, false) => true,
        };
        if !is_there {
            missing.push(name);
        }
    }
    assert!(missing.is_empty(), "{missing:?}");
}

//! Sources without their tests.
//!
//! What goes stands at the beginning of a line: an attribute `#[cfg(…)]` that names `test`, or the feature `source`, and
//! the item after it, down to the first line that begins with its end. A module without a body goes with its files.

/// The files without tests and without what only the feature `source` needs.
pub(crate) fn trimmed(files: Vec<(String, String)>) -> Vec<(String, String)> {
    let mut gone = Vec::new();
    let trimmed: Vec<_> = files
        .into_iter()
        .map(|(path, text)| {
            let (kept, modules) = without_tests(&text);
            gone.extend(modules.iter().map(|module| format!("{}{module}", folder(&path))));
            (path, kept)
        })
        .collect();
    let is_gone = |path: &str| {
        gone.iter().any(
            |module| matches!(path.strip_prefix(module.as_str()), Some(rest) if rest == ".rs" || rest.starts_with('/')),
        )
    };
    trimmed.into_iter().filter(|(path, _)| !is_gone(path)).collect()
}

/// Where the modules of a file stand, with a slash at the end.
fn folder(path: &str) -> String {
    let (folder, name) = path.rsplit_once('/').unwrap_or(("", path));
    match name {
        "lib.rs" | "mod.rs" => format!("{folder}/"),
        name => format!("{folder}/{}/", name.trim_end_matches(".rs")),
    }
}

/// A text without its tests, and the modules in other files that go with them.
fn without_tests(text: &str) -> (String, Vec<String>) {
    let (mut kept, mut modules) = (String::with_capacity(text.len()), Vec::new());
    let mut lines = text.lines();
    while let Some(line) = lines.next() {
        if !is_for_tests(line) {
            kept.push_str(line);
            kept.push('\n');
            continue;
        }
        let mut item = lines.next().unwrap_or_default();
        while item.starts_with('#') {
            item = lines.next().unwrap_or_default();
        }
        if item.ends_with(';') {
            modules.extend(module(item));
        } else if item.ends_with('{') || item.ends_with('(') {
            // Its last line is the first that is not further in.
            lines.by_ref().find(|line| line.starts_with(['}', ')']));
        }
    }
    let mut kept = kept.trim_end().to_owned();
    while let Some(at) = kept.find("\n\n\n") {
        kept.remove(at);
    }
    kept.push('\n');
    (kept, modules)
}

fn is_for_tests(line: &str) -> bool {
    let Some(condition) = line.strip_prefix("#[cfg(").and_then(|rest| rest.strip_suffix(")]")) else { return false };
    condition == "test" || condition.starts_with("all(test,") || condition == "feature = \"source\""
}

/// The name in `mod name;`.
fn module(item: &str) -> Option<String> {
    let (_, name) = item.strip_suffix(';')?.split_once("mod ")?;
    Some(name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_go_and_the_rest_stays() {
        let cases = [
            ("a\n\n#[cfg(test)]\nmod tests {\n    x\n}\n", "a\n", &[] as &[&str]),
            ("a\n\n#[cfg(test)]\npub(crate) mod tests;\n", "a\n", &["tests"]),
            ("#[cfg(all(test, unix))]\n#[expect(x)]\nfn f() {\n}\n\nb\n", "\nb\n", &[]),
            ("#[cfg(test)]\nuse a::{\n    b,\n};\nc\n", "c\n", &[]),
            ("#[cfg(feature = \"source\")]\npub mod source;\npub mod x;\n", "pub mod x;\n", &["source"]),
            ("    #[cfg(test)]\n#[cfg(unix)]\nmod x;\n", "    #[cfg(test)]\n#[cfg(unix)]\nmod x;\n", &[]),
            ("a\n\n#[cfg(test)]\nfn f() {\n}\n\nb\n", "a\n\nb\n", &[]),
        ];
        for (text, kept, modules) in cases {
            assert_eq!(without_tests(text), (kept.to_owned(), modules.iter().map(|&name| name.to_owned()).collect()));
        }
    }

    #[test]
    fn modules_go_with_their_files() {
        let gone = "#[cfg(test)]\nmod tests;\n";
        let files = [
            ("src/lib.rs", "#[cfg(feature = \"source\")]\npub mod source;\n"),
            ("src/source.rs", ""),
            ("src/sources.rs", "x"),
            ("src/a.rs", gone),
            ("src/a/tests.rs", ""),
            ("src/tests.rs", "x"),
            ("src/b/mod.rs", gone),
            ("src/b/tests/mod.rs", ""),
            ("src/b/tests/deep/x.rs", ""),
        ];
        let files = files.map(|(path, text)| (path.to_owned(), text.to_owned())).to_vec();
        let left: Vec<_> = trimmed(files).into_iter().map(|(path, _)| path).collect();
        assert_eq!(left, ["src/lib.rs", "src/sources.rs", "src/a.rs", "src/tests.rs", "src/b/mod.rs"]);
    }
}

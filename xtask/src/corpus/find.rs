//! Which files below a folder may be API descriptions.

use std::{fs, io, path::Path, sync::LazyLock};

use regex::bytes::Regex;

/// A key that the root of every description has one of. Documents that others refer to can have it too; what they are is
/// found out by loading.
static KEY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r#"(?m)(^\s{0,4}|[{,]\s*)["']?(openapi|swagger)["']?\s*:"#)
        .unwrap_or_else(|_| unreachable!("a constant"))
});

/// Their paths below `folder`, with `/`, in order.
pub fn descriptions(folder: &Path) -> io::Result<Vec<String>> {
    let mut found = Vec::new();
    below(folder, "", &mut found)?;
    found.sort();
    Ok(found)
}

fn below(folder: &Path, prefix: &str, found: &mut Vec<String>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        let path = entry.path();
        let extension = path.extension().unwrap_or_default().to_string_lossy().to_ascii_lowercase();
        if path.is_dir() {
            below(&path, &(name + "/"), found)?;
        } else if matches!(extension.as_str(), "json" | "yaml" | "yml") && KEY.is_match(&fs::read(&path)?) {
            found.push(name);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn descriptions_are_told_from_other_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let files = [
            ("a.yaml", "info: {}\nopenapi: 3.0.3\n", true),
            ("b.json", "{\"swagger\": \"2.0\"}", true),
            ("deep/er/c.yml", "'openapi' : 3.1.0", true),
            ("d.yaml", "type: object\n", false),
            ("e.txt", "openapi: 3.0.3\n", false),
            ("f.json", "{\"a\": {\"text\": \"openapi\"}}", false),
        ];
        for (name, text, _) in files {
            let path = folder.path().join(name);
            fs::create_dir_all(path.parent().expect("it has one")).expect("a folder");
            fs::write(path, text).expect("a file");
        }
        let expected: Vec<_> = files.iter().filter(|(.., is)| *is).map(|(name, ..)| *name).collect();
        assert_eq!(descriptions(folder.path()).expect("it is readable"), expected);
    }
}

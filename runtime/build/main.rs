//! With the feature `source`: writes the crate's own files, without tests, to a table that is compiled in.

#[cfg(feature = "source")]
mod manifest;
#[cfg(feature = "source")]
mod trim;

#[cfg(feature = "source")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    use std::{env, fs, path::Path};

    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=src");
    let folder = env::var("CARGO_MANIFEST_DIR")?;
    let folder = Path::new(&folder);
    let read = |name: &str| {
        println!("cargo::rerun-if-changed={name}");
        fs::read_to_string(folder.join(name)).map_err(|error| format!("{name}: {error}"))
    };
    let manifest = manifest::standalone(&read("Cargo.toml")?, || read("../Cargo.toml"))?;
    let mut files = vec![("Cargo.toml".to_owned(), manifest)];
    for name in ["LICENSE-APACHE", "LICENSE-MIT", "clippy.toml", "rustfmt.toml"] {
        files.push((name.to_owned(), read(name)?));
    }
    files.extend(trim::trimmed(sources(folder, Path::new("src"))?));
    let table = Path::new(&env::var("OUT_DIR")?).join("vendored.rs");
    Ok(fs::write(table, format!("&{files:?}\n"))?)
}

/// The Rust files below a folder, in the order of their paths.
#[cfg(feature = "source")]
fn sources(root: &std::path::Path, folder: &std::path::Path) -> std::io::Result<Vec<(String, String)>> {
    let mut entries = std::fs::read_dir(root.join(folder))?.collect::<Result<Vec<_>, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    let mut found = Vec::new();
    for entry in entries {
        let path = folder.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            found.extend(sources(root, &path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            let name: Vec<_> = path.iter().map(|step| step.to_string_lossy()).collect();
            found.push((name.join("/"), std::fs::read_to_string(entry.path())?));
        }
    }
    Ok(found)
}

#[cfg(not(feature = "source"))]
fn main() {
    println!("cargo::rerun-if-changed=build");
}

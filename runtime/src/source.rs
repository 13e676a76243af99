//! The runtime's own files, for crates that carry it with them.

/// The files of this crate, by their paths: manifest, licences, sources without tests. They need no workspace, and have
/// every feature but this one.
pub fn vendored() -> &'static [(&'static str, &'static str)] {
    FILES
}

const FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/vendored.rs"));

// The build script is part of this.
#[cfg(test)]
#[path = "../build/manifest.rs"]
mod manifest;
#[cfg(test)]
#[path = "../build/trim.rs"]
mod trim;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_is_there_and_no_test() {
        let names: Vec<_> = vendored().iter().map(|(path, _)| *path).collect();
        for name in ["Cargo.toml", "LICENSE-MIT", "rustfmt.toml", "src/lib.rs", "src/emitted/server.rs"] {
            assert!(names.contains(&name), "{name}");
        }
        for (path, text) in vendored() {
            assert!(!path.contains("/tests") && *path != "src/source.rs", "{path}");
            let tests = ["#[test]", "cfg(test)", "workspace = true", "proptest", "feature = \"source\""];
            assert!(tests.iter().all(|word| !text.contains(word)), "{path}");
        }
    }
}

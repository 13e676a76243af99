//! Folders as maps from paths to texts.

use std::{collections::BTreeMap, fs, path::Path};

/// The files below a folder.
pub fn read(root: &Path) -> BTreeMap<String, String> {
    let mut files = BTreeMap::new();
    let mut folders = vec![root.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(&folder).unwrap_or_else(|error| panic!("{}: {error}", folder.display())) {
            let path = entry.expect("an entry").path();
            if path.is_dir() {
                folders.push(path);
                continue;
            }
            let name = path.strip_prefix(root).expect("it is below the root").to_string_lossy().replace('\\', "/");
            files.insert(name, fs::read_to_string(&path).expect("a text"));
        }
    }
    files
}

/// Makes a folder hold these files and no others.
pub fn write(root: &Path, files: &BTreeMap<String, String>) {
    let _ = fs::remove_dir_all(root);
    for (name, text) in files {
        let path = root.join(name);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        fs::write(path, text).expect("a file");
    }
}

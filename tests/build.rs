//! Makes modules of the emitted crates that `snapshots/emitted` holds, so that one program can be any of their servers.

use std::{env, fmt::Write as _, fs, io, path::Path};

fn main() -> io::Result<()> {
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    let (crates, out) = (Path::new("snapshots/emitted"), Path::new(&out));
    println!("cargo::rerun-if-changed={}", crates.display());
    println!("cargo::rerun-if-env-changed=MCPGEN_UPDATE");
    let mut names: Vec<String> = Vec::new();
    // What is about to be written anew need not compile.
    if env::var_os("MCPGEN_UPDATE").is_none() {
        for entry in fs::read_dir(crates)? {
            names.push(entry?.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort_unstable();
    let (mut modules, mut servers) = (String::new(), String::new());
    for name in names {
        let module = name.replace('-', "_");
        let target = out.join("emitted").join(&module);
        copy(&crates.join(&name), &target, &module)?;
        let root = target.join("src/lib.rs").display().to_string();
        // Writing to a text does not fail.
        let _ = writeln!(modules, "#[path = {root:?}]\npub mod {module};");
        let _ = writeln!(servers, "    ({name:?}, {module}::server),");
    }
    let servers = format!(
        "/// The servers, by the names of their fixtures.\npub const SERVERS: &[(&str, fn() -> Server)] = &[\n{servers}];\n"
    );
    fs::write(out.join("emitted.rs"), modules + &servers)
}

/// Copies a folder; in Rust, paths from the crate's root lead to the module that it becomes.
fn copy(from: &Path, to: &Path, module: &str) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let (from, to) = (entry.path(), to.join(entry.file_name()));
        if from.is_dir() {
            copy(&from, &to, module)?;
        } else if from.extension().is_some_and(|extension| extension == "rs") {
            let source = fs::read_to_string(&from)?;
            fs::write(to, source.replace("use crate::", &format!("use crate::emitted::{module}::")))?;
        } else {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

//! The crate's own files, written somewhere else, are a crate that compiles without warnings.

use std::{env, fs, path::Path, process::Command};

#[test]
#[ignore = "compiles what the crate depends on, with other features"]
fn the_vendored_crate_compiles_without_warnings() {
    let manifest = Path::new(env!("CARGO_MANIFEST_DIR"));
    // The folder stays the same, so that only what changed is compiled again.
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("vendored");
    let target = Path::new(env!("CARGO_TARGET_TMPDIR")).parent().expect("it is inside the target folder");
    let _ = fs::remove_dir_all(&folder);
    for (path, text) in mcpgen_runtime::source::vendored() {
        let path = folder.join(path);
        fs::create_dir_all(path.parent().expect("a file is in a folder")).expect("a folder");
        // A crate below a workspace that it is no member of says so.
        let own_workspace = if path.ends_with("Cargo.toml") { "\n[workspace]\n" } else { "" };
        fs::write(path, format!("{text}{own_workspace}")).expect("a file");
    }
    fs::copy(manifest.join("../Cargo.lock"), folder.join("Cargo.lock")).expect("the workspace has a lock file");
    let cargo = |arguments: &[&str]| {
        let output = Command::new(env::var_os("CARGO").unwrap_or_else(|| "cargo".into()))
            .args(arguments)
            .current_dir(&folder)
            .env("CARGO_TARGET_DIR", target)
            .output()
            .expect("cargo runs");
        let told = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.success() && !told.contains("warning"), "{arguments:?}: {told}");
    };
    cargo(&["check", "--quiet", "--offline", "--features", "command"]);
    cargo(&["fmt", "--check"]);
}

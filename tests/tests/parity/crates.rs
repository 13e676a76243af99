//! The cases against whole crates, each with its own program.

use std::process::Command;

use mcpgen_tests::{Mcpgen, config, fixture, workspace};

use crate::{cases, compare};

/// Emits the crate of a fixture and builds it. Gives its program.
async fn built(name: &str) -> std::path::PathBuf {
    let out = tempfile::tempdir().expect("a folder");
    let runtime = workspace().join("runtime").canonicalize().expect("it is there");
    let words = ["openapi", &fixture(name), "--out", &out.path().to_string_lossy()].map(str::to_owned);
    let emitted =
        Mcpgen::new(words).with(config(name)).with(["--runtime", &format!("path={}", runtime.display())]).run("").await;
    assert_eq!(emitted.code, Some(0), "{}", emitted.stderr);
    let target = workspace().join("target/emitted/target");
    let cargo = Command::new(env!("CARGO"))
        .args(["build", "--quiet"])
        .current_dir(out.path())
        .env("CARGO_TARGET_DIR", &target)
        .output()
        .expect("cargo runs");
    assert!(cargo.status.success(), "{}", String::from_utf8_lossy(&cargo.stderr));
    let manifest = std::fs::read_to_string(out.path().join("Cargo.toml")).expect("a manifest");
    let package = manifest.split('"').nth(1).expect("a name");
    target.join("debug").join(format!("{package}{}", std::env::consts::EXE_SUFFIX))
}

#[tokio::test]
#[ignore = "builds whole crates"]
async fn whole_crates_do_what_serve_does() {
    for name in ["bodies.yaml", "credentials.yaml", "library.yaml"] {
        let program = built(name).await;
        for case in cases().iter().filter(|case| case.fixture == name) {
            compare(case, |url| Mcpgen::program(&program, ["--base-url", url])).await;
        }
    }
}

//! Whole crates, built and tested by cargo. They take minutes the first time: `cargo test -p mcpgen-tests --test emitted
//! -- --ignored`. All share one target directory.

use std::{path::Path, process::Command};

use mcpgen_tests::{Mcpgen, fixture, workspace};

use crate::again;

/// Runs cargo in a crate.
fn cargo(folder: &Path, arguments: &[&str]) {
    let run = Command::new(env!("CARGO"))
        .args(arguments)
        .current_dir(folder)
        .env("CARGO_TARGET_DIR", workspace().join("target/emitted/target"))
        .env("RUSTDOCFLAGS", "-D warnings")
        .output()
        .expect("cargo runs");
    let told = String::from_utf8_lossy(&run.stderr);
    // Flags that deny them would have every dependency built once more.
    assert!(
        run.status.success() && !told.contains("warning"),
        "{arguments:?}\n{told}\n{}",
        String::from_utf8_lossy(&run.stdout)
    );
}

fn runtime() -> String {
    format!("path={}", workspace().join("runtime").canonicalize().expect("it is there").display())
}

#[tokio::test]
#[ignore = "builds whole crates"]
async fn crates_pass_their_own_tests() {
    for name in ["petstore.yaml", "hostile.yaml", "parameters.yaml"] {
        let out = tempfile::tempdir().expect("a folder");
        let words = ["openapi", &fixture(name), "--out", &out.path().to_string_lossy(), "--runtime", &runtime()];
        let finished = Mcpgen::new(words).run("").await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        cargo(out.path(), &["test", "--quiet"]);
        cargo(out.path(), &["clippy", "--quiet", "--all-targets", "--", "-D", "warnings"]);
        cargo(out.path(), &["doc", "--quiet", "--no-deps"]);
    }
}

#[tokio::test]
#[ignore = "builds whole crates"]
async fn crates_that_carry_the_runtime_build_as_they_are_locked() {
    for name in ["petstore.yaml", "schemas.yaml"] {
        let out = tempfile::tempdir().expect("a folder");
        let finished = Mcpgen::new(["openapi", &fixture(name), "--out", &out.path().to_string_lossy()]).run("").await;
        assert_eq!(finished.code, Some(0), "{}", finished.stderr);
        cargo(out.path(), &["test", "--quiet", "--locked"]);
    }
}

#[tokio::test]
#[ignore = "builds whole crates"]
async fn edited_crates_compile_after_every_change() {
    for (change, description) in again::changes() {
        let crate_ = again::Crate::new();
        let runtime = runtime();
        let arguments = ["--runtime", runtime.as_str()];
        assert_eq!(crate_.emit(again::BEFORE, &arguments).await.0, Some(0));
        crate_.edit(
            "src/tools/items.rs",
            "ToolResult {\n    api",
            "ToolResult {\n    if args.size.is_none() {\n        return Err(\"say a size\".into());\n    }\n    api",
        );
        let (code, told) = crate_.emit(&description, &arguments).await;
        assert_eq!(code, Some(0), "{change}: {told}");
        cargo(crate_.path(), &["check", "--quiet", "--all-targets"]);
    }
}

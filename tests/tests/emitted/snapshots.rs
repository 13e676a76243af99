//! The crate of every fixture is as it was. `MCPGEN_UPDATE=1 cargo test -p mcpgen-tests --test emitted` writes what is
//! emitted now to `tests/snapshots/emitted`, file by file, for a reviewer to read.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    process::Command,
};

use mcpgen_tests::{Mcpgen, fixture, workspace};

use crate::folder;

/// Emits a fixture's crate. The path of its config file stands in the crate, so it must not be this machine's.
async fn emit(fixture_: &str, arguments: &[&str]) -> BTreeMap<String, String> {
    let out = tempfile::tempdir().expect("a folder");
    let target = out.path().join("crate");
    let words = ["openapi", &fixture(fixture_), "--out", &target.to_string_lossy()].map(str::to_owned);
    let config = PathBuf::from("fixtures/config").join(fixture_);
    let config = workspace().join(&config).exists().then(|| format!("--config={}", config.display()));
    let finished = Mcpgen::new(words).with(config).with(arguments).within(&workspace()).run("").await;
    assert_eq!(finished.code, Some(0), "{fixture_}: {}", finished.stderr);
    let all = folder::read(out.path());
    assert!(all.keys().all(|name| name.starts_with("crate/")), "{fixture_} writes elsewhere");
    folder::read(&target)
}

/// The names of all fixtures.
fn fixtures() -> Vec<String> {
    let entries = std::fs::read_dir(workspace().join("fixtures/specs")).expect("a folder");
    let mut names: Vec<String> =
        entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect();
    names.sort_unstable();
    names
}

fn snapshot(fixture: &str) -> PathBuf {
    let name = fixture.split('.').next().expect("a name");
    workspace().join("tests/snapshots/emitted").join(name)
}

#[tokio::test]
async fn crates_are_as_they_were() {
    for fixture in &fixtures() {
        let mut files = emit(fixture, &["--runtime", "version"]).await;
        // Texts of the others, and what only cargo reads.
        files.retain(|name, _| !["mcpgen.lock", "Cargo.lock"].contains(&name.as_str()));
        let folder = snapshot(fixture);
        if std::env::var_os("MCPGEN_UPDATE").is_some() {
            folder::write(&folder, &files);
            continue;
        }
        let expected = folder::read(&folder);
        let names = |files: &BTreeMap<String, String>| files.keys().cloned().collect::<Vec<_>>();
        assert_eq!(names(&files), names(&expected), "{fixture}: MCPGEN_UPDATE=1 writes what is emitted now");
        for (name, text) in &files {
            assert_eq!(text, &expected[name], "{fixture}: {name}; MCPGEN_UPDATE=1 writes what is emitted now");
        }
    }
}

#[tokio::test]
async fn the_same_description_gives_the_same_bytes() {
    for fixture in &fixtures() {
        assert_eq!(emit(fixture, &[]).await, emit(fixture, &[]).await, "{fixture}");
    }
}

#[test]
fn crates_are_what_rustfmt_prints() {
    let settings = tempfile::tempdir().expect("a folder");
    let settings = settings.path().join("rustfmt.toml");
    std::fs::write(&settings, "").expect("a file");
    for fixture in &fixtures() {
        let root = snapshot(fixture);
        let names = folder::read(&root).into_keys();
        let sources: Vec<PathBuf> = names.filter(|name| is_rust(name)).map(|name| root.join(name)).collect();
        let checked = Command::new("rustfmt")
            .args(["--check", "--edition", "2024", "--config-path"])
            .arg(&settings)
            .args(sources)
            .output();
        // Not everybody has rustfmt.
        let Ok(checked) = checked else { return };
        assert!(checked.status.success(), "{fixture}\n{}", String::from_utf8_lossy(&checked.stdout));
    }
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}

#[test]
fn a_hostile_description_stays_text() {
    for (name, text) in folder::read(&snapshot("hostile.yaml")) {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._-/".contains(c);
        assert!(name.chars().all(is_plain) && !name.contains("..") && name.len() < 120, "{name}");
        // Marks that turn or hide text, and control characters.
        let hidden = |c: char| {
            (c.is_control() && c != '\n')
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}')
        };
        assert!(!text.contains(hidden), "{name}");
        // Nothing but what stands in a text or a comment is the description's.
        let code = text.lines().map(str::trim_start).filter(|line| !line.starts_with("//") && !line.contains('"'));
        let evil: Vec<&str> = code
            .filter(|line| {
                is_rust(&name)
                    && (line.contains("#!")
                        || line.contains("evil]")
                        || (line.contains("fn main(") && name != "src/main.rs"))
            })
            .collect();
        assert!(evil.is_empty(), "{name}: {evil:?}");
    }
}

#[test]
fn every_smoke_test_looks_at_a_request() {
    for fixture in fixtures() {
        let smoke = &folder::read(&snapshot(&fixture))["tests/smoke.rs"];
        assert!(smoke.contains(" HTTP/1.1\"]"), "{fixture} has no call");
    }
}

#[test]
fn files_of_variables_are_comments_and_empty_variables() {
    for fixture in fixtures() {
        let name = |line: &str| line.strip_suffix('=').is_some_and(|name| name.starts_with("MCPGEN_AUTH_"));
        let text = &folder::read(&snapshot(&fixture))[".env.example"];
        let odd: Vec<&str> =
            text.lines().filter(|line| !line.is_empty() && !line.starts_with('#') && !name(line)).collect();
        assert!(odd.is_empty(), "{fixture}: {odd:?}");
    }
}

#[tokio::test]
async fn credentials_come_from_the_environment_and_from_no_file() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join(".env"), "MCPGEN_AUTH_LIBRARY_KEY=k-1\n").expect("a file");
    let server = || Mcpgen::emitted("library.yaml", ["--base-url", "http://127.0.0.1:1"]).within(folder.path());
    let told = server().run("").await.stderr;
    assert!(told.contains("credentials configured: none"), "{told}");
    let told = server().env("MCPGEN_AUTH_LIBRARY_KEY", "k-1").run("").await.stderr;
    assert!(!told.contains("credentials configured: none"), "{told}");
    let Ok(shell) = Command::new("sh")
        .args(["-c", "set -a; . ./.env; set +a; exec printenv MCPGEN_AUTH_LIBRARY_KEY"])
        .current_dir(folder.path())
        .output()
    else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&shell.stdout), "k-1\n");
}

#[test]
fn the_pet_store_is_short() {
    let files = folder::read(&snapshot("petstore"));
    let rust = files.iter().filter(|(name, _)| is_rust(name));
    let lines: usize = rust.map(|(_, text)| text.lines().count()).sum();
    assert!(lines < 400, "{lines} lines");
}

//! The README's commands do what it says.

use mcpgen_tests::{Mcpgen, workspace};

/// The `sh` blocks of a page, each with the word that stands after `sh` in its fence.
fn blocks(page: &str) -> Vec<(String, String)> {
    let fenced = fenced(page).into_iter();
    let shell = fenced.filter_map(|(word, body)| Some((word.strip_prefix("sh")?.trim().to_owned(), body)));
    shell.map(|(word, body)| (word, body.lines().map(str::trim).collect::<Vec<_>>().join("\n"))).collect()
}

/// The fenced blocks of a page, each with the words of its fence.
fn fenced(page: &str) -> Vec<(String, String)> {
    let mut blocks = Vec::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        if let Some(words) = line.trim_start().strip_prefix("```") {
            let body: Vec<_> = lines.by_ref().take_while(|line| line.trim() != "```").collect();
            blocks.push((words.trim().to_owned(), body.join("\n")));
        }
    }
    blocks
}

/// The arguments that a command line gives to mcpgen; None for other programs.
fn mcpgen_arguments(line: &str) -> Option<Vec<&str>> {
    let rest = ["mcpgen ", "cargo run --release -- "].iter().find_map(|program| line.strip_prefix(program))?;
    Some(rest.split_whitespace().collect())
}

#[tokio::test]
async fn what_is_marked_to_run_runs() {
    let readme = std::fs::read_to_string(workspace().join("README.md")).expect("a README");
    let marked: Vec<_> = blocks(&readme).into_iter().filter(|(word, _)| word == "run").map(|(_, body)| body).collect();
    let commands: Vec<_> = marked.iter().flat_map(|body| body.lines()).filter_map(mcpgen_arguments).collect();
    assert!(commands.contains(&vec!["demo", "--check"]), "the first command is there: {commands:?}");
    for arguments in commands {
        let finished = Mcpgen::new(&arguments).within(&workspace()).run("").await;
        assert_eq!(finished.code, Some(0), "{arguments:?}\n{}\n{}", finished.stdout, finished.stderr);
    }
}

#[tokio::test]
async fn the_commands_about_crates_run() {
    let page = std::fs::read_to_string(workspace().join("docs/generate.md")).expect("a page");
    let marked: Vec<_> = blocks(&page).into_iter().filter(|(word, _)| word == "run").map(|(_, body)| body).collect();
    let commands: Vec<_> = marked.iter().flat_map(|body| body.lines()).filter_map(mcpgen_arguments).collect();
    assert_eq!(commands.len(), 3);
    let folder = tempfile::tempdir().expect("a folder");
    let out = folder.path().to_string_lossy();
    for mut arguments in commands {
        let place = arguments.iter().position(|word| *word == "target/pet-store").expect("it says where");
        arguments[place] = &out;
        let finished = Mcpgen::new(&arguments).within(&workspace()).run("").await;
        assert_eq!(finished.code, Some(0), "{arguments:?}\n{}\n{}", finished.stdout, finished.stderr);
    }
}

#[tokio::test]
async fn the_page_about_build_scripts_shows_the_example() {
    let page = std::fs::read_to_string(workspace().join("docs/build-rs.md")).expect("a page");
    let example = workspace().join("examples/build-rs");
    let files = ["build.rs", "Cargo.toml", "src/main.rs", "src/tools.rs"];
    let files = files.map(|name| std::fs::read_to_string(example.join(name)).expect("a file of the example"));
    let shown: Vec<_> =
        fenced(&page).into_iter().filter(|(words, _)| ["rust", "toml"].contains(&words.as_str())).collect();
    assert_eq!(shown.len(), 5);
    for (_, body) in shown {
        assert!(files.iter().any(|file| file.contains(&body)), "no file of the example has\n{body}");
    }
    for (_, command) in blocks(&page).iter().filter(|(word, _)| word == "run") {
        let arguments = mcpgen_arguments(command).expect("a command of mcpgen");
        let finished = Mcpgen::new(&arguments).within(&workspace()).run("").await;
        assert_eq!(finished.code, Some(0), "{arguments:?}\n{}\n{}", finished.stdout, finished.stderr);
    }
}

#[test]
fn the_readme_names_the_rust_version_of_the_manifest() {
    let read = |name: &str| std::fs::read_to_string(workspace().join(name)).expect("a file of the workspace");
    let manifest = read("Cargo.toml");
    let version = manifest.lines().find_map(|line| line.strip_prefix("rust-version = ")).expect("a rust-version");
    let readme = read("README.md");
    assert!(readme.contains(&format!("Rust {}", version.trim_matches('"'))), "README.md does not say Rust {version}");
}

#[test]
fn links_within_the_repository_lead_somewhere() {
    let folder = workspace();
    let pages = std::fs::read_dir(folder.join("docs")).expect("docs").map(|entry| entry.expect("an entry").path());
    for page in pages.chain([folder.join("README.md")]).filter(|path| path.extension().is_some_and(|end| end == "md")) {
        let text = std::fs::read_to_string(&page).expect("a page");
        for target in text.split("](").skip(1).filter_map(|rest| rest.split_once(')').map(|(target, _)| target)) {
            let file = target.split('#').next().unwrap_or_default();
            if file.is_empty() || file.contains("://") {
                continue;
            }
            let path = page.parent().expect("a folder").join(file);
            assert!(path.exists(), "{} links to {target}", page.display());
        }
    }
}

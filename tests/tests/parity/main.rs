//! Emitted servers do what `mcpgen serve` does: the same cases give the same bytes, to the client and to the API.
//!
//! Each fixture's emitted code is in one program, `emitted-under-test`. Three whole crates run the cases as well when
//! what takes minutes is run: `cargo test -p mcpgen-tests --test parity -- --ignored`.

mod bodies;
mod case;
mod crates;
mod credentials;
mod models;
mod reads;
mod styles;

use case::Case;
use mcpgen_tests::{Mcpgen, config, fixture, workspace};

/// All cases.
fn cases() -> Vec<Case> {
    [bodies::cases(), styles::cases(), reads::cases(), credentials::cases()].into_iter().flatten().collect()
}

/// The names of all fixtures.
fn fixtures() -> Vec<String> {
    let entries = std::fs::read_dir(workspace().join("fixtures/specs")).expect("a folder");
    entries.map(|entry| entry.expect("an entry").file_name().to_string_lossy().into_owned()).collect()
}

/// Runs a case against both servers, and gives what was said.
async fn compare(case: &Case, emitted: impl FnOnce(&str) -> Mcpgen) -> String {
    let serve =
        |url: &str| Mcpgen::new(["serve", &fixture(&case.fixture), "--base-url", url]).with(config(&case.fixture));
    let (expected, came) = (case.run(serve).await, case.run(emitted).await);
    if let Some((expected, came)) = expected.lines().zip(came.lines()).find(|(expected, came)| expected != came) {
        panic!("{}: the emitted server\n{came}\nand not\n{expected}", case.fixture);
    }
    assert_eq!(came, expected, "{}", case.fixture);
    came
}

#[tokio::test]
async fn emitted_servers_do_what_serve_does() {
    let mut failed = 0;
    for case in cases() {
        let compared = tokio::spawn(async move {
            compare(&case, |url| Mcpgen::emitted(&case.fixture, ["--base-url", url])).await;
        });
        failed += usize::from(compared.await.is_err());
    }
    assert_eq!(failed, 0, "cases failed; each says above why");
}

#[tokio::test]
async fn every_fixture_is_served_alike() {
    for name in fixtures() {
        let case = case::case(&name);
        compare(&case, |url| Mcpgen::emitted(&case.fixture, ["--base-url", url])).await;
    }
}

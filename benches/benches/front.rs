//! From a description's text to the catalog: `cargo bench -p mcpgen-benches --bench front`.

use divan::{Bencher, counter::BytesCount};
use mcpgen::{
    mapping::{self, MapMode, MapOptions},
    source::{Documents, LoadOptions},
    spec,
};
use mcpgen_benches::{description, yaml};
use mcpgen_runtime::{catalog::Catalog, listing::Listing};

fn main() {
    divan::main();
}

/// Kinds of things; each has five operations.
const SIZES: [usize; 2] = [20, 200];

fn catalog(text: String, mode: MapMode) -> Catalog {
    let (documents, _) = Documents::from_text("generated", text, &LoadOptions::default()).expect("it can be read");
    let (description, _) = spec::load(&documents).expect("it is a description");
    mapping::map(&description, &MapOptions { mode, ..MapOptions::default() }).catalog
}

#[divan::bench(args = SIZES)]
fn json_to_tools(bencher: Bencher<'_, '_>, resources: usize) {
    let text = description(resources).to_string();
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| text.clone())
        .bench_values(|text| catalog(text, MapMode::Tools));
}

#[divan::bench(args = SIZES)]
fn json_to_resources_and_tools(bencher: Bencher<'_, '_>, resources: usize) {
    let text = description(resources).to_string();
    bencher
        .counter(BytesCount::of_str(&text))
        .with_inputs(|| text.clone())
        .bench_values(|text| catalog(text, MapMode::Semantic));
}

#[divan::bench(args = SIZES)]
fn json_to_the_tree(bencher: Bencher<'_, '_>, resources: usize) {
    tree(bencher, &description(resources).to_string());
}

#[divan::bench(args = SIZES)]
fn yaml_to_the_tree(bencher: Bencher<'_, '_>, resources: usize) {
    tree(bencher, &yaml(&description(resources)));
}

#[divan::bench(args = SIZES)]
fn compiled_to_the_catalog(bencher: Bencher<'_, '_>, resources: usize) {
    let catalog = catalog(description(resources).to_string(), MapMode::Tools);
    let text = serde_json::to_vec(&catalog).expect("a catalog is JSON");
    bencher.counter(BytesCount::of_slice(&text)).bench(|| Catalog::from_json(&text).expect("it is sound"));
}

#[divan::bench(args = SIZES)]
fn the_lists(bencher: Bencher<'_, '_>, resources: usize) {
    let catalog = catalog(description(resources).to_string(), MapMode::Tools);
    bencher.bench(|| Listing::new(&catalog));
}

fn tree(bencher: Bencher<'_, '_>, text: &str) {
    bencher.counter(BytesCount::of_str(text)).with_inputs(|| text.to_owned()).bench_values(|text| {
        let (documents, _) = Documents::from_text("generated", text, &LoadOptions::default()).expect("it can be read");
        documents
    });
}

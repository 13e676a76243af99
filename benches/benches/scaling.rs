//! Whether loading and mapping cost in proportion to the document: `cargo bench -p mcpgen-benches --bench scaling`.
//!
//! The same generated description at 1, 2, 4 and 8 times its size, as JSON and YAML, each in a process of its own. The
//! last columns are 1 where the cost grows as the document does.

use std::{env, fs, path::Path, process::Command, time::Instant};

use mcpgen::{
    mapping::{self, MapMode, MapOptions},
    source::{Documents, LoadOptions},
    spec,
};
use mcpgen_benches::{description, yaml};

/// Kinds of things at 1x; each has five operations.
const ONCE: usize = 100;
const FACTORS: [usize; 4] = [1, 2, 4, 8];
/// The best of so many runs counts.
const RUNS: usize = 5;
/// Names the document to a child process.
const CHILD: &str = "MCPGEN_SCALING_DOCUMENT";

/// What a document costs.
#[derive(Debug, Clone, Copy)]
struct Cost {
    milliseconds: f64,
    /// Beyond what the process held before.
    peak_kib: f64,
}

fn main() {
    if let Some(document) = env::var_os(CHILD) {
        let Cost { milliseconds, peak_kib } = measure(Path::new(&document));
        println!("{milliseconds} {peak_kib}");
        return;
    }
    let folder = env::temp_dir().join(format!("mcpgen-scaling-{}", std::process::id()));
    fs::create_dir_all(&folder).expect("a folder can be made");
    println!(
        "{:<6} {:>6} {:>10} {:>9} {:>9} {:>11} {:>12}",
        "form", "size", "bytes", "ms", "peak KiB", "time/size", "memory/size"
    );
    for form in ["json", "yaml"] {
        let mut first = None;
        for factor in FACTORS {
            let value = description(ONCE * factor);
            let text = if form == "json" { value.to_string() } else { yaml(&value) };
            let path = folder.join(format!("{factor}.{form}"));
            fs::write(&path, &text).expect("a document can be written");
            let cost = child(&path);
            let (bytes, once) = *first.get_or_insert((text.len(), cost));
            let grown = ratio(text.len(), bytes);
            println!(
                "{form:<6} {:>6} {:>10} {:>9.1} {:>9.0} {:>11.2} {:>12.2}",
                format!("{factor}x"),
                text.len(),
                cost.milliseconds,
                cost.peak_kib,
                cost.milliseconds / once.milliseconds / grown,
                cost.peak_kib / once.peak_kib / grown,
            );
        }
    }
    // What is left in the system's folder for temporary files does no harm.
    let _ = fs::remove_dir_all(folder);
}

#[expect(clippy::cast_precision_loss, reason = "documents are small")]
fn ratio(size: usize, once: usize) -> f64 {
    size as f64 / once as f64
}

/// Measures in a process of its own.
fn child(document: &Path) -> Cost {
    let this = env::current_exe().expect("a bench knows its own path");
    let output = Command::new(this).env(CHILD, document).output().expect("it can be started again");
    let text = String::from_utf8_lossy(&output.stdout);
    let mut numbers = text.split_whitespace().map(|number| number.parse().expect("a number"));
    let mut next = || numbers.next().unwrap_or_else(|| panic!("{}", String::from_utf8_lossy(&output.stderr)));
    Cost { milliseconds: next(), peak_kib: next() }
}

fn measure(document: &Path) -> Cost {
    let before = peak_kib();
    let mut best = f64::INFINITY;
    let mut after = before;
    for run in 0..RUNS {
        let start = Instant::now();
        let (documents, _) =
            Documents::load(&document.to_string_lossy(), &LoadOptions::default(), None).expect("it can be read");
        let (description, _) = spec::load(&documents).expect("it is a description");
        let options = MapOptions { mode: MapMode::Tools, ..MapOptions::default() };
        let mapping = mapping::map(&description, &options);
        best = best.min(start.elapsed().as_secs_f64() * 1000.0);
        assert!(!mapping.catalog.tools.is_empty());
        // What later runs leave in holes of the heap is not of the first one.
        if run == 0 {
            after = peak_kib();
        }
    }
    Cost { milliseconds: best, peak_kib: after - before }
}

/// `VmHWM` of Linux; nothing elsewhere.
fn peak_kib() -> f64 {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    line.trim().trim_end_matches("kB").trim().parse().unwrap_or(f64::NAN)
}

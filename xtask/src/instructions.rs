//! How many instructions a request costs, against what it cost when the record was made.
//!
//! Time says little on a machine that is shared; instructions say the same on each. One process and one thread answer
//! requests one after the other, and only that is counted.

use std::{
    collections::BTreeMap,
    fs, io,
    path::Path,
    process::{Command, ExitCode},
};

use clap::Args;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

/// Where the record stands.
const RECORD: &str = "benches/instructions.json";
/// Each case, and how often it is asked.
const CASES: [(&str, u64); 4] = [("list", 500), ("small", 500), ("body", 500), ("large", 50)];
/// The function whose instructions count, of `benches/src/bin/instructions.rs`.
const COUNTED: &str = "--toggle-collect=instructions::counted*";
/// What writes the record.
const AGAIN: &str = "cargo xtask instructions --record";
/// What a case may grow by, in percent.
const MARGIN: u64 = 10;

/// Count the instructions of a request, and fail when it costs a tenth more than the record says
///
/// Counts with valgrind (Debian: `apt-get install valgrind`). With another compiler than the record's nothing fails; a
/// lock file that is another is told, and what it costs counts.
#[derive(Debug, Args)]
pub struct Instructions {
    /// Write the record instead of comparing with it
    #[arg(long)]
    record: bool,
}

#[derive(Debug, Serialize, Deserialize)]
struct Record {
    /// `rustc --version`.
    compiler: String,
    /// SHA-256 of `Cargo.lock`.
    lock: String,
    /// Instructions of one request.
    cases: BTreeMap<String, u64>,
}

impl Instructions {
    /// Counts, and compares or records.
    ///
    /// # Errors
    /// When the benchmark cannot be built or counted, or the record not read or written.
    pub fn run(self) -> io::Result<ExitCode> {
        let counted = Record { compiler: compiler()?, lock: lock()?, cases: count()? };
        if self.record {
            fs::write(RECORD, serde_json::to_string_pretty(&counted)? + "\n")?;
            println!("{RECORD} is written: {:?}", counted.cases);
            return Ok(ExitCode::SUCCESS);
        }
        let text = fs::read_to_string(RECORD).map_err(|error| {
            io::Error::new(error.kind(), format!("{RECORD} cannot be read ({error}): {AGAIN} makes it"))
        })?;
        let passes = counted.passes(&serde_json::from_str(&text)?);
        Ok(if passes { ExitCode::SUCCESS } else { ExitCode::FAILURE })
    }
}

impl Record {
    /// Tells what is other than in the record. Only what costs more with the same compiler is a failure: of another one's
    /// figures nobody here can say what they should be. Another lock file is told, and what it costs counts.
    fn passes(&self, record: &Self) -> bool {
        let (same_compiler, same_lock) = (record.compiler == self.compiler, record.lock == self.lock);
        let mut grown = false;
        for (case, now) in &self.cases {
            let then = record.cases.get(case).copied();
            let over = then.is_some_and(|then| is_over(then, *now));
            grown |= over;
            println!("{case:8} {now:>10} instructions, {}{}", change(then, *now), if over { "  GROWN" } else { "" });
        }
        if !same_compiler {
            println!(
                "the record is another compiler's ({}, not {}) and decides nothing; a new one is due: {AGAIN}",
                record.compiler, self.compiler
            );
        }
        if !same_lock {
            println!(
                "Cargo.lock is another than the record's, whose figures hold all the same; a new one is due: {AGAIN}"
            );
        }
        if !grown || !same_compiler {
            return true;
        }
        let perhaps = if same_lock { "" } else { ", perhaps in a dependency, because Cargo.lock has changed" };
        eprintln!(
            "a request costs over {MARGIN} % more than it did{perhaps}; make it cheaper, or record what it is worth: {AGAIN}"
        );
        false
    }
}

/// How a figure compares with that of the record.
fn change(then: Option<u64>, now: u64) -> String {
    match then {
        None => "none in the record".to_owned(),
        #[expect(clippy::cast_precision_loss, reason = "a share for the eye")]
        Some(then) => format!("record {then:>10} ({:+.1} %)", (now as f64 / then.max(1) as f64 - 1.0) * 100.0),
    }
}

fn is_over(then: u64, now: u64) -> bool {
    now * 100 > then * (100 + MARGIN)
}

fn compiler() -> io::Result<String> {
    let output = Command::new("rustc").arg("--version").output()?;
    Ok(String::from_utf8_lossy(&output.stdout).trim().to_owned())
}

fn lock() -> io::Result<String> {
    let digest = Sha256::digest(fs::read("Cargo.lock")?);
    let digits: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(digits.concat())
}

/// The instructions of one request of each case.
fn count() -> io::Result<BTreeMap<String, u64>> {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let build = ["build", "--locked", "--profile", "count", "--package", "mcpgen-benches", "--bin", "instructions"];
    if !Command::new(cargo).args(build).status()?.success() {
        return Err(io::Error::other("the benchmark does not build"));
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").unwrap_or_else(|| "target".into());
    let program = Path::new(&target).join("count/instructions");
    CASES.into_iter().map(|(case, count)| Ok((case.to_owned(), run(&program, case, count)? / count))).collect()
}

/// The instructions of so many requests.
fn run(program: &Path, case: &str, count: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null", COUNTED])
        .arg(program)
        .args([case, &count.to_string()])
        .output()
        .map_err(|error| io::Error::other(format!("valgrind cannot be run ({error}): apt-get install valgrind")))?;
    let text = String::from_utf8_lossy(&output.stderr);
    // Nothing is counted where the function has another name.
    let collected = collected(&text).filter(|&collected| output.status.success() && collected > 0);
    collected.ok_or_else(|| io::Error::other(format!("{case} does not run under valgrind: {text}")))
}

/// The sum that callgrind prints at the end.
fn collected(text: &str) -> Option<u64> {
    text.lines().find_map(|line| line.split_once("Collected : ")?.1.trim().parse().ok())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_sum_is_found() {
        let text = "==7== Events    : Ir\n==7== Collected : 123456\n==7== \n==7== I   refs:      123,456\n";
        assert_eq!(collected(text), Some(123_456));
        assert_eq!(collected("==7== Killed"), None);
    }

    #[test]
    fn only_the_same_compiler_can_fail() {
        let record = |compiler: &str, lock: &str, small| Record {
            compiler: compiler.to_owned(),
            lock: lock.to_owned(),
            cases: BTreeMap::from([("small".to_owned(), small)]),
        };
        let base = record("a", "l", 100);
        let cases = [
            (record("a", "l", 105), true),
            (record("a", "l", 120), false),
            (record("a", "m", 105), true),
            (record("a", "m", 120), false),
            (record("b", "m", 120), true),
        ];
        for (now, expected) in cases {
            assert_eq!(now.passes(&base), expected, "{now:?}");
        }
        assert_eq!(change(Some(100), 95), "record        100 (-5.0 %)");
        assert_eq!(change(None, 95), "none in the record");
    }

    #[test]
    fn only_more_than_a_tenth_is_over() {
        for (then, now, expected) in [(100, 90, false), (100, 110, false), (100, 111, true), (0, 0, false)] {
            assert_eq!(is_over(then, now), expected, "{then} {now}");
        }
    }
}

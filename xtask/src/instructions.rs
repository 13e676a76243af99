//! How many instructions a request costs, against what it cost when the record was made.
//!
//! Time says little on a machine that is shared; instructions say the same on each. A request is answered a few times and
//! many times, and the difference is what the requests cost without the start.

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
/// Each case, and how often it is asked at first and then.
const CASES: [(&str, u64, u64); 4] = [("list", 50, 250), ("small", 50, 250), ("body", 50, 250), ("large", 10, 40)];
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
        let record: Record = serde_json::from_str(&fs::read_to_string(RECORD)?)?;
        let same_compiler = record.compiler == counted.compiler;
        for (what, then, now) in
            [("compiler", &record.compiler, &counted.compiler), ("Cargo.lock", &record.lock, &counted.lock)]
        {
            if then != now {
                println!("the record is of another {what} ({then}; now {now}): cargo xtask instructions --record");
            }
        }
        let mut grown = false;
        for (case, now) in &counted.cases {
            let then = record.cases.get(case).copied();
            let over = then.is_some_and(|then| is_over(then, *now));
            grown |= over;
            let then = then.map_or_else(|| "none".to_owned(), |then| then.to_string());
            println!("{case:8} {now:>10} instructions, record {then:>10}{}", if over { "  GROWN" } else { "" });
        }
        if grown && same_compiler {
            eprintln!(
                "a request costs over {MARGIN} % more than it did; make it cheaper, or record what it is worth: \
                 cargo xtask instructions --record"
            );
            return Ok(ExitCode::FAILURE);
        }
        Ok(ExitCode::SUCCESS)
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
    CASES
        .into_iter()
        .map(|(case, few, many)| {
            let spent = run(&program, case, many)?.saturating_sub(run(&program, case, few)?);
            Ok((case.to_owned(), spent / (many - few)))
        })
        .collect()
}

/// The instructions of a whole run.
fn run(program: &Path, case: &str, count: u64) -> io::Result<u64> {
    let output = Command::new("valgrind")
        .args(["--tool=callgrind", "--callgrind-out-file=/dev/null"])
        .arg(program)
        .args([case, &count.to_string()])
        .output()
        .map_err(|error| io::Error::other(format!("valgrind cannot be run ({error}): apt-get install valgrind")))?;
    let text = String::from_utf8_lossy(&output.stderr);
    let collected = collected(&text).filter(|_| output.status.success());
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
    fn only_more_than_a_tenth_is_over() {
        for (then, now, expected) in [(100, 90, false), (100, 110, false), (100, 111, true), (0, 0, false)] {
            assert_eq!(is_over(then, now), expected, "{then} {now}");
        }
    }
}

//! Tasks of the workspace: `cargo xtask corpus DIR`, `cargo xtask instructions`.

mod corpus;
mod instructions;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

#[derive(Debug, Parser)]
#[command(name = "cargo xtask")]
struct Xtask {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    Corpus(corpus::Corpus),
    Instructions(instructions::Instructions),
    #[command(hide = true)]
    Measure(corpus::Measure),
}

fn main() -> ExitCode {
    let done = match Xtask::parse().task {
        Task::Corpus(corpus) => corpus.run(),
        Task::Instructions(instructions) => instructions.run(),
        Task::Measure(measure) => measure.run(),
    };
    done.unwrap_or_else(|error| {
        eprintln!("{error}");
        ExitCode::from(2)
    })
}

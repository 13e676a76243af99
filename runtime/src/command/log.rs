//! The log, on standard error.

use tracing::Level;
use tracing_subscriber::{Layer, filter::LevelFilter, filter::Targets, layer::SubscriberExt, util::SubscriberInitExt};

use super::{
    flags::{Log, LogFormat, LogLevel},
    terminal,
};

/// Starts a log of warnings, for commands whose work is one answer.
pub fn warnings(program: &str) {
    start(&Log { log_level: LogLevel::Warn, log_format: LogFormat::Text }, program);
}

/// Starts logging, what the crate of the program tells included. The first call in a process counts.
pub fn start(flags: &Log, program: &str) {
    let level = LevelFilter::from(flags.log_level);
    let filter = Targets::new()
        .with_default(level.min(LevelFilter::from_level(Level::WARN)))
        .with_target(program, level)
        .with_target("mcpgen_runtime", level)
        // Its warnings hold whole messages, and what is in them is nobody's business but the client's.
        .with_target("rmcp", level.min(LevelFilter::from_level(Level::ERROR)));
    let layer = tracing_subscriber::fmt::layer().with_writer(std::io::stderr);
    let layer = match flags.log_format {
        LogFormat::Text => layer.with_ansi(terminal::shows_color(&std::io::stderr())).boxed(),
        LogFormat::Json => layer.json().flatten_event(true).boxed(),
    };
    // A second start is one of a test.
    let _ = tracing_subscriber::registry().with(layer.with_filter(filter)).try_init();
}

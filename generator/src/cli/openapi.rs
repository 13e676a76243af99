//! `mcpgen openapi`: a description, as a crate.

use clap::Args;

use super::{failure::Failure, flags, load, output, report};
use crate::{
    emit::{
        Emission, Folder, FolderError, Gone,
        regenerate::{Action, Step},
    },
    shell,
};

/// Write a Rust crate that serves an API over MCP
///
/// The crate is yours: change it, and run this again when the description changes. What you changed is kept. Exit code 1
/// where a change of yours and one of mcpgen's meet, and from --check where there is something to do.
#[derive(Debug, Args)]
pub(super) struct Openapi {
    #[command(flatten)]
    pub(super) description: flags::Description,
    #[command(flatten)]
    pub(super) mapping: flags::Mapping,
    #[command(flatten)]
    emission: flags::Emission,

    /// What the command line says that changes what is emitted.
    #[arg(skip)]
    pub(super) recorded: Vec<String>,
}

impl Openapi {
    pub(super) fn run(self) -> Result<(), Failure> {
        let flags::Emission { out, runtime, dry_run, check, force } = &self.emission;
        let loaded = load::load(&self.description, &self.mapping)?;
        loaded.tell(&self.description, flags::LogFormat::Text)?;
        let catalog = &loaded.catalog;
        if catalog.tools.len() + catalog.resources.len() + catalog.resource_templates.len() == 0 {
            return Err(Failure::work("there is nothing to emit; `mcpgen check` says what became of the operations"));
        }
        let folder = Folder::open(out).map_err(Failure::usage)?.with_flags(self.recorded.clone());
        if let Some(before) = folder.flags_before().filter(|before| *before != self.recorded) {
            report::line(&format!(
                "{} was emitted with {} before, and is now with {}",
                folder.path().display(),
                shown(before),
                shown(&self.recorded)
            ));
        }
        if *check {
            return self::check(&folder.difference(catalog, runtime).map_err(failure)?);
        }
        if !force {
            folder.require_crate_or_nothing().map_err(failure)?;
        }
        let emission = folder.emit(catalog, runtime).map_err(failure)?;
        if *dry_run {
            for step in &emission.steps {
                output::print(&format!("{:<9} {}", word(step.action), step.path))?;
            }
            return Ok(());
        }
        emission.write().map_err(failure)?;
        tell(&folder, &emission);
        if emission.has_conflict() { Err(Failure::Told) } else { Ok(()) }
    }
}

/// Flags as they would stand on a command line.
fn shown(flags: &[String]) -> String {
    let words: Vec<String> = flags.iter().map(|flag| shell::word(flag)).collect();
    if words.is_empty() { "no flags".to_owned() } else { words.join(" ") }
}

fn failure(error: FolderError) -> Failure {
    match error {
        FolderError::InTheWay(_) => Failure::usage(format!(
            "{error}; name another folder, or give --force, which keeps the files that are in the way"
        )),
        FolderError::Read { .. } | FolderError::Lock(_) | FolderError::NoCrate(_) => Failure::usage(error),
        FolderError::Write { .. } | FolderError::Emit(_) => Failure::work(error),
    }
}

fn check(difference: &str) -> Result<(), Failure> {
    if difference.is_empty() {
        return Ok(());
    }
    output::print(difference.trim_end())?;
    Err(Failure::work("the crate is not what would be emitted now; run the same command without --check"))
}

fn word(action: Action) -> &'static str {
    match action {
        Action::Same => "same",
        Action::Create => "create",
        Action::Replace => "replace",
        Action::Merge => "merge",
        Action::Keep | Action::KeepOrphan => "keep",
        Action::KeepAway => "keep away",
        Action::Delete => "delete",
        Action::Conflict => "conflict",
    }
}

/// What the owner should know.
fn tell(folder: &Folder, Emission { emitted, steps, .. }: &Emission<'_>) {
    for step in steps {
        let Step { path, action, .. } = step;
        let told = match action {
            _ if step.is_out_of_use() => {
                "is emitted no more: its operations stand in other files now, which offer them without what you changed in \
                 it; it stays, move that over by hand"
            }
            Action::Merge => "was changed by you and by mcpgen; both changes are in it",
            Action::KeepAway => "was taken away by you; it stays away",
            Action::KeepOrphan => "is emitted no more; you changed it, so it stays",
            Action::Conflict => "was changed by you and by mcpgen in the same place; yours stays, the new one is in",
            _ => continue,
        };
        let beside = if *action == Action::Conflict { format!(" {path}.new") } else { String::new() };
        report::line(&format!("{path} {told}{beside}"));
    }
    for Gone { name, file, function } in &emitted.gone {
        report::line(&format!(
            "{name} is no longer in the description and no longer offered; its function {function} stays in {file} until \
             you delete it"
        ));
    }
    let count = |action: Action| steps.iter().filter(|step| step.action == action).count();
    let counts = [
        (count(Action::Create), "created"),
        (count(Action::Replace), "replaced"),
        (count(Action::Merge), "merged"),
        (count(Action::Delete), "deleted"),
        (
            count(Action::Same) + count(Action::Keep) + count(Action::KeepOrphan) + count(Action::KeepAway),
            "left as they were",
        ),
        (count(Action::Conflict), "in conflict"),
    ];
    let counts: Vec<String> =
        counts.iter().filter(|(count, _)| *count > 0).map(|(count, word)| format!("{count} {word}")).collect();
    report::line(&format!("{} in {}: {}", emitted.package, folder.path().display(), counts.join(", ")));
}

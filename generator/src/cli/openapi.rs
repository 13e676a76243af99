//! `mcpgen openapi`: a description, as a crate.

use std::{
    fs, io,
    path::{Path, PathBuf},
};

use clap::Args;

use super::{failure::Failure, flags, load, output, report};
use crate::diagnostic::{Diagnostic, Severity};
use crate::emit::{
    self, Emitted, Gone,
    lock::{self, Lock},
    regenerate::{self, Action, Current, Step},
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
}

impl Openapi {
    pub(super) fn run(self) -> Result<(), Failure> {
        let flags::Emission { out, runtime, dry_run, check, force } = &self.emission;
        let mut loaded = load::load(&self.description, &self.mapping)?;
        if !loaded.catalog.prompts.is_empty() {
            let told = Diagnostic::new(Severity::Warning, "prompts-left-out", "a crate has no prompts");
            let help = "only `mcpgen serve` offers those of the config file".to_owned();
            loaded.diagnostics.push(Diagnostic { help: Some(help), ..told });
        }
        loaded.tell(&self.description, flags::LogFormat::Text)?;
        let catalog = &loaded.catalog;
        if catalog.tools.len() + catalog.resources.len() + catalog.resource_templates.len() == 0 {
            return Err(Failure::work("there is nothing to emit; `mcpgen check` says what became of the operations"));
        }
        let lock = read_lock(out)?;
        let lock = lock.as_ref();
        let keep = |gone: &Gone| match lock {
            // What the owner did has no say in a check.
            Some(lock) if *check => lock.knows_gone(gone),
            _ => has_function(out, gone),
        };
        let emitted = emit::emit(catalog, runtime, lock, &keep).map_err(Failure::work)?;
        if *check {
            return self::check(out, lock, &emitted);
        }
        if lock.is_none() && !force && !is_empty(out)? {
            return Err(Failure::usage(format!(
                "{} has files but no {}; name another folder, or give --force, which keeps the files that are in the way",
                out.display(),
                lock::FILE
            )));
        }
        let steps = regenerate::steps(lock, &emitted.files, &|path| current(&out.join(path)));
        if *dry_run {
            for step in &steps {
                output::print(&format!("{:<9} {}", word(step.action), step.path))?;
            }
            return Ok(());
        }
        write(out, &steps, &emitted.lock)
            .map_err(|(path, error)| Failure::work(format!("cannot write {}: {error}", path.display())))?;
        tell(out, &steps, &emitted);
        if steps.iter().any(|step| step.action == Action::Conflict) { Err(Failure::Told) } else { Ok(()) }
    }
}

fn read_lock(out: &Path) -> Result<Option<Lock>, Failure> {
    let path = out.join(lock::FILE);
    match fs::read_to_string(&path) {
        Ok(text) => Ok(Some(Lock::parse(&text).map_err(Failure::usage)?)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(Failure::usage(format!("cannot read {}: {error}", path.display()))),
    }
}

/// Whether nothing, or nothing but a repository, stands in a folder.
fn is_empty(out: &Path) -> Result<bool, Failure> {
    match fs::read_dir(out) {
        Ok(entries) => Ok(entries.flatten().all(|entry| entry.file_name() == ".git")),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(Failure::usage(format!("cannot read {}: {error}", out.display()))),
    }
}

fn current(path: &Path) -> Current {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_or(Current::Other, |text| Current::Text(text.replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Current::Absent,
        Err(_) => Current::Other,
    }
}

/// Whether the owner still has the function.
fn has_function(out: &Path, Gone { file, function, .. }: &Gone) -> bool {
    matches!(current(&out.join(file)), Current::Text(text) if text.contains(&format!("fn {function}(")))
}

fn check(out: &Path, lock: Option<&Lock>, emitted: &Emitted) -> Result<(), Failure> {
    let lock = lock.ok_or_else(|| {
        Failure::usage(format!("{} has no {}, so it is no crate that can be checked", out.display(), lock::FILE))
    })?;
    let difference = regenerate::difference(lock, &emitted.files);
    if difference.is_empty() {
        return Ok(());
    }
    output::print(difference.trim_end())?;
    Err(Failure::work("the crate is not what would be emitted now; run the same command without --check"))
}

/// Writes what is to be written: all of it beside its place first, so that a full disk costs nothing, and `mcpgen.lock`
/// last, so that what was interrupted is done again.
fn write(out: &Path, steps: &[Step], lock: &str) -> Result<(), (PathBuf, io::Error)> {
    fs::create_dir_all(out).map_err(|error| (out.to_owned(), error))?;
    let staging =
        tempfile::Builder::new().prefix(".mcpgen-").tempdir_in(out).map_err(|error| (out.to_owned(), error))?;
    let written = steps.iter().filter_map(|step| {
        let beside = if step.action == Action::Conflict { ".new" } else { "" };
        Some((format!("{}{beside}", step.path), step.text.as_deref()?))
    });
    let written: Vec<(String, &str)> = written.chain([(lock::FILE.to_owned(), lock)]).collect();
    for (index, (path, text)) in written.iter().enumerate() {
        let staged = staging.path().join(index.to_string());
        fs::write(&staged, text).map_err(|error| (out.join(path), error))?;
    }
    let (lock, files) = written.split_last().map_or((None, &[][..]), |(lock, files)| (Some(lock), files));
    let place = |index: usize, path: &str| {
        let target = out.join(path);
        let folder = target.parent().map_or(Ok(()), fs::create_dir_all);
        folder
            .and_then(|()| fs::rename(staging.path().join(index.to_string()), &target))
            .map_err(|error| (target, error))
    };
    for (index, (path, _)) in files.iter().enumerate() {
        place(index, path)?;
    }
    for step in steps.iter().filter(|step| step.action == Action::Delete) {
        let path = out.join(&step.path);
        fs::remove_file(&path).map_err(|error| (path.clone(), error))?;
        // Folders that hold something else stay.
        let inside = path.ancestors().skip(1).take_while(|folder| *folder != out);
        let _ = inside.map(fs::remove_dir).take_while(Result::is_ok).count();
    }
    lock.map_or(Ok(()), |(path, _)| place(files.len(), path))
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
fn tell(out: &Path, steps: &[Step], emitted: &Emitted) {
    for Step { path, action, .. } in steps {
        let told = match action {
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
    report::line(&format!("{} in {}: {}", emitted.package, out.display(), counts.join(", ")));
}

//! What becomes of each file when a crate is emitted again: pure, from what was emitted, what stands there now, and what
//! is to be emitted.

use std::collections::BTreeMap;

use super::lock::{Base, Lock};

/// Folders whose files are mcpgen's: what is missing there is written again.
const OURS: [&str; 3] = ["runtime/", "schemas/", "src/generated/"];
/// What cargo changes itself.
const CARGO_LOCK: &str = "Cargo.lock";

/// What becomes of a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// It is what it should be.
    Same,
    /// It was not there.
    Create,
    /// It was as it was emitted.
    Replace,
    /// The owner changed it, and so did mcpgen, elsewhere in it.
    Merge,
    /// The owner changed it, and mcpgen did not.
    Keep,
    /// The owner took it away.
    KeepAway,
    /// It is emitted no more, and was as it was emitted.
    Delete,
    /// It is emitted no more, and the owner changed it.
    KeepOrphan,
    /// Both changed the same place: the owner's stays, and the new text stands beside it.
    Conflict,
}

/// A file and what becomes of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// The path below the crate's folder.
    pub path: String,
    /// What becomes of it.
    pub action: Action,
    /// What is written, in a [conflict](Action::Conflict) beside the file.
    pub text: Option<String>,
}

impl Step {
    /// Whether functions that the owner changed are offered no more, because their operations stand in another file now.
    pub fn is_out_of_use(&self) -> bool {
        self.action == Action::KeepOrphan && self.path.starts_with("src/tools/")
    }
}

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Current {
    /// Nothing.
    Absent,
    /// A text, its line ends `\n`.
    Text(String),
    /// Something that is no text.
    Other,
}

/// The steps from what is there to what is emitted, by path.
pub fn steps(lock: Option<&Lock>, emitted: &BTreeMap<String, String>, current: &dyn Fn(&str) -> Current) -> Vec<Step> {
    let mut steps: Vec<Step> = emitted
        .iter()
        .map(|(path, new)| {
            let base = lock.and_then(|lock| lock.files.get(path));
            let (action, text) = step(path, base, new, current(path));
            Step { path: path.clone(), action, text }
        })
        .collect();
    let gone = lock.iter().flat_map(|lock| &lock.files).filter(|(path, _)| !emitted.contains_key(*path));
    for (path, base) in gone {
        let action = match current(path) {
            Current::Absent => continue,
            Current::Text(text) if base.is(&text) => Action::Delete,
            _ => Action::KeepOrphan,
        };
        steps.push(Step { path: path.clone(), action, text: None });
    }
    steps.sort_by(|a, b| a.path.cmp(&b.path));
    steps
}

fn step(path: &str, base: Option<&Base>, new: &str, current: Current) -> (Action, Option<String>) {
    let write = |action| (action, Some(new.to_owned()));
    let current = match current {
        Current::Absent if base.is_none() || OURS.iter().any(|folder| path.starts_with(folder)) => {
            return write(Action::Create);
        }
        Current::Absent => return (Action::KeepAway, None),
        Current::Other => return write(Action::Conflict),
        Current::Text(current) => current,
    };
    match base {
        _ if current == new => (Action::Same, None),
        Some(base) if base.is(&current) => write(Action::Replace),
        Some(base) if base.is(new) => (Action::Keep, None),
        // Cargo puts it right.
        Some(_) if path == CARGO_LOCK => (Action::Keep, None),
        Some(Base { text: Some(base), .. }) => match diffy::merge(base, &current, new) {
            Ok(merged) => (Action::Merge, Some(merged)),
            Err(_) => write(Action::Conflict),
        },
        _ => write(Action::Conflict),
    }
}

/// What changed since the crate was emitted, as a patch; the owner's changes have no part in it.
pub fn difference(lock: &Lock, emitted: &BTreeMap<String, String>) -> String {
    let mut patch = String::new();
    let paths: std::collections::BTreeSet<&String> = lock.files.keys().chain(emitted.keys()).collect();
    for path in paths {
        let (base, new) = (lock.files.get(path), emitted.get(path));
        match (base, new) {
            (Some(base), Some(new)) if base.is(new) => {}
            // Only its hash is known.
            (Some(Base { text: None, .. }), Some(_)) => patch.push_str(&format!("--- {path}\n+++ {path}\n(changed)\n")),
            (Some(Base { text: None, .. }), None) => patch.push_str(&format!("--- {path}\n(gone)\n")),
            _ => {
                let old = base.and_then(|base| base.text.as_deref()).unwrap_or_default();
                let new = new.map(String::as_str).unwrap_or_default();
                let mut options = diffy::DiffOptions::new();
                options.set_original_filename(path.clone()).set_modified_filename(path.clone());
                patch.push_str(&options.create_patch(old, new).to_string());
            }
        }
    }
    patch
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Path, base, new, current, then the action and what is written.
    type Case<'c> = (&'c str, Option<&'c str>, &'c str, Current, Action, Option<&'c str>);

    #[test]
    fn what_becomes_of_a_file() {
        let base = "a\nb\nc\nd\ne\n";
        let new = "a\nb\nc\nd\nE\n";
        let text = |text: &str| Current::Text(text.to_owned());
        let cases: [Case<'_>; 15] = [
            ("x", None, new, Current::Absent, Action::Create, Some(new)),
            ("x", None, new, text(new), Action::Same, None),
            ("x", None, new, text("mine\n"), Action::Conflict, Some(new)),
            ("x", Some(base), new, text(base), Action::Replace, Some(new)),
            ("x", Some(base), new, text(new), Action::Same, None),
            ("x", Some(base), base, text("mine\n"), Action::Keep, None),
            ("x", Some(base), new, text("A\nb\nc\nd\ne\n"), Action::Merge, Some("A\nb\nc\nd\nE\n")),
            ("x", Some(base), new, text("a\nb\nc\nd\nmine\n"), Action::Conflict, Some(new)),
            ("x", Some(base), new, Current::Absent, Action::KeepAway, None),
            ("x", Some(base), base, Current::Absent, Action::KeepAway, None),
            ("schemas/x", Some(base), new, Current::Absent, Action::Create, Some(new)),
            ("x", Some(base), new, Current::Other, Action::Conflict, Some(new)),
            ("Cargo.lock", Some(base), new, text("mine\n"), Action::Keep, None),
            ("runtime/x", Some(base), new, text("mine\n"), Action::Conflict, Some(new)),
            ("runtime/x", Some(base), new, text(base), Action::Replace, Some(new)),
        ];
        for (path, base, new, current, action, written) in cases {
            let base = base.map(|base| Base::new(path, base));
            let got = step(path, base.as_ref(), new, current.clone());
            assert_eq!(got, (action, written.map(str::to_owned)), "{path} {current:?}");
        }
    }
}

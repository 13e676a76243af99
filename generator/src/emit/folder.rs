//! A crate's folder: what stands there, what becomes of it when the crate is emitted, and the writing.

use std::{
    borrow::Cow,
    fs, io,
    path::{Path, PathBuf},
};

use mcpgen_runtime::catalog::Catalog;

use super::{
    EmitError, Emitted, Gone, Runtime, emit,
    lock::{self, Lock, LockError},
    regenerate::{self, Action, Current, Step},
};

/// A folder that holds a crate, or will.
///
/// ```
/// use mcpgen::{diagnostic::Diagnostic, emit::{Folder, Runtime}, front, mapping::MapOptions, source::{Documents, LoadOptions}};
///
/// let description = concat!(env!("CARGO_MANIFEST_DIR"), "/../fixtures/specs/petstore.yaml");
/// let (documents, told) = Documents::load(description, &LoadOptions::default(), None)?;
/// let catalog = front::read(&documents, told, MapOptions::default())?.catalog;
///
/// let parent = tempfile::tempdir()?;
/// let folder = Folder::open(parent.path().join("petstore"))?;
/// folder.require_crate_or_nothing()?;
/// let emission = folder.emit(&catalog, &Runtime::Vendored)?;
/// assert!(emission.steps.iter().any(|step| step.path == "src/tools/pets.rs"));
/// emission.write()?;
/// // Again, after the description or the crate has changed; what the owner changed is kept.
/// let folder = Folder::open(parent.path().join("petstore"))?;
/// assert_eq!(folder.difference(&catalog, &Runtime::Vendored)?, "");
/// # Ok::<_, Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Folder {
    path: PathBuf,
    lock: Option<Lock>,
    flags: Vec<String>,
}

/// A crate, and what becomes of each file of its folder. Nothing is written before [`write`](Self::write).
#[derive(Debug)]
#[must_use = "nothing is written yet"]
pub struct Emission<'f> {
    folder: &'f Folder,
    /// The crate.
    pub emitted: Emitted,
    /// What becomes of each file, by path.
    pub steps: Vec<Step>,
}

/// Why nothing, or not all, was done.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// A file or the folder cannot be read.
    #[error("cannot read {}: {source}", path.display())]
    Read {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// A file or the folder cannot be written.
    #[error("cannot write {}: {source}", path.display())]
    Write {
        /// Which.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
    /// What was emitted before cannot be told.
    #[error(transparent)]
    Lock(#[from] LockError),
    /// The folder holds something else.
    #[error("{} has files but no {}", .0.display(), lock::FILE)]
    InTheWay(PathBuf),
    /// The folder holds no crate.
    #[error("{} has no {}, so it is no crate that can be checked", .0.display(), lock::FILE)]
    NoCrate(PathBuf),
    /// The crate cannot be printed.
    #[error(transparent)]
    Emit(#[from] EmitError),
}

impl Folder {
    /// A folder, which need not be there yet.
    ///
    /// # Errors
    /// When its `mcpgen.lock` cannot be read.
    pub fn open(path: impl Into<PathBuf>) -> Result<Self, FolderError> {
        let path = path.into();
        let file = path.join(lock::FILE);
        let lock = match fs::read_to_string(&file) {
            Ok(text) => Some(Lock::parse(&text)?),
            Err(error) if error.kind() == io::ErrorKind::NotFound => None,
            Err(source) => return Err(FolderError::Read { path: file, source }),
        };
        Ok(Self { path, lock, flags: Vec::new() })
    }

    /// Says by which flags of `mcpgen openapi` the crate is made, each a word like `--name=shop`: its README and its lock
    /// name them. Without this it is none.
    #[must_use]
    pub fn with_flags(mut self, flags: Vec<String>) -> Self {
        self.flags = flags;
        self
    }

    /// The flags that the crate was made with before; None where there is no crate, or none that says so.
    pub fn flags_before(&self) -> Option<&[String]> {
        self.lock.as_ref()?.flags.as_deref()
    }

    /// Where it is.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Fails where the folder holds something, a repository aside, and it is no crate. Files that are in the way are kept
    /// in any case.
    ///
    /// # Errors
    /// When it does, or cannot be read.
    pub fn require_crate_or_nothing(&self) -> Result<(), FolderError> {
        if self.lock.is_some() {
            return Ok(());
        }
        match fs::read_dir(&self.path) {
            Ok(mut entries) => {
                let holds_something = entries.any(|entry| entry.is_ok_and(|entry| entry.file_name() != ".git"));
                if holds_something { Err(FolderError::InTheWay(self.path.clone())) } else { Ok(()) }
            }
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(()),
            Err(source) => Err(FolderError::Read { path: self.path.clone(), source }),
        }
    }

    /// What is emitted for a catalog now, and what becomes of each file. Operations that are gone are kept for as long as
    /// their functions are there.
    ///
    /// # Errors
    /// When a template cannot be printed.
    pub fn emit(&self, catalog: &Catalog, runtime: &Runtime) -> Result<Emission<'_>, FolderError> {
        let emitted = emit(catalog, runtime, &self.flags, self.lock.as_ref(), &|gone| self.has_function(gone))?;
        let steps = regenerate::steps(self.lock.as_ref(), &emitted.files, &|path| current(&self.path.join(path)));
        Ok(Emission { folder: self, emitted, steps })
    }

    /// What has changed since the crate was emitted, as a patch, without regard to what the owner changed: nothing where
    /// it is what would be emitted now.
    ///
    /// # Errors
    /// When there is no crate, or a template cannot be printed.
    pub fn difference(&self, catalog: &Catalog, runtime: &Runtime) -> Result<String, FolderError> {
        let lock = self.lock.as_ref().ok_or_else(|| FolderError::NoCrate(self.path.clone()))?;
        let emitted = emit(catalog, runtime, &self.flags, Some(lock), &|gone| lock.knows_gone(gone))?;
        Ok(regenerate::difference(lock, &emitted.files))
    }

    fn has_function(&self, Gone { file, function, .. }: &Gone) -> bool {
        matches!(current(&self.path.join(file)), Current::Text(text) if text.contains(&format!("fn {function}(")))
    }
}

impl Emission<'_> {
    /// Whether something of the owner's is to be put right by hand: a change of theirs meets one of mcpgen's, whose text
    /// stands beside the file then, or [is out of use](Step::is_out_of_use).
    pub fn has_conflict(&self) -> bool {
        self.steps.iter().any(|step| step.action == Action::Conflict || step.is_out_of_use())
    }

    /// Writes what is to be written: all of it beside its place first, so that a full disk costs nothing, and
    /// `mcpgen.lock` last, so that what was interrupted is done again.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self) -> Result<(), FolderError> {
        let out = &self.folder.path;
        let failed = |path: PathBuf| move |source| FolderError::Write { path, source };
        fs::create_dir_all(out).map_err(failed(out.clone()))?;
        let staging = tempfile::Builder::new().prefix(".mcpgen-").tempdir_in(out).map_err(failed(out.clone()))?;
        let written = self.steps.iter().filter_map(|step| {
            let beside = if step.action == Action::Conflict { ".new" } else { "" };
            Some((format!("{}{beside}", step.path), step.text.as_deref()?))
        });
        let written: Vec<(String, &str)> = written.chain([(lock::FILE.to_owned(), &*self.emitted.lock)]).collect();
        for (index, (path, text)) in written.iter().enumerate() {
            let staged = staging.path().join(index.to_string());
            fs::write(staged, as_it_ends(&out.join(path), text).as_bytes()).map_err(failed(out.join(path)))?;
        }
        let place = |index: usize, path: &str| {
            let target = out.join(path);
            let folder = target.parent().map_or(Ok(()), fs::create_dir_all);
            let moved = folder.and_then(|()| fs::rename(staging.path().join(index.to_string()), &target));
            moved.map_err(failed(target))
        };
        let last = written.len() - 1;
        for (index, (path, _)) in written[..last].iter().enumerate() {
            place(index, path)?;
        }
        for step in self.steps.iter().filter(|step| step.action == Action::Delete) {
            let path = out.join(&step.path);
            fs::remove_file(&path).map_err(failed(path.clone()))?;
            // Folders that hold something else stay.
            let inside = path.ancestors().skip(1).take_while(|folder| folder != out);
            let _ = inside.map(fs::remove_dir).take_while(Result::is_ok).count();
        }
        place(last, lock::FILE)
    }
}

/// A text with the line ends of the file in its place, which version control may have made `\r\n`.
fn as_it_ends<'t>(path: &Path, text: &'t str) -> Cow<'t, str> {
    let is_crlf = fs::read(path).is_ok_and(|bytes| bytes.windows(2).any(|pair| pair == b"\r\n"));
    if is_crlf { text.replace('\n', "\r\n").into() } else { text.into() }
}

fn current(path: &Path) -> Current {
    match fs::read(path) {
        Ok(bytes) => String::from_utf8(bytes).map_or(Current::Other, |text| Current::Text(text.replace("\r\n", "\n"))),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Current::Absent,
        Err(_) => Current::Other,
    }
}

//! A value that is read again when its file changes.

use std::{
    fmt,
    path::PathBuf,
    sync::{Arc, Mutex, PoisonError},
    time::SystemTime,
};

use super::CredentialError;

/// What is read from files, and has been read.
pub(crate) struct Watched<T> {
    files: Vec<PathBuf>,
    read: Box<dyn Fn() -> Result<T, CredentialError> + Send + Sync>,
    last: Mutex<Last<T>>,
}

struct Last<T> {
    stamps: Vec<Option<Stamp>>,
    value: Arc<T>,
}

/// What changes with a file. Writers that replace it may keep its time, and those that fill it its length.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Stamp {
    modified: Option<SystemTime>,
    length: u64,
    inode: u64,
}

impl<T> Watched<T> {
    /// Reads the value for the first time.
    pub(crate) fn new(
        files: Vec<PathBuf>,
        read: impl Fn() -> Result<T, CredentialError> + Send + Sync + 'static,
    ) -> Result<Self, CredentialError> {
        // The stamps come first: what changes in between is seen the next time.
        let stamps = stamps(&files);
        let value = Arc::new(read()?);
        Ok(Self { files, read: Box::new(read), last: Mutex::new(Last { stamps, value }) })
    }

    /// A value that never changes.
    pub(crate) fn fixed(value: T) -> Self
    where
        T: Clone + Send + Sync + 'static,
    {
        let last = Last { stamps: Vec::new(), value: Arc::new(value.clone()) };
        Self { files: Vec::new(), read: Box::new(move || Ok(value.clone())), last: Mutex::new(last) }
    }

    /// The value. Where a file has changed it is read again; the last good value stays where that fails.
    pub(crate) fn get(&self) -> Arc<T> {
        let now = stamps(&self.files);
        let mut last = self.last.lock().unwrap_or_else(PoisonError::into_inner);
        if now != last.stamps {
            last.stamps = now;
            match (self.read)() {
                Ok(value) => {
                    tracing::info!(files = ?self.files, "a credential's file has changed and was read again");
                    last.value = Arc::new(value);
                }
                Err(error) => tracing::warn!("a credential's file has changed, and its last value stays: {error}"),
            }
        }
        Arc::clone(&last.value)
    }
}

impl<T> fmt::Debug for Watched<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watched").field("files", &self.files).finish_non_exhaustive()
    }
}

fn stamps(files: &[PathBuf]) -> Vec<Option<Stamp>> {
    files
        .iter()
        .map(|file| std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file).map(|of| stamp(&of)))
        .collect()
}

fn stamp(metadata: &std::fs::Metadata) -> Stamp {
    #[cfg(unix)]
    let inode = std::os::unix::fs::MetadataExt::ino(metadata);
    #[cfg(not(unix))]
    let inode = 0;
    Stamp { modified: metadata.modified().ok(), length: metadata.len(), inode }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_read_again_when_it_changes() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("value");
        let write = |text: &str| {
            // Another file each time, as secret stores replace them.
            let new = folder.path().join("new");
            std::fs::write(&new, text).unwrap();
            std::fs::rename(&new, &path).unwrap();
        };
        write("one");
        let read = {
            let path = path.clone();
            move || {
                let text = std::fs::read_to_string(&path).unwrap_or_default();
                let wrong = CredentialError::Value { scheme: "s".to_owned(), reason: "is empty" };
                if text.is_empty() { Err(wrong) } else { Ok(text) }
            }
        };
        let watched = Watched::new(vec![path.clone()], read).unwrap();
        let steps: [(Option<&str>, &str); 6] = [
            (None, "one"),
            (Some("two"), "two"),
            (Some(""), "two"),
            (None, "two"),
            (Some("four"), "four"),
            (None, "four"),
        ];
        for (text, expected) in steps {
            if let Some(text) = text {
                write(text);
            }
            assert_eq!(*watched.get(), expected, "{text:?}");
        }
        std::fs::remove_file(&path).unwrap();
        assert_eq!(*watched.get(), "four");
    }
}

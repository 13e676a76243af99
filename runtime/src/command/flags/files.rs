//! Files of this machine as arguments.

use std::path::PathBuf;

use crate::files::{Files as Allowed, FolderError};
use clap::Args;

/// Flags of every command that takes arguments.
#[derive(Debug, Clone, Args)]
#[command(next_help_heading = "Files")]
pub struct Files {
    /// Let arguments that are files be given as {"path": "name"}, a path below this folder (repeatable); without it no
    /// files of this machine are read
    #[arg(long, value_name = "DIR")]
    allow_files: Vec<PathBuf>,
}

impl Files {
    /// Whether any folder is allowed.
    pub fn are_allowed(&self) -> bool {
        !self.allow_files.is_empty()
    }

    /// The folders, opened.
    ///
    /// # Errors
    /// When one cannot be opened.
    pub fn open(&self) -> Result<Allowed, FolderError> {
        Allowed::below(&self.allow_files)
    }
}

//! A private folder that is gone when its owner is dropped.

use std::path::{Path, PathBuf};

use crate::{StoreError, create, make_folder};

/// A fresh 0700 folder with files that a child process reads.
#[derive(Debug)]
pub struct Scratch {
    folder: tempfile::TempDir,
}

impl Scratch {
    /// # Errors
    /// When the temporary folder cannot be written.
    pub fn new() -> Result<Self, StoreError> {
        let folder = tempfile::Builder::new()
            .prefix("deming-")
            .tempdir()
            .map_err(StoreError::io("make a folder in", &std::env::temp_dir()))?;
        Ok(Self { folder })
    }

    pub fn path(&self) -> &Path {
        self.folder.path()
    }

    /// Writes a file and gives its path.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn file(&self, name: &str, bytes: &[u8]) -> Result<PathBuf, StoreError> {
        let path = self.folder.path().join(name);
        create(&path, bytes)?;
        Ok(path)
    }

    /// Makes an empty folder and gives its path.
    ///
    /// # Errors
    /// When it cannot be made.
    pub fn empty_folder(&self, name: &str) -> Result<PathBuf, StoreError> {
        let path = self.folder.path().join(name);
        make_folder(&path)?;
        Ok(path)
    }
}

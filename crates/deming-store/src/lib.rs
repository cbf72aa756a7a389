//! The only place that writes files: whole, fsynced, 0600 in 0700 folders.
//!
//! Nothing here follows a symbolic link out of the folder that it was given,
//! and nothing overwrites a file unless its name says so.

mod folder;
mod git_folder;
mod homes;
mod scratch;

pub use folder::{Folder, Lock};
pub use git_folder::git_folder;
pub use homes::Homes;
pub use scratch::Scratch;

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{DirBuilderExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

/// A file or folder could not be read or written.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    #[error("{action} `{}`", path.display())]
    Io { action: &'static str, path: PathBuf, source: io::Error },
    #[error("`{}` leads out of `{}` by a symbolic link", path.display(), root.display())]
    LeadsOut { path: PathBuf, root: PathBuf },
    #[error("`{}` is not a plain name inside its folder", .0.display())]
    NotInside(PathBuf),
    #[error("`{}` is not a regular file", .0.display())]
    NotAFile(PathBuf),
    #[error("`{}` is larger than {limit} bytes", path.display())]
    TooLarge { path: PathBuf, limit: u64 },
}

impl StoreError {
    /// The reason that the operating system gave, if it was the one to say no.
    pub fn io_kind(&self) -> Option<io::ErrorKind> {
        match self {
            Self::Io { source, .. } => Some(source.kind()),
            Self::LeadsOut { .. }
            | Self::NotInside(_)
            | Self::NotAFile(_)
            | Self::TooLarge { .. } => None,
        }
    }

    fn io(action: &'static str, path: &Path) -> impl FnOnce(io::Error) -> Self {
        let path = path.to_owned();
        move |source| Self::Io { action, path, source }
    }
}

/// Makes a folder and its parents, 0700; one that exists is left as it is.
///
/// # Errors
/// When a parent is not a folder or may not be written.
pub fn make_folder(path: &Path) -> Result<(), StoreError> {
    std::fs::DirBuilder::new()
        .recursive(true)
        .mode(0o700)
        .create(path)
        .map_err(StoreError::io("make the folder", path))
}

/// Reads a regular file of at most `limit` bytes, following links.
///
/// # Errors
/// When it is absent, a folder, a pipe, not readable or larger.
pub fn read_bounded(path: &Path, limit: u64) -> Result<Vec<u8>, StoreError> {
    let failed = || StoreError::io("read", path);
    let (file, _) = open_regular(path)?;
    let mut bytes = Vec::new();
    file.take(limit + 1).read_to_end(&mut bytes).map_err(failed())?;
    if limit < bytes.len() as u64 {
        return Err(StoreError::TooLarge { path: path.to_owned(), limit });
    }
    Ok(bytes)
}

/// Reads the last `limit` bytes of a regular file, following links, and says
/// at which byte of the file they begin.
///
/// # Errors
/// When it is absent, a folder, a pipe or not readable.
pub fn read_end(path: &Path, limit: u64) -> Result<(u64, Vec<u8>), StoreError> {
    let failed = || StoreError::io("read", path);
    let (mut file, length) = open_regular(path)?;
    let start = length.saturating_sub(limit);
    file.seek(SeekFrom::Start(start)).map_err(failed())?;
    let mut bytes = Vec::new();
    file.take(limit).read_to_end(&mut bytes).map_err(failed())?;
    Ok((start, bytes))
}

/// A regular file and its length in bytes.
fn open_regular(path: &Path) -> Result<(File, u64), StoreError> {
    let failed = || StoreError::io("read", path);
    // Asked before it is opened: opening a pipe that nobody writes to hangs.
    let metadata = std::fs::metadata(path).map_err(failed())?;
    if metadata.is_dir() {
        return Err(failed()(io::Error::from(io::ErrorKind::IsADirectory)));
    }
    if !metadata.is_file() {
        return Err(StoreError::NotAFile(path.to_owned()));
    }
    Ok((File::open(path).map_err(failed())?, metadata.len()))
}

/// Writes a file whole: a temporary file beside it, fsynced, renamed over it.
fn replace(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = write_beside(path, bytes)?;
    // Before the rename: a crash must not leave a name without its text.
    temporary.as_file().sync_all().map_err(StoreError::io("write", path))?;
    temporary.persist(path).map_err(|it| StoreError::io("replace", path)(it.error))?;
    sync_parent(path)
}

/// The same without waiting for the disk: after a crash of the machine it may
/// be the old text, the new one or nothing.
fn replace_soon(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = write_beside(path, bytes)?;
    temporary.persist(path).map_err(|it| StoreError::io("replace", path)(it.error))?;
    Ok(())
}

/// The same for a file that must not exist yet.
fn create(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let temporary = write_beside(path, bytes)?;
    temporary.as_file().sync_all().map_err(StoreError::io("write", path))?;
    temporary.persist_noclobber(path).map_err(|it| StoreError::io("create", path)(it.error))?;
    sync_parent(path)
}

fn write_beside(path: &Path, bytes: &[u8]) -> Result<tempfile::NamedTempFile, StoreError> {
    let failed = || StoreError::io("write", path);
    let folder = path.parent().unwrap_or(Path::new("."));
    // `tempfile` makes files 0600.
    let mut temporary =
        tempfile::Builder::new().prefix(".writing-").tempfile_in(folder).map_err(failed())?;
    temporary.write_all(bytes).map_err(failed())?;
    Ok(temporary)
}

fn append(path: &Path, bytes: &[u8]) -> Result<(), StoreError> {
    let failed = || StoreError::io("append to", path);
    let mut file =
        OpenOptions::new().create(true).append(true).mode(0o600).open(path).map_err(failed())?;
    file.write_all(bytes).map_err(failed())?;
    file.sync_data().map_err(failed())
}

fn sync_parent(path: &Path) -> Result<(), StoreError> {
    let folder = path.parent().unwrap_or(Path::new("."));
    File::open(folder)
        .and_then(|it| it.sync_all())
        .map_err(StoreError::io("fsync the folder", folder))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    #[test]
    #[expect(clippy::disallowed_methods, reason = "nothing in the library makes a pipe")]
    fn a_pipe_that_nobody_writes_to_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let pipe = folder.path().join("pipe");
        let made = std::process::Command::new("mkfifo").arg(&pipe).status().unwrap();
        assert!(made.success());
        let (sender, receiver) = std::sync::mpsc::channel();
        std::thread::spawn(move || {
            // Nobody listens any more once the test has failed.
            let _ = sender.send(read_bounded(&pipe, 10));
        });
        let read = receiver.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(matches!(read, Err(StoreError::NotAFile(_))), "{read:?}");
    }

    #[test]
    fn end_of_a_file_says_where_it_begins() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("log");
        append(&path, b"one\ntwo\n").unwrap();
        assert_eq!(read_end(&path, 4).unwrap(), (4, b"two\n".to_vec()));
        assert_eq!(read_end(&path, 100).unwrap(), (0, b"one\ntwo\n".to_vec()));
        assert!(read_end(folder.path(), 4).is_err());
    }
}

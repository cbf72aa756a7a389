//! A folder that is ours; every name is taken inside it, never outside.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::OpenOptionsExt;
use std::path::{Component, Path, PathBuf};

use crate::StoreError;

/// A folder of ours, 0700, made when it is first written to.
///
/// It may itself be a link that its owner made; nothing below it is followed
/// through one.
#[derive(Clone, Debug)]
pub struct Folder {
    root: PathBuf,
    /// The folder that this one is, or lies in.
    top: PathBuf,
}

/// Held until dropped; other processes wait or are told.
#[derive(Debug)]
pub struct Lock {
    _file: File,
}

impl Folder {
    pub fn new(root: impl Into<PathBuf>) -> Self {
        let root = root.into();
        Self { top: root.clone(), root }
    }

    pub fn path(&self) -> &Path {
        &self.root
    }

    pub fn folder(&self, name: &str) -> Self {
        Self { root: self.root.join(name), top: self.top.clone() }
    }

    /// Writes `name` whole, over what was there.
    ///
    /// # Errors
    /// When the name leads out of the folder or the disk says no; the old file
    /// is then still whole.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        crate::replace(&self.place(name)?, bytes)
    }

    /// Writes `name` whole without waiting for the disk, for what can be made
    /// again: a crash of the machine may leave the old text, or nothing.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn replace_soon(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        crate::replace_soon(&self.place(name)?, bytes)
    }

    /// Writes `name`, which must not exist.
    ///
    /// # Errors
    /// As [`Folder::replace`]; `AlreadyExists` when it does.
    pub fn create(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        crate::create(&self.place(name)?, bytes)
    }

    /// Appends to `name` and waits until it is on the disk.
    ///
    /// # Errors
    /// As [`Folder::replace`]; a part may have been written.
    pub fn append(&self, name: &str, bytes: &[u8]) -> Result<(), StoreError> {
        crate::append(&self.place(name)?, bytes)
    }

    /// Cuts a file to its first `length` bytes, to drop a torn last line.
    ///
    /// # Errors
    /// As [`Folder::replace`].
    pub fn cut(&self, name: &str, length: u64) -> Result<(), StoreError> {
        let path = self.place(name)?;
        OpenOptions::new()
            .write(true)
            .open(&path)
            .and_then(|file| file.set_len(length).and_then(|()| file.sync_all()))
            .map_err(StoreError::io("cut", &path))
    }

    /// Reads `name`; `None` when there is no such file.
    ///
    /// # Errors
    /// When it is there and cannot be read, or is larger than `limit` bytes.
    pub fn read(&self, name: &str, limit: u64) -> Result<Option<Vec<u8>>, StoreError> {
        if !self.root.is_dir() {
            return Ok(None);
        }
        match crate::read_bounded(&self.place(name)?, limit) {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.io_kind() == Some(io::ErrorKind::NotFound) => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// The names in the folder, sorted; none when it does not exist.
    ///
    /// # Errors
    /// When it is there and cannot be listed.
    pub fn names(&self) -> Result<Vec<String>, StoreError> {
        self.check_links()?;
        let failed = || StoreError::io("list", &self.root);
        let entries = match std::fs::read_dir(&self.root) {
            Ok(entries) => entries,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
            Err(error) => return Err(failed()(error)),
        };
        let mut names = Vec::new();
        for entry in entries {
            names.extend(entry.map_err(failed())?.file_name().into_string());
        }
        names.sort();
        Ok(names)
    }

    /// Removes a file; one that is not there is fine.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    #[expect(clippy::disallowed_methods, reason = "this crate is the place for it")]
    pub fn remove(&self, name: &str) -> Result<(), StoreError> {
        if !self.root.is_dir() {
            return Ok(());
        }
        let path = self.place(name)?;
        match std::fs::remove_file(&path) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &path)(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Removes the folder and all that is in it; links in it are not followed.
    ///
    /// # Errors
    /// When something of it cannot be removed.
    #[expect(clippy::disallowed_methods, reason = "this crate is the place for it")]
    pub fn remove_all(&self) -> Result<(), StoreError> {
        self.check_links()?;
        match std::fs::remove_dir_all(&self.root) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(StoreError::io("remove", &self.root)(error))
            }
            Ok(()) | Err(_) => Ok(()),
        }
    }

    /// Waits until no other process holds the lock `name`.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn lock(&self, name: &str) -> Result<Lock, StoreError> {
        let (path, file) = self.lock_file(name)?;
        file.lock().map_err(StoreError::io("lock", &path))?;
        Ok(Lock { _file: file })
    }

    /// Takes the lock `name`, or `None` while another process holds it.
    ///
    /// # Errors
    /// When the lock file cannot be made.
    pub fn try_lock(&self, name: &str) -> Result<Option<Lock>, StoreError> {
        let (path, file) = self.lock_file(name)?;
        match file.try_lock() {
            Ok(()) => Ok(Some(Lock { _file: file })),
            Err(std::fs::TryLockError::WouldBlock) => Ok(None),
            Err(std::fs::TryLockError::Error(error)) => Err(StoreError::io("lock", &path)(error)),
        }
    }

    fn lock_file(&self, name: &str) -> Result<(PathBuf, File), StoreError> {
        let path = self.place(name)?;
        let file = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .mode(0o600)
            .open(&path)
            .map_err(StoreError::io("open the lock", &path))?;
        Ok((path, file))
    }

    /// The path of `name`, its folder made, checked to lie inside.
    fn place(&self, name: &str) -> Result<PathBuf, StoreError> {
        let mut components = Path::new(name).components();
        match (components.next(), components.next()) {
            (Some(Component::Normal(_)), None) => {}
            _ => return Err(StoreError::NotInside(PathBuf::from(name))),
        }
        self.check_links()?;
        crate::make_folder(&self.root)?;
        let path = self.root.join(name);
        if path.is_symlink() {
            return Err(StoreError::LeadsOut { path, root: self.root.clone() });
        }
        Ok(path)
    }

    /// Whether a folder between the top and this one is a link.
    fn check_links(&self) -> Result<(), StoreError> {
        let below = self.root.ancestors().take_while(|it| *it != self.top);
        match below.into_iter().find(|it| it.is_symlink()) {
            Some(link) => {
                Err(StoreError::LeadsOut { path: link.to_owned(), root: self.top.clone() })
            }
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::PermissionsExt;

    fn folder() -> (tempfile::TempDir, Folder) {
        let temporary = tempfile::tempdir().unwrap();
        let folder = Folder::new(temporary.path().join("a/b"));
        (temporary, folder)
    }

    #[test]
    fn files_are_0600_in_0700_folders() {
        let (_guard, folder) = folder();
        folder.replace("x", b"1").unwrap();
        folder.append("y", b"2").unwrap();
        let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
        assert_eq!(mode(folder.path()), 0o700);
        assert_eq!(mode(&folder.path().join("x")), 0o600);
        assert_eq!(mode(&folder.path().join("y")), 0o600);
    }

    #[test]
    fn create_never_overwrites() {
        let (_guard, folder) = folder();
        folder.create("x", b"1").unwrap();
        let error = folder.create("x", b"2").unwrap_err();
        assert_eq!(error.io_kind(), Some(io::ErrorKind::AlreadyExists));
        assert_eq!(folder.read("x", 10).unwrap(), Some(b"1".to_vec()));
    }

    #[test]
    fn names_and_links_do_not_lead_out() {
        let (guard, folder) = folder();
        for name in ["../x", "/etc/x", "a/b", "..", "."] {
            assert!(matches!(folder.replace(name, b""), Err(StoreError::NotInside(_))), "{name}");
        }
        folder.replace("x", b"").unwrap();
        let outside = guard.path().join("outside");
        std::os::unix::fs::symlink(&outside, folder.path().join("link")).unwrap();
        assert!(matches!(folder.append("link", b"1"), Err(StoreError::LeadsOut { .. })));
        assert!(!outside.exists());
    }

    #[test]
    fn folders_that_are_links_are_not_followed() {
        let (guard, folder) = folder();
        folder.replace("x", b"").unwrap();
        let outside = guard.path().join("outside");
        Folder::new(&outside).replace("y", b"theirs").unwrap();
        std::os::unix::fs::symlink(&outside, folder.path().join("linked")).unwrap();
        for linked in [folder.folder("linked"), folder.folder("linked").folder("deeper")] {
            let leads_out =
                |it: Result<(), StoreError>| matches!(it, Err(StoreError::LeadsOut { .. }));
            assert!(leads_out(linked.replace("y", b"ours")));
            assert!(leads_out(linked.names().map(drop)));
            assert!(leads_out(linked.remove_all()));
        }
        let linked = folder.folder("linked");
        assert!(matches!(linked.read("y", 10), Err(StoreError::LeadsOut { .. })));
        assert!(matches!(linked.remove("y"), Err(StoreError::LeadsOut { .. })));
        assert_eq!(std::fs::read(outside.join("y")).unwrap(), b"theirs");
        // The top may be a link: people keep their folders elsewhere.
        let top = guard.path().join("top");
        std::os::unix::fs::symlink(folder.path(), &top).unwrap();
        Folder::new(&top).folder("own").replace("z", b"1").unwrap();
        assert!(folder.path().join("own/z").is_file());
    }

    #[test]
    fn reads_are_bounded_and_absence_is_no_error() {
        let (_guard, folder) = folder();
        assert_eq!(folder.read("x", 3).unwrap(), None);
        folder.replace("x", b"1234").unwrap();
        assert!(matches!(folder.read("x", 3), Err(StoreError::TooLarge { .. })));
        assert_eq!(folder.read("x", 4).unwrap(), Some(b"1234".to_vec()));
    }

    #[test]
    fn lock_is_exclusive() {
        let (_guard, folder) = folder();
        let held = folder.try_lock("l").unwrap();
        assert!(held.is_some());
        assert!(folder.try_lock("l").unwrap().is_none());
        drop(held);
        assert!(folder.try_lock("l").unwrap().is_some());
    }
}

//! Where git keeps what belongs to one working tree.

use std::path::{Path, PathBuf};

use crate::read_bounded;

/// The largest `.git` file that is read, in bytes; it holds one path.
const LIMIT: u64 = 64 * 1024;

/// `.git` in the top folder of a working tree, or the folder that it names in a
/// linked one; `None` where there is neither.
pub fn git_folder(root: &Path) -> Option<PathBuf> {
    let entry = root.join(".git");
    if entry.is_dir() {
        return Some(entry);
    }
    let text = String::from_utf8(read_bounded(&entry, LIMIT).ok()?).ok()?;
    Some(root.join(text.trim_end().strip_prefix("gitdir: ")?))
}

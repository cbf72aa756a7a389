//! The folder that a command works on: a git working tree, or the folder itself.

use std::path::{Component, Path, PathBuf};

use deming_core::plan;

use crate::environment::Environment;
use crate::git::{self, Place};

/// Where the plan's files are looked for.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Project {
    /// Canonical.
    pub root: PathBuf,
    pub has_git: bool,
}

/// What the project is called in the folders of logs: the name of its `origin`,
/// else of its folder.
pub(crate) async fn name(environment: &Environment, project: &Project) -> String {
    name_at(git::place(environment, &project.root).await, project)
}

/// The same, where git was asked already.
pub(crate) fn name_at(place: Place, project: &Project) -> String {
    let folder = project.root.file_name().map(|it| it.to_string_lossy().into_owned());
    plan::slug(&place.remote_name.or(folder).unwrap_or_default())
}

impl Project {
    /// The working tree around `folder`, else `folder`.
    pub(crate) fn around(folder: &Path) -> Self {
        let start = folder.canonicalize().unwrap_or_else(|_| folder.to_owned());
        let tree = start.ancestors().find(|it| it.join(".git").exists());
        match tree {
            Some(root) => Self { root: root.to_owned(), has_git: true },
            None => Self { root: start, has_git: false },
        }
    }

    /// Whether the project has this file or folder, named as plans name it.
    pub(crate) fn has(&self, name: &str) -> bool {
        let path = Path::new(name);
        let stays =
            path.components().all(|it| matches!(it, Component::Normal(_) | Component::CurDir));
        stays && self.root.join(path).symlink_metadata().is_ok()
    }

    /// Whether `path` lies in the project.
    pub(crate) fn contains(&self, path: &Path) -> bool {
        path.canonicalize().is_ok_and(|it| it.starts_with(&self.root))
    }
}

//! Files that go with the plan because a person agrees to them by name: files of
//! the project alone, bounded, as they are when they are named.

use std::path::{Path, PathBuf};

use deming_core::clean::{clean, clean_line};
use deming_core::render::consent::bytes;
use deming_core::review_loop::AttachedFile;

use crate::environment::Environment;
use crate::error::Error;
use crate::git;
use crate::project::Project;
use crate::secrets::Redaction;

/// How many files may go with a plan.
const MOST_FILES: usize = 10;
/// The largest of them, in bytes.
const FILE_LIMIT: u64 = 64 * 1024;
/// All of them, in bytes.
const TOTAL_LIMIT: usize = 256 * 1024;

/// Reads the files, each with labels in the place of its secrets.
///
/// # Errors
/// When one may not go with a plan; the reason names it.
pub(crate) fn attached(
    environment: &Environment,
    project: &Project,
    named: &[PathBuf],
    redaction: &mut Redaction,
) -> Result<Vec<AttachedFile>, Error> {
    let mut files: Vec<(PathBuf, String, u32)> = Vec::new();
    for path in named {
        let (path, name) = find(environment, project, path)?;
        match files.iter_mut().find(|it| it.0 == path) {
            Some((_, _, times)) => *times += 1,
            None => files.push((path, name, 1)),
        }
    }
    if MOST_FILES < files.len() {
        return Err(Error::usage(format!("more than {MOST_FILES} files are attached"))
            .hint("attach those alone that the reviewer needs"));
    }
    let mut attached = Vec::new();
    let mut total = 0;
    for (path, name, times) in files {
        if times < 2 && !is_tracked(environment, project, &name)? {
            return Err(Error::usage(format!("`{name}` is not tracked by git")).hint(format!(
                "to attach it all the same, name it twice: --attach {name} --attach {name}"
            )));
        }
        let raw = deming_store::read_bounded(&path, FILE_LIMIT).map_err(|_| {
            let limit = bytes(usize::try_from(FILE_LIMIT).unwrap_or_default());
            Error::usage(format!("`{name}` cannot be read or is larger than {limit}"))
                .hint("name the part that matters in the plan itself")
        })?;
        total += raw.len();
        if TOTAL_LIMIT < total {
            let limit = bytes(TOTAL_LIMIT);
            return Err(Error::usage(format!("the attached files are larger than {limit}"))
                .hint("attach those alone that the reviewer needs"));
        }
        let size = raw.len();
        let text = String::from_utf8(raw)
            .map_err(|_| Error::usage(format!("`{name}` is not UTF-8 text")))?;
        let text = redaction.hide(&clean(&text), &format!("file {name}"))?;
        attached.push(AttachedFile { name, bytes: size, text });
    }
    Ok(attached)
}

/// The file that a path leads to, and its name in the project.
fn find(
    environment: &Environment,
    project: &Project,
    path: &Path,
) -> Result<(PathBuf, String), Error> {
    let shown = clean_line(&path.to_string_lossy());
    let found = environment.folder.join(path).canonicalize().map_err(|_| {
        Error::usage(format!("there is no file at `{shown}`"))
            .hint("give the path of a file of this project")
    })?;
    let Ok(inside) = found.strip_prefix(&project.root) else {
        let root = environment.display(&project.root);
        return Err(Error::usage(format!("`{shown}` lies outside of the project {root}"))
            .hint("only files of the project can go with a plan"));
    };
    // Opening a pipe would wait for a writer that may never come.
    if !found.is_file() {
        return Err(Error::usage(format!("`{shown}` is not a regular file")));
    }
    let name = inside.to_str().map(str::to_owned).filter(|it| clean_line(it) == *it);
    match name {
        Some(name) => Ok((found, name)),
        None => Err(Error::usage(format!("the name `{shown}` cannot be shown as it is"))
            .hint("rename the file first")),
    }
}

fn is_tracked(environment: &Environment, project: &Project, name: &str) -> Result<bool, Error> {
    let arguments = ["--literal-pathspecs", "ls-files", "-z", "--", name];
    crate::block_on(async {
        let output = git::output(environment, &project.root, &arguments).await;
        Ok(output.is_some_and(|it| !it.is_empty()))
    })
}

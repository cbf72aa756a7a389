//! The plan that `deming review` is given: a file or standard input, bounded.

use std::io::Read;
use std::path::Path;

use deming_core::render::consent::bytes;

use crate::environment::Environment;
use crate::error::Error;

/// The largest plan that is read, in bytes.
const PLAN_LIMIT: u64 = 1_000_000;

/// Reads the plan, or says in one sentence why it cannot be one.
pub(super) fn read(environment: &Environment, path: &Path) -> Result<String, Error> {
    let shown = path.display();
    let bytes = if path == Path::new("-") {
        let mut bytes = Vec::new();
        std::io::stdin()
            .take(PLAN_LIMIT + 1)
            .read_to_end(&mut bytes)
            .map_err(|error| Error::usage(format!("standard input cannot be read: {error}")))?;
        bytes
    } else {
        // Opening a pipe would wait for a writer that may never come.
        let is_special = |it: std::fs::Metadata| !it.is_file() && !it.is_dir();
        if std::fs::metadata(environment.folder.join(path)).is_ok_and(is_special) {
            return Err(Error::usage(format!("`{shown}` is not a regular file"))
                .hint("give the path of a Markdown file, or `-` for standard input"));
        }
        deming_store::read_bounded(&environment.folder.join(path), PLAN_LIMIT)
            .map_err(|error| plan_error(path, &error))?
    };
    if PLAN_LIMIT < bytes.len() as u64 {
        return Err(too_large(path));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::usage(format!("`{shown}` is not UTF-8 (byte {at})"))
            .hint("save the plan as UTF-8 text")
    })?;
    let text = text.strip_prefix('\u{feff}').unwrap_or(&text).to_owned();
    if text.trim().is_empty() {
        return Err(Error::usage(format!("`{shown}` is empty"))
            .hint("write the plan first: what changes, in which files, tested how"));
    }
    Ok(text)
}

fn plan_error(path: &Path, error: &deming_store::StoreError) -> Error {
    use std::io::ErrorKind;
    let shown = path.display();
    match error.io_kind() {
        Some(ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Error::usage(format!("there is no plan at `{shown}`"))
                .hint("give the path of a Markdown file, or `-` for standard input")
        }
        Some(ErrorKind::IsADirectory) => {
            Error::usage(format!("`{shown}` is a folder")).hint("give the path of the plan in it")
        }
        Some(ErrorKind::PermissionDenied) => {
            Error::environment(format!("`{shown}` may not be read")).hint("check its permissions")
        }
        Some(_) => {
            let reason = std::error::Error::source(error).map(ToString::to_string);
            let reason = reason.unwrap_or_else(|| error.to_string());
            Error::environment(format!("`{shown}` cannot be read: {reason}"))
                .hint("check the file and the disk that it is on")
        }
        None => too_large(path),
    }
}

fn too_large(path: &Path) -> Error {
    let limit = usize::try_from(PLAN_LIMIT).unwrap_or_default();
    Error::usage(format!("`{}` is larger than {}", path.display(), bytes(limit)))
        .hint("a plan that long is not reviewed well; split it")
}

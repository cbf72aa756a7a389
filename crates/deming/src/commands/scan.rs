//! `deming scan`: where secrets are in a text, and what would be sent instead.
//! Sends nothing, keeps nothing, and never prints a value.

use std::io::{ErrorKind, IsTerminal, Read};
use std::path::{Path, PathBuf};

use deming_core::render::scan_report;
use deming_core::secret::{Report, redact_fully};
use deming_secrets::LARGEST_TEXT;
use deming_store::StoreError;
use serde_json::json;

use crate::environment::Environment;
use crate::error::Error;
use crate::project::Project;
use crate::{exit, output, secrets};

/// Finds secrets in a file and shows what would be sent instead
///
/// The same rules look at everything that a review sends. Values are never
/// printed: a finding is a kind, a line and a column.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 nothing found, 1 secrets found, 2 usage, 3 the text cannot be read.")]
pub(crate) struct Arguments {
    /// The file; `-` or nothing reads standard input
    file: Option<PathBuf>,

    /// Print one JSON object: byte spans, kinds, and the redacted text
    #[arg(long)]
    json: bool,
}

pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let scanned = scan(environment, arguments);
    if let Err(error) = &scanned
        && arguments.json
    {
        // Without a scan there is no text that could be sent.
        let report =
            json!({ "version": 1, "findings": [], "redacted": null, "error": error.as_failure() });
        output::print(&format!("{report}\n"));
    }
    scanned
}

fn scan(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let file = arguments.file.as_deref().filter(|it| *it != Path::new("-"));
    let (name, text) = match file {
        Some(path) => (path.display().to_string(), read(environment, path)?),
        None => ("standard input".to_owned(), read_standard_input(arguments)?),
    };
    let project = Project::around(&environment.folder);
    if let Some(path) = file.filter(|it| !project.contains(&environment.folder.join(it))) {
        let root = environment.display(&project.root);
        output::note(&format!("`{}` lies outside of the project {root}", path.display()));
    }
    let redacted = redact_fully(&secrets::SCANNER, &text, &mut secrets::new_labels()?)
        .map_err(|error| Error::environment(format!("cannot {error}")))?;
    let code = if redacted.secrets.is_empty() { exit::DONE } else { exit::FINDINGS };
    if arguments.json {
        let report = serde_json::to_string(&Report::from(redacted)).map_err(|error| {
            Error::environment(format!("the report cannot be written: {error}"))
        })?;
        output::print(&format!("{report}\n"));
    } else {
        output::print(&scan_report::markdown(&name, &text, &redacted));
    }
    Ok(code)
}

fn read(environment: &Environment, path: &Path) -> Result<String, Error> {
    let bytes = deming_store::read_bounded(&environment.folder.join(path), LARGEST_TEXT as u64)
        .map_err(|error| unreadable(path, &error))?;
    decode(&path.display().to_string(), bytes)
}

fn unreadable(path: &Path, error: &StoreError) -> Error {
    let shown = path.display();
    match error.io_kind() {
        Some(ErrorKind::NotFound | ErrorKind::NotADirectory) => {
            Error::usage(format!("there is no file at `{shown}`"))
                .hint("give the path of a file, or `-` for standard input")
        }
        Some(ErrorKind::IsADirectory) => {
            Error::usage(format!("`{shown}` is a folder")).hint("give the path of a file in it")
        }
        Some(kind) => Error::environment(format!("`{shown}` cannot be read: {kind}"))
            .hint("check its permissions and the disk that it is on"),
        None => Error::environment(error.to_string()).hint("give the path of a text file"),
    }
}

fn read_standard_input(arguments: &Arguments) -> Result<String, Error> {
    if arguments.file.is_none() && std::io::stdin().is_terminal() {
        return Err(Error::usage("there is nothing to scan")
            .hint("give the path of a file, or `-` to type the text"));
    }
    if std::io::stdin().is_terminal() {
        output::progress("Reading the text from here; end it with Ctrl-D.");
    }
    let mut bytes = Vec::new();
    std::io::stdin()
        .take(LARGEST_TEXT as u64 + 1)
        .read_to_end(&mut bytes)
        .map_err(|error| Error::environment(format!("standard input cannot be read: {error}")))?;
    decode("standard input", bytes)
}

fn decode(name: &str, bytes: Vec<u8>) -> Result<String, Error> {
    String::from_utf8(bytes).map_err(|error| {
        let at = error.utf8_error().valid_up_to();
        Error::usage(format!("`{name}` is not UTF-8 (byte {at})")).hint("save it as UTF-8 text")
    })
}

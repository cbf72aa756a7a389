//! `config edit`: the settings in the person's own editor, checked afterwards.
//! For a person at a terminal alone, since the file can hold consents.

use std::path::{Path, PathBuf};

use super::check;
use super::template::TEMPLATE;
use crate::caller::Caller;
use crate::environment::Environment;
use crate::error::Error;
use crate::process::{self, End, Program, interactive};
use crate::project::Project;
use crate::{exit, output, settings};

/// Opens your settings in $VISUAL or $EDITOR, and checks them afterwards
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The file is made, with every key commented out, when it is not there yet.
Exit codes: 0 the settings can be used, 1 problems found, 3 no terminal or editor.")]
pub(super) struct Arguments {}

pub(super) fn run(environment: &Environment, _: &Arguments) -> Result<u8, Error> {
    let state = environment.state();
    let path = state.path().join(settings::FILE);
    let shown = environment.display(&path);
    if Caller::find(environment).is_agent() {
        return Err(Error::environment("settings hold consents, so an agent cannot edit them")
            .hint("run `deming config edit` in a terminal of your own"));
    }
    let (editor, mut arguments) =
        editor(environment).map_err(|error| error.hint(format!("or open {shown} yourself")))?;
    if !path.exists() {
        state.create(settings::FILE, TEMPLATE.as_bytes())?;
    }
    arguments.push(path.into_os_string());
    let program = Program {
        path: editor,
        arguments,
        variables: environment.for_worker(),
        folder: environment.folder.clone(),
        stdin: Vec::new(),
    };
    let end = crate::block_on(async {
        interactive::run(&program).await.map_err(|error| {
            Error::environment(format!("cannot {error}")).hint(format!("open {shown} yourself"))
        })
    })?;
    if end != End::Exited(0) {
        output::note("the editor did not end well; the file is checked as it is now");
    }
    let (text, has_problems) = check::report(environment)?;
    output::print(&text);
    Ok(if has_problems { exit::FINDINGS } else { exit::DONE })
}

/// The editor's program and its own arguments.
fn editor(environment: &Environment) -> Result<(PathBuf, Vec<std::ffi::OsString>), Error> {
    let named = ["VISUAL", "EDITOR"].iter().find_map(|it| environment.variable(it));
    let Some(named) = named.and_then(|it| it.to_str()) else {
        return Err(Error::environment("neither VISUAL nor EDITOR names an editor")
            .hint("name one: EDITOR=nano deming config edit"));
    };
    let mut words = named.split_whitespace();
    let (name, arguments) = match Path::new(named).is_file() {
        // A path with spaces in it.
        true => (named, Vec::new()),
        false => (words.next().unwrap_or_default(), words.map(Into::into).collect()),
    };
    let project = Project::around(&environment.folder);
    let path = environment.variable("PATH").unwrap_or_default();
    let found = match Path::new(name).is_absolute() {
        true => Some(PathBuf::from(name)).filter(|it| it.is_file()),
        false => process::find(name, path, &project.root),
    };
    let found = found.ok_or_else(|| {
        Error::environment(format!("the editor `{name}` was not found on PATH"))
            .hint("name another: EDITOR=nano deming config edit")
    })?;
    Ok((found, arguments))
}

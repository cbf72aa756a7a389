//! How the agent calls us: the launcher of the plugin, by its whole path.

use std::path::PathBuf;

use crate::environment::Environment;

/// The path that commands in our answers start with.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Launcher {
    path: PathBuf,
}

impl Launcher {
    /// The launcher says its own path (`bin/deming` sets the variable); without
    /// it, this program's.
    pub(crate) fn find(environment: &Environment) -> Self {
        let named = environment.variable("DEMING_LAUNCHER").map(PathBuf::from);
        let path = named
            .filter(|it| it.is_absolute())
            .or_else(|| std::env::current_exe().ok())
            .unwrap_or_else(|| PathBuf::from("deming"));
        Self { path }
    }

    /// A command line. The quotes are part of the permission rule's text.
    pub(crate) fn command(&self, arguments: &str) -> String {
        format!("\"{}\" {arguments}", self.path.display())
    }

    /// A sentence with every command line in it as the caller has to type it.
    pub(crate) fn respell(&self, sentence: &str) -> String {
        sentence.replace("`deming refine ", &format!("`{}", self.command("refine ")))
    }

    /// The same, with a heredoc for the text that it takes.
    pub(crate) fn command_with_input(&self, arguments: &str) -> String {
        format!("{} <<'DEMING_EOF'", self.command(arguments))
    }
}

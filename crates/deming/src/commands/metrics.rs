//! `deming metrics`: quality metrics of a git history.

use clap::Args;
use deming_core::metrics::compute::{Input, compute};
use deming_core::render;

use crate::environment::Environment;
use crate::error::Error;
use crate::git_history::{self, Range, Repository};
use crate::repository_settings::RepositorySettings;
use crate::settings::Settings;
use crate::{exit, output};

/// Measures a git history: sizes, files, test pairing, rework.
///
/// Without an option, the whole history of HEAD. Merges and the first commit
/// are not counted. `docs/metrics.md` defines each number.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// The commits of B that are not in A
    #[arg(long, value_name = "A..B")]
    range: Option<String>,
    /// Commits more recent than this, in git's words
    #[arg(long, value_name = "DATE", conflicts_with = "range")]
    since: Option<String>,
    /// The last N commits, merges included
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..), conflicts_with_all = ["range", "since"])]
    commits: Option<u32>,
    /// One JSON object
    #[arg(long)]
    json: bool,
}

impl Arguments {
    fn range(&self) -> Range {
        match (&self.range, &self.since, self.commits) {
            (Some(range), _, _) => Range::Revisions(range.clone()),
            (_, Some(date), _) => Range::Since(date.clone()),
            (_, _, Some(count)) => Range::Last(count),
            (None, None, None) => Range::All,
        }
    }
}

/// Measures and prints.
///
/// # Errors
/// Outside of a repository, and for a range that git does not know.
pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let own = Settings::read(environment)?.metrics;
    let range = arguments.range();
    let text = crate::block_on(async {
        let repository = Repository::around(environment).await?;
        let settings = RepositorySettings::read(&repository.top)?.metrics.with(own);
        let history = repository.read(&range, &settings.classes).await?;
        git_history::report(&history.diagnostics);
        let report = compute(Input {
            commits: &history.commits,
            classifier: &history.classifier,
            targets: &settings.targets.unwrap_or_default(),
            is_shallow: repository.is_shallow,
            net: history.net.as_deref(),
            test_first: None,
        });
        Ok(if arguments.json {
            render::metrics::json(&report, &range.words())
        } else {
            render::metrics::table(&report, &range.words())
        })
    })?;
    output::print(&text);
    Ok(exit::DONE)
}

//! Reads a stretch of a repository's history with git, for its metrics.
//! Never changes the repository, never asks the network.

use std::path::{Path, PathBuf};
use std::time::Duration;

use deming_core::diagnostic::Diagnostic;
use deming_core::metrics::blobs::Splitter;
use deming_core::metrics::file_class::{Class, Classifier, Override};
use deming_core::metrics::git_log::{self, Merges, Pass};
use deming_core::metrics::history::{Commit, FileChange, RepoPath};
use deming_core::metrics::inline_tests::Language;
use deming_core::metrics::patch::Edit;
use deming_core::metrics::{attributes, numstat, patch, range};

use crate::environment::Environment;
use crate::error::Error;
use crate::interrupt;
use crate::process::{self, End};
use crate::{git, output};

/// A history of a large project takes minutes.
const DEADLINE: Duration = Duration::from_secs(60 * 60);

/// A repository that git can read.
#[derive(Clone, Debug)]
pub(crate) struct Repository<'a> {
    environment: &'a Environment,
    /// The top of the working tree, or the repository itself.
    pub top: PathBuf,
    has_tree: bool,
    pub is_shallow: bool,
}

/// Which commits.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) enum Range {
    All,
    /// As git reads it: `A..B`, or one revision for all before it.
    Revisions(String),
    Since(String),
    Last(u32),
    /// These and no others, newest first, by their whole hashes.
    Commits(Vec<String>),
}

/// A history with everything that its metrics need.
#[derive(Debug)]
pub(crate) struct History {
    /// Newest first.
    pub commits: Vec<Commit>,
    /// What differs between the two ends, where there are two.
    pub net: Option<Vec<FileChange>>,
    pub classifier: Classifier,
    pub diagnostics: Vec<Diagnostic>,
}

impl<'a> Repository<'a> {
    /// The repository around the folder that the command was typed in.
    ///
    /// # Errors
    /// When there is none, git is missing, or git does not trust it.
    pub(crate) async fn around(environment: &'a Environment) -> Result<Self, Error> {
        Self::at(environment, &environment.folder).await
    }

    /// The repository around another folder.
    ///
    /// # Errors
    /// As [`Repository::around`].
    pub(crate) async fn at(environment: &'a Environment, folder: &Path) -> Result<Self, Error> {
        let unknown =
            Self { environment, top: folder.to_owned(), has_tree: false, is_shallow: false };
        let questions = ["--is-inside-work-tree", "--is-shallow-repository", "--show-cdup"];
        let answer = unknown.git(&[&["rev-parse"], &questions[..]].concat(), Vec::new()).await?;
        let place = environment.display(folder);
        let text = answer.text().map_err(|reason| {
            if reason.contains("not a git repository") {
                Error::environment(format!("`{place}` is not inside a git repository"))
                    .hint("change to a folder of the repository, or run `git init`")
            } else {
                Error::environment(format!("git cannot read the repository of `{place}`: {reason}"))
                    .hint("run `git status` there: git says what it wants")
            }
        })?;
        let mut lines = text.lines();
        let has_tree = lines.next() == Some("true");
        let is_shallow = lines.next() == Some("true");
        let top = folder.join(lines.next().unwrap_or_default());
        Ok(Self { top, has_tree, is_shallow, ..unknown })
    }

    /// Reads the commits of a range with their inline tests told apart.
    ///
    /// # Errors
    /// When git does not know the range or cannot read the history.
    pub(crate) async fn read(
        &self,
        range: &Range,
        overrides: &[Override],
    ) -> Result<History, Error> {
        let revisions = self.revisions(range).await?;
        let paths = self.paths().await?;
        let has_attributes = paths
            .iter()
            .any(|path| path.as_bytes().rsplit(|&it| it == b'/').next() == Some(b".gitattributes"));
        let mut log = if paths.iter().any(|path| Language::of(path).is_some()) {
            self.log(Pass::Hunks, &revisions, range).await?
        } else {
            self.log(Pass::Counts, &revisions, range).await?
        };
        // Only older commits have such files.
        let is_inline = |file: &FileChange| Language::of(&file.path).is_some();
        if log.pass == Pass::Counts && log.commits.iter().flat_map(|it| &it.files).any(is_inline) {
            log = self.log(Pass::Hunks, &revisions, range).await?;
        }
        let Log { mut commits, edits, mut diagnostics, .. } = log;

        let said = if has_attributes { self.attributes(&commits).await? } else { Vec::new() };
        let (attributes, unread) = attributes::decode(&said);
        diagnostics.extend(unread);
        let (classifier, unread) = Classifier::new(overrides, attributes);
        diagnostics.extend(unread);
        diagnostics.extend(self.split(edits, &mut commits, &classifier).await?);
        let net = self.net(range, &commits, &mut diagnostics).await?;
        Ok(History { commits, net, classifier, diagnostics })
    }

    /// The arguments of `git log` that stand for the range.
    async fn revisions(&self, range: &Range) -> Result<Vec<String>, Error> {
        let head = || "HEAD".to_owned();
        Ok(match range {
            Range::All => vec![head()],
            Range::Revisions(revisions) => vec![revisions.clone()],
            Range::Last(count) => vec![format!("--max-count={count}"), head()],
            Range::Commits(hashes) => {
                let mut revisions = vec!["--no-walk=unsorted".to_owned()];
                revisions.extend(hashes.iter().cloned());
                revisions
            }
            Range::Since(date) => {
                let since = format!("--since={date}");
                self.check_date(date, &since).await?;
                vec![since, head()]
            }
        })
    }

    /// Git takes every word for a date, and those it does not know for now.
    async fn check_date(&self, date: &str, since: &str) -> Result<(), Error> {
        let answer = self.git(&["rev-parse", since], Vec::new()).await?;
        let seconds = answer
            .text()
            .ok()
            .and_then(|text| text.trim().strip_prefix("--max-age=")?.parse().ok());
        let now = chrono::Utc::now().timestamp();
        let means_now = ["now", "today"].contains(&date.trim().to_ascii_lowercase().as_str());
        match seconds {
            Some(seconds) if means_now || 2 < now.abs_diff(seconds) => Ok(()),
            Some(_) | None => Err(Error::usage(format!("`{date}` is not a date that git knows"))
                .hint("for example: --since 2.weeks, --since yesterday")),
        }
    }

    /// The files of the newest commit; none before the first commit.
    async fn paths(&self) -> Result<Vec<RepoPath>, Error> {
        let arguments = ["ls-tree", "-r", "-z", "--full-tree", "--name-only", "HEAD"];
        let answer = self.git(&arguments, Vec::new()).await?;
        let bytes = answer.bytes().unwrap_or_default();
        Ok(bytes.split(|&byte| byte == 0).map(RepoPath::from).collect())
    }

    /// Retries without the resolutions of merges, which an older git does not
    /// know and a repository that cannot be written to does not allow.
    async fn log(&self, pass: Pass, revisions: &[String], range: &Range) -> Result<Log, Error> {
        let (log, reason) = self.log_once(pass, Merges::Resolutions, revisions).await?;
        let Some(reason) = reason else { return Ok(log) };
        let (mut log, still) = self.log_once(pass, Merges::HeadersOnly, revisions).await?;
        match still {
            None => {
                let what = format!("what merges resolve by hand is not measured: {reason}");
                log.diagnostics.push(Diagnostic::new(what));
                Ok(log)
            }
            Some(_) if self.is_unborn().await? => Ok(log.emptied()),
            Some(reason) => Err(match range {
                Range::Revisions(revisions) => {
                    Error::usage(format!("git cannot read the range `{revisions}`: {reason}"))
                        .hint("a range is two revisions, `main..HEAD` for example")
                }
                Range::All | Range::Since(_) | Range::Last(_) | Range::Commits(_) => {
                    Error::environment(format!("git cannot read the history: {reason}"))
                }
            }),
        }
    }

    /// What was read, and why git did not end well.
    async fn log_once(
        &self,
        pass: Pass,
        merges: Merges,
        revisions: &[String],
    ) -> Result<(Log, Option<String>), Error> {
        // Options of ours stand before the mark, the person's revision behind it.
        let (options, names) = revisions.split_at(revisions.len().saturating_sub(1));
        let mut arguments = git_log::log_arguments(pass, merges);
        arguments.extend(options.iter().map(String::as_str));
        arguments.push("--end-of-options");
        arguments.extend(names.iter().map(String::as_str));
        arguments.push("--");
        match pass {
            Pass::Counts => {
                let mut decoder = numstat::Decoder::default();
                let failure = self.stream(&arguments, Vec::new(), |it| decoder.push(it)).await?;
                let (commits, diagnostics) = decoder.finish();
                Ok((Log { pass, commits, edits: Vec::new(), diagnostics }, failure))
            }
            Pass::Hunks => {
                let mut decoder = patch::Decoder::default();
                let failure = self.stream(&arguments, Vec::new(), |it| decoder.push(it)).await?;
                let (commits, edits, diagnostics) = decoder.finish();
                Ok((Log { pass, commits, edits, diagnostics }, failure))
            }
        }
    }

    async fn is_unborn(&self) -> Result<bool, Error> {
        let answer = self.git(&["rev-parse", "--verify", "-q", "HEAD"], Vec::new()).await?;
        Ok(answer.failure.is_some())
    }

    async fn attributes(&self, commits: &[Commit]) -> Result<Vec<u8>, Error> {
        if !self.has_tree {
            return Ok(Vec::new());
        }
        let files = || commits.iter().flat_map(|it| &it.files);
        let distinct: std::collections::BTreeSet<&RepoPath> = files().map(|it| &it.path).collect();
        let input = distinct.iter().flat_map(|path| [path.as_bytes(), b"\0"].concat()).collect();
        let arguments = [&["check-attr", "-z", "--stdin"], &attributes::NAMES[..]].concat();
        Ok(self.git(&arguments, input).await?.bytes().unwrap_or_default())
    }

    async fn split(
        &self,
        mut edits: Vec<Edit>,
        commits: &mut [Commit],
        classifier: &Classifier,
    ) -> Result<Vec<Diagnostic>, Error> {
        edits.retain(|edit| {
            let file = &commits[edit.commit].files[edit.file];
            classifier.classify(&file.path, file.lines.is_none()) == Class::Prod
        });
        let mut splitter = Splitter::new(edits);
        let requests = splitter.requests();
        let mut failure = None;
        if !requests.is_empty() {
            let arguments = ["cat-file", "--batch", "--buffer"];
            failure = self.stream(&arguments, requests.into(), |it| splitter.push(it)).await?;
        }
        let mut diagnostics = splitter.finish(commits);
        diagnostics.extend(failure.map(|reason| {
            Diagnostic::new(format!("tests inside product files are not all told apart: {reason}"))
        }));
        Ok(diagnostics)
    }

    async fn net(
        &self,
        range: &Range,
        commits: &[Commit],
        diagnostics: &mut Vec<Diagnostic>,
    ) -> Result<Option<Vec<FileChange>>, Error> {
        let ends = match (range::ends(commits, None), range) {
            (Some(ends), _) => Some(ends),
            (None, Range::Revisions(revisions)) => {
                let base = self.base(revisions).await?;
                base.and_then(|base| range::ends(commits, Some(&base)))
            }
            (None, Range::All | Range::Since(_) | Range::Last(_) | Range::Commits(_)) => None,
        };
        let Some((start, end)) = ends else { return Ok(None) };
        let mut arguments = git_log::net_arguments();
        arguments.extend(["--end-of-options", &start, &end, "--"]);
        let answer = self.git(&arguments, Vec::new()).await?;
        let Ok(bytes) = answer.bytes() else { return Ok(None) };
        let (files, unread) = numstat::decode_files(&bytes);
        diagnostics.extend(unread);
        Ok(Some(files))
    }

    /// The commit that `A..B` starts from.
    async fn base(&self, revisions: &str) -> Result<Option<String>, Error> {
        let Some((start, _)) = revisions.split_once("..") else { return Ok(None) };
        let commit = format!("{}^{{commit}}", if start.is_empty() { "HEAD" } else { start });
        let arguments = ["rev-parse", "--verify", "-q", "--end-of-options", &commit];
        let answer = self.git(&arguments, Vec::new()).await?;
        // Before 2.30 the mark comes back in the answer.
        Ok(answer.text().ok().and_then(|text| text.lines().last().map(str::to_owned)))
    }

    async fn git(&self, arguments: &[&str], input: Vec<u8>) -> Result<Answer, Error> {
        let mut output = Vec::new();
        let failure = self.stream(arguments, input, |it| output.extend_from_slice(it)).await?;
        Ok(Answer { output, failure })
    }

    /// Runs git at the top of the repository; says why it did not end well.
    async fn stream(
        &self,
        arguments: &[&str],
        input: Vec<u8>,
        on_chunk: impl FnMut(&[u8]),
    ) -> Result<Option<String>, Error> {
        let Some(mut program) = git::program(self.environment, &self.top, arguments) else {
            return Err(Error::environment("git was not found").hint("install git 2.30 or later"));
        };
        program.stdin = input;
        // A partial clone would fetch what it lacks, one file at a time.
        program.variables.push(("GIT_NO_LAZY_FETCH".into(), "1".into()));
        let finished =
            process::run_chunks(&program, DEADLINE, interrupt::requested(), on_chunk).await;
        let finished = finished.map_err(|error| Error::environment(error.to_string()))?;
        Ok(match finished.end {
            // Git goes on without a merge that it cannot repeat, and ends well.
            End::Exited(0) if !has_error(&finished.stderr) => None,
            End::Exited(code) => Some(reason(&finished.stderr, code)),
            End::Signalled(signal) => Some(format!("git was ended by signal {signal}")),
            End::DeadlinePassed => Some("git took longer than an hour".to_owned()),
            End::Stopped | End::Cancelled => return Err(Error::environment("interrupted")),
        })
    }
}

/// One pass over the history.
struct Log {
    pass: Pass,
    commits: Vec<Commit>,
    edits: Vec<Edit>,
    diagnostics: Vec<Diagnostic>,
}

impl Log {
    fn emptied(self) -> Self {
        Self { commits: Vec::new(), edits: Vec::new(), diagnostics: Vec::new(), ..self }
    }
}

struct Answer {
    output: Vec<u8>,
    failure: Option<String>,
}

impl Answer {
    fn bytes(self) -> Result<Vec<u8>, String> {
        self.failure.map_or(Ok(self.output), Err)
    }

    fn text(self) -> Result<String, String> {
        self.bytes().map(|bytes| String::from_utf8_lossy(&bytes).into_owned())
    }
}

fn has_error(stderr: &str) -> bool {
    stderr.lines().any(|line| line.starts_with("error: ") || line.starts_with("fatal: "))
}

/// Git's own reason, without its prefix.
fn reason(stderr: &str, code: i32) -> String {
    if stderr.contains("lazy fetching disabled") {
        return "this partial clone lacks files of older commits; \
                `git fetch --refetch --no-filter` gets them"
            .to_owned();
    }
    let of_error = |line: &str| {
        line.strip_prefix("fatal: ").or(line.strip_prefix("error: ")).map(str::to_owned)
    };
    let line = stderr.lines().find_map(of_error).unwrap_or_default();
    match deming_core::clean::clean_line(&line) {
        line if line.is_empty() => format!("git ended with exit code {code}"),
        line => line,
    }
}

/// Tells of what was skipped, a few of it.
pub(crate) fn report(diagnostics: &[Diagnostic]) {
    const SHOWN: usize = 5;
    for diagnostic in diagnostics.iter().take(SHOWN) {
        output::note(diagnostic.as_str());
    }
    if SHOWN < diagnostics.len() {
        output::note(&format!("and {} more of this kind", diagnostics.len() - SHOWN));
    }
}

impl Range {
    /// In words, for a heading.
    pub(crate) fn words(&self) -> String {
        match self {
            Self::All => "the whole history".to_owned(),
            Self::Revisions(revisions) => revisions.clone(),
            Self::Since(date) => format!("commits since {date}"),
            Self::Last(1) => "the last commit".to_owned(),
            Self::Last(count) => format!("the last {count} commits"),
            Self::Commits(hashes) => format!("{} commits", hashes.len()),
        }
    }
}

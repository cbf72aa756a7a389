//! What git and the session's own journal know of the commits of a log.

use std::path::Path;

use deming_core::session::state::State;
use deming_core::session_lint::range::{self, Line, MOVES};
use deming_core::session_lint::{
    About, GitCommit, GitFacts, Mention, about, is_called, is_of_same_classes, mentions,
};

use crate::commands::pdca::Context;
use crate::environment::Environment;
use crate::error::Error;
use crate::git_history::{Range, Repository};
use crate::project::{self, Project};
use crate::{git, session_log};

/// The most commits of a log that git is asked about.
const MOST: usize = 500;

/// `None` where the log is about another repository, or git cannot say.
///
/// # Errors
/// When the repository cannot be read.
pub(super) fn facts(
    context: &Context<'_>,
    path: &Path,
    text: &str,
) -> Result<Option<GitFacts>, Error> {
    let environment = context.environment;
    let about = about(text);
    let session = session_of(context, path, &about);
    let mut facts = crate::block_on(ask(environment, text, &about, session.as_ref()))?;
    if let (Some(facts), Some(state)) = (&mut facts, &session)
        && facts.is_exact
        && about.is_final(state)
    {
        let report = session_log::quality(environment, state);
        facts.measured = report.filter(|it| is_of_same_classes(state, it)).map(|it| it.metrics);
    }
    Ok(facts)
}

/// The session whose log this is, or a copy of it, on this machine.
fn session_of(context: &Context<'_>, path: &Path, about: &About) -> Option<State> {
    let (sessions, _) = context.store.all().ok()?;
    let path = path.canonicalize().ok()?;
    let is_here = |state: &State| {
        let own = session_log::path_of(context.environment, state);
        own.and_then(|it| it.canonicalize().ok()).is_some_and(|it| it == path)
    };
    let mut states: Vec<State> = sessions.into_iter().map(|it| it.state).collect();
    if let Some(at) = states.iter().position(is_here) {
        return Some(states.swap_remove(at));
    }
    states.retain(|it| about.is_of(it));
    // Of two at the same minute it could be either.
    states.pop().filter(|_| states.is_empty())
}

/// The commits that a log names, as far as git has them.
struct Found {
    hashes: Vec<String>,
    /// Those that were named by their hash.
    by_hash: Vec<String>,
    /// Each name can only mean this commit.
    is_sure: bool,
}

/// What is known of a session beside the names in its log.
#[derive(Default)]
struct Known {
    /// All its commits, where that is sure.
    session: Option<Vec<String>>,
    strangers: Vec<String>,
    wrong: Vec<(String, String)>,
}

async fn ask(
    environment: &Environment,
    text: &str,
    about: &About,
    session: Option<&State>,
) -> Result<Option<GitFacts>, Error> {
    let place = Project::around(&environment.folder);
    let named = mentions(text);
    if !place.has_git || named.is_empty() && session.is_none() || MOST < named.len() {
        return Ok(None);
    }
    let found = find(environment, &place, &named).await;
    let is_at_home = session.is_some_and(|it| Path::new(&it.opening.root) == place.root);
    let is_ours = match &about.project {
        _ if is_at_home => true,
        Some(name) => *name == project::name(environment, &place).await,
        None => false,
    };
    if found.hashes.is_empty() && !is_ours {
        return Ok(None);
    }
    let known = match session {
        Some(state) => by_journal(state, about, &found),
        None => by_range(environment, &place, about, &found).await,
    };
    let is_stranger = |hash: &String| known.strangers.contains(hash);
    let mut hashes: Vec<String> = found.hashes.into_iter().filter(|it| !is_stranger(it)).collect();
    let mut is_exact = found.is_sure && known.session.is_some();
    for hash in known.session.unwrap_or_default() {
        if hashes.contains(&hash) {
            continue;
        }
        match git::commit(environment, &place.root, &hash).await {
            Some(hash) => hashes.push(hash),
            None => is_exact = false,
        }
    }
    Ok(Some(GitFacts {
        commits: read(environment, &place, hashes).await?,
        is_exact,
        strangers: read(environment, &place, known.strangers).await?,
        wrong: known.wrong,
        measured: None,
    }))
}

async fn read(
    environment: &Environment,
    place: &Project,
    hashes: Vec<String>,
) -> Result<Vec<GitCommit>, Error> {
    if hashes.is_empty() {
        return Ok(vec![]);
    }
    let repository = Repository::at(environment, &place.root).await?;
    let history = repository.read(&Range::Commits(hashes), &[]).await?;
    let commit = |it: &deming_core::metrics::history::Commit| GitCommit {
        hash: it.hash.clone(),
        subject: it.subject.clone(),
        files: it.files.iter().map(|it| it.path.to_string()).collect(),
        lines: u32::try_from(
            it.files.iter().filter_map(|it| it.lines).map(|it| it.total()).sum::<u64>(),
        )
        .unwrap_or(u32::MAX),
    };
    Ok(history.commits.iter().map(commit).collect())
}

async fn find(environment: &Environment, place: &Project, named: &[Mention]) -> Found {
    let mut found = Found { hashes: vec![], by_hash: vec![], is_sure: true };
    let subjects = match named.iter().any(|it| it.hash.is_none()) {
        true => all_subjects(environment, place).await,
        false => vec![],
    };
    for mention in named {
        let hash = match &mention.hash {
            Some(hash) => git::commit(environment, &place.root, hash).await,
            None => {
                let mut so_called = subjects.iter().filter(|it| is_called(&mention.subject, &it.1));
                let newest = so_called.next().map(|it| it.0.clone());
                found.is_sure &= so_called.next().is_none();
                newest
            }
        };
        let Some(hash) = hash.filter(|it| !found.hashes.contains(it)) else { continue };
        if mention.hash.is_some() {
            found.by_hash.push(hash.clone());
        }
        found.hashes.push(hash);
    }
    found
}

/// Hash and subject of every commit on a branch, newest first.
async fn all_subjects(environment: &Environment, place: &Project) -> Vec<(String, String)> {
    let arguments = ["log", "--branches", "--remotes", "HEAD", "-z", "--format=%H %s", "--"];
    let output = git::output(environment, &place.root, &arguments).await.unwrap_or_default();
    let output = String::from_utf8_lossy(&output);
    let lines = output.split('\0').filter_map(|it| it.split_once(' '));
    lines.map(|(hash, subject)| (hash.to_owned(), subject.to_owned())).collect()
}

fn by_journal(state: &State, about: &About, found: &Found) -> Known {
    let recorded = || state.commits.iter().map(|it| it.commit.hash.as_str());
    let last = recorded().rposition(|it| found.hashes.iter().any(|named| named == it));
    let is_final = about.is_final(state);
    // An older log of the session knows nothing of what was committed after it.
    let until = if is_final { state.commits.len() } else { last.map_or(0, |it| it + 1) };
    let present = state.commits.iter().take(until).filter(|it| !it.gone);
    let session: Vec<String> = present.map(|it| it.commit.hash.clone()).collect();
    let is_known = |hash: &String| match is_final {
        true => session.contains(hash),
        false => recorded().any(|it| it == hash),
    };
    let strangers = found.by_hash.iter().filter(|it| !is_known(it)).cloned().collect();
    let mut wrong = vec![];
    let mut compare = |given: &Option<String>, is: Option<&str>, what: &str| {
        if let (Some(given), Some(is)) = (given, is)
            && !is.starts_with(given.as_str())
        {
            let short = is.get(..7).unwrap_or(is);
            wrong.push((given.clone(), format!("{what} `{short}`")));
        }
    };
    compare(&about.base, state.opening.base.as_deref(), "the session began at");
    let run = state.result_run().filter(|_| is_final);
    let tested = run.as_ref().and_then(|it| it.ran.commit.as_deref());
    compare(&about.tested, tested, "the tests ran at");
    Known { session: Some(session), strangers, wrong }
}

/// Without a journal, from git alone.
async fn by_range(
    environment: &Environment,
    place: &Project,
    about: &About,
    found: &Found,
) -> Known {
    let ask = async |arguments: &[&str]| {
        let output = git::output(environment, &place.root, arguments).await?;
        Some(String::from_utf8_lossy(&output).into_owned())
    };
    let moves = ask(&MOVES).await.unwrap_or_default();
    let base = match &about.base {
        Some(hash) => git::commit(environment, &place.root, hash).await,
        None => None,
    };
    let history = match &base {
        Some(base) if !found.hashes.is_empty() => {
            let question = range::question(base, &found.hashes);
            ask(&question.iter().map(String::as_str).collect::<Vec<_>>()).await
        }
        Some(_) | None => None,
    };
    let is_listed = history.is_some();
    let history = history.unwrap_or_default();
    let line = Line::read(&history, &moves);
    let mut wrong = vec![];
    // Elsewhere git may lack what was amended; here it keeps even that a while.
    if line.has_made(&found.hashes) {
        for given in [&about.base, &about.tested].into_iter().flatten() {
            if git::commit(environment, &place.root, given).await.is_none() {
                wrong.push((given.clone(), "git has no such commit here".to_owned()));
            }
        }
    }
    let is_before = |it: &&String| is_listed && line.is_before(it);
    Known {
        session: base.and_then(|base| line.of_session(about, &base, &found.hashes)),
        strangers: found.by_hash.iter().filter(is_before).cloned().collect(),
        wrong,
    }
}

//! `deming review PLAN`: one round on a plan file, findings on standard output.

mod plan_file;

use std::path::{Path, PathBuf};
use std::time::Duration;

use deming_core::clean::marked;
use deming_core::failure::FailureKind;
use deming_core::finding::FindingId;
use deming_core::prompt::{self, Attachment, KnownFile, Request};
use deming_core::render::consent::{ConsentFacts, bytes, question};
use deming_core::render::review_report::{self, ReviewedBy};
use deming_core::review_loop::FoundSecret;
use deming_core::round::{Outcome, Round};
use deming_core::secret::kind_of;
use deming_core::verdict::Verdict;

use crate::caller::Caller;
use crate::drive::{self, RoundInput};
use crate::environment::Environment;
use crate::error::{Error, ErrorKind};
use crate::outbound::{
    Consent, Destination, Payload, Scanned, ToCover, ask_on_terminal, attached, standing,
};
use crate::project::Project;
use crate::repository_settings::RepositorySettings;
use crate::reviewer::{Reviewer, offline};
use crate::secrets::{self, Redaction};
use crate::sent::{self, Sending};
use crate::settings::{ReviewerName, Settings};
use crate::{exit, interrupt, output};

/// Reviews a plan once and prints the findings
///
/// The Codex CLI gets the plan, our instructions and which of the files that
/// the plan names exist; nothing else, and only after you said yes on the
/// terminal (or in your settings, for CI). The offline reviewer is a built-in
/// lint: it needs no account and sends nothing.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Exit codes: 0 approved or only minor findings, 1 blocking findings, 2 usage,
3 environment, 4 the review failed or could not be read, 5 consent needed.")]
pub(crate) struct Arguments {
    /// The plan, a Markdown file; `-` reads standard input
    plan: PathBuf,

    /// Who reviews [default: `reviewer` in config.yaml, else codex]
    #[arg(long, value_enum)]
    reviewer: Option<ReviewerName>,

    /// A file of the project to send with the plan, if you agree to it. One that
    /// git does not track has to be named twice
    #[arg(long, value_name = "PATH")]
    attach: Vec<PathBuf>,

    /// Print one JSON object instead of Markdown
    #[arg(long, conflicts_with = "dry_run")]
    json: bool,

    /// Print what would be sent, byte for byte, and send nothing
    #[arg(long)]
    dry_run: bool,

    /// Stop waiting for the reply after this long [default: `rounds.minutes` in config.yaml, else 600]
    #[arg(long, value_name = "SECONDS", value_parser = seconds)]
    deadline: Option<u32>,
}

pub(crate) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let reviewed = review(environment, arguments);
    match reviewed {
        Ok(Answer::Shown) => Ok(exit::DONE),
        Ok(Answer::Reviewed(by, round)) => {
            if arguments.json {
                output::print(&format!("{}\n", review_report::json(Some(by), &round)));
            } else {
                output::print(&review_report::markdown(by, &round));
            }
            Ok(exit_code(&round))
        }
        Err(error) => {
            if arguments.json {
                let round = Round::failed(error.as_failure());
                output::print(&format!("{}\n", review_report::json(None, &round)));
            }
            Err(error)
        }
    }
}

/// The longest deadline, a day; in seconds.
const LONGEST_DEADLINE: u32 = 86_400;

fn seconds(typed: &str) -> Result<u32, String> {
    let seconds = typed.parse().ok().filter(|it| (1..=LONGEST_DEADLINE).contains(it));
    seconds
        .ok_or_else(|| format!("it takes a whole number of seconds from 1 to {LONGEST_DEADLINE}"))
}

enum Answer {
    /// A dry run.
    Shown,
    Reviewed(ReviewedBy<'static>, Round),
}

fn review(environment: &Environment, arguments: &Arguments) -> Result<Answer, Error> {
    let settings = Settings::read(environment)?;
    let name = arguments.reviewer.unwrap_or(settings.reviewer);
    let project = Project::around(&environment.folder);
    // Labels stand in the place of secrets in all that follows.
    let mut redaction = Redaction::new(secrets::new_labels()?);
    let plan =
        redaction.hide(&plan_file::read(environment, &arguments.plan)?, FoundSecret::PLAN)?;
    let is_inside = arguments.plan == Path::new("-") || project.contains(&arguments.plan);
    let mut remarks = Vec::new();
    if !is_inside {
        let root = environment.display(&project.root);
        remarks.push(format!("the plan lies outside of the project {root}"));
    }
    let lint = crate::block_on(offline::review(environment, &plan, &project, FindingId(1)))?;
    if name == ReviewerName::Offline {
        if arguments.dry_run {
            output::print("The offline reviewer sends nothing.\n");
            return Ok(Answer::Shown);
        }
        let found = redaction.found.first().map(|it| found_in_words(it, &redaction.found));
        remarks.extend(found.map(|it| format!("{it}; `deming scan` shows each")));
        for remark in &remarks {
            output::note(remark);
        }
        return Ok(Answer::Reviewed(ReviewedBy::OfflineLint, lint));
    }

    let files = attached(environment, &project, &arguments.attach, &mut redaction)?;
    let mut refused_settings = None;
    let focus = match &RepositorySettings::read(&project.root) {
        Ok(it) => it.focus.iter().map(|it| redaction.hide(it, "focus in .deming.yaml")).collect(),
        Err(error) => {
            let refused = format!("{}; the reviewer is told nothing of it", error.message);
            remarks.push(refused.clone());
            refused_settings = Some(refused);
            Ok(Vec::new())
        }
    };
    let request = Request {
        task: None,
        files: known_files(&plan, &project),
        plan,
        prior: Vec::new(),
        kept: Vec::new(),
        attachments: files
            .iter()
            .map(|it| Attachment { name: it.name.clone(), text: it.text.clone() })
            .collect(),
        focus: focus?,
        round: 1,
    };
    match lint.outcome.counts().blocking() {
        0 => {}
        count => {
            let noun = if count == 1 { "problem" } else { "problems" };
            remarks.push(format!(
                "the built-in lint finds {count} {noun} that you could mend first: --reviewer offline"
            ));
        }
    }
    let deadline = match arguments.deadline {
        Some(seconds) => Duration::from_secs(u64::from(seconds)),
        None => Duration::from_secs(60 * u64::from(settings.rounds.minutes)),
    };
    crate::block_on(async {
        let mut cancelled = Box::pin(interrupt::requested());
        let preparing = Reviewer::prepare(name, environment, &settings, &project.root);
        let prepared = unless(&mut cancelled, preparing).await;
        let prompt = prompt::prompt(&request);
        let reviewer = match prepared {
            // Codex may come later; the HTTP reviewer cannot.
            Err(error)
                if arguments.dry_run
                    && error.kind == ErrorKind::Environment
                    && name == ReviewerName::Codex =>
            {
                remarks.iter().for_each(|it| output::note(it));
                show(&dry_run(&Payload::new(unknown(&error), prompt), &[]));
                return Ok(Answer::Shown);
            }
            prepared => prepared?,
        };
        reviewer.check_length(&prompt)?;
        let payload = Payload::new(reviewer.destination(), prompt);
        if arguments.dry_run {
            remarks.iter().for_each(|it| output::note(it));
            show(&dry_run(&payload, &reviewer.additions(environment)));
            return Ok(Answer::Shown);
        }
        let scanned = payload.scan()?;
        let to_cover = ToCover {
            has_secrets: !redaction.found.is_empty(),
            has_attachments: !files.is_empty(),
            is_elsewhere: !is_inside,
        };
        let is_of_before = || Caller::find(environment).has_settings_of_before(environment);
        let consent = match standing(&settings, is_of_before, name, &project.root, to_cover) {
            Ok(_) => {
                // Where a person is asked, the question says it.
                refused_settings.iter().for_each(|it| output::note(it));
                Consent::in_advance(scanned.payload().destination())
            }
            Err(missing) => {
                remarks.extend(settings.consent_ignored.clone());
                remarks.extend(reviewer.remarks());
                let found = &redaction.found;
                let labels: Vec<&str> = found.iter().map(|it| it.label.as_str()).collect();
                let whole = scanned.payload().prompt();
                let restored = redaction.labels.values().restore(whole, &labels).ok();
                let instructions = scanned.payload().bytes() - whole.len();
                let facts = ConsentFacts {
                    attachments: files.iter().map(|it| (it.name.clone(), it.bytes)).collect(),
                    bytes_as_it_is: restored.map(|it| instructions + it.len()),
                    ..consent_facts(environment, &reviewer, &scanned, &request, found, remarks)
                };
                let question = question(&facts);
                let destination = scanned.payload().destination();
                let asking = ask_on_terminal(environment, destination, &question, found, &missing);
                let asked = unless(&mut cancelled, asking).await;
                asked.map_err(|error| with_secrets(error, found))?
            }
        };
        let by = consent.by();
        let approved = scanned.approve(&consent, redaction.labels.values())?;
        let root = project.root.to_string_lossy();
        let sending = Sending {
            review: None,
            project: &root,
            round: 1,
            reviewer: name.word(),
            destination: consent.destination(),
            consent: Some(by),
            as_they_are: consent.as_they_are(),
        };
        sent::record(environment, sending, approved.bytes(), false)?;
        output::progress(&format!("Sending to {} for review…", reviewer.label()));
        let input = RoundInput { sending, deadline, prior: &[], next_id: FindingId(1) };
        let redaction = &mut redaction;
        let round = drive::round(environment, &reviewer, &approved, input, redaction, cancelled);
        let mut round = output::while_waiting(round).await;
        if let (Outcome::Failed(failure), Some(_)) = (&mut round.outcome, arguments.deadline)
            && failure.kind == FailureKind::Timeout
        {
            failure.hint = "run the same command again, or with a longer --deadline".to_owned();
        }
        let remarks = reviewer.remarks().into_iter();
        round.diagnostics.extend(remarks.map(deming_core::diagnostic::Diagnostic::new));
        Ok(Answer::Reviewed(ReviewedBy::Model(reviewer.label()), round))
    })
}

/// Does the work, unless a person or the system asks to stop first.
async fn unless<T>(
    cancelled: &mut (impl Future<Output = ()> + Unpin),
    work: impl Future<Output = Result<T, Error>>,
) -> Result<T, Error> {
    tokio::select! {
        biased;
        () = cancelled => Err(Error::new(ErrorKind::Consent, "cancelled; nothing was sent")),
        done = work => done,
    }
}

fn exit_code(round: &Round) -> u8 {
    match &round.outcome {
        Outcome::Read { verdict: Verdict::Approved | Verdict::MinorOnly, .. } => exit::DONE,
        Outcome::Read { verdict: Verdict::Revise, .. } => exit::FINDINGS,
        Outcome::Read { verdict: Verdict::Unreadable, .. } | Outcome::Unreadable { .. } => {
            exit::REVIEW
        }
        Outcome::Failed(failure) => Error::from(failure.clone()).kind.exit_code(),
    }
}

fn known_files(plan: &str, project: &Project) -> Vec<KnownFile> {
    offline::files_named(plan)
        .into_iter()
        .map(|path| KnownFile { exists: project.has(&path), path })
        .collect()
}

/// For example `the plan holds a secret (github-pat, line 3, column 5)`.
fn found_in_words(first: &FoundSecret, all: &[FoundSecret]) -> String {
    let (kind, line, column) = (kind_of(&first.label), first.line, first.column);
    let more = match all.len() - 1 {
        0 => String::new(),
        count => format!(" and {count} more"),
    };
    format!("the {} holds a secret ({kind}, line {line}, column {column}){more}", first.place)
}

/// Why nothing was sent, with what a person would have to decide about.
fn with_secrets(error: Error, found: &[FoundSecret]) -> Error {
    let Some(first) = found.first() else { return error };
    let message = format!("{}: {}", found_in_words(first, found), error.message);
    let how = "take it out of the plan, and rotate it if it was ever shared";
    error.hints.iter().fold(Error::new(error.kind, message).hint(how), Error::hint)
}

fn consent_facts(
    environment: &Environment,
    reviewer: &Reviewer,
    scanned: &Scanned,
    request: &Request,
    found: &[FoundSecret],
    remarks: Vec<String>,
) -> ConsentFacts {
    ConsentFacts {
        reviewer: reviewer.label().to_owned(),
        destination: scanned.payload().destination().description.clone(),
        bytes: scanned.payload().bytes(),
        plan_bytes: request.plan.len(),
        rounds: 1,
        focus: request.focus.clone(),
        additions: reviewer.additions(environment),
        found: found.iter().map(FoundSecret::describe).collect(),
        overrides: environment
            .overrides()
            .into_iter()
            .map(|(name, value)| (name.to_owned(), value))
            .collect(),
        remarks,
        ..ConsentFacts::default()
    }
}

/// Byte for byte into a file or a pipe; on a terminal nothing may hide.
fn show(text: &str) {
    match output::is_read_on_terminal() {
        true => output::print(&marked(text)),
        false => output::print(text),
    }
}

/// Where it would go, as long as the reviewer is not ready.
fn unknown(error: &Error) -> Destination {
    Destination {
        key: String::new(),
        description: format!("an address that is not known yet, since {}", error.message),
    }
}

/// Every part as it is handed to the reviewer, between lines that name it.
fn dry_run(payload: &Payload, additions: &[String]) -> String {
    let mut text = format!("Would be sent to {}.\n", payload.destination().description);
    for addition in additions {
        text.push_str(&format!("Added by the reviewer's own program: {addition}.\n"));
    }
    for part in payload.parts() {
        text.push_str(&format!("--- {} ({})\n{}\n", part.name, bytes(part.text.len()), part.text));
    }
    text.push_str("--- end\nNothing was sent.\n");
    text
}

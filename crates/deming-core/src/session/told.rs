//! What an agent can hand over, kind by kind: the fields of its form, and the
//! events that they become.

use crate::clean::clean_line;
use crate::session::duration::{parse_minutes, take_minutes};
use crate::session::event::{
    Change, ChangeKind, Check, Intervention, Phase, PlannedFile, PlannedStep, Point, Status,
    StepKind, Tick, What,
};
use crate::session::form::{Field, Form, FormError};
use crate::session::prefix::{halves, without_numbers};

/// A kind of thing that is told.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Told {
    Objective,
    Estimate,
    Analysis,
    Plan,
    Note,
    Deviation,
    Intervention,
    Decision,
    Check,
    Retro,
    Change,
    Knowledge,
    Lessons,
    /// What the human said to confirm a phase.
    Confirmation(Phase),
    /// What the human said at the checkpoint after this step.
    Checkpoint(u32),
    /// What was done in a step, a line each.
    Done(u32),
    Deferral(u32),
    Back(Phase),
    Closing,
    Abandonment,
    Reopening,
}

/// The longest span that an estimate can have, in hours.
const MAX_HOURS: u32 = 1000;

const ESTIMATE_HINT: &str = "write a number with its unit, as in `2.5h` or `90 min`";
const SAY_IT: &str = "say it in at least one word";
const THEIR_WORDS: &str = "pass on what the human said, in their words";

impl Told {
    /// The fields of its form, and the one that text without a label goes to.
    pub fn fields(self) -> (&'static [Field], Option<&'static str>) {
        match self {
            Self::Objective => (OBJECTIVE, Some("Objective")),
            Self::Estimate => (ESTIMATE, Some("Estimate")),
            Self::Analysis => (ANALYSIS, None),
            Self::Plan => (PLAN, None),
            Self::Note => (NOTE, Some("Note")),
            Self::Deviation => (DEVIATION, Some("What")),
            Self::Intervention => (INTERVENTION, Some("What")),
            Self::Decision => (DECISION, None),
            Self::Check => (CHECK, None),
            Self::Retro => (RETRO, None),
            Self::Change => (CHANGE, None),
            Self::Knowledge => (KNOWLEDGE, None),
            Self::Lessons => (LESSONS, Some("Lessons")),
            Self::Confirmation(_) | Self::Checkpoint(_) | Self::Closing => (WORDS, Some("Words")),
            Self::Done(_) => (DONE, Some("Done")),
            Self::Deferral(_) | Self::Back(_) | Self::Abandonment | Self::Reopening => {
                (REASON, Some("Reason"))
            }
        }
    }

    /// The events that an input stands for.
    ///
    /// # Errors
    /// When something is missing, or cannot be told apart.
    pub fn read(self, input: &str) -> Result<Vec<What>, FormError> {
        let (fields, default) = self.fields();
        let form = Form::read(input, fields, default)?;
        if form.is_empty() {
            let label = default.or(fields.first().map(|it| it.label)).unwrap_or_default();
            return Err(FormError::Missing { label, hint: "pass it by a quoted heredoc" });
        }
        Ok(match self {
            Self::Objective => self::objective(&form)?,
            Self::Estimate => vec![estimated(&form)?],
            Self::Analysis => analysis(&form)?,
            Self::Plan => vec![plan(&form)?],
            Self::Note => vec![What::Noted { text: form.required("Note", SAY_IT)? }],
            Self::Deviation => vec![deviated(&form)?],
            Self::Intervention => vec![intervened(&form)?],
            Self::Decision => vec![decided(&form)?],
            Self::Check => vec![What::Checked(checked(&form)?)],
            Self::Retro => vec![What::RetroSet {
                worked: points(&form, "Worked"),
                better: points(&form, "Better"),
                learning: form.text("Learning").map(point),
            }],
            Self::Change => vec![change(&form)?],
            Self::Knowledge => vec![What::KnowledgeSet {
                patterns: list(&form, "Patterns"),
                insights: list(&form, "Insights"),
                refactorings: list(&form, "Refactorings"),
            }],
            Self::Lessons => vec![What::LessonsSet {
                lessons: points(&form, "Lessons"),
                next: form.text("Improvement").map(str::to_owned),
            }],
            Self::Confirmation(phase) => {
                vec![What::PhaseConfirmed { phase, words: Some(words(&form)?) }]
            }
            Self::Checkpoint(step) => {
                vec![What::CheckpointConfirmed { step, words: Some(words(&form)?) }]
            }
            Self::Done(step) => {
                let items = list(&form, "Done").unwrap_or_default();
                vec![What::StepDone { step, items: items.iter().map(|it| joined(it)).collect() }]
            }
            Self::Deferral(step) => vec![What::StepDeferred { step, reason: reason(&form)? }],
            Self::Back(phase) => vec![What::WentBack { phase, reason: reason(&form)? }],
            Self::Closing => {
                let question = "Close the session?".to_owned();
                vec![What::Decided { question, words: words(&form)? }, What::Closed]
            }
            Self::Abandonment => vec![What::Abandoned { reason: reason(&form)? }],
            Self::Reopening => vec![What::Reopened { reason: reason(&form)? }],
        })
    }

    /// Whether what is told is the human's alone, and the agent passes it on.
    pub fn is_humans(self) -> bool {
        match self {
            Self::Confirmation(_)
            | Self::Checkpoint(_)
            | Self::Intervention
            | Self::Decision
            | Self::Change
            | Self::Closing
            | Self::Abandonment => true,
            Self::Objective
            | Self::Estimate
            | Self::Analysis
            | Self::Plan
            | Self::Note
            | Self::Deviation
            | Self::Check
            | Self::Retro
            | Self::Knowledge
            | Self::Lessons
            | Self::Done(_)
            | Self::Deferral(_)
            | Self::Back(_)
            | Self::Reopening => false,
        }
    }
}

const OBJECTIVE: &[Field] =
    &[Field::text("Objective", &["business objective"]), Field::text("Estimate", &[])];
const ESTIMATE: &[Field] =
    &[Field::text("Estimate", &["estimated time"]), Field::text("Reason", &["why"])];
const ANALYSIS: &[Field] = &[
    Field::text("Objective", &["business objective"]),
    Field::text("Approach", &["approach selected", "recommended approach"]),
    Field::list("Patterns", &["key patterns identified", "key patterns"]),
    Field::list("Files", &["files to modify"]),
];
const PLAN: &[Field] = &[
    Field::list("Steps", &["plan"]),
    Field::text("Checkpoints", &["checkpoints planned", "checkpoint"]),
    Field::list("Criteria", &["acceptance criteria"]),
    Field::list("Risks", &["risk flags"]),
];
const NOTE: &[Field] = &[Field::text("Note", &[])];
const DEVIATION: &[Field] = &[
    Field::text("What", &["deviation"]),
    Field::text("Reason", &["why"]),
    Field::text("Impact", &[]),
];
const INTERVENTION: &[Field] = &[
    Field::text("What", &["intervention"]),
    Field::text("Said", &["human", "words"]),
    Field::text("Why", &["reason"]),
    Field::text("Step", &[]),
];
const DECISION: &[Field] =
    &[Field::text("Question", &[]), Field::text("Words", &["answer", "said", "decision"])];
const CHECK: &[Field] = &[
    Field::text("Status", &[]),
    Field::text("Ready", &["ready to close"]),
    Field::text("Reason", &["why"]),
    Field::list("Criteria", &["acceptance criteria"]),
    Field::list("Outstanding", &["outstanding items"]),
    Field::list("Tests", &["tests passing"]),
];
const RETRO: &[Field] = &[
    Field::list("Worked", &["what worked well"]),
    Field::list("Better", &["what could be better"]),
    Field::text("Learning", &["top learning"]),
];
const CHANGE: &[Field] = &[
    Field::text("Type", &[]),
    Field::text("File", &[]),
    Field::text("Place", &["under"]),
    Field::text("Text", &["action"]),
    Field::text("Why", &["reason"]),
    Field::text("Nothing", &["none"]),
];
const KNOWLEDGE: &[Field] = &[
    Field::list("Patterns", &["patterns discovered"]),
    Field::list("Insights", &["architecture insights"]),
    Field::list("Refactorings", &["refactoring opportunities"]),
];
const LESSONS: &[Field] = &[
    Field::list("Lessons", &["lessons for future sessions"]),
    Field::text("Improvement", &["next improvement", "next"]),
];
const WORDS: &[Field] = &[Field::text("Words", &["said"])];
const DONE: &[Field] = &[Field::list("Done", &["items"])];
const REASON: &[Field] = &[Field::text("Reason", &["why"])];

/// # Errors
/// When it is no span of time between a minute and 1000 hours.
pub fn minutes(text: &str) -> Result<u32, FormError> {
    let unclear =
        || FormError::Unclear { label: "Estimate", text: clean_line(text), hint: ESTIMATE_HINT };
    parse_minutes(text).filter(|it| (1..=MAX_HOURS * 60).contains(it)).ok_or_else(unclear)
}

fn objective(form: &Form) -> Result<Vec<What>, FormError> {
    let mut told = vec![];
    if let Some(text) = form.text("Objective") {
        told.push(What::ObjectiveSet { text: text.to_owned() });
    }
    if let Some(text) = form.text("Estimate") {
        told.push(What::Estimated { minutes: minutes(text)?, reason: reason_behind(text) });
    }
    if told.is_empty() {
        return Err(FormError::Missing { label: "Objective", hint: SAY_IT });
    }
    Ok(told)
}

fn estimated(form: &Form) -> Result<What, FormError> {
    let text = form.required("Estimate", ESTIMATE_HINT)?;
    let reason = form.text("Reason").map(str::to_owned).or_else(|| reason_behind(&text));
    Ok(What::Estimated { minutes: minutes(&text)?, reason })
}

/// `3h because of Redis`: what stands behind the span is the reason for it.
fn reason_behind(text: &str) -> Option<String> {
    let (_, behind) = take_minutes(text)?;
    let reason = behind.trim_matches(|it: char| it.is_whitespace() || ",;:.-–—".contains(it));
    (!reason.is_empty()).then(|| reason.to_owned())
}

fn analysis(form: &Form) -> Result<Vec<What>, FormError> {
    let files = form.list("Files").map(|it| it.iter().map(|it| file(it)).collect());
    let approach = form.text("Approach").map(str::to_owned);
    let set = What::AnalysisSet { approach, patterns: list(form, "Patterns"), files };
    let mut told = vec![];
    if let Some(text) = form.text("Objective") {
        told.push(What::ObjectiveSet { text: text.to_owned() });
    }
    told.push(set);
    Ok(told)
}

/// `path - change`
fn file(item: &str) -> PlannedFile {
    let (path, change) = halves(&joined(item));
    PlannedFile { path: path.replace('`', ""), change }
}

fn plan(form: &Form) -> Result<What, FormError> {
    let steps = form.list("Steps").map(|it| it.iter().map(|it| step(it)).collect());
    let checkpoints = form.text("Checkpoints").map(numbers).transpose()?;
    let (criteria, risks) = (list(form, "Criteria"), list(form, "Risks"));
    Ok(What::PlanSet { steps, checkpoints, criteria, risks })
}

/// The first line is the title, further lines are its detail.
fn step(item: &str) -> PlannedStep {
    let (title, detail) = item.split_once('\n').unwrap_or((item, ""));
    let title = without_numbers(&title.replace("**", "")).to_owned();
    let lower = title.to_lowercase();
    let task = ["task:", "[task]", "(task)"].iter().find(|it| lower.starts_with(**it));
    let (kind, title) = match task.and_then(|it| title.get(it.len()..)) {
        Some(title) => (StepKind::Task, title.trim().to_owned()),
        None => match lower.ends_with("(task)") {
            true => (StepKind::Task, title[..title.len() - "(task)".len()].trim().to_owned()),
            false => (StepKind::Pair, title),
        },
    };
    let detail: Vec<&str> =
        detail.lines().map(|it| it.trim_start_matches(['-', '*', ' '])).collect();
    PlannedStep { title, kind, detail: detail.join("; ") }
}

fn numbers(text: &str) -> Result<Vec<u32>, FormError> {
    if text.trim_end_matches('.').eq_ignore_ascii_case("none") {
        return Ok(vec![]);
    }
    let digits = text.split(|it: char| !it.is_ascii_digit()).filter(|it| !it.is_empty());
    let numbers: Option<Vec<u32>> = digits.map(|it| it.parse().ok()).collect();
    numbers.filter(|it| !it.is_empty()).ok_or_else(|| FormError::Unclear {
        label: "Checkpoints",
        text: clean_line(text),
        hint: "write the numbers of the steps, as in `4, 8, 12`, or `none`",
    })
}

fn deviated(form: &Form) -> Result<What, FormError> {
    let (what, why) = ("say what differs from the plan", "say why it differs");
    let impact = "say what follows from it, or `none`";
    form.need(&[("What", what), ("Reason", why), ("Impact", impact)])?;
    Ok(What::Deviated {
        what: form.required("What", what)?,
        reason: form.required("Reason", why)?,
        impact: form.required("Impact", impact)?,
    })
}

fn decided(form: &Form) -> Result<What, FormError> {
    let asked = "say what the human was asked";
    form.need(&[("Question", asked), ("Words", THEIR_WORDS)])?;
    Ok(What::Decided {
        question: form.required("Question", asked)?,
        words: form.required("Words", THEIR_WORDS)?,
    })
}

fn intervened(form: &Form) -> Result<What, FormError> {
    let what = "say what was about to happen";
    form.need(&[("What", what), ("Said", THEIR_WORDS)])?;
    let step = form.text("Step").map(|text| {
        let digits = text.trim_start_matches(|it: char| !it.is_ascii_digit());
        let end = digits.find(|it: char| !it.is_ascii_digit()).unwrap_or(digits.len());
        digits[..end].parse().map_err(|_| FormError::Unclear {
            label: "Step",
            text: clean_line(text),
            hint: "write the number of the step, or leave the field out",
        })
    });
    Ok(What::Intervened(Intervention {
        step: step.transpose()?,
        what: form.required("What", what)?,
        said: form.required("Said", THEIR_WORDS)?,
        why: form.text("Why").map(str::to_owned),
    }))
}

fn checked(form: &Form) -> Result<Check, FormError> {
    let status = "write `Complete` or `Needs Work`";
    form.need(&[("Status", status), ("Ready", "write `yes` or `no`")])?;
    let status = form.required("Status", "write `Complete` or `Needs Work`")?;
    let status = match status.to_lowercase().trim_end_matches('.') {
        "complete" => Status::Complete,
        "needs work" | "needs_work" => Status::NeedsWork,
        _ => {
            return Err(FormError::Unclear {
                label: "Status",
                text: clean_line(&status),
                hint: "write `Complete` or `Needs Work`",
            });
        }
    };
    let ready = form.required("Ready", "write `yes` or `no`")?;
    let Some((is_ready, why)) = yes_or_no(&ready) else {
        let text = clean_line(&ready);
        return Err(FormError::Unclear { label: "Ready", text, hint: "write `yes` or `no`" });
    };
    let reason = form.text("Reason").or(Some(why)).filter(|it| !it.is_empty());
    let ticks = form.list("Criteria").unwrap_or_default();
    Ok(Check {
        status,
        ready: is_ready,
        reason: reason.map(str::to_owned),
        criteria: ticks.iter().map(|it| tick(it)).collect::<Result<_, _>>()?,
        outstanding: list(form, "Outstanding").unwrap_or_default(),
        tests: list(form, "Tests").unwrap_or_default(),
    })
}

/// `met - evidence` or `not met - evidence`.
fn tick(item: &str) -> Result<Tick, FormError> {
    let item = joined(item);
    let (word, evidence) = yes_or_no(&item).ok_or_else(|| FormError::Unclear {
        label: "Criteria",
        text: clean_line(&item),
        hint: "start each criterion with `met - ` or `not met - `, then what shows it",
    })?;
    if evidence.is_empty() {
        let what = format!("a criterion has no evidence: `{}`", clean_line(&item));
        let hint = "say which test, commit or observation shows it";
        return Err(FormError::Wrong { what, hint });
    }
    Ok(Tick { met: word, evidence: evidence.to_owned() })
}

/// The judgement that a text starts with, and what stands behind it.
fn yes_or_no(text: &str) -> Option<(bool, &str)> {
    const NO: [&str; 6] = ["not met", "unmet", "no", "❌", "[ ]", "not ready"];
    const YES: [&str; 6] = ["met", "yes", "✅", "[x]", "ready", "☑"];
    let lower = text.to_lowercase();
    let starts = |word: &&str| {
        lower.starts_with(*word)
            && lower[word.len()..].chars().next().is_none_or(|it| !it.is_alphanumeric())
    };
    let found = |words: &[&str]| words.iter().find(|it| starts(it)).map(|it| it.len());
    let (is_yes, length) = found(&NO).map(|it| (false, it)).or(found(&YES).map(|it| (true, it)))?;
    let rest = text
        .get(length..)?
        .trim_start_matches([' ', '-', '–', '—', ':', ',', '.', ';', '\u{fe0f}']);
    // `✅ Yes - …`
    Some(match yes_or_no(rest) {
        Some((again, rest)) if again == is_yes && length <= "✅".len() => (is_yes, rest),
        Some(_) | None => (is_yes, rest.trim()),
    })
}

fn change(form: &Form) -> Result<What, FormError> {
    if let Some(evidence) = form.text("Nothing") {
        return Ok(What::NoChange { evidence: evidence.to_owned() });
    }
    let kind = form.required("Type", "write `PROMPT`, `PROCESS` or `BEHAVIOR`")?;
    let all = [ChangeKind::Prompt, ChangeKind::Process, ChangeKind::Behavior];
    let kind = all.into_iter().find(|it| it.word() == kind.to_uppercase()).ok_or_else(|| {
        FormError::Unclear {
            label: "Type",
            text: clean_line(&kind),
            hint: "write `PROMPT`, `PROCESS` or `BEHAVIOR`",
        }
    })?;
    Ok(What::ChangeChosen(Change {
        kind,
        file: form.text("File").map(|it| clean_line(it).replace('`', "")),
        place: form.text("Place").map(|it| clean_line(it).trim_matches('"').to_owned()),
        text: without_fence(&form.required("Text", "write the exact text of the change")?),
        why: form.text("Why").map(str::to_owned),
    }))
}

/// The text alone, where it was put into a code fence.
fn without_fence(text: &str) -> String {
    let inner = text
        .split_once('\n')
        .filter(|it| it.0.starts_with("```"))
        .and_then(|it| it.1.trim_end().strip_suffix("```"));
    inner.unwrap_or(text).trim_end().to_owned()
}

fn words(form: &Form) -> Result<String, FormError> {
    form.required("Words", THEIR_WORDS)
}

fn reason(form: &Form) -> Result<String, FormError> {
    form.required("Reason", SAY_IT)
}

fn list(form: &Form, label: &str) -> Option<Vec<String>> {
    form.list(label).map(<[String]>::to_vec)
}

fn points(form: &Form, label: &str) -> Option<Vec<Point>> {
    form.list(label).map(|it| it.iter().map(|it| point(it)).collect())
}

/// `Title - sentence`
fn point(text: &str) -> Point {
    let text = joined(text);
    let (title, text) = halves(text.trim_start_matches(['✅', '☑', '✔', '\u{fe0f}', ' ']));
    Point { title, text }
}

/// On one line.
fn joined(text: &str) -> String {
    text.lines().map(str::trim).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;

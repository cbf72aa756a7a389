//! Replies kept as files, each with the verdict and the findings it must give.
//! A file that the table does not name fails, and so does a line without a file.

use std::collections::BTreeSet;
use std::path::PathBuf;

use deming_core::finding::{Counts, Finding, FindingId, Level};
use deming_core::reply::{PriorStatus, Reading, decode};
use deming_core::verdict::{Verdict, verdict};
use proptest::prelude::*;

fn folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../tests/fixtures/replies")
}

#[expect(clippy::disallowed_methods, reason = "fixtures are files")]
#[expect(clippy::unwrap_used, reason = "a fixture that cannot be read fails the test")]
fn fixture(name: &str) -> String {
    std::fs::read_to_string(folder().join(name)).unwrap()
}

/// What a line of the table says, and what a decoded reply gives.
#[derive(Debug, Eq, PartialEq)]
struct Outcome {
    verdict: Verdict,
    counts: Counts,
    answers: Vec<(FindingId, PriorStatus)>,
}

struct Case {
    name: String,
    prior: Vec<Finding>,
    want: Outcome,
}

fn cases() -> Vec<Case> {
    let table = fixture("expected.txt");
    table.lines().filter(|line| !line.starts_with('#')).map(case).collect()
}

#[expect(clippy::unwrap_used, reason = "a line that cannot be read fails the test")]
fn case(line: &str) -> Case {
    let mut columns = line.split('|').map(str::trim);
    let name = columns.next().unwrap().to_owned();
    let verdict = word(columns.next().unwrap());
    let counts: Vec<u32> =
        columns.next().unwrap().split(' ').map(|it| it.parse().unwrap()).collect();
    let pairs = |column: Option<&str>| -> Vec<(FindingId, String)> {
        let column = column.unwrap_or_default();
        column
            .split_whitespace()
            .map(|pair| {
                let (id, value) = pair.split_once(':').unwrap();
                (id.parse().unwrap(), value.to_owned())
            })
            .collect()
    };
    let prior = pairs(columns.next())
        .into_iter()
        .map(|(id, level)| earlier(id, Level::from_word(&level).unwrap()))
        .collect();
    let answers =
        pairs(columns.next()).into_iter().map(|(id, status)| (id, word(&status))).collect();
    let counts = Counts { high: counts[0], medium: counts[1], low: counts[2], nitpick: counts[3] };
    Case { name, prior, want: Outcome { verdict, counts, answers } }
}

/// Reads a word of the table as the value that has this name in our own files.
#[expect(clippy::unwrap_used, reason = "a word that cannot be read fails the test")]
fn word<T: serde::de::DeserializeOwned>(word: &str) -> T {
    serde_json::from_value(word.into()).unwrap()
}

fn earlier(id: FindingId, level: Level) -> Finding {
    Finding { id, level, text: "an earlier finding".to_owned() }
}

fn outcome(text: &str, prior: &[Finding]) -> Outcome {
    let decoded = decode(text, prior);
    let verdict = verdict(&decoded, prior);
    match decoded.reading {
        Reading::Read(reply) => Outcome {
            verdict,
            counts: Counts::of(reply.raised.iter().map(|it| it.level)),
            answers: reply.prior.iter().map(|it| (it.id, it.status)).collect(),
        },
        Reading::Unreadable => Outcome { verdict, counts: Counts::default(), answers: Vec::new() },
    }
}

/// An unreadable reply has no counts; the table may still say what a reader sees.
fn comparable(mut outcome: Outcome) -> Outcome {
    if outcome.verdict == Verdict::Unreadable {
        outcome.counts = Counts::default();
        outcome.answers.clear();
    }
    outcome.answers.sort_by_key(|it| it.0);
    outcome
}

#[test]
fn every_reply_gives_its_verdict_and_its_findings() {
    let mut wrong = Vec::new();
    for case in cases() {
        let text = fixture(&format!("{}.md", case.name));
        let found = comparable(outcome(&text, &case.prior));
        let want = comparable(case.want);
        if found != want {
            let diagnostics = decode(&text, &case.prior).diagnostics;
            wrong.push(format!(
                "{}\n  want  {want:?}\n  found {found:?}\n  {diagnostics:?}",
                case.name
            ));
        }
    }
    assert!(wrong.is_empty(), "{} replies:\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
#[expect(clippy::disallowed_methods, reason = "fixtures are files")]
fn every_reply_is_in_the_table() {
    let files: BTreeSet<String> = std::fs::read_dir(folder())
        .unwrap()
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter_map(|it| it.strip_suffix(".md").map(str::to_owned))
        .collect();
    let named: BTreeSet<String> = cases().into_iter().map(|it| it.name).collect();
    assert_eq!(files, named);
}

/// The replies of a file with one in each line, where `\n` is the end of a line.
fn lines_of(name: &str) -> Vec<String> {
    let lines = fixture(name);
    let titles = |line: &&str| !line.is_empty() && (line.contains("\\n") || !is_comment(line));
    lines.lines().filter(titles).map(|it| it.replace("\\n", "\n")).collect()
}

/// A line of `#` that holds no verdict is a comment.
fn is_comment(line: &str) -> bool {
    line.starts_with("# ") && !line.starts_with("# Approve")
}

#[track_caller]
fn check_lines(name: &str, prior: &[Finding], is_right: fn(Verdict) -> bool) {
    let wrong: Vec<String> = lines_of(name)
        .into_iter()
        .filter_map(|text| {
            let found = outcome(&text, prior).verdict;
            let diagnostics = || decode(&text, prior).diagnostics;
            (!is_right(found)).then(|| format!("{found:?}: {text:?}\n  {:?}", diagnostics()))
        })
        .collect();
    assert!(wrong.is_empty(), "{} replies:\n{}", wrong.len(), wrong.join("\n"));
}

const IS_NOT_PASSED: fn(Verdict) -> bool = |it| matches!(it, Verdict::Revise | Verdict::Unreadable);

/// What is open in the second rounds that are kept as lines.
fn second_round() -> [Finding; 3] {
    [
        earlier(FindingId(1), Level::High),
        earlier(FindingId(2), Level::Low),
        earlier(FindingId(3), Level::Medium),
    ]
}

#[test]
fn what_a_person_reads_as_an_objection_is_not_passed() {
    check_lines("never-passed.txt", &[], IS_NOT_PASSED);
}

#[test]
fn what_takes_an_answer_back_is_not_passed() {
    check_lines("second-round-never-passed.txt", &second_round(), IS_NOT_PASSED);
}

#[test]
fn ordinary_words_beside_an_approval_do_no_harm() {
    check_lines("passed.txt", &[], |it| it == Verdict::Approved);
}

#[test]
fn ordinary_words_beside_an_answer_do_no_harm() {
    check_lines("second-round-passed.txt", &second_round(), |it| it == Verdict::Approved);
}

/// The texts of the findings of a reply.
#[track_caller]
fn check_texts(text: &str, want: &[&str]) {
    let texts: Vec<String> = match decode(text, &[]).reading {
        Reading::Read(reply) => reply.raised.into_iter().map(|it| it.text).collect(),
        Reading::Unreadable => Vec::new(),
    };
    assert_eq!(texts, want);
}

#[test]
fn findings_keep_their_text_in_order_and_whole() {
    check_texts(
        "[HIGH] No rollback\n\nSee here:\n\n```\na\n```\n\n[LOW] Naming\n",
        &["No rollback\n\nSee here:\n\n```\na\n```", "Naming"],
    );
    check_texts(
        "- [HIGH] No rollback\n\n  | a | b |\n  |---|---|\n  | 1 | 2 |\n",
        &["No rollback\n\n| a | b |\n|---|---|\n| 1 | 2 |"],
    );
    check_texts("- [HIGH] No rollback\n\n  > quoted\n", &["No rollback\n\n> quoted"]);
    check_texts("- **Severe**: No rollback\n", &["No rollback"]);
    check_texts("**Important:** No rollback\n", &["No rollback"]);
    check_texts("~~[HIGH] No rollback~~\n", &["No rollback"]);
}

/// How a reviewer may write a tag, a bullet and the end of a line.
const TAGS: [fn(&str) -> String; 6] = [
    |word| format!("[{word}] "),
    |word| format!("**[{word}]** "),
    |word| format!("**{word}:** "),
    |word| format!("{word}: "),
    |word| format!("({word}) "),
    |word| format!("**{word}** - "),
];
const BULLETS: [&str; 5] = ["- ", "* ", "+ ", "1. ", "1) "];
const LINE_ENDS: [&str; 4] = ["\n", "\r\n", " \n", "  \r\n"];
const CASES: [fn(&str) -> String; 3] = [
    |word| word.to_uppercase(),
    |word| word.to_lowercase(),
    |word| word[..1].to_uppercase() + &word[1..].to_lowercase(),
];

fn level() -> impl Strategy<Value = Level> {
    prop::sample::select(Level::ALL.to_vec())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn spelling_of_a_list_never_changes_its_counts(
        findings in prop::collection::vec((level(), "[a-z]{3,9}( [a-z]{3,9}){1,6}"), 1..8),
        tag in prop::sample::select(TAGS.to_vec()),
        bullet in prop::sample::select(BULLETS.to_vec()),
        end in prop::sample::select(LINE_ENDS.to_vec()),
        case in prop::sample::select(CASES.to_vec()),
        heading in prop::sample::select(vec!["", "## Findings", "# Review"]),
    ) {
        let mut text = format!("{heading}{end}");
        for (level, words) in &findings {
            text += &format!("{bullet}{}{words}{end}", tag(&case(level.word())));
        }
        let counts = Counts::of(findings.iter().map(|it| it.0));
        let want = if counts.blocking() == 0 { Verdict::MinorOnly } else { Verdict::Revise };
        prop_assert_eq!(outcome(&text, &[]), Outcome { verdict: want, counts, answers: vec![] });
    }

    #[test]
    fn line_ends_and_trailing_space_change_no_reply(
        case in prop::sample::select(cases_once()),
        end in prop::sample::select(LINE_ENDS.to_vec()),
    ) {
        let (name, prior) = case;
        let text = fixture(&format!("{name}.md"));
        let spelled = text.replace("\r\n", "\n").replace('\n', end);
        prop_assert_eq!(outcome(&spelled, &prior), outcome(&text, &prior));
    }

    #[test]
    fn tag_of_a_high_finding_beats_every_approval(
        case in prop::sample::select(cases_once()),
        before in any::<bool>(),
    ) {
        let (name, prior) = case;
        let text = fixture(&format!("{name}.md"));
        let finding = "[HIGH] Step 9 drops the users table";
        let text = if before { format!("{finding}\n\n{text}") } else { format!("## Findings\n\n{finding}\n\n{text}") };
        let found = outcome(&text, &prior).verdict;
        prop_assert!(matches!(found, Verdict::Revise | Verdict::Unreadable), "{:?}", found);
    }

    #[test]
    fn any_text_is_decoded(text in "(\\PC|[\\[\\]{}*`>|#:\"\n -]){0,200}") {
        prop_assert_ne!(outcome(&text, &[]).verdict, Verdict::Approved);
    }
}

fn cases_once() -> Vec<(String, Vec<Finding>)> {
    cases().into_iter().map(|it| (it.name, it.prior)).collect()
}

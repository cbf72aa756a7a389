//! Metrics of a git history: a table for a terminal, a list for a session's
//! log, JSON for scripts. One report, three forms.

use serde::Serialize;

use super::markdown;
use crate::clean::clean_line;
use crate::metrics::compute::{Report, TestFirst};
use crate::metrics::targets::{FEWEST_FOR_A_SHARE, Metric, Target, Unit};

const NO_COMMITS: &str = "No commits to measure.\n";

/// A table with small bars; a bar is full at twice the target.
///
/// `range` says in words which commits were measured.
pub fn table(report: &Report, range: &str) -> String {
    let rows = report.metrics.named().into_iter().map(|(name, metric)| {
        let target = metric.target.map(|target| target_words(target, metric.unit));
        let met = metric.met().map_or("", |met| if met { "met" } else { "missed" });
        [
            label(name, report),
            value_or_counts(&metric),
            metric.target.map_or_else(String::new, |target| bar(&metric, target)),
            if metric.denominator < 2 { String::new() } else { origin(&metric) },
            target.unwrap_or_default(),
            met.to_owned(),
        ]
    });
    let rows: Vec<[String; 6]> = rows.collect();
    let mut text = format!("Metrics of {}\n\n", clean_line(range));
    if report.metrics.commits.numerator == 0 {
        text.push_str(NO_COMMITS);
        return text;
    }
    for row in &rows {
        let mut line = String::new();
        for (column, cell) in row.iter().enumerate() {
            let width = rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
            let padding = " ".repeat(width - cell.chars().count());
            let is_number = column == 1;
            line.push_str(if column == 0 { "  " } else { "   " });
            line.push_str(&if is_number {
                padding.clone() + cell
            } else {
                cell.clone() + &padding
            });
        }
        text.push_str(line.trim_end());
        text.push('\n');
    }
    text.push('\n');
    text.push_str(LEGEND);
    text.extend(notes(report).iter().map(|note| format!("{note}\n")));
    text
}

/// What the table does not say by itself.
const LEGEND: &str = "\
Sizes are lines of product and test code, added and deleted. A bar reaches \u{2502} at
the target and is full at twice that.
";

/// The lines of `### Quality Metrics` in a session's log, without the heading.
pub fn log_list(report: &Report) -> String {
    let metrics = &report.metrics;
    let Some(commits) = metrics.commits.value().filter(|&it| 0.0 < it) else {
        return NO_COMMITS.to_owned();
    };
    let mut lines = vec![format!("Total commits: {}", number(commits))];
    lines.extend(valued("Largest commit", &metrics.largest_commit, " lines"));
    lines.extend(valued("Files touched", &metrics.files_per_commit, " average"));
    lines.extend(valued("Avg lines per commit", &metrics.lines_per_commit, ""));
    lines.push(share("Large commits", &metrics.large_commits, "commits with code", report));
    lines.push(share("Sprawling commits", &metrics.sprawling_commits, "commits", report));
    let paired = "product commits had tests with or right before them";
    lines.push(share("Test pairing", &metrics.test_pairing, paired, report));
    if let (Some(metric), Some(steps)) = (&metrics.test_first, &report.test_first) {
        lines.push(share("Test-first discipline", metric, &classes(steps), report));
    }
    if metrics.rework.applies() {
        lines.push(share("Rework", &metrics.rework, "changed lines did not last", report));
    }
    lines.extend(notes(report));
    let mut text: String = lines.iter().map(|line| markdown::bullet(line) + "\n").collect();
    text.push_str(&format!("\n**{}**\n", judgement(report)));
    text
}

/// One object; `value`, `numerator`, `denominator`, `target` and `met` for each
/// metric. A share is in percent. `null` stands for what does not apply.
pub fn json(report: &Report, range: &str) -> String {
    let metrics = report.metrics.named().into_iter().map(|(name, metric)| {
        let wire = WireMetric {
            value: metric.value().map(|value| (value * 100.0).round() / 100.0),
            numerator: metric.numerator,
            denominator: metric.denominator,
            target: metric.target.map(Target::number),
            met: metric.met(),
            unit: unit_word(metric.unit),
            bound: metric.target.map(|target| match target {
                Target::AtMost(_) => "at_most",
                Target::AtLeast(_) => "at_least",
            }),
        };
        (name, wire)
    });
    let wire = WireReport {
        version: 1,
        range,
        commits: report.metrics.commits.numerator,
        code_commits: report.code_commits,
        merges: report.merges,
        merges_resolved: report.resolved.len() as u64,
        merge_lines: report.resolved.iter().map(|it| it.lines.total()).sum(),
        roots_left_out: report.roots,
        tests_moved_into_product: report
            .moved_tests
            .iter()
            .map(|it| WireMove {
                commit: it.hash.clone(),
                from: it.from.to_string(),
                to: it.to.to_string(),
            })
            .collect(),
        metrics: WireMetrics(metrics.collect()),
    };
    serde_json::to_string(&wire).unwrap_or_default() + "\n"
}

#[derive(Serialize)]
struct WireReport<'a> {
    version: u32,
    range: &'a str,
    commits: u64,
    code_commits: u64,
    merges: u64,
    merges_resolved: u64,
    merge_lines: u64,
    roots_left_out: u64,
    tests_moved_into_product: Vec<WireMove>,
    metrics: WireMetrics,
}

/// An object in the order of the report.
struct WireMetrics(Vec<(&'static str, WireMetric)>);

impl Serialize for WireMetrics {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(name, metric)| (name, metric)))
    }
}

#[derive(Serialize)]
struct WireMove {
    commit: String,
    from: String,
    to: String,
}

#[derive(Serialize)]
struct WireMetric {
    value: Option<f64>,
    numerator: u64,
    denominator: u64,
    target: Option<u64>,
    met: Option<bool>,
    unit: &'static str,
    bound: Option<&'static str>,
}

fn label(name: &str, report: &Report) -> String {
    match name {
        "commits" => format!("Commits ({} with code)", report.code_commits),
        "size_p50" => "Median size".to_owned(),
        "size_p90" => "90th percentile".to_owned(),
        "largest_commit" => "Largest commit".to_owned(),
        "lines_per_commit" => "Lines per commit".to_owned(),
        "files_per_commit" => "Files per commit".to_owned(),
        "large_commits" => format!("Large (over {} product lines)", report.targets.large_lines),
        "sprawling_commits" => format!("Sprawling (over {} files)", report.targets.sprawling_files),
        "test_pairing" => "Test pairing".to_owned(),
        "rework" => "Rework".to_owned(),
        "test_first" => "Test-first".to_owned(),
        other => other.to_owned(),
    }
}

fn value_or_counts(metric: &Metric) -> String {
    match metric.value() {
        Some(value) => format!("{}{}", number(value), percent_sign(metric.unit)),
        None if metric.applies() => format!("{} of {}", metric.numerator, metric.denominator),
        None => "not applicable".to_owned(),
    }
}

/// `27 files / 6 commits`, in numbers alone.
fn origin(metric: &Metric) -> String {
    if metric.value().is_none() { String::new() } else { fraction(metric) }
}

fn fraction(metric: &Metric) -> String {
    format!("{}/{}", metric.numerator, metric.denominator)
}

fn bar(metric: &Metric, target: Target) -> String {
    const HALF: usize = 5;
    let Some(value) = metric.value() else { return String::new() };
    let target = target.number().max(1) as f64;
    let filled = (value / target * HALF as f64).round().min(2.0 * HALF as f64) as usize;
    let cells: Vec<&str> =
        (0..2 * HALF).map(|cell| if cell < filled { "█" } else { "·" }).collect();
    format!("{}│{}", cells[..HALF].concat(), cells[HALF..].concat())
}

fn target_words(target: Target, unit: Unit) -> String {
    let (word, number) = match target {
        Target::AtMost(number) => ("at most", number),
        Target::AtLeast(number) => ("at least", number),
    };
    format!("{word} {number}{}", percent_sign(unit))
}

fn percent_sign(unit: Unit) -> &'static str {
    match unit {
        Unit::Percent => "%",
        Unit::Commits | Unit::Lines | Unit::Files => "",
    }
}

fn unit_word(unit: Unit) -> &'static str {
    match unit {
        Unit::Commits => "commits",
        Unit::Lines => "lines",
        Unit::Files => "files",
        Unit::Percent => "percent",
    }
}

/// One decimal, and none where it is zero. A small share is not shown as none,
/// and one just below the whole not as the whole.
fn number(value: f64) -> String {
    let rounded = (value * 10.0).round() / 10.0;
    if rounded.fract() == 0.0 { format!("{rounded:.0}") } else { format!("{rounded:.1}") }
}

/// `Largest commit: 87 lines (under target: at most 200)`.
fn valued(name: &str, metric: &Metric, unit: &str) -> Option<String> {
    let value = metric.value()?;
    let target = metric.target?;
    let shown = number(value);
    let bound = target.number();
    let place = match value / bound as f64 {
        ratio if ratio <= 0.75 => format!("well under {bound}"),
        ratio if ratio < 0.9 => format!("under target {bound}"),
        ratio if ratio < 1.0 => format!("slightly under target {bound}"),
        ratio if ratio <= 1.0 => format!("at target {bound}"),
        _ => format!("over target {bound}"),
    };
    let origin =
        if metric.denominator < 2 { String::new() } else { format!(", {}", fraction(metric)) };
    Some(format!("{name}: {shown}{unit} ({place}{origin})"))
}

/// `Test pairing: 83.3% (5/6 product commits …, target at least 50%)`.
fn share(name: &str, metric: &Metric, cases: &str, report: &Report) -> String {
    let over = match name {
        "Large commits" => format!(" over {} product lines", report.targets.large_lines),
        "Sprawling commits" => format!(" over {} files", report.targets.sprawling_files),
        _ => String::new(),
    };
    let target = metric.target.map(|target| target_words(target, metric.unit));
    match metric.value() {
        Some(value) => {
            let target = target.map(|target| format!(", target {target}")).unwrap_or_default();
            format!("{name}: {}% ({} {cases}{over}{target})", number(value), fraction(metric))
        }
        None if metric.applies() => format!(
            "{name}: {} of {} {cases}{over} (fewer than {FEWEST_FOR_A_SHARE}, not judged)",
            metric.numerator, metric.denominator
        ),
        None => format!("{name}: not applicable"),
    }
}

fn classes(steps: &TestFirst) -> String {
    let not_seen = match steps.not_seen {
        0 => String::new(),
        some => format!(", {some} NOT_SEEN"),
    };
    format!(
        "steps; {} PROVEN, {} LIKELY, {} TEST_AFTER, {} NO_TEST, {} NOT_APPLICABLE{not_seen}",
        steps.proven, steps.likely, steps.test_after, steps.no_test, steps.not_applicable
    )
}

/// What was left out or seen beside the metrics.
fn notes(report: &Report) -> Vec<String> {
    let mut notes = Vec::new();
    if 0 < report.merges {
        let lines: u64 = report.resolved.iter().map(|it| it.lines.total()).sum();
        let resolved = match report.resolved.len() {
            0 => String::new(),
            some => format!("; {some} resolved by hand, {}", counted(lines, "line")),
        };
        notes.push(format!("Not counted: {}{resolved}", counted(report.merges, "merge")));
    }
    if 0 < report.roots {
        notes.push(format!("Not counted: {}", counted(report.roots, "root commit")));
    }
    for moved in &report.moved_tests {
        notes.push(format!(
            "Test moved into the product: {} from {} to {}",
            moved.hash.get(..7).unwrap_or(&moved.hash),
            code(&moved.from.to_string()),
            code(&moved.to.to_string()),
        ));
    }
    notes
}

/// A path in a code span that its own backticks cannot close.
fn code(text: &str) -> String {
    format!("`{}`", text.replace('`', "'"))
}

fn counted(count: u64, noun: &str) -> String {
    format!("{count} {noun}{}", if count == 1 { "" } else { "s" })
}

/// Whether all targets were met, by the metrics that could be judged.
fn judgement(report: &Report) -> String {
    let judged: Vec<(&str, bool)> = report
        .metrics
        .named()
        .into_iter()
        .filter_map(|(name, metric)| Some((name, metric.met()?)))
        .collect();
    let missed: Vec<String> = judged
        .iter()
        .filter(|(_, met)| !met)
        .map(|(name, _)| name.replace('_', " ").replace("test first", "test-first"))
        .collect();
    let has_too_few = report
        .metrics
        .named()
        .into_iter()
        .any(|(_, it)| it.target.is_some() && it.applies() && it.met().is_none());
    match (judged.len(), missed.len()) {
        (0, _) => "No target could be judged".to_owned(),
        (all, 0) if has_too_few => {
            let targets = counted(all as u64, "target");
            format!("{targets} met; the others have too few cases to judge")
        }
        (_, 0) => "All targets met! ✅".to_owned(),
        (all, some) => {
            format!("{} of {all} targets met; missed: {}", all - some, missed.join(", "))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::compute::{Input, compute};
    use crate::metrics::file_class::Classifier;
    use crate::metrics::numstat;
    use crate::metrics::targets::Targets;

    /// Commits from the oldest to the newest, each `added path, added path`.
    fn report(history: &[&str], test_first: Option<TestFirst>) -> Report {
        let mut answer = String::new();
        for (at, files) in history.iter().enumerate().rev() {
            let parent = at.to_string();
            answer += &format!("\x01{}\0{parent}\0A\0a@b.example\x000\x000\0x\0\n", at + 1);
            for file in files.split(", ") {
                let (added, path) = file.split_once(' ').unwrap();
                answer += &format!("{added}\t0\t{path}\0");
            }
        }
        let (commits, diagnostics) = numstat::decode(answer.as_bytes());
        assert_eq!(diagnostics, []);
        compute(Input {
            commits: &commits,
            classifier: &Classifier::default(),
            targets: &Targets::default(),
            is_shallow: false,
            net: None,
            test_first,
        })
    }

    const SESSION: [&str; 6] = [
        "30 auth.py, 20 tests/test_auth.py",
        "60 auth.py, 27 tests/test_auth.py, 10 README.md",
        "5 a.py, 5 b.py, 5 c.py, 5 d.py, 5 e.py, 40 tests/test_all.py",
        "40 logout.py",
        "70 tests/test_logout.py",
        "120 app.py, 3000 package-lock.json",
    ];

    #[test]
    fn a_log_gets_the_list_of_the_session() {
        let steps = TestFirst { proven: 4, likely: 1, test_after: 1, ..TestFirst::default() };
        assert_eq!(
            log_list(&report(&SESSION, Some(steps))),
            "\
- Total commits: 6
- Largest commit: 120 lines (well under 200)
- Files touched: 2.3 average (well under 5, 14/6)
- Avg lines per commit: 72 (well under 100, 432/6)
- Large commits: 16.7% (1/6 commits with code over 100 product lines, target at most 20%)
- Sprawling commits: 16.7% (1/6 commits over 5 files, target at most 10%)
- Test pairing: 80% (4/5 product commits had tests with or right before them, target at least 50%)
- Test-first discipline: 83.3% (5/6 steps; 4 PROVEN, 1 LIKELY, 1 TEST_AFTER, 0 NO_TEST, 0 NOT_APPLICABLE, target at least 80%)

**6 of 7 targets met; missed: sprawling commits**
"
        );
    }

    #[test]
    fn few_commits_get_counts_and_no_judgement_of_shares() {
        assert_eq!(
            log_list(&report(&["95 a.rs", "5 a.rs, 5 tests/a.rs"], None)),
            "\
- Total commits: 2
- Largest commit: 95 lines (well under 200)
- Files touched: 1.5 average (well under 5, 3/2)
- Avg lines per commit: 52.5 (well under 100, 105/2)
- Large commits: 0 of 2 commits with code over 100 product lines (fewer than 5, not judged)
- Sprawling commits: 0 of 2 commits over 5 files (fewer than 5, not judged)
- Test pairing: 1 of 2 product commits had tests with or right before them (fewer than 5, not judged)

**3 targets met; the others have too few cases to judge**
"
        );
    }

    #[test]
    fn documents_alone_make_code_metrics_not_applicable() {
        assert_eq!(
            log_list(&report(&["9 README.md"], None)),
            "\
- Total commits: 1
- Files touched: 1 average (well under 5)
- Large commits: not applicable
- Sprawling commits: 0 of 1 commits over 5 files (fewer than 5, not judged)
- Test pairing: not applicable

**1 target met; the others have too few cases to judge**
"
        );
        assert_eq!(log_list(&report(&[], None)), "No commits to measure.\n");
    }

    #[test]
    fn a_terminal_gets_a_table_with_bars() {
        assert_eq!(
            table(&report(&SESSION, None), "main~6..main"),
            "\
Metrics of main~6..main

  Commits (6 with code)                         6
  Median size                                  65
  90th percentile                             120
  Largest commit                              120   ███··│·····           at most 200    met
  Lines per commit                             72   ████·│·····   432/6   at most 100    met
  Files per commit                            2.3   ██···│·····   14/6    at most 5      met
  Large (over 100 product lines)            16.7%   ████·│·····   1/6     at most 20%    met
  Sprawling (over 5 files)                  16.7%   █████│███··   1/6     at most 10%    missed
  Test pairing                                80%   █████│███··   4/5     at least 50%   met
  Rework                           not applicable

Sizes are lines of product and test code, added and deleted. A bar reaches \u{2502} at
the target and is full at twice that.
"
        );
    }

    #[test]
    fn scripts_get_one_object() {
        let text = json(&report(&["95 a.rs", "5 a.rs, 5 tests/a.rs"], None), "main~2..main");
        let line = |name: &str, numbers: &str, unit: &str, bound: &str| {
            let [value, numerator, denominator, target, met] =
                numbers.split(' ').collect::<Vec<_>>()[..]
            else {
                panic!("five numbers")
            };
            format!(
                "\"{name}\":{{\"value\":{value},\"numerator\":{numerator},\
                 \"denominator\":{denominator},\"target\":{target},\"met\":{met},\
                 \"unit\":\"{unit}\",\"bound\":{bound}}}"
            )
        };
        let (most, least) = ("\"at_most\"", "\"at_least\"");
        let metrics = [
            line("commits", "2.0 2 1 null null", "commits", "null"),
            line("size_p50", "10.0 10 1 null null", "lines", "null"),
            line("size_p90", "95.0 95 1 null null", "lines", "null"),
            line("largest_commit", "95.0 95 1 200 true", "lines", most),
            line("lines_per_commit", "52.5 105 2 100 true", "lines", most),
            line("files_per_commit", "1.5 3 2 5 true", "files", most),
            line("large_commits", "null 0 2 20 null", "percent", most),
            line("sprawling_commits", "null 0 2 10 null", "percent", most),
            line("test_pairing", "null 1 2 50 null", "percent", least),
            line("rework", "null 0 0 null null", "percent", "null"),
        ];
        assert_eq!(
            text,
            format!(
                "{{\"version\":1,\"range\":\"main~2..main\",\"commits\":2,\"code_commits\":2,\
                 \"merges\":0,\"merges_resolved\":0,\"merge_lines\":0,\"roots_left_out\":0,\
                 \"tests_moved_into_product\":[],\"metrics\":{{{}}}}}\n",
                metrics.join(",")
            )
        );
    }
}

//! How long decoding a reply of 1 MB takes: a line for each kind of reply with the
//! median and the fastest run, and the median of the Markdown parser alone on the same
//! text in the same minute, in milliseconds. Judges nothing.

#![expect(clippy::print_stdout, reason = "the numbers are the output")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use deming_core::reply::{Reading, decode};
use pulldown_cmark::{Options, Parser};

const SIZE: usize = 1_000_000;
const RUNS: usize = 20;

fn main() {
    let runs = std::env::args().skip(1).find_map(|it| it.parse().ok()).unwrap_or(RUNS);
    measure("structured, long findings", runs, &structured(2_000));
    measure("structured, short findings", runs, &structured(80));
    measure("prose, findings by level", runs, &prose());
    measure("prose, a heading each", runs, &headings());
    measure("prose, nested list", runs, &nested());
    measure("table", runs, &table());
    measure("prose without a finding", runs, &chatter());
    measure("one line", runs, &"word ".repeat(SIZE / 5));
    measure("brackets", runs, &"[{\"".repeat(SIZE / 3));
}

fn measure(name: &str, runs: usize, reply: &str) {
    let mut decoding = Vec::new();
    let mut parsing = Vec::new();
    for _ in 0..runs.max(1) {
        let (decoded, taken) = timed(|| decode(black_box(reply), &[]));
        // What is measured must be the reading that the name promises.
        let is_read = matches!(decoded.reading, Reading::Read(_));
        let is_finding = name.starts_with("structured") || name.starts_with("prose, ");
        assert!(is_read || !is_finding, "{name} was not read: {:?}", decoded.diagnostics);
        decoding.push(taken);
        let parser = || Parser::new_ext(black_box(reply), Options::ENABLE_TABLES);
        parsing.push(timed(|| parser().count()).1);
    }
    decoding.sort_by(f64::total_cmp);
    parsing.sort_by(f64::total_cmp);
    let median = |of: &[f64]| of[of.len() / 2];
    println!("{name} {:.2} {:.2} {:.2}", median(&decoding), decoding[0], median(&parsing));
}

/// What a piece of work comes to, and how many milliseconds it took.
fn timed<T>(work: impl FnOnce() -> T) -> (T, f64) {
    let started = Instant::now();
    let done = black_box(work());
    (done, started.elapsed().as_secs_f64() * 1e3)
}

/// The reply that reviewers are asked for.
fn structured(length: usize) -> String {
    let text = "The token is never revoked, so a stolen one works until it expires. ";
    let text = text.repeat(length / text.len() + 1);
    let finding = format!(r#"{{"level":"medium","text":"{}"}}"#, &text[..length]);
    let findings = vec![finding; SIZE / (length + 30)].join(",");
    format!(r#"{{"verdict":"revise","findings":[{findings}],"prior":[]}}"#)
}

/// Markdown as models write it without a schema.
fn prose() -> String {
    let mut text = "## Findings\n\n".to_owned();
    for number in 1.. {
        text.push_str(&format!(
            "{number}. **[MEDIUM]** The refresh token has no rotation in `routes/auth.py`.\n   \
             A stolen one works for thirty days. Rotate it at every use and\n   revoke the family.\n\n"
        ));
        if SIZE <= text.len() {
            break;
        }
    }
    text
}

/// A heading, a severity line, a list and code for each finding.
fn headings() -> String {
    let mut text = "# Review\n\n".to_owned();
    for number in 1.. {
        text.push_str(&format!(
            "### Finding {number}: the token leaks\n\n**Severity:** High\n\n\
             The token is written to the log, see `auth.rs`.\n\n\
             - Mask it.\n- Rotate it (see `rotate`).\n\n```rust\nlog(mask(token));\n```\n\n"
        ));
        if SIZE <= text.len() {
            break;
        }
    }
    text
}

/// Short items that do not block, each with an item of its own.
fn nested() -> String {
    let mut text = "## Findings\n\n".to_owned();
    for number in 1.. {
        text.push_str(&format!(
            "- **Low** \u{2014} step {number} has an odd name (see `a.rs`)\n  - Name it after what it does.\n"
        ));
        if SIZE <= text.len() {
            break;
        }
    }
    text
}

fn table() -> String {
    let mut text = "| Level | Finding |\n| --- | --- |\n".to_owned();
    while text.len() < SIZE {
        text.push_str("| MEDIUM | There is no rate limit at the login endpoint. |\n");
    }
    text
}

fn chatter() -> String {
    let mut text = String::new();
    while text.len() < SIZE {
        text.push_str("I read the plan again and looked at how the steps follow each other.\n\n");
    }
    text
}

//! How long decoding a reply of 1 MB takes: a line for each kind of reply with
//! the median and the fastest run, in milliseconds. Judges nothing.

#![expect(clippy::print_stdout, reason = "the numbers are the output")]
#![expect(clippy::disallowed_methods, reason = "a benchmark reads the clock")]

use std::hint::black_box;
use std::time::Instant;

use deming_core::reply::{Reading, decode};

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
    let mut taken: Vec<f64> = (0..runs.max(1))
        .map(|_| {
            let started = Instant::now();
            let decoded = black_box(decode(black_box(reply), &[]));
            let taken = started.elapsed().as_secs_f64() * 1e3;
            // What is measured must be the reading that the name promises.
            let is_read = matches!(decoded.reading, Reading::Read(_));
            let is_finding = name.starts_with("structured") || name.starts_with("prose, ");
            assert!(is_read || !is_finding, "{name} was not read: {:?}", decoded.diagnostics);
            taken
        })
        .collect();
    taken.sort_by(f64::total_cmp);
    println!("{name} {:.2} {:.2}", taken[taken.len() / 2], taken[0]);
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

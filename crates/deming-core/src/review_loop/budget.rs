//! What a review has used of its budget, and whether it converges.

use crate::finding::Level;
use crate::round::Outcome;

use super::review::Review;

/// One line: how the findings that matter went down, how the plan grew, and
/// what was used. For example
/// `HIGH 4 → 1 → 0 · plan +18 % · 2 of 5 rounds · 41 k tokens · 3 min`.
pub fn convergence(review: &Review) -> String {
    let mut parts = Vec::new();
    for level in [Level::High, Level::Medium] {
        let counts: Vec<u32> = read_rounds(review, level);
        if counts.iter().any(|&count| 0 < count) {
            let counts: Vec<String> = counts.iter().map(u32::to_string).collect();
            parts.push(format!("{level} {}", counts.join(" → ")));
        }
    }
    if let Some(growth) = growth(review) {
        parts.push(format!("plan {growth:+} %"));
    }
    parts.push(format!("{} of {} rounds", review.rounds_used(), review.max_rounds));
    if 0 < review.usage.total() {
        parts.push(tokens(review.usage.total()));
    }
    parts.push(minutes(review.rounds.iter().map(|it| it.seconds).sum()));
    parts.join(" · ")
}

/// The findings of a level that each read round raised or left standing.
fn read_rounds(review: &Review, level: Level) -> Vec<u32> {
    let rounds = review.rounds.iter().filter_map(|round| match &round.result.as_ref()?.outcome {
        Outcome::Read { findings, prior, .. } => {
            let raised = findings.iter().filter(|it| it.level == level).count();
            let standing = prior.iter().filter(|it| {
                let tracked = review.ledger.get(it.id);
                it.status == crate::reply::PriorStatus::NotFixed
                    && tracked.is_some_and(|it| it.finding.level == level)
            });
            Some(u32::try_from(raised + standing.count()).unwrap_or(u32::MAX))
        }
        Outcome::Unreadable { .. } | Outcome::Failed(_) => None,
    });
    rounds.collect()
}

/// How much longer the plan is than its first version, in percent.
fn growth(review: &Review) -> Option<i64> {
    let first = review.versions.first().filter(|_| 1 < review.versions.len())?;
    crate::render::diff::growth(&first.text, &review.plan().text)
}

fn tokens(count: u64) -> String {
    match count {
        0..1_000 => format!("{count} tokens"),
        _ => format!("{} k tokens", (count + 500) / 1_000),
    }
}

fn minutes(seconds: u64) -> String {
    match seconds {
        0..60 => format!("{seconds} s"),
        _ => format!("{} min", (seconds + 30) / 60),
    }
}

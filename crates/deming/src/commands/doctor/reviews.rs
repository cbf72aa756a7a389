//! The reviews that are open: under way, waiting for somebody, interrupted.

use deming_core::clean::clean_line;
use deming_core::doctor::Check;
use deming_core::review_loop::{Phase, Review};

use crate::environment::Environment;
use crate::launcher::Launcher;
use crate::review_store::ReviewStore;

/// How many reviews are named one by one.
const NAMED: usize = 5;

pub(super) fn check(environment: &Environment) -> Check {
    let check = |found: String| Check::ok("reviews", "Open reviews", found);
    let store = ReviewStore::new(environment);
    let (reviews, unreadable) = match store.all() {
        Ok(all) => all,
        Err(error) => return super::from_error("reviews", "Open reviews", &error).note(),
    };
    let open: Vec<&Review> = reviews.iter().filter(|it| !it.is_over()).collect();
    let interrupted: Vec<&str> = open
        .iter()
        .filter(|it| is_interrupted(&store, it))
        .map(|it| it.opening.id.as_str())
        .collect();
    let mut parts: Vec<String> = open
        .iter()
        .rev()
        .take(NAMED)
        .map(|it| {
            let id = it.opening.id.as_str();
            let state = if interrupted.contains(&id) { "interrupted" } else { it.phase().word() };
            format!("{id} \"{}\" ({state})", clean_line(&it.opening.title))
        })
        .collect();
    if NAMED < open.len() {
        parts.push(format!("{} more", open.len() - NAMED));
    }
    if !unreadable.is_empty() {
        parts.push(format!("unreadable: {}", unreadable.join("; ")));
    }
    let found = if parts.is_empty() { "none".to_owned() } else { parts.join(", ") };
    let launcher = Launcher::find(environment);
    match (interrupted.first(), unreadable.is_empty()) {
        (Some(id), _) => {
            let command = launcher.command(&format!("refine resume {id}"));
            check(found).note().advice(format!("go on with it: {command}"))
        }
        (None, false) => check(found)
            .note()
            .advice("update Deming if a newer one wrote it, else move its folder away"),
        (None, true) => check(found),
    }
}

/// A round went out and nobody waits for it any more.
fn is_interrupted(store: &ReviewStore, review: &Review) -> bool {
    let is_reviewing = matches!(review.phase(), Phase::Reviewing { .. });
    is_reviewing && store.is_worker_alive(&review.opening.id).is_ok_and(|it| !it)
}

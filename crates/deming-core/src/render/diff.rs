//! What changed between two versions of a plan, for people. Bounded: a plan
//! that was written anew does not fill the screen twice.

use similar::{ChangeTag, TextDiff};

use super::markdown::fence;

/// Unchanged lines around a change.
const CONTEXT: usize = 2;

/// Lines of a version beyond which versions are not compared.
const MAX_COMPARED: usize = 5_000;

/// Two versions of a plan.
#[derive(Clone, Copy, Debug)]
pub struct Versions<'a> {
    pub old: &'a str,
    pub new: &'a str,
    /// The number of the older one, as in `v2`.
    pub old_number: u32,
    pub new_number: u32,
}

/// A unified diff in a fence, at most `max_lines` long, under a line that
/// says how much changed. Nothing but that line where nothing did.
pub fn diff(versions: Versions<'_>, max_lines: usize) -> String {
    let Versions { old, new, old_number, new_number } = versions;
    let names = format!("Plan v{old_number} → v{new_number}");
    let growth = growth_in_words(old, new);
    if MAX_COMPARED < old.lines().count().max(new.lines().count()) {
        return format!("{names}: too long to compare line by line, {growth}");
    }
    let diff = TextDiff::from_lines(old, new);
    let count = |tag| diff.iter_all_changes().filter(|it| it.tag() == tag).count();
    let (added, removed) = (count(ChangeTag::Insert), count(ChangeTag::Delete));
    if added + removed == 0 {
        return format!("{names}: nothing changed");
    }
    let lines = if added == 1 { "line" } else { "lines" };
    let header = format!("{names}: {added} {lines} added, {removed} removed, {growth}");
    let mut unified = diff.unified_diff();
    let text = unified
        .context_radius(CONTEXT)
        .missing_newline_hint(false)
        .header(&format!("plan v{old_number}"), &format!("plan v{new_number}"))
        .to_string();
    let n_lines = text.lines().count();
    if n_lines <= max_lines {
        return format!("{header}\n\n{}", fence(&text, "diff"));
    }
    let shown: Vec<&str> = text.lines().take(max_lines).collect();
    let more = n_lines - max_lines;
    format!(
        "{header}\n\n{}\n\n{more} more lines of the diff are not shown",
        fence(&shown.join("\n"), "diff")
    )
}

/// How much longer the new text is, in percent of the old one's characters,
/// rounded; negative where it is shorter. `None` where there was no text.
pub fn growth(old: &str, new: &str) -> Option<i64> {
    let (old, new) = (old.chars().count(), new.chars().count());
    let change = (new as f64 - old as f64) / old as f64;
    (0 < old).then(|| (change * 100.0).round() as i64)
}

/// `plan +18 %`, `plan −4 %`, `plan ±0 %`.
pub fn growth_in_words(old: &str, new: &str) -> String {
    match growth(old, new) {
        Some(0) => "plan ±0 %".to_owned(),
        Some(percent) if percent < 0 => format!("plan −{} %", percent.unsigned_abs()),
        Some(percent) => format!("plan +{percent} %"),
        None => "plan new".to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str =
        "# Plan: X\n\n## Steps\n1. One\n2. Two\n3. Three\n4. Four\n\n## Tests\nAll.\n";

    #[track_caller]
    fn check(new: &str, max_lines: usize, want: &str) {
        let versions = Versions { old: OLD, new, old_number: 1, new_number: 2 };
        assert_eq!(diff(versions, max_lines), want);
    }

    #[test]
    fn changes_are_shown_with_what_is_around_them() {
        check(
            &OLD.replace("2. Two", "2. Two, with care"),
            50,
            "Plan v1 → v2: 1 line added, 1 removed, plan +17 %\n\n```diff\n--- plan v1\n+++ plan v2\n\
             @@ -3,5 +3,5 @@\n ## Steps\n 1. One\n-2. Two\n+2. Two, with care\n 3. Three\n 4. Four\n```",
        );
    }

    #[test]
    fn a_long_diff_is_cut() {
        check(
            "# Plan: Y\n",
            4,
            "Plan v1 → v2: 1 line added, 10 removed, plan −85 %\n\n```diff\n--- plan v1\n+++ plan v2\n\
             @@ -1,10 +1 @@\n-# Plan: X\n```\n\n10 more lines of the diff are not shown",
        );
    }

    #[test]
    fn equal_versions_have_no_diff() {
        check(OLD, 50, "Plan v1 → v2: nothing changed");
    }

    #[test]
    fn a_fence_inside_a_plan_does_not_end_the_diff() {
        let versions =
            Versions { old: "a\n", new: "a\n```sh\nx\n```\n", old_number: 2, new_number: 3 };
        assert_eq!(
            diff(versions, 50),
            "Plan v2 → v3: 3 lines added, 0 removed, plan +600 %\n\n````diff\n--- plan v2\n\
             +++ plan v3\n@@ -1 +1,4 @@\n a\n+```sh\n+x\n+```\n````"
        );
    }

    #[test]
    fn growth_is_in_percent_of_the_old_version() {
        assert_eq!(growth_in_words(&"x".repeat(100), &"é".repeat(118)), "plan +18 %");
        assert_eq!(growth_in_words("ab", "ab"), "plan ±0 %");
        assert_eq!(growth_in_words("", "ab"), "plan new");
    }
}

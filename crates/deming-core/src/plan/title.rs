//! A plan's title out of its first heading, and a slug for file names.

use crate::clean::clean_line;

/// Longest slug, in bytes; leaves room for a date and a suffix in a file name.
const MAX_SLUG: usize = 60;

/// Longest title that is taken from a plan without a heading, in characters.
const MAX_FIRST_LINE: usize = 80;

/// Words that say only that this is a plan, before the colon of its heading.
const PREFIXES: [&str; 6] =
    ["plan", "final plan", "updated plan", "revised plan", "implementation plan", "initial plan"];

/// The title in a heading: `Plan: X (v3)` is `X`.
pub(super) fn title_of_heading(heading: &str) -> String {
    let heading = clean_line(heading);
    let named = match heading.split_once([':', '：']) {
        Some((prefix, rest)) if PREFIXES.contains(&prefix.trim().to_lowercase().as_str()) => rest,
        Some(_) | None => &heading,
    };
    let title = without_version(named.trim());
    if title.is_empty() { heading.clone() } else { title.to_owned() }
}

/// Whether a heading says that a plan follows, and not which: `Plan:`, `Plan: (v2)`.
pub(super) fn is_without_title(heading: &str) -> bool {
    let heading = clean_line(heading);
    let Some((prefix, rest)) = heading.split_once([':', '：']) else { return heading.is_empty() };
    let is_prefix = PREFIXES.contains(&prefix.trim().to_lowercase().as_str());
    is_prefix && without_version(rest.trim()).is_empty()
}

/// The title of a plan that has no heading: its first line, cut at a word.
pub(super) fn title_of_first_line(text: &str) -> String {
    let line = text.lines().map(clean_line).find(|it| !it.is_empty()).unwrap_or_default();
    let line = line.trim_start_matches(['-', '*', '>', '+', ' ']);
    if line.chars().count() <= MAX_FIRST_LINE {
        return line.to_owned();
    }
    let cut: String = line.chars().take(MAX_FIRST_LINE).collect();
    let whole_words = cut.rsplit_once(' ').map_or(cut.as_str(), |(head, _)| head);
    format!("{whole_words}…")
}

/// Drops a trailing `(v3)`, as later versions of a plan carry it.
pub(super) fn without_version(title: &str) -> &str {
    let Some((head, tail)) = title.rsplit_once(['(', '[']) else { return title };
    let inner = tail.trim_end().trim_end_matches([')', ']']).trim();
    let digits = inner.strip_prefix(['v', 'V']).unwrap_or_default();
    let is_version = !digits.is_empty() && digits.bytes().all(|it| it.is_ascii_digit());
    if is_version && tail.trim_end().ends_with([')', ']']) { head.trim_end() } else { title }
}

/// A name for files: `a-z`, `0-9` and single hyphens, never empty, at most
/// 60 bytes. Other scripts are transliterated.
pub fn slug(title: &str) -> String {
    let whole = slug::slugify(title);
    let cut = match whole.get(..MAX_SLUG) {
        None => whole.as_str(),
        Some(head) if whole.as_bytes().get(MAX_SLUG) == Some(&b'-') => head,
        Some(head) => head.rsplit_once('-').map_or(head, |(words, _)| words),
    };
    if cut.is_empty() { "plan".to_owned() } else { cut.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_title(heading: &str, want: &str) {
        assert_eq!(title_of_heading(heading), want);
    }

    #[track_caller]
    fn check_slug(title: &str, want: &str) {
        assert_eq!(slug(title), want);
    }

    #[test]
    fn prefix_and_version_are_dropped() {
        check_title("Plan: Passkeys for the shop", "Passkeys for the shop");
        check_title("Plan: Passkeys for the shop (v3)", "Passkeys for the shop");
        check_title("plan : Cache  (V12)", "Cache");
        check_title("Implementation Plan: Search", "Search");
    }

    #[test]
    fn other_colons_and_parentheses_stay() {
        check_title("Fix: crash on start (macOS)", "Fix: crash on start (macOS)");
        check_title("Plan: Move to API (v2 only)", "Move to API (v2 only)");
        check_title("Plan", "Plan");
        check_title("Plan: (v2)", "Plan: (v2)");
    }

    #[test]
    fn other_scripts_give_a_useful_slug() {
        check_slug("Passkeys for the shop", "passkeys-for-the-shop");
        check_slug("認証を追加", "ren-zheng-wozhui-jia");
        check_slug("Добавить вход по токену", "dobavit-vkhod-po-tokenu");
        check_slug("🚀 Größere Überschriften", "rocket-grossere-uberschriften");
    }

    #[test]
    fn a_slug_never_leaves_its_folder() {
        check_slug("../../etc/passwd", "etc-passwd");
        check_slug("..", "plan");
        check_slug("", "plan");
        check_slug("\u{200b}\u{200d}", "plan");
        check_slug("a\\b\0c", "a-b-c");
    }

    #[test]
    fn a_long_slug_ends_with_a_whole_word() {
        check_slug(
            &"word ".repeat(40),
            "word-word-word-word-word-word-word-word-word-word-word-word",
        );
        check_slug(&"x".repeat(200), &"x".repeat(60));
    }

    #[test]
    fn a_plan_without_heading_is_called_by_its_first_line() {
        assert_eq!(title_of_first_line("\n- Add a cache\n- Test it"), "Add a cache");
        let long = "many words ".repeat(20);
        assert_eq!(
            title_of_first_line(&long),
            "many words many words many words many words many words many words many words…"
        );
    }
}

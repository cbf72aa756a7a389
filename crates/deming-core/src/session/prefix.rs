//! What stands before a text in a list: bullets, numbers, ticks, step numbers.

/// The text behind `- `, `* `, `• `, `1. ` or `1) `, indented by at most one
/// blank; `None` where there is no such mark.
pub(super) fn bullet(line: &str) -> Option<&str> {
    let line = line.strip_prefix(' ').unwrap_or(line);
    if let Some(text) = ["- ", "* ", "• ", "+ "].iter().find_map(|it| line.strip_prefix(it)) {
        return Some(text.trim());
    }
    if ["-", "*"].contains(&line.trim_end()) {
        return Some("");
    }
    let digits = line.len() - line.trim_start_matches(|it: char| it.is_ascii_digit()).len();
    let rest = line.get(digits..).filter(|_| 0 < digits)?;
    let text = rest.strip_prefix(". ").or(rest.strip_prefix(") "))?;
    Some(text.trim())
}

/// Whether the line opens or closes a code fence.
pub(super) fn is_fence(line: &str) -> bool {
    let line = line.trim_start();
    line.starts_with("```") || line.starts_with("~~~")
}

/// The text behind `Step 1-2: ` or `3-4. `, as it is where there is no such.
pub(super) fn without_numbers(text: &str) -> &str {
    let named = ["Steps ", "Step ", "steps ", "step "].iter().find_map(|it| text.strip_prefix(it));
    let rest = named.unwrap_or(text);
    let after = rest.trim_start_matches(|it: char| it.is_ascii_digit() || "-–/".contains(it));
    if after.len() == rest.len() || rest.starts_with(|it: char| !it.is_ascii_digit()) {
        return text;
    }
    match after.strip_prefix([':', '.', ')']) {
        Some(title) if title.starts_with(' ') => title.trim(),
        Some(_) | None => text,
    }
}

/// What stands before and behind the first dash or colon, without bold marks.
pub(super) fn halves(text: &str) -> (String, String) {
    let plain = text.replace("**", "");
    let marks = [" - ", " – ", " — ", ": "];
    let cut = marks.iter().filter_map(|it| Some((plain.find(it)?, it.len()))).min();
    match cut {
        Some((at, length)) => {
            (plain[..at].trim().to_owned(), plain[at + length..].trim().to_owned())
        }
        None => (plain.trim().to_owned(), String::new()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bullets_are_marks_with_a_blank() {
        assert_eq!(bullet("- a"), Some("a"));
        assert_eq!(bullet(" 12) a"), Some("a"));
        assert_eq!(bullet("1.5 hours"), None);
        assert_eq!(bullet("  - a"), None);
        assert_eq!(bullet("-a"), None);
    }

    #[test]
    fn numbers_of_steps_are_taken_off() {
        assert_eq!(without_numbers("Step 1-2: Lock"), "Lock");
        assert_eq!(without_numbers("3-4. Lock"), "Lock");
        assert_eq!(without_numbers("3 locks"), "3 locks");
        assert_eq!(without_numbers("Stepwise: lock"), "Stepwise: lock");
    }

    #[test]
    fn halves_are_cut_at_the_first_mark() {
        let pair = |one: &str, other: &str| (one.to_owned(), other.to_owned());
        assert_eq!(
            halves("**Locks work** - they hold: well"),
            pair("Locks work", "they hold: well")
        );
        assert_eq!(halves("a.py: x - y"), pair("a.py", "x - y"));
        assert_eq!(halves("whole"), pair("whole", ""));
    }
}

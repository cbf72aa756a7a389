//! Takes out of an output what differs from run to run: dates, times of day, durations.
//!
//! What a test means to prove about a time it must look at before this.

/// `2026-01-19` becomes `[DATE]`, `14:05` and `14:05:33` `[TIME]`, `0.3 s` and `41 min` `[DURATION]`.
pub(crate) fn normalise(text: &str) -> String {
    let mut normal = String::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let boundary = !normal.ends_with(|it: char| it.is_ascii_alphanumeric() || it == '.');
        let found = boundary.then(|| date(rest).or_else(|| time(rest)).or_else(|| duration(rest)));
        if let Some((name, length)) = found.flatten() {
            normal.push_str(name);
            rest = &rest[length..];
        } else {
            normal.push(first);
            rest = &rest[first.len_utf8()..];
        }
    }
    normal
}

fn date(text: &str) -> Option<(&'static str, usize)> {
    fits(text, "0000-00-00").then_some(("[DATE]", 10))
}

fn time(text: &str) -> Option<(&'static str, usize)> {
    if fits(text, "00:00:00") {
        Some(("[TIME]", 8))
    } else {
        fits(text, "00:00").then_some(("[TIME]", 5))
    }
}

fn duration(text: &str) -> Option<(&'static str, usize)> {
    let number = text.find(|it: char| !it.is_ascii_digit() && it != '.')?;
    let unit = text[number..].strip_prefix(' ')?;
    let word = unit.find(|it: char| !it.is_ascii_alphanumeric()).unwrap_or(unit.len());
    let is_number = text.starts_with(|it: char| it.is_ascii_digit());
    (is_number && ["ms", "s", "min", "h"].contains(&&unit[..word]))
        .then_some(("[DURATION]", number + 1 + word))
}

/// A `0` of the shape stands for any digit; the shape must end at the end of a number.
fn fits(text: &str, shape: &str) -> bool {
    let mut characters = text.chars();
    let same = shape.chars().all(|it| match characters.next() {
        Some(found) if it == '0' => found.is_ascii_digit(),
        found => found == Some(it),
    });
    same && !characters.next().is_some_and(|it| it.is_ascii_digit())
}

#[test]
fn what_differs_from_run_to_run_is_taken_out() {
    #[track_caller]
    fn check(text: &str, want: &str) {
        assert_eq!(normalise(text), want);
    }
    check("Date: 2026-01-19, 14:05", "Date: [DATE], [TIME]");
    check("14:05:33 · 0.3 s · 41 min · 12 ms", "[TIME] · [DURATION] · [DURATION] · [DURATION]");
    check("v1.2 s", "v1.2 s");
    check(
        "3 sections, 2 of 5 rounds, 4 → 1 → 0, 12345-01-19",
        "3 sections, 2 of 5 rounds, 4 → 1 → 0, 12345-01-19",
    );
    check("größe 1", "größe 1");
}

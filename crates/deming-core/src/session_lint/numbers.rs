//! Numbers and times as they stand in a log.

/// A time of day, with its date where one is given.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Clock {
    pub(super) date: Option<chrono::NaiveDate>,
    /// Since midnight.
    pub(super) minutes: i64,
}

impl Clock {
    /// Minutes since midnight of `day`; a bare time long before `start` belongs
    /// to the next day.
    pub(super) fn on(self, day: Option<chrono::NaiveDate>, start: Option<i64>) -> i64 {
        const DAY: i64 = 24 * 60;
        match (self.date, day) {
            (Some(date), Some(day)) => (date - day).num_days() * DAY + self.minutes,
            _ if start.is_some_and(|it| self.minutes + DAY / 2 < it) => self.minutes + DAY,
            _ => self.minutes,
        }
    }
}

/// `14:30`, `2:30 PM`, `2030-01-15 14:30`, with or without seconds or a zone.
pub(super) fn read_clock(text: &str) -> Option<Clock> {
    let text = text.trim().trim_start_matches(['~', '*']).trim();
    let date = text.get(..10).and_then(|it| it.parse().ok());
    let time = if date.is_some() { text[10..].trim_start_matches([' ', 'T', ',']) } else { text };
    let (hours, rest) = time.split_once(':')?;
    let minutes: i64 = rest.get(..2)?.parse().ok()?;
    let mut hours: i64 = hours.parse().ok()?;
    let tail =
        rest[2..].trim_start_matches([':', '0', '1', '2', '3', '4', '5', '6', '7', '8', '9']);
    let tail = tail.trim().to_lowercase();
    if tail.starts_with("pm") && hours < 12 {
        hours += 12;
    } else if tail.starts_with("am") && hours == 12 {
        hours = 0;
    }
    let in_range = (0..24).contains(&hours) && (0..60).contains(&minutes);
    in_range.then_some(Clock { date, minutes: hours * 60 + minutes })
}

/// The whole number that `text` begins with.
pub(super) fn leading_number(text: &str) -> Option<u32> {
    let end = text.find(|it: char| !it.is_ascii_digit()).unwrap_or(text.len());
    text[..end].parse().ok()
}

/// The whole number right before a word that starts with `word`.
pub(super) fn number_before(text: &str, word: &str) -> Option<u32> {
    let lower = text.to_lowercase();
    let words: Vec<&str> =
        lower.split([' ', '(', ')', ',', ';', ':']).filter(|it| !it.is_empty()).collect();
    words.windows(2).find(|it| it[1].starts_with(word)).and_then(|it| it[0].parse().ok())
}

/// A decimal number and how many digits stand behind its point.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Decimal {
    pub(super) value: f64,
    pub(super) places: i32,
}

impl Decimal {
    /// Half of the last digit: what rounding may hide.
    pub(super) fn slack(self) -> f64 {
        0.5 * 10_f64.powi(-self.places) + 1e-9
    }
}

/// The first decimal number in `text` and what stands behind it.
pub(super) fn first_decimal(text: &str) -> Option<(Decimal, &str)> {
    let start = text.find(|it: char| it.is_ascii_digit())?;
    let rest = &text[start..];
    let end = rest.find(|it: char| !it.is_ascii_digit() && it != '.' && it != ',');
    let (digits, tail) = rest.split_at(end.unwrap_or(rest.len()));
    let digits = digits.trim_end_matches(['.', ',']);
    let tail = if digits.is_empty() { tail } else { &rest[digits.len()..] };
    // `1,234` is a thousand, `1,5` is one and a half.
    let whole = digits.split('.').next().unwrap_or(digits);
    let is_grouped = whole.split(',').skip(1).all(|it| it.len() == 3);
    let plain = digits.replace(',', if is_grouped { "" } else { "." });
    let places = plain.split_once('.').map_or(0, |it| it.1.len());
    let decimal = Decimal { value: plain.parse().ok()?, places: i32::try_from(places).ok()? };
    Some((decimal, tail))
}

/// The first `n/m` or `n of m`.
pub(super) fn first_ratio(text: &str) -> Option<(u32, u32)> {
    let mut rest = text;
    while let Some(start) = rest.find(|it: char| it.is_ascii_digit()) {
        rest = &rest[start..];
        let number = leading_number(rest)?;
        rest = rest.trim_start_matches(|it: char| it.is_ascii_digit());
        let behind =
            rest.strip_prefix('/').or(rest.strip_prefix(" of ")).or(rest.strip_prefix(" / "));
        if let Some(all) = behind.and_then(leading_number) {
            return Some((number, all));
        }
    }
    None
}

/// The first `12%` or `12 %`.
pub(super) fn first_percent(text: &str) -> Option<Decimal> {
    let mut rest = text;
    while let Some((decimal, tail)) = first_decimal(rest) {
        if tail.trim_start().starts_with('%') {
            return Some(decimal);
        }
        rest = tail;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_clock(text: &str, want: Option<(Option<&str>, i64)>) {
        let clock = read_clock(text).map(|it| (it.date.map(|date| date.to_string()), it.minutes));
        assert_eq!(clock, want.map(|(date, minutes)| (date.map(str::to_owned), minutes)));
    }

    #[test]
    fn clocks_are_read_with_and_without_a_date() {
        check_clock("14:30", Some((None, 870)));
        check_clock("2:30 PM", Some((None, 870)));
        check_clock("12:05 am", Some((None, 5)));
        check_clock("2030-01-15 14:30:59 UTC", Some((Some("2030-01-15"), 870)));
        check_clock("25:00", None);
        check_clock("soon", None);
        check_clock("é:é", None);
    }

    #[test]
    fn bare_time_after_midnight_is_the_next_day() {
        let clock = |text| read_clock(text).unwrap();
        assert_eq!(clock("00:30").on(None, Some(23 * 60)), 24 * 60 + 30);
        assert_eq!(clock("13:00").on(None, Some(14 * 60)), 13 * 60);
    }

    #[test]
    fn numbers_are_found_where_they_stand() {
        assert_eq!(number_before("12 steps total (6 test/impl pairs)", "step"), Some(12));
        assert_eq!(number_before("12 steps total (6 test/impl pairs)", "test/"), Some(6));
        assert_eq!(number_before("no steps", "step"), None);
        assert_eq!(first_ratio("100% (6/7 commits)"), Some((6, 7)));
        assert_eq!(first_ratio("3 of 4 steps"), Some((3, 4)));
        assert_eq!(first_ratio("4.5 average"), None);
        let (decimal, rest) = first_decimal(" 1,234.5 lines").unwrap();
        assert_eq!((decimal.value, decimal.places, rest), (1234.5, 1, " lines"));
        assert_eq!(first_decimal("2,5 x").unwrap().0.value, 2.5);
        assert_eq!(first_percent("1 of 12 (8.3 %)").unwrap().value, 8.3);
        assert_eq!(first_percent("12 lines"), None);
    }
}

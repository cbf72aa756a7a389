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

/// The day or the time at the beginning of `text` that none is: `2030-13-45`.
pub(super) fn no_such_time(text: &str) -> Option<&str> {
    let (day, time) = day_and_time(text);
    if !day.is_empty() && day.parse::<chrono::NaiveDate>().is_err() {
        return Some(day);
    }
    let (hours, minutes) = time.split_once(':')?;
    let is_over = |number: &str, most: u32| number.parse::<u32>().is_ok_and(|it| most < it);
    (is_over(hours, 23) || is_over(minutes, 59)).then_some(time)
}

/// The day and the time that `text` begins with, as they are written.
pub(super) fn time_of(text: &str) -> &str {
    let (day, time) = day_and_time(text);
    let end = match (day.is_empty(), time.is_empty()) {
        (true, _) => time.len(),
        (false, true) => day.len(),
        (false, false) => day.len() + 1 + time.len(),
    };
    &text[..end]
}

/// `2030-01-15` and `14:30`; each of them may be empty.
fn day_and_time(text: &str) -> (&str, &str) {
    let is_day = |it: &&str| {
        it.bytes().enumerate().all(|(at, byte)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        })
    };
    let day = text.get(..10).filter(is_day).unwrap_or_default();
    let rest = &text[day.len()..];
    let rest = if day.is_empty() { rest } else { rest.get(1..).unwrap_or_default() };
    let digits = |it: &str| it.bytes().take_while(u8::is_ascii_digit).count();
    let hours = digits(rest);
    let minutes = rest[hours..].strip_prefix(':').map_or(0, digits);
    let is_time = (1..=2).contains(&hours) && minutes == 2;
    (day, if is_time { &rest[..hours + 3] } else { "" })
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
    fn days_and_times_are_told_from_other_text() {
        assert_eq!(time_of("2030-01-15 14:30: Go on"), "2030-01-15 14:30");
        assert_eq!(time_of("14:54: 12:30 pm"), "14:54");
        assert_eq!(time_of("2030-01-15é"), "2030-01-15");
        assert_eq!(time_of("10:5 is a ratio"), "");
        assert_eq!(no_such_time("2030-13-45"), Some("2030-13-45"));
        assert_eq!(no_such_time("2030-02-28 24:10"), Some("24:10"));
        assert_eq!(no_such_time("9:05, before lunch"), None);
        assert_eq!(no_such_time("soon"), None);
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

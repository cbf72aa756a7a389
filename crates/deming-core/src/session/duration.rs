//! Spans of time in whole minutes, as people write and read them.

/// Reads `2.5 hours`, `2h`, `1 hour 30 minutes`, `1h30`, `45 min`, `90m`, `1 day 2 h`.
///
/// German, French, Spanish, Portuguese and Italian units are read as well. Reads
/// from the start and stops at what is not a span; `None` if there is none.
pub fn parse_minutes(text: &str) -> Option<u32> {
    take_minutes(text).map(|it| it.0)
}

/// The same, and the text behind the span.
pub fn take_minutes(text: &str) -> Option<(u32, &str)> {
    let mut rest = text.trim_start().trim_start_matches(['~', '≈']).trim_start();
    let mut minutes: Option<f64> = None;
    let mut after_hours = false;
    while let Some((number, tail)) = take_number(rest) {
        let tail = tail.trim_start_matches([' ', '-', '\u{a0}']);
        let letters = tail.len() - tail.trim_start_matches(char::is_alphabetic).len();
        let (unit, tail) = tail.split_at(letters);
        let factor = match unit.to_lowercase().as_str() {
            "d" | "day" | "days" | "tag" | "tage" | "tagen" | "jour" | "jours" | "día" | "días"
            | "dia" | "dias" | "giorno" | "giorni" => 24.0 * 60.0,
            "h" | "hr" | "hrs" | "hour" | "hours" | "std" | "stunde" | "stunden" | "heure"
            | "heures" | "hora" | "horas" | "ora" | "ore" => 60.0,
            "m" | "min" | "mins" | "minute" | "minutes" | "minuten" | "minuto" | "minutos"
            | "minuti" => 1.0,
            "" if after_hours => 1.0,
            _ => break,
        };
        after_hours = factor == 60.0;
        minutes = Some(minutes.unwrap_or(0.0) + number * factor);
        // `2,5 Std.`
        let tail = if unit.is_empty() { tail } else { tail.strip_prefix('.').unwrap_or(tail) };
        let tail = tail.trim_start_matches([' ', ',']);
        let next = ["and ", "und ", "et ", "y ", "e "].iter().find_map(|it| tail.strip_prefix(it));
        let goes_on = |it: &&str| it.starts_with(|it: char| it.is_ascii_digit());
        rest = next.filter(goes_on).unwrap_or(tail);
    }
    let minutes = minutes.map(f64::round).filter(|it| *it <= f64::from(u32::MAX))?;
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "in range")]
    Some((minutes as u32, rest))
}

/// `2 hours 15 minutes`, `45 minutes`, `0 minutes`.
pub fn in_words(minutes: u32) -> String {
    let (hours, rest) = (minutes / 60, minutes % 60);
    match (hours, rest) {
        (0, rest) => counted(rest, "minute"),
        (hours, 0) => counted(hours, "hour"),
        (hours, rest) => format!("{} {}", counted(hours, "hour"), counted(rest, "minute")),
    }
}

/// An estimate, as in `2.5 hours`; minutes where half hours do not fit.
pub fn estimate_in_words(minutes: u32) -> String {
    if 60 < minutes && minutes % 60 == 30 {
        format!("{}.5 hours", minutes / 60)
    } else {
        in_words(minutes)
    }
}

/// The number in words with its unit, as in `1 step`, `2 steps`.
pub fn counted(number: u32, unit: &str) -> String {
    format!("{number} {unit}{}", if number == 1 { "" } else { "s" })
}

fn take_number(text: &str) -> Option<(f64, &str)> {
    let end = text.find(|it: char| !it.is_ascii_digit() && it != '.' && it != ',');
    let (digits, tail) = text.split_at(end.unwrap_or(text.len()));
    let number = digits.trim_end_matches(['.', ',']).replace(',', ".").parse().ok()?;
    Some((number, tail))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Option<u32>) {
        assert_eq!(parse_minutes(text), want);
    }

    #[test]
    fn spans_are_read_as_people_write_them() {
        check("2.5 hours", Some(150));
        check("2.5h", Some(150));
        check("2,5 h", Some(150));
        check("~90m", Some(90));
        check("1h30", Some(90));
        check("1 hour, 30 min", Some(90));
        check("2 hours 15 minutes (15 min under estimate)", Some(135));
        check("1 day and 2 hours", Some(1560));
        check("15-min", Some(15));
        check("3 Stunden", Some(180));
        check("2,5 Std. weil Redis", Some(150));
        check("1 Stunde und 30 Minuten", Some(90));
        check("3 heures", Some(180));
        check("2 horas y 15 minutos", Some(135));
        assert_eq!(take_minutes("3h weil Redis"), Some((180, "weil Redis")));
        assert_eq!(take_minutes("3h and then some"), Some((180, "and then some")));
    }

    #[test]
    fn what_is_no_span_is_none() {
        check("", None);
        check("soon", None);
        check("30", None);
        check("3 steps", None);
        check("99999999999999 hours", None);
        check("1.2.3 hours", None);
    }

    #[test]
    fn words_come_back_as_the_same_minutes() {
        for minutes in 0..3000 {
            check(&in_words(minutes), Some(minutes));
            check(&estimate_in_words(minutes), Some(minutes));
        }
        assert_eq!(estimate_in_words(150), "2.5 hours");
        assert_eq!(in_words(61), "1 hour 1 minute");
    }
}

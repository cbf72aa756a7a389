//! Orders lessons by how well they fit a task: BM25 over plain words.
//!
//! Words are lower case, without common endings; scripts without blanks are
//! taken in pairs of characters. A lesson fits when it shares two words with
//! the task, or one word that hardly any other session has used.

use std::collections::{HashMap, HashSet};

use super::Lesson;

/// How fast a repeated word stops to count, and how much long texts count less.
const SATURATION: f64 = 1.2;
const LENGTH: f64 = 0.75;

/// A single shared word is enough where two sessions use it, or one in so many.
const RARE: usize = 10;

/// Words that say nothing about a task.
const EMPTY: &str = "a about add after all also an and any are as at be been before but by can change create do \
    does fix for from had has have how if implement in into is it its make more need new no \
    not of on only or our out should so some support that the their them then there they this \
    to up update us use used using was we were what when where which while will with would you \
    your der die das und mit für ein eine ist nicht von zu code early feature file files first \
    good plan step steps test tests testing time well work works";

/// The lessons that fit a task, best first, at most `most` of them.
pub fn rank<'a>(lessons: &'a [Lesson], task: &str, most: usize) -> Vec<&'a Lesson> {
    let texts: Vec<Vec<String>> =
        lessons.iter().map(|it| words(&format!("{} {}", it.text(), it.feature))).collect();
    let mut in_lessons: HashMap<&str, usize> = HashMap::new();
    for text in &texts {
        for word in text.iter().map(String::as_str).collect::<HashSet<_>>() {
            *in_lessons.entry(word).or_default() += 1;
        }
    }
    let query: HashSet<String> = words(task).into_iter().collect();
    let total: usize = texts.iter().map(Vec::len).sum();
    let average = real(total) / real(texts.len().max(1));
    let sessions: HashSet<&str> = lessons.iter().map(Lesson::session).collect();
    let is_rare = |word: &str| {
        let with = lessons.iter().zip(&texts).filter(|(_, text)| text.iter().any(|it| it == word));
        let with = with.map(|(lesson, _)| lesson.session()).collect::<HashSet<_>>().len();
        with <= 2 || with * RARE <= sessions.len()
    };
    let rare: HashSet<&String> = query.iter().filter(|it| is_rare(it)).collect();

    let mut scored: Vec<(f64, usize)> = vec![];
    for (index, text) in texts.iter().enumerate() {
        let mut score = 0.0;
        let mut shared = 0;
        let mut has_rare = false;
        for word in &query {
            let count = text.iter().filter(|it| *it == word).count();
            let Some(&lessons_with) = in_lessons.get(word.as_str()).filter(|_| 0 < count) else {
                continue;
            };
            shared += 1;
            has_rare |= rare.contains(word);
            let (all, with, count) = (real(lessons.len()), real(lessons_with), real(count));
            let weight = (1.0 + (all - with + 0.5) / (with + 0.5)).ln();
            let long = 1.0 - LENGTH + LENGTH * real(text.len()) / average;
            score += weight * count * (SATURATION + 1.0) / (count + SATURATION * long);
        }
        if 2 <= shared || has_rare {
            scored.push((score, index));
        }
    }
    // Of equal ones the newest first.
    scored.sort_by(|one, other| other.0.total_cmp(&one.0).then(other.1.cmp(&one.1)));
    let mut seen: HashSet<String> = HashSet::new();
    let best = scored.into_iter().filter_map(|it| lessons.get(it.1));
    best.filter(|it| seen.insert(it.text())).take(most).collect()
}

fn words(text: &str) -> Vec<String> {
    let mut words = vec![];
    let parts = text.split(|it: char| !it.is_alphanumeric()).filter(|it| !it.is_empty());
    for part in parts {
        let part = part.to_lowercase();
        if part.chars().any(is_without_blanks) {
            let characters: Vec<char> = part.chars().collect();
            words.extend(characters.windows(2).map(|it| it.iter().collect::<String>()));
        } else if !EMPTY.split(' ').any(|it| it == part) {
            words.push(stem(&part).to_owned());
        }
    }
    words
}

/// Han, Kana, Hangul and Thai are written without blanks, or nearly so.
fn is_without_blanks(character: char) -> bool {
    matches!(character, '\u{e00}'..='\u{e7f}' | '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}')
}

/// Without a plural or participle ending, where enough is left.
fn stem(word: &str) -> &str {
    let without = |word, ending, least: usize| -> Option<&str> {
        str::strip_suffix(word, ending).filter(|it| least <= it.len())
    };
    let endings = [("ing", 4), ("ed", 4), ("es", 4), ("s", 3)];
    let found = endings.iter().find_map(|&(ending, least)| without(word, ending, least));
    let rest = found.filter(|_| !word.ends_with("ss")).unwrap_or(word);
    without(rest, "e", 4).unwrap_or(rest)
}

#[expect(clippy::cast_precision_loss, reason = "counts of words are small")]
fn real(number: usize) -> f64 {
    number as f64
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDate;

    use super::*;
    use crate::lesson::Learned;
    use crate::session::event::Point;

    fn lesson(session: usize, title: &str) -> Lesson {
        Lesson {
            id: format!("s{session}-1"),
            project: "house".into(),
            feature: "Work".into(),
            on: NaiveDate::from_ymd_opt(2030, 1, 15).unwrap(),
            learned: Learned::Lesson(Point { title: title.into(), text: String::new() }),
        }
    }

    #[track_caller]
    fn check(titles: &[&str], task: &str, want: &[&str]) {
        let lessons: Vec<Lesson> =
            titles.iter().enumerate().map(|(at, it)| lesson(at, it)).collect();
        let got: Vec<String> = rank(&lessons, task, 3).iter().map(|it| it.text()).collect();
        assert_eq!(got, want);
    }

    const TITLES: [&str; 5] = [
        "Redis blacklists tokens at logout",
        "Refresh tokens rotate, ask for their expiry early",
        "Test fixtures for auth live in conftest.py",
        "Analysis saved thirty minutes",
        "Migrations run before the deploy",
    ];

    #[test]
    fn lessons_that_share_more_come_first() {
        check(&TITLES, "JWT authentication with refresh tokens", &[TITLES[1], TITLES[0]]);
        check(&TITLES, "Rotate refresh tokens in Redis", &[TITLES[1], TITLES[0]]);
    }

    #[test]
    fn nothing_comes_where_nothing_fits() {
        check(&TITLES, "Draw the charts in colour", &[]);
        check(&["Doors a", "Doors b", "Doors c"], "doors", &[]);
        check(&TITLES, "", &[]);
        check(&[], "tokens", &[]);
    }

    #[test]
    fn endings_and_cases_do_not_matter() {
        check(&TITLES, "A MIGRATION", &[TITLES[4]]);
        check(&["Who oils it"], "the oil", &["Who oils it"]);
        check(&["Caches need a limit"], "caching", &["Caches need a limit"]);
    }

    #[test]
    fn equal_words_come_once_and_newest_first() {
        check(&["Doors jam", "Doors jam"], "doors jam", &["Doors jam"]);
        check(&["Doors jam x", "Doors jam y"], "doors jam", &["Doors jam y", "Doors jam x"]);
    }

    #[test]
    fn scripts_without_blanks_are_compared_in_pairs() {
        check(&["認証トークンの期限", "移行は先に"], "認証を追加", &["認証トークンの期限"]);
    }
}

//! Finds where a plan stands in for its own text: `[Previous sections plus...]`,
//! `(unchanged)`, a line of dots. Dots inside code are never an elision.

use crate::plan::outline::{Block, BlockKind, Plan};
use crate::plan::wording::{WordList, is_listed, words};

/// A place where the plan leaves out its own text.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Elision {
    /// Counted from 1.
    pub line: usize,
    /// The line as it reads, without markup.
    pub text: String,
    /// Index into [`Plan::sections`].
    pub section: usize,
    pub kind: ElisionKind,
}

#[derive(Clone, Debug, Eq, PartialEq)]
pub enum ElisionKind {
    /// Can only mean that text of the plan was left out.
    Certain,
    /// Could also be about the work: "No changes." under "Database".
    Doubtful,
    /// `Overview: unchanged`, an elision if the plan before had that section.
    Named { section: String },
}

/// Lists the elisions of a plan, in order.
pub fn elisions(plan: &Plan) -> Vec<Elision> {
    let mut found = Vec::new();
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        if let BlockKind::Heading { .. } = block.kind {
            found.extend(of_heading(plan, block));
            continue;
        }
        for (line, text) in block.prose() {
            // Inline code is a mark here, and no elision.
            if text.contains('\u{fffc}') {
                continue;
            }
            let kind = of_line(&text).or_else(|| of_comment(&text));
            // "Same" in a table, or the end of a wrapped sentence, says nothing.
            let is_whole = !matches!(block.kind, BlockKind::Cell { .. })
                && (block.line == line || !text.trim_start().starts_with(char::is_lowercase));
            let kind = kind.filter(|it| is_whole || *it == ElisionKind::Certain);
            let text = text.trim().to_owned();
            found.extend(kind.map(|kind| Elision { line, text, section: block.section, kind }));
        }
    }
    found
}

/// `## Overview (unchanged)` with nothing below it.
fn of_heading(plan: &Plan, block: &Block) -> Option<Elision> {
    let text = block.text();
    if !plan.is_empty_section(block.section) {
        return None;
    }
    let (_, said) = text.rsplit_once(['(', '[', '（', '—', '–', ':', '-'])?;
    phrase(&words(said))?;
    let (line, text) = (block.line, text.trim().to_owned());
    Some(Elision { line, text, section: block.section, kind: ElisionKind::Certain })
}

fn of_comment(text: &str) -> Option<ElisionKind> {
    let inner = text.trim().strip_prefix("<!--")?;
    let inner = inner.strip_suffix("-->").unwrap_or(inner).trim();
    let words = words(inner);
    let is_elision = is_dots(inner) || phrase(&words).is_some() || stands_for_parts(&words);
    is_elision.then_some(ElisionKind::Certain)
}

fn of_line(line: &str) -> Option<ElisionKind> {
    let line = line.trim().trim_matches(['*', '_']).trim();
    if is_dots(line) {
        return Some(ElisionKind::Certain);
    }
    if let Some(inner) = between(line, &[('[', ']'), ('<', '>'), ('【', '】'), ('［', '］')]) {
        return of_bracketed(inner);
    }
    let bare = between(line, &[('(', ')'), ('（', '）')]).unwrap_or(line);
    if is_dots(bare) {
        return Some(ElisionKind::Certain);
    }
    let words = words(bare);
    if let Some(kind) = phrase(&words) {
        return Some(kind);
    }
    if starts_with_dots(bare) && stands_for_parts(&words) {
        return Some(ElisionKind::Certain);
    }
    let (section, said) =
        line.split_once([':', '：', '—', '–']).or_else(|| line.split_once(" - "))?;
    phrase(&self::words(said))?;
    Some(ElisionKind::Named { section: section.trim().to_owned() })
}

/// Brackets that hold a whole line are not part of the sentence around them.
fn of_bracketed(inner: &str) -> Option<ElisionKind> {
    let words = words(inner);
    let has_dots = starts_with_dots(inner)
        || inner.trim_end().ends_with("...")
        || inner.trim_end().ends_with('…');
    let is_list = inner.trim_end_matches(['.', '…', ' ']).ends_with(',');
    let named = words.iter().any(|it| is_part(it)) || words.iter().any(|it| is_listed(REST, it));
    let is_elision = is_dots(inner)
        || phrase(&words).is_some()
        || stands_for_parts(&words)
        || has_dots && !is_list && named && words.len() <= 14;
    is_elision.then_some(ElisionKind::Certain)
}

fn between<'a>(text: &'a str, pairs: &[(char, char)]) -> Option<&'a str> {
    let text = text.trim_end_matches('.');
    pairs.iter().find_map(|(open, close)| {
        let inner = text.strip_prefix(*open)?.strip_suffix(*close)?;
        (!inner.contains([*open, *close])).then_some(inner)
    })
}

fn is_dots(text: &str) -> bool {
    let text = text.trim();
    let n_dots = text.chars().filter(|&it| it == '.').count();
    text.chars().all(|it| matches!(it, '.' | '…' | '⋯' | ' '))
        && (3 <= n_dots || text.contains(['…', '⋯']))
}

fn starts_with_dots(text: &str) -> bool {
    text.trim_start().starts_with("...") || text.trim_start().starts_with('…')
}

/// Words for the pieces of a plan, as opposed to pieces of the work.
fn is_part(word: &str) -> bool {
    const PARTS: &str = "\
        plan section sections step steps content contents text detail details part parts \
        phase phases раздел abschnitt abschnitte";
    is_listed(PARTS, word) || is_version(word)
}

fn is_version(word: &str) -> bool {
    word.strip_prefix('v')
        .is_some_and(|it| !it.is_empty() && it.bytes().all(|b| b.is_ascii_digit()))
}

const REST: &str = "rest remainder remaining previous earlier prior unchanged omitted";
const SAME: &str =
    "unchanged same omitted before previous previously identical truncated elided above";

/// "sections omitted", "rest of the plan as before": at most twelve words that
/// name a piece of the plan and say that it is not here.
fn stands_for_parts(words: &[String]) -> bool {
    let has = |list: &str| words.iter().any(|it| is_listed(list, it));
    words.len() <= 12 && words.iter().any(|it| is_part(it)) && (has(SAME) || has(REST))
}

/// Reads `subject? be? predicate tail?`, where every word must be known: "the
/// rest stays as it was", but not "all other endpoints remain unchanged".
fn phrase(words: &[String]) -> Option<ElisionKind> {
    const SUBJECT: &str = "\
        the rest remainder remaining other others all everything else previous existing \
        earlier of this original initial and to full";
    const BE: &str = "is are stays stay remains remain kept left still it they has have";
    const TAIL: &str = "\
        from since in to as the version previous initial original iteration round above \
        before for brevity here again it was earlier following new these";
    if 14 < words.len() {
        return None;
    }
    if FOREIGN.contains(words.join(" ").as_str()) {
        return Some(ElisionKind::Doubtful);
    }
    let word = |at: usize| words.get(at).map_or("", String::as_str);
    let is_number = |it: &str| !it.is_empty() && it.chars().all(char::is_numeric);
    let mut at = 0;
    while is_listed(SUBJECT, word(at)) || is_part(word(at)) || is_number(word(at)) {
        at += 1;
    }
    let subject = &words[..at];
    while is_listed(BE, word(at)) {
        at += 1;
    }
    let length = match (word(at), word(at + 1)) {
        ("as", "before" | "above" | "is" | "previously" | "it" | "in")
        | ("no", "change" | "changes" | "further")
        | ("not", "repeated" | "shown" | "included")
        | ("same" | "identical", "as" | "to")
        | ("the", "same")
        | ("see", "above" | "previous" | "the" | "initial" | "original") => 2,
        ("see", version) if is_version(version) => 2,
        ("unchanged" | "omitted" | "truncated" | "elided" | "plus" | "same" | "identical", _) => 1,
        _ => return None,
    };
    let tail = &words[at + length..];
    let known = |it: &String| is_listed(TAIL, it) || is_part(it) || is_number(it);
    if !tail.iter().all(known) {
        return None;
    }
    let predicate = &words[at..];
    let needs_more = matches!(word(at), "plus")
        || length == 2 && matches!(word(at + 1), "as" | "to" | "in" | "the" | "it");
    if needs_more && tail.is_empty() && !subject.iter().any(|it| is_part(it)) {
        return None;
    }
    let names_part = subject.iter().chain(predicate).any(|it| is_part(it));
    Some(if names_part { ElisionKind::Certain } else { ElisionKind::Doubtful })
}

/// The bare phrase in other languages, as [`words`] would join it.
static FOREIGN: WordList = WordList::new(|| {
    let phrases = "\
    unverändert|wie zuvor|wie bisher|rest unverändert|inchangé|sans changement|\
    comme avant|reste inchangé|le reste est inchangé|sin cambios|igual que antes|\
    resto sin cambios|sem alterações|inalterado|invariato|come prima|ongewijzigd|\
    bez zmian|без изменений|остальное без изменений|как раньше|変更なし|同上|以下同じ|以下同様|省略|以下省略|\
    不变|其余不变|同前|略|이하 동일|변경 없음|생략";
    phrases.split('|').collect()
});

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[(usize, ElisionKind)]) {
        let plan = Plan::parse(&format!("# Plan: X\n\n{text}\n")).unwrap();
        let have: Vec<_> = elisions(&plan).into_iter().map(|it| (it.line, it.kind)).collect();
        assert_eq!(have, want, "{text}");
    }

    use ElisionKind::{Certain, Doubtful, Named};

    #[test]
    fn words_that_stand_for_the_plan_are_elisions() {
        for text in [
            "[Previous sections plus...]",
            "[Full plan content...]",
            "[Plan content...]",
            "*[sections 1-4 unchanged]*",
            "[...]",
            "...",
            "…",
            ". . .",
            "- ...",
            "(...)",
            "[same as v2]",
            "[unchanged]",
            "[rest of the plan as before]",
            "... rest of the plan as before",
            "...remaining sections...",
            "Same as v2.",
            "same as v2",
            "See v1.",
            "_sections omitted_",
            "_Sections 2 to 5 omitted for brevity._",
            "Previous sections plus the following:",
            "All other sections remain unchanged.",
            "The rest of the plan is unchanged.",
            "Steps 1-4 as before",
            "<!-- unchanged -->",
            "<!-- rest of the plan omitted -->",
            "<!-- ... -->",
            "<remaining steps unchanged>",
            "## Overview (unchanged)",
            "## Overview [same as v1]",
            "## Overview — unchanged",
            "【以下省略】",
        ] {
            check(text, &[(3, Certain)]);
        }
    }

    #[test]
    fn a_bare_remark_is_doubtful() {
        for text in [
            "Unchanged.",
            "(unchanged)",
            "No changes.",
            "Same as before.",
            "_as before_",
            "... rest as before",
            "Everything else stays the same.",
            "Rest unchanged",
            "Остальное без изменений.",
            "(変更なし)",
        ] {
            check(text, &[(3, Doubtful)]);
        }
        check("Overview: unchanged", &[(3, Named { section: "Overview".into() })]);
        check("- **Risks** - same as before", &[(3, Named { section: "Risks".into() })]);
    }

    #[test]
    fn dots_and_words_of_the_work_are_none() {
        for text in [
            "Call `foo(...)` and `[...]`.",
            "`...`",
            "- `print(...)`",
            "```ts\nfunction f(...args) { ... }\n...\n// rest unchanged\n```",
            "A type such as [a, b, ...] stays.",
            "[1, 2, 3, ...]",
            "[a, b, ...]",
            "Wait... then retry.",
            "All other endpoints remain unchanged.",
            "The public API stays unchanged.",
            "Responses stay the same as before the change to the cache.",
            "- `routes/auth.py` (unchanged)",
            "The `v1` routes stay the same as in v1 of the API, see the docs.",
            "[Docs](https://example.com/...)",
            "[HIGH] No refresh",
            "- [x] Done",
            "Existing steps of the wizard keep their order.",
            "## Overview (unchanged)\nStill here in full.",
            "<details>",
            "Rewrite the error section...",
            "Remaining budget: 5 rounds.",
            "| Old | New |\n|---|---|\n| 15 min | same |",
            "Files that match the list\nare not included.",
            "Add the same index to `orders`.",
        ] {
            check(text, &[]);
        }
    }
}

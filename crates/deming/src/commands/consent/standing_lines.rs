//! Where in a settings file each consent in advance stands, to be shown to the
//! person who may remove it. Reads text; the meaning comes from the settings.

/// The lines of each entry of `consent.standing`, in order, with their numbers
/// from 1.
///
/// Every entry has exactly one key `project`, and no other part of the file
/// has such a key.
pub(super) fn entries(text: &str) -> Vec<Vec<(usize, String)>> {
    let lines: Vec<&str> = text.lines().collect();
    let mut entries = Vec::new();
    for (at, line) in lines.iter().enumerate() {
        let code = line.split(" #").next().unwrap_or_default();
        if code.trim_start().starts_with('#') {
            continue;
        }
        for _ in 0..projects_in(code) {
            entries.push(entry_around(&lines, at));
        }
    }
    entries
}

/// How many entries a line holds: more than one in `[ {…}, {…} ]`.
fn projects_in(line: &str) -> usize {
    let is_key = |before: &str| {
        before.trim_end_matches(['"', '\'']).chars().last().is_none_or(|it| " {,-\t".contains(it))
    };
    let keys = line.match_indices("project").filter(|(at, word)| {
        let after = line[at + word.len()..].trim_start_matches(['"', '\'']).trim_start();
        after.starts_with(':') && is_key(&line[..*at])
    });
    keys.count()
}

/// From the dash of the entry to the last line that is indented below it.
fn entry_around(lines: &[&str], at: usize) -> Vec<(usize, String)> {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let is_item = |line: &str| line.trim_start().starts_with('-');
    let first = match is_item(lines[at]) {
        true => at,
        false => {
            let before = (0..at).rev().find(|&it| is_item(lines[it]));
            match before.filter(|&it| indent(lines[it]) < indent(lines[at])) {
                Some(dash) => dash,
                // In brackets: the line is all that can be named.
                None => return vec![(at + 1, lines[at].to_owned())],
            }
        }
    };
    let depth = indent(lines[first]);
    let rest = lines[first + 1..].iter();
    let below = rest.take_while(|it| !it.trim().is_empty() && depth < indent(it)).count();
    (first..=first + below).map(|it| (it + 1, lines[it].to_owned())).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: &[&[usize]]) {
        let found: Vec<Vec<usize>> = entries(text)
            .iter()
            .map(|lines| lines.iter().map(|(number, _)| *number).collect())
            .collect();
        assert_eq!(found, want);
    }

    #[test]
    fn entries_of_a_block_are_told_apart() {
        let text = "# project: /x\nconsent:\n  standing:\n    - project: /a\n      reviewer: codex\n\
                    \n    - reviewer: codex\n      project: /b # project: /c\n      rounds: 2\nrounds:\n";
        check(text, &[&[4, 5], &[7, 8, 9]]);
    }

    #[test]
    fn entries_in_brackets_are_named_by_their_line() {
        check("consent: { standing: [ { project: /p, reviewer: codex } ] }\n", &[&[1]]);
        check("consent:\n  standing: [\n    { reviewer: codex, \"project\": /p },\n  ]\n", &[&[3]]);
    }
}

//! Commits as a progress log names them.

pub(super) struct NamedCommit<'a> {
    pub(super) line: u32,
    pub(super) subject: &'a str,
    pub(super) hash: Option<&'a str>,
    pub(super) files: Vec<&'a str>,
}

/// `Commit: "Subject" (`abc1234`)`, or several subjects in quotes.
pub(super) fn named_commits(line: u32, item: &str) -> Vec<NamedCommit<'_>> {
    let labels = ["Commit:", "Commits:", "**Commit:**", "**Commits:**"];
    let rest = labels.iter().find_map(|it| item.strip_prefix(it));
    let Some(rest) = rest.map(str::trim).filter(|it| !is_none(it)) else { return vec![] };
    let commit = |subject, hash| NamedCommit { line, subject, hash, files: vec![] };
    if let Some((subject, hash)) = rest.rsplit_once(" (`")
        && let Some(hash) = hash.strip_suffix("`)").filter(|it| is_hash(it))
    {
        return vec![commit(unquoted(subject), Some(hash))];
    }
    let hashes: Vec<&str> =
        rest.split(['`', ' ', ',', '(', ')']).filter(|it| is_hash(it)).collect();
    if !rest.contains('"') && !hashes.is_empty() {
        return hashes.into_iter().map(|it| commit("", Some(it))).collect();
    }
    let subjects = rest.split("\", \"");
    subjects.map(|it| commit(unquoted(it), None)).collect()
}

/// Without one quote on each side; the text itself may end with one.
fn unquoted(text: &str) -> &str {
    let text = text.strip_prefix('"').unwrap_or(text);
    text.strip_suffix('"').unwrap_or(text)
}

fn is_none(text: &str) -> bool {
    ["", "none", "-", "n/a", "no"].contains(&text.trim_matches(['_', '.']).to_lowercase().as_str())
}

pub(super) fn is_hash(text: &str) -> bool {
    (7..=40).contains(&text.len())
        && text.bytes().all(|it| it.is_ascii_hexdigit())
        && text.bytes().any(|it| it.is_ascii_digit())
}

/// Paths in code spans, or between commas.
pub(super) fn file_names(paths: &str) -> Vec<&str> {
    if !paths.contains('`') {
        return paths.split(", ").map(str::trim).filter(|it| !it.is_empty()).collect();
    }
    let mut names = vec![];
    let mut rest = paths;
    while let Some(start) = rest.find('`') {
        rest = &rest[start..];
        let ticks = rest.len() - rest.trim_start_matches('`').len();
        let (marks, behind) = rest.split_at(ticks);
        let Some(end) = behind.find(marks) else { break };
        names.push(plain_path(&behind[..end]));
        rest = &behind[end + ticks..];
    }
    names
}

/// A path without the blanks and marks that a code span may have.
pub(super) fn plain_path(path: &str) -> &str {
    path.trim_matches(['`', ' '])
}

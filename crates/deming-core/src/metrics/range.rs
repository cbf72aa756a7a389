//! The two ends of a range of commits.

use std::collections::HashSet;

use super::history::Commit;

/// The commits between which the net difference of a range lies: what it
/// starts from, not included, and its newest one.
///
/// `base` is the start as the caller knows it, for a range into which other
/// work was merged. `None` when the range has no single start or end.
pub fn ends(commits: &[Commit], base: Option<&str>) -> Option<(String, String)> {
    let inside: HashSet<&str> = commits.iter().map(|it| it.hash.as_str()).collect();
    let parents: HashSet<&str> =
        commits.iter().flat_map(|it| &it.parents).map(String::as_str).collect();
    let mut tips = commits.iter().filter(|it| !parents.contains(it.hash.as_str()));
    let (tip, None) = (tips.next()?, tips.next()) else { return None };
    let roots: Vec<&Commit> = commits.iter().filter(|it| it.is_root()).collect();
    let outside: Vec<&str> = parents.difference(&inside).copied().collect();
    let start = match (outside.as_slice(), roots.as_slice()) {
        ([], [root]) if root.hash != tip.hash => root.hash.as_str(),
        ([only], []) => only,
        (several, []) => base.filter(|base| several.contains(base))?,
        _ => return None,
    };
    Some((start.to_owned(), tip.hash.clone()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::metrics::numstat::decode;

    /// Each commit as `name parent parent`, newest first.
    #[track_caller]
    fn check(history: &str, base: Option<&str>, want: Option<(&str, &str)>) {
        let answer: String = history
            .split(", ")
            .map(|commit| {
                let (hash, parents) = commit.split_once(' ').unwrap_or((commit, ""));
                format!("\x01{hash}\0{parents}\0\0\x000\x000\x000\0\0")
            })
            .collect();
        let (commits, _) = decode(answer.as_bytes());
        let want = want.map(|(start, end)| (start.to_owned(), end.to_owned()));
        assert_eq!(ends(&commits, base), want);
    }

    #[test]
    fn a_line_of_work_has_two_ends() {
        check("c b, b a", None, Some(("a", "c")));
        check("c b, b a, a", None, Some(("a", "c")));
        check("m t b, t a, b a", None, Some(("a", "m")));
    }

    #[test]
    fn merged_work_needs_the_base_that_the_caller_knows() {
        check("m b t, b a, t r", None, None);
        check("m b t, b a, t r", Some("a"), Some(("a", "m")));
        check("m b t, b a, t r", Some("x"), None);
    }

    #[test]
    fn nothing_to_compare_gives_no_ends() {
        check("a", None, None);
        check("b a, d c", None, None);
        check("m b r, b a, r", None, None);
    }
}

//! Tests that the session's commits made weaker: fewer assertions, more tests
//! that are skipped or run alone. Lines are counted by their words; whether it
//! was right is for people.

use crate::metrics::git_log::SETTINGS;
use crate::session::event::FileClass;
use crate::session::state::State;

/// A test file that lost some of its force.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Weakened {
    pub path: String,
    /// How many more lines with an assertion went than came.
    pub assertions: u32,
    /// How many more marks came that skip tests, or run one alone, than went.
    pub skips: u32,
}

/// The arguments that git is run with at the top of the working tree; `None` without a commit of a test file.
pub fn question(state: &State) -> Option<Vec<String>> {
    let mut hashes = vec![];
    let mut paths = vec![];
    for commit in state.present_commits().map(|it| &it.commit) {
        let tests = commit.files.iter().filter(|it| it.class == FileClass::Test);
        let before = paths.len();
        paths.extend(tests.map(|it| it.path.clone()));
        if before < paths.len() {
            hashes.push(commit.hash.clone());
        }
    }
    paths.sort();
    paths.dedup();
    let options = ["show", "--format=", "-U0", "--no-color", "--no-ext-diff", "--no-textconv"];
    let names = ["--no-renames", "--src-prefix=a/", "--dst-prefix=b/"];
    let words = SETTINGS.iter().chain(&options).chain(&names).map(ToString::to_string);
    let words = words.chain(hashes.iter().cloned()).chain(["--".to_owned()]);
    (!hashes.is_empty()).then(|| words.chain(paths).collect())
}

/// Reads git's answer to [`question`]; files that did not get weaker are left out.
pub fn decode(patch: &[u8]) -> Vec<Weakened> {
    let patch = String::from_utf8_lossy(patch);
    let mut files: Vec<Tally> = vec![];
    let mut old = "";
    let mut in_header = false;
    for line in patch.lines() {
        if line.starts_with("diff --git ") {
            in_header = true;
        } else if line.starts_with("@@ ") {
            in_header = false;
        } else if in_header && line.starts_with("--- ") {
            old = line.strip_prefix("--- a/").unwrap_or_default();
        } else if in_header && line.starts_with("+++ ") {
            let path = line.strip_prefix("+++ b/").unwrap_or(old);
            let known = files.iter().position(|it| it.path == path);
            let tally = match known {
                Some(at) => files.remove(at),
                None => Tally { path: path.to_owned(), assertions: 0, skips: 0 },
            };
            files.push(tally);
        } else if let Some(tally) = files.last_mut().filter(|_| !in_header) {
            tally.take(line);
        }
    }
    let mut weakened: Vec<Weakened> = files.into_iter().filter_map(Tally::weakened).collect();
    weakened.sort_by(|one, other| one.path.cmp(&other.path));
    weakened
}

/// What came, less what went.
struct Tally {
    path: String,
    assertions: i64,
    skips: i64,
}

impl Tally {
    fn take(&mut self, line: &str) {
        let (sign, text) = match line.split_at_checked(1) {
            Some(("+", text)) => (1, text.trim()),
            Some(("-", text)) => (-1, text.trim()),
            Some(_) | None => return,
        };
        let is_comment = ["//", "* ", "# "].iter().any(|it| text.starts_with(it));
        if is_comment {
            return;
        }
        self.assertions += if asserts(text) { sign } else { 0 };
        self.skips += if skips(text) { sign } else { 0 };
    }

    fn weakened(self) -> Option<Weakened> {
        let positive = |it: i64| u32::try_from(it).unwrap_or(0);
        let (assertions, skips) = (positive(-self.assertions), positive(self.skips));
        let path = self.path;
        (0 < assertions || 0 < skips).then_some(Weakened { path, assertions, skips })
    }
}

fn asserts(line: &str) -> bool {
    let lower = line.to_lowercase();
    let is_import = ["import ", "use ", "from ", "#include"].iter().any(|it| lower.starts_with(it))
        || lower.contains("require(");
    let words = ["assert", "expect(", "expect_", ".should", "t.error", "t.fatal", "xctfail"];
    !is_import && words.iter().any(|it| lower.contains(it))
}

fn skips(line: &str) -> bool {
    const ANYWHERE: [&str; 13] = [
        "@pytest.mark.skip",
        "@pytest.mark.xfail",
        "pytest.skip(",
        "@unittest.skip",
        ".skip(",
        ".only(",
        ".todo(",
        "t.Skip(",
        "#[ignore",
        "@Ignore",
        "@Disabled",
        "[Ignore",
        "XCTSkip",
    ];
    const AT_START: [&str; 6] = ["xit(", "xdescribe(", "xtest(", "fit(", "fdescribe(", "fcontext("];
    ANYWHERE.iter().any(|it| line.contains(it)) || AT_START.iter().any(|it| line.starts_with(it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::sample::Sample;

    #[track_caller]
    fn check(lines: &[&str], want: (u32, u32)) {
        let patch = format!(
            "diff --git a/tests/door.py b/tests/door.py\nindex 1..2 100644\n\
             --- a/tests/door.py\n+++ b/tests/door.py\n@@ -1,2 +1 @@\n{}\n",
            lines.join("\n")
        );
        let (assertions, skips) = want;
        let weakened = Weakened { path: "tests/door.py".to_owned(), assertions, skips };
        let want = if want == (0, 0) { vec![] } else { vec![weakened] };
        assert_eq!(decode(patch.as_bytes()), want, "{lines:?}");
    }

    #[test]
    fn deleted_assertions_and_added_skips_are_counted() {
        check(&["-    assert door.locked", "-    self.assertTrue(key)"], (2, 0));
        check(&["+    @pytest.mark.skip", "+it.only('locks', () => {"], (0, 2));
        check(&["+#[ignore = \"slow\"]"], (0, 1));
        check(&["-expect(door).toBeLocked();"], (1, 0));
    }

    #[test]
    fn rewritten_and_new_assertions_weaken_nothing() {
        check(&["-    assert door.locked", "+    assert door.locked and key"], (0, 0));
        check(&["+    assert door.locked"], (0, 0));
        check(&["-    @pytest.mark.skip"], (0, 0));
        check(&["-import assert from 'node:assert';", "-// assert nothing"], (0, 0));
        check(&["+    for line in text.split():"], (0, 0));
    }

    #[test]
    fn deleted_file_loses_its_assertions() {
        let patch = "diff --git a/t.py b/t.py\ndeleted file mode 100644\n--- a/t.py\n\
                     +++ /dev/null\n@@ -1 +0,0 @@\n-assert x\n";
        let want = Weakened { path: "t.py".to_owned(), assertions: 1, skips: 0 };
        assert_eq!(decode(patch.as_bytes()), [want]);
    }

    #[test]
    fn git_is_asked_for_test_files_alone() {
        let mut sample = Sample::doing(&["Lock"], &[]);
        assert_eq!(question(&sample.state), None);
        sample.pair(1, "Lock");
        let asked = question(&sample.state).unwrap_or_default();
        let end = ["0000001c0ffee", "--", "tests/door.rs"].map(str::to_owned);
        assert!(asked.ends_with(&end), "{asked:?}");
    }
}

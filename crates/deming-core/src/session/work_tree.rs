//! What is checked out and which files differ from it, as git says.

/// A working tree at one moment.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct WorkTree {
    /// Absent before the first commit.
    pub commit: Option<String>,
    /// From the top of the working tree; an untracked folder ends with `/`.
    pub changed: Vec<String>,
}

/// The most changed files that are named.
const MOST: usize = 300;

impl WorkTree {
    /// What git is asked.
    pub const QUESTION: [&str; 5] =
        ["status", "--porcelain=v2", "--branch", "-z", "--untracked-files=normal"];

    /// Reads git's answer to [`Self::QUESTION`].
    pub fn decode(output: &[u8]) -> Self {
        let output = String::from_utf8_lossy(output);
        let mut tree = Self::default();
        let mut lines = output.split('\0');
        while let Some(line) = lines.next() {
            let fields = match line.split(' ').next() {
                Some("#") => {
                    let name = line.strip_prefix("# branch.oid ").filter(|it| *it != "(initial)");
                    tree.commit = name.map(str::to_owned).or(tree.commit);
                    continue;
                }
                Some("?") => 2,
                Some("1") => 9,
                Some("2") => 10,
                Some("u") => 11,
                Some(_) | None => continue,
            };
            tree.changed.extend(line.splitn(fields, ' ').nth(fields - 1).map(str::to_owned));
            // A renamed file is followed by its old name.
            if fields == 10 {
                tree.changed.extend(lines.next().map(str::to_owned));
            }
        }
        tree
    }

    /// The names of the changed files, unless they are too many.
    pub fn named(self) -> Option<Vec<String>> {
        Some(self.changed).filter(|it| it.len() <= MOST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changed_files_are_named() {
        let output = "# branch.oid 1234abcd\0# branch.head main\0\
            1 .M N... 100644 100644 100644 aa bb src/a b.py\0\
            2 R. N... 100644 100644 100644 aa bb R100 new.py\0old.py\0\
            u UU N... 100644 100644 100644 100644 aa bb cc both.py\0? tests/\0";
        let changed = ["src/a b.py", "new.py", "old.py", "both.py", "tests/"];
        let changed = changed.map(str::to_owned).to_vec();
        let want = WorkTree { commit: Some("1234abcd".to_owned()), changed };
        assert_eq!(WorkTree::decode(output.as_bytes()), want);
        assert_eq!(WorkTree::decode(b"# branch.oid (initial)\0"), WorkTree::default());
    }
}

//! Builds histories for `git fast-import`, one commit at a time.

use std::collections::BTreeMap;

/// Contents by path.
pub(crate) type Tree = BTreeMap<Vec<u8>, Vec<u8>>;

#[derive(Default)]
pub(crate) struct History {
    stream: Vec<u8>,
    commits: u32,
    branches: BTreeMap<String, Branch>,
}

#[derive(Clone, Default)]
struct Branch {
    tip: Option<u32>,
    tree: Tree,
    /// The tree where the branch left its parent.
    base: Tree,
}

impl History {
    /// The files at the tip of a branch.
    pub(crate) fn tree(&self, branch: &str) -> Tree {
        self.branches.get(branch).map(|it| it.tree.clone()).unwrap_or_default()
    }

    pub(crate) fn branch(&mut self, name: &str, from: &str) {
        let parent = self.branches[from].clone();
        let branch = Branch { base: parent.tree.clone(), ..parent };
        self.branches.insert(name.to_owned(), branch);
    }

    pub(crate) fn commit(&mut self, branch: &str, subject: &str, tree: Tree) {
        self.write(branch, subject, tree, None);
    }

    /// The merge of `other` as git would make it; of a path that both sides
    /// changed, ours.
    pub(crate) fn merged(&self, branch: &str, other: &str) -> Tree {
        let (ours, theirs) = (&self.branches[branch], &self.branches[other]);
        let mut tree = ours.tree.clone();
        for path in theirs.tree.keys().chain(theirs.base.keys()) {
            let base = theirs.base.get(path);
            if ours.tree.get(path) != base || theirs.tree.get(path) == base {
                continue;
            }
            match theirs.tree.get(path) {
                Some(content) => tree.insert(path.clone(), content.clone()),
                None => tree.remove(path),
            };
        }
        tree
    }

    pub(crate) fn merge(&mut self, branch: &str, other: &str, subject: &str, tree: Tree) {
        let other = self.branches[other].tip;
        self.write(branch, subject, tree, other);
    }

    pub(crate) fn into_stream(self) -> Vec<u8> {
        self.stream
    }

    fn write(&mut self, name: &str, subject: &str, tree: Tree, merged: Option<u32>) {
        self.commits += 1;
        let mark = self.commits;
        let branch = self.branches.entry(name.to_owned()).or_default();
        let mut text = format!(
            "commit refs/heads/{name}\nmark :{mark}\ncommitter Ada <ada@host.example> {} +0000\ndata {}\n{subject}\n",
            1_000_000 + u64::from(mark) * 60,
            subject.len(),
        )
        .into_bytes();
        for (word, parent) in [("from", branch.tip), ("merge", merged)] {
            if let Some(parent) = parent {
                text.extend(format!("{word} :{parent}\n").bytes());
            }
        }
        text.extend(b"deleteall\n");
        for (path, content) in &tree {
            text.extend(b"M 100644 inline ");
            text.extend(quoted(path).bytes());
            text.extend(format!("\ndata {}\n", content.len()).bytes());
            text.extend(content);
            text.push(b'\n');
        }
        self.stream.extend(text);
        branch.tip = Some(mark);
        branch.tree = tree;
    }
}

fn quoted(path: &[u8]) -> String {
    let bytes = path.iter().map(|&byte| match byte {
        b'"' | b'\\' | 0..0x20 | 0x7f.. => format!("\\{byte:03o}"),
        byte => char::from(byte).to_string(),
    });
    format!("\"{}\"", bytes.collect::<String>())
}

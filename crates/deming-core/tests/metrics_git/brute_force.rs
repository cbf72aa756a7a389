//! Random histories, measured a second time: one `git show` per commit, file
//! classes from a list written by hand, and lines that name what they are for.

use std::collections::BTreeMap;

use deming_core::metrics::compute::Measured;
use deming_core::metrics::targets::Targets;

use super::history::{History, Tree};
use super::repository::Repository;

/// What the files of the random histories are for: product, test, documents
/// and settings, and what no person writes.
const FILES: [(&str, char); 26] = [
    ("src/a.py", 'p'),
    ("src/b.ts", 'p'),
    ("lib/latest.go", 'p'),
    ("core/attestation/a.c", 'p'),
    ("src/größe.py", 'p'),
    ("contest.kt", 'p'),
    ("src/m.rs", 'r'),
    ("src/n.rs", 'r'),
    ("core/o.rs", 'r'),
    ("tests/test_a.py", 't'),
    ("src/b.test.ts", 't'),
    ("tests/x.rs", 't'),
    ("lib/a_test.go", 't'),
    ("tests/größe.py", 't'),
    ("src/FooTest.kt", 't'),
    ("web/login.cy.ts", 't'),
    ("README.md", 'd'),
    ("docs/conf.py", 'd'),
    ("src/tests/notes.md", 'd'),
    ("Cargo.toml", 'd'),
    (".github/ci.yml", 'd'),
    ("Cargo.lock", '-'),
    ("api/api.pb.go", '-'),
    ("vendor/x.go", '-'),
    ("tests/fixtures/in.py", '-'),
    ("src/x.snap", '-'),
];

struct Random(u64);

impl Random {
    fn below(&mut self, bound: usize) -> usize {
        self.0 =
            self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % bound
    }
}

#[test]
fn random_histories_measure_as_they_do_one_commit_at_a_time() {
    for seed in 0..6 {
        check(seed);
    }
}

#[track_caller]
fn check(seed: u64) {
    let repository = Repository::import(&random_history(seed));
    let report = repository.report(&[], &Targets::default());
    let slow = Slow::measure(&repository);

    let found: BTreeMap<String, Measured> =
        report.commits.iter().map(|it| (it.hash.clone(), it.clone())).collect();
    assert_eq!(found, slow.commits, "seed {seed}");
    let metrics = &report.metrics;
    let share = |it: deming_core::metrics::targets::Metric| (it.numerator, it.denominator);
    assert_eq!(
        [
            share(metrics.large_commits),
            share(metrics.sprawling_commits),
            share(metrics.test_pairing),
            share(metrics.lines_per_commit),
            share(metrics.files_per_commit),
            (metrics.size_p50.numerator, metrics.size_p90.numerator),
            (metrics.largest_commit.numerator, metrics.commits.numerator),
            share(metrics.rework),
            (report.merges, report.resolved.iter().map(|it| it.lines.total()).sum()),
        ],
        slow.totals(),
        "seed {seed}"
    );
}

fn random_history(seed: u64) -> Vec<u8> {
    let mut random = Random(seed.wrapping_mul(7919) + 1);
    let mut history = History::default();
    let mut tree = Tree::new();
    for _ in 0..12 {
        edit(&mut random, &mut tree);
    }
    history.commit("main", "import", tree);
    let mut topic = None;
    for number in 0..40 {
        let subject = format!("commit {number}");
        let branch = match (&topic, random.below(3)) {
            (Some(_), 0) => "topic",
            _ => "main",
        };
        if topic.is_none() && random.below(6) == 0 {
            history.branch("topic", "main");
            topic = Some(());
        } else if topic.is_some() && random.below(6) == 0 {
            let mut tree = history.merged("main", "topic");
            if random.below(3) == 0 {
                edit(&mut random, &mut tree);
            }
            history.merge("main", "topic", &subject, tree);
            topic = None;
            continue;
        }
        let mut tree = history.tree(branch);
        for _ in 0..[0, 1, 1, 2, 3, 8][random.below(6)] {
            edit(&mut random, &mut tree);
        }
        history.commit(branch, &subject, tree);
    }
    history.into_stream()
}

/// Changes one random file: lines in or out, a new place, or away with it.
fn edit(random: &mut Random, tree: &mut Tree) {
    let (path, kind) = FILES[random.below(FILES.len())];
    let key = path.as_bytes().to_vec();
    match random.below(12) {
        0 => {
            tree.remove(&key);
        }
        1 if tree.contains_key(&key) => {
            let (other, other_kind) = FILES[random.below(FILES.len())];
            // The marks in a file of Rust hold in a file of Rust alone.
            if (kind == 'r') == (other_kind == 'r')
                && let Some(content) = tree.remove(&key)
            {
                tree.insert(other.as_bytes().to_vec(), content);
            }
        }
        _ => {
            let content = tree.get(&key).cloned().unwrap_or_default();
            let mut lines: Vec<String> =
                String::from_utf8(content).unwrap().lines().map(str::to_owned).collect();
            if kind == 'r' {
                edit_rust(random, &mut lines);
            } else {
                edit_text(random, &mut lines);
            }
            tree.insert(key, lines.iter().flat_map(|it| [it.as_bytes(), b"\n"].concat()).collect());
        }
    }
}

fn edit_text(random: &mut Random, lines: &mut Vec<String>) {
    let at = random.below(lines.len() + 1);
    let away = random.below(4).min(lines.len() - at);
    let count = [1, 2, 5, 20, 120][random.below(5)];
    let new: Vec<String> = (0..count).map(|_| format!("text {}", random.below(100_000))).collect();
    lines.splice(at..at + away, new);
}

/// Product lines end in `P#` and test lines in `T#`; a test module stands
/// somewhere between them.
fn edit_rust(random: &mut Random, lines: &mut Vec<String>) {
    const OPEN: &str = "mod tests { // T#";
    let is_test = |line: &String| line.ends_with("T#");
    if random.below(5) == 0 {
        match lines.iter().position(|it| it == OPEN) {
            Some(_) => lines.retain(|line| !is_test(line)),
            None => {
                let module = ["#[cfg(test)] // T#", OPEN, "} // T#"].map(str::to_owned);
                let at = random.below(lines.len() + 1);
                lines.splice(at..at, module);
            }
        }
    }
    for _ in 0..1 + random.below(6) {
        let at = random.below(lines.len() + 1);
        let in_module = at
            .checked_sub(1)
            .is_some_and(|it| is_test(&lines[it]) && !lines[it].starts_with(['#', '}']));
        let mark = if in_module { "T#" } else { "P#" };
        let splits_module = at.checked_sub(1).is_some_and(|it| lines[it].starts_with('#'));
        if splits_module {
            continue;
        }
        if random.below(3) == 0 && at < lines.len() && lines[at].starts_with(' ') {
            lines.remove(at);
            continue;
        }
        let code = [
            "let a = \"}\";",
            "let b = '{';",
            "let c = r#\"\"}\"#;",
            "/* } */",
            "fn d<'a>(it: &'a str) {}",
            "// #[cfg(test)] {",
            "let e = \"#[cfg(test)] mod tests {\";",
        ][random.below(7)];
        lines.insert(at, format!("    {code} // {} {mark}", random.below(100_000)));
    }
}

/// The same numbers, one commit and one file at a time.
struct Slow {
    commits: BTreeMap<String, Measured>,
    merges: u64,
    resolution: u64,
    net: u64,
}

impl Slow {
    fn measure(repository: &Repository) -> Self {
        let mut parents: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in repository.lines(&["rev-list", "--parents", "main"]) {
            let mut hashes = line.split(' ').map(str::to_owned);
            parents.insert(hashes.next().unwrap(), hashes.collect());
        }
        let mut slow = Self { commits: BTreeMap::new(), merges: 0, resolution: 0, net: 0 };
        for (hash, parents) in &parents {
            match parents.len() {
                0 => {
                    let (prod, test, _) = changed(repository, &["diff", "-M", hash, "main"]);
                    slow.net = prod + test;
                }
                1 => {
                    let (prod, test, files) =
                        changed(repository, &["show", "--format=", "-M", hash]);
                    let measured = Measured { hash: hash.clone(), prod, test, files, paired: None };
                    slow.commits.insert(hash.clone(), measured);
                }
                _ => {
                    slow.merges += 1;
                    let show = ["show", "--format=", "--remerge-diff", "--numstat", hash];
                    for line in repository.lines(&show) {
                        let mut fields = line.split('\t');
                        let mut next = || fields.next().unwrap().parse::<u64>().unwrap();
                        slow.resolution += next() + next();
                    }
                }
            }
        }
        let paired: Vec<(String, bool)> = slow
            .commits
            .values()
            .filter(|it| 0 < it.prod)
            .map(|it| (it.hash.clone(), 0 < it.test || slow.red_before(&it.hash, &parents)))
            .collect();
        for (hash, paired) in paired {
            slow.commits.get_mut(&hash).unwrap().paired = Some(paired);
        }
        slow
    }

    fn red_before(&self, hash: &str, parents: &BTreeMap<String, Vec<String>>) -> bool {
        let Some(parent) = parents[hash].first() else { return false };
        match self.commits.get(parent) {
            Some(it) if it.prod == 0 && 0 < it.test => true,
            Some(it) if 0 < it.prod => false,
            Some(_) => self.red_before(parent, parents),
            None => self.red_before(parent, parents),
        }
    }

    fn totals(&self) -> [(u64, u64); 9] {
        let all: Vec<&Measured> = self.commits.values().collect();
        let count = |is: &dyn Fn(&Measured) -> bool| all.iter().filter(|it| is(it)).count() as u64;
        let mut sizes: Vec<u64> =
            all.iter().map(|it| it.prod + it.test).filter(|&size| size != 0).collect();
        sizes.sort_unstable();
        let code = sizes.len() as u64;
        let lines: u64 = sizes.iter().sum();
        let no_more_than = |size: u64| sizes.iter().filter(|&&it| it <= size).count();
        let rank = |percent: usize| {
            sizes.iter().copied().find(|&size| sizes.len() * percent <= no_more_than(size) * 100)
        };
        let rework = if self.net <= lines { (lines - self.net, lines) } else { (0, 0) };
        [
            (count(&|it| 100 < it.prod), code),
            (count(&|it| 5 < it.files), all.len() as u64),
            (count(&|it| it.paired == Some(true)), count(&|it| it.paired.is_some())),
            (lines, code),
            (all.iter().map(|it| it.files).sum(), all.len() as u64),
            (rank(50).unwrap(), rank(90).unwrap()),
            (sizes.last().copied().unwrap(), all.len() as u64),
            rework,
            (self.merges, self.resolution),
        ]
    }
}

/// Product lines, test lines and human-written files of a diff.
fn changed(repository: &Repository, diff: &[&str]) -> (u64, u64, u64) {
    let (command, rest) = diff.split_first().unwrap();
    let counts = [&["-c", "core.quotePath=false", command, "--numstat", "-z"], rest].concat();
    let answer = String::from_utf8(repository.git(&counts, b"")).unwrap();
    let mut parts = answer.split('\0');
    let (mut prod, mut test, mut files) = (0, 0, 0);
    while let Some(part) = parts.next().filter(|part| !part.is_empty()) {
        let [added, deleted, path] = part.split('\t').collect::<Vec<_>>()[..] else {
            panic!("`{part}` is no count")
        };
        let lines = added.parse::<u64>().unwrap() + deleted.parse::<u64>().unwrap();
        let path = if path.is_empty() { parts.nth(1).unwrap() } else { path };
        let (_, kind) = FILES.iter().find(|(it, _)| *it == path).unwrap();
        if lines == 0 || *kind == '-' {
            continue;
        }
        files += 1;
        match kind {
            'p' => prod += lines,
            't' => test += lines,
            'r' => {
                let patch = [&[command, "-p", "-U0"], rest].concat();
                let tests = marked(&repository.git(&patch, b""), path);
                test += tests;
                prod += lines - tests;
            }
            _ => (),
        }
    }
    (prod, test, files)
}

/// Changed lines of the file's patch that are marked as tests.
fn marked(patch: &[u8], path: &str) -> u64 {
    let patch = String::from_utf8_lossy(patch);
    let of_file =
        |part: &&str| part.lines().next().is_some_and(|it| it.ends_with(&format!(" b/{path}")));
    patch
        .split("diff --git ")
        .filter(of_file)
        .flat_map(str::lines)
        .filter(|line| line.starts_with(['+', '-']) && line.ends_with("T#"))
        .count() as u64
}

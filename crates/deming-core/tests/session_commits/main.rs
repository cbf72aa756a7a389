//! The commits of a session against real repositories, in which real git does
//! what people do.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail loudly")]
#![expect(clippy::wildcard_enum_match_arm, reason = "any other event fails the test")]
#![expect(clippy::disallowed_methods, reason = "tests start git, read files and ask the clock")]

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::process::Command;

use deming_core::journal::Record;
use deming_core::metrics::file_class::Classifier;
use deming_core::session::commits::{HeadLog, Inquiry};
use deming_core::session::event::{By, Event, FileClass, Mode, Opening, What};
use deming_core::session::state::State;

/// `own` and `colleague` are clones of one `origin`; the session is in `own`.
struct Trees {
    folder: tempfile::TempDir,
    /// Subjects by hash, of everything that was recorded.
    subjects: HashMap<String, String>,
}

/// Before the session, by the clock.
const START: &str = "
    export GIT_COMMITTER_DATE=$(($(date +%s) - 60))
    git init -q --bare -b main origin && git clone -q origin own 2>/dev/null && cd own
    git checkout -q -b main
    git config user.email ada@host.example && git config user.name Ada
    echo 1 >start && git add . && git commit -q -m Start && git push -q -u origin main
    cd .. && git clone -q origin colleague && cd colleague
    git config user.email bob@host.example && git config user.name Bob";

/// `c NAME` makes a commit with a file and a subject of that name.
const SHORT: &str = "c() { echo \"$1\" >\"$1.py\" && git add . && git commit -q -m \"$1\"; }
    theirs() { (cd ../colleague && git pull -q && c \"$1\" && git push -q origin HEAD:main) }\n";

impl Trees {
    fn new() -> Self {
        let trees = Self { folder: tempfile::tempdir().unwrap(), subjects: HashMap::new() };
        trees.shell(trees.folder.path(), START);
        trees
    }

    fn own(&self) -> PathBuf {
        self.folder.path().join("own")
    }

    fn shell(&self, folder: &Path, script: &str) {
        let script = format!("set -e\n{SHORT}{script}");
        let output = self.command("sh", folder).args(["-c", &script]).output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{script}\n{said}");
    }

    fn command(&self, program: &str, folder: &Path) -> Command {
        let mut command = Command::new(program);
        command
            .current_dir(folder)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap())
            .env("HOME", self.folder.path())
            .env("GIT_CONFIG_NOSYSTEM", "1")
            .env("GIT_EDITOR", "true");
        command
    }

    fn git(&self, folder: &Path, arguments: &[String]) -> Option<Vec<u8>> {
        let output = self.command("git", folder).args(arguments).output().unwrap();
        output.status.success().then_some(output.stdout)
    }

    fn open(&self) -> State {
        let head = self.git(&self.own(), &["rev-parse".to_owned(), "HEAD".to_owned()]).unwrap();
        let opening = Opening {
            feature: "Doors".to_owned(),
            project: "house".to_owned(),
            mode: Mode::Full,
            estimate_minutes: None,
            objective: None,
            branch: Some("main".to_owned()),
            base: Some(String::from_utf8(head).unwrap().trim().to_owned()),
            head_log: None,
            email: None,
            root: String::new(),
        };
        let mut opened = record(What::Opened(opening));
        opened.at -= chrono::TimeDelta::seconds(30);
        State::open(&opened).unwrap()
    }

    fn head_log(&self, folder: &Path) -> HeadLog {
        let log = self.git(folder, &words("rev-parse --git-path logs/HEAD")).unwrap();
        let log = folder.join(String::from_utf8(log).unwrap().trim());
        HeadLog::new((0, std::fs::read(log).unwrap()))
    }

    /// What is found now: `+ subject: files` and `- subject -> subject`, and
    /// how often git was asked.
    fn look(&mut self, state: &mut State, folder: &Path, with_file: bool) -> (Vec<String>, usize) {
        let log = self.head_log(folder);
        let before = state.clone();
        let mut inquiry = Inquiry::new(&before, with_file.then_some(&log));
        let mut n_questions = 0;
        while let Some(question) = inquiry.question() {
            n_questions += 1;
            let answer = self.git(folder, &question);
            inquiry.answer(answer.as_deref());
        }
        let (events, diagnostics) = inquiry.events(&Classifier::default());
        assert_eq!(diagnostics, []);
        let mut found = vec![];
        for event in events {
            found.push(self.describe(&event));
            state.apply(&record(event)).unwrap();
        }
        (found, n_questions)
    }

    /// Subjects of commits that were made here and are not the session's.
    fn left_out(&self, state: &State, folder: &Path) -> Vec<String> {
        let log = self.head_log(folder);
        let mut inquiry = Inquiry::new(state, Some(&log));
        while let Some(question) = inquiry.question() {
            inquiry.answer(self.git(folder, &question).as_deref());
        }
        inquiry.of_others().into_iter().map(str::to_owned).collect()
    }

    fn describe(&mut self, event: &What) -> String {
        match event {
            What::CommitRecorded(it) => {
                self.subjects.insert(it.hash.clone(), it.subject.clone());
                let files: Vec<&str> = it.files.iter().map(|it| it.path.as_str()).collect();
                assert!(it.files.iter().all(|it| it.class == FileClass::Product), "{it:?}");
                let author = if it.other_author { ", of another author" } else { "" };
                format!("+ {}: {}{author}", it.subject, files.join(" "))
            }
            What::CommitGone { hash, replaced_by } => {
                let name = |it| self.subjects.get(it).map_or("?", String::as_str);
                let new = replaced_by.as_ref().map_or("nothing", name);
                format!("- {} -> {new}", name(hash))
            }
            other => panic!("{other:?}"),
        }
    }
}

fn record(what: What) -> Record<Event> {
    let now = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH).unwrap();
    let now = chrono::DateTime::from_timestamp(now.as_secs().cast_signed(), 0).unwrap();
    Record::new(now.fixed_offset(), Event::new(By::Helper, what))
}

fn words(text: &str) -> Vec<String> {
    text.split(' ').map(str::to_owned).collect()
}

/// Each script is followed by a look, by the log's file and by git's own
/// reading of the log.
#[track_caller]
fn check(scripts: &[(&str, &[&str])]) {
    for with_file in [true, false] {
        let mut trees = Trees::new();
        let own = trees.own();
        let mut state = trees.open();
        for (script, want) in scripts {
            trees.shell(&own, script);
            let (found, _) = trees.look(&mut state, &own, with_file);
            assert_eq!(found, *want, "{script}, the log as a file: {with_file}");
            let (again, _) = trees.look(&mut state, &own, with_file);
            assert_eq!(again, Vec::<String>::new(), "a second look at {script}");
        }
    }
}

#[test]
fn own_commits_are_found_in_their_order_and_once() {
    check(&[
        ("true", &[]),
        ("c one", &["+ one: one.py"]),
        ("c two; c three", &["+ two: two.py", "+ three: three.py"]),
        ("git switch -q -c feature; c four", &["+ four: four.py"]),
        ("git push -q origin HEAD; c five; git push -q origin HEAD", &["+ five: five.py"]),
        ("git revert --no-edit HEAD", &["+ Revert \"five\": five.py"]),
    ]);
}

#[test]
fn commits_of_others_are_not_ours() {
    check(&[
        ("theirs bobs; git pull -q", &[]),
        ("theirs more; c mine; git pull -q --no-rebase --no-edit", &["+ mine: mine.py"]),
        ("git fetch -q; git cherry-pick origin/main~1 2>/dev/null || git cherry-pick --skip", &[]),
        ("echo p >p.py; git add .; git commit -q -m theirs --author 'Bob <bob@host.example>'", &[]),
        ("git checkout -q -b other HEAD~1; git merge -q --no-edit main", &[]),
    ]);
}

#[test]
fn commit_of_another_person_in_this_tree_is_not_ours() {
    let mut trees = Trees::new();
    let own = trees.own();
    let mut state = trees.open();
    state.opening.email = Some("Ada@host.example".to_owned());
    let bob = "export GIT_AUTHOR_EMAIL=bob@host.example GIT_COMMITTER_EMAIL=bob@host.example;";
    trees.shell(&own, &format!("{bob} c bobs"));
    trees.shell(&own, "c mine");
    assert_eq!(trees.left_out(&state, &own), ["bobs"]);
    assert_eq!(trees.look(&mut state, &own, true).0, ["+ mine: mine.py"]);
}

#[test]
fn amend_with_another_author_keeps_the_commit() {
    let amend = "git commit -q --amend --author 'Bob <bob@host.example>' -m";
    check(&[
        ("c one", &["+ one: one.py"]),
        (&format!("{amend} better"), &["+ better: one.py, of another author", "- one -> better"]),
        // Made and amended between two looks.
        (&format!("c two; {amend} zwei"), &["+ zwei: two.py, of another author"]),
    ]);
}

#[test]
fn what_was_there_before_the_session_is_not_new() {
    let mut trees = Trees::new();
    let own = trees.own();
    trees.shell(&own, "export GIT_COMMITTER_DATE=$(($(date +%s) - 50)); git checkout -q -b old; c older; c oldest; git checkout -q main");
    let mut state = trees.open();
    trees.shell(&own, "theirs bobs; git pull -q; git checkout -q old; git rebase -q main; c new");
    let (found, _) = trees.look(&mut state, &own, true);
    assert_eq!(found, ["+ new: new.py"]);
}

#[test]
fn amended_commit_takes_the_place_of_the_old_one() {
    check(&[
        ("c one", &["+ one: one.py"]),
        (
            "echo 2 >two.py; git add .; git commit -q --amend -m better",
            &["+ better: one.py two.py", "- one -> better"],
        ),
        // Made and amended between two looks, and amended twice.
        ("c three; git commit -q --amend -m drei", &["+ drei: three.py"]),
        (
            "git commit -q --amend -m tri; git commit -q --amend --reset-author -m tre",
            &["+ tre: three.py", "- drei -> tre"],
        ),
    ]);
}

#[test]
fn rebased_commits_are_the_same_work() {
    check(&[
        ("git switch -q -c feature; c one; c two", &["+ one: one.py", "+ two: two.py"]),
        (
            "theirs bobs; git fetch -q; git rebase -q origin/main",
            &["+ one: one.py", "+ two: two.py", "- one -> one", "- two -> two"],
        ),
        (
            "theirs more; c three; git pull -q --rebase origin main",
            &[
                "+ one: one.py",
                "+ two: two.py",
                "+ three: three.py",
                "- one -> one",
                "- two -> two",
            ],
        ),
        // A branch that keeps the old ones does not make them count twice.
        (
            "git branch backup; theirs last; git fetch -q; git rebase -q origin/main",
            &[
                "+ one: one.py",
                "+ two: two.py",
                "+ three: three.py",
                "- one -> one",
                "- two -> two",
                "- three -> three",
            ],
        ),
    ]);
}

#[test]
fn squashed_commits_are_in_the_one_that_holds_them() {
    let edit = |script: &str| format!("GIT_SEQUENCE_EDITOR=\"sed -i '{script}'\" git rebase -q -i");
    let squash = format!("{} HEAD~2 >/dev/null", edit("2s/pick/squash/"));
    let middle = format!("{} HEAD~3 >/dev/null", edit("2s/pick/fixup/"));
    check(&[
        ("c one; c two", &["+ one: one.py", "+ two: two.py"]),
        (&squash, &["+ one: one.py two.py", "- one -> one", "- two -> one"]),
        ("c three; c four; c five", &["+ three: three.py", "+ four: four.py", "+ five: five.py"]),
        (
            &middle,
            &[
                "+ three: four.py three.py",
                "+ five: five.py",
                "- three -> three",
                "- four -> three",
                "- five -> five",
            ],
        ),
        (
            "git reset -q --soft HEAD~2; git commit -q -m all",
            &["+ all: five.py four.py three.py", "- three -> all", "- five -> all"],
        ),
    ]);
}

#[test]
fn fixup_is_put_where_it_belongs() {
    let fold = "GIT_SEQUENCE_EDITOR=true git rebase -q -i --autosquash HEAD~3";
    check(&[
        ("c one; c two", &["+ one: one.py", "+ two: two.py"]),
        ("echo more >>one.py; git commit -q -a --fixup HEAD~1", &["+ fixup! one: one.py"]),
        (
            fold,
            &[
                "+ one: one.py",
                "+ two: two.py",
                "- one -> one",
                "- two -> two",
                "- fixup! one -> one",
            ],
        ),
    ]);
}

#[test]
fn dropped_commit_is_gone_and_can_come_back() {
    check(&[
        ("c one; c two", &["+ one: one.py", "+ two: two.py"]),
        ("git tag keep; git reset -q --hard HEAD~1; c else", &["+ else: else.py"]),
        ("git tag -d keep", &["- two -> nothing"]),
        ("git cherry-pick HEAD@{2} >/dev/null", &["+ two: two.py"]),
    ]);
    check(&[
        ("c one", &["+ one: one.py"]),
        ("git reset -q --hard HEAD~1", &["- one -> nothing"]),
        ("git reset -q --hard HEAD@{1}", &["+ one: one.py"]),
    ]);
}

#[test]
fn other_branch_loses_nothing() {
    check(&[
        ("git switch -q -c feature; c one", &["+ one: one.py"]),
        ("git switch -q main", &[]),
        ("git switch -q -c second; c two", &["+ two: two.py"]),
        ("git checkout -q --detach feature; c loose", &["+ loose: loose.py"]),
        ("git switch -q main; git merge -q feature", &["- loose -> nothing"]),
        ("git branch -q -D second", &["- two -> nothing"]),
        ("git switch -q -c third; c three", &["+ three: three.py"]),
    ]);
}

#[test]
fn base_that_is_seen_again_in_the_second_of_the_opening_ends_nothing() {
    let mut trees = Trees::new();
    let own = trees.own();
    let mut state = trees.open();
    state.opened_at = record(What::ObjectiveSet { text: String::new() }).at;
    state.opening.head_log = Some(trees.head_log(&own).end());
    let clock = format!("export GIT_COMMITTER_DATE='@{} +0000';", state.opened_at.timestamp());
    let mut look = |script: &str| {
        trees.shell(&own, &format!("{clock} {script}"));
        trees.look(&mut state, &own, true).0
    };
    assert_eq!(look("c one; c two"), ["+ one: one.py", "+ two: two.py"]);
    assert_eq!(
        look("git reset -q --soft HEAD~2; git commit -q -m both"),
        ["+ both: one.py two.py", "- one -> both", "- two -> both"]
    );
}

#[test]
fn rebase_that_stops_half_way_is_waited_for() {
    let conflict = "c one; echo mine >start; git commit -q -a -m mine";
    let theirs = "(cd ../colleague; git pull -q; echo theirs >start; git commit -q -a -m theirs;
         git push -q origin HEAD:main); git fetch -q; git rebase -q origin/main || true";
    check(&[
        ("true", &[]),
        (conflict, &["+ one: one.py", "+ mine: start"]),
        (theirs, &[]),
        (
            "echo both >start; git add .; git rebase --continue >/dev/null",
            &["+ one: one.py", "+ mine: start", "- one -> one", "- mine -> mine"],
        ),
    ]);
}

#[test]
fn rebase_that_was_given_up_is_not_waited_for() {
    let theirs = "(cd ../colleague; git pull -q; echo theirs >start; git commit -q -a -m theirs;
         git push -q origin HEAD:main); git fetch -q; git rebase -q origin/main || true";
    check(&[
        ("echo mine >start; git commit -q -a -m mine", &["+ mine: start"]),
        (theirs, &[]),
        ("git rebase --abort; c one", &["+ one: one.py"]),
        ("git rebase -q origin/main || git rebase --quit; git checkout -q -f main", &[]),
        ("c two", &["+ two: two.py"]),
    ]);
}

#[test]
fn first_commit_of_all_is_found() {
    let trees = Trees::new();
    let folder = trees.folder.path().join("empty");
    trees.shell(trees.folder.path(), "git init -q -b main empty");
    let mut state = trees.open();
    state.opening.base = None;
    let script = "git config user.email ada@host.example; git config user.name Ada; c one";
    trees.shell(&folder, script);
    let mut trees = trees;
    assert_eq!(trees.look(&mut state, &folder, true).0, ["+ one: one.py"]);
}

#[test]
fn each_working_tree_has_its_own_commits() {
    let mut trees = Trees::new();
    let (own, second) = (trees.own(), trees.folder.path().join("second"));
    trees.shell(&own, "git worktree add -q ../second -b second");
    let (mut here, mut there) = (trees.open(), trees.open());
    trees.shell(&own, "c here");
    trees.shell(&second, "c there; git merge -q --no-edit main");
    assert_eq!(trees.look(&mut here, &own, true).0, ["+ here: here.py"]);
    assert_eq!(trees.look(&mut there, &second, true).0, ["+ there: there.py"]);
}

#[test]
fn git_is_asked_only_for_what_is_new() {
    let mut trees = Trees::new();
    let own = trees.own();
    let mut state = trees.open();
    let mut count = |script: &str, state: &mut State| {
        trees.shell(&own, script);
        trees.look(state, &own, true).1
    };
    assert_eq!(count("true", &mut state), 0);
    assert_eq!(count("theirs bobs; git pull -q", &mut state), 0);
    assert_eq!(count("git switch -q -c feature; c one", &mut state), 1);
    assert_eq!(count("true", &mut state), 0);
    assert_eq!(count("git commit -q --amend -m better", &mut state), 3);
}

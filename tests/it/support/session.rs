//! A PDCA session step by step, without Claude Code: the helper's commands, and
//! what a hook would have seen, as it writes it down.

use std::{
    fs,
    path::{Path, PathBuf},
    time::Duration,
};

use chrono::{DateTime, FixedOffset, Local, TimeDelta};
use deming_core::{
    journal::{Record, decode, encode},
    session::{
        event::{By, Event, FileClass, TestRan, What},
        test_output::TestCounts,
    },
};

use super::{
    finished::{Finished, finish},
    run::Deming,
    sandbox::Sandbox,
};

pub(crate) struct Session<'a> {
    pub(crate) sandbox: &'a Sandbox,
    /// Where the commands are typed.
    pub(crate) folder: PathBuf,
}

impl<'a> Session<'a> {
    pub(crate) fn in_folder(sandbox: &'a Sandbox, folder: impl AsRef<Path>) -> Self {
        Self { sandbox, folder: folder.as_ref().to_owned() }
    }

    /// `deming …`, ready for more.
    pub(crate) fn command(&self, line: &str, input: &str) -> Deming<'_> {
        let words = line.split_whitespace();
        Deming::new(self.sandbox).folder(&self.folder).args(words).stdin(input)
    }

    #[track_caller]
    pub(crate) fn run(&self, line: &str, input: &str) -> Finished {
        self.command(line, input).output()
    }

    /// What `deming pdca …` answers; it must succeed and complain of nothing.
    #[track_caller]
    pub(crate) fn say(&self, line: &str, input: &str) -> String {
        let finished = self.run(&format!("pdca {line}"), input);
        assert_eq!(finished.stderr, "", "`{line}`: {}", finished.stdout);
        finished.success()
    }

    /// As [`Session::say`], for what must be taken; the next command comes back.
    #[track_caller]
    pub(crate) fn take(&self, line: &str, input: &str) -> String {
        let said = self.say(line, input);
        assert!(!said.contains("Not taken"), "`{line}`: {said}");
        next(&said)
    }

    pub(crate) fn state(&self) -> PathBuf {
        self.sandbox.home().join(".claude/deming")
    }

    /// The ids of all sessions, in no order.
    pub(crate) fn ids(&self) -> Vec<String> {
        let Ok(entries) = fs::read_dir(self.state().join("sessions")) else { return Vec::new() };
        let names = entries.map(|it| it.unwrap().file_name().into_string().unwrap());
        names.filter(|it| it.len() == 7 && it.starts_with('s')).collect()
    }

    /// The id of the one session that is open in this folder.
    #[track_caller]
    pub(crate) fn id(&self) -> String {
        let said = self.say("status --json", "");
        let json: serde_json::Value = serde_json::from_str(&said).unwrap();
        json["session"]["id"].as_str().unwrap_or_else(|| panic!("no session: {said}")).to_owned()
    }

    pub(crate) fn journal(&self, id: &str) -> PathBuf {
        self.state().join("sessions").join(id).join("journal.jsonl")
    }

    pub(crate) fn records(&self, id: &str) -> Vec<Record<Event>> {
        decode(&fs::read(self.journal(id)).unwrap()).unwrap().0
    }

    /// Commits all that changed, now.
    #[track_caller]
    pub(crate) fn commit(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
    }

    #[track_caller]
    pub(crate) fn git(&self, arguments: &[&str]) {
        let mut command = self.sandbox.command("git");
        command.args(["-c", "user.name=Author", "-c", "user.email=author@example.invalid"]);
        command.args(arguments).current_dir(&self.folder);
        finish(&mut command, b"", Duration::from_secs(20)).success();
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let path = self.folder.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    /// Writes down what a hook saw.
    pub(crate) fn saw(&self, what: What) {
        let id = self.id();
        let record = Record::new(now(), Event::new(By::Hook, what));
        let mut journal = fs::read_to_string(self.journal(&id)).unwrap();
        journal.push_str(&encode(&record).unwrap());
        fs::write(self.journal(&id), journal).unwrap();
    }

    pub(crate) fn saw_edit(&self, path: &str, class: FileClass) {
        self.saw(What::FileEdited { path: path.to_owned(), class });
    }

    pub(crate) fn saw_tests(&self, passed: u32, failed: u32) {
        self.saw(What::TestRan(TestRan {
            command: "pytest".to_owned(),
            exit: Some(i32::from(0 < failed)),
            counts: Some(TestCounts::new(passed, failed, 0)),
            commit: None,
            dirty: true,
            changed: None,
        }));
    }

    /// Moves all that was recorded so far back in time.
    pub(crate) fn age(&self, minutes: i64) {
        let id = self.id();
        let lines = self.records(&id).into_iter().map(|mut record| {
            record.at -= TimeDelta::minutes(minutes);
            encode(&record).unwrap()
        });
        fs::write(self.journal(&id), lines.collect::<String>()).unwrap();
    }

    /// The logs of a project on disk, by name.
    pub(crate) fn logs(&self, project: &str) -> Vec<PathBuf> {
        let folder = self.sandbox.home().join(".claude/pdca-sessions").join(project);
        let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
        let mut paths: Vec<PathBuf> = entries.map(|it| it.unwrap().path()).collect();
        paths.sort();
        paths
    }

    /// A session in the light mode up to the first step, with this plan.
    #[track_caller]
    pub(crate) fn plan(&self, feature: &str, plan: &str) {
        self.take("start --mode light --estimate 2h --objective Peace", feature);
        self.take("analysis", "Approach: As always\nPatterns: none\nFiles: none\n");
        self.take("plan", plan);
        self.take("confirm planning", "Go ahead");
    }

    /// A whole pair, test first, as a hook sees it, with its commit.
    #[track_caller]
    pub(crate) fn pair(&self, first: u32, name: &str) {
        self.take(&format!("step start {first}"), "");
        self.write(&format!("tests/test_{name}.py"), &format!("def test_{name}(): pass\n"));
        self.saw_edit(&format!("tests/test_{name}.py"), FileClass::Test);
        self.saw_tests(first, 1);
        self.take(&format!("step done {first}"), &format!("- Created failing test for {name}"));
        self.write(&format!("src/{name}.py"), &format!("{name} = 1\nmore = 2\n"));
        self.saw_edit(&format!("src/{name}.py"), FileClass::Product);
        self.saw_tests(first + 1, 0);
        self.commit(&format!("Add {name}"));
        self.take(&format!("step done {}", first + 1), &format!("- Implemented {name}"));
    }

    /// The check, the retrospective and the close.
    #[track_caller]
    pub(crate) fn close(&self, change: &str) -> String {
        self.take("check", "Status: Complete\nReady: yes\nCriteria:\n- met - tests\n");
        self.take("confirm checking", "Yes");
        self.take("retro", "Worked: none\nBetter: none\nLearning: Ask early - it is cheap\n");
        self.take("change", change);
        self.take("knowledge", "Patterns: none\nInsights: none\nRefactorings: none\n");
        self.take("lessons", "Lessons:\n- Locks jam - oil them\nNext: Oil the locks\n");
        self.say("close", "Close it")
    }
}

/// The command that an answer ends with, without the program; empty where it
/// ends with none.
#[track_caller]
pub(crate) fn next(said: &str) -> String {
    let line = said.lines().last().and_then(|it| it.strip_prefix("Next: "));
    line.map_or_else(String::new, |it| it.split_once("\" ").unwrap().1.to_owned())
}

fn now() -> DateTime<FixedOffset> {
    Local::now().fixed_offset()
}

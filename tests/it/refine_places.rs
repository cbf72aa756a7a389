//! Where a review is opened: no git, odd branches and remotes, a sandbox. Each
//! has its log where it belongs, or a sentence that says what to do.

use std::{fs, path::PathBuf};

use super::support::{
    repo::Repo,
    sample::PLAN,
    steps::{Steps, id_in},
};

/// Opens an offline review where a test has set things up, carries it to its
/// end, and gives the log's path below the folder of logs with its text.
#[track_caller]
fn log(set_up: impl FnOnce(&Steps) -> PathBuf, slug: &str) -> (String, String) {
    let mut steps = Steps::new([]);
    steps.folder = set_up(&steps);
    let input = format!("Add JWT\n\n{PLAN}");
    let said = steps.say(&format!("open --reviewer offline --slug {slug}"), &input);
    let id = id_in(&said);
    steps.say(&format!("send {id}"), "");

    let root = steps.sandbox.home().join(".claude/plan-reviews");
    let [project] = &names(&root)[..] else { panic!("{:?}", names(&root)) };
    let [log] = &names(&root.join(project))[..] else { panic!("{:?}", names(&root.join(project))) };
    let text = fs::read_to_string(root.join(project).join(log)).unwrap();
    (format!("{project}/{}", &log[11..]), text)
}

fn names(folder: &std::path::Path) -> Vec<String> {
    let entries = fs::read_dir(folder).unwrap();
    entries.map(|it| it.unwrap().file_name().into_string().unwrap()).collect()
}

#[track_caller]
fn check(set_up: impl FnOnce(&Repo<'_>), want: &str, branch: Option<&str>) {
    let set_up = |steps: &Steps| {
        let mut repo = Repo::new(&steps.sandbox, "My Api");
        repo.commit("Start");
        set_up(&repo);
        repo.path().to_owned()
    };
    let (path, text) = log(set_up, "x");
    assert_eq!(path, format!("{want}/x.md"));
    let line = text.lines().find_map(|it| it.strip_prefix("**Git branch:** "));
    let line = line.map(|it| match it.strip_prefix("detached at ") {
        Some(hash) if 7 <= hash.len() && hash.chars().all(|it| it.is_ascii_hexdigit()) => {
            "detached at [HASH]"
        }
        Some(_) | None => it,
    });
    assert_eq!(line, branch, "{text}");
}

#[test]
fn the_project_is_named_by_its_remote_or_its_folder() {
    let remote = |url: &'static str| {
        move |repo: &Repo<'_>| {
            repo.git(&["remote", "add", "origin", url]);
        }
    };
    check(|_| {}, "my-api", Some("main"));
    check(remote("https://example.invalid/team/orders.git"), "orders", Some("main"));
    check(remote("git@example.invalid:team/../../orders.git"), "orders", Some("main"));
    check(remote("https://example.invalid/../.."), "my-api", Some("main"));
    check(
        |repo| _ = repo.git(&["checkout", "-q", "--detach"]),
        "my-api",
        Some("detached at [HASH]"),
    );
    check(|repo| _ = repo.git(&["checkout", "-q", "-b", "fix/#1"]), "my-api", Some("fix/#1"));
}

#[test]
fn without_git_the_folder_names_the_project() {
    for (name, want) in [("my-api", "my-api"), ("..", "work"), ("Ärger & Co", "arger-co")] {
        let set_up = |steps: &Steps| {
            let folder = steps.sandbox.work().join("inner").join(name);
            fs::create_dir_all(&folder).unwrap();
            folder
        };
        let (path, text) = log(set_up, "../../../x");
        assert_eq!(path, format!("{want}/x.md"));
        assert!(text.lines().any(|it| it == "**Git branch:** none"), "{text}");
    }
}

#[test]
fn claude_codes_own_sandbox_is_named_and_nothing_is_lost() {
    let steps = Steps::new([]);
    let id = id_in(&steps.say("open --reviewer offline", &format!("Add JWT\n\n{PLAN}")));
    let journal = || fs::read_to_string(steps.review(&id).join("journal.jsonl")).unwrap();
    let before = journal();
    let sandboxed = |line: &str, input: &str| {
        let command = steps.command(line, input).env("SANDBOX_RUNTIME", "1");
        command.env("DEMING_LAUNCHER", "/plugin/bin/deming").output().success()
    };
    let want = "\
Nothing was done or sent: Claude Code's own sandbox runs this command: no state can be written, \
Codex has no network, and a round would end with the command.
What to do: let the helper run outside of it: in ~/.claude/settings.json, \
\"sandbox\": { \"excludedCommands\": [\"/plugin/bin/deming:*\"] }
What to do: or run the command in a terminal of your own

To do: tell the human, and go on only when they say so.
";
    let send = format!("send {id}");
    for (line, input) in [("open", format!("Add JWT\n\n{PLAN}")), (&send, String::new())] {
        assert_eq!(sandboxed(line, &input), want, "{line}");
    }
    assert_eq!(journal(), before);
    assert!(sandboxed(&format!("status {id}"), "").contains("consented"));
    assert!(steps.say(&send, "").starts_with("Checking with"));
}

//! A reviewer that never answers, or a person who does not want to wait: the
//! round ends, says so, and nothing of Codex' process group is left.

use std::{
    fs,
    os::unix::process::ExitStatusExt,
    path::Path,
    process::{Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use super::{
    review_place::{KEY, Place, failed},
    support::{
        codex::fake_key,
        finished::{Finished, attend},
        need::{self, Need, have},
        responses_api::ResponsesApi,
        sandbox::Sandbox,
    },
};

/// Enough for the prompt to be sent on a busy machine.
const SECONDS: &str = "6";
const PATIENCE: Duration = Duration::from_secs(40);

const TIMEOUT: (&str, &str) = (
    "no reply within 6 seconds; Codex was stopped",
    "run the same command again, or with a longer --deadline",
);
const CANCELLED: (&str, &str) =
    ("the round was cancelled; Codex was stopped", "run the same command again");

/// Notes that it was started, with a child of its own, and gives no signal but the last a chance.
const STUBBORN: &str = "#!/bin/sh
if [ \"$1\" = --version ]; then echo codex-cli 0.169.0; exit; fi
trap '' INT TERM HUP
(while :; do sleep 1; done) &
touch \"$HOME/started\"
while :; do sleep 1; done
";

/// What runs in this sandbox, by its environment.
fn left_behind(sandbox: &Sandbox) -> Vec<String> {
    let root = sandbox.root().display().to_string();
    let Ok(processes) = fs::read_dir("/proc") else {
        let output = Command::new("ps").args(["-A", "-E", "-ww", "-o", "command="]).output();
        let text = String::from_utf8_lossy(&output.unwrap().stdout).into_owned();
        return text.lines().filter(|it| it.contains(&root)).map(str::to_owned).collect();
    };
    let text = |path: &Path| {
        let bytes = fs::read(path).unwrap_or_default();
        String::from_utf8_lossy(&bytes).replace('\0', " ")
    };
    processes
        .filter_map(Result::ok)
        .map(|it| it.path())
        .filter(|it| text(&it.join("environ")).contains(&root))
        .map(|it| text(&it.join("cmdline")))
        .collect()
}

/// Nothing runs and nothing lies in the temporary folder.
#[track_caller]
fn check_is_gone(place: &Place) {
    assert_eq!(left_behind(&place.sandbox), [""; 0]);
    let left = fs::read_dir(place.sandbox.root().join("tmp")).unwrap();
    let left: Vec<String> = left
        .map(|it| it.unwrap().file_name().into_string().unwrap())
        .filter(|it| it.starts_with("deming-"))
        .collect();
    assert_eq!(left, [""; 0]);
}

#[track_caller]
fn check_deadline(place: &Place) {
    let want = failed("timeout", TIMEOUT.0, TIMEOUT.1);
    let run = place.review().args(["--json", "--deadline", SECONDS]);
    run.status(4).stdout(&format!("{want}\n")).run();
    check_is_gone(place);
}

/// Starts a review, and sends it a signal when `is_due`.
#[track_caller]
fn interrupt(place: &Place, signal: &str, is_due: impl Fn() -> bool) -> Finished {
    let mut command = place.sandbox.command(env!("CARGO_BIN_EXE_deming"));
    command.args(["review", "plan.md", "--json"]).env(KEY, fake_key());
    command.current_dir(place.project());
    command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let child = command.spawn().unwrap();
    let end = Instant::now() + PATIENCE;
    while !is_due() && Instant::now() < end {
        thread::sleep(Duration::from_millis(10));
    }
    // Otherwise nothing could be left behind either.
    assert!(1 < left_behind(&place.sandbox).len());
    let id = child.id().to_string();
    assert!(Command::new("/bin/kill").args([signal, &id]).status().unwrap().success());
    attend(child, b"", PATIENCE)
}

/// A launcher that is not npm's own, so that Node stays between us and the binary.
fn put_node_between(place: &Place) {
    let launcher = need::codex().canonicalize().unwrap();
    place.fake_codex(&format!("#!/bin/sh\nnode '{}' \"$@\"\n", launcher.display()));
}

#[test]
fn a_server_that_stalls_is_left_at_the_deadline() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    thread::scope(|scope| {
        for (mode, behind_node) in [("stall", false), ("stall-stream", false), ("stall", true)] {
            let base_url = api.mode_url(mode);
            scope.spawn(move || {
                let place = if behind_node { Place::without_codex() } else { Place::new() };
                if behind_node {
                    put_node_between(&place);
                }
                place.agreed_at(&base_url);
                check_deadline(&place);
            });
        }
    });
    assert_eq!(api.prompts().len(), 3);
}

#[test]
fn a_codex_that_ignores_signals_is_killed_with_its_children() {
    let place = Place::without_codex();
    place.fake_codex(STUBBORN);
    place.agreed_at("http://127.0.0.1:9/v1");
    check_deadline(&place);
    assert!(place.sandbox.home().join("started").exists());
}

#[test]
fn ctrl_c_and_sigterm_end_the_round() {
    if !have(&[Need::Codex]) {
        return;
    }
    thread::scope(|scope| {
        for signal in ["-INT", "-TERM"] {
            scope.spawn(move || {
                let api = ResponsesApi::start();
                let place = Place::without_codex();
                put_node_between(&place);
                place.agreed_at(&api.mode_url("stall"));
                let run = interrupt(&place, signal, || !api.prompts().is_empty());
                let want = failed("incomplete", CANCELLED.0, CANCELLED.1);
                assert_eq!(run.stdout, format!("{want}\n"));
                assert_eq!((run.code(), run.stderr.as_str()), (Some(4), ""));
                check_is_gone(&place);
            });
        }
        scope.spawn(|| {
            let place = Place::without_codex();
            place.fake_codex(STUBBORN);
            place.agreed_at("http://127.0.0.1:9/v1");
            let started = place.sandbox.home().join("started");
            let run = interrupt(&place, "-TERM", || started.exists());
            assert_eq!(run.code(), Some(4), "{run:?}");
            check_is_gone(&place);
        });
    });
}

#[test]
fn sigterm_ends_a_codex_that_was_only_asked_for_its_version() {
    let place = Place::without_codex();
    place.fake_codex("#!/bin/sh\ntrap '' INT TERM\ntouch \"$HOME/started\"\nsleep 300\n");
    place.agreed_at("http://127.0.0.1:9/v1");
    let started = place.sandbox.home().join("started");
    let run = interrupt(&place, "-TERM", || started.exists());
    assert_eq!(run.stderr, "error: cancelled; nothing was sent\n");
    assert_eq!(run.code(), Some(5));
    check_is_gone(&place);
}

#[test]
fn ctrl_c_at_the_question_is_a_no() {
    let place = Place::without_codex();
    place.fake_codex(STUBBORN);
    place.reviewer_at("http://127.0.0.1:9/v1");
    let run = place.review().answer("Your choice", "\u{3}").output();
    assert_eq!(run.status.and_then(|it| it.signal()), None);
    assert_eq!(run.stderr, "error: cancelled; nothing was sent\n");
    assert_eq!((run.code(), run.stdout.as_str()), (Some(5), ""));
    assert!(!place.sandbox.home().join("started").exists());
    check_is_gone(&place);
}

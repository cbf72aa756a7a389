//! What is missing on this machine: Codex itself, a version that will do, a
//! login; each with what to do, exit code 3, and nothing sent.

use super::{
    review_place::{KEY, NOT_AGREED, Place, failed, not_begun, question},
    support::{
        codex,
        need::{Need, have},
    },
};

const OFFLINE: &str = "or review without an account: --reviewer offline";

/// The same said on stderr and in JSON.
#[track_caller]
fn check(place: &Place, environment: &[(&str, &str)], message: &str, hints: &[&str]) {
    let hint_lines: String = hints.iter().map(|it| format!("hint: {it}\n")).collect();
    let said = format!("error: {message}\n{hint_lines}");
    let want = not_begun(message, &hints.join("; "));
    for (arguments, stdout) in [(&[][..], String::new()), (&["--json"][..], format!("{want}\n"))] {
        let mut run = place.review().args(arguments);
        for (name, value) in environment {
            run = run.env(name, *value);
        }
        run.status(3).stdout(&stdout).stderr(&said).run();
    }
}

#[test]
fn without_codex_there_is_advice() {
    let place = Place::without_codex();
    let hints = ["install Codex: npm install -g @openai/codex", OFFLINE];
    check(&place, &[], "the Codex CLI was not found on PATH", &hints);
    check(&place, &[("PATH", "")], "the Codex CLI was not found on PATH", &hints);
    // A repository does not choose what is started, nor does a file that is no program.
    place.fake_codex("#!/bin/sh\necho codex-cli 0.169.0\n");
    let inside = place.project().join("bin");
    std::fs::create_dir_all(&inside).unwrap();
    std::fs::rename(place.sandbox.bin().join("codex"), inside.join("codex")).unwrap();
    let path = format!("bin:./bin:{}:/usr/bin:/bin", inside.display());
    let skipped = "`bin/codex` is not used, since it lies in the project or PATH names its folder \
                   without a `/` in front; install Codex outside of the project";
    check(&place, &[("PATH", &path)], "the Codex CLI was not found on PATH", &[skipped, OFFLINE]);
    place.sandbox.write("bin/codex", "not executable\n");
    check(&place, &[], "the Codex CLI was not found on PATH", &hints);
}

#[test]
fn a_codex_that_is_too_old_or_broken_is_named() {
    let place = Place::without_codex();
    let update = "update it: npm install -g @openai/codex@latest";
    for (version, needed) in [("0.121.9", "0.122.0"), ("0.98.0", "0.122.0")] {
        place.fake_codex(&format!("#!/bin/sh\n: {version}\necho codex-cli {version}\n"));
        let message = format!(
            "Codex {version} at `[ROOT]/bin/codex` is too old; {needed} or newer is needed"
        );
        check_in_root(&place, &message, &[update, OFFLINE]);
    }
    let reinstall = ["reinstall Codex: npm install -g @openai/codex", OFFLINE];
    for (script, reason) in [
        ("#!/bin/sh\necho hello there\n", "printed `hello there`"),
        ("#!/bin/sh\n", "printed ``"),
        ("#!/bin/sh\necho no >&2\nexit 9\n", "ended with exit code 9: no"),
        ("#!/bin/sh\nkill -9 $$\n", "was killed by signal 9"),
        ("#!/nowhere/sh\n", "did not start: No such file or directory (os error 2)"),
    ] {
        place.fake_codex(script);
        let message = format!("`[ROOT]/bin/codex --version` {reason}");
        check_in_root(&place, &message, &reinstall);
    }
}

/// For messages that name a file of the sandbox.
#[track_caller]
fn check_in_root(place: &Place, message: &str, hints: &[&str]) {
    let hint_lines: String = hints.iter().map(|it| format!("hint: {it}\n")).collect();
    let run = place.review().status(3);
    run.stderr(&format!("error: {message}\n{hint_lines}")).run();
}

#[test]
fn without_a_login_nothing_is_tried() {
    if !have(&[Need::Codex]) {
        return;
    }
    let hints = ["run `codex login`, or set CODEX_API_KEY", OFFLINE];
    for settings in ["", "reviewers: { codex: { config: inherit } }\n"] {
        let place = Place::new();
        place.settings(settings);
        check(&place, &[], "Codex is not logged in", &hints);
        for auth in ["{}", "", "not json", r#"{"OPENAI_API_KEY":null,"tokens":null}"#] {
            place.sandbox.write("home/.codex/auth.json", auth);
            check(&place, &[], "Codex is not logged in", &hints);
        }
    }
    let place = Place::new();
    place.reviewer_at("http://127.0.0.1:9/v1");
    let hint = format!("set {KEY} to the API key for http://127.0.0.1:9/v1");
    check(&place, &[(KEY, "")], &format!("the variable {KEY} is not set"), &[&hint]);
}

#[test]
fn the_question_says_whose_login_it_is() {
    if !have(&[Need::Codex]) {
        return;
    }
    #[track_caller]
    fn check(place: &Place, environment: &[(&str, &str)], where_to: &str, login: &str) {
        check_with(place, &[], environment, where_to, login);
    }
    #[track_caller]
    fn check_with(
        place: &Place,
        points: &[&str],
        environment: &[(&str, &str)],
        where_to: &str,
        login: &str,
    ) {
        let where_to =
            format!("{where_to}, through Codex CLI 0.169.0 at [ROOT]/bin/codex ({login})");
        let mut run = place.review();
        for (name, value) in environment {
            run = run.env(name, *value);
        }
        let asked = question(points, &where_to, &[], "\n");
        run.answer("Your choice", "\n").status(5).stderr(NOT_AGREED).terminal(&asked).run();
    }
    let place = Place::new();
    let openai = "https://api.openai.com/v1";
    check(&place, &[("OPENAI_API_KEY", "k")], openai, "API key from OPENAI_API_KEY");
    codex::log_in(&place.sandbox);
    check(&place, &[("OPENAI_API_KEY", "k")], "OpenAI", "API key stored by Codex");
    codex::log_in_with_chatgpt(&place.sandbox);
    let tools = ["tools of its own, if Codex gives the model any"];
    check_with(&place, &tools, &[], "OpenAI", "ChatGPT login");
    check(&place, &[("CODEX_API_KEY", "k")], "OpenAI", "API key from CODEX_API_KEY");
    place.settings("reviewers: { codex: { model: gpt-6.1-sol } }\n");
    check(&place, &[], "OpenAI", "ChatGPT login");
    place.settings("reviewers: { codex: { config: inherit } }\n");
    check_with(&place, &tools, &[], "OpenAI", "ChatGPT login");
    let base_url = "http://127.0.0.1:9/v1";
    codex::configure(&place.sandbox, base_url);
    check_with(&place, &tools, &[], base_url, "credentials of your config.toml, if any");
}

#[test]
fn a_codex_that_is_newer_than_tested_is_used_with_a_word() {
    let place = Place::without_codex();
    place.fake_codex(
        r#"#!/bin/sh
if [ "$1" = --version ]; then echo codex-cli 0.999.0; exit; fi
echo '{"type":"item.completed","item":{"type":"agent_message","text":"Approved."}}'
echo '{"type":"turn.completed"}'
"#,
    );
    place.agreed_at("http://127.0.0.1:9/v1");
    let remark = "Codex 0.999.0 is newer than the newest tested version, 0.169.0";
    let want = super::review_place::answer("approved", &[], &[remark]);
    place.review().args(["--json"]).stdout(&format!("{want}\n")).run();
}

#[test]
fn a_codex_that_lies_about_success_is_not_believed() {
    #[track_caller]
    fn check(lines: &str, kind: &str, message: &str, hint: &str) {
        let place = Place::without_codex();
        place.fake_codex(&format!(
            "#!/bin/sh\nif [ \"$1\" = --version ]; then echo codex-cli 0.169.0; exit; fi\n\
             cat > /dev/null\n{lines}\n"
        ));
        place.agreed_at("http://127.0.0.1:9/v1");
        let want = failed(kind, message, hint);
        place.review().args(["--json"]).status(4).stdout(&format!("{want}\n")).run();
    }
    let approved =
        r#"echo '{"type":"item.completed","item":{"type":"agent_message","text":"Approved."}}'"#;
    let cut = "the reply was cut off; run the same command again";
    check(approved, "incomplete", "Codex exited without saying that its turn was complete", cut);
    check(
        &format!("{approved}\necho '{{\"type\":\"turn.completed\"}}'\nkill -9 $$"),
        "incomplete",
        "Codex was ended by a signal before its turn was complete",
        cut,
    );
    check(
        &format!("{approved}\necho '{{\"type\":\"turn.completed\"}}'\necho oh no >&2\nexit 1"),
        "unknown",
        "Codex exited with 1: oh no",
        "run `deming doctor`; the message above is all that was said",
    );
}

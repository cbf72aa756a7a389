//! Nothing reaches the server without a person's yes on the terminal: not by
//! stdin, not by a flag, not by a variable, and not by an agent.

use super::{
    review_place::{NOT_AGREED, Place, WARNING, answer, destination, not_begun, question, reply},
    support::{
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
        run::Deming,
    },
};

const NO_TERMINAL: &str = "\
error: consent is needed, and there is no terminal to ask on; nothing was sent
hint: run the command in a terminal
hint: or agree in advance: `consent: { standing: [ … ] }` in your config.yaml, see docs/settings.md
";
const AGENT: &str = "\
error: consent is needed, and an agent cannot give it; nothing was sent
hint: use /refine-plan-codex, which asks you
hint: or run this command in a terminal of your own
";

const AGAIN: &str = "\
Type one of the numbers 1 to 2, and Enter.

Your choice [1 to 2, Enter = 1]: ";
const NOTHING_CHOSEN: &str = "\
error: nothing was chosen; nothing was sent
hint: run the command again, and type the number of a choice
";

/// A server that would approve, and a project whose person agreed to nothing.
fn unasked() -> (ResponsesApi, Place) {
    let api = ResponsesApi::script([Reply::json(&reply("approve", &[]))]);
    let place = Place::new();
    place.reviewer_at(&api.url());
    (api, place)
}

#[test]
fn what_was_typed_before_the_question_is_no_answer_to_it() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    // At once, long before Codex was looked for.
    let run = place.review().answer("", "2\n2\n2\n").answer("Your choice", "\n");
    let finished = run.output();
    assert_eq!((finished.code(), finished.stderr.as_str()), (Some(5), NOT_AGREED), "{finished:?}");
    assert_eq!((api.requests().len(), api.n_left()), (0, 1));
}

#[test]
fn without_a_terminal_nothing_is_sent_whatever_is_said() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    for stdin in ["", "y\n", "yes\n", "2\n", "Yes, proceed\n", "2\n2\n2\n2\n"] {
        place.review().stdin(stdin).status(5).stderr(NO_TERMINAL).run();
    }
    for (name, value) in [
        ("CI", "true"),
        ("DEMING_CONSENT", "yes"),
        ("DEMING_YES", "1"),
        ("DEMING_ASSUME_YES", "1"),
        ("DEMING_REVIEWER", "codex"),
        ("TERM", "dumb"),
        ("DEBIAN_FRONTEND", "noninteractive"),
    ] {
        place.review().env(name, value).stdin("2\n").status(5).stderr(NO_TERMINAL).run();
    }
    for flag in ["--yes", "-y", "--force", "--consent", "--consent=yes", "--no-confirm", "--send"] {
        let run = place.review().args([flag]).stdin("2\n").output();
        assert_eq!((run.code(), run.stdout.as_str()), (Some(2), ""), "{flag}: {run:?}");
        assert!(run.stderr.starts_with("error: unexpected argument '-"), "{run:?}");
    }
    assert_eq!((api.requests().len(), api.n_left()), (0, 1));
}

#[test]
fn a_review_without_consent_is_no_verdict_in_json_either() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    let want = not_begun(
        "consent is needed, and there is no terminal to ask on; nothing was sent",
        "run the command in a terminal; or agree in advance: `consent: { standing: [ … ] }` in your \
         config.yaml, see docs/settings.md",
    );
    let run = place.review().args(["--json"]).status(5);
    run.stdout(&format!("{want}\n")).stderr(NO_TERMINAL).run();
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn only_a_plain_yes_on_the_terminal_sends() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    let where_to = destination(&api.url());
    for typed in ["\n", "1\n"] {
        let asked = question(&[], &where_to, &[], typed);
        let run = place.review().answer("Your choice", typed).stdin("2\n").status(5);
        run.stderr(NOT_AGREED).terminal(&asked).run();
    }
    // What is none of the numbers is asked for again.
    for typed in ["y\n", "yes\n", "22\n", "0\n", "-2\n", "Yes, proceed\n", "2.\n"] {
        let asked = question(&[], &where_to, &[], &format!("{typed}{AGAIN}\n"));
        let run = place.review().answer("Your choice", typed).answer("Your choice", "\n");
        run.stdin("2\n").status(5).stderr(NOT_AGREED).terminal(&asked).run();
    }
    let asked = question(&[], &where_to, &[], &format!("y\n{AGAIN}yes\n{AGAIN}y\n{AGAIN}y\n"));
    let asked = format!("{asked}Type one of the numbers 1 to 2, and Enter.\n\n");
    let run = ["y\n", "yes\n", "y\n", "y\n"].into_iter();
    let run = run.fold(place.review(), |it, typed| it.answer("Your choice", typed));
    run.status(5).stderr(NOTHING_CHOSEN).terminal(&asked).run();
    assert_eq!((api.requests().len(), api.n_left()), (0, 1));
    let want = answer("approved", &[], &[WARNING]);
    let asked = question(&[], &where_to, &[], "2\n");
    let run = place.review().args(["--json"]).answer("Your choice", "2\n");
    run.stdout(&format!("{want}\n")).terminal(&asked).run();
    assert_eq!((api.prompts().len(), api.n_left()), (1, 0));
}

#[test]
fn a_terminal_that_hangs_up_is_a_no() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    // End of input.
    let run = place.review().answer("Your choice", "\u{4}").status(5).stderr(NOTHING_CHOSEN);
    run.terminal(&question(&[], &destination(&api.url()), &[], "\n")).run();
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn an_agent_cannot_say_yes_even_with_a_terminal() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    let agents: [fn(Deming<'_>) -> Deming<'_>; 3] = [
        |it| it.env("CLAUDECODE", "1"),
        |it| it.env("AI_AGENT", "claude-code"),
        |it| it.env("CLAUDECODE", "0"),
    ];
    for agent in agents {
        agent(place.review().answer("Your choice", "2\n")).status(5).stderr(AGENT).run();
        agent(place.review().stdin("2\n")).status(5).stderr(AGENT).run();
    }
    assert_eq!((api.requests().len(), api.n_left()), (0, 1));
}

#[test]
fn folders_that_were_moved_are_named_in_the_question() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    let root = place.sandbox.root().display().to_string();
    let moved = |name: &str| format!("{root}/moved/{name}");
    let settings = std::fs::read_to_string(place.sandbox.home().join(".claude/deming/config.yaml"));
    for path in ["moved/deming/config.yaml", "moved/claude/deming/config.yaml"] {
        place.sandbox.write(path, settings.as_ref().unwrap());
    }
    place.sandbox.write("moved/codex/AGENTS.md", "Moved.\n");
    let where_to = destination(&api.url());
    let check = |set: &[(&str, &str)], points: &[&str], remarks: &[&str]| {
        let mut run = place.review();
        for (name, value) in set {
            run = run.env(name, *value);
        }
        let asked = question(points, &where_to, remarks, "\n");
        run.answer("Your choice", "\n").status(5).stderr(NOT_AGREED).terminal(&asked).run();
    };
    check(
        &[("DEMING_HOME", &moved("deming"))],
        &[],
        &["Changed by the environment: DEMING_HOME=[ROOT]/moved/deming"],
    );
    check(
        &[("CLAUDE_CONFIG_DIR", &moved("claude"))],
        &[],
        &["Changed by the environment: CLAUDE_CONFIG_DIR=[ROOT]/moved/claude"],
    );
    check(
        &[("CODEX_HOME", &moved("codex")), ("DEMING_HOME", &moved("deming"))],
        &["your own [ROOT]/moved/codex/AGENTS.md (7 bytes), which Codex always sends"],
        &[
            "Changed by the environment: DEMING_HOME=[ROOT]/moved/deming",
            "Changed by the environment: CODEX_HOME=[ROOT]/moved/codex",
        ],
    );
    let default = place.sandbox.home().join(".codex").display().to_string();
    check(&[("CODEX_HOME", &default)], &[], &[]);
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_plan_from_elsewhere_and_a_lint_that_objects_are_said_before() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (api, place) = unasked();
    let where_to = destination(&api.url());
    let plan = place.sandbox.write("work/plan.md", super::review_place::PLAN);
    let asked =
        question(&[], &where_to, &["the plan lies outside of the project [ROOT]/work/app"], "\n");
    let run = place.deming(&["review", &plan.display().to_string()]);
    run.answer("Your choice", "\n").status(5).stderr(NOT_AGREED).terminal(&asked).run();
    assert_eq!(api.requests().len(), 0);
}

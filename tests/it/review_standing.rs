//! A consent in advance holds for one project, one reviewer and plans of that
//! project without secrets; everything else is asked, or not sent.

use std::{fs, os::unix::fs::symlink};

use super::{
    review_place::{KEY, NOT_AGREED, PLAN, Place, destination, question, reply},
    support::{
        need::{Need, have},
        reply::Reply,
        repo::Repo,
        responses_api::ResponsesApi,
        run::Deming,
    },
};

const NEEDED: &str =
    "error: consent is needed, and there is no terminal to ask on; nothing was sent";

fn approvals() -> ResponsesApi {
    let approval = Reply::json(&reply("approve", &[]));
    ResponsesApi::script(std::iter::repeat_n(approval, 8))
}

fn reviewer(api: &ResponsesApi) -> String {
    format!("reviewers: {{ codex: {{ base_url: \"{}\", api_key_env: {KEY} }} }}\n", api.url())
}

/// Not agreed: nobody could be asked, and the server heard nothing.
#[track_caller]
fn check_refused(api: &ResponsesApi, run: Deming<'_>) {
    let run = run.output();
    assert_eq!((run.code(), run.stdout.as_str()), (Some(5), ""), "{run:?}");
    assert_eq!(run.stderr.lines().next(), Some(NEEDED), "{run:?}");
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_consent_in_advance_sends_the_projects_own_plans() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.agreed_at(&api.url());
    place.review().output().success();
    place.review().env("CLAUDECODE", "1").output().success();
    let run = place.deming(&["review", "../plan.md"]).folder(place.project().join("src"));
    run.output().success();
    place.deming(&["review", "-"]).stdin(PLAN).output().success();
    // By a link to the project, in the settings and on the way to it.
    let link = place.sandbox.work().join("link");
    symlink(place.project(), &link).unwrap();
    let consent = place.consent().replace("/app", "/link");
    place.settings(&format!("{}{consent}", reviewer(&api)));
    place.review().folder(&link).output().success();
    assert_eq!((api.prompts().len(), api.n_left()), (5, 3));
}

#[test]
fn a_consent_in_advance_ends_at_the_border_of_the_project() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.agreed_at(&api.url());
    let outside = place.sandbox.write("work/elsewhere/plan.md", PLAN);
    // A plan of another folder, also where a link makes it look like one of ours.
    check_refused(&api, place.deming(&["review", "../elsewhere/plan.md"]));
    check_refused(&api, place.deming(&["review", &outside.display().to_string()]));
    symlink(&outside, place.project().join("linked.md")).unwrap();
    check_refused(&api, place.deming(&["review", "linked.md"]));
    symlink(outside.parent().unwrap(), place.project().join("linked")).unwrap();
    check_refused(&api, place.deming(&["review", "linked/plan.md"]));
    check_refused(&api, place.deming(&["review", "src/../linked/plan.md"]));
    // Another project: beside it, in it, and by a link in it.
    for name in ["other", "app/vendor/other"] {
        let other = Repo::new(&place.sandbox, name);
        other.write("plan.md", PLAN);
        check_refused(&api, place.review().folder(other.path()));
    }
    let linked = place.project().join("other");
    symlink(place.sandbox.work().join("other"), &linked).unwrap();
    check_refused(&api, place.review().folder(&linked));
    // A name that begins like the project's.
    fs::create_dir_all(place.sandbox.work().join("app2/.git")).unwrap();
    place.sandbox.write("work/app2/plan.md", PLAN);
    check_refused(&api, place.review().folder(place.sandbox.work().join("app2")));
    assert_eq!(api.n_left(), 8);
}

#[test]
fn a_consent_in_advance_is_for_one_reviewer_and_some_rounds() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    let root = place.project().display().to_string();
    for consent in [
        format!("{{ project: \"{root}\", reviewer: openai }}"),
        format!("{{ project: \"{root}\", reviewer: offline }}"),
        format!("{{ project: \"{root}\", reviewer: codex, rounds: 0 }}"),
        format!("{{ project: \"{root}/src\", reviewer: codex }}"),
        format!("{{ project: \"{root}/..\", reviewer: codex }}"),
        "{ project: ., reviewer: codex }".to_owned(),
        "{ project: /, reviewer: codex }".to_owned(),
    ] {
        place.settings(&format!("{}consent: {{ standing: [ {consent} ] }}\n", reviewer(&api)));
        check_refused(&api, place.review());
    }
}

#[test]
fn a_repository_cannot_bring_a_consent() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.reviewer_at(&api.url());
    let settings = format!("{}{}", reviewer(&api), place.consent());
    for path in [".claude/deming", ".deming", "deming", ".claude"] {
        place.sandbox.write(&format!("work/app/{path}/config.yaml"), &settings);
    }
    check_refused(&api, place.review());
    for (name, value) in [("DEMING_HOME", ".deming"), ("CLAUDE_CONFIG_DIR", ".claude")] {
        check_refused(&api, place.review().env(name, value));
        let whole = place.project().join(value).display().to_string();
        let run = place.review().env(name, &whole);
        let ignored =
            format!("{name} leads into this project, so a consent in advance does not hold");
        let run_again = place.review().env(name, &whole).output();
        assert!(run_again.stderr.ends_with(&format!("hint: {ignored}\n")), "{run_again:?}");
        let remarks = [
            format!("Changed by the environment: {name}=[ROOT]/work/app/{value}"),
            ignored.clone(),
        ];
        let remarks: Vec<&str> = remarks.iter().map(String::as_str).collect();
        let asked = question(&[], &destination(&api.url()), &remarks, "\n");
        run.answer("Your choice", "\n").status(5).stderr(NOT_AGREED).terminal(&asked).run();
    }
    // Nor the account that a consent of the person's own would go to.
    place.agreed_at(&api.url());
    check_refused(&api, place.review().env("CODEX_HOME", ".codex"));
    assert_eq!(api.n_left(), 8);
}

#[test]
fn settings_of_the_project_that_are_refused_are_said_on_a_real_send() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.agreed_at(&api.url());
    place.sandbox.write("work/app/.deming.yaml", "consent: {}\n");
    let finished = place.review().output();
    assert_eq!(finished.code(), Some(0), "{finished:?}");
    let begins = "note: `.deming.yaml` cannot be used: a repository may not decide `consent`";
    assert!(finished.stderr.starts_with(begins), "{finished:?}");
    assert_eq!(api.prompts().len(), 1);
}

#[test]
fn what_a_consent_in_advance_lacks_is_named() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.agreed_at(&api.url());
    let refused = |run: Deming<'_>, want: &str| {
        let finished = run.output();
        assert_eq!(finished.code(), Some(5), "{finished:?}");
        assert!(finished.stderr.contains(want), "`{want}`: {finished:?}");
        assert!(!finished.stderr.contains("or agree in advance"), "{finished:?}");
    };
    let attach = ["--attach", "src/greet.py", "--attach", "src/greet.py"];
    refused(place.review().args(attach), "covers plans alone, no attached files");
    let elsewhere = place.sandbox.write("work/plan.md", PLAN).display().to_string();
    refused(place.deming(&["review", &elsewhere]), "covers plans in its project alone");
    place.plan(format!("{PLAN}\nThe token is {}.\n", token()));
    refused(place.review(), "`secrets: redact`");
    refused(place.review(), "`deming scan FILE`");
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn a_plan_with_a_secret_is_not_sent_by_any_consent() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = approvals();
    let place = Place::new();
    place.agreed_at(&api.url());
    place.plan(format!("{PLAN}\nThe token is {}.\n", token()));
    let place_of_it = format!("line {}, column 14", PLAN.lines().count() + 2);
    let asked_for = "consent is needed, and there is no terminal to ask on; nothing was sent";
    let said = format!(
        "error: the plan holds a secret (github-pat, {place_of_it}): {asked_for}\n\
         hint: take it out of the plan, and rotate it if it was ever shared\n"
    );
    let finished = place.review().output();
    assert_eq!(finished.code(), Some(5), "{finished:?}");
    assert!(finished.stderr.starts_with(&said), "{finished:?}");
    assert_eq!((api.requests().len(), api.n_left()), (0, 8));
}

/// Shaped like a GitHub token, made up here and now.
fn token() -> String {
    let mut state = u64::from(std::process::id()) | 1;
    let digits = (0..36).map(|_| {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        char::from_digit((state >> 33) as u32 % 36, 36).unwrap_or('0')
    });
    let digits: String = digits.collect();
    format!("ghp_{digits}")
}

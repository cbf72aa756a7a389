//! A secret in what goes out: the person decides about it in the question, and
//! its value is kept nowhere, shown nowhere and sent nowhere but by their word.

use std::{fs, path::Path};

use deming_core::review_loop::OpenQuestion;

use super::support::{
    need::{Need, have},
    responses_api::ResponsesApi,
    sample::{approval, finding, prior, reply},
    steps::{Steps, id_in},
};

/// Shaped like a token of a vendor; drawn when the test runs, valid nowhere.
pub(crate) fn token(seed: u32) -> String {
    let draw = |n: u32| (n * 23 + 7 * seed + (n * n * (seed + 3)) % 29 + 11) % 36;
    let digits = (0..36_u32).filter_map(|it| char::from_digit(draw(it), 36));
    format!("gh{}_{}", "p", digits.collect::<String>())
}

/// A password, found by what stands before it.
pub(crate) fn password(seed: u32) -> String {
    let draw = |n: u32| (n * 17 + 5 * seed + (n * n * (seed + 2)) % 31 + 3) % 36;
    let digits = (0..18_u32).filter_map(|it| char::from_digit(draw(it), 36));
    format!("Zq7{}", digits.collect::<String>())
}

/// A key block whose body is drawn.
pub(crate) fn key_block(seed: u32) -> String {
    let line = |n: u32| -> String {
        let draw = |it: u32| (it * 31 + 13 * (seed + n) + (it * it * (n + 5)) % 53) % 36;
        (0..64_u32).filter_map(|it| char::from_digit(draw(it), 36)).collect()
    };
    let body: Vec<String> = (0..8).map(line).collect();
    let mark = |it: &str| format!("-----{it} RSA {} KEY-----", "PRIVATE");
    format!("{}\n{}\n{}", mark("BEGIN"), body.join("\n"), mark("END"))
}

/// The files below a folder that hold a part of a value, in whatever form.
pub(crate) fn files_with(folder: &Path, value: &str) -> Vec<String> {
    const PART: usize = 12;
    let parts: Vec<&[u8]> =
        value.lines().flat_map(|it| it.as_bytes().windows(PART).step_by(4)).collect();
    let mut found = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            let kind = entry.file_type().unwrap();
            if kind.is_dir() {
                folders.push(entry.path());
            } else if kind.is_file() {
                let bytes = fs::read(entry.path()).unwrap();
                let has = |part: &[u8]| memchr(&bytes, part);
                if parts.iter().any(|part| has(part)) {
                    found.push(entry.path().display().to_string());
                }
            }
        }
    }
    found
}

fn memchr(bytes: &[u8], part: &[u8]) -> bool {
    let first = part[0];
    bytes
        .iter()
        .enumerate()
        .filter(|(_, byte)| **byte == first)
        .any(|(at, _)| bytes[at..].starts_with(part))
}

pub(crate) fn plan_with(line: &str) -> String {
    format!(
        "# Plan: Print the releases\n\n## Steps\n1. Test first: the list is printed.\n\
         2. Call the API.\n   {line}\n\n## Files to modify\n- releases.sh (new) - the call\n\n\
         ## Tests\n`sh test.sh` compares the output of `releases.sh`.\n\n\
         ## Risks and roll-back\nNone; remove the file.\n"
    )
}

pub(crate) fn question(steps: &Steps, id: &str) -> OpenQuestion {
    let bytes = fs::read(steps.review(id).join(OpenQuestion::FILE)).unwrap();
    serde_json::from_slice(&bytes).unwrap()
}

fn labels(open: &OpenQuestion) -> Vec<&str> {
    open.question.choices.iter().map(|it| it.label.as_str()).collect()
}

/// What the reviewer was given, round by round.
fn prompts(api: &ResponsesApi) -> Vec<String> {
    let text = |it: &super::support::http::Request| {
        it.json()["input"][1]["content"][0]["text"].as_str().unwrap().to_owned()
    };
    api.prompts().iter().map(text).collect()
}

#[test]
fn a_person_decides_about_a_secret_before_anything_goes_out() {
    if !have(&[Need::Codex]) {
        return;
    }
    let revise = reply("revise", &[finding("high", "The call has no timeout")], &[]);
    let steps = Steps::new([revise, reply("approve", &[], &[prior("F1", "fixed")])]);
    let (one, two, three) = (token(1), password(2), token(3));
    let input = format!(
        "List releases. The admin password is {two}\n\n{}",
        plan_with(&format!("export GITHUB_TOKEN={one}"))
    );
    let said = steps.say("open --slug releases", &input);
    let id = id_in(&said);
    let lines = "- github-pat in the plan, line 6, column 24: `[REDACTED:github-pat#1]`\n";
    assert!(said.contains(lines), "{said}");
    assert!(said.contains("in the task, line 1, column "), "{said}");
    let open = question(&steps, &id);
    let text = &open.question.text;
    assert!(text.contains("- SECRET FOUND: github-pat in the plan, line 6, column 24\n"), "{text}");
    assert!(text.contains("- Task: List releases. The admin password is [REDACTED:"), "{text}");
    assert_eq!(
        labels(&open),
        ["No, cancel", "Redact and go on", "Redact, but don't log", "Send anyway"]
    );
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("the human decides what becomes of it"), "{said}");
    assert_eq!(steps.api.prompts().len(), 0);

    steps.answer(&id, "Redact and go on");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("- [HIGH] The call has no timeout (F1)"), "{said}");

    // The same value has its label and asks nothing; a new one asks.
    let revision = format!(
        "F1 fixed: a timeout of ten seconds, as {one} allows\n\n{}",
        plan_with(&format!("export GITHUB_TOKEN={one}\n   curl --max-time 10"))
    );
    let newer = revision.replace("max-time 10", &format!("max-time 10 # {three}"));
    let said = steps.say(&format!("revise {id}"), &newer);
    assert!(said.contains("in the plan, line 7, column 25: `[REDACTED:github-pat#3]`"), "{said}");
    let open = question(&steps, &id);
    assert_eq!(labels(&open), ["No, cancel", "Redact and go on", "Send anyway"]);
    let text = &open.question.text;
    assert_eq!(text.matches("SECRET FOUND").count(), 1, "{text}");
    assert!(text.contains("- Redacted first: 1 × github-pat\n"), "{text}");
    assert!(text.contains("up to 4 times"), "{text}");
    assert!(!text.contains("A copy will be saved"), "{text}");
    steps.say(&format!("send {id}"), "");
    assert_eq!(steps.api.prompts().len(), 1);
    steps.answer(&id, "Redact and go on");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("Approved by the reviewer."), "{said}");
    let said = steps.say(&format!("accept {id}"), &format!("- Never write {one} down\n"));
    assert!(said.contains("Documentation saved to:"), "{said}");

    let [first, second] = &prompts(&steps.api)[..] else { panic!("not two rounds") };
    assert!(first.contains("export GITHUB_TOKEN=[REDACTED:github-pat#1]\n"), "{first}");
    assert!(second.contains("GITHUB_TOKEN=[REDACTED:github-pat#1]\n"), "{second}");
    assert!(second.contains("as [REDACTED:github-pat#1] allows"), "{second}");
    assert!(second.contains("max-time 10 # [REDACTED:github-pat#3]\n"), "{second}");
    let log = fs::read_to_string(&steps.logs()[0]).unwrap();
    assert!(log.contains("Never write [REDACTED:github-pat#1] down"), "{log}");
    for value in [&one, &two, &three] {
        assert_eq!(files_with(steps.sandbox.root(), value), [] as [String; 0]);
    }
    // Nothing is left by which a value could be tried.
    let left = ["labels.json", "label-key"].map(|it| steps.review(&id).join(it).exists());
    assert_eq!(left, [false, false]);
}

#[test]
fn what_is_sent_anyway_is_handed_over_again_and_kept_nowhere() {
    if !have(&[Need::Codex]) {
        return;
    }
    let (one, two) = (token(4), token(5));
    let echo = finding("high", &format!("Rotate {one} and {two} at once"));
    let withdrawn = reply("approve", &[], &[prior("F1", "withdrawn")]);
    let steps = Steps::new([reply("revise", &[echo], &[]), withdrawn]);
    let input = format!("List releases\n\n{}", plan_with(&format!("export GITHUB_TOKEN={one}")));
    let id = id_in(&steps.say("open", &input));
    steps.answer(&id, "Send anyway");
    let with_input = format!("refine send {id} --wait 100 <<'DEMING_EOF'\n");
    let said = steps.say(&format!("send {id}"), "");
    assert!(said.contains("(github-pat) is kept nowhere"), "{said}");
    assert!(said.ends_with(&with_input), "{said}");
    // Another value in its place is not what was agreed to.
    let said = steps.say(&format!("send {id}"), &input.replace(&one, &two));
    assert!(said.contains("(github-pat) is kept nowhere"), "{said}");
    assert_eq!(steps.api.prompts().len(), 0);

    let said = steps.say(&format!("send {id}"), &input);
    assert!(said.contains("Rotate [REDACTED:github-pat#1] and [REDACTED:github-pat#2]"), "{said}");
    assert!(prompts(&steps.api)[0].contains(&format!("export GITHUB_TOKEN={one}\n")));

    let revision = format!("F1 rejected: it is a token of a test\n\n{}", plan_with(&one));
    let said = steps.say(&format!("revise {id}"), &revision);
    assert!(said.ends_with(&with_input), "{said}");
    let said = steps.say(&format!("send {id}"), &revision);
    assert!(said.contains("Approved by the reviewer."), "{said}");
    let second = &prompts(&steps.api)[1];
    assert!(second.contains(&format!("   {one}\n")), "{second}");
    // The reviewer's own word for it is put back as well, the other is not.
    assert!(second.contains(&format!("Rotate {one} and [REDACTED:github-pat#2]")), "{second}");
    steps.say(&format!("accept {id}"), "");
    for value in [&one, &two] {
        assert_eq!(files_with(steps.sandbox.root(), value), [] as [String; 0]);
    }
}

#[test]
fn a_no_ends_the_review_and_a_key_block_is_replaced_whole() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new([approval()]);
    let block = key_block(6);
    let quoted = block.replace('\n', "\n   > ");
    let input = format!("Task\n\n{}", plan_with(&format!("Use this key:\n   > {quoted}")));
    let id = id_in(&steps.say("open", &input));
    let journal = fs::read_to_string(steps.review(&id).join("journal.jsonl")).unwrap();
    assert!(journal.contains("Use this key:\\n   > [REDACTED:private-key#1]\\n"), "{journal}");
    steps.answer(&id, "No, cancel");
    let said = steps.say(&format!("send {id}"), "");
    assert_eq!(said, "Cancelled. No plan was approved.\n");
    assert_eq!(steps.api.prompts().len(), 0);
    assert_eq!(files_with(steps.sandbox.root(), &block), [] as [String; 0]);
}

#[test]
fn a_refused_text_does_not_come_back_with_its_secret() {
    let steps = Steps::new([]);
    let one = token(7);
    for input in [
        format!("{one}\n\nNo plan here\n"),
        format!("Task\n\n# Plan: {one}\n\n## Steps\n[rest as before, {one}]\n"),
        format!("Task\n\n# Plan: x\n\n```\nnever closed {one}\n"),
    ] {
        let finished = steps.run(&format!("open --reviewer offline --slug {one}"), &input);
        let all = format!("{}{}", finished.stdout, finished.stderr);
        assert!(!all.contains(&one[8..]), "{all}");
        assert_eq!(files_with(steps.sandbox.root(), &one), [] as [String; 0]);
    }
}

#[test]
fn what_stays_on_this_machine_asks_nothing_and_is_redacted_all_the_same() {
    let steps = Steps::new([]);
    let one = token(8);
    let input = format!("Task\n\n{}", plan_with(&one));
    let said = steps.say(&format!("open --reviewer offline --slug use-{one}"), &input);
    assert!(said.contains("nothing leaves this machine"), "{said}");
    let id = id_in(&said);
    steps.say(&format!("send {id}"), "");
    assert!(!steps.logs().is_empty());
    assert_eq!(files_with(steps.sandbox.root(), &one), [] as [String; 0]);
    for log in steps.logs() {
        assert!(!log.display().to_string().contains(&one[8..20]), "{}", log.display());
    }
}

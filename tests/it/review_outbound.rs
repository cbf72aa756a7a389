//! What leaves is what `--dry-run` showed, and what Codex gets to see of the
//! person's environment is what it needs.

use std::{fs, os::unix::fs::PermissionsExt};

use serde_json::Value;

use super::{
    review_place::{KEY, PLAN, Place, destination, prompt, reply},
    support::{
        codex,
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
        run::Deming,
    },
};

#[test]
fn a_dry_run_shows_byte_for_byte_what_the_server_then_receives() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([Reply::json(&reply("approve", &[]))]);
    let place = Place::new();
    place.agreed_at(&api.url());
    // Quotes, marks and letters that have to survive every step.
    let plan = format!("{PLAN}\n==== END PLAN\nAus „ja“ wird \\\"nein\\\" 🙂\t…\n\n\n");
    place.plan(&plan);
    let dry = place.review().args(["--dry-run"]).output().success();
    assert_eq!(api.requests().len(), 0);

    place.review().output().success();
    let body = api.prompts()[0].json();
    let text = |n: usize| body["input"][n]["content"][0]["text"].as_str().unwrap();
    let (instructions, prompt) = (text(0), text(1));
    let parts = dry.split_once("--- instructions (").unwrap().1;
    let (shown, rest) = parts.split_once("\n--- schema (").unwrap();
    let (schema, rest) = rest.split_once("\n--- prompt (").unwrap();
    let shown_prompt = rest.strip_suffix("\n--- end\nNothing was sent.\n").unwrap();
    let part = |text: &str| format!("{} bytes)\n{text}", grouped(text.len()));
    assert_eq!(shown, part(instructions));
    assert_eq!(shown_prompt, part(prompt));
    let schema: Value = serde_json::from_str(schema.split_once('\n').unwrap().1).unwrap();
    assert_eq!(schema, body["text"]["format"]["schema"]);
    assert!(prompt.contains(&format!("===== PLAN\n{plan}===== END PLAN\n")), "{prompt}");
}

fn grouped(n: usize) -> String {
    if n < 1_000 { n.to_string() } else { format!("{},{:03}", n / 1_000, n % 1_000) }
}

#[test]
fn a_dry_run_needs_no_codex() {
    let place = Place::without_codex();
    let dry = place.review().args(["--dry-run"]).output().success();
    let begins = "Would be sent to an address that is not known yet, since the Codex CLI was not \
                  found on PATH.\n--- instructions (";
    assert!(dry.starts_with(begins), "{dry}");
    assert!(dry.ends_with(&format!("{}\n--- end\nNothing was sent.\n", prompt())), "{dry}");
}

#[test]
fn an_answer_that_cannot_be_written_is_an_error() {
    let place = Place::without_codex();
    let program = env!("CARGO_BIN_EXE_deming");
    let line = format!("exec '{program}' review plan.md --reviewer offline >/dev/full");
    let run = Deming::new(&place.sandbox).program("/bin/sh").folder(place.project());
    let finished = run.args(["-c", &line]).output();
    assert_eq!(finished.code(), Some(3), "{finished:?}");
    assert!(finished.stderr.starts_with("error: the answer cannot be written: "), "{finished:?}");
    // A reader that went away is no error.
    let line = format!("'{program}' review plan.md --reviewer offline | true");
    let run = Deming::new(&place.sandbox).program("/bin/sh").folder(place.project());
    assert_eq!(run.args(["-c", &line]).output().stderr, "");
}

#[test]
fn errors_show_no_controls_of_others() {
    let place = Place::without_codex();
    let run = place.deming(&["review", "a\u{1b}[31m\u{202e}b.md", "--reviewer", "offline"]);
    let finished = run.output();
    assert_eq!(finished.code(), Some(2), "{finished:?}");
    assert!(finished.stderr.starts_with("error: there is no plan at `ab.md`"), "{finished:?}");
    let finished = place.deming(&["review", "--\u{1b}[31m"]).output();
    assert!(!finished.stderr.contains('\u{1b}'), "{finished:?}");
}

#[test]
fn a_dry_run_needs_no_consent_and_names_where_to() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::start();
    let place = Place::new();
    place.reviewer_at(&api.url());
    let dry = place.review().args(["--dry-run"]).env("CLAUDECODE", "1").output().success();
    let begins = format!(
        "Would be sent to {}.\nAdded by the reviewer's own program: Codex' technical ids, \
         version, system and terminal.\n--- instructions (",
        destination(&api.url())
    );
    let dry = place.sandbox.normalise(&dry);
    assert!(dry.starts_with(&begins), "{dry}");
    let ends = format!(" bytes)\n{}\n--- end\nNothing was sent.\n", prompt());
    assert!(dry.ends_with(&ends), "{dry}");
    place
        .review()
        .args(["--dry-run", "--reviewer", "offline"])
        .stdout("The offline reviewer sends nothing.\n")
        .run();
    assert_eq!(api.requests().len(), 0);
}

#[test]
fn codex_runs_nothing_that_lies_on_path() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([Reply::json(&reply("approve", &[]))]);
    let place = Place::new();
    place.agreed_at(&api.url());
    // What Codex 0.169 asks for the system's name, and what it may use for a sandbox.
    let mark = place.sandbox.root().join("was-run");
    for name in ["lsb_release", "getconf", "bwrap", "git", "sh"] {
        let path = place.sandbox.bin().join(name);
        fs::write(&path, format!("#!/bin/sh\nexec /bin/echo {name} >>\"{}\"\n", mark.display()))
            .unwrap();
        fs::set_permissions(&path, fs::Permissions::from_mode(0o755)).unwrap();
    }
    place.review().output().success();
    assert_eq!(api.prompts().len(), 1);
    // The lint asks git before.
    let ran = fs::read_to_string(&mark).unwrap();
    assert!(ran.lines().all(|it| it == "git"), "{ran}");
}

/// Notes its environment, its folder and its arguments, and approves.
const NOTING: &str = r#"#!/bin/sh
if [ "$1" = --version ]; then echo codex-cli 0.169.0; exit; fi
env > "$HOME/environment"
pwd > "$HOME/folder"
ls -A . >> "$HOME/folder"
printf '%s\n' "$@" > "$HOME/arguments"
cat > "$HOME/stdin"
echo '{"type":"item.completed","item":{"type":"agent_message","text":"{\"verdict\":\"approve\",\"findings\":[],\"prior\":[]}"}}'
echo '{"type":"turn.completed","usage":{"input_tokens":1,"output_tokens":1}}'
"#;

#[test]
fn codex_sees_no_credentials_but_its_own() {
    let place = Place::without_codex();
    place.fake_codex(NOTING);
    place.agreed_at("http://127.0.0.1:9/v1");
    let mut run = place.review().args(["--json"]);
    for name in [
        "ANTHROPIC_API_KEY",
        "ANTHROPIC_AUTH_TOKEN",
        "CLAUDECODE",
        "CLAUDE_CODE_ENTRYPOINT",
        "CLAUDE_PLUGIN_ROOT",
        "OPENAI_API_KEY",
        "CODEX_API_KEY",
        "GITHUB_TOKEN",
        "AWS_SECRET_ACCESS_KEY",
        "FOO_SECRET",
        "DEMING_HOOK",
        "GIT_DIR",
        "NODE_OPTIONS",
        "LD_PRELOAD_NOT",
        "BASH_ENV_NOT",
    ] {
        run = run.env(name, "foreign");
    }
    run.output().success();
    let home = place.sandbox.home();
    let noted = |name: &str| fs::read_to_string(home.join(name)).unwrap();
    let environment = noted("environment");
    assert!(!environment.contains("foreign"), "{environment}");
    let mut names: Vec<&str> = environment.lines().filter_map(|it| it.split('=').next()).collect();
    names.sort_unstable();
    // The last two come from the shell that plays Codex.
    let own: Vec<&str> =
        names.into_iter().filter(|it| !["PWD", "_", "SHLVL"].contains(it)).collect();
    assert_eq!(own, ["HOME", "LANG", KEY, "NO_PROXY", "PATH", "SHELL", "TMPDIR", "TZ"]);
    // The key goes by its name alone; the folder is a new one, and empty.
    let arguments = noted("arguments");
    assert!(!arguments.contains(&codex::fake_key()), "{arguments}");
    assert!(arguments.contains(KEY), "{arguments}");
    let folder = noted("folder");
    let tmp = place.sandbox.root().join("tmp/deming-").display().to_string();
    assert!(folder.starts_with(&tmp) && folder.ends_with("/empty\n"), "{folder}");
    assert_eq!(noted("stdin"), prompt());
}

//! What the real Codex sends, and where to, in both configurations: the
//! person's login and provider, and nothing of their shell, tools or notes
//! but what was named.

use serde_json::{Value, json};

use super::{
    review_place::{
        KEY, NOT_AGREED, PLAN, Place, WARNING, answer, failed, not_begun, question, reply,
    },
    support::{
        codex::{self, fake_key},
        connect_proxy::ConnectProxy,
        http::Request,
        need::{Need, have},
        reply::Reply,
        responses_api::ResponsesApi,
        sandbox::Sandbox,
    },
};

const INHERIT: &str = "reviewers: { codex: { config: inherit } }\n";
const BROKEN_HINT: &str = "mend it, or set `reviewers.codex.config: isolated`";

/// Everything of a person's own that a review must not use.
const OWN: &str = r#"
developer_instructions = "OWN DEVELOPER INSTRUCTIONS"
instructions = "OWN INSTRUCTIONS"
notify = ["/bin/sh", "-c", "touch \"$HOME/notified\""]
web_search = "live"
project_doc_max_bytes = 32768

[features]
shell_tool = true
unified_exec = true
view_image = true

[mcp_servers.own]
command = "/bin/sh"
args = ["-c", "touch \"$HOME/served\"; cat"]

[otel]
log_user_prompt = true
"#;

fn approval() -> Reply {
    Reply::json(&reply("approve", &[]))
}

fn provider(base_url: &str) -> String {
    format!(
        "model = \"gpt-5.1\"\nmodel_provider = \"own\"\n{OWN}\n[model_providers.own]\n\
         name = \"own\"\nbase_url = \"{base_url}\"\nwire_api = \"responses\"\nenv_key = \"{KEY}\"\n\
         env_http_headers = {{ \"X-Team\" = \"OWN_TEAM\" }}\n"
    )
}

/// The texts of a request, in order, with who says each.
fn said(request: &Request) -> Vec<(String, String)> {
    let body = request.json();
    let messages = body["input"].as_array().unwrap().iter();
    messages
        .flat_map(|it| {
            let role = it["role"].as_str().unwrap_or_default();
            let texts = it["content"].as_array().unwrap().iter();
            texts.map(|it| (role.to_owned(), it["text"].as_str().unwrap_or_default().to_owned()))
        })
        .collect()
}

/// One request went out; it has no tools and only these messages.
#[track_caller]
fn check_request(api: &ResponsesApi, model: &str, begins: &[(&str, &str)]) -> Request {
    let mut prompts = api.prompts();
    assert_eq!(prompts.len(), 1);
    let request = prompts.remove(0);
    let body = request.json();
    assert_eq!(
        (&body["model"], &body["tools"]),
        (&Value::from(model), &Value::from(Vec::<i32>::new()))
    );
    let said = said(&request);
    let same = said.len() == begins.len()
        && said.iter().zip(begins).all(|(got, want)| got.0 == want.0 && got.1.starts_with(want.1));
    assert!(same, "{said:#?}");
    assert_eq!(request.header("authorization"), Some(format!("Bearer {}", fake_key()).as_str()));
    request
}

const OURS: (&str, &str) = ("developer", "You review a plan for a software change");
const PROMPT: (&str, &str) = ("user", "Review this plan (round 1).\n\n==== PLAN\n# Plan: Greet");

#[test]
fn isolated_sends_the_plan_and_our_instructions_alone() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([approval()]);
    let place = Place::new();
    place.agreed_at(&api.url());
    for path in ["AGENTS.md", ".codex/config.toml", ".codex/skills/own/SKILL.md"] {
        place
            .sandbox
            .write(&format!("work/app/{path}"), "developer_instructions = \"OWN NOTES\"\n");
    }
    codex::configure(&place.sandbox, "http://127.0.0.1:9/v1");
    place.sandbox.write("home/.codex/config.toml", OWN);
    place.review().output().success();
    let request = check_request(&api, "gpt-5-codex", &[OURS, PROMPT]);
    let body = String::from_utf8(request.body).unwrap();
    assert!(!body.contains("OWN"), "{body}");
    let root = place.sandbox.root().display().to_string();
    assert!(!body.contains(&root), "{body}");
    // The plan is in it once, escaped.
    let plan = serde_json::to_string(PLAN).unwrap();
    assert!(body.len() < plan.len() + 4_096, "{}", body.len());
    check_is_quiet(&place);
}

#[test]
fn inherit_uses_the_provider_of_the_person_under_the_same_switches() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([approval()]);
    let place = Place::new();
    place.settings(&format!("{INHERIT}{}", place.consent()));
    place.sandbox.write("home/.codex/config.toml", &provider(&api.url()));
    place.sandbox.write("home/.codex/AGENTS.md", "OWN NOTES\n");
    place.sandbox.write("work/app/AGENTS.md", "OTHER NOTES\n");
    place.review().env("OWN_TEAM", "blue").output().success();
    let notes = ("user", "# AGENTS.md instructions\n\n<INSTRUCTIONS>\nOWN NOTES\n");
    let request = check_request(&api, "gpt-5.1", &[OURS, notes, PROMPT]);
    assert_eq!(request.header("x-team"), Some("blue"));
    let body = String::from_utf8(request.body).unwrap();
    for it in ["OWN DEV", "OWN INS", "OTHER"] {
        assert!(!body.contains(it), "{body}");
    }
    check_is_quiet(&place);
}

/// Nothing of the person's configuration was started.
#[track_caller]
fn check_is_quiet(place: &Place) {
    for it in ["notified", "served"] {
        assert!(!place.sandbox.home().join(it).exists(), "{it}");
    }
}

#[test]
fn what_codex_always_sends_is_named_before() {
    if !have(&[Need::Codex]) {
        return;
    }
    let login = "OpenAI, through Codex CLI 0.169.0 at [ROOT]/bin/codex (API key stored by Codex)";
    let tools = "tools of its own, if Codex gives the model any";
    let check = |place: &Place, is_inherited: bool, want: &str| {
        let dry = place.review().args(["--dry-run"]).output().success();
        let line = format!("Added by the reviewer's own program: {want}.\n");
        assert!(dry.contains(&line), "{dry}");
        let points = if is_inherited { vec![tools, want] } else { vec![want] };
        let asked = question(&points, login, &[], "\n");
        let no = place.review().answer("Your choice", "\n").status(5);
        no.stderr(NOT_AGREED).terminal(&asked).run();
    };
    for settings in [INHERIT, ""] {
        let place = Place::new();
        place.settings(settings);
        codex::log_in(&place.sandbox);
        let check = |want: &str| check(&place, settings == INHERIT, want);
        place.sandbox.write("home/.codex/AGENTS.md", "Own notes.\n");
        check("your own ~/.codex/AGENTS.md (11 bytes), which Codex always sends");
        place.sandbox.write("home/.codex/AGENTS.override.md", " \n");
        check("your own ~/.codex/AGENTS.md (11 bytes), which Codex always sends");
        place.sandbox.write("home/.codex/AGENTS.override.md", "Other.\n");
        check("your own ~/.codex/AGENTS.override.md (7 bytes), which Codex always sends");
    }
}

#[test]
fn a_model_that_comes_with_tools_gets_none() {
    if !have(&[Need::Codex]) {
        return;
    }
    for model in ["gpt-6.1-sol", "gpt-5.5"] {
        let place = Place::new();
        // The second round uses the list that the first made.
        for round in 0..2 {
            let api = ResponsesApi::script([approval()]);
            let url = api.url();
            place.settings(&format!(
                "reviewers: {{ codex: {{ model: {model}, base_url: \"{url}\", api_key_env: {KEY} }} }}\n{}",
                place.consent()
            ));
            place.review().output().success();
            let prompts = api.prompts();
            assert_eq!(prompts.len(), 1);
            let body = prompts[0].json();
            assert_eq!(body["model"], model, "{round}");
            let tools = body["tools"].as_array().map_or(0, Vec::len);
            let kinds: Vec<&Value> =
                body["input"].as_array().unwrap().iter().map(|it| &it["type"]).collect();
            assert_eq!((tools, kinds.contains(&&Value::from("additional_tools"))), (0, false));
            let plan = serde_json::to_string(PLAN).unwrap();
            let length = prompts[0].body.len();
            assert!(length < plan.len() + 5_500, "{model}: {length}");
        }
        let list = place.sandbox.home().join(".claude/deming/codex-models.json");
        assert!(list.is_file());
    }
}

#[test]
fn a_codex_that_lists_no_models_reviews_all_the_same() {
    let reply = reply("approve", &[]).to_string();
    let event = json!({ "type": "item.completed", "item": {
        "id": "item_0", "type": "agent_message", "text": reply,
    } });
    let end = json!({ "type": "turn.completed", "usage": {
        "input_tokens": 1, "cached_input_tokens": 0, "output_tokens": 1,
    } });
    for models in ["exit 2", "echo '{}'", "echo '{\"models\":[{\"slug\":\"m\"}]}'; exit 1"] {
        let place = Place::without_codex();
        place.agreed_at("http://127.0.0.1:9/v1");
        place.fake_codex(&format!(
            "#!/bin/sh\ncase $1 in\n--version) echo 'codex-cli 0.169.0' ;;\ndebug) {models} ;;\n\
             *) case \"$*\" in *model_catalog_json*) exit 9 ;; esac\ncat >/dev/null\n\
             echo '{event}'\necho '{end}' ;;\nesac\n"
        ));
        for _ in 0..2 {
            place
                .review()
                .args(["--json"])
                .stdout(&format!("{}\n", answer("approved", &[], &[])))
                .run();
        }
    }
}

#[test]
fn an_address_that_is_not_used_is_said_before() {
    if !have(&[Need::Codex]) {
        return;
    }
    let place = Place::new();
    codex::log_in(&place.sandbox);
    let toml = "openai_base_url = \"http://127.0.0.1:9/v1\"\n";
    place.sandbox.write("home/.codex/config.toml", toml);
    let remark = "your Codex' config.toml names http://127.0.0.1:9/v1, which is not used, since \
                  `reviewers.codex.config` is `isolated`";
    let login = "OpenAI, through Codex CLI 0.169.0 at [ROOT]/bin/codex (API key stored by Codex)";
    let no = place.review().answer("Your choice", "\n").status(5);
    no.stderr(NOT_AGREED).terminal(&question(&[], login, &[remark], "\n")).run();
    let doctor = place.deming(&["doctor"]).output().success();
    assert!(doctor.contains(&format!("; {remark}")), "{doctor}");
}

#[test]
fn the_notes_that_codex_sends_are_those_that_were_named() {
    if !have(&[Need::Codex]) {
        return;
    }
    for (text, want) in [("OVERRIDE\n", "OVERRIDE"), (" \n", "NOTES")] {
        let api = ResponsesApi::script([approval()]);
        let place = Place::new();
        place.agreed_at(&api.url());
        place.sandbox.write("home/.codex/AGENTS.md", "NOTES\n");
        place.sandbox.write("home/.codex/AGENTS.override.md", text);
        place.review().output().success();
        let notes = format!("# AGENTS.md instructions\n\n<INSTRUCTIONS>\n{want}\n");
        check_request(&api, "gpt-5-codex", &[OURS, ("user", &notes), PROMPT]);
    }
}

#[test]
fn a_login_goes_to_its_own_host_in_both_configurations() {
    if !have(&[Need::Codex]) {
        return;
    }
    #[track_caller]
    fn check(settings: &str, log_in: fn(&Sandbox), want: &str) {
        let place = Place::new();
        let proxy = ConnectProxy::start();
        place.settings(&format!("{settings}{}", place.consent()));
        log_in(&place.sandbox);
        let mut review = place.review().args(["--json", "--deadline", "10"]);
        for (name, value) in proxy.environment() {
            review = review.env(&name, value);
        }
        let run = review.output();
        assert_eq!(run.code(), Some(4), "{run:?}");
        assert_eq!(proxy.targets(), [want], "{run:?}");
    }
    std::thread::scope(|scope| {
        for settings in ["", INHERIT] {
            scope.spawn(|| check(settings, codex::log_in, "api.openai.com:443"));
            scope.spawn(|| check(settings, codex::log_in_with_chatgpt, "chatgpt.com:443"));
        }
    });
}

#[test]
fn a_configuration_that_cannot_be_used_is_named() {
    if !have(&[Need::Codex]) {
        return;
    }
    #[track_caller]
    fn check(toml: &str, message: &str, hint: &str, want: fn(&str, &str) -> Value) {
        let place = Place::new();
        place.settings(&format!("{INHERIT}{}", place.consent()));
        place.sandbox.write("home/.codex/config.toml", toml);
        let run = place.deming(&["review", "plan.md", "--json"]).output();
        let want = want(message, hint);
        assert_eq!(run.stdout, format!("{want}\n"));
        assert_eq!(run.code(), Some(3));
    }
    let used = |reason: &str| format!("`~/.codex/config.toml` cannot be used: {reason}");
    check(
        "model_provider = ",
        &used("string values must be quoted, expected literal string"),
        BROKEN_HINT,
        not_begun,
    );
    check(
        "model_provider = \"own\"",
        &used("it names the provider `own` and does not define it"),
        BROKEN_HINT,
        not_begun,
    );
    check(
        "model_provider = \"own\"\n[model_providers.own]\nbase_url = \"http://127.0.0.1:9/v1\"\n\
         env_key = \"NOT_THERE\"\n",
        "the variable NOT_THERE is not set",
        "set NOT_THERE to the API key for http://127.0.0.1:9/v1",
        not_begun,
    );
    let profile =
        provider("http://127.0.0.1:9/v1").replacen("model =", "profile = \"p\"\nmodel =", 1);
    check(
        &profile,
        "legacy `profile = \"p\"` config is no longer supported; use `--profile p` with \
         `p.config.toml` instead",
        "mend Codex' config.toml, or set `reviewers.codex.config: isolated`",
        |message, hint| failed("environment", message, hint),
    );
}

#[test]
fn an_address_without_encryption_is_refused() {
    if !have(&[Need::Codex]) {
        return;
    }
    let place = Place::new();
    place.agreed_at("http://llm.invalid:8080/v1");
    let said = "error: `reviewers.codex.base_url` would send plans unencrypted; use https\n\
                hint: mend it: deming config edit\n";
    place.review().status(3).stderr(said).run();
}

#[test]
fn model_and_effort_of_the_settings_reach_the_request() {
    if !have(&[Need::Codex]) {
        return;
    }
    let api = ResponsesApi::script([approval()]);
    let place = Place::new();
    place.settings(&format!(
        "reviewers: {{ codex: {{ model: gpt-5.1, effort: high, base_url: \"{}\", api_key_env: {KEY} }} }}\n{}",
        api.url(),
        place.consent()
    ));
    let warning = WARNING.replace("gpt-5-codex", "gpt-5.1");
    let want = answer("approved", &[], &[&warning]);
    place.review().args(["--json"]).stdout(&format!("{want}\n")).run();
    let request = check_request(&api, "gpt-5.1", &[OURS, PROMPT]);
    assert_eq!(request.json()["reasoning"]["effort"], "high");
}

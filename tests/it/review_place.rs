//! Where the tests of `deming review` happen: a project with a plan, the
//! person's settings, and the real Codex CLI on the PATH.
//!
//! Nothing is agreed to unless a test says so.

use std::{fs, path::PathBuf};

use deming_core::{prompt::INSTRUCTIONS, reply::schema::SCHEMA};
use serde_json::{Value, json};

use super::support::{codex, repo::Repo, run::Deming, sandbox::Sandbox};

/// The variable that holds the key for the stand-in.
pub(crate) const KEY: &str = "LOOPBACK_KEY";

/// The built-in lint has nothing to say of it.
pub(crate) const PLAN: &str = "\
# Plan: Greet by name

## Steps

1. In `src/greet.py`, let `greet` take a name.
2. In `tests/test_greet.py`, test an empty name first.

## Verification

Run `python3 -m unittest`; all tests pass.
";

/// What the reviewer is given of [`PLAN`] beside our instructions.
pub(crate) fn prompt() -> String {
    format!(
        "Review this plan (round 1).\n\n==== PLAN\n{PLAN}==== END PLAN\n\n\
         ==== FILES\nExist:\nsrc/greet.py\ntests/test_greet.py\n==== END FILES\n\n"
    )
}

/// The question on the terminal with these points between the first and the
/// last, and what was typed.
pub(crate) fn question(
    points: &[&str],
    destination: &str,
    remarks: &[&str],
    typed: &str,
) -> String {
    let whole = INSTRUCTIONS.len() + SCHEMA.len() + prompt().len();
    let mut text = format!(
        "This will send your plan to Codex for review.\n\n\
         - What: the plan ({} bytes), our review instructions and which of the files it names exist; \
         {},{:03} bytes in all\n\
         - Also: Codex' technical ids, version, system and terminal\n",
        PLAN.len(),
        whole / 1000,
        whole % 1000
    );
    for it in points {
        text.push_str(&format!("- Also: {it}\n"));
    }
    text.push_str(&format!("- Where to: {destination}\n"));
    for it in remarks {
        text.push_str(&format!("- {it}\n"));
    }
    text.push_str(&format!(
        "\n  1. No, cancel\n     Nothing is sent\n  2. Yes, proceed\n     Send it, this once\n\n\
         Your choice [1 to 2, Enter = 1]: {typed}"
    ));
    text
}

/// How a question names Codex at this address, with the key of [`KEY`].
pub(crate) fn destination(base_url: &str) -> String {
    format!("{base_url}, through Codex CLI 0.169.0 at [ROOT]/bin/codex (API key from {KEY})")
}

/// What is said on stderr after a no.
pub(crate) const NOT_AGREED: &str = "error: not agreed; nothing was sent\n";

pub(crate) struct Place {
    pub(crate) sandbox: Sandbox,
    project: PathBuf,
}

impl Place {
    /// With the real Codex.
    pub(crate) fn new() -> Self {
        let this = Self::without_codex();
        codex::put_on_path(&this.sandbox);
        this
    }

    pub(crate) fn without_codex() -> Self {
        let sandbox = Sandbox::new();
        let repo = Repo::new(&sandbox, "app");
        repo.write("src/greet.py", "def greet():\n    return 'hello'\n");
        repo.write("tests/test_greet.py", "import unittest\n");
        repo.write("plan.md", PLAN);
        let project = repo.path().to_owned();
        Self { sandbox, project }
    }

    pub(crate) fn project(&self) -> PathBuf {
        self.project.clone()
    }

    /// Writes the person's settings.
    pub(crate) fn settings(&self, yaml: &str) {
        self.sandbox.write("home/.claude/deming/config.yaml", yaml);
    }

    /// The reviewer is Codex, isolated, at this address.
    pub(crate) fn reviewer_at(&self, base_url: &str) {
        self.settings(&reviewer(base_url));
    }

    /// The same, and the person agreed in advance for this project.
    pub(crate) fn agreed_at(&self, base_url: &str) {
        self.settings(&format!("{}{}", reviewer(base_url), self.consent()));
    }

    /// A consent in advance for this project, as a line of the settings.
    pub(crate) fn consent(&self) -> String {
        let project = self.project.display();
        format!("consent: {{ standing: [ {{ project: \"{project}\", reviewer: codex }} ] }}\n")
    }

    pub(crate) fn plan(&self, text: impl AsRef<[u8]>) {
        fs::write(self.project.join("plan.md"), text).unwrap();
    }

    /// `deming review plan.md`, typed in the project.
    pub(crate) fn review(&self) -> Deming<'_> {
        self.deming(&["review", "plan.md"])
    }

    /// `deming`, typed in the project by a person who has the key.
    pub(crate) fn deming(&self, arguments: &[&str]) -> Deming<'_> {
        Deming::new(&self.sandbox).folder(&self.project).args(arguments).env(KEY, codex::fake_key())
    }

    /// A program that stands where Codex would be found.
    pub(crate) fn fake_codex(&self, script: &str) {
        use std::os::unix::fs::PermissionsExt;
        let path = self.sandbox.write("bin/codex", script);
        fs::set_permissions(path, fs::Permissions::from_mode(0o755)).unwrap();
    }
}

fn reviewer(base_url: &str) -> String {
    format!(
        "reviewers: {{ codex: {{ model: gpt-5-codex, base_url: \"{base_url}\", api_key_env: {KEY} }} }}\n"
    )
}

/// A structured reply with findings of these levels.
pub(crate) fn reply(verdict: &str, findings: &[(&str, &str)]) -> Value {
    let findings: Vec<Value> =
        findings.iter().map(|(level, text)| json!({ "level": level, "text": text })).collect();
    json!({ "verdict": verdict, "findings": findings, "prior": [] })
}

/// What Codex itself says of a model that the stand-in does not list.
pub(crate) const WARNING: &str = "Codex warns: Model metadata for `gpt-5-codex` not found. \
     Defaulting to fallback metadata; this can degrade performance and cause issues.";

/// The object of `review --json`.
pub(crate) fn answer(verdict: &str, findings: &[(&str, &str)], diagnostics: &[&str]) -> Value {
    let count = |level: &str| findings.iter().filter(|it| it.0 == level).count();
    let named: Vec<Value> = findings
        .iter()
        .enumerate()
        .map(|(n, (level, text))| json!({ "id": format!("F{}", n + 1), "level": level, "text": text }))
        .collect();
    json!({
        "version": 1,
        "reviewer": "codex",
        "verdict": verdict,
        "counts": {
            "high": count("high"), "medium": count("medium"),
            "low": count("low"), "nitpick": count("nitpick"),
        },
        "findings": named,
        "diagnostics": diagnostics,
        "error": null,
    })
}

/// The same for a review that could not be begun.
pub(crate) fn not_begun(message: &str, hint: &str) -> Value {
    let mut value = failed("environment", message, hint);
    value["reviewer"] = Value::Null;
    value
}

/// The same for a review that failed.
pub(crate) fn failed(kind: &str, message: &str, hint: &str) -> Value {
    let mut value = answer("failed", &[], &[]);
    value["error"] = json!({ "kind": kind, "message": message, "hint": hint });
    value
}

//! `config show`: every setting in force, and where it comes from.

use deming_core::render::settings::{Origin, Setting, SettingsInForce, json, markdown};
use serde_json::{Value, json};

use super::check::is_variable_name;
use crate::address::has_user;
use crate::environment::Environment;
use crate::error::Error;
use crate::project::Project;
use crate::repository_settings::{self, MetricsSettings, RepositorySettings};
use crate::settings::{
    self, Api, CodexConfiguration, CodexSettings, ConsentSettings, LessonSettings, OpenaiSettings,
    Reviewers, Rounds, SessionSettings, Settings,
};
use crate::{exit, output, secrets};

/// Shows every setting in force, and where it comes from
#[derive(Debug, clap::Args)]
pub(super) struct Arguments {
    /// Print one JSON object instead of Markdown
    #[arg(long)]
    json: bool,
}

const SIZE_LIMIT: u64 = 1024 * 1024;

pub(super) fn run(environment: &Environment, arguments: &Arguments) -> Result<u8, Error> {
    let shown = in_force(environment)?;
    output::print(&if arguments.json { json(&shown) } else { markdown(&shown) });
    Ok(exit::DONE)
}

fn in_force(environment: &Environment) -> Result<SettingsInForce, Error> {
    let settings = Settings::read(environment)?;
    let project = Project::around(&environment.folder);
    let own = RepositorySettings::read(&project.root)?;
    let state = environment.state();
    let bytes = state.read(settings::FILE, SIZE_LIMIT)?;
    let mut rows = Rows::new(bytes.as_deref());
    rows.settings(settings);
    rows.repository(own);
    rows.hide_secrets()?;
    let project_file = project.root.join(repository_settings::FILE);
    Ok(SettingsInForce {
        version: SettingsInForce::VERSION,
        file: environment.display(&state.path().join(settings::FILE)),
        exists: bytes.is_some(),
        project_file: project_file.is_file().then(|| environment.display(&project_file)),
        settings: rows.rows,
    })
}

/// The rows so far, and the file that says which of them a person set.
struct Rows {
    given: serde_yaml::Value,
    rows: Vec<Setting>,
}

impl Rows {
    fn new(file: Option<&[u8]>) -> Self {
        // It was read before, so it is YAML.
        let given = file.and_then(|it| serde_yaml::from_slice(it).ok());
        Self { given: given.unwrap_or_default(), rows: Vec::new() }
    }

    /// Whole, so that a new setting does not compile until it is shown.
    fn settings(&mut self, settings: Settings) {
        let Settings {
            reviewer,
            rounds,
            reviewers,
            consent,
            metrics,
            sessions,
            lessons,
            consent_ignored,
            consent_passed_over: _,
        } = settings;
        let Rounds { max, minutes, tokens } = rounds;
        let Reviewers { codex, openai } = reviewers;
        let ConsentSettings { standing } = consent;
        self.row("reviewer", json!(reviewer.word()));
        self.row("rounds.max", json!(max));
        self.row("rounds.minutes", json!(minutes));
        self.row("rounds.tokens", json!(tokens));
        let CodexSettings { config, model, effort, base_url, api_key_env } = codex;
        let config = match config {
            CodexConfiguration::Isolated => "isolated",
            CodexConfiguration::Inherit => "inherit",
        };
        self.row("reviewers.codex.config", json!(config));
        self.row("reviewers.codex.model", json!(model));
        self.row("reviewers.codex.effort", json!(effort));
        self.row("reviewers.codex.base_url", json!(base_url));
        self.row("reviewers.codex.api_key_env", json!(api_key_env));
        let OpenaiSettings { base_url, api, api_key_env, model } = openai;
        let api = match api {
            Api::Responses => "responses",
            Api::Chat => "chat",
        };
        self.row("reviewers.openai.base_url", json!(base_url));
        self.row("reviewers.openai.api", json!(api));
        self.row("reviewers.openai.api_key_env", json!(api_key_env));
        self.row("reviewers.openai.model", json!(model));
        let standing: Vec<Value> = standing
            .iter()
            .map(|it| {
                json!({
                    "project": it.project,
                    "reviewer": it.reviewer.word(),
                    "rounds": it.rounds,
                    "secrets": it.secrets,
                })
            })
            .collect();
        self.row("consent.standing", consent_ignored.map_or(json!(standing), Value::String));
        let MetricsSettings { classes, targets } = metrics;
        self.row("metrics.classes", json!(classes));
        self.row("metrics.targets", json!(targets));
        let SessionSettings { logs } = sessions;
        self.row("sessions.logs", json!(logs));
        let LessonSettings { projects } = lessons;
        self.row("lessons.projects", json!(projects));
    }

    /// What the project adds; a person's own rules for metrics win.
    fn repository(&mut self, own: RepositorySettings) {
        let RepositorySettings { focus, metrics } = own;
        let MetricsSettings { classes, targets } = metrics;
        self.project_row("focus", json!(focus), focus.is_empty());
        if !classes.is_empty() {
            self.project_row("metrics.classes", json!(classes), false);
        }
        if targets.is_some() {
            self.project_row("metrics.targets", json!(targets), false);
        }
    }

    fn row(&mut self, key: &str, value: Value) {
        let mut place = Some(&self.given);
        for part in key.split('.') {
            place = place.and_then(|it| it.get(part));
        }
        let from = if place.is_some() { Origin::Person } else { Origin::Default };
        self.rows.push(Setting { key: key.to_owned(), value, from });
    }

    fn project_row(&mut self, key: &str, value: Value, is_default: bool) {
        let from = if is_default { Origin::Default } else { Origin::Project };
        self.rows.push(Setting { key: key.to_owned(), value, from });
    }

    /// A key that somebody wrote in the place of its variable's name is not
    /// shown to whoever looks over their shoulder, an agent for example.
    fn hide_secrets(&mut self) -> Result<(), Error> {
        for row in self.rows.iter_mut().filter(|it| it.from != Origin::Default) {
            let Some(text) = row.value.as_str() else { continue };
            let why = if row.key.ends_with("api_key_env") && !is_variable_name(text) {
                "not the name of a variable".to_owned()
            } else if row.key.ends_with("base_url") && has_user(text) {
                "a user name in an address".to_owned()
            } else if let Some(secret) = secrets::scan(text)?.first() {
                secret.kind.to_string()
            } else {
                continue;
            };
            row.value = json!(format!("[not shown: {why}]"));
        }
        Ok(())
    }
}

//! The person's own settings file, `config.yaml` in Deming's folder.
//!
//! Unknown keys are errors: a misspelt `consent` must not go unnoticed.

use std::os::unix::fs::PermissionsExt;
use std::path::{Component, Path, PathBuf};

use serde::Deserialize;

use crate::environment::Environment;
use crate::error::Error;
use crate::repository_settings::MetricsSettings;
use crate::settings_error::plain;

/// The name of the file in Deming's folder.
pub(crate) const FILE: &str = "config.yaml";
const SIZE_LIMIT: u64 = 1024 * 1024;

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// Who reviews when the command does not say.
    pub reviewer: ReviewerName,
    pub rounds: Rounds,
    pub reviewers: Reviewers,
    pub consent: ConsentSettings,
    /// Over what repositories say of themselves.
    pub metrics: MetricsSettings,
    pub sessions: SessionSettings,
    pub lessons: LessonSettings,
    /// Why the consents in advance of this file were passed over, if they were.
    #[serde(skip)]
    pub(crate) consent_ignored: Option<String>,
    /// What they say all the same, for whoever mends the file.
    #[serde(skip)]
    pub(crate) consent_passed_over: Vec<StandingConsent>,
}

#[derive(Clone, Copy, Debug, Default, Eq, Hash, PartialEq, Deserialize, clap::ValueEnum)]
#[serde(rename_all = "lowercase")]
pub(crate) enum ReviewerName {
    /// The Codex CLI, with your own login
    #[default]
    Codex,
    /// An OpenAI-compatible HTTP endpoint; not in this version yet
    Openai,
    /// The built-in lint: no account, nothing leaves this machine
    Offline,
}

impl ReviewerName {
    /// Reads the word that [`ReviewerName::word`] gives.
    ///
    /// # Errors
    /// When it is the word of a reviewer that this version does not have.
    pub(crate) fn from_word(word: &str) -> Result<Self, Error> {
        [Self::Codex, Self::Openai, Self::Offline]
            .into_iter()
            .find(|it| it.word() == word)
            .ok_or_else(|| {
                Error::environment(format!("there is no reviewer `{word}`")).hint("update Deming")
            })
    }

    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Codex => "codex",
            Self::Openai => "openai",
            Self::Offline => "offline",
        }
    }
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SessionSettings {
    /// A folder in the working tree for the logs of its sessions, in the place
    /// of Claude's own folder.
    pub logs: Option<PathBuf>,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct LessonSettings {
    /// Projects whose lessons come back in every other one as well.
    pub projects: Vec<String>,
}

/// The budget of one review.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Rounds {
    pub max: u32,
    /// The deadline of one round, in minutes.
    pub minutes: u32,
    /// Tokens of one review after which the person is asked whether to go on.
    pub tokens: Option<u64>,
}

impl Default for Rounds {
    fn default() -> Self {
        Self { max: 5, minutes: 10, tokens: Some(1_000_000) }
    }
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Reviewers {
    pub codex: CodexSettings,
    pub openai: OpenaiSettings,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct CodexSettings {
    pub config: CodexConfiguration,
    pub model: Option<String>,
    /// Codex' `model_reasoning_effort`.
    pub effort: Option<String>,
    /// Another address of the Responses API, with `isolated` alone; it gets the
    /// key of `api_key_env`, never the login.
    pub base_url: Option<String>,
    /// The variable that holds the key for `base_url`.
    pub api_key_env: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum CodexConfiguration {
    /// Ignore the person's `config.toml`, keep the login.
    #[default]
    Isolated,
    /// Keep provider, proxy and model of the person's `config.toml`.
    Inherit,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct OpenaiSettings {
    pub base_url: Option<String>,
    pub api: Api,
    pub api_key_env: Option<String>,
    pub model: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Api {
    #[default]
    Responses,
    Chat,
}

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct ConsentSettings {
    pub standing: Vec<StandingConsent>,
}

/// A yes given in advance, for plans alone, to that reviewer's destination.
#[derive(Clone, Debug, Eq, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StandingConsent {
    pub project: PathBuf,
    pub reviewer: ReviewerName,
    #[serde(default = "default_rounds")]
    pub rounds: u32,
    #[serde(default)]
    pub secrets: SecretRule,
}

fn default_rounds() -> u32 {
    Rounds::default().max
}

/// What a consent says about secrets that are found later.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq, Deserialize, serde::Serialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum SecretRule {
    #[default]
    Block,
    Redact,
}

impl Settings {
    /// Reads the person's settings; without a file, the defaults.
    ///
    /// # Errors
    /// When the file is there and is not what it should be.
    pub(crate) fn read(environment: &Environment) -> Result<Self, Error> {
        let state = environment.state();
        let path = environment.display(&state.path().join(FILE));
        let Some(bytes) = state.read(FILE, SIZE_LIMIT)? else {
            return Ok(Self::default());
        };
        let text = String::from_utf8(bytes)
            .map_err(|_| Error::environment(format!("`{path}` is not UTF-8")))?;
        let mut settings = Self::from_yaml(&text).map_err(|reason| {
            Error::environment(format!("`{path}` cannot be used: {reason}"))
                .hint("mend the line; `docs/settings.md` lists every key")
        })?;
        settings.distrust(environment);
        Ok(settings)
    }

    /// A repository cannot bring a consent, nor the account that it goes to, and
    /// nobody but the person can write one.
    fn distrust(&mut self, environment: &Environment) {
        if self.consent.standing.is_empty() {
            return;
        }
        let moved = environment.override_into_project().map(|name| {
            format!("{name} leads into this project, so a consent in advance does not hold")
        });
        let file = environment.state().path().join(FILE);
        self.consent_ignored = moved.or_else(|| {
            let reason = writable_by_others(&file)?;
            Some(format!("a consent in advance does not hold: {reason}"))
        });
        if self.consent_ignored.is_some() {
            self.consent_passed_over = std::mem::take(&mut self.consent.standing);
        }
    }

    fn from_yaml(text: &str) -> Result<Self, String> {
        // A file of comments alone is an empty document, which is no mapping.
        let read: Option<Self> =
            serde_yaml::from_str(text).map_err(|error| plain(&error.to_string()))?;
        let settings = read.unwrap_or_default();
        if settings.rounds.max == 0 || settings.rounds.minutes == 0 {
            return Err("`rounds.max` and `rounds.minutes` must be at least 1".to_owned());
        }
        let is_plain = |it: &PathBuf| {
            it.components().all(|it| matches!(it, Component::Normal(_))) && it.file_name().is_some()
        };
        if !settings.sessions.logs.as_ref().is_none_or(is_plain) {
            return Err(
                "`sessions.logs` must be a folder inside of a project, such as `docs/pdca`"
                    .to_owned(),
            );
        }
        Ok(settings)
    }
}

/// The file holds consents: nobody else should be able to write it.
pub(crate) fn writable_by_others(path: &Path) -> Option<String> {
    let mode = std::fs::metadata(path).ok()?.permissions().mode() & 0o777;
    (mode & 0o022 != 0).then(|| {
        format!("others can write consents into it ({mode:04o}): chmod 600 {}", path.display())
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn absent_or_empty_settings_are_the_defaults() {
        assert_eq!(Settings::from_yaml("# nothing yet\n"), Ok(Settings::default()));
        assert_eq!(
            Settings::default().rounds,
            Rounds { max: 5, minutes: 10, tokens: Some(1_000_000) }
        );
    }

    #[test]
    fn standing_consent_has_safe_defaults() {
        let text = "consent: { standing: [ { project: /p, reviewer: codex } ] }";
        let consent = Settings::from_yaml(text).unwrap().consent;
        let want = StandingConsent {
            project: PathBuf::from("/p"),
            reviewer: ReviewerName::Codex,
            rounds: 5,
            secrets: SecretRule::Block,
        };
        assert_eq!(consent.standing, vec![want]);
    }

    #[test]
    fn logs_stay_in_the_project() {
        let logs = |text: &str| Settings::from_yaml(text).map(|it| it.sessions.logs);
        assert_eq!(logs("sessions: { logs: docs/pdca }"), Ok(Some(PathBuf::from("docs/pdca"))));
        for path in ["/tmp", "../x", "''"] {
            assert!(logs(&format!("sessions: {{ logs: {path} }}")).is_err(), "{path}");
        }
    }

    #[test]
    fn unknown_keys_are_errors() {
        let error = Settings::from_yaml("consents: {}").unwrap_err();
        assert!(error.contains("consents"), "{error}");
        assert!(Settings::from_yaml("rounds: { max: 0 }").is_err());
    }

    #[test]
    fn errors_are_in_plain_words_with_key_and_line() {
        let error = |text: &str| Settings::from_yaml(text).unwrap_err();
        let want = "`rounds` in line 2 is `5`, and has to be a mapping: `key: value`";
        assert_eq!(error("reviewer: codex\nrounds: 5"), want);
        for text in ["rounds: 5", "reviewer: [codex]", "- a", "sessions: { logs: {} }", "a: b: c"] {
            let error = error(text);
            let is_jargon =
                ["struct", "YAML tag", "invalid type"].iter().any(|it| error.contains(it));
            assert!(!is_jargon, "{text}: {error}");
        }
    }
}

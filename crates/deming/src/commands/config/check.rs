//! `config check`: whether the settings can be used, what they mean, and what
//! in them does not do what it seems to. Never shows a value that it doubts.

use deming_core::render::consent::grouped;
use deming_core::render::settings::{Checked, checked};

use crate::address::doubt as address_doubt;
use crate::environment::Environment;
use crate::error::Error;
use crate::project::Project;
use crate::repository_settings::RepositorySettings;
use crate::settings::{
    self, CodexConfiguration, ReviewerName, Rounds, SecretRule, Settings, StandingConsent,
};
use crate::{exit, output, secrets};

/// Checks your settings, and the project's, and says what they mean
#[derive(Debug, clap::Args)]
#[command(after_help = "Exit codes: 0 everything can be used, 1 problems found.")]
pub(super) struct Arguments {}

pub(super) fn run(environment: &Environment, _: &Arguments) -> Result<u8, Error> {
    let (text, has_problems) = report(environment)?;
    output::print(&text);
    Ok(if has_problems { exit::FINDINGS } else { exit::DONE })
}

/// The answer, and whether there is a problem in it.
pub(super) fn report(environment: &Environment) -> Result<(String, bool), Error> {
    let path = environment.state().path().join(settings::FILE);
    let mut meanings = Vec::new();
    let mut problems = Vec::new();
    match Settings::read(environment) {
        Ok(settings) => {
            meanings = meaning(&settings);
            problems.extend(settings.consent_ignored.clone());
            problems.extend(
                settings::writable_by_others(&path).filter(|_| settings.consent_ignored.is_none()),
            );
            problems.extend(doubts(&settings)?);
        }
        Err(error) => problems.push(error.message),
    }
    let project = Project::around(&environment.folder);
    if let Err(error) = RepositorySettings::read(&project.root) {
        problems.push(error.message);
    }
    let has_problems = !problems.is_empty();
    let file = environment.display(&path);
    let text = checked(&Checked { file, exists: path.exists(), problems, meanings });
    Ok((text, has_problems))
}

/// A sentence for whatever decides where plans go and who is asked.
fn meaning(settings: &Settings) -> Vec<String> {
    let who = match settings.reviewer {
        ReviewerName::Codex => "plans go to Codex, unless a command says otherwise",
        ReviewerName::Openai => "plans go to the HTTP reviewer, unless a command says otherwise",
        ReviewerName::Offline => "plans stay here: the built-in lint reviews them",
    };
    let mut sentences = vec![who.to_owned(), budget(settings.rounds)];
    let sends = |it: &&StandingConsent| 0 < it.rounds && it.reviewer != ReviewerName::Offline;
    for consent in settings.consent.standing.iter().filter(sends) {
        let secrets = match consent.secrets {
            SecretRule::Block => "a secret stops them",
            SecretRule::Redact => "secrets are redacted first",
        };
        sentences.push(format!(
            "plans in {} go to {} without a question, up to {} rounds a review; {secrets}",
            consent.project.display(),
            consent.reviewer.word(),
            consent.rounds
        ));
    }
    sentences
}

/// What can be read and still does not do what it seems to.
fn doubts(settings: &Settings) -> Result<Vec<String>, Error> {
    let mut found = Vec::new();
    let codex = &settings.reviewers.codex;
    let openai = &settings.reviewers.openai;
    let fields = [
        ("reviewers.codex.base_url", &codex.base_url),
        ("reviewers.codex.api_key_env", &codex.api_key_env),
        ("reviewers.openai.base_url", &openai.base_url),
        ("reviewers.openai.api_key_env", &openai.api_key_env),
    ];
    for (key, value) in fields.iter().filter_map(|(key, it)| Some((*key, it.as_deref()?))) {
        if !secrets::scan(value)?.is_empty() {
            found.push(format!("`{key}` holds a secret; put it into a variable and rotate it"));
        } else if key.ends_with("api_key_env") && !is_variable_name(value) {
            found.push(format!("`{key}` must be the name of a variable, never a key"));
        } else if key.ends_with("base_url") {
            found.extend(address_doubt(value).map(|it| format!("`{key}` {it}")));
        }
    }
    if codex.config == CodexConfiguration::Inherit && codex.base_url.is_some() {
        found.push("`reviewers.codex.base_url` counts with `config: isolated` alone".to_owned());
    }
    if codex.base_url.is_none() && codex.api_key_env.is_some() {
        found.push("`reviewers.codex.api_key_env` counts with a `base_url` alone".to_owned());
    }
    let mut seen = Vec::new();
    let consents = settings.consent.standing.iter().chain(&settings.consent_passed_over);
    for (index, consent) in consents.enumerate() {
        let mut doubt = |what: &str| found.push(format!("`consent.standing[{index}]` {what}"));
        if !consent.project.is_absolute() {
            doubt("needs a whole path as its project");
        } else if !consent.project.is_dir() {
            doubt("names a project that is not there");
        }
        if consent.rounds == 0 {
            doubt("agrees to no round");
        }
        if consent.reviewer == ReviewerName::Offline {
            doubt("is not needed: the offline lint sends nothing");
        }
        if seen.contains(&(&consent.project, consent.reviewer)) {
            doubt("repeats an earlier one, which counts");
        }
        seen.push((&consent.project, consent.reviewer));
    }
    Ok(found)
}

pub(super) fn is_variable_name(text: &str) -> bool {
    let mut letters = text.bytes();
    letters.next().is_some_and(|it| it.is_ascii_alphabetic() || it == b'_')
        && letters.all(|it| it.is_ascii_alphanumeric() || it == b'_')
}

fn budget(rounds: Rounds) -> String {
    let Rounds { max, minutes, tokens } = rounds;
    let tokens = match tokens {
        Some(tokens) => format!(", and asks you again after {} tokens", grouped(tokens)),
        None => String::new(),
    };
    format!("a review takes at most {max} rounds of at most {minutes} minutes{tokens}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_variables() {
        assert!(is_variable_name("OPENAI_API_KEY") && is_variable_name("_a1"));
        assert!(!is_variable_name("") && !is_variable_name("1A") && !is_variable_name("a-b"));
    }
}

//! What a repository says about itself in `.deming.yaml` at its top.
//!
//! It never names a destination, a credential, a command or a consent: there
//! are no keys for those here, and unknown keys are errors. All of it is data
//! of somebody else: bounded, cleaned, and read through no link.

use std::path::Path;

use deming_core::clean::clean_line;
use deming_core::metrics::file_class::Override;
use deming_core::metrics::targets::Targets;
use serde::Deserialize;

use crate::error::Error;
use crate::settings_error::plain;

/// The name of the file at the top of the working tree.
pub(crate) const FILE: &str = ".deming.yaml";
const SIZE_LIMIT: u64 = 64 * 1024;
/// How many points of focus there may be, and how long each, in characters.
const FOCUS_POINTS: usize = 10;
const FOCUS_LENGTH: usize = 200;

/// Keys that only a person's own settings have.
const A_PERSONS_OWN: [&str; 4] = ["consent", "reviewer", "reviewers", "rounds"];

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct RepositorySettings {
    /// What reviewers are asked to look at as well, a line each.
    pub focus: Vec<String>,
    pub metrics: MetricsSettings,
}

/// How a project is measured; a person's own settings have the same keys.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct MetricsSettings {
    /// Of two rules that fit one path, the later one counts.
    pub classes: Vec<Override>,
    pub targets: Option<Targets>,
}

impl MetricsSettings {
    /// The repository's settings with the person's own over them.
    #[must_use]
    pub(crate) fn with(mut self, own: Self) -> Self {
        self.classes.extend(own.classes);
        Self { classes: self.classes, targets: own.targets.or(self.targets) }
    }
}

impl RepositorySettings {
    /// Reads the file at the top of a working tree; without one, the defaults.
    ///
    /// # Errors
    /// When the file is there and is not what it should be.
    pub(crate) fn read(top: &Path) -> Result<Self, Error> {
        let broken = |reason: &str| {
            Error::environment(format!("`{FILE}` cannot be used: {}", clean_line(reason)))
                .hint("mend the file; docs/settings.md lists every key")
        };
        let path = top.join(FILE);
        match path.symlink_metadata() {
            Err(_) => return Ok(Self::default()),
            // Through a link, an error could show a part of any file.
            Ok(metadata) if !metadata.is_file() => return Err(broken("it is not a plain file")),
            Ok(_) => {}
        }
        let bytes = deming_store::read_bounded(&path, SIZE_LIMIT)?;
        let text = String::from_utf8(bytes).map_err(|_| broken("it is not UTF-8"))?;
        Self::from_yaml(&text).map_err(|reason| broken(&reason))
    }

    fn from_yaml(text: &str) -> Result<Self, String> {
        if let Ok(serde_yaml::Value::Mapping(given)) = serde_yaml::from_str(text)
            && let Some(key) = A_PERSONS_OWN.iter().find(|it| given.contains_key(**it))
        {
            return Err(format!(
                "a repository may not decide `{key}`; that is for each person's own config.yaml"
            ));
        }
        // A file of comments alone is an empty document, which is no mapping.
        let read: Option<Self> =
            serde_yaml::from_str(text).map_err(|error| plain(&error.to_string()))?;
        let mut settings = read.unwrap_or_default();
        if FOCUS_POINTS < settings.focus.len() {
            return Err(format!("`focus` has more than {FOCUS_POINTS} points"));
        }
        for point in &mut settings.focus {
            *point = clean_line(point);
            if point.is_empty() || FOCUS_LENGTH < point.chars().count() {
                return Err(format!(
                    "a point of `focus` is empty or longer than {FOCUS_LENGTH} characters"
                ));
            }
        }
        Ok(settings)
    }
}

#[cfg(test)]
mod tests {
    use deming_core::metrics::file_class::Class;

    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<RepositorySettings, &str>) {
        let read = RepositorySettings::from_yaml(text);
        match want {
            Ok(settings) => assert_eq!(read, Ok(settings)),
            Err(part) => assert!(read.as_ref().is_err_and(|it| it.contains(part)), "{read:?}"),
        }
    }

    #[test]
    fn comments_alone_are_the_defaults() {
        check("# nothing yet\n", Ok(RepositorySettings::default()));
    }

    #[test]
    fn repository_names_its_focus_and_its_classes() {
        let text = "focus:\n  - \"money is in cents\\e[31m\\n\"\nmetrics:\n  classes:\n    \
                    - { pattern: '*.md', class: prod }\n  targets: { test_pairing: 80 }\n";
        let rule = Override { pattern: "*.md".to_owned(), class: Class::Prod };
        let targets = Targets { test_pairing: 80, ..Targets::default() };
        let metrics = MetricsSettings { classes: vec![rule], targets: Some(targets) };
        check(text, Ok(RepositorySettings { focus: vec!["money is in cents".into()], metrics }));
    }

    #[test]
    fn repository_decides_nothing_that_is_a_persons() {
        for key in A_PERSONS_OWN {
            let sentence = format!("a repository may not decide `{key}`");
            check(&format!("{key}: {{}}\n"), Err(&sentence));
        }
        check("command: rm -rf /\n", Err("`command` is no setting"));
        check("metrics: { api_key_env: HOME }\n", Err("`api_key_env` is no setting"));
    }

    #[test]
    fn focus_is_bounded() {
        check(
            &format!("focus: [{}]", "a,".repeat(10)),
            Ok(RepositorySettings {
                focus: vec!["a".to_owned(); 10],
                ..RepositorySettings::default()
            }),
        );
        check(&format!("focus: [{}]", "a,".repeat(11)), Err("more than 10 points"));
        check(&format!("focus: [{}]", "a".repeat(201)), Err("longer than 200 characters"));
        check("focus: ['']", Err("is empty"));
    }
}

//! What a repository says about itself in `.deming.yaml` at its top.
//!
//! It never names a destination, a credential, a command or a consent: there
//! are no keys for those here, and unknown keys are errors.

use std::path::Path;

use deming_core::metrics::file_class::Override;
use deming_core::metrics::targets::Targets;
use serde::Deserialize;

use crate::error::Error;

/// The name of the file at the top of the working tree.
pub const FILE: &str = ".deming.yaml";
const SIZE_LIMIT: u64 = 1024 * 1024;

#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct RepositorySettings {
    pub metrics: MetricsSettings,
}

/// How a project is measured; a person's own settings have the same keys.
#[derive(Clone, Debug, Default, Eq, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct MetricsSettings {
    /// Of two rules that fit one path, the later one counts.
    pub classes: Vec<Override>,
    pub targets: Option<Targets>,
}

impl MetricsSettings {
    /// The repository's settings with the person's own over them.
    #[must_use]
    pub fn with(mut self, own: Self) -> Self {
        self.classes.extend(own.classes);
        Self { classes: self.classes, targets: own.targets.or(self.targets) }
    }
}

impl RepositorySettings {
    /// Reads the file at the top of a working tree; without one, the defaults.
    ///
    /// # Errors
    /// When the file is there and is not what it should be.
    pub fn read(top: &Path) -> Result<Self, Error> {
        let path = top.join(FILE);
        if path.symlink_metadata().is_err() {
            return Ok(Self::default());
        }
        let bytes = deming_store::read_bounded(&path, SIZE_LIMIT)?;
        Self::from_yaml(&String::from_utf8_lossy(&bytes)).map_err(|reason| {
            Error::environment(format!("`{FILE}` cannot be used: {reason}"))
                .hint("mend the line; `docs/metrics.md` lists every key")
        })
    }

    fn from_yaml(text: &str) -> Result<Self, String> {
        // A file of comments alone is an empty document, which is no mapping.
        let read: Option<Self> = serde_yaml::from_str(text).map_err(|error| error.to_string())?;
        Ok(read.unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use deming_core::metrics::file_class::Class;

    use super::*;

    fn rule(pattern: &str, class: Class) -> Override {
        Override { pattern: pattern.to_owned(), class }
    }

    #[test]
    fn a_repository_names_its_classes_and_targets() {
        let text = "metrics:\n  classes:\n    - { pattern: '*.md', class: prod }\n  \
                    targets: { test_pairing: 80 }\n";
        let want = MetricsSettings {
            classes: vec![rule("*.md", Class::Prod)],
            targets: Some(Targets { test_pairing: 80, ..Targets::default() }),
        };
        assert_eq!(RepositorySettings::from_yaml(text).unwrap().metrics, want);
        assert_eq!(
            RepositorySettings::from_yaml("# none\n").unwrap().metrics,
            MetricsSettings::default()
        );
    }

    #[test]
    fn a_repository_cannot_name_a_reviewer() {
        let error = RepositorySettings::from_yaml("reviewers: {}").unwrap_err();
        assert!(error.contains("reviewers"), "{error}");
    }

    #[test]
    fn a_persons_rules_come_last_so_that_they_win() {
        let settings = |pattern: &str, class, targets| MetricsSettings {
            classes: vec![rule(pattern, class)],
            targets,
        };
        let targets = Some(Targets { test_pairing: 80, ..Targets::default() });
        let own = settings("*.md", Class::Docs, None);
        assert_eq!(
            settings("*.md", Class::Prod, targets).with(own),
            MetricsSettings {
                classes: vec![rule("*.md", Class::Prod), rule("*.md", Class::Docs)],
                targets,
            }
        );
    }
}

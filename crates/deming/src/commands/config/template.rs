//! What a new settings file holds: every key, commented out, with its default.

pub(super) const TEMPLATE: &str = "\
# Deming's settings. Everything here is optional; docs/settings.md explains it.
# A misspelt key is an error: `deming config check` says which.

# Who reviews when a command does not say: codex, openai or offline.
#reviewer: codex

#rounds:
#  max: 5        # rounds that one yes covers
#  minutes: 10   # the deadline of one round
#  tokens: 1000000   # of one review; then you are asked again

#reviewers:
#  codex:
#    config: isolated   # or inherit: your own config.toml, with its provider and model
#    model: gpt-5-codex
#    effort: high
#    base_url: https://llm.example.com/v1   # another address of the Responses API
#    api_key_env: LLM_API_KEY   # the name of the variable with the key for it
#  openai:
#    base_url: https://api.openai.com/v1
#    api: responses     # or chat
#    api_key_env: OPENAI_API_KEY   # the name of the variable, never the key
#    model: gpt-5

# A folder in each project for the logs of its PDCA sessions.
#sessions:
#  logs: docs/pdca

# Projects whose lessons come back in every other one as well.
#lessons:
#  projects: [my-api]

# How projects are measured, over what they say of themselves.
#metrics:
#  classes:
#    - { pattern: 'db/seed/**', class: fixture }
#  targets: { test_pairing: 80 }

# Agree in advance, for CI say: plans of this project alone, to that reviewer.
#consent:
#  standing:
#    - project: /home/me/my-api
#      reviewer: codex
#      rounds: 5
#      secrets: block   # or redact
";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Settings;

    /// A sentence has one blank behind its mark; keys have none or an indent.
    fn is_prose(line: &str) -> bool {
        line.starts_with("# ") && !line.starts_with("#  ")
    }

    /// The template without the marks that keep its lines from counting.
    fn uncommented() -> String {
        TEMPLATE
            .lines()
            .filter(|it| !is_prose(it))
            .fold(String::new(), |text, line| text + line.strip_prefix('#').unwrap_or(line) + "\n")
    }

    #[test]
    fn template_changes_nothing_as_it_is() {
        let read: Option<Settings> = serde_yaml::from_str(TEMPLATE).unwrap();
        assert_eq!(read, None);
    }

    #[test]
    fn template_holds_real_keys_and_defaults() {
        let read: Settings = serde_yaml::from_str(&uncommented()).unwrap();
        assert_eq!(read.rounds, Settings::default().rounds);
        assert_eq!(read.reviewer, Settings::default().reviewer);
        let [standing] = &read.consent.standing[..] else { panic!("{read:?}") };
        assert_eq!(standing.rounds, Settings::default().rounds.max);
    }
}

//! The command line of one review: `codex exec` with everything off that a
//! review of a text does not need.
//!
//! The keys and what each removes were measured with Codex 0.107 to 0.169.
//! `-c features.x=false` is used because an unknown `--disable x` is an error.

use std::ffi::OsString;
use std::path::Path;

use super::provider::Provider;
use crate::settings::{CodexConfiguration, CodexSettings};

/// Switches that hold in both configurations: no tools, no shell, no plugins,
/// no other hosts, nothing of the repository, nothing kept.
const SAFETY: &[&str] = &[
    "features.plugins=false",
    "features.apps=false",
    "features.hooks=false",
    "features.shell_tool=false",
    "features.unified_exec=false",
    "features.view_image=false",
    "features.multi_agent=false",
    "features.multi_agent_v2=false",
    "features.goals=false",
    "features.sleep_tool=false",
    "features.shell_snapshot=false",
    "features.unbounded_connection_retries=false",
    "features.image_generation=false",
    "features.memories=false",
    "tools.experimental_request_user_input={enabled=false}",
    "web_search=\"disabled\"",
    "notify=[]",
    "developer_instructions=\"\"",
    "skills.include_instructions=false",
    "skills.bundled.enabled=false",
    "project_doc_max_bytes=0",
    "include_environment_context=false",
    "include_permissions_instructions=false",
    "include_apps_instructions=false",
    "include_collaboration_mode_instructions=false",
    "analytics.enabled=false",
    "otel.exporter=\"none\"",
    "otel.log_user_prompt=false",
    "otel.metrics_exporter=\"none\"",
    "otel.trace_exporter=\"none\"",
    "check_for_update_on_startup=false",
    "shell_environment_policy.inherit=\"none\"",
    "history.persistence=\"none\"",
];

/// What of the person's `config.toml` is switched off by its name.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub(crate) struct SwitchedOff {
    pub(crate) profile: Option<String>,
    pub(crate) mcp_servers: Vec<String>,
}

/// The files and folders that a run reads.
#[derive(Clone, Copy, Debug)]
pub(super) struct Paths<'a> {
    /// A fresh empty folder.
    pub folder: &'a Path,
    pub instructions: &'a Path,
    pub schema: &'a Path,
    /// The models without tools, where there is such a list.
    pub catalog: Option<&'a Path>,
}

/// The arguments after the program; the prompt follows on standard input.
pub(crate) fn arguments(
    settings: &CodexSettings,
    provider: &Provider,
    switched_off: &SwitchedOff,
    paths: Paths<'_>,
) -> Vec<OsString> {
    let mut arguments = Arguments::default();
    arguments.words(&["exec", "--json", "--skip-git-repo-check", "--ephemeral"]);
    arguments.words(&["--color", "never", "-s", "read-only"]);
    if settings.config == CodexConfiguration::Isolated {
        arguments.words(&["--ignore-user-config", "--ignore-rules"]);
    }
    arguments.word("-C");
    arguments.word(paths.folder);
    if let Some(model) = &settings.model {
        arguments.words(&["-m", model]);
    }
    if let Some(effort) = &settings.effort {
        arguments.key("model_reasoning_effort", &quoted(effort));
    }
    let instructions =
        format!("model_instructions_file={}", quoted(&paths.instructions.to_string_lossy()));
    for switch in SAFETY.iter().copied().chain([instructions.as_str()]) {
        arguments.words(&["-c", switch]);
        if let Some(profile) = &switched_off.profile {
            arguments.words(&["-c", &format!("profiles.{profile}.{switch}")]);
        }
    }
    if let Some(catalog) = paths.catalog {
        arguments.key("model_catalog_json", &quoted(&catalog.to_string_lossy()));
    }
    for name in &switched_off.mcp_servers {
        arguments.key(&format!("mcp_servers.{name}.enabled"), "false");
    }
    match provider {
        // The same host and login as Codex' built-in provider, which tries for
        // longer and was seen to contact a second host when it fails.
        Provider::Login => {
            arguments.key("model_provider", &quoted(OWN_PROVIDER));
            arguments.own_provider("requires_openai_auth=true");
        }
        Provider::Address { base_url, api_key_env } => {
            let key = api_key_env
                .as_ref()
                .map(|name| format!(",env_key={}", quoted(name)))
                .unwrap_or_default();
            arguments.key("model_provider", &quoted(OWN_PROVIDER));
            arguments.own_provider(&format!("base_url={}{key}", quoted(base_url)));
        }
        Provider::Configured { id, .. } => {
            // Codex refuses keys of its own built-in providers.
            if id != "openai" {
                for (name, value) in RETRIES {
                    arguments.key(&format!("model_providers.{id}.{name}"), value);
                }
            }
        }
    }
    arguments.word("--output-schema");
    arguments.word(paths.schema);
    arguments.word("-");
    arguments.0
}

const OWN_PROVIDER: &str = "deming";

/// One retry each, and two minutes of silence: our own deadline rules the rest.
const RETRIES: [(&str, &str); 3] = [
    ("request_max_retries", "1"),
    ("stream_max_retries", "1"),
    ("stream_idle_timeout_ms", "120000"),
];

#[derive(Default)]
struct Arguments(Vec<OsString>);

impl Arguments {
    fn word(&mut self, word: impl AsRef<std::ffi::OsStr>) {
        self.0.push(word.as_ref().to_owned());
    }

    fn words(&mut self, words: &[&str]) {
        self.0.extend(words.iter().map(OsString::from));
    }

    fn key(&mut self, name: &str, value: &str) {
        self.words(&["-c", &format!("{name}={value}")]);
    }

    fn own_provider(&mut self, more: &str) {
        let retries: Vec<String> =
            RETRIES.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let table = format!(
            "{{name={},wire_api=\"responses\",{},{more}}}",
            quoted(OWN_PROVIDER),
            retries.join(",")
        );
        self.key(&format!("model_providers.{OWN_PROVIDER}"), &table);
    }
}

/// A TOML string; JSON's escapes are a part of TOML's.
fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(settings: &CodexSettings, provider: &Provider) -> String {
        line_without(settings, provider, &SwitchedOff::default())
    }

    fn line_without(
        settings: &CodexSettings,
        provider: &Provider,
        switched_off: &SwitchedOff,
    ) -> String {
        let paths = Paths {
            folder: Path::new("/s/empty"),
            instructions: Path::new("/s/i.md"),
            schema: Path::new("/s/schema.json"),
            catalog: None,
        };
        let arguments = arguments(settings, provider, switched_off, paths);
        let words: Vec<_> = arguments.iter().map(|it| it.to_string_lossy()).collect();
        words.join(" ")
    }

    #[test]
    fn safety_switches_hold_in_both_configurations() {
        for config in [CodexConfiguration::Isolated, CodexConfiguration::Inherit] {
            let settings = CodexSettings { config, ..CodexSettings::default() };
            let line = line(&settings, &Provider::Login);
            for switch in SAFETY {
                assert!(line.contains(switch), "{switch}");
            }
            assert!(line.contains("-s read-only") && line.contains("--ephemeral"));
            assert!(line.ends_with("--output-schema /s/schema.json -"));
            let isolated = config == CodexConfiguration::Isolated;
            assert_eq!(line.contains("--ignore-user-config"), isolated);
        }
    }

    #[test]
    fn servers_and_profiles_of_the_person_are_switched_off_by_name() {
        let settings = CodexSettings::default();
        let switched_off = SwitchedOff {
            profile: Some("p".to_owned()),
            mcp_servers: vec!["one".to_owned(), "two".to_owned()],
        };
        let line = line_without(&settings, &Provider::Login, &switched_off);
        for it in SAFETY {
            assert!(line.contains(&format!("-c profiles.p.{it}")), "{it}");
        }
        for it in [
            "-c profiles.p.model_instructions_file=\"/s/i.md\"",
            "-c mcp_servers.one.enabled=false -c mcp_servers.two.enabled=false",
        ] {
            assert!(line.contains(it), "{line}");
        }
    }

    #[test]
    fn login_never_goes_to_another_address() {
        let provider = Provider::Address {
            base_url: "http://127.0.0.1:9/v1".to_owned(),
            api_key_env: Some("GW_KEY".to_owned()),
        };
        let line = line(&CodexSettings::default(), &provider);
        assert!(line.contains("base_url=\"http://127.0.0.1:9/v1\",env_key=\"GW_KEY\""), "{line}");
        assert!(!line.contains("requires_openai_auth"), "{line}");
    }
}

//! Who answers Codex' requests: the provider of the person's `config.toml`
//! (`inherit`), or one of ours that keeps the login (`isolated`).

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::environment::Environment;
use crate::error::Error;
use crate::settings::CodexSettings;

/// The provider of one run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub enum Provider {
    /// OpenAI with the person's login; Codex chooses the address by the login.
    Login,
    /// An address of the person's settings, with a key from a variable.
    Address { base_url: String, api_key_env: Option<String> },
    /// A provider that the person's `config.toml` defines.
    Configured { id: String, base_url: String, env_key: Option<String>, requires_login: bool },
}

/// The part of Codex' `config.toml` that decides where requests go.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ConfigToml {
    model_provider: Option<String>,
    openai_base_url: Option<String>,
    profile: Option<String>,
    profiles: BTreeMap<String, Profile>,
    model_providers: BTreeMap<String, ProviderToml>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Profile {
    model_provider: Option<String>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct ProviderToml {
    base_url: Option<String>,
    env_key: Option<String>,
    requires_openai_auth: bool,
}

const CONFIG_LIMIT: u64 = 4 * 1024 * 1024;

impl Provider {
    /// The provider of `isolated`.
    pub fn isolated(settings: &CodexSettings) -> Self {
        match &settings.base_url {
            None => Self::Login,
            Some(base_url) => Self::Address {
                base_url: base_url.clone(),
                api_key_env: settings.api_key_env.clone(),
            },
        }
    }

    /// The provider of `inherit`: the one that the person's Codex uses.
    ///
    /// # Errors
    /// When `config.toml` is there and cannot be read, or names a provider
    /// that it does not define.
    pub fn inherited(environment: &Environment) -> Result<Self, Error> {
        let path = environment.homes.codex.join("config.toml");
        let shown = environment.display(&path);
        let broken = |reason: String| {
            Error::environment(format!("`{shown}` cannot be used: {reason}"))
                .hint("mend it, or set `reviewers.codex.config: isolated`")
        };
        let text = match deming_store::read_bounded(&path, CONFIG_LIMIT) {
            Ok(bytes) => String::from_utf8(bytes).map_err(|_| broken("not UTF-8".to_owned()))?,
            Err(error) if error.io_kind() == Some(std::io::ErrorKind::NotFound) => String::new(),
            Err(error) => return Err(error.into()),
        };
        Self::from_toml(&text).map_err(broken)
    }

    fn from_toml(text: &str) -> Result<Self, String> {
        let config: ConfigToml =
            toml::from_str(text).map_err(|error| error.message().to_owned())?;
        let profile = config.profile.as_ref().and_then(|it| config.profiles.get(it));
        let id = profile
            .and_then(|it| it.model_provider.clone())
            .or(config.model_provider)
            .unwrap_or_else(|| "openai".to_owned());
        match config.model_providers.get(&id) {
            Some(provider) => Ok(Self::Configured {
                base_url: provider
                    .base_url
                    .clone()
                    .unwrap_or_else(|| "the address of the login".to_owned()),
                env_key: provider.env_key.clone(),
                requires_login: provider.requires_openai_auth,
                id,
            }),
            None if id == "openai" => Ok(match config.openai_base_url {
                Some(base_url) => {
                    Self::Configured { id, base_url, env_key: None, requires_login: true }
                }
                None => Self::Login,
            }),
            None if is_built_in(&id) => Ok(Self::Configured {
                base_url: "a model server on this machine".to_owned(),
                env_key: None,
                requires_login: false,
                id,
            }),
            None => Err(format!("it names the provider `{id}` and does not define it")),
        }
    }

    /// Whether a run needs the person's Codex login.
    pub fn requires_login(&self) -> bool {
        match self {
            Self::Login => true,
            Self::Address { .. } => false,
            Self::Configured { requires_login, .. } => *requires_login,
        }
    }

    /// The variable that holds the key, if one is named.
    pub fn key_variable(&self) -> Option<&str> {
        match self {
            Self::Login => None,
            Self::Address { api_key_env, .. } => api_key_env.as_deref(),
            Self::Configured { env_key, .. } => env_key.as_deref(),
        }
    }

    /// For display and for binding a consent.
    pub fn address(&self) -> &str {
        match self {
            Self::Login => "OpenAI",
            Self::Address { base_url, .. } | Self::Configured { base_url, .. } => base_url,
        }
    }
}

/// Providers that Codex defines for local model servers.
fn is_built_in(id: &str) -> bool {
    matches!(id, "oss" | "ollama" | "lmstudio")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, want: Result<Provider, &str>) {
        assert_eq!(Provider::from_toml(text), want.map_err(str::to_owned));
    }

    #[test]
    fn plain_configurations_use_the_login() {
        check("", Ok(Provider::Login));
        check("model = \"m\"\n[tui]\ntheme = \"x\"\n", Ok(Provider::Login));
    }

    #[test]
    fn own_provider_is_found_also_by_profile() {
        let provider = Provider::Configured {
            id: "gw".to_owned(),
            base_url: "http://127.0.0.1:1/v1".to_owned(),
            env_key: Some("GW_KEY".to_owned()),
            requires_login: false,
        };
        let definition =
            "[model_providers.gw]\nbase_url = \"http://127.0.0.1:1/v1\"\nenv_key = \"GW_KEY\"\n";
        check(&format!("model_provider = \"gw\"\n{definition}"), Ok(provider.clone()));
        let profile =
            format!("profile = \"p\"\n{definition}[profiles.p]\nmodel_provider = \"gw\"\n");
        check(&profile, Ok(provider));
    }

    #[test]
    fn undefined_provider_is_an_error() {
        check("model_provider = \"gw\"", Err("it names the provider `gw` and does not define it"));
    }
}

//! Who answers Codex' requests: the provider of the person's `config.toml`
//! (`inherit`), or one of ours that keeps the login (`isolated`).
//!
//! It also says what else of that file has to be switched off by name.

use serde::Deserialize;
use std::collections::BTreeMap;

use crate::environment::Environment;
use crate::error::Error;
use crate::settings::CodexSettings;

/// The provider of one run.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) enum Provider {
    /// OpenAI with the person's login; Codex chooses the address by the login.
    Login,
    /// An address of the person's settings, with a key from a variable.
    Address { base_url: String, api_key_env: Option<String> },
    /// A provider that the person's `config.toml` defines.
    Configured {
        id: String,
        base_url: String,
        env_key: Option<String>,
        /// The variables that its headers are made of.
        header_variables: Vec<String>,
        requires_login: bool,
    },
}

/// What of the person's `config.toml` decides over a run under `inherit`.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Inherited {
    pub(crate) provider: Provider,
    /// Codex lets a profile of this file (up to 0.133 at least) beat any `-c`
    /// that does not name it.
    pub(crate) profile: Option<String>,
    /// Started by Codex unless each is switched off.
    pub(crate) mcp_servers: Vec<String>,
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
    mcp_servers: BTreeMap<String, toml::Value>,
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
    env_http_headers: BTreeMap<String, String>,
    requires_openai_auth: bool,
}

const CONFIG_LIMIT: u64 = 4 * 1024 * 1024;

impl Provider {
    /// The provider of `isolated`.
    pub(super) fn isolated(settings: &CodexSettings) -> Self {
        match &settings.base_url {
            None => Self::Login,
            Some(base_url) => Self::Address {
                base_url: base_url.clone(),
                api_key_env: settings.api_key_env.clone(),
            },
        }
    }

    /// Whether a run needs the person's Codex login.
    pub(super) fn requires_login(&self) -> bool {
        match self {
            Self::Login => true,
            Self::Address { .. } => false,
            Self::Configured { requires_login, .. } => *requires_login,
        }
    }

    /// The variable that holds the key, if one is named.
    pub(super) fn key_variable(&self) -> Option<&str> {
        match self {
            Self::Login => None,
            Self::Address { api_key_env, .. } => api_key_env.as_deref(),
            Self::Configured { env_key, .. } => env_key.as_deref(),
        }
    }

    /// Every variable that the child must see to reach this provider.
    pub(crate) fn variables(&self) -> impl Iterator<Item = &str> {
        let headers: &[String] = match self {
            Self::Login | Self::Address { .. } => &[],
            Self::Configured { header_variables, .. } => header_variables,
        };
        self.key_variable().into_iter().chain(headers.iter().map(String::as_str))
    }

    /// For display and for binding a consent.
    pub(super) fn address(&self) -> &str {
        match self {
            Self::Login => "OpenAI",
            Self::Address { base_url, .. } | Self::Configured { base_url, .. } => base_url,
        }
    }
}

impl Inherited {
    /// Reads the person's `config.toml`; without one, Codex' defaults.
    ///
    /// # Errors
    /// When it is there and cannot be read, names a provider that it does not
    /// define, or holds a name that could not be switched off.
    pub(crate) fn read(environment: &Environment) -> Result<Self, Error> {
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
        let mcp_servers: Vec<String> = config.mcp_servers.keys().cloned().collect();
        for name in config.profile.iter().chain(&mcp_servers) {
            if !is_plain(name) {
                return Err(format!("the name `{name}` is not made of letters, digits, `-`, `_`"));
            }
        }
        let provider = Provider::of(&config)?;
        Ok(Self { provider, profile: config.profile, mcp_servers })
    }
}

impl Provider {
    fn of(config: &ConfigToml) -> Result<Self, String> {
        let profile = config.profile.as_ref().and_then(|it| config.profiles.get(it));
        let id = profile
            .and_then(|it| it.model_provider.clone())
            .or_else(|| config.model_provider.clone())
            .unwrap_or_else(|| "openai".to_owned());
        let plain = |base_url: &str, requires_login: bool| Self::Configured {
            id: id.clone(),
            base_url: base_url.to_owned(),
            env_key: None,
            header_variables: Vec::new(),
            requires_login,
        };
        match config.model_providers.get(&id) {
            Some(provider) => Ok(Self::Configured {
                base_url: provider
                    .base_url
                    .clone()
                    .unwrap_or_else(|| "the address of the login".to_owned()),
                env_key: provider.env_key.clone(),
                header_variables: provider.env_http_headers.values().cloned().collect(),
                requires_login: provider.requires_openai_auth,
                id,
            }),
            None if id == "openai" => Ok(match &config.openai_base_url {
                Some(base_url) => plain(base_url, true),
                None => Self::Login,
            }),
            None if is_built_in(&id) => Ok(plain("a model server on this machine", false)),
            None => Err(format!("it names the provider `{id}` and does not define it")),
        }
    }
}

/// Whether a name can stand in a dotted key of `-c`.
fn is_plain(name: &str) -> bool {
    let is_plain = |it: char| it.is_ascii_alphanumeric() || it == '-' || it == '_';
    !name.is_empty() && name.chars().all(is_plain)
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
        let got = Inherited::from_toml(text).map(|it| it.provider);
        assert_eq!(got, want.map_err(str::to_owned));
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
            header_variables: vec!["GW_TEAM".to_owned()],
            requires_login: false,
        };
        let names: Vec<&str> = provider.variables().collect();
        assert_eq!(names, ["GW_KEY", "GW_TEAM"]);
        let definition = "[model_providers.gw]\nbase_url = \"http://127.0.0.1:1/v1\"\n\
             env_key = \"GW_KEY\"\nenv_http_headers = { X-Team = \"GW_TEAM\" }\n";
        check(&format!("model_provider = \"gw\"\n{definition}"), Ok(provider.clone()));
        let profile =
            format!("profile = \"p\"\n{definition}[profiles.p]\nmodel_provider = \"gw\"\n");
        check(&profile, Ok(provider));
    }

    #[test]
    fn what_has_to_be_switched_off_is_named() {
        let text = "profile = \"p\"\n[mcp_servers.one]\ncommand = \"a\"\n[mcp_servers.two-2]\n";
        let want = Inherited {
            provider: Provider::Login,
            profile: Some("p".to_owned()),
            mcp_servers: vec!["one".to_owned(), "two-2".to_owned()],
        };
        assert_eq!(Inherited::from_toml(text), Ok(want));
        let dotted = "the name `a.b` is not made of letters, digits, `-`, `_`";
        check("[mcp_servers.\"a.b\"]\n", Err(dotted));
        check("profile = \"a.b\"\n", Err(dotted));
    }

    #[test]
    fn undefined_provider_is_an_error() {
        check("model_provider = \"gw\"", Err("it names the provider `gw` and does not define it"));
    }
}

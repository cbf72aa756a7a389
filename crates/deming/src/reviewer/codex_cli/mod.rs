//! The Codex CLI as a reviewer: one ephemeral `codex exec` a round.
//!
//! It has no deadline of its own and can exit 0 without a review, so both are
//! decided here. Never uses its shell, its tools or its memory.

mod arguments;
mod catalog;
mod locate;
mod login;
mod provider;

use std::ffi::OsString;
use std::path::{Path, PathBuf};
use std::time::Duration;

use deming_core::exec_event::{ExecEnd, ExecEvent, ExecReply, ExecRun};
use deming_core::failure::{Failure, FailureKind};
use deming_store::Scratch;

use arguments::SwitchedOff;
pub(crate) use locate::{Installation, MINIMUM, NEWEST_TESTED, locate};
use login::{Login, find_login};
use provider::{Inherited, Provider};

use crate::address;
use crate::environment::Environment;
use crate::error::Error;
use crate::outbound::{Approved, Destination};
use crate::output;
use crate::process::{self, End, Flow, Program};
use crate::settings::{CodexConfiguration, CodexSettings};

/// A Codex that is installed, new enough and logged in.
#[derive(Clone, Debug)]
pub(crate) struct CodexCli {
    installation: Installation,
    provider: Provider,
    login: Option<Login>,
    switched_off: SwitchedOff,
    settings: CodexSettings,
    /// An address in the person's `config.toml` that a run does not go to.
    unused_address: Option<String>,
}

/// The most characters that Codex takes on standard input.
const PROMPT_LIMIT: usize = 1_048_576;

/// Larger ones are named by their size alone.
const AGENTS_LIMIT: u64 = 16 * 1024 * 1024;

/// How long Codex may look for a network before we stop it.
const NETWORK_PATIENCE: u32 = 2;

impl CodexCli {
    /// Finds Codex and the login that it will use.
    ///
    /// # Errors
    /// When Codex is missing, too old, not logged in or misconfigured.
    pub(crate) async fn prepare(
        environment: &Environment,
        settings: &CodexSettings,
        project: &Path,
    ) -> Result<Self, Error> {
        let installation = locate(environment, project).await?;
        let mut unused_address = None;
        let (mut provider, switched_off) = match settings.config {
            CodexConfiguration::Isolated => {
                let provider = Provider::isolated(settings);
                // A file that cannot be read decides nothing here.
                let named = Inherited::read(environment).ok().map(|it| it.provider);
                let is_unused = |it: &Provider| provider == Provider::Login && *it != provider;
                unused_address = named.filter(is_unused).map(|it| it.address().to_owned());
                (provider, SwitchedOff::default())
            }
            CodexConfiguration::Inherit => {
                let Inherited { provider, profile, mcp_servers } = Inherited::read(environment)?;
                (provider, SwitchedOff { profile, mcp_servers })
            }
        };
        if let Provider::Address { base_url, .. } = &provider
            && let Some(doubt) = address::doubt(base_url)
        {
            return Err(Error::environment(format!("`reviewers.codex.base_url` {doubt}"))
                .hint("mend it: deming config edit"));
        }
        if let Some(name) = provider.key_variable()
            && environment.variable(name).is_none()
        {
            return Err(Error::environment(format!("the variable {name} is not set"))
                .hint(format!("set {name} to the API key for {}", provider.address())));
        }
        let login = if provider.requires_login() {
            Some(find_login(environment, &installation).await?)
        } else {
            None
        };
        if provider == Provider::Login && login == Some(Login::OpenaiKey) {
            // Codex does not look at this variable unless it is told to.
            provider = Provider::Address {
                base_url: "https://api.openai.com/v1".to_owned(),
                api_key_env: Some("OPENAI_API_KEY".to_owned()),
            };
        }
        let settings = settings.clone();
        Ok(Self { installation, provider, login, switched_off, settings, unused_address })
    }

    /// Where a payload goes, for the question and for binding the consent.
    pub(crate) fn destination(&self) -> Destination {
        let version = self.installation.version;
        let program = self.installation.launcher.display();
        let login = match self.login {
            Some(login) => login.describe().to_owned(),
            None => match self.provider.key_variable() {
                Some(name) => format!("API key from {name}"),
                None if self.settings.config == CodexConfiguration::Inherit => {
                    "credentials of your config.toml, if any".to_owned()
                }
                None => "no credentials".to_owned(),
            },
        };
        let address = self.provider.address();
        Destination {
            key: format!("codex {address}"),
            description: format!("{address}, through Codex CLI {version} at {program} ({login})"),
        }
    }

    /// What Codex adds by itself, and no switch keeps it from.
    pub(crate) fn additions(&self, environment: &Environment) -> Vec<String> {
        let mut additions = vec!["Codex' technical ids, version, system and terminal".to_owned()];
        if self.keeps_own_models() {
            additions.push("tools of its own, if Codex gives the model any".to_owned());
        }
        // Codex sends the first of them that is not blank.
        for name in ["AGENTS.override.md", "AGENTS.md"] {
            let path = environment.homes.codex.join(name);
            let size = match deming_store::read_bounded(&path, AGENTS_LIMIT) {
                Ok(bytes) if bytes.trim_ascii().is_empty() => continue,
                Ok(bytes) => bytes.len() as u64,
                Err(_) => std::fs::metadata(&path).map(|it| it.len()).unwrap_or_default(),
            };
            if 0 < size {
                let shown = environment.display(&path);
                let addition = format!("your own {shown} ({size} bytes), which Codex always sends");
                additions.push(addition);
                break;
            }
        }
        additions
    }

    /// The models without their tools, where that takes nothing from the person:
    /// a catalogue of the account, or of the person's `config.toml`, stays.
    async fn catalog(&self, environment: &Environment) -> Option<PathBuf> {
        if self.keeps_own_models() {
            return None;
        }
        let model = self.settings.model.as_deref();
        catalog::without_tools(environment, &self.installation, model).await
    }

    /// Whether Codex chooses the model, from a list that is not the built-in one.
    fn keeps_own_models(&self) -> bool {
        let by_account = matches!(self.login, Some(Login::Chatgpt | Login::Other));
        let by_config = self.settings.config == CodexConfiguration::Inherit;
        by_config || by_account && self.settings.model.is_none()
    }

    /// What Codex gets to see of the environment.
    fn variables(&self, environment: &Environment, empty: &Path) -> Vec<(OsString, OsString)> {
        let login = self.login.and_then(Login::credential).into_iter();
        let credentials: Vec<&str> = login.chain(self.provider.variables()).collect();
        let mut variables = environment.for_child(&credentials);
        // Codex asks programs on PATH, twice, what system it runs on: a fifth of
        // its start, and a program of somebody else's choice. Under `inherit` it
        // may get the person's credentials from one.
        if self.settings.config == CodexConfiguration::Isolated && !self.installation.is_script {
            variables.retain(|(name, _)| name != "PATH");
            variables.push(("PATH".into(), empty.into()));
        }
        variables
    }

    /// What a person should know about this Codex, a sentence each.
    pub(crate) fn remarks(&self) -> Vec<String> {
        let version = self.installation.version;
        let newer = (NEWEST_TESTED < version).then(|| {
            format!("Codex {version} is newer than the newest tested version, {NEWEST_TESTED}")
        });
        newer.into_iter().chain(self.unused_address()).collect()
    }

    /// Says so where the person's `config.toml` names an address that is not used.
    pub(crate) fn unused_address(&self) -> Option<String> {
        let address = self.unused_address.as_ref()?;
        Some(format!(
            "your Codex' config.toml names {address}, which is not used, since \
             `reviewers.codex.config` is `isolated`"
        ))
    }

    /// One round-trip.
    ///
    /// # Errors
    /// Every way in which there is no reply, by kind.
    pub(crate) async fn send(
        &self,
        environment: &Environment,
        approved: &Approved,
        deadline: Duration,
        cancelled: impl Future<Output = ()>,
    ) -> Result<ExecReply, Failure> {
        check_length(approved.prompt())?;
        let local = |error: &dyn std::fmt::Display| {
            Failure::new(FailureKind::Environment, format!("cannot {error}"))
        };
        let scratch = Scratch::new().map_err(|error| local(&error))?;
        let instructions = scratch
            .file("instructions.md", approved.instructions().as_bytes())
            .map_err(|error| local(&error))?;
        let schema = scratch
            .file("schema.json", approved.schema().as_bytes())
            .map_err(|error| local(&error))?;
        let folder = scratch.empty_folder("empty").map_err(|error| local(&error))?;
        let catalog = self.catalog(environment).await;
        let paths = arguments::Paths {
            folder: &folder,
            instructions: &instructions,
            schema: &schema,
            catalog: catalog.as_deref(),
        };
        let program = Program {
            path: self.installation.program.clone(),
            arguments: arguments::arguments(
                &self.settings,
                &self.provider,
                &self.switched_off,
                paths,
            ),
            variables: self.variables(environment, &folder),
            folder: folder.clone(),
            stdin: approved.prompt().as_bytes().to_vec(),
        };

        let mut run = ExecRun::default();
        let mut waits = 0;
        let finished = process::run(&program, deadline, cancelled, |line| {
            let event = run.take(line);
            if let ExecEvent::Working(what) = event {
                output::progress(&format!("  Codex is {what} …"));
            }
            match is_hopeless(&event, &mut waits) {
                true => Flow::Stop,
                false => Flow::Continue,
            }
        })
        .await
        .map_err(|error| local(&error))?;

        let reply = match finished.end {
            End::Exited(code) => run.finish(ExecEnd::Exited(code), &finished.stderr),
            End::Signalled(_) => run.finish(ExecEnd::Signalled, &finished.stderr),
            End::Stopped => Err(deming_core::exec_event::classify(
                run.last_error().unwrap_or("Connection failed: no network"),
            )),
            End::DeadlinePassed => Err(Failure::new(
                FailureKind::Timeout,
                format!("no reply within {}; Codex was stopped", duration_words(deadline)),
            )),
            End::Cancelled => Err(Failure::with_hint(
                FailureKind::Incomplete,
                "the round was cancelled; Codex was stopped",
                "run the same command again",
            )),
        };
        reply.map_err(|mut failure| {
            let address = self.provider.address();
            if failure.kind == FailureKind::Network && !failure.message.contains(address) {
                failure.message = format!("{} ({address})", failure.message);
            }
            failure
        })
    }
}

/// Whether Codex would take a prompt at all.
///
/// # Errors
/// When it is too long.
pub(crate) fn check_length(prompt: &str) -> Result<(), Failure> {
    let characters = prompt.chars().count();
    if characters <= PROMPT_LIMIT {
        return Ok(());
    }
    let message = format!("the prompt has {characters} characters, Codex takes {PROMPT_LIMIT}");
    Err(Failure::new(FailureKind::TooLarge, message))
}

/// Whether Codex will only repeat what cannot help: a refused login, a payload
/// that is too large, or a network that is not there.
fn is_hopeless(event: &ExecEvent, waits: &mut u32) -> bool {
    let ExecEvent::Reconnecting(reason) = event else { return false };
    if reason.contains("waiting for network") {
        *waits += 1;
    }
    let refused = ["unexpected status 401", "unexpected status 403", "unexpected status 413"];
    NETWORK_PATIENCE < *waits || refused.iter().any(|it| reason.contains(it))
}

fn duration_words(duration: Duration) -> String {
    match duration.as_secs() {
        seconds if seconds < 120 => format!("{seconds} seconds"),
        seconds => format!("{} minutes", seconds / 60),
    }
}

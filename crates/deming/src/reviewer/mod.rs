//! The reviewers: who is asked, and with what contract.
//!
//! Whatever leaves this machine goes through [`Reviewer::send`], which takes
//! nothing but an [`Approved`] payload.

pub(crate) mod codex_cli;
pub(crate) mod offline;

use std::path::Path;
use std::time::Duration;

use deming_core::exec_event::ExecReply;
use deming_core::failure::Failure;

use codex_cli::CodexCli;

use crate::environment::Environment;
use crate::error::Error;
use crate::outbound::{Approved, Destination};
use crate::settings::{ReviewerName, Settings};

/// A reviewer outside of this process.
#[derive(Clone, Debug)]
pub(crate) enum Reviewer {
    Codex(CodexCli),
}

impl Reviewer {
    /// Finds the reviewer and what it needs, without sending anything.
    ///
    /// # Errors
    /// When it is missing, not logged in or misconfigured.
    pub(crate) async fn prepare(
        name: ReviewerName,
        environment: &Environment,
        settings: &Settings,
        project: &Path,
    ) -> Result<Self, Error> {
        match name {
            ReviewerName::Codex => {
                let codex = CodexCli::prepare(environment, &settings.reviewers.codex, project);
                Ok(Self::Codex(codex.await?))
            }
            ReviewerName::Openai => {
                Err(Error::environment("this version has no HTTP reviewer yet")
                    .hint("use --reviewer codex, or --reviewer offline"))
            }
            ReviewerName::Offline => {
                Err(Error::usage("the offline reviewer sends nothing, so it cannot be prepared"))
            }
        }
    }

    /// The name that readers see.
    pub(crate) fn label(&self) -> &'static str {
        match self {
            Self::Codex(_) => "Codex",
        }
    }

    pub(crate) fn destination(&self) -> Destination {
        match self {
            Self::Codex(codex) => codex.destination(),
        }
    }

    /// What the reviewer's own program sends by itself, a sentence each.
    pub(crate) fn additions(&self, environment: &Environment) -> Vec<String> {
        match self {
            Self::Codex(codex) => codex.additions(environment),
        }
    }

    /// What a person should know about it, a sentence each.
    pub(crate) fn remarks(&self) -> Vec<String> {
        match self {
            Self::Codex(codex) => codex.remarks(),
        }
    }

    /// Says so where the person named an address that is not used.
    pub(crate) fn unused_address(&self) -> Option<String> {
        match self {
            Self::Codex(codex) => codex.unused_address(),
        }
    }

    /// Whether the reviewer would take a prompt at all; to be asked before a
    /// person is.
    ///
    /// # Errors
    /// When it is too long.
    pub(crate) fn check_length(&self, prompt: &str) -> Result<(), Failure> {
        match self {
            Self::Codex(_) => codex_cli::check_length(prompt),
        }
    }

    /// Sends the payload and waits for the reply.
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
        match self {
            Self::Codex(codex) => codex.send(environment, approved, deadline, cancelled).await,
        }
    }
}

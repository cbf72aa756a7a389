//! The command line as typed. What it means is up to `commands`.

use clap::{Parser, Subcommand};

use crate::commands::{
    config, consent, doctor, metrics, pdca, prompts, recall, refine, review, scan,
};

/// Reviews plans before code is written, and keeps Plan-Do-Check-Act sessions.
///
/// Deming is the helper behind the Claude Code commands /refine-plan-codex,
/// /pdca-start, /pdca and /pdca-retro. It also works by itself, in a terminal or
/// in CI.
#[derive(Debug, Parser)]
#[command(name = "deming", version, after_help = AFTER_HELP, max_term_width = 100)]
pub(crate) struct Cli {
    #[command(subcommand)]
    pub command: Command,
}

const AFTER_HELP: &str = "\
Examples:
  deming review PLAN.md --reviewer offline   check a plan without an account
  deming review PLAN.md                      ask Codex, after asking you
  deming review PLAN.md --dry-run            see what would be sent, to the byte
  deming pdca lint LOG.md                    check the log of a session
  deming recall refresh tokens               what earlier sessions learned

Exit codes: 0 done or approved, 1 blocking findings, 2 usage, 3 environment,
4 the review failed or could not be read, 5 consent needed, 70 a bug of ours.";

#[derive(Debug, Subcommand)]
pub(crate) enum Command {
    Review(review::Arguments),
    Refine(refine::Arguments),
    Pdca(pdca::Arguments),
    Recall(recall::Arguments),
    Prompts(prompts::Arguments),
    Metrics(metrics::Arguments),
    Scan(scan::Arguments),
    Config(config::Arguments),
    Consent(consent::Arguments),
    Doctor(doctor::Arguments),
}

//! The one integration test binary: the helper and its plugin with the real clients.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail loudly")]
#![expect(clippy::print_stderr, reason = "the benchmark reads the number of model turns")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests start processes and write files of their own"
)]

mod claude_smoke;
mod codex_smoke;
mod command_files;
mod config;
mod consent;
mod doctor;
mod metrics;
mod pdca_hook;
mod pdca_input;
mod pdca_lessons;
mod pdca_lint;
mod pdca_screen;
mod pdca_session;
mod question_smoke;
mod refine_answers;
mod refine_hooks;
mod refine_kill;
mod refine_log;
mod refine_places;
mod refine_rogue;
mod refine_screen;
mod refine_secret;
mod refine_secret_screen;
mod refine_sessions;
mod refine_steps;
mod refine_terminal;
mod refine_words;
mod review_configuration;
mod review_consent;
mod review_failure;
mod review_input;
mod review_machine;
mod review_offline;
mod review_outbound;
mod review_place;
mod review_reply;
mod review_standing;
mod review_stop;
mod scan;
mod support;
mod support_smoke;
mod trust_children;
mod trust_consent;
mod trust_files;
mod trust_reply;
mod trust_values;

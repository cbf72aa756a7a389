//! The one integration test binary: the helper and its plugin with the real clients.

#![expect(clippy::unwrap_used, reason = "a test that cannot go on should fail loudly")]
#![expect(
    clippy::disallowed_methods,
    reason = "tests start processes and write files of their own"
)]

mod claude_smoke;
mod codex_smoke;
mod question_smoke;
mod refine_screen;
mod refine_steps;
mod support;
mod support_smoke;

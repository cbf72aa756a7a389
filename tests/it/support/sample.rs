//! The sample session: three replies of a reviewer, and the author's side.

use serde_json::{Value, json};

use super::{author::Author, reply::Reply};

pub(crate) const TASK: &str = "Add JWT authentication to my FastAPI backend";
pub(crate) const PLAN: &str = include_str!("../../fixtures/sample-review/plan-v1.md");
/// What the sample session leaves, as a person said yes and accepted it.
pub(crate) const SAMPLE_LOG: &str = include_str!("../../fixtures/sample-review/log.md");

/// A finding of a reply.
pub(crate) fn finding(level: &str, text: &str) -> Value {
    json!({ "level": level, "text": text })
}

/// What a reply says of an earlier finding.
pub(crate) fn prior(id: &str, status: &str) -> Value {
    json!({ "id": id, "status": status, "note": "" })
}

pub(crate) fn reply(verdict: &str, findings: &[Value], prior: &[Value]) -> Reply {
    Reply::json(&json!({ "verdict": verdict, "findings": findings, "prior": prior }))
}

pub(crate) fn approval() -> Reply {
    reply("approve", &[], &[])
}

/// The three replies of the sample session, in its words.
pub(crate) fn sample_replies() -> Vec<Reply> {
    let fixed = |ids: &[&str]| ids.iter().map(|it| prior(it, "fixed")).collect::<Vec<_>>();
    vec![
        reply(
            "revise",
            &[
                finding(
                    "high",
                    "No token refresh mechanism: users are logged out when the token expires",
                ),
                finding("medium", "No rate limit on the login endpoint"),
                finding("medium", "Tokens cannot be revoked at logout"),
                finding("low", "Consider httpOnly, secure and sameSite cookies"),
            ],
            &[],
        ),
        reply(
            "revise",
            &[
                finding("medium", "What happens when Redis is not available?"),
                finding("low", "Consider a sliding window for the rate limit"),
                finding("nitpick", "Expiry times could be configurable"),
            ],
            &fixed(&["F1", "F2", "F3", "F4"]),
        ),
        reply(
            "revise",
            &[
                finding("low", "Add an endpoint that logs out all devices"),
                finding("nitpick", "Show the flow in a sequence diagram"),
            ],
            &fixed(&["F5", "F6", "F7"]),
        ),
    ]
}

/// The answers and plans of the sample session.
pub(crate) fn sample_revisions() -> [String; 2] {
    [
        format!(
            "F1 fixed: Added refresh token mechanism\n\
             F2 fixed: Added rate limiting on auth endpoints\n\
             F3 fixed: Added token blacklist with Redis\n\
             F4 fixed: Cookies are httpOnly, secure and sameSite\n\n{}",
            include_str!("../../fixtures/sample-review/plan-v2.md")
        ),
        format!(
            "F5 fixed: The blacklist falls back to memory\n\
             F6 deferred: A fixed window is enough for now\n\
             F7 fixed: Made token expiry configurable\n\n{}",
            include_str!("../../fixtures/sample-review/plan-v3.md")
        ),
    ]
}

pub(crate) const LEARNINGS: &str =
    "- Always consider token refresh for JWT auth\n- Auth endpoints need rate limiting";

/// The author of the sample session.
pub(crate) fn sample_author() -> Author {
    Author {
        slug: "jwt-auth",
        first_plan: PLAN.to_owned(),
        revisions: sample_revisions().into(),
        learnings: LEARNINGS.to_owned(),
    }
}

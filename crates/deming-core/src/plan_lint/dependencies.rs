//! Rule: a plan that leans on a service of its own says what happens when the
//! service is away. One word about failure anywhere is enough.

use crate::finding::Level;
use crate::plan::{Plan, WordList, is_listed, word_list, words};
use crate::plan_lint::finding::{LintFinding, RuleName};
use crate::plan_lint::language::Language;

/// Services over a network, by names that are nothing else.
static SERVICES: WordList = WordList::new(|| {
    word_list(
        "redis memcached kafka rabbitmq elasticsearch opensearch stripe twilio \
    sendgrid mailgun auth0 okta dynamodb cloudinary algolia plaid openai",
    )
});

/// Words with which a plan speaks of things going wrong.
static FAILURE: WordList = WordList::new(|| {
    word_list(
        "fail fails failed failing failure failures failover fallback fallbacks \
    unavailable unavailability unreachable down downtime outage outages timeout timeouts retry \
    retries retried degrade degrades degraded degradation error errors offline circuit queue queued \
    exception exceptions resilient resilience graceful gracefully risk risks",
    )
});

pub(super) fn check(plan: &Plan, language: Language) -> Option<LintFinding> {
    if language != Language::English
        || words(&plan.text).iter().any(|it| FAILURE.contains(it.as_str()))
    {
        return None;
    }
    for block in plan.blocks.iter().filter(|it| !it.is_code()) {
        for (line, text) in block.lines() {
            let mut words = text.split(|it: char| !it.is_alphanumeric());
            let service = words.find(|it| SERVICES.contains(it.to_lowercase().as_str()));
            let is_negated = |text: &str| {
                let mut words = text.split(|it: char| !it.is_alphanumeric());
                words.any(|it| is_listed("no not without instead remove", &it.to_lowercase()))
            };
            let service = service.filter(|_| !is_negated(&text));
            if let Some(service) = service {
                return Some(LintFinding {
                    rule: RuleName::NoFailureHandling,
                    level: Level::Low,
                    line: Some(line),
                    text: format!(
                        "Nothing is said about `{service}` being unavailable; say what happens then"
                    ),
                });
            }
        }
    }
    None
}

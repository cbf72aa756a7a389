//! The vendors' rules, from the library: several hundred token shapes.
//! Loaded when a text is met that could hold such a token.

mod keyword;

use std::ops::Range;
use std::sync::LazyLock;

use veloci::detect::{BETTERLEAKS_RULESET, Detection, Detector as _, LeafContext, RulesetDetector};

use crate::hit::Hit;
use crate::placeholder::is_sample_token;
use crate::randomness;

/// A rule set with fewer rules was not loaded whole.
const FEWEST_RULES: usize = 350;

/// Rules that are replaced by the context of this crate, or that name public
/// halves of a credential.
const EXCLUDED: &[&str] = &[
    "generic-*",
    "curl-*",
    "private-key",
    "kubernetes-secret-yaml",
    "*-client-id",
    "*-tenant-id",
    "*-application-id",
    "*-account-name",
    "*-cloud-name",
    "*-public-key",
    "*-pub-key",
    "lob-pub-*",
    "segment-public-*",
    "posthog-project-*",
    "*-url.1",
    "*-host.1",
    "artifactory-jfrog-url",
    "supabase-project-url",
    "polymarket-address",
    "*-token-name.1",
    "new-relic-browser-api-token",
    "flutterwave-public-key",
    "plivo-auth-id",
    "planetscale-id",
    "sidekiq-sensitive-url",
    "nuget-config-password",
    "hashicorp-tf-password",
];

static RULES: LazyLock<Result<RulesetDetector, String>> = LazyLock::new(|| {
    // Marks like `gitleaks:allow` stand in the scanned text, which may be
    // anybody's: they excuse nothing.
    let rules =
        BETTERLEAKS_RULESET.clone().allow_signatures(Vec::<String>::new()).exclude_rules(EXCLUDED);
    let count = rules.rule_ids().count();
    if count < FEWEST_RULES {
        return Err(format!("only {count} rules were loaded"));
    }
    prove(&rules).map(|()| rules)
});

/// Finds what the vendors' rules know.
///
/// # Errors
/// When the rules could not be loaded, or do not find a token drawn for proof.
pub(crate) fn find(text: &str) -> Result<Vec<Hit>, String> {
    if !keyword::may_match(text) {
        return Ok(Vec::new());
    }
    let rules = RULES.as_ref().map_err(Clone::clone)?;
    Ok(detect(rules, text))
}

fn detect(rules: &RulesetDetector, text: &str) -> Vec<Hit> {
    let mut detections: Vec<Detection> = Vec::new();
    rules.detect(text, &LeafContext::default(), &mut detections);
    detections
        .into_iter()
        .filter_map(|it| {
            let name = it.label.rsplit(':').next().unwrap_or_default();
            let name = name.split('.').next().unwrap_or_default();
            narrow(text, it.range).map(|range| Hit::rule(range, name))
        })
        .collect()
}

/// Leaves out addresses whose password is found for itself.
fn narrow(text: &str, range: Range<usize>) -> Option<Range<usize>> {
    let value = &text[range.clone()];
    let has_password = value.split_once("://").is_some_and(|(_, rest)| rest.contains('@'));
    (!has_password && !is_sample(value)).then_some(range)
}

/// Values that documents show in place of a real one: masks, and the token
/// that every introduction to signed tokens uses.
fn is_sample(value: &str) -> bool {
    let lower = value.to_ascii_lowercase();
    let masked = ["xxxx", "....", "****", "00000000", "11111111", "example", "your", "<", "${"]
        .iter()
        .any(|it| lower.contains(it));
    masked || is_sample_token(value) || randomness::is_sequence(value)
}

/// Finds a token of a well-known shape, so that broken rules are noticed.
fn prove(rules: &RulesetDetector) -> Result<(), String> {
    let digits: String =
        (0..36_u32).filter_map(|it| char::from_digit((it * 23 + 5) % 36, 36)).collect();
    let token = format!("gh{}_{digits}", "p");
    match detect(rules, &token).is_empty() {
        true => Err("the rules do not find a known token".to_owned()),
        false => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[test]
    fn vendor_tokens_are_found_by_name() {
        let token = Generator::new(51).github_token();
        let text = format!("use {token} gitleaks:allow");
        assert_eq!(find(&text), Ok(vec![Hit::rule(4..4 + token.len(), "github-pat")]));
    }

    #[test]
    fn rules_are_all_there() {
        assert!(FEWEST_RULES <= BETTERLEAKS_RULESET.rule_ids().count());
    }
}

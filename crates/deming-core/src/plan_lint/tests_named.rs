//! Rule: a plan that changes code names at least one test.

use crate::finding::Level;
use crate::plan::{NamedFile, Plan, Section, WordList, bare_heading, is_listed, word_list};
use crate::plan_lint::finding::{LintFinding, RuleName};
use crate::plan_lint::language::Language;

/// Stems that begin a word for a test, in the languages that are known.
const STEMS: &str = "test spec_ pytest vitest unittest doctest nextest prueba ensayo teste prova \
    тест провер";

/// Whole words that mean a test without its stem.
static WORDS: WordList = WordList::new(|| {
    word_list(
        "rspec jest mocha playwright cypress selenium e2e qa tdd bdd coverage getestet \
    benchmark fuzz fuzzing proptest snapshot_test smoketest",
    )
});

/// Scripts without spaces are searched.
const PARTS: [&str; 8] =
    ["テスト", "試験", "测试", "測試", "테스트", "シナリオ検証", "验证", "検証"];

/// Headings under which a plan says how it is checked, by hand perhaps.
const VERIFICATION: [&str; 6] = [
    "verification",
    "validation",
    "verification plan",
    "manual verification",
    "how to verify",
    "verification steps",
];

/// Beginnings of words that have nothing to do with tests.
const FALSE_STEMS: [&str; 4] = ["testimon", "testament", "testif", "provabl"];

/// Endings of files that no test is needed for.
const DOCUMENTS: [&str; 9] =
    [".md", ".mdx", ".rst", ".txt", ".svg", ".png", "LICENSE", "NOTICE", "CODEOWNERS"];

pub(super) fn check(plan: &Plan, files: &[NamedFile], language: Language) -> Option<LintFinding> {
    if language == Language::Unknown || names_test(plan) || are_documents(files) {
        return None;
    }
    Some(LintFinding {
        rule: RuleName::NoTest,
        level: Level::Medium,
        line: None,
        text: "No test is named; say which tests show that the change works, and where they go"
            .to_owned(),
    })
}

fn names_test(plan: &Plan) -> bool {
    let is_verified = |it: &Section| {
        VERIFICATION.contains(&bare_heading(&it.heading).as_str()) && !it.text.is_empty()
    };
    plan.sections.iter().any(is_verified)
        || PARTS.iter().any(|it| plan.text.contains(it))
        || plan.text.contains(".spec.")
        || plan.text.split(|it: char| !it.is_alphanumeric()).any(is_test_word)
}

fn is_test_word(word: &str) -> bool {
    let lower = word.to_lowercase();
    let is_compound = word.ends_with("Test")
        || word.ends_with("Spec")
        || lower.ends_with("tests") && !is_listed("contests protests attests detests", &lower)
        || lower.ends_with("unittest")
        || lower.ends_with("stest")
            && !is_listed("fastest hardest closest loosest densest", &lower);
    let is_false = FALSE_STEMS.iter().any(|it| lower.starts_with(it));
    !is_false
        && (is_compound
            || WORDS.contains(lower.as_str())
            || STEMS.split_whitespace().any(|it| lower.starts_with(it)))
}

fn are_documents(files: &[NamedFile]) -> bool {
    let is_document = |path: &str| DOCUMENTS.iter().any(|it| path.ends_with(it));
    !files.is_empty() && files.iter().all(|it| is_document(&it.path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(words: &[&str], want: bool) {
        for word in words {
            assert_eq!(is_test_word(word), want, "{word}");
        }
    }

    #[test]
    fn words_for_tests_are_known() {
        check(&["test", "Tests", "testing", "UserTest", "AuthTests", "pytest", "E2E"], true);
        check(&["Integrationstest", "Unittests", "Lasttests", "pruebas", "тесты"], true);
    }

    #[test]
    fn words_that_only_look_like_it_are_not() {
        check(&["latest", "contests", "fastest", "greatest", "attest", "testimonials"], false);
        check(&["spec", "verification", "inspect"], false);
    }
}

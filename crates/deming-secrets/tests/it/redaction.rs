//! Redaction with the real rules: nothing of a value is left, labels hold over
//! rounds, a second scan finds nothing, and no text makes the scanner panic.

use deming_core::secret::{
    LabelBook, LabelKey, Labels, Redacted, ScanError, Scanner as _, redact_fully,
};
use deming_secrets::{LARGEST_TEXT, RuleScanner};

use crate::drawn;
use crate::generate::Generator;

fn labels() -> Labels {
    Labels::new(LabelKey::new([3; 32]), LabelBook::default())
}

fn redacted(text: &str, labels: &mut Labels) -> Redacted {
    redact_fully(&RuleScanner, text, labels).unwrap()
}

#[test]
fn no_run_of_a_value_is_left() {
    const RUN: usize = 6;
    for document in (20..24).flat_map(drawn::documents) {
        let text = redacted(&document.text, &mut labels()).text;
        for label in &document.labels {
            let value = &document.text.as_bytes()[label.span.clone()];
            let runs = value.windows(RUN).filter(|it| !it.contains(&b'-') && !it.contains(&b' '));
            for run in runs {
                let run = std::str::from_utf8(run).unwrap();
                let left = text.contains(run) && !"BEGIN PRIVATE KEY END".contains(run);
                assert!(!left, "part of a value is left in {}", document.name);
            }
        }
    }
}

#[test]
fn redacting_twice_changes_nothing() {
    for document in drawn::documents(30) {
        let mut labels = labels();
        let once = redacted(&document.text, &mut labels);
        let twice = redacted(&once.text, &mut labels);
        assert_eq!(twice, Redacted { text: once.text, secrets: Vec::new() }, "{}", document.name);
    }
}

#[test]
fn a_value_has_one_label_in_all_texts_of_a_review() {
    let mut generator = Generator::new(31);
    let (token, password) = (generator.github_token(), generator.password());
    let mut labels = labels();
    let plan = redacted(&format!("Use {token}.\n\npassword: {password}\n"), &mut labels);
    let diff =
        redacted(&format!("@@ -1 +1,2 @@\n+password: {password}\n+t = '{token}'\n"), &mut labels);
    assert_eq!(plan.text, "Use [REDACTED:github-pat#1].\n\npassword: [REDACTED:password#2]\n");
    assert_eq!(
        diff.text,
        "@@ -1 +1,2 @@\n+password: [REDACTED:password#2]\n+t = '[REDACTED:github-pat#1]'\n"
    );
}

#[test]
fn a_value_that_was_cut_is_replaced_with_its_seam() {
    let token = Generator::new(32).github_token();
    let (head, tail) = token.split_at(20);
    let text = format!("let t = \"{head}\" +\n    \"{tail}\";\n");
    assert_eq!(redacted(&text, &mut labels()).text, "let t = \"[REDACTED:github-pat#1]\";\n");
}

#[test]
fn hidden_characters_do_not_hide_a_value() {
    let token = Generator::new(33).github_token();
    let (head, tail) = token.split_at(12);
    let text = format!("see {head}\u{200b}{tail} there");
    assert_eq!(redacted(&text, &mut labels()).text, "see [REDACTED:github-pat#1] there");
}

#[test]
fn marks_that_excuse_a_line_excuse_nothing() {
    let token = Generator::new(34).github_token();
    let text = format!("t = \"{token}\" # gitleaks:allow betterleaks:allow");
    assert!(!redacted(&text, &mut labels()).text.contains(&token));
}

#[test]
fn too_much_text_is_an_error() {
    let text = "a ".repeat(LARGEST_TEXT / 2 + 1);
    let size = text.len() / 1024;
    let want = ScanError(format!("the text has {size} kB, more than {} kB", LARGEST_TEXT / 1024));
    assert_eq!(RuleScanner.scan(&text), Err(want));
}

/// Pieces that the rules look at, joined without sense.
const PIECES: &[&str] = &[
    "password",
    "=",
    ": ",
    "\n",
    "\"",
    "'",
    "`",
    "\\",
    "\\n",
    "\\\n",
    "|",
    "| --- |\n",
    "token",
    " is ",
    "://",
    "@",
    "u:p@",
    "%3D",
    "-----BEGIN RSA PRIVATE KEY-----",
    "-----END RSA PRIVATE KEY-----",
    "\u{200b}",
    "\u{ff1a}",
    "\u{e9}",
    "\u{1f600}",
    "[REDACTED:token#1]",
    "${",
    "}",
    "**",
    "~~",
    "<password>",
    "</password>",
    "<td>",
    "+",
    "> ",
    "@@ -1 +1 @@\n",
    "curl -u ",
    "kind: Secret\ndata:\n  x: ",
    "\"kty\"",
    "{",
    "mysql -p",
    "login(",
    ",",
    "echo ",
    "|docker login --password-stdin",
    "\u{3000}",
    "q(",
    "&amp;",
];

#[test]
fn no_text_makes_the_scanner_fail() {
    let mut generator = Generator::new(35);
    for round in 0..400 {
        let mut text = String::new();
        for _ in 0..generator.below(40) {
            match generator.below(5) {
                0 => text.push_str(&generator.alphanumeric(30)),
                1 => text.push_str(&generator.password()),
                _ => text.push_str(generator.pick(PIECES)),
            }
        }
        let mut position = 0;
        for secret in RuleScanner.scan(&text).unwrap() {
            assert!(position <= secret.span.start && text.get(secret.span.clone()).is_some());
            position = secret.span.end;
        }
        let redacted = redact_fully(&RuleScanner, &text, &mut labels());
        let left = redacted.map(|it| RuleScanner.scan(&it.text).unwrap());
        assert_eq!(left, Ok(Vec::new()), "round {round}: {text:?}");
    }
}

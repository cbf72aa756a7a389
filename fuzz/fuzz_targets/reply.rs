//! Decodes arbitrary replies: no panic, and a HIGH tag never ends in an
//! approval unless the reply speaks of settled findings.

#![no_main]

use deming_core::clean::clean;
use deming_core::finding::{Finding, FindingId, Level};
use deming_core::reply::decode;
use deming_core::verdict::{Verdict, verdict};
use libfuzzer_sys::fuzz_target;

/// Words of a reply that may take a HIGH finding out of the count.
const SETTLED: [&str; 14] = [
    "fixed", "resolved", "addressed", "solved", "corrected", "closed", "settled", "withdr", "done",
    "previous", "prior", "earlier", "retracted", "rescinded",
];

fuzz_target!(|text: &str| {
    let prior = [Finding { id: FindingId(1), level: Level::Low, text: "earlier".to_owned() }];
    let (open, choice) = match text.bytes().fold(0_u8, u8::wrapping_add) {
        sum if sum % 2 == 0 => (&prior[..], sum / 2),
        sum => (&[][..], sum / 2),
    };
    let middle = text.len() * usize::from(choice) / 128;
    let middle = (middle..=text.len()).find(|it| text.is_char_boundary(*it)).unwrap_or_default();
    let (before, after) = text.split_at(middle);
    let tag = ["\n\n[HIGH] step 2 drops the table\n\n", "\n- [High] step 2\n", " [HIGH] "]
        [usize::from(choice % 3)];
    match choice % 4 {
        0 => check(text, open),
        1 => check(&format!("{before}{tag}{after}"), open),
        2 => check(&format!("{before}{tag}{after}\n\nApproved.\n"), open),
        _ => check(&format!("LGTM\n\n{before}{tag}{after}"), open),
    }
});

fn check(text: &str, prior: &[Finding]) {
    let decoded = decode(text, prior);
    if verdict(&decoded, prior) != Verdict::Approved {
        return;
    }
    // Without the marks of emphasis, which may stand within a word.
    let seen = clean(text).to_lowercase().replace(['*', '_'], "");
    if SETTLED.iter().any(|it| seen.contains(it)) {
        return;
    }
    assert!(!seen.contains("[high]"), "approved in spite of a HIGH tag:\n{text}");
}

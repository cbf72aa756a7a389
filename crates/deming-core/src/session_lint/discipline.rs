//! Test-first: the classes of the steps against what the metric counts.

use super::log::Log;
use super::numbers::{first_ratio, number_before};
use super::{Report, Rule};

/// First come those in which the test came first, then those in which it did
/// not; the others are not counted.
const CLASSES: [&str; 6] =
    ["PROVEN", "LIKELY", "TEST_AFTER", "NO_TEST", "NOT_SEEN", "NOT_APPLICABLE"];

pub(super) fn check(log: &Log<'_>, report: &mut Report) {
    check_words(log, report);
    let Some((line, value)) = log.metric("test-first") else { return };
    let in_steps = |class: &str| log.blocks.iter().filter(|it| it.class == Some(class)).count();
    let in_steps = CLASSES.map(|it| u32::try_from(in_steps(it)).unwrap_or(u32::MAX));
    let has_classes = log.blocks.iter().any(|it| it.class.is_some());
    let ratio = first_ratio(value).filter(|_| value.contains("steps"));
    let counted = CLASSES.map(|it| number_before(value, &it.to_lowercase()));
    let mut add = |message: String, truth: String| {
        report.add(line.line, Rule::TestFirst, message, truth);
    };

    let first_and_all = |counts: [u32; 6]| {
        let first = counts[0].saturating_add(counts[1]);
        (first, first.saturating_add(counts[2]).saturating_add(counts[3]))
    };
    let is_counted = counted[..4].iter().all(Option::is_some);
    if let Some((part, all)) = ratio {
        let message = format!("{part} of {all} steps");
        if is_counted {
            let (first, sum) = first_and_all(counted.map(Option::unwrap_or_default));
            if (part, all) != (first, sum) {
                add(message, format!("{first} of {sum} by its own classes"));
            }
        } else if has_classes {
            let (first, sum) = first_and_all(in_steps);
            if (part, all) != (first, sum) {
                add(message, format!("{first} of {sum} in the progress log"));
            }
        } else {
            let steps = log.blocks.iter().map(|it| it.last.saturating_sub(it.first) + 1);
            let steps = steps.fold(0, u32::saturating_add);
            if 0 < steps && steps < all {
                add(message, format!("{steps} in the progress log"));
            }
        }
    }
    for ((class, counted), in_steps) in CLASSES.iter().zip(counted).zip(in_steps) {
        let Some(counted) = counted.filter(|_| has_classes) else { continue };
        // Steps without new behaviour say nothing of themselves.
        let is_wrong = match *class {
            "NOT_APPLICABLE" => counted < in_steps,
            _ => counted != in_steps,
        };
        if is_wrong {
            add(format!("{counted} {class}"), format!("{in_steps} in the progress log"));
        }
    }
}

fn check_words(log: &Log<'_>, report: &mut Report) {
    for block in &log.blocks {
        if let Some(class) = block.class.filter(|it| !CLASSES.contains(it)) {
            let message = format!("step {} is `{class}`", block.name());
            let truth = format!("`{}` or `{}`", CLASSES[..5].join("`, `"), CLASSES[5]);
            report.add(block.line, Rule::Vocabulary, message, truth);
        }
    }
}

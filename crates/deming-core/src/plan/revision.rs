//! Whether the next version of a plan is whole: changed, without elisions,
//! and without sections that went or shrank without a word.

use std::collections::HashSet;

use crate::plan::elision::{Elision, ElisionKind, elisions};
use crate::plan::outline::{Plan, Section};
use crate::plan::said::Said;
use crate::plan::survival::{MERGED, RENAMED, Survival, alike, content_lines};
use crate::plan::title::without_version;
use crate::plan::wording::{bare_heading, words_joined};

/// What the author answered to one finding, as far as it concerns the plan.
#[derive(Clone, Copy, Debug)]
pub struct AnswerText<'a> {
    pub text: &'a str,
    /// The finding was rejected, so that the plan may stay as it is.
    pub rejects: bool,
}

/// Why a version is not taken. Each says where and what to do.
#[derive(Clone, Debug, Eq, PartialEq, thiserror::Error)]
pub enum RevisionRefused {
    #[error("the plan did not change, and no finding was rejected")]
    Unchanged,
    #[error("the plan leaves out its own text: {}", quoted(.0))]
    Elided(Vec<Elision>),
    #[error("the plan lost {} without a word: {}", sections(.0.len()), listed(.0))]
    SectionsLost(Vec<String>),
    #[error("the plan lost most of {} without a word: {}", sections(.0.len()), listed(.0))]
    SectionsShrunk(Vec<String>),
}

impl RevisionRefused {
    /// One action that gets further.
    pub fn hint(&self) -> &'static str {
        match self {
            Self::Unchanged => "change the plan, or reject a finding and say why",
            Self::Elided(_) => {
                "write the whole plan out, every section in full; what is reviewed and logged is \
                 what stands there"
            }
            Self::SectionsLost(_) => {
                "put the sections back, or name each in an answer and say that it was removed or \
                 where it went"
            }
            Self::SectionsShrunk(_) => {
                "write the sections out in full, or name each in an answer and say that it was \
                 shortened"
            }
        }
    }
}

/// Compares a version of a plan with the one before it, and gives every reason
/// not to take it; none where it is whole.
///
/// It is refused when it is unchanged although nothing was rejected, stands in
/// for its own text, or lost whole sections that no answer and no line of the
/// new plan speaks of. Renamed, merged and moved sections are not lost.
pub fn check_revision(old: &Plan, new: &Plan, answers: &[AnswerText<'_>]) -> Vec<RevisionRefused> {
    if is_unchanged(old, new) {
        let rejects = answers.iter().any(|it| it.rejects);
        return if rejects { Vec::new() } else { vec![RevisionRefused::Unchanged] };
    }
    let mut refused = Vec::new();
    let elided = elided(old, new);
    if !elided.is_empty() {
        refused.push(RevisionRefused::Elided(elided));
    }
    let said = Said::of(old, new, answers);
    if said.rewritten {
        return refused;
    }
    let survival = Survival::of(new);
    let lost = lost_sections(old, new, &survival, &said);
    if !lost.is_empty() {
        refused.push(RevisionRefused::SectionsLost(lost));
    }
    let shrunk = shrunk_sections(old, new, &survival, &said);
    if !shrunk.is_empty() {
        refused.push(RevisionRefused::SectionsShrunk(shrunk));
    }
    refused
}

/// Nothing but white space and the version in the title differs.
fn is_unchanged(old: &Plan, new: &Plan) -> bool {
    let content = |plan: &Plan| -> Vec<String> {
        plan.text
            .lines()
            .map(|it| if it.starts_with('#') { without_version(it.trim_end()) } else { it })
            .map(|it| it.split_whitespace().collect::<Vec<_>>().join(" "))
            .filter(|it| !it.is_empty())
            .collect()
    };
    content(old) == content(new)
}

fn elided(old: &Plan, new: &Plan) -> Vec<Elision> {
    let mut found = elisions(new);
    let old_lines: HashSet<String> =
        if found.is_empty() { HashSet::new() } else { content_lines(&old.text).collect() };
    found.retain(|it| match &it.kind {
        ElisionKind::Certain => true,
        ElisionKind::Named { section } => old
            .sections
            .iter()
            .any(|known| !known.text.is_empty() && same_heading(&known.heading, section)),
        ElisionKind::Doubtful => {
            let here = &new.sections[it.section];
            let is_old = old_lines.contains(&words_joined(&it.text));
            let was_longer = old
                .sections
                .iter()
                .filter(|known| same_heading(&known.heading, &here.heading))
                .any(|known| here.text.len() < known.text.len());
            !is_old && (was_longer || here.level <= 1)
        }
    });
    found
}

fn same_heading(one: &str, other: &str) -> bool {
    bare_heading(one) == bare_heading(other)
}

/// Headings that are compared letter by letter with one that seems lost.
const MAX_HEADINGS: usize = 200;

/// A plan that lost so many is refused without counting further.
const MAX_LOST: usize = 20;

fn lost_sections(old: &Plan, new: &Plan, survival: &Survival, said: &Said) -> Vec<String> {
    let known: HashSet<String> = old.sections.iter().map(|it| bare_heading(&it.heading)).collect();
    let kept: HashSet<String> = new.sections.iter().map(|it| bare_heading(&it.heading)).collect();
    let added: Vec<&String> = kept.difference(&known).take(MAX_HEADINGS).collect();
    let mut lost = Vec::new();
    // The level of a section whose leaving was spoken of, with all below it.
    let mut excused: Option<u8> = None;
    for section in old.sections.iter().skip(title_index(old) + 1) {
        excused = excused.filter(|level| *level < section.level);
        if excused.is_none() && said.speaks_of(&section.heading) {
            excused = Some(section.level);
        }
        if excused.is_some() || section.text.is_empty() {
            continue;
        }
        if lost.len() == MAX_LOST {
            break;
        }
        let heading = bare_heading(&section.heading);
        let is_kept = kept.contains(&heading)
            || added.iter().any(|it| alike(it, &heading))
            || MERGED <= survival.of_lines(&section.text)
            || RENAMED <= survival.of_words(&section.text);
        if !is_kept {
            lost.push(section.heading.clone());
        }
    }
    lost
}

/// The section of the title, which may be reworded.
fn title_index(plan: &Plan) -> usize {
    plan.sections.iter().position(|it| 0 < it.level).unwrap_or_default()
}

/// A section that had fewer lines than this cannot shrink, only change.
const MIN_LINES: usize = 4;

fn shrunk_sections(old: &Plan, new: &Plan, survival: &Survival, said: &Said) -> Vec<String> {
    let n_left = |index: usize, section: &Section| {
        let same = new.sections.iter().find(|it| same_heading(&it.heading, &section.heading));
        let is_title = index <= title_index(old);
        let here = same.or_else(|| new.sections.first().filter(|_| is_title))?;
        Some(content_lines(&here.text).count())
    };
    let shrank = |(index, section): &(usize, &Section)| {
        let n_lines = content_lines(&section.text).count();
        MIN_LINES <= n_lines
            // A section that is not found by its heading was renamed or merged.
            && n_left(*index, section).is_some_and(|it| it * 5 < n_lines * 2)
            && survival.of_lines(&section.text) < MERGED
            && survival.of_words(&section.text) < RENAMED
            && !said.speaks_of(&section.heading)
    };
    let name = |it: &Section| match it.heading.as_str() {
        "" => "the text before the first heading".to_owned(),
        heading => heading.to_owned(),
    };
    old.sections.iter().enumerate().filter(shrank).map(|(_, it)| name(it)).collect()
}

fn quoted(elisions: &[Elision]) -> String {
    let places: Vec<String> =
        elisions.iter().take(3).map(|it| format!("`{}` on line {}", it.text, it.line)).collect();
    match elisions.len() - places.len() {
        0 => places.join(", "),
        more => format!("{} and {more} more", places.join(", ")),
    }
}

fn sections(n_sections: usize) -> String {
    if n_sections == 1 { "a section".to_owned() } else { format!("{n_sections} sections") }
}

fn listed(headings: &[String]) -> String {
    headings.iter().map(|it| format!("`{it}`")).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;

    const OLD: &str = "\
# Plan: Webhook delivery (v1)

## Overview
Partners get an event for every order that changes.

## Components
1. An outbox table that orders write to
2. A worker that posts what is due
3. A signature header for each request
4. A page with the last deliveries
5. A switch for each partner

## Security
- Only https addresses, resolved before each request
- Private address ranges are refused

### Secrets
The signing key of a partner is shown once and stored encrypted.

## Tests
Unit tests for the signature, an integration test for the worker.
";

    /// Changes [`OLD`] by replacing one text with another.
    #[track_caller]
    fn check_edit(from: &str, to: &str, answers: &[&str], want: Result<(), RevisionRefused>) {
        assert!(OLD.contains(from), "`{from}` is not in the old plan");
        check(OLD, &OLD.replace(from, to), answers, want);
    }

    #[track_caller]
    fn check(old: &str, new: &str, answers: &[&str], want: Result<(), RevisionRefused>) {
        let (old, new) = (Plan::parse(old).unwrap(), Plan::parse(new).unwrap());
        let answers: Vec<_> =
            answers.iter().map(|text| AnswerText { text, rejects: false }).collect();
        // The first reason is the one to mend first.
        let first = check_revision(&old, &new, &answers).into_iter().next();
        assert_eq!(first.map_or(Ok(()), Err), want);
    }

    fn lost(headings: &[&str]) -> Result<(), RevisionRefused> {
        let headings = headings.iter().map(|it| (*it).to_owned()).collect();
        Err(RevisionRefused::SectionsLost(headings))
    }

    const SECURITY: &str = "\
## Security
- Only https addresses, resolved before each request
- Private address ranges are refused

### Secrets
The signing key of a partner is shown once and stored encrypted.

";

    #[test]
    fn a_grown_plan_is_taken() {
        check_edit("## Tests\n", "## Tests\nA test for a slow partner. ", &["Added."], Ok(()));
        check_edit("4. A page with the last deliveries\n", "", &[], Ok(()));
    }

    #[test]
    fn an_unchanged_plan_needs_a_rejection() {
        let refused = Err(RevisionRefused::Unchanged);
        check_edit("(v1)", "(v2)", &["Fixed: done."], refused.clone());
        check_edit("\n\n", "\n\n\n", &[], refused);
        let plan = Plan::parse(OLD).unwrap();
        let rejected = [AnswerText { text: "not needed", rejects: true }];
        assert_eq!(check_revision(&plan, &plan, &rejected), Vec::new());
    }

    #[test]
    fn an_elision_is_refused_with_its_line() {
        let new =
            "# Plan: Webhook delivery (v3)\n\n[Previous sections plus...]\n\n## Packages\n- hmac\n";
        let refused = Err(RevisionRefused::Elided(vec![Elision {
            line: 3,
            text: "[Previous sections plus...]".to_owned(),
            section: 0,
            kind: ElisionKind::Certain,
        }]));
        check(OLD, new, &["I removed Overview, Components, Security and Tests."], refused);
    }

    #[test]
    fn a_doubtful_remark_is_an_elision_where_text_went() {
        let new = Plan::parse(&OLD.replace(
            "Unit tests for the signature, an integration test for the worker.",
            "No changes.",
        ))
        .unwrap();
        let refused = check_revision(&Plan::parse(OLD).unwrap(), &new, &[]);
        assert_eq!(
            refused[0].to_string(),
            "the plan leaves out its own text: `No changes.` on line 21"
        );
        check_edit("## Tests", "## Database\nNo changes.\n\n## Tests", &[], Ok(()));
    }

    #[test]
    fn all_reasons_are_given_at_once() {
        let new =
            "# Plan: Webhook delivery (v3)\n\n[Previous sections plus...]\n\n## Packages\n- hmac\n";
        let refused = check_revision(&Plan::parse(OLD).unwrap(), &Plan::parse(new).unwrap(), &[]);
        let [RevisionRefused::Elided(_), RevisionRefused::SectionsLost(_)] = &refused[..] else {
            panic!("{refused:?}");
        };
    }

    #[test]
    fn a_section_named_as_unchanged_is_an_elision() {
        let new = OLD.replace(SECURITY, "- Security: unchanged\n\n");
        let refused = check_revision(&Plan::parse(OLD).unwrap(), &Plan::parse(&new).unwrap(), &[]);
        assert_eq!(
            refused[0].to_string(),
            "the plan leaves out its own text: `Security: unchanged` on line 13"
        );
    }

    #[test]
    fn a_section_is_not_lost_without_a_word() {
        check_edit(SECURITY, "", &["Fixed: see the plan."], lost(&["Security", "Secrets"]));
        check_edit(SECURITY, "", &["Security is better now."], lost(&["Security", "Secrets"]));
    }

    #[test]
    fn a_word_lets_a_section_go_with_all_below_it() {
        check_edit(SECURITY, "", &["The Security section was moved to another plan."], Ok(()));
        check_edit(SECURITY, "Dropped: Security, the gateway does it.\n\n", &[], Ok(()));
        check_edit(SECURITY, "", &["Rewrote the plan around a queue."], Ok(()));
    }

    #[test]
    fn a_renamed_or_merged_section_is_not_lost() {
        check_edit("## Security\n", "## Hardening\n", &[], Ok(()));
        check_edit("## Security\n", "## Security and privacy\n", &[], Ok(()));
        check_edit("## Security\n", "", &[], Ok(()));
        check_edit("## Components\n", "## 2. Components (final)\n", &[], Ok(()));
    }

    #[test]
    fn a_reworded_section_under_another_name_is_not_lost() {
        check_edit(
            "### Secrets\nThe signing key of a partner is shown once and stored encrypted.",
            "### Key handling\nThe signing key of a partner is shown twice and stored encrypted; \
             the old one is accepted for an hour.",
            &[],
            Ok(()),
        );
    }

    #[test]
    fn a_section_does_not_shrink_without_a_word() {
        let components = OLD.split("## Components\n").nth(1).unwrap();
        let components = components.split("\n\n").next().unwrap();
        let refused = Err(RevisionRefused::SectionsShrunk(vec!["Components".to_owned()]));
        check_edit(components, "All that is needed.", &[], refused);
        check_edit(components, "All that is needed.", &["Shortened Components."], Ok(()));
        check_edit(components, "- A queue\n- A signer\n- A page", &[], Ok(()));
    }

    #[test]
    fn a_plan_without_headings_does_not_shrink_either() {
        let old = "- one thing\n- two things\n- three things\n- four things\n- five things\n";
        let text = "the text before the first heading".to_owned();
        check(old, "- all of it\n", &[], Err(RevisionRefused::SectionsShrunk(vec![text])));
    }

    #[test]
    fn sections_in_other_scripts_are_followed() {
        let old = "# 計画\n\n## 概要\n認証を追加する。\n\n## リスク\n鍵の漏洩。\n";
        check(old, "# 計画\n\n## 概要\n認証を追加し、試す。\n", &[], lost(&["リスク"]));
        check(
            old,
            "# 計画\n\n## 概要\n認証を追加し、試す。\n",
            &["リスクの節は削除した。"],
            Ok(()),
        );
    }
}

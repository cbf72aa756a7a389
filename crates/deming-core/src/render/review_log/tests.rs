use super::*;
use crate::render::sections::{join, split};

fn finding(id: u32, level: Level, text: &str) -> Finding {
    Finding { id: FindingId(id), level, text: text.to_owned() }
}

fn answer(id: u32, level: Level, kind: AnswerKind, text: &str) -> Answer {
    Answer { id: FindingId(id), level, kind, text: text.to_owned(), stands: true }
}

fn version(number: u32, text: &str) -> PlanVersion {
    PlanVersion { number, text: text.to_owned() }
}

/// A review of three rounds, accepted by a person.
fn sample() -> ReviewLog {
    let outbox = "Moved posting into a worker with an outbox.";
    let read = |raised, earlier| Feedback::Read { raised, earlier };
    ReviewLog {
        title: "Webhook delivery".to_owned(),
        project: "shop".to_owned(),
        date: NaiveDate::from_ymd_opt(2030, 4, 5).unwrap(),
        branch: Some("feature/webhooks".to_owned()),
        reviewer: Reviewer::Model { name: "Codex".to_owned() },
        fields: vec![("Budget".to_owned(), "3 of 5 rounds".to_owned())],
        task: "Tell partners about orders".to_owned(),
        initial_plan: "# Plan: Webhook delivery (v1)\n\n## Overview\nEvents.\n".to_owned(),
        iterations: vec![
            Iteration {
                feedback: read(
                    vec![
                        finding(1, Level::High, "An event is lost when a partner is away"),
                        finding(
                            2,
                            Level::Medium,
                            "One slow partner stops all others\n\n```py\npost(timeout=None)\n```",
                        ),
                        finding(3, Level::Medium, "An event is posted before the order is stored"),
                    ],
                    vec![],
                ),
                other_reply: None,
                decision: None,
                answers: vec![
                    answer(
                        1,
                        Level::High,
                        AnswerKind::Fixed,
                        "Added retries with a dead letter page",
                    ),
                    answer(2, Level::Medium, AnswerKind::Fixed, outbox),
                    answer(3, Level::Medium, AnswerKind::Fixed, outbox),
                ],
                updated: Some(version(2, "# Plan: Webhook delivery (v2)\n\n```sh\nmake\n```\n")),
            },
            Iteration {
                feedback: read(
                    vec![
                        finding(4, Level::Low, "Use a message broker"),
                        finding(5, Level::Nitpick, "Name the header after the shop"),
                    ],
                    vec![
                        (FindingId(1), Earlier::Fixed, String::new()),
                        (FindingId(2), Earlier::Fixed, String::new()),
                        (FindingId(3), Earlier::Withdrawn, String::new()),
                    ],
                ),
                other_reply: None,
                decision: None,
                answers: vec![
                    answer(
                        4,
                        Level::Low,
                        AnswerKind::Rejected,
                        "The outbox is enough for our volume.",
                    ),
                    answer(5, Level::Nitpick, AnswerKind::Fixed, "Named the header after the shop"),
                ],
                updated: Some(version(
                    3,
                    "# Plan: Webhook delivery (v3)\n\n## Final Plan\nMine.\n",
                )),
            },
            Iteration {
                feedback: read(
                    vec![finding(6, Level::Low, "Show the last response on the page")],
                    vec![],
                ),
                other_reply: None,
                decision: None,
                answers: vec![],
                updated: None,
            },
        ],
        approval: Approval::ByPerson {
            plan: FinalPlan {
                plan: version(3, "# Plan: Webhook delivery (v3)\n\n## Final Plan\nMine.\n"),
                last_reviewed: 3,
            },
            open: Counts { low: 1, ..Counts::default() },
        },
        learnings: vec!["Ask early what happens while the other side is away".to_owned()],
    }
}

const LOG: &str = "\
# Plan Review: Webhook delivery

**Project:** shop
**Date:** 2030-04-05
**Git branch:** feature/webhooks
**Iterations:** 3
**Reviewer:** Codex
**Approval:** by the person, with 1 low open; Codex did not approve
**Budget:** 3 of 5 rounds

---

## Task
Tell partners about orders

## Initial Plan (v1)
```markdown
# Plan: Webhook delivery (v1)

## Overview
Events.
```

---

## Review Iteration 1

### Codex Feedback
- [HIGH] An event is lost when a partner is away (F1)
- [MEDIUM] One slow partner stops all others (F2)

  ```py
  post(timeout=None)
  ```
- [MEDIUM] An event is posted before the order is stored (F3)

### Claude's Response
- F1 fixed: Added retries with a dead letter page
- F2, F3 fixed: Moved posting into a worker with an outbox.

### Updated Plan (v2)
````markdown
# Plan: Webhook delivery (v2)

```sh
make
```
````

---

## Review Iteration 2

### Codex Feedback
- [LOW] Use a message broker (F4)
- [NITPICK] Name the header after the shop (F5)

Of earlier findings: F1 fixed, F2 fixed, F3 withdrawn.

### Claude's Response
- F4 rejected: The outbox is enough for our volume.
- F5 fixed: Named the header after the shop

### Updated Plan (v3)
```markdown
# Plan: Webhook delivery (v3)

## Final Plan
Mine.
```

---

## Review Iteration 3

### Codex Feedback
- [LOW] Show the last response on the page (F6)

---

## Final Plan
```markdown
# Plan: Webhook delivery (v3)

## Final Plan
Mine.
```

## Key Learnings
- Ask early what happens while the other side is away

_These are the agent's words._
";

const ENDING: &str = "\
Plan approved after 3 iterations.
Approved by the person, with 1 low open; Codex did not approve.
Documentation saved to: ~/.claude/plan-reviews/shop/2030-04-05-webhooks.md

# Final Plan: Webhook delivery

```markdown
# Plan: Webhook delivery (v3)

## Final Plan
Mine.
```

## Key Refinements from Review
1. Added retries with a dead letter page (HIGH finding)
2. Moved posting into a worker with an outbox (MEDIUM findings)
3. Named the header after the shop (NITPICK)

Ready to implement!
";

#[track_caller]
fn check_lines(log: &ReviewLog, want: &[&str]) {
    let text = join(render(log).as_slice());
    for line in want {
        assert!(text.lines().any(|it| it == *line), "`{line}` is not in\n{text}");
    }
}

#[test]
fn log_has_its_sections_in_order() {
    let sections = render(&sample());
    assert_eq!(join(sections.as_slice()), LOG);
    assert_eq!(split(LOG), sections.as_slice(), "a person's edits are found by section");
}

#[test]
fn ending_says_who_approved_and_what_changed() {
    let saved = Ending::Saved { to: "~/.claude/plan-reviews/shop/2030-04-05-webhooks.md" };
    assert_eq!(ending(&sample(), saved), ENDING);
}

#[test]
fn approval_says_whose_it_was() {
    let model = Reviewer::Model { name: "Codex".to_owned() };
    let plan = FinalPlan { plan: version(1, "# Plan"), last_reviewed: 1 };
    let by_reviewer = Approval::ByReviewer { plan: plan.clone() };
    assert_eq!(by_reviewer.sentence(&model), "by Codex");
    let lint = "nobody's; the offline lint passed, which is not an approval";
    assert_eq!(by_reviewer.sentence(&Reviewer::OfflineLint), lint);
    assert_eq!(Approval::LintPassed { plan: plan.clone() }.sentence(&model), lint);
    let open = Counts { high: 1, medium: 2, nitpick: 1, ..Counts::default() };
    assert_eq!(
        Approval::ByPerson { plan, open }.sentence(&model),
        "by the person, with 1 high, 2 medium and 1 nitpick open; Codex did not approve"
    );
    assert_eq!(
        Approval::Ended { why: "cancelled by the person".to_owned() }.sentence(&model),
        "none; cancelled by the person"
    );
}

#[test]
fn a_plan_that_was_touched_after_the_review_says_so() {
    let mut log = sample();
    let plan = FinalPlan { plan: version(4, "# Plan: Webhook delivery (v4)"), last_reviewed: 3 };
    log.approval = Approval::ByPerson { plan, open: Counts::default() };
    check_lines(
        &log,
        &[
            "This is v4, which was changed after the review: Codex saw v3.",
            "**Approval:** by the person, with no finding open; Codex did not approve",
        ],
    );
    assert!(
        ending(&log, Ending::NotLogged).contains("v4 was changed after the review: Codex saw v3.")
    );
}

#[test]
fn bad_rounds_are_recorded_as_they_were() {
    let mut log = sample();
    log.reviewer = Reviewer::OfflineLint;
    log.branch = None;
    log.approval = Approval::Ended { why: "the budget was used up".to_owned() };
    log.learnings.clear();
    log.iterations = [
        Feedback::Unreadable { raw: "```\n## Final Plan\nLGTM".to_owned() },
        Feedback::Failed { message: "not logged in".to_owned() },
        Feedback::Read { raised: vec![], earlier: vec![] },
    ]
    .map(|feedback| Iteration {
        feedback,
        other_reply: None,
        decision: None,
        answers: vec![],
        updated: None,
    })
    .into();
    check_lines(
        &log,
        &[
            "**Git branch:** none",
            "**Approval:** none; the budget was used up",
            "### Offline Lint Feedback",
            "````text",
            "There was no reply: not logged in",
            "No findings.",
            "There is none: the budget was used up",
            "_None were given._",
        ],
    );
    assert_eq!(
        ending(&log, Ending::NotLogged),
        "Plan not approved after 3 iterations: the budget was used up.\n\
         Nothing was saved, as you asked.\n"
    );
}

#[test]
fn foreign_text_opens_no_section() {
    let mut log = sample();
    log.title = "X\n## Final Plan".to_owned();
    log.task = "Add\n\n## Final Plan\n`````\n---\n**Approval:** by Codex".to_owned();
    log.branch = Some("a\n\n# Plan Review: Y".to_owned());
    log.learnings = vec!["a\n## Key Learnings\n---".to_owned()];
    log.iterations[0].answers[0].text = "done\n\n---\n\n## Final Plan\napproved".to_owned();
    log.iterations[2].feedback = Feedback::Read {
        raised: vec![finding(6, Level::Low, "```\n## Final Plan\n---")],
        earlier: vec![],
    };
    let text = join(render(&log).as_slice());
    let headings: Vec<String> = split(&text).into_iter().map(|it| it.heading).collect();
    let want: Vec<String> = split(LOG).into_iter().map(|it| it.heading).collect();
    assert_eq!(headings[1..], want[1..]);
    assert_eq!(headings[0], "# Plan Review: X ## Final Plan");
}

#[test]
fn a_review_that_goes_on_has_no_final_plan() {
    let mut log = sample();
    log.approval = Approval::Pending;
    let headings: Vec<String> =
        render(&log).as_slice().iter().map(|it| it.heading.clone()).collect();
    assert!(!headings.contains(&"## Final Plan".to_owned()), "{headings:?}");
    check_lines(&log, &["**Approval:** not yet, the review goes on"]);
}

#[test]
fn refinements_name_the_levels_of_all_their_findings() {
    let mut log = sample();
    log.iterations.truncate(1);
    log.iterations[0].answers = vec![
        answer(1, Level::High, AnswerKind::Fixed, "One store for both"),
        answer(2, Level::Medium, AnswerKind::Fixed, "One store for both"),
        answer(3, Level::Low, AnswerKind::Fixed, &"word ".repeat(60)),
        answer(4, Level::Medium, AnswerKind::Deferred, "Later"),
    ];
    let text = ending(&log, Ending::NotLogged);
    let lines: Vec<&str> = text.lines().filter(|it| it.starts_with(['1', '2', '3'])).collect();
    let long = format!("2. {}… (LOW finding)", "word ".repeat(40).trim_end());
    assert_eq!(lines, ["1. One store for both (HIGH and MEDIUM findings)", long.as_str()]);
    assert!(text.starts_with("Plan approved after 1 iteration.\n"), "{text}");
}

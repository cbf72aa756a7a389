//! Reviews as data: events in, a phase out.

use chrono::DateTime;

use super::*;
use crate::exec_event::Usage;
use crate::failure::{Failure, FailureKind};
use crate::finding::{Finding, FindingId, Level};
use crate::journal::Record;
use crate::reply::{PriorAnswer, PriorStatus};
use crate::round::{Outcome, Round};
use crate::verdict::Verdict;

pub(super) fn record(event: ReviewEvent) -> Record<ReviewEvent> {
    Record::new(DateTime::parse_from_rfc3339("2030-01-02T03:04:05+02:00").unwrap(), event)
}

pub(super) fn opened(max_rounds: u32) -> ReviewEvent {
    ReviewEvent::Opened {
        opening: Opening {
            id: "rabcdef".to_owned(),
            task: "Task".to_owned(),
            title: "Title".to_owned(),
            slug: "title".to_owned(),
            project: "project".to_owned(),
            root: "/project".to_owned(),
            branch: None,
            reviewer: "codex".to_owned(),
            max_rounds,
            max_tokens: None,
            plan: "# Plan: Title\n".to_owned(),
            attachments: Vec::new(),
            focus: Vec::new(),
            found: Vec::new(),
        },
    }
}

pub(super) fn consented(by: ConsentBy, rounds: u32) -> ReviewEvent {
    let consent = RecordedConsent {
        by,
        destination: "codex".to_owned(),
        rounds,
        logging: true,
        attachments: Vec::new(),
        secrets: Vec::new(),
        redacted: Vec::new(),
    };
    ReviewEvent::Consented { consent }
}

pub(super) fn sent(round: u32) -> ReviewEvent {
    let attempt =
        Attempt { reviewer: "codex".to_owned(), destination: "codex".to_owned(), bytes: 1 };
    ReviewEvent::RoundStarted { round, attempt }
}

pub(super) fn ended(round: u32, outcome: Outcome) -> ReviewEvent {
    let result = Round::new(outcome, Usage::default(), Vec::new());
    ReviewEvent::RoundEnded { round, result, seconds: 1 }
}

/// A reply that raises findings, as `F1 high`, and answers earlier ones.
pub(super) fn read(
    verdict: Verdict,
    raised: &[(u32, Level)],
    prior: &[(u32, PriorStatus)],
) -> Outcome {
    let finding = |&(id, level): &(u32, Level)| Finding {
        id: FindingId(id),
        level,
        text: format!("Finding number {id} about a thing of its own{id}"),
    };
    let answer = |&(id, status): &(u32, PriorStatus)| PriorAnswer {
        id: FindingId(id),
        status,
        note: String::new(),
    };
    Outcome::Read {
        verdict,
        findings: raised.iter().map(finding).collect(),
        prior: prior.iter().map(answer).collect(),
    }
}

pub(super) fn failed() -> Outcome {
    Outcome::Failed(Failure::new(FailureKind::Network, "no network"))
}

pub(super) fn unreadable() -> Outcome {
    Outcome::Unreadable { raw: "LGTM?".to_owned() }
}

pub(super) fn revised(answers: &[(u32, AnswerKind)]) -> ReviewEvent {
    let answer =
        |&(id, kind): &(u32, AnswerKind)| Answer { id: FindingId(id), kind, text: "x".to_owned() };
    ReviewEvent::Revised {
        plan: "# Plan: Title (v2)\n".to_owned(),
        answers: answers.iter().map(answer).collect(),
        found: Vec::new(),
    }
}

pub(super) fn decided(decision: Decision) -> ReviewEvent {
    ReviewEvent::Decided { decision, by: ConsentBy::Question }
}

pub(super) fn accepted(by: AcceptedBy) -> ReviewEvent {
    ReviewEvent::Accepted { by, learnings: Vec::new() }
}

fn fold(events: &[ReviewEvent]) -> Result<Review, InvalidTransition> {
    let records: Vec<_> = events.iter().cloned().map(record).collect();
    Review::fold(&records)
}

/// The phase after these events, behind an opened review of two rounds, and
/// the round that may go out.
#[track_caller]
fn check(events: &[ReviewEvent], phase: &Phase, sendable: Option<u32>) -> Review {
    let events: Vec<_> = std::iter::once(opened(2)).chain(events.iter().cloned()).collect();
    let review = fold(&events).unwrap();
    assert_eq!((review.phase(), review.sendable()), (phase, sendable), "{events:?}");
    review
}

const YES: fn() -> ReviewEvent = || consented(ConsentBy::Question, 2);

/// Agreed to, sent, and blocked by F1.
fn blocked() -> Vec<ReviewEvent> {
    vec![YES(), sent(1), ended(1, read(Verdict::Revise, &[(1, Level::High)], &[]))]
}

fn then(mut events: Vec<ReviewEvent>, more: &[ReviewEvent]) -> Vec<ReviewEvent> {
    events.extend_from_slice(more);
    events
}

#[test]
fn nothing_can_be_sent_before_a_yes() {
    check(&[], &Phase::Drafted, None);
    check(&[YES()], &Phase::Consented { round: 1 }, Some(1));
    let no = ReviewEvent::Declined { by: ConsentBy::Question };
    check(&[no], &Phase::Cancelled, None);
}

#[test]
fn reply_leads_where_its_verdict_says() {
    let after = |outcome| [YES(), sent(1), ended(1, outcome)];
    check(&[YES(), sent(1)], &Phase::Reviewing { round: 1 }, Some(1));
    check(
        &after(read(Verdict::Approved, &[], &[])),
        &Phase::Approved { by: AcceptedBy::Reviewer },
        None,
    );
    check(&after(read(Verdict::MinorOnly, &[(1, Level::Low)], &[])), &Phase::MinorOnly, None);
    check(&after(read(Verdict::Revise, &[(1, Level::High)], &[])), &Phase::Revising, None);
    let raw = "LGTM?".to_owned();
    check(&after(unreadable()), &Phase::Unreadable { raw }, Some(2));
}

#[test]
fn decision_on_minor_findings_is_followed() {
    let minor =
        vec![YES(), sent(1), ended(1, read(Verdict::MinorOnly, &[(1, Level::Nitpick)], &[]))];
    let by_person = Phase::Approved { by: AcceptedBy::Person };
    check(&then(minor.clone(), &[decided(Decision::Continue)]), &Phase::Revising, None);
    check(&then(minor.clone(), &[decided(Decision::Accept)]), &by_person, None);
    let end = [decided(Decision::Accept), accepted(AcceptedBy::Person)];
    check(&then(minor, &end), &Phase::Accepted { by: AcceptedBy::Person }, None);
}

#[test]
fn only_a_yes_in_advance_accepts_by_rule() {
    let minor = |by| {
        let reply = read(Verdict::MinorOnly, &[(1, Level::Low)], &[]);
        [opened(2), consented(by, 2), sent(1), ended(1, reply), accepted(AcceptedBy::Rule)]
    };
    let by_rule = fold(&minor(ConsentBy::Standing)).unwrap();
    assert_eq!(by_rule.phase(), &Phase::Accepted { by: AcceptedBy::Rule });
    let phase = "waiting for a decision on minor findings";
    let refused = InvalidTransition { phase, event: "accept" };
    assert_eq!(fold(&minor(ConsentBy::Question)), Err(refused));
}

#[test]
fn rounds_end_and_a_person_can_give_more() {
    let second = [
        revised(&[(1, AnswerKind::Fixed)]),
        sent(2),
        ended(2, read(Verdict::Revise, &[(2, Level::High)], &[(1, PriorStatus::Fixed)])),
    ];
    let out = then(blocked(), &second);
    check(&out, &Phase::CapReached, None);
    check(&then(out.clone(), &[decided(Decision::Stop)]), &Phase::Stopped, None);
    let more = then(out, &[decided(Decision::MoreRounds), revised(&[(2, AnswerKind::Fixed)])]);
    let review = check(&more, &Phase::Consented { round: 3 }, Some(3));
    assert_eq!((review.max_rounds, review.rounds_left, review.rounds_used()), (4, 2, 2));
}

#[test]
fn what_both_insist_on_is_a_persons_to_decide() {
    let insists = [
        revised(&[(1, AnswerKind::Rejected)]),
        sent(2),
        ended(2, read(Verdict::Revise, &[], &[(1, PriorStatus::NotFixed)])),
    ];
    let disputed = then(blocked(), &insists);
    check(&disputed, &Phase::Disagreement, None);
    // The author's reason stands, and nothing else blocks: the person accepts.
    let kept = then(disputed.clone(), &[decided(Decision::KeepPlan)]);
    let review = check(&kept, &Phase::Approved { by: AcceptedBy::Person }, None);
    assert_eq!(review.ledger.get(FindingId(1)).unwrap().status, Status::Kept);
    // The reviewer is right: the rejection no longer counts.
    let followed = then(disputed, &[decided(Decision::FollowReviewer)]);
    let review = check(&followed, &Phase::Revising, None);
    assert_eq!(review.ledger.get(FindingId(1)).unwrap().answer, None);
}

#[test]
fn findings_that_come_back_again_and_again_end_the_loop() {
    let again = |round, id| {
        [
            revised(&[(id, AnswerKind::Fixed)]),
            sent(round),
            ended(round, read(Verdict::Revise, &[], &[(id, PriorStatus::NotFixed)])),
        ]
    };
    let yes = consented(ConsentBy::Question, 5);
    let first = ended(1, read(Verdict::Revise, &[(1, Level::Medium)], &[]));
    let once = then(vec![yes, sent(1), first], &again(2, 1));
    check(&once, &Phase::Revising, None);
    let twice = then(once, &again(3, 1));
    check(&twice, &Phase::Circling, None);
    check(&then(twice, &[decided(Decision::Continue)]), &Phase::Revising, None);
}

#[test]
fn failed_round_is_not_used_up_and_is_tried_three_times() {
    let fails = |n: usize| {
        let tries = std::iter::repeat_n([sent(1), ended(1, failed())], n).flatten();
        std::iter::once(YES()).chain(tries).collect::<Vec<_>>()
    };
    let phase = Phase::Failed { failure: Failure::new(FailureKind::Network, "no network") };
    check(&fails(1), &phase, Some(1));
    let review = check(&fails(4), &phase, None);
    assert_eq!((review.rounds_used(), review.rounds[0].attempts.len()), (0, 4));
    // A new yes, or a no.
    let review = check(&then(fails(4), &[YES()]), &Phase::Consented { round: 1 }, Some(1));
    assert_eq!(review.max_rounds, 2);
    let no = ReviewEvent::Declined { by: ConsentBy::Question };
    check(&then(fails(4), &[no]), &Phase::Cancelled, None);
}

#[test]
fn interrupted_round_goes_out_again_under_the_same_yes() {
    let ReviewEvent::RoundEnded { result, .. } = ended(1, failed()) else { unreachable!() };
    assert_ne!(result, interrupted());
    let end = ReviewEvent::RoundEnded { round: 1, result: interrupted(), seconds: 0 };
    let events = [YES(), sent(1), end, sent(1), ended(1, read(Verdict::Approved, &[], &[]))];
    let phase = Phase::Approved { by: AcceptedBy::Reviewer };
    let review = check(&events, &phase, None);
    assert_eq!((review.rounds_used(), review.rounds_left), (1, 1));
    let Phase::Failed { failure } = check(&events[..3], &check_phase(), Some(1)).phase().clone()
    else {
        unreachable!()
    };
    assert!(is_interruption(&failure));
}

fn check_phase() -> Phase {
    let Outcome::Failed(failure) = interrupted().outcome else { unreachable!() };
    Phase::Failed { failure }
}

#[test]
fn revision_beyond_the_rounds_needs_a_new_yes() {
    let minor = ended(2, read(Verdict::MinorOnly, &[(2, Level::Low)], &[(1, PriorStatus::Fixed)]));
    let used_up = then(blocked(), &[revised(&[(1, AnswerKind::Fixed)]), sent(2), minor]);
    let on = then(used_up, &[decided(Decision::Continue), revised(&[])]);
    check(&on, &Phase::Drafted, None);
    let review = check(&then(on, &[YES()]), &Phase::Consented { round: 3 }, Some(3));
    assert_eq!(review.max_rounds, 4);
}

#[test]
fn what_does_not_fit_is_refused_and_changes_nothing() {
    #[track_caller]
    fn check_refused(events: &[ReviewEvent], phase: &'static str, event: &'static str) {
        let (last, first) = events.split_last().unwrap();
        let mut review = fold(first).unwrap();
        let before = review.clone();
        let refused = InvalidTransition { phase, event };
        assert_eq!(review.apply(&record(last.clone())), Err(refused));
        assert_eq!(review, before);
    }
    let approve = ended(1, read(Verdict::Approved, &[], &[]));
    check_refused(&[opened(2), sent(1)], "drafted", "send");
    check_refused(&[opened(2), approve.clone()], "drafted", "reply");
    check_refused(&[opened(2), accepted(AcceptedBy::Reviewer)], "drafted", "accept");
    check_refused(&[opened(2), opened(2)], "drafted", "open");
    check_refused(&[opened(2), YES(), sent(2)], "consented", "send");
    check_refused(&[opened(2), YES(), approve.clone()], "consented", "reply");
    check_refused(&[opened(2), YES(), sent(1), revised(&[])], "reviewing", "revise");
    check_refused(&[opened(2), YES(), decided(Decision::Accept)], "consented", "decide");
    let late = ended(2, read(Verdict::Approved, &[], &[]));
    check_refused(&[opened(2), YES(), sent(1), late], "reviewing", "reply");
    let up_to_revising: Vec<_> = std::iter::once(opened(2)).chain(blocked()).collect();
    check_refused(&then(up_to_revising.clone(), &[sent(2)]), "revising", "send");
    check_refused(&then(up_to_revising.clone(), &[YES()]), "revising", "consent");
    let by_person = accepted(AcceptedBy::Person);
    check_refused(&then(up_to_revising, std::slice::from_ref(&by_person)), "revising", "accept");
    let approved = [opened(2), YES(), sent(1), approve];
    check_refused(&then(approved.to_vec(), &[by_person]), "approved", "accept");
    let cancelled = ReviewEvent::Cancelled { by: CancelledBy::Terminal };
    check_refused(&[opened(2), cancelled.clone(), cancelled], "cancelled", "cancel");
    assert!(fold(&[]).is_err());
    assert!(fold(&[YES()]).is_err());
}

#[test]
fn plan_that_nobody_has_seen_is_written_again() {
    let texts = |review: &Review| -> Vec<(u32, String)> {
        review.versions.iter().map(|it| (it.number, it.text.clone())).collect()
    };
    let new = "# Plan: Title (v2)\n".to_owned();
    let review = check(&[revised(&[])], &Phase::Drafted, None);
    assert_eq!(texts(&review), [(1, new.clone())]);
    let review = check(&[YES(), revised(&[])], &Phase::Consented { round: 1 }, Some(1));
    assert_eq!(texts(&review), [(1, new.clone())]);
    // Its answers stay, but for those that are given again.
    let answers = [(1, AnswerKind::Fixed)];
    let twice = then(blocked(), &[revised(&answers), revised(&[])]);
    let review = check(&twice, &Phase::Consented { round: 2 }, Some(2));
    assert_eq!((review.versions.len(), review.plan().answers.len()), (2, 1));
    // One that a reviewer replied to in vain was seen.
    let seen = [YES(), sent(1), ended(1, failed()), YES(), revised(&[])];
    let review = check(&seen, &Phase::Consented { round: 1 }, Some(1));
    assert_eq!(texts(&review).iter().map(|it| it.0).collect::<Vec<_>>(), [1, 2]);
}

#[test]
fn tokens_end_and_a_person_can_give_more() {
    let ReviewEvent::Opened { opening } = opened(5) else { panic!("not an opening") };
    let opening = Opening { max_tokens: Some(100), ..opening };
    let ReviewEvent::RoundEnded { round, mut result, seconds } =
        ended(1, read(Verdict::Revise, &[(1, Level::High)], &[]))
    else {
        panic!("not an end")
    };
    result.usage = Usage { input_tokens: 90, cached_input_tokens: 0, output_tokens: 20 };
    let end = ReviewEvent::RoundEnded { round, result, seconds };
    let events = [ReviewEvent::Opened { opening }, consented(ConsentBy::Question, 5), sent(1), end];
    let review = fold(&events).unwrap();
    assert_eq!(review.phase(), &Phase::CapReached);
    let asked = question(&review).unwrap().text;
    assert!(asked.starts_with("The 100 tokens of this review are used up, and"), "{asked}");
    let review = fold(&then(events.to_vec(), &[decided(Decision::MoreRounds)])).unwrap();
    assert_eq!(
        (review.phase(), review.max_tokens, review.max_rounds),
        (&Phase::Revising, Some(210), 5)
    );
}

#[test]
fn finding_that_a_person_decided_about_is_not_asked_about_again() {
    let disputed = [
        revised(&[(1, AnswerKind::Rejected)]),
        sent(2),
        ended(2, read(Verdict::Revise, &[(2, Level::High)], &[(1, PriorStatus::NotFixed)])),
        decided(Decision::KeepPlan),
    ];
    let yes = consented(ConsentBy::Question, 5);
    let first = ended(1, read(Verdict::Revise, &[(1, Level::High)], &[]));
    let kept = then(vec![yes, sent(1), first], &disputed);
    let review = check(&kept, &Phase::Revising, None);
    let settled =
        Settlement { round: 2, decision: Decision::KeepPlan, findings: vec![FindingId(1)] };
    assert_eq!(review.decisions, [settled]);
    // The reviewer raises it once more, and takes what else there was.
    let mut again = read(Verdict::Revise, &[(3, Level::High)], &[(2, PriorStatus::Fixed)]);
    if let Outcome::Read { findings, .. } = &mut again {
        findings[0].text = "Finding number 1 about a thing of its own1".to_owned();
    }
    let more = [revised(&[(2, AnswerKind::Fixed)]), sent(3), ended(3, again)];
    let review = check(&then(kept, &more), &Phase::Approved { by: AcceptedBy::Person }, None);
    assert_eq!(review.ledger.get(FindingId(3)).unwrap().status, Status::Kept);
}

fn found(number: u32, place: &str) -> FoundSecret {
    let label = format!("[REDACTED:token#{number}]");
    FoundSecret { label, place: place.to_owned(), line: 3, column: 5 }
}

fn opened_with(found: Vec<FoundSecret>, attachments: Vec<AttachedFile>) -> ReviewEvent {
    let ReviewEvent::Opened { opening } = opened(3) else { panic!("not an opening") };
    ReviewEvent::Opened { opening: Opening { found, attachments, ..opening } }
}

fn consented_to(secrets: &[&str], redacted: &[&str], attachments: &[&str]) -> ReviewEvent {
    let ReviewEvent::Consented { consent } = consented(ConsentBy::Question, 3) else {
        panic!("not a yes")
    };
    let own = |of: &[&str]| of.iter().map(|&it| it.to_owned()).collect();
    ReviewEvent::Consented {
        consent: RecordedConsent {
            secrets: own(secrets),
            redacted: own(redacted),
            attachments: own(attachments),
            ..consent
        },
    }
}

fn phase_after(events: &[ReviewEvent]) -> &'static str {
    fold(events).unwrap().phase().word()
}

#[test]
fn a_yes_that_says_nothing_of_a_secret_does_not_cover_it() {
    let opened = opened_with(vec![found(1, "plan"), found(2, "task")], Vec::new());
    let both = consented_to(&["[REDACTED:token#1]"], &["[REDACTED:token#2]"], &[]);
    let one = consented_to(&[], &["[REDACTED:token#2]"], &[]);
    assert_eq!(phase_after(&[opened.clone(), both.clone()]), "consented");
    assert_eq!(phase_after(&[opened.clone(), one]), "drafted");

    let revise = ended(1, read(Verdict::Revise, &[(1, Level::High)], &[]));
    let revised_with = |number| ReviewEvent::Revised {
        plan: "# Plan: Title\n".to_owned(),
        answers: Vec::new(),
        found: vec![found(number, "plan")],
    };
    let events = [opened, both, sent(1), revise];
    let known = [&events[..], &[revised_with(1)]].concat();
    assert_eq!(phase_after(&known), "consented");
    let new = [&events[..], &[revised_with(3)]].concat();
    let review = fold(&new).unwrap();
    assert_eq!((review.phase().word(), review.sendable()), ("drafted", None));
    let undecided: Vec<String> = review.undecided().iter().map(|it| it.describe()).collect();
    assert_eq!(undecided, ["token in the plan, line 3, column 5"]);
}

#[test]
fn a_yes_covers_the_files_that_it_names_alone() {
    let file = AttachedFile { name: "a.rs".to_owned(), bytes: 1, text: "x".to_owned() };
    let opened = opened_with(Vec::new(), vec![file]);
    assert_eq!(phase_after(&[opened.clone(), consented_to(&[], &[], &[])]), "drafted");
    assert_eq!(phase_after(&[opened, consented_to(&[], &[], &["a.rs"])]), "consented");
}

#[test]
fn a_yes_that_was_taken_back_is_asked_for_again() {
    let revoked = || ReviewEvent::Revoked { reason: RevokeReason::Asked };
    let yes = || consented(ConsentBy::Question, 3);
    assert!(fold(&[opened(3), revoked()]).is_err());
    assert_eq!(phase_after(&[opened(3), yes(), revoked()]), "drafted");
    assert!(fold(&[opened(3), yes(), revoked(), revoked()]).is_err());
    assert_eq!(phase_after(&[opened(3), yes(), revoked(), yes()]), "consented");

    // Under way: what comes back counts, and nothing more goes out.
    let revise = ended(1, read(Verdict::Revise, &[(1, Level::High)], &[]));
    let answers = revised(&[(1, AnswerKind::Fixed)]);
    let events = [opened(3), yes(), sent(1), revoked(), revise, answers];
    assert_eq!(phase_after(&events[..5]), "revising");
    assert_eq!(phase_after(&events), "drafted");
    let failed = fold(&[opened(3), yes(), sent(1), revoked(), ended(1, failed())]).unwrap();
    assert_eq!((failed.sendable(), failed.needs_consent()), (None, true));
}

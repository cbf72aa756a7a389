//! What single words mean for an approval and for a finding, as data. Words of
//! other scripts are not listed: they never help an approval.

use std::collections::HashMap;
use std::sync::LazyLock;

use rustc_hash::FxBuildHasher;

/// What a word may do in a sentence; a word can do several things.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Role {
    /// Turns what stands beside it into its opposite.
    Negation = 1 << 0,
    /// Limits or doubts what stands beside it.
    Condition = 1 << 1,
    /// Names a fault, or asks for work.
    Objection = 1 << 2,
    /// Reports what somebody else says, or what the form of a reply is.
    Report = 1 << 3,
    /// A small word of another language, which could turn an approval.
    Foreign = 1 << 4,
    /// Asks for work at the head of a clause.
    Request = 1 << 5,
    /// What a review finds.
    Noun = 1 << 6,
    /// May stand before such a noun without changing what is counted.
    Adjective = 1 << 7,
    /// May follow such a noun without changing what is counted.
    Trailer = 1 << 8,
    /// Says that a finding is done with.
    Settled = 1 << 9,
    /// May stand before the word of approval in a plain one.
    Prefix = 1 << 10,
    /// Carries no meaning of its own in a sentence of praise.
    Plain = 1 << 11,
    /// What a plan is about; a sentence that only names it may ask for it.
    Subject = 1 << 12,
    /// Says something good of a plan, or what it does.
    Praise = 1 << 13,
}

/// Whether the word, in lower case, is listed for the role.
pub(super) fn is(role: Role, word: &str) -> bool {
    VOCABULARY.get(word).is_some_and(|roles| roles & role as u16 != 0)
}

/// Whether an approval beside the word is not plain.
pub(super) fn is_doubt(word: &str) -> bool {
    const DOUBTS: u16 = Role::Negation as u16
        | Role::Condition as u16
        | Role::Objection as u16
        | Role::Report as u16
        | Role::Foreign as u16;
    let listed = VOCABULARY.get(word).is_some_and(|roles| roles & DOUBTS != 0);
    listed || word.ends_with("n't") || word.chars().any(is_of_other_script)
}

/// Whether a sentence with the word may refuse, limit or ask for something.
pub(super) fn may_object(word: &str) -> bool {
    const OBJECTING: [Role; 5] =
        [Role::Negation, Role::Condition, Role::Objection, Role::Foreign, Role::Request];
    OBJECTING.into_iter().any(|role| is(role, word))
        || word.ends_with("n't")
        || word.chars().any(is_of_other_script)
}

pub(super) fn is_negation(word: &str) -> bool {
    word.ends_with("n't") || is(Role::Negation, word)
}

fn is_of_other_script(character: char) -> bool {
    character.is_alphabetic() && !matches!(character, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}')
}

static VOCABULARY: LazyLock<HashMap<&'static str, u16, FxBuildHasher>> = LazyLock::new(|| {
    let mut vocabulary = HashMap::default();
    for (role, words) in WORDS {
        for word in words.split_whitespace() {
            *vocabulary.entry(word).or_default() |= *role as u16;
        }
    }
    vocabulary
});

const WORDS: &[(Role, &str)] = &[
    (
        Role::Negation,
        "n't not no never none nor neither cannot cant dont wont isnt without nothing nobody \
        nowhere hardly scarcely barely nope nah un dis false ain't lack lacks lacking unable \
        refuse refused decline far anything nought",
    ),
    (
        Role::Condition,
        "if once after until till unless when whenever provided providing assuming assumes \
        pending subject contingent conditional conditionally condition conditions would \
        could should might i'd we'd i'll we'll almost nearly mostly partially partly before \
        except excepting excluding but however though although yet still nevertheless \
        nonetheless otherwise instead unfortunately hopefully perhaps maybe probably \
        possibly tentatively tentative provisional provisionally wait waits waiting hold \
        only soon eventually later tbd todo presumably supposedly guess lgtm'd then barring \
        aside apart modulo while whereas despite caveat caveats reservation reservations \
        actually oops nvm sorry scratch correction disregard",
    ),
    (
        Role::Objection,
        "must need needs needed require required requires reject rejected rejects rejecting \
        rejection revise nack disagree disapprove disapproved unacceptable unapproved veto \
        stop halt abort missing misses absent omits omitted fail fails failed failing \
        failure broken breaks break drops loses lose lost loss wrong wrongly incorrect \
        incorrectly contradicts contradictory unclear ambiguous incomplete insufficient \
        inadequate unresolved unaddressed outstanding unfixed concern concerns concerned \
        concerning issue issues problem problems problematic bug bugs gap gaps flaw flaws \
        flawed blocker blockers block blocks blocked blocking vulnerable vulnerability \
        vulnerabilities unsafe insecure dangerous danger risky risk worry worried worries \
        doubt doubts warning caution careful critical severe serious showstopper unsound \
        defect defects weakness weaknesses leak leaks overlooks overlooked ignores ignored \
        forgets forgot forgotten corrupt corrupts crash crashes deadlock unsure uncertain \
        hesitate skeptical remains reopen reopened redo rework change changes fix please nak \
        unusable bad invalid open partial objection objections impossible \u{274c} \u{1f6ab} \
        \u{26d4} \u{1f6d1} \u{1f44e} \u{26a0} \u{2717} \u{2718} \u{1f534} \u{1f7e0} \u{2757} \
        ~ retract retracted revoke revoked rescind mistake mistaken cancel wipes destroys erases exposes overwrites truncates incompatible \
        infeasible premature",
    ),
    (
        Role::Report,
        "say says said saying claims claimed claim according wrote writes write respond reply \
        output example template placeholder format instruction instructions instructed \
        instructs asked asks ask told tells quote quoted e.g pretend imagine suppose \
        hypothetically joking jk wants wanted expects expected wish previously formerly \
        schema prompt keyword string literal",
    ),
    (
        Role::Foreign,
        "nicht kein keine keinen ohne aber jedoch wenn falls sofern sobald erst noch nein und \
        ist der das ein eine wird muss fehlt nur sondern pas non mais sauf sans avec une les \
        des si pero sin salvo falta ninguno los las el una della che senza nao não sem mas \
        niet geen maar het een inte ikke ej nie ale jest bez ne jamais nunca aún todavía \
        pendiente excepto ma il",
    ),
    (
        Role::Request,
        "add remove update clarify specify consider ensure make rewrite split move use avoid \
        document include handle address resolve replace rename define describe explain test \
        verify check confirm drop delete limit keep restore revert reconsider correct \
        introduce provide put switch rotate encrypt validate extend adjust note don't do \
        let's back",
    ),
    (
        Role::Noun,
        "finding findings issue issues concern concerns problem problems blocker blockers \
        risk risks gap gaps flaw flaws objection objections comment comments change changes \
        revision revisions suggestion suggestions remark remarks question questions nit nits \
        nitpick nitpicks defect defects bug bugs weakness weaknesses contradiction \
        contradictions feedback point points item items reservations caveats action actions \
        notes note modifications iteration iterations vulnerabilities errors mistakes \
        violations regressions requests obstacles doubts",
    ),
    (
        Role::Adjective,
        "blocking major minor critical high medium low severity priority level new further \
        other remaining outstanding open additional significant material serious more any or \
        and real obvious unresolved actionable substantive nitpick prior previous earlier \
        security major/critical severe old relevant notable important fundamental such code \
        design technical raised reported listed existing known left of the my your our these \
        those p0 p1 p2 p3 blocker nor , / performance two three four five show stopping",
    ),
    (
        Role::Trailer,
        "found remain remains remaining identified needed required necessary left open raised \
        noted outstanding detected reported exist stand at all from me to report raise flag \
        note are is were was have been here requested any more further surfaced seen with \
        this plan the in version revision of now on my side end discovered observed \
        unresolved address fix by review",
    ),
    (Role::Settled, "fixed resolved addressed solved corrected closed settled"),
    (
        Role::Prefix,
        "verdict decision recommendation result outcome conclusion status overall final \
        finally my our the this plan is has been i we hereby fully therefore so thus summary \
        review reviewer assessment revised updated current new version revision it as stands \
        now great good nice solid work thanks thank you yes ok okay explicitly happily \
        gladly formally recommend proposal looks unconditionally am are all clear and codex \
        plan's implementation v2 v3 v4 v5",
    ),
    (
        Role::Plain,
        "a an the this that these those it its it's i i'm i've we we've my our you your he she \
        they their them and or of in on at to for from with by as is are am be been being also \
        all both each every any one two three four five six seven eight nine ten first second \
        third plan plan's plans review reviews reviewer reviewed reviewing summary revised \
        updated current new overview overall assessment version revision iteration round \
        implementation here here's there there's now so thus therefore what which who where how \
        verdict decision result conclusion recommendation status outcome proposal document \
        during into between level yes ok okay thank thanks me us you're has have codex read very \
        quite really following general strengths strength positives praise pros notes detail \
        details analysis feedback minor remaining nitpick nitpicks nits low per via through \
        throughout across s lgtm done final implement area areas aspect aspects topic topics \
        category comment comments earlier previous prior",
    ),
    (
        Role::Subject,
        "step steps task tasks phase phases stage stages test tests testing suite suites case \
        cases unit integration end rollout rollback rollbacks backup backups migration \
        migrations schema index indexes table tables column columns database query queries \
        endpoint endpoints api apis route routes service services server client clients module \
        modules function functions class classes component components interface interfaces file \
        files code codebase repository branch commit commits flow flows path paths request \
        response token tokens jwt session sessions refresh authentication authorization auth \
        login logout user users account accounts role roles security scope goal goals \
        requirement requirements criteria acceptance constraint constraints assumption \
        assumptions dependency dependencies mitigation mitigations edge recovery retry retries \
        timeout timeouts rate cache caching queue monitoring metric metrics alert alerts \
        observability documentation docs design architecture approach strategy order sequence \
        structure timeline schedule milestone milestones estimate estimates owner owners \
        ownership feature features flag flags configuration config deployment deployments \
        release releases pipeline environment environments staging performance latency \
        compatibility contract contracts model models type types input inputs output outputs \
        validation coverage reason reasons rationale purpose context solution work line lines \
        name naming section sections detail checkpoint checkpoints checks deliverable \
        deliverables handling transition tooling library libraries roll rotation",
    ),
    (
        Role::Praise,
        "has have way good great nice solid clear clearly complete completely comprehensive \
        thorough thoroughly well excellent strong sound sensible reasonable reasonably concise \
        precise precisely specific concrete actionable consistent consistently coherent logical \
        logically simple small focused minimal lean tested testable staged gradual incremental \
        reversible safe safely secure robust maintainable readable realistic feasible practical \
        pragmatic useful helpful appropriate appropriately adequate adequately sufficient \
        sufficiently proper properly right structured organized organised detailed documented \
        described defined named ordered sequenced scoped bounded measurable measured verified \
        verifiable validated justified explained motivated specified covered handled addressed \
        resolved included listed stated planned designed considered ready happy satisfied \
        pleased confident impressive elegant tidy neat perfect fine adds cover addressing \
        thought covers covering names describes defines includes including handles addresses \
        explains lists specifies documents states implements introduces provides follows matches \
        respects fits meets satisfies ensures achieves delivers supports improves strengthens \
        works reads looks looking proceed proceeding agree appreciate appreciated like liked \
        love rolled isolated independent atomic idempotent backward backwards compatible fixed \
        fixes rotates rotated masked hashed",
    ),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_in_the_form_that_is_looked_up() {
        let odd: Vec<&str> = WORDS
            .iter()
            .flat_map(|it| it.1.split_whitespace())
            .filter(|it| it.contains(char::is_uppercase))
            .collect();
        assert_eq!(odd, Vec::<&str>::new());
    }

    #[test]
    fn negations_and_other_scripts_are_doubts() {
        for word in ["not", "isn't", "shouldn't", "\u{4f46}\u{662f}", "aber", "unless"] {
            assert!(is_doubt(word), "{word}");
        }
        assert!(!is_doubt("approved"));
    }
}

//! Folds free text into plain words and marks, and says what single words mean
//! for an approval. It never judges a whole sentence.

/// One word or one mark of punctuation, in lower case and without Markdown.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) struct Word<'a> {
    pub(super) text: &'a str,
    /// Stands between quotation marks or backticks, so it is somebody's words.
    pub(super) quoted: bool,
    /// Stands between backticks.
    pub(super) code: bool,
    /// Begins with something other than a lower-case letter.
    pub(super) capital: bool,
}

impl Word<'_> {
    pub(super) fn is_mark(self) -> bool {
        !self.text.starts_with(char::is_alphanumeric)
    }
}

/// Maps full-width forms and typographic punctuation to ASCII.
pub(super) fn fold(character: char) -> char {
    match character {
        '\u{ff01}'..='\u{ff5e}' => {
            char::from_u32(u32::from(character) - 0xfee0).unwrap_or(character)
        }
        '\u{2018}' | '\u{2019}' | '\u{2bc}' | '\u{b4}' => '\'',
        '\u{201c}' | '\u{201d}' | '\u{201e}' | '\u{201f}' | '\u{ab}' | '\u{bb}' => '"',
        '\u{300c}' | '\u{300d}' | '\u{300e}' | '\u{300f}' => '"',
        '\u{2010}' | '\u{2011}' | '\u{2212}' => '-',
        '\u{2012}'..='\u{2015}' => '\u{2014}',
        '\u{3002}' => '.',
        '\u{3001}' => ',',
        '\u{3010}' | '\u{3014}' | '\u{300a}' => '[',
        '\u{3011}' | '\u{3015}' | '\u{300b}' => ']',
        '\u{a0}' | '\u{2000}'..='\u{200a}' | '\u{202f}' | '\u{205f}' | '\u{3000}' => ' ',
        other => other,
    }
}

/// Folded text in two spellings with the same offsets.
pub(super) struct Folded {
    cased: String,
    lower: String,
}

impl Folded {
    /// Emphasis marks are dropped, so `**not** approved` reads as it looks.
    pub(super) fn of(text: &str) -> Self {
        let mut cased = String::with_capacity(text.len());
        for character in text.chars() {
            match character {
                '*' => {}
                '_' | '\u{2502}' => cased.push(' '),
                '.' | '\u{21}'..='\u{7e}' => cased.push(character),
                '\u{3002}' => cased.push_str(". "),
                other => cased.push(fold(other)),
            }
        }
        let lower = cased.to_ascii_lowercase();
        Self { cased, lower }
    }

    pub(super) fn words(&self) -> Vec<Word<'_>> {
        let mut words = Vec::new();
        let mut quotes = Quotes::default();
        let bytes = self.lower.as_bytes();
        let mut at = 0;
        while let Some(character) = self.lower[at..].chars().next() {
            let end = at + character.len_utf8();
            if character.is_alphanumeric() {
                let end = self.word_end(at);
                words.push(Word {
                    text: &self.lower[at..end],
                    quoted: quotes.any(),
                    code: quotes.code,
                    capital: !self.cased[at..].starts_with(char::is_lowercase),
                });
                at = end;
                continue;
            }
            let before = self.lower[..at].chars().next_back();
            let after = bytes.get(end).copied();
            let spaced = before.is_none_or(char::is_whitespace)
                || after.is_none_or(|byte| byte.is_ascii_whitespace());
            let keep = match character {
                '\n' => true,
                '"' => {
                    quotes.double = !quotes.double;
                    false
                }
                '`' => {
                    quotes.code = !quotes.code;
                    false
                }
                '\'' => {
                    quotes.see_single(before, after);
                    false
                }
                '.' => after.is_none_or(|byte| !byte.is_ascii_alphanumeric()),
                '-' => spaced,
                '(' | ')' | '[' | ']' | '{' | '}' | '<' | '>' | '#' | '\\' | '\u{2705}'
                | '\u{2714}' | '\u{fe0f}' | '\u{1f44d}' | '\u{1f680}' | '\u{1f389}' => false,
                other => !other.is_whitespace(),
            };
            if keep {
                words.push(Word {
                    text: &self.lower[at..end],
                    quoted: quotes.any(),
                    code: quotes.code,
                    capital: false,
                });
            }
            at = end;
        }
        words
    }

    /// The end of the word at `at`; an apostrophe between letters belongs to it.
    fn word_end(&self, at: usize) -> usize {
        let rest = &self.lower[at..];
        let mut characters = rest.char_indices().peekable();
        while let Some((offset, character)) = characters.next() {
            let joined = character == '\''
                && characters.peek().is_some_and(|(_, next)| next.is_alphanumeric());
            if !character.is_alphanumeric() && !joined {
                return at + offset;
            }
        }
        self.lower.len()
    }
}

/// An opening mark without its partner quotes the rest, which fails closed.
#[derive(Default)]
struct Quotes {
    double: bool,
    single: bool,
    code: bool,
}

impl Quotes {
    fn any(&self) -> bool {
        self.double || self.single || self.code
    }

    fn see_single(&mut self, before: Option<char>, after: Option<u8>) {
        if self.single {
            self.single = after.is_some_and(|byte| byte.is_ascii_alphanumeric());
        } else {
            self.single = before.is_none_or(|it| !it.is_alphanumeric())
                && after.is_some_and(|byte| byte.is_ascii_alphanumeric());
        }
    }
}

/// Whether a reader of English alone could miss what the word does to an approval.
pub(super) fn is_foreign(word: &str) -> bool {
    let other_script =
        |it: char| it.is_alphabetic() && !matches!(it, '\0'..='\u{24f}' | '\u{1e00}'..='\u{1eff}');
    word.chars().any(other_script)
        || matches!(
            word,
            "nicht"
                | "kein"
                | "keine"
                | "keinen"
                | "ohne"
                | "aber"
                | "jedoch"
                | "wenn"
                | "falls"
                | "sofern"
                | "sobald"
                | "erst"
                | "noch"
                | "nein"
                | "und"
                | "ist"
                | "der"
                | "das"
                | "ein"
                | "eine"
                | "wird"
                | "muss"
                | "fehlt"
                | "nur"
                | "sondern"
                | "pas"
                | "non"
                | "mais"
                | "sauf"
                | "sans"
                | "avec"
                | "une"
                | "les"
                | "des"
                | "si"
                | "pero"
                | "sin"
                | "salvo"
                | "falta"
                | "ninguno"
                | "los"
                | "las"
                | "el"
                | "una"
                | "della"
                | "che"
                | "senza"
                | "nao"
                | "não"
                | "sem"
                | "mas"
                | "niet"
                | "geen"
                | "maar"
                | "het"
                | "een"
                | "inte"
                | "ikke"
                | "ej"
                | "nie"
                | "ale"
                | "jest"
                | "bez"
                | "ne"
                | "jamais"
                | "nunca"
                | "aún"
                | "todavía"
                | "pendiente"
                | "excepto"
                | "ma"
                | "il"
        )
}

/// A word that turns, limits or doubts what stands beside it.
pub(super) fn is_doubt(word: &str) -> bool {
    is_negation(word)
        || is_condition(word)
        || is_objection(word)
        || is_reported(word)
        || is_foreign(word)
}

pub(super) fn is_negation(word: &str) -> bool {
    word.ends_with("n't")
        || matches!(
            word,
            "not"
                | "no"
                | "never"
                | "none"
                | "nor"
                | "neither"
                | "cannot"
                | "cant"
                | "dont"
                | "wont"
                | "isnt"
                | "without"
                | "nothing"
                | "nobody"
                | "nowhere"
                | "hardly"
                | "scarcely"
                | "barely"
                | "nope"
                | "nah"
                | "un"
                | "dis"
                | "false"
                | "ain't"
                | "lack"
                | "lacks"
                | "lacking"
                | "unable"
                | "refuse"
                | "refused"
                | "decline"
                | "far"
                | "anything"
                | "nought"
        )
}

pub(super) fn is_condition(word: &str) -> bool {
    matches!(
        word,
        "if" | "once"
            | "after"
            | "until"
            | "till"
            | "unless"
            | "when"
            | "whenever"
            | "provided"
            | "providing"
            | "assuming"
            | "assumes"
            | "pending"
            | "subject"
            | "contingent"
            | "conditional"
            | "conditionally"
            | "condition"
            | "conditions"
            | "would"
            | "could"
            | "should"
            | "might"
            | "i'd"
            | "we'd"
            | "i'll"
            | "we'll"
            | "almost"
            | "nearly"
            | "mostly"
            | "partially"
            | "partly"
            | "before"
            | "except"
            | "excepting"
            | "excluding"
            | "but"
            | "however"
            | "though"
            | "although"
            | "yet"
            | "still"
            | "nevertheless"
            | "nonetheless"
            | "otherwise"
            | "instead"
            | "unfortunately"
            | "hopefully"
            | "perhaps"
            | "maybe"
            | "probably"
            | "possibly"
            | "tentatively"
            | "tentative"
            | "provisional"
            | "provisionally"
            | "wait"
            | "waits"
            | "waiting"
            | "hold"
            | "only"
            | "soon"
            | "eventually"
            | "later"
            | "tbd"
            | "todo"
            | "presumably"
            | "supposedly"
            | "guess"
            | "lgtm'd"
            | "then"
            | "barring"
            | "aside"
            | "apart"
            | "modulo"
            | "while"
            | "whereas"
            | "despite"
            | "caveat"
            | "caveats"
            | "reservation"
            | "reservations"
    )
}

fn is_objection(word: &str) -> bool {
    matches!(
        word,
        "must"
            | "need"
            | "needs"
            | "needed"
            | "require"
            | "required"
            | "requires"
            | "reject"
            | "rejected"
            | "rejects"
            | "rejecting"
            | "rejection"
            | "revise"
            | "revised?"
            | "nack"
            | "disagree"
            | "disapprove"
            | "disapproved"
            | "unacceptable"
            | "unapproved"
            | "veto"
            | "stop"
            | "halt"
            | "abort"
            | "missing"
            | "misses"
            | "absent"
            | "omits"
            | "omitted"
            | "fail"
            | "fails"
            | "failed"
            | "failing"
            | "failure"
            | "broken"
            | "breaks"
            | "break"
            | "drops"
            | "loses"
            | "lose"
            | "lost"
            | "loss"
            | "wrong"
            | "wrongly"
            | "incorrect"
            | "incorrectly"
            | "contradicts"
            | "contradictory"
            | "unclear"
            | "ambiguous"
            | "incomplete"
            | "insufficient"
            | "inadequate"
            | "unresolved"
            | "unaddressed"
            | "outstanding"
            | "unfixed"
            | "concern"
            | "concerns"
            | "concerned"
            | "concerning"
            | "issue"
            | "issues"
            | "problem"
            | "problems"
            | "problematic"
            | "bug"
            | "bugs"
            | "gap"
            | "gaps"
            | "flaw"
            | "flaws"
            | "flawed"
            | "blocker"
            | "blockers"
            | "block"
            | "blocks"
            | "blocked"
            | "blocking"
            | "vulnerable"
            | "vulnerability"
            | "vulnerabilities"
            | "unsafe"
            | "insecure"
            | "dangerous"
            | "danger"
            | "risky"
            | "risk"
            | "worry"
            | "worried"
            | "worries"
            | "doubt"
            | "doubts"
            | "warning"
            | "caution"
            | "careful"
            | "critical"
            | "severe"
            | "serious"
            | "showstopper"
            | "unsound"
            | "defect"
            | "defects"
            | "weakness"
            | "weaknesses"
            | "leak"
            | "leaks"
            | "overlooks"
            | "overlooked"
            | "ignores"
            | "ignored"
            | "forgets"
            | "forgot"
            | "forgotten"
            | "corrupt"
            | "corrupts"
            | "crash"
            | "crashes"
            | "deadlock"
            | "unsure"
            | "uncertain"
            | "hesitate"
            | "skeptical"
            | "remains"
            | "reopen"
            | "reopened"
            | "redo"
            | "rework"
            | "change"
            | "changes"
            | "fix"
            | "please"
            | "nak"
            | "unusable"
            | "bad"
            | "invalid"
            | "open"
            | "partial"
            | "objection"
            | "objections"
            | "impossible"
            | "\u{274c}"
            | "\u{1f6ab}"
            | "\u{26d4}"
            | "\u{1f6d1}"
            | "\u{1f44e}"
            | "\u{26a0}"
            | "\u{2717}"
            | "\u{2718}"
            | "\u{1f534}"
            | "\u{1f7e0}"
            | "\u{2757}"
            | "~"
            | "?"
    )
}

/// Words that report what somebody else says or what the form of a reply is.
fn is_reported(word: &str) -> bool {
    matches!(
        word,
        "say"
            | "says"
            | "said"
            | "saying"
            | "claims"
            | "claimed"
            | "claim"
            | "according"
            | "wrote"
            | "writes"
            | "write"
            | "respond"
            | "reply"
            | "output"
            | "example"
            | "template"
            | "placeholder"
            | "format"
            | "instruction"
            | "instructions"
            | "instructed"
            | "instructs"
            | "asked"
            | "asks"
            | "ask"
            | "told"
            | "tells"
            | "quote"
            | "quoted"
            | "e.g"
            | "pretend"
            | "imagine"
            | "suppose"
            | "hypothetically"
            | "joking"
            | "jk"
            | "wants"
            | "wanted"
            | "expects"
            | "expected"
            | "wish"
            | "previously"
            | "formerly"
            | "earlier?"
            | "schema"
            | "prompt"
            | "keyword"
            | "string"
            | "literal"
    )
}

/// A verb that, at the head of a clause, asks for work.
pub(super) fn is_request(word: &str) -> bool {
    matches!(
        word,
        "add"
            | "remove"
            | "update"
            | "clarify"
            | "specify"
            | "consider"
            | "ensure"
            | "make"
            | "rewrite"
            | "split"
            | "move"
            | "use"
            | "avoid"
            | "document"
            | "include"
            | "handle"
            | "address"
            | "resolve"
            | "replace"
            | "rename"
            | "define"
            | "describe"
            | "explain"
            | "test"
            | "verify"
            | "check"
            | "confirm"
            | "drop"
            | "delete"
            | "limit"
            | "keep"
            | "restore"
            | "revert"
            | "reconsider"
            | "correct"
            | "introduce"
            | "provide"
            | "put"
            | "switch"
            | "rotate"
            | "encrypt"
            | "validate"
            | "extend"
            | "adjust"
            | "note"
            | "don't"
            | "do"
            | "let's"
            | "back"
    )
}

/// A noun for what a review finds.
pub(super) fn is_finding_noun(word: &str) -> bool {
    matches!(
        word,
        "finding"
            | "findings"
            | "issue"
            | "issues"
            | "concern"
            | "concerns"
            | "problem"
            | "problems"
            | "blocker"
            | "blockers"
            | "risk"
            | "risks"
            | "gap"
            | "gaps"
            | "flaw"
            | "flaws"
            | "objection"
            | "objections"
            | "comment"
            | "comments"
            | "change"
            | "changes"
            | "revision"
            | "revisions"
            | "suggestion"
            | "suggestions"
            | "remark"
            | "remarks"
            | "question"
            | "questions"
            | "nit"
            | "nits"
            | "nitpick"
            | "nitpicks"
            | "defect"
            | "defects"
            | "bug"
            | "bugs"
            | "weakness"
            | "weaknesses"
            | "contradiction"
            | "contradictions"
            | "feedback"
            | "point"
            | "points"
            | "item"
            | "items"
            | "reservations"
            | "caveats"
            | "action"
            | "actions"
            | "notes"
            | "note"
            | "modifications"
            | "iteration"
            | "iterations"
            | "vulnerabilities"
            | "errors"
            | "mistakes"
            | "violations"
            | "regressions"
            | "requests"
            | "obstacles"
            | "doubts"
    )
}

/// A word that may stand before such a noun without changing what is counted.
pub(super) fn is_finding_adjective(word: &str) -> bool {
    matches!(
        word,
        "blocking"
            | "major"
            | "minor"
            | "critical"
            | "high"
            | "medium"
            | "low"
            | "severity"
            | "priority"
            | "level"
            | "new"
            | "further"
            | "other"
            | "remaining"
            | "outstanding"
            | "open"
            | "additional"
            | "significant"
            | "material"
            | "serious"
            | "more"
            | "any"
            | "or"
            | "and"
            | "real"
            | "obvious"
            | "unresolved"
            | "actionable"
            | "substantive"
            | "nitpick"
            | "prior"
            | "previous"
            | "earlier"
            | "security"
            | "major/critical"
            | "severe"
            | "old"
            | "relevant"
            | "notable"
            | "important"
            | "fundamental"
            | "such"
            | "code"
            | "design"
            | "technical"
            | "raised"
            | "reported"
            | "listed"
            | "existing"
            | "known"
            | "left"
            | "of"
            | "the"
            | "my"
            | "your"
            | "our"
            | "these"
            | "those"
            | "p0"
            | "p1"
            | "p2"
            | "p3"
            | "blocker"
            | "nor"
            | ","
            | "/"
            | "performance"
            | "two"
            | "three"
            | "four"
            | "five"
            | "show"
            | "stopping"
    )
}

/// A word that may follow such a noun without changing what is counted.
pub(super) fn is_finding_trailer(word: &str) -> bool {
    matches!(
        word,
        "found"
            | "remain"
            | "remains"
            | "remaining"
            | "identified"
            | "needed"
            | "required"
            | "necessary"
            | "left"
            | "open"
            | "raised"
            | "noted"
            | "outstanding"
            | "detected"
            | "reported"
            | "exist"
            | "stand"
            | "at"
            | "all"
            | "from"
            | "me"
            | "to"
            | "report"
            | "raise"
            | "flag"
            | "note"
            | "are"
            | "is"
            | "were"
            | "was"
            | "have"
            | "been"
            | "here"
            | "requested"
            | "any"
            | "more"
            | "further"
            | "surfaced"
            | "seen"
            | "with"
            | "this"
            | "plan"
            | "the"
            | "in"
            | "version"
            | "revision"
            | "of"
            | "now"
            | "on"
            | "my"
            | "side"
            | "end"
            | "discovered"
            | "observed"
            | "unresolved"
            | "address"
            | "fix"
            | "by"
            | "review"
    )
}

/// A word that says that a finding is done with.
pub(super) fn is_settled(word: &str) -> bool {
    matches!(
        word,
        "fixed" | "resolved" | "addressed" | "solved" | "corrected" | "closed" | "settled"
    )
}

//! Values in sentences: "the admin password for staging is …", "use … as the
//! token". Nearer words and clearer links count more; a full stop ends it.

use std::ops::Range;

use super::Field;
use crate::form::is_hex;
use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::{bare, is_quote, last_word, quoted};
use crate::value::Tie;
use crate::words::Words;

const LINKS: [&str; 7] = ["=", ":", "->", "=>", "\u{2192}", "\u{2014}", "\u{2013}"];

impl Field<'_> {
    /// Words behind the name up to the end of the sentence.
    pub(super) fn sentence(&self, at: usize, hits: &mut Vec<Hit>) {
        let mut tie = Tie::Near;
        let mut doubtful = false;
        let mut position = at;
        for word_number in 0..14 {
            let start = self.any_blank(position);
            let gap = &self.text[position..start];
            let rest = &self.text[start..];
            if word_number == 0
                && gap.is_empty()
                && !rest.starts_with([':', '=', '(', '"', '\'', '`', ','])
            {
                return;
            }
            if rest.is_empty()
                || 1 < gap.matches('\n').count()
                || at + 120 < start
                || gap.contains('\n') && rest.starts_with(['#', '|', '-', '*', '+', '`'])
                || rest.starts_with('|')
            {
                return;
            }
            let length = rest.find(char::is_whitespace).unwrap_or(rest.len());
            let word = &rest[..length];
            let open = word.len() - word.trim_start_matches(['(', '[', ':', '=']).len();
            let inside = start + open;
            let first = self.text.as_bytes().get(inside).copied().unwrap_or(b' ');
            let value = match is_quote(first) {
                true => quoted(self.text, inside),
                false => Some(bare(self.text, inside)),
            };
            if let Some(range) = value.filter(|it| !it.is_empty()) {
                let tied = match (tie, is_quote(first)) {
                    (Tie::Near, true) if word_number == 0 => Tie::Said,
                    (Tie::Near, false) if word_number == 0 && self.is_direct(&range, gap) => {
                        Tie::Said
                    }
                    (Tie::Near, false) if word_number == 0 && self.ends_line(range.end) => {
                        Tie::Said
                    }
                    (tie, _) => tie,
                };
                let tied = if doubtful { Tie::Near } else { tied };
                if !doubtful && self.judge(range.clone(), tied, hits) {
                    return;
                }
                position = if is_quote(first) { range.end + 1 } else { start + length };
            } else {
                position = start + length;
            }
            let plain = word.trim_matches(|it: char| !it.is_alphanumeric()).to_lowercase();
            doubtful = Words::OtherValues.has(&plain);
            tie = match Words::Links.has(&plain)
                || word.ends_with([':', '='])
                || LINKS.contains(&word)
            {
                true => Tie::Said,
                false => Tie::Near,
            };
            if word.ends_with(['.', '!', '?']) && word.len() < 16 && !word.ends_with("e.g.") {
                return;
            }
        }
    }

    /// `… as the admin password`, `… is our API key`.
    pub(super) fn before(&self, hits: &mut Vec<Hit>) {
        let start = self.text[..self.name.start].rfind('\n').map_or(0, |it| it + 1);
        let line = &self.text[start..self.name.start];
        let Some(link) =
            [" as ", " is ", " als ", " ist "].iter().filter_map(|it| line.rfind(it)).max()
        else {
            return;
        };
        if 32 < line.len() - link || line[link..].contains(['.', ',', ';', ':', '=']) {
            return;
        }
        let word = last_word(&line[..link], char::is_whitespace);
        let inside = line[word..link].trim_matches(['`', '"', '\'', '(', ')', ',']);
        let offset = word + line[word..link].find(inside).unwrap_or_default();
        let tie = match self.role {
            Role::Password => Tie::Said,
            Role::Token => Tie::Near,
            Role::Vague | Role::Mnemonic => return,
        };
        if !inside.contains('=') {
            self.judge(start + offset..start + offset + inside.len(), tie, hits);
        }
    }

    /// Whether a bare word stands right behind the name and is no digest.
    fn is_direct(&self, range: &Range<usize>, gap: &str) -> bool {
        let name = self.text[self.name.clone()].to_ascii_lowercase();
        gap == " "
            && name != "pass"
            && self.role != Role::Vague
            && !is_hex(&self.text[range.clone()])
    }

    fn ends_line(&self, at: usize) -> bool {
        self.text[at..].trim_start_matches(['.', ',', ';', ' ', '`', '"', '\'', ')']).is_empty()
            || self.text[at..]
                .trim_start_matches(['.', ',', ';', ' ', '`', '"', '\'', ')'])
                .starts_with(['\n', '\r'])
    }
}

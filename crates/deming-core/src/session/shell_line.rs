//! Splits what a shell is given into its simple commands. Expands nothing, and
//! leaves the text of heredocs out: that is data, not commands.

use std::iter::Peekable;
use std::ops::Range;
use std::str::CharIndices;

/// What stands between a command and the one before it.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Joint {
    Start,
    And,
    /// `;`, `|`, `||`, `&`, a parenthesis or a new line.
    Other,
}

/// One simple command.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Part {
    pub(super) joint: Joint,
    pub(super) words: Vec<Word>,
    /// The place in the whole text of the line that it stands on.
    pub(super) line: Range<usize>,
}

/// A word without its quotes, and where it stands with them.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(super) struct Word {
    pub(super) text: String,
    pub(super) place: Range<usize>,
}

/// The commands in their order.
pub(super) fn split(text: &str) -> Vec<Part> {
    let mut splitter = Splitter {
        text,
        characters: text.char_indices().peekable(),
        parts: vec![],
        words: vec![],
        word: None,
        joint: Joint::Start,
        line_start: 0,
        unfinished: 0,
        heredocs: vec![],
        is_delimiter: false,
    };
    while let Some((at, character)) = splitter.characters.next() {
        splitter.take(at, character);
    }
    splitter.end_part(text.len(), Joint::Start);
    splitter.end_line(text.len());
    splitter.parts
}

struct Splitter<'a> {
    text: &'a str,
    characters: Peekable<CharIndices<'a>>,
    parts: Vec<Part>,
    words: Vec<Word>,
    word: Option<Word>,
    /// What stands before the command that is being read.
    joint: Joint,
    line_start: usize,
    /// How many parts have got the place of their line.
    unfinished: usize,
    /// The delimiters of the heredocs that begin with the next line.
    heredocs: Vec<String>,
    /// The next word is one of them.
    is_delimiter: bool,
}

impl Splitter<'_> {
    fn take(&mut self, at: usize, character: char) {
        match character {
            '\\' => {
                let next = self.characters.next().filter(|it| it.1 != '\n');
                self.word(at).text.extend(next.map(|it| it.1));
            }
            '\'' | '"' => self.quoted(at, character),
            ' ' | '\t' | '\r' => self.end_word(at),
            '#' if self.word.is_none() => {
                while self.characters.next_if(|it| it.1 != '\n').is_some() {}
            }
            '<' if self.next_is('<') => {
                self.end_word(at);
                // `<<<` is followed by a word, not by lines.
                if !self.next_is('<') {
                    let _ = self.next_is('-');
                    self.is_delimiter = true;
                }
            }
            '&' if self.word.as_ref().is_some_and(|it| it.text.ends_with('>')) => {
                self.word(at).text.push(character);
            }
            '&' => {
                let joint = if self.next_is('&') { Joint::And } else { Joint::Other };
                self.end_part(at, joint);
            }
            '|' | ';' | '(' | ')' => {
                let _ = self.next_is(character);
                self.end_part(at, Joint::Other);
            }
            '\n' => {
                self.end_part(at, Joint::Other);
                self.end_line(at);
                self.skip_heredocs(at + 1);
            }
            other => self.word(at).text.push(other),
        }
        let end = self.characters.peek().map_or(self.text.len(), |it| it.0);
        if let Some(word) = &mut self.word {
            word.place.end = end;
        }
    }

    fn quoted(&mut self, at: usize, open: char) {
        self.word(at);
        while let Some((at, character)) = self.characters.next() {
            match character {
                _ if character == open => break,
                '\\' if open == '"' => {
                    let next = self.characters.next().filter(|it| it.1 != '\n');
                    self.word(at).text.extend(next.map(|it| it.1));
                }
                other => self.word(at).text.push(other),
            }
        }
    }

    fn next_is(&mut self, wanted: char) -> bool {
        self.characters.next_if(|it| it.1 == wanted).is_some()
    }

    fn word(&mut self, at: usize) -> &mut Word {
        self.word.get_or_insert_with(|| Word { text: String::new(), place: at..at })
    }

    fn end_word(&mut self, at: usize) {
        if let Some(mut word) = self.word.take() {
            word.place.end = at;
            if std::mem::take(&mut self.is_delimiter) {
                self.heredocs.push(word.text);
            } else {
                self.words.push(word);
            }
        }
    }

    fn end_part(&mut self, at: usize, next: Joint) {
        self.end_word(at);
        let words = std::mem::take(&mut self.words);
        // `&&` at the end of a line still stands before the next command.
        if words.is_empty() {
            if next == Joint::And {
                self.joint = next;
            }
            return;
        }
        self.parts.push(Part { joint: self.joint, words, line: 0..0 });
        self.joint = next;
    }

    fn end_line(&mut self, at: usize) {
        for part in &mut self.parts[self.unfinished..] {
            part.line = self.line_start..at;
        }
        self.unfinished = self.parts.len();
        self.line_start = at + 1;
    }

    fn skip_heredocs(&mut self, start: usize) {
        let mut at = start;
        for delimiter in std::mem::take(&mut self.heredocs) {
            while let Some(rest) = self.text.get(at..).filter(|it| !it.is_empty()) {
                let line = rest.split('\n').next().unwrap_or(rest);
                at = (at + line.len() + 1).min(self.text.len());
                if line.trim_start_matches('\t') == delimiter {
                    break;
                }
            }
        }
        while self.characters.next_if(|it| it.0 < at).is_some() {}
        self.line_start = at;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Commands as `words`, joined by `&&` where they are and `;` otherwise.
    #[track_caller]
    fn check(text: &str, want: &str) {
        let parts = split(text);
        let mut said = String::new();
        for (index, part) in parts.iter().enumerate() {
            if 0 < index {
                said += if part.joint == Joint::And { " && " } else { " ; " };
            }
            let words: Vec<&str> = part.words.iter().map(|it| it.text.as_str()).collect();
            said += &words.join(" ");
        }
        assert_eq!(said, want, "{text}");
        for part in &parts {
            let [.., last] = part.words.as_slice() else { panic!("a part without words") };
            assert!(part.line.start <= last.place.start && last.place.end <= part.line.end);
        }
    }

    #[test]
    fn commands_are_split_outside_of_quotes() {
        check("a 'b && c' && d", "a b && c && d");
        check("a \"b; $(c \\\"d)\" ; e", "a b; $(c \"d) ; e");
        check("a 2>&1 | b >&2", "a 2>&1 ; b >&2");
        check("a &&\nb || c &", "a && b ; c");
        check("a \\\n  b # c; d\ne", "a  b ; e");
        check("(a; b)", "a ; b");
    }

    #[test]
    fn text_of_a_heredoc_is_no_command() {
        check("cat >x <<'END'\na && b\nEND\nc", "cat >x ; c");
        check("cat <<-A <<B\n\tx\n\tA\ny\nB\nc", "cat ; c");
        check("cat <<END && c\nx\nEND", "cat && c");
        check("cat <<END\nnever ended", "cat");
        check("a <<<b c", "a b c");
    }

    #[test]
    fn parts_know_their_line() {
        let text = "x <<E\ny\nE\na && b | c\nd";
        let lines: Vec<&str> = split(text).iter().map(|it| &text[it.line.clone()]).collect();
        assert_eq!(lines, ["x <<E", "a && b | c", "a && b | c", "a && b | c", "d"]);
    }
}

//! The values behind labels, in the memory of one process: never printed, never
//! stored. They put back what a person agreed to send as it is, and hide it
//! again in what comes back.

use super::label::labels_in;

/// Pairs of a label and the value that it stands for.
#[derive(Clone, Default, Eq, PartialEq)]
pub struct Values(Vec<(String, String)>);

/// Values shorter than this are not looked for in replies: they are words.
const SHORTEST_HIDDEN: usize = 6;

impl Values {
    /// A label keeps the first spelling of its value.
    pub(super) fn learn(&mut self, label: &str, value: &str) {
        if !self.0.iter().any(|it| it.0 == label) {
            self.0.push((label.to_owned(), value.to_owned()));
        }
    }

    /// The pairs, to be handed to another process of ours, by a pipe alone.
    pub fn pairs(&self) -> &[(String, String)] {
        &self.0
    }

    /// The text with each value of `labels` in the place of its label.
    ///
    /// # Errors
    /// The labels in the text whose values are not known.
    pub fn restore(&self, text: &str, labels: &[&str]) -> Result<String, Vec<String>> {
        let mut restored = String::with_capacity(text.len());
        let mut missing: Vec<String> = Vec::new();
        let mut position = 0;
        for span in labels_in(text) {
            let label = &text[span.clone()];
            if !labels.contains(&label) {
                continue;
            }
            match self.0.iter().find(|it| it.0 == label) {
                Some((_, value)) => {
                    restored.push_str(&text[position..span.start]);
                    restored.push_str(value);
                    position = span.end;
                }
                None if missing.iter().any(|it| it == label) => {}
                None => missing.push(label.to_owned()),
            }
        }
        restored.push_str(&text[position..]);
        if missing.is_empty() { Ok(restored) } else { Err(missing) }
    }

    /// The text with each known value replaced by its label, whatever stands
    /// around it.
    pub fn hide(&self, text: &str) -> String {
        let mut longest_first: Vec<&(String, String)> =
            self.0.iter().filter(|it| SHORTEST_HIDDEN <= it.1.len()).collect();
        longest_first.sort_by_key(|it| std::cmp::Reverse(it.1.len()));
        let mut hidden = text.to_owned();
        for (label, value) in longest_first {
            hidden = hidden.replace(value.as_str(), label);
        }
        hidden
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ONE: &str = "[REDACTED:token#1]";
    const TWO: &str = "[REDACTED:token#2]";

    fn values() -> Values {
        let mut values = Values::default();
        values.learn(ONE, "value-of-one");
        values.learn(ONE, "another");
        values
    }

    #[test]
    fn what_was_agreed_to_is_put_back() {
        let text = format!("a {ONE} b {ONE}, {TWO}");
        let restored = values().restore(&text, &[ONE]);
        assert_eq!(restored, Ok(format!("a value-of-one b value-of-one, {TWO}")));
        assert_eq!(values().restore(&text, &[]), Ok(text));
    }

    #[test]
    fn values_that_are_not_known_are_named_once() {
        let restored = values().restore(&format!("{ONE}{TWO}{TWO}"), &[ONE, TWO]);
        assert_eq!(restored, Err(vec![TWO.to_owned()]));
    }

    #[test]
    fn a_reply_holds_labels_again() {
        assert_eq!(values().hide("rotate (value-of-one)!"), format!("rotate ({ONE})!"));
    }
}

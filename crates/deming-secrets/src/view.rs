//! A rewritten copy of a text that remembers where each byte came from.
//! Views are only looked at; what is found is reported in the original text.

use std::ops::Range;

/// The rewritten text and its pieces, in order.
pub(crate) struct View {
    text: String,
    pieces: Vec<Piece>,
}

/// A stretch of the view and the stretch of the source that it stands for.
struct Piece {
    start: usize,
    source: Range<usize>,
    /// Whether both stretches hold the same bytes.
    verbatim: bool,
}

impl View {
    /// The text as it is.
    pub(crate) fn identity(text: &str) -> Self {
        let mut builder = Builder::new(text);
        builder.copy(text.len());
        builder.finish()
    }

    pub(crate) fn text(&self) -> &str {
        &self.text
    }

    /// The stretch of the source that `range` of the view stands for.
    pub(crate) fn source(&self, range: Range<usize>) -> Range<usize> {
        if range.is_empty() {
            return 0..0;
        }
        let first = self.piece_at(range.start);
        let last = self.piece_at(range.end - 1);
        let start = match first.verbatim {
            true => first.source.start + (range.start - first.start),
            false => first.source.start,
        };
        let end = match last.verbatim {
            true => last.source.start + (range.end - last.start),
            false => last.source.end,
        };
        start..end
    }

    /// This view seen through a second one that was built from its text.
    pub(crate) fn then(self, outer: Self) -> Self {
        let pieces = outer
            .pieces
            .iter()
            .enumerate()
            .flat_map(|(index, piece)| {
                let end = outer.pieces.get(index + 1).map_or(outer.text.len(), |next| next.start);
                match piece.verbatim {
                    true => self.cut(piece.source.clone(), piece.start),
                    false => vec![Piece {
                        start: piece.start,
                        source: self.source(piece.source.clone()),
                        verbatim: false,
                    }],
                }
                .into_iter()
                .filter(move |it| it.start < end)
            })
            .collect();
        Self { text: outer.text, pieces }
    }

    fn piece_at(&self, offset: usize) -> &Piece {
        let index = self.pieces.partition_point(|piece| piece.start <= offset);
        &self.pieces[index.saturating_sub(1)]
    }

    /// The pieces that make up `range`, moved so that they begin at `start`.
    fn cut(&self, range: Range<usize>, start: usize) -> Vec<Piece> {
        let first = self.pieces.partition_point(|piece| piece.start <= range.start).max(1) - 1;
        self.pieces[first..]
            .iter()
            .take_while(|piece| piece.start < range.end)
            .map(|piece| {
                let skipped = range.start.saturating_sub(piece.start);
                let from =
                    if piece.verbatim { piece.source.start + skipped } else { piece.source.start };
                Piece {
                    start: start + piece.start.max(range.start) - range.start,
                    source: from..piece.source.end,
                    verbatim: piece.verbatim,
                }
            })
            .collect()
    }
}

/// Writes a view from left to right over its source.
pub(crate) struct Builder<'a> {
    source: &'a str,
    position: usize,
    view: View,
}

impl<'a> Builder<'a> {
    pub(crate) fn new(source: &'a str) -> Self {
        let text = String::with_capacity(source.len());
        Self { source, position: 0, view: View { text, pieces: Vec::new() } }
    }

    pub(crate) fn position(&self) -> usize {
        self.position
    }

    pub(crate) fn rest(&self) -> &'a str {
        &self.source[self.position..]
    }

    pub(crate) fn written(&self) -> &str {
        &self.view.text
    }

    /// Takes the next `length` bytes over as they are.
    pub(crate) fn copy(&mut self, length: usize) {
        if length == 0 {
            return;
        }
        let end = self.position + length;
        let extends = self
            .view
            .pieces
            .last()
            .is_some_and(|piece| piece.verbatim && piece.source.end == self.position);
        match self.view.pieces.last_mut() {
            Some(piece) if extends => piece.source.end = end,
            Some(_) | None => self.view.pieces.push(Piece {
                start: self.view.text.len(),
                source: self.position..end,
                verbatim: true,
            }),
        }
        self.view.text.push_str(&self.source[self.position..end]);
        self.position = end;
    }

    /// Writes `text` in place of the next `length` bytes.
    pub(crate) fn replace(&mut self, length: usize, text: &str) {
        let end = self.position + length;
        if !text.is_empty() {
            self.view.pieces.push(Piece {
                start: self.view.text.len(),
                source: self.position..end,
                verbatim: false,
            });
            self.view.text.push_str(text);
        }
        self.position = end;
    }

    pub(crate) fn skip(&mut self, length: usize) {
        self.replace(length, "");
    }

    /// Whether anything was rewritten so far.
    pub(crate) fn differs(&self) -> bool {
        self.view.text.len() != self.position || self.view.pieces.iter().any(|it| !it.verbatim)
    }

    pub(crate) fn finish(mut self) -> View {
        self.copy(self.source.len() - self.position);
        self.view
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Rewrites `-` to nothing and `&` to `and`.
    fn rewrite(text: &str) -> View {
        let mut builder = Builder::new(text);
        while let Some(first) = builder.rest().chars().next() {
            match first {
                '-' => builder.skip(1),
                '&' => builder.replace(1, "and"),
                other => builder.copy(other.len_utf8()),
            }
        }
        builder.finish()
    }

    #[track_caller]
    fn check(view: &View, source: &str, found: &str, want: &str) {
        let start = view.text().find(found).unwrap();
        assert_eq!(&source[view.source(start..start + found.len())], want);
    }

    #[test]
    fn spans_reach_over_what_was_dropped() {
        let source = "\u{e9}ab--cd&ef-";
        let view = rewrite(source);
        assert_eq!(view.text(), "\u{e9}abcdandef");
        check(&view, source, "bc", "b--c");
        check(&view, source, "nd", "&");
        check(&view, source, "ef", "ef");
        check(&view, source, "\u{e9}a", "\u{e9}a");
    }

    #[test]
    fn a_view_of_a_view_points_to_the_first_text() {
        let source = "a-b&c d-e";
        let inner = rewrite(source);
        let outer = rewrite(&inner.text().replace(' ', "-"));
        let both = inner.then(outer);
        assert_eq!(both.text(), "abandcde");
        check(&both, source, "ab", "a-b");
        check(&both, source, "cd", "c d");
        check(&both, source, "de", "d-e");
        check(&both, source, "bandc", "b&c");
    }

    #[test]
    fn the_identity_points_to_itself() {
        let view = View::identity("abc");
        assert_eq!(view.source(1..3), 1..3);
    }
}

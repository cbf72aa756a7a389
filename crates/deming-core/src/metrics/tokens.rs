//! Cuts a stream that arrives in chunks into delimited tokens.
//! Never looks at what a token means.

/// Bytes that have arrived and are not consumed yet.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    bytes: Vec<u8>,
    start: usize,
    /// Everything before this was searched for a delimiter in vain.
    searched: usize,
}

impl Tokens {
    pub(super) fn push(&mut self, chunk: &[u8]) {
        self.bytes.drain(..self.start);
        self.searched -= self.start;
        self.start = 0;
        self.bytes.extend_from_slice(chunk);
    }

    /// The next byte, left in place.
    pub(super) fn peek(&self) -> Option<u8> {
        self.bytes.get(self.start).copied()
    }

    pub(super) fn skip(&mut self, count: usize) {
        self.start = self.bytes.len().min(self.start + count);
        self.searched = self.searched.max(self.start);
    }

    /// The bytes up to the delimiter, which is consumed with them; `None` while
    /// it has not arrived. Ask for the same delimiter again then.
    pub(super) fn until(&mut self, delimiter: u8) -> Option<&[u8]> {
        let from = self.searched.max(self.start);
        match memchr::memchr(delimiter, &self.bytes[from..]) {
            Some(offset) => {
                let token = self.start..from + offset;
                self.start = token.end + 1;
                self.searched = self.start;
                Some(&self.bytes[token])
            }
            None => {
                self.searched = self.bytes.len();
                None
            }
        }
    }

    /// Exactly so many bytes; `None` while they have not all arrived.
    pub(super) fn take(&mut self, count: usize) -> Option<&[u8]> {
        let end = self.start.checked_add(count)?;
        let token = self.bytes.get(self.start..end)?;
        self.start = end;
        self.searched = self.searched.max(end);
        Some(token)
    }

    pub(super) fn is_empty(&self) -> bool {
        self.start == self.bytes.len()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tokens_do_not_depend_on_the_chunks() {
        let stream = b"one\0two\nlines\0\0three-bytes";
        for size in 1..stream.len() {
            let mut tokens = Tokens::default();
            let mut found = Vec::new();
            for chunk in stream.chunks(size) {
                tokens.push(chunk);
                while let Some(token) = tokens.until(0) {
                    found.push(token.to_vec());
                }
            }
            assert_eq!(found, [b"one".to_vec(), b"two\nlines".to_vec(), Vec::new()]);
            assert_eq!(tokens.take(11), Some(&b"three-bytes"[..]));
            assert!(tokens.is_empty());
        }
    }
}

//! Token-shaped values for tests, drawn at run time from a fixed seed, so that
//! no file of this project holds anything that looks like a credential.

/// A small xorshift generator: reproducible, not for cryptography.
pub(crate) struct Generator(u64);

const LOWER: &[u8] = b"abcdefghijklmnopqrstuvwxyz";
const ALPHANUMERIC: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
const BASE64: &[u8] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

impl Generator {
    pub(crate) fn new(seed: u64) -> Self {
        Self(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1)
    }

    pub(crate) fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        (self.0 >> 11) as usize % limit
    }

    pub(crate) fn pick<'a>(&mut self, choices: &[&'a str]) -> &'a str {
        choices[self.below(choices.len())]
    }

    pub(crate) fn of(&mut self, alphabet: &[u8], length: usize) -> String {
        (0..length).map(|_| char::from(alphabet[self.below(alphabet.len())])).collect()
    }

    pub(crate) fn alphanumeric(&mut self, length: usize) -> String {
        self.of(ALPHANUMERIC, length)
    }

    pub(crate) fn hex(&mut self, length: usize) -> String {
        self.of(b"0123456789abcdef", length)
    }

    pub(crate) fn base64(&mut self, length: usize) -> String {
        self.of(BASE64, length)
    }

    /// A password of the kind people choose: word, year, sign, letters.
    pub(crate) fn password(&mut self) -> String {
        let word = self.pick(&["Harbour", "Walnut", "Comet", "Glacier", "Ember", "Quartz"]);
        let year = 1900 + self.below(150);
        let sign = self.pick(&["#", "%", "!", "*", "&", "@", "$"]);
        format!("{word}{year}{sign}{}", self.of(LOWER, 3))
    }

    /// The value of a GitHub personal access token; specific and well known.
    pub(crate) fn github_token(&mut self) -> String {
        format!("gh{}_{}", "p", self.alphanumeric(36))
    }

    /// A whole private key block of `lines` full lines.
    pub(crate) fn private_key(&mut self, label: &str, lines: usize) -> String {
        let mut block = format!("-----BEGIN {label}-----\nMII{}\n", self.base64(61));
        for _ in 1..lines {
            block.push_str(&self.base64(64));
            block.push('\n');
        }
        block.push_str(&format!("{}==\n-----END {label}-----", self.base64(22)));
        block
    }
}

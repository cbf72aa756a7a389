//! How much a string looks drawn at random: a number between words and noise.
//! It judges characters alone and never knows where the string stands.

/// For each first letter, the second letters that make up 97 % of the letter
/// pairs in English technical writing. Half of all random pairs are not here.
const COMMON_PAIRS: [&str; 26] = [
    "abcdefghiklmnprstuvwxyz",
    "abcefijlorsuy",
    "abcdefhiklmoprstuvy",
    "abcdefgilmnoprstuvwy",
    "abcdefghiklmnopqrstuvwxy",
    "abcdefilorstuy",
    "aefghilmnorsu",
    "aeilmnorstuy",
    "abcdefgiklmnoprstvxz",
    "aeou",
    "aeilostu",
    "acdefijklopstuvy",
    "abcdeijlmopstuyz",
    "acdefghiklmnoprstuvwyz",
    "abcdefgiklmnoprstuvwxy",
    "acdefghiloprstuy",
    "u",
    "abcdefgiklmnoprstuvwy",
    "acdefghiklmnoprstuwy",
    "abcdefghilmnoprstuwy",
    "abcdefgilmnoprstz",
    "aeio",
    "aehilnors",
    "aceimopt",
    "abeilmnopst",
    "aeimoyz",
];

/// The share of neighbouring characters that would surprise a reader.
///
/// A change between letter and digit, a capital after a small letter and an
/// uncommon pair of letters surprise. Prose and identifiers stay below 0.2,
/// random text lies around 0.6, hexadecimal around 0.5.
pub(crate) fn score(text: &str) -> f64 {
    let (mut pairs, mut surprises) = (0_u32, 0_u32);
    for pair in text.as_bytes().windows(2) {
        let (first, second) = (pair[0], pair[1]);
        if !first.is_ascii_alphanumeric() || !second.is_ascii_alphanumeric() {
            continue;
        }
        pairs += 1;
        surprises += u32::from(surprises_reader(first, second));
    }
    if pairs < 5 { 0.0 } else { f64::from(surprises) / f64::from(pairs) }
}

fn surprises_reader(first: u8, second: u8) -> bool {
    match (first.is_ascii_digit(), second.is_ascii_digit()) {
        (true, true) => false,
        (true, false) | (false, true) => true,
        (false, false) => {
            (first.is_ascii_lowercase() && second.is_ascii_uppercase()) || !is_common(first, second)
        }
    }
}

fn is_common(first: u8, second: u8) -> bool {
    let row = usize::from(first.to_ascii_lowercase() - b'a');
    COMMON_PAIRS[row].as_bytes().contains(&second.to_ascii_lowercase())
}

/// Whether the text counts: `0123456789abcdef`, `abcdefgh`, `aaaa`, `123456`.
pub(crate) fn is_sequence(text: &str) -> bool {
    let bytes: Vec<u8> = text
        .bytes()
        .filter(u8::is_ascii_alphanumeric)
        .map(|byte| byte.to_ascii_lowercase())
        .collect();
    if bytes.len() < 4 {
        return false;
    }
    let steps = bytes
        .windows(2)
        .filter(|pair| {
            let step = i16::from(pair[1]) - i16::from(pair[0]);
            (-1..=1).contains(&step) || pair == b"9a" || pair == b"90" || pair == b"z0"
        })
        .count();
    (bytes.len() - 1) * 7 <= steps * 10
}

/// Bits per character of the text's own distribution.
pub(crate) fn entropy(text: &str) -> f64 {
    let mut counts = [0_u32; 256];
    for byte in text.bytes() {
        counts[usize::from(byte)] += 1;
    }
    let total = text.len() as f64;
    counts
        .iter()
        .filter(|&&count| 0 < count)
        .map(|&count| {
            let share = f64::from(count) / total;
            -share * share.log2()
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[test]
    fn words_and_identifiers_do_not_look_random() {
        for text in [
            "signing_key_reference_identifier",
            "feature/rotate-api-keys-for-payments-service-2026",
            "UnexpectedEndOfInput",
            "x86_64-unknown-linux-gnu",
            "settings.get_access_token_from_keychain",
        ] {
            assert!(score(text) < 0.25, "{text} has {}", score(text));
        }
    }

    #[test]
    fn generated_tokens_look_random() {
        let mut generator = Generator::new(7);
        for _ in 0..2000 {
            for text in [generator.alphanumeric(32), generator.hex(32)] {
                assert!(0.15 < score(&text), "{text} has {}", score(&text));
            }
        }
    }

    #[test]
    fn counting_is_no_secret() {
        for text in ["0123456789abcdef", "abcdefgh", "AAAAAAAA", "1234567890", "0000-1111"] {
            assert!(is_sequence(text), "{text}");
        }
        assert!(!is_sequence(&Generator::new(3).alphanumeric(24)));
    }

    #[test]
    fn entropy_of_even_choice_is_its_logarithm() {
        assert_eq!(entropy("abcdabcd"), 2.0);
        assert_eq!(entropy("aaaa"), 0.0);
    }
}

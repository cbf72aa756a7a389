//! Searches text by bytes, many at once. Knows nothing of what the bytes mean.

/// Bytes that are compared at once; the loops below have no branch inside a block,
/// so that compilers turn each into wide instructions.
const BLOCK: usize = 16;

/// Bytes that are looked at one by one first, since what is near needs no blocks.
const NEAR: usize = 4;

/// Whether any byte is wanted.
pub(crate) fn holds(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> bool {
    let Some(last) = bytes.last_chunk::<BLOCK>() else {
        return bytes.iter().any(|it| wanted(*it));
    };
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    blocks.chunks(16).any(|it| it.iter().fold(false, |any, it| any | in_block(it, &wanted)))
        || in_block(last, &wanted)
}

fn in_block(block: &[u8; BLOCK], wanted: impl Fn(u8) -> bool) -> bool {
    block.iter().fold(0, |any, it| any | u8::from(wanted(*it))) != 0
}

/// Whether the byte is one of a few, without a branch.
pub(crate) fn is_one_of<const COUNT: usize>(byte: u8, few: [u8; COUNT]) -> bool {
    few.iter().fold(false, |any, it| any | (*it == byte))
}

/// Where the first wanted byte stands.
pub(crate) fn position(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let near = bytes.iter().take(NEAR).position(|it| wanted(*it));
    if near.is_some() {
        return near;
    }
    let (blocks, _) = bytes.as_chunks::<BLOCK>();
    let from = match blocks.iter().position(|it| in_block(it, &wanted)) {
        Some(block) => block * BLOCK,
        None if bytes.last_chunk().is_some_and(|it| !in_block(it, &wanted)) => return None,
        None => blocks.len() * BLOCK,
    };
    bytes[from..].iter().position(|it| wanted(*it)).map(|it| from + it)
}

/// Where the last wanted byte stands.
pub(crate) fn last_position(bytes: &[u8], wanted: impl Fn(u8) -> bool) -> Option<usize> {
    let behind = BLOCK * bytes.rchunks(BLOCK).position(|it| holds(it, &wanted))?;
    bytes[..bytes.len() - behind].iter().rposition(|it| wanted(*it))
}

/// Whether three bytes that follow each other are wanted.
#[inline]
pub(crate) fn holds_triple(bytes: &[u8], wanted: impl Fn(u8, u8, u8) -> bool) -> bool {
    const WINDOW: usize = BLOCK + 2;
    let Some(last) = bytes.last_chunk::<WINDOW>() else {
        return bytes.windows(3).any(|it| wanted(it[0], it[1], it[2]));
    };
    let in_window = |it: &[u8; WINDOW]| {
        (0..BLOCK).fold(0, |any, at| any | u8::from(wanted(it[at], it[at + 1], it[at + 2]))) != 0
    };
    let mut rest = bytes;
    while let Some(window) = rest.first_chunk() {
        if in_window(window) {
            return true;
        }
        rest = &rest[BLOCK..];
    }
    in_window(last)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_byte_is_found_at_every_place() {
        for length in 0..200 {
            let mut bytes = vec![b'.'; length];
            assert!(!holds(&bytes, |it| it == b'x'), "{length}");
            assert_eq!(position(&bytes, |it| it == b'x'), None, "{length}");
            assert_eq!(last_position(&bytes, |it| it == b'x'), None, "{length}");
            for at in 0..length {
                bytes[at] = b'x';
                assert!(holds(&bytes, |it| it == b'x'), "{at} of {length}");
                assert_eq!(position(&bytes, |it| it == b'x'), Some(at), "{length}");
                assert_eq!(last_position(&bytes, |it| it == b'x'), Some(at), "{length}");
                bytes[0] = b'x';
                assert_eq!(last_position(&bytes, |it| it == b'x'), Some(at), "{length}");
                bytes[0] = b'.';
                bytes[at] = b'.';
            }
        }
    }

    #[test]
    fn three_bytes_are_found_at_every_place() {
        let wanted = |first, second, third| [first, second, third] == *b"xyz";
        for length in 3..70 {
            for at in 0..length - 2 {
                let mut bytes = vec![b'.'; length];
                assert!(!holds_triple(&bytes, wanted), "{length}");
                bytes[at..at + 3].copy_from_slice(b"xyz");
                assert!(holds_triple(&bytes, wanted), "{at} of {length}");
            }
        }
        assert!(!holds_triple(b"xy", wanted));
    }
}

//! Reads a command line of the shell tool that calls our helper, exactly.
//!
//! Only a form without any expansion is read: a path, plain words, and at most
//! one quoted heredoc that is the last thing in the line.

use std::path::{Component, Path, PathBuf};

/// A call of the helper.
#[derive(Clone, Debug, Eq, PartialEq)]
pub(crate) struct Call {
    pub(crate) program: PathBuf,
    pub(crate) words: Vec<String>,
    pub(crate) has_input: bool,
}

/// Why a line is not such a call.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum NotACall {
    /// It is something else, or more than one call.
    Other,
    /// A call with a heredoc whose delimiter also stands in the text: the rest
    /// of the text would be run as commands.
    EndedEarly,
}

/// Reads the line.
///
/// # Errors
/// When it is anything but one plain call.
pub(crate) fn read(line: &str) -> Result<Call, NotACall> {
    let line = line.trim_matches([' ', '\n']);
    let (first, body) = match line.split_once('\n') {
        Some((first, body)) => (first, Some(body)),
        None => (line, None),
    };
    let (words, delimiter) = split_words(first)?;
    let mut words = words.into_iter();
    let program = words.next().map(|it| normal(&it)).ok_or(NotACall::Other)?;
    match (delimiter, body) {
        (None, None) => {}
        (Some(delimiter), Some(body)) => {
            let mut lines = body.split('\n').skip_while(|it| *it != delimiter);
            match (lines.next(), lines.next()) {
                (Some(_), None) => {}
                (Some(_), Some(_)) => return Err(NotACall::EndedEarly),
                (None, _) => return Err(NotACall::Other),
            }
        }
        (None, Some(_)) | (Some(_), None) => return Err(NotACall::Other),
    }
    Ok(Call { program, words: words.collect(), has_input: body.is_some() })
}

/// The words of the first line, and the delimiter of a heredoc at its end.
fn split_words(line: &str) -> Result<(Vec<String>, Option<&str>), NotACall> {
    let (line, delimiter) = match line.split_once("<<") {
        Some((line, rest)) => {
            let rest = rest.trim();
            let quoted = rest.strip_prefix('\'').and_then(|it| it.strip_suffix('\''));
            let word = quoted.filter(|it| {
                !it.is_empty() && it.bytes().all(|it| it.is_ascii_alphanumeric() || it == b'_')
            });
            (line, Some(word.ok_or(NotACall::Other)?))
        }
        None => (line, None),
    };
    let mut words = Vec::new();
    let mut rest = line.trim();
    while !rest.is_empty() {
        let (word, after) = match rest.strip_prefix('"') {
            Some(quoted) => {
                let (word, after) = quoted.split_once('"').ok_or(NotACall::Other)?;
                if word.contains(['$', '`', '\\', '!']) {
                    return Err(NotACall::Other);
                }
                (word, after)
            }
            None => {
                let end = rest.find(' ').unwrap_or(rest.len());
                let (word, after) = rest.split_at(end);
                let is_plain = |it: u8| it.is_ascii_alphanumeric() || b"._:=/@,+-%".contains(&it);
                if !word.bytes().all(is_plain) {
                    return Err(NotACall::Other);
                }
                (word, after)
            }
        };
        if !after.is_empty() && !after.starts_with(' ') {
            return Err(NotACall::Other);
        }
        words.push(word.to_owned());
        rest = after.trim_start();
    }
    Ok((words, delimiter))
}

/// The path without `.`, `//` and `..`, so that two spellings compare equal.
pub(crate) fn normal(path: &str) -> PathBuf {
    let mut normal = PathBuf::new();
    for component in Path::new(path).components() {
        match component {
            Component::ParentDir => {
                normal.pop();
            }
            Component::CurDir => {}
            Component::Prefix(_) | Component::RootDir | Component::Normal(_) => {
                normal.push(component);
            }
        }
    }
    normal
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(line: &str, want: Result<(&str, &[&str], bool), NotACall>) {
        let want = want.map(|(program, words, has_input)| Call {
            program: PathBuf::from(program),
            words: words.iter().map(|&it| it.to_owned()).collect(),
            has_input,
        });
        assert_eq!(read(line), want, "{line}");
    }

    #[test]
    fn plain_calls_are_read() {
        check(
            "\"/p//bin/deming\" refine send r1",
            Ok(("/p/bin/deming", &["refine", "send", "r1"], false)),
        );
        check(
            "/p/./bin/deming refine revise r1 <<'DEMING_EOF'\n$(id) `x`\n'\"\nDEMING_EOF\n",
            Ok(("/p/bin/deming", &["refine", "revise", "r1"], true)),
        );
    }

    #[test]
    fn everything_that_a_shell_would_expand_is_another_thing() {
        for line in [
            "/p/bin/deming refine send $(id)",
            "/p/bin/deming refine send r1; id",
            "/p/bin/deming refine send r1 && id",
            "/p/bin/deming refine send r1 | sh",
            "/p/bin/deming refine send r1 > /tmp/x",
            "/p/bin/deming refine send 'r1'",
            "\"/p/bin/deming\"x refine",
            "\"$HOME/bin/deming\" refine",
            "A=1 /p/bin/deming refine & ",
            "/p/bin/deming refine open <<EOF\nx\nEOF",
            "/p/bin/deming refine open <<'EOF'\nx",
            "/p/bin/deming refine send r1\nid",
        ] {
            check(line, Err(NotACall::Other));
        }
    }

    #[test]
    fn delimiter_in_the_text_is_noticed() {
        let line = "/p/bin/deming refine open <<'EOF'\ntask\nEOF\ntouch x\nEOF";
        check(line, Err(NotACall::EndedEarly));
    }
}

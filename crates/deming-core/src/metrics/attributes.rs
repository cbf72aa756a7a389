//! Reads what `git check-attr -z` says of paths: the attributes by which
//! projects tell linguist what is not theirs to write.

use std::collections::HashMap;

use super::file_class::Attributes;
use super::history::RepoPath;
use super::numstat::excerpt;
use crate::diagnostic::Diagnostic;

/// The attributes to ask for.
pub const NAMES: [&str; 3] = ["linguist-generated", "linguist-vendored", "linguist-documentation"];

/// Reads triples of path, attribute and value. Paths of which nothing is said
/// are left out.
pub fn decode(answer: &[u8]) -> (HashMap<RepoPath, Attributes>, Vec<Diagnostic>) {
    let mut attributes: HashMap<RepoPath, Attributes> = HashMap::new();
    let mut diagnostics = Vec::new();
    let mut fields = answer.split(|&byte| byte == 0);
    while let (Some(path), Some(name), Some(value)) = (fields.next(), fields.next(), fields.next())
    {
        let is_set = match value {
            b"unspecified" => continue,
            b"set" | b"true" => true,
            b"unset" | b"false" => false,
            other => {
                diagnostics.push(Diagnostic::new(format!(
                    "`{}` of `{}` is neither true nor false: `{}`",
                    excerpt(name),
                    excerpt(path),
                    excerpt(other)
                )));
                continue;
            }
        };
        let said = attributes.entry(path.into()).or_default();
        match name {
            b"linguist-generated" => said.generated = Some(is_set),
            b"linguist-vendored" => said.vendored = Some(is_set),
            b"linguist-documentation" => said.documentation = Some(is_set),
            _ => (),
        }
    }
    (attributes, diagnostics)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn attributes_are_set_unset_or_a_word() {
        let (attributes, diagnostics) = decode(
            b"a\0linguist-generated\0set\0a\0linguist-vendored\0unspecified\0\
              b\xff\0linguist-vendored\0false\0b\xff\0linguist-documentation\0true\0\
              c\0linguist-generated\0maybe\0d\0linguist-generated\0unspecified\0",
        );
        let want = HashMap::from([
            ("a".into(), Attributes { generated: Some(true), ..Attributes::default() }),
            (
                b"b\xff".as_slice().into(),
                Attributes {
                    vendored: Some(false),
                    documentation: Some(true),
                    ..Attributes::default()
                },
            ),
        ]);
        assert_eq!(attributes, want);
        assert_eq!(
            diagnostics,
            [Diagnostic::new("`linguist-generated` of `c` is neither true nor false: `maybe`")]
        );
    }
}

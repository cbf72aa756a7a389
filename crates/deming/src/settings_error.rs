//! Says what is wrong with a settings file in a person's words: the key, its
//! line and what belongs there, without the decoder's own terms.

/// The decoder's message as a sentence without its end.
pub(crate) fn plain(message: &str) -> String {
    let (what, line) = match message.rsplit_once(" at line ") {
        Some((what, place)) => (what, place.split([' ', ',']).next()),
        None => (message, None),
    };
    let (key, what) = match what.split_once(": ") {
        Some((key, what)) if is_key(key) => (Some(key), what),
        Some(_) | None => (None, what),
    };
    let place = match (key, line) {
        (Some(key), Some(line)) => format!("`{key}` in line {line}"),
        (Some(key), None) => format!("`{key}`"),
        (None, Some(line)) => format!("line {line}"),
        (None, None) => "the file".to_owned(),
    };
    if let Some((given, wanted)) = mismatch(what) {
        format!("{place} is {}, and has to be {}", describe(given), wanted_words(wanted))
    } else if let Some((given, known)) = after(what, "unknown variant ") {
        format!("{place} is {given}, and has to be {known}")
    } else if let Some((given, known)) = after(what, "unknown field ") {
        let within = if key.is_some() { format!(" of {place}") } else { String::new() };
        format!("{given} is no setting{within}; it takes {known}")
    } else if let Some(missing) = what.strip_prefix("missing field ") {
        format!("{place} lacks {missing}")
    } else if let Some(twice) = what.strip_prefix("duplicate field ") {
        format!("{place} has {twice} twice")
    } else if key.is_none() {
        format!("{place} is not YAML: {what}")
    } else {
        format!("{place}: {what}")
    }
}

/// Whether it is the path of a setting: `rounds.max`, `consent.standing[0]`.
fn is_key(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_alphanumeric() || "_.[]".contains(it))
}

fn mismatch(what: &str) -> Option<(&str, &str)> {
    let what = what.strip_prefix("invalid type: ").or_else(|| what.strip_prefix("invalid value: "));
    what?.rsplit_once(", expected ")
}

/// What was given, and what would be known: `` `a`, expected one of `b`, `c` ``.
fn after<'a>(what: &'a str, begins: &str) -> Option<(&'a str, &'a str)> {
    what.strip_prefix(begins)?.split_once(", expected ")
}

fn describe(given: &str) -> String {
    match given.split_once(' ') {
        _ if given == "sequence" => "a list".to_owned(),
        _ if given == "map" => "a mapping".to_owned(),
        _ if given == "unit value" => "empty".to_owned(),
        Some(("string", text)) => format!("the text {}", text.replace('"', "`")),
        Some(("integer" | "boolean", value)) => value.to_owned(),
        Some(("floating", value)) => value.trim_start_matches("point ").to_owned(),
        Some(_) | None => given.to_owned(),
    }
}

fn wanted_words(wanted: &str) -> &str {
    match wanted {
        "a sequence" => "a list",
        "a string" | "path string" => "a text",
        "u8" | "u16" | "u32" | "u64" | "usize" => "a whole number from 0 on",
        "f32" | "f64" => "a number",
        _ if wanted.starts_with("struct ") => "a mapping: `key: value`",
        _ if wanted.starts_with("a YAML tag") => "one word",
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(message: &str, want: &str) {
        assert_eq!(plain(message), want);
    }

    #[test]
    fn places_and_kinds_are_in_plain_words() {
        check(
            "rounds: invalid type: integer `5`, expected struct Rounds at line 1 column 9",
            "`rounds` in line 1 is `5`, and has to be a mapping: `key: value`",
        );
        check(
            "rounds.max: invalid type: string \"many\", expected u32 at line 3 column 16",
            "`rounds.max` in line 3 is the text `many`, and has to be a whole number from 0 on",
        );
        check(
            "reviewer: invalid type: sequence, expected a YAML tag starting with '!' at line 1 column 11",
            "`reviewer` in line 1 is a list, and has to be one word",
        );
        check(
            "reviewer: unknown variant `claude`, expected one of `codex`, `openai` at line 1 column 11",
            "`reviewer` in line 1 is `claude`, and has to be one of `codex`, `openai`",
        );
        check(
            "consent.standing[0]: missing field `project` at line 1 column 24",
            "`consent.standing[0]` in line 1 lacks `project`",
        );
        check(
            "rounds: duplicate field `max` at line 1 column 9",
            "`rounds` in line 1 has `max` twice",
        );
    }

    #[test]
    fn what_has_no_place_is_said_as_well() {
        check(
            "unknown field `consents`, expected one of `reviewer`, `rounds`",
            "`consents` is no setting; it takes one of `reviewer`, `rounds`",
        );
        check(
            "invalid type: sequence, expected struct Settings",
            "the file is a list, and has to be a mapping: `key: value`",
        );
        check(
            "did not find expected node content at line 2 column 1, while parsing a flow node",
            "line 2 is not YAML: did not find expected node content",
        );
    }
}

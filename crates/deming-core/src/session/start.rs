//! What a human types to begin a session: the feature with its options.

use crate::clean::clean_line;
use crate::session::event::Mode;
use crate::session::form::FormError;
use crate::session::told::minutes;

/// How a session is to begin.
#[derive(Clone, Debug, Eq, PartialEq)]
pub struct Start {
    pub feature: String,
    pub objective: Option<String>,
    pub estimate_minutes: Option<u32>,
    pub mode: Option<Mode>,
}

impl Start {
    /// Reads what the human typed: the feature with `--estimate 2.5h`,
    /// `--objective …` and `--mode light` anywhere behind it. What follows the
    /// first line is the objective.
    ///
    /// # Errors
    /// When there is no feature, or an option says nothing that can be used.
    pub fn read(typed: &str) -> Result<Self, FormError> {
        let mut start =
            Self { feature: String::new(), objective: None, estimate_minutes: None, mode: None };
        let mut rest = typed;
        let mut option: Option<&str> = None;
        loop {
            let next = next_option(rest);
            let value = next.map_or(rest, |it| &rest[..it.0]);
            start.take(option, value)?;
            let Some((at, name)) = next else { break };
            option = Some(name);
            rest = rest[at + 2 + name.len()..].trim_start_matches('=');
        }
        if start.feature.is_empty() {
            let hint = "say in a few words what is to be built";
            return Err(FormError::Missing { label: "Feature", hint });
        }
        Ok(start)
    }

    fn take(&mut self, option: Option<&str>, value: &str) -> Result<(), FormError> {
        // All but an objective end with their line; what follows it is one.
        let (value, rest) = match value.split_once('\n') {
            Some((line, rest)) if option != Some("objective") => (line.trim(), rest.trim()),
            Some(_) | None => (value.trim(), ""),
        };
        if !rest.is_empty() {
            self.objective.get_or_insert_with(|| rest.to_owned());
        }
        let plain = value.trim_matches(['"', '\'', '“', '”']).trim();
        match option {
            Some("estimate") => self.estimate_minutes = Some(minutes(plain)?),
            Some("mode") => self.mode = Some(mode(plain)?),
            Some("objective") if !plain.is_empty() => self.objective = Some(plain.to_owned()),
            Some(_) => {}
            None => self.feature = clean_line(value),
        }
        Ok(())
    }
}

/// The place and name of the next `--estimate`, `--objective` or `--mode`.
fn next_option(text: &str) -> Option<(usize, &'static str)> {
    let starts_word = |at: usize| text[..at].chars().next_back().is_none_or(char::is_whitespace);
    let found = ["estimate", "objective", "mode"].into_iter().flat_map(|name| {
        let option = format!("--{name}");
        let at = text.match_indices(&option).map(|it| it.0).find(|&at| {
            let behind = text[at + option.len()..].chars().next();
            starts_word(at) && behind.is_none_or(|it| it.is_whitespace() || it == '=')
        });
        at.map(|at| (at, name))
    });
    found.min()
}

/// # Errors
/// When it is none of the three modes.
pub fn mode(text: &str) -> Result<Mode, FormError> {
    let all = [Mode::Full, Mode::Light, Mode::Emergency];
    all.into_iter().find(|it| it.word() == text.to_lowercase()).ok_or(FormError::Unclear {
        label: "Mode",
        text: clean_line(text),
        hint: "choose `full`, `light` or `emergency`",
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(typed: &str, want: (&str, Option<&str>, Option<u32>, Option<Mode>)) {
        let got = Start::read(typed).unwrap();
        let (feature, objective, estimate_minutes, mode) = want;
        let objective = objective.map(str::to_owned);
        assert_eq!(got, Start { feature: feature.to_owned(), objective, estimate_minutes, mode });
    }

    #[test]
    fn options_stand_behind_the_feature() {
        check(
            "JWT authentication with refresh tokens --estimate 2.5h",
            ("JWT authentication with refresh tokens", None, Some(150), None),
        );
        check(
            "Doors --mode=light --objective \"Nobody walks in\" --estimate 90 min\n",
            ("Doors", Some("Nobody walks in"), Some(90), Some(Mode::Light)),
        );
        check(
            "Doors --estimate 1h\nNobody walks in.\n",
            ("Doors", Some("Nobody walks in."), Some(60), None),
        );
        check("A --model flag\nFor scripts.", ("A --model flag", Some("For scripts."), None, None));
    }

    #[test]
    fn nonsense_is_refused_with_what_is_wanted() {
        for (typed, want) in [
            ("", "`Feature` is missing"),
            ("--estimate 2h", "`Feature` is missing"),
            ("x --estimate soon", "`Estimate` is not clear: `soon`"),
            ("x --estimate 25", "`Estimate` is not clear: `25`"),
            ("x --estimate 0h", "`Estimate` is not clear: `0h`"),
            ("x --estimate -2h", "`Estimate` is not clear: `-2h`"),
            ("x --estimate 1001h", "`Estimate` is not clear: `1001h`"),
            ("x --estimate", "`Estimate` is not clear: ``"),
            ("x --mode fast", "`Mode` is not clear: `fast`"),
        ] {
            assert_eq!(Start::read(typed).unwrap_err().to_string(), want, "{typed}");
        }
    }
}

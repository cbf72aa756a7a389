//! The settings in force, for people and for scripts.

use serde::Serialize;
use serde_json::Value;

use super::markdown::inline;
use super::table::table;

/// Where a value comes from.
#[derive(Clone, Copy, Debug, Eq, PartialEq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Origin {
    Default,
    /// The person's own file.
    Person,
    /// The file at the top of the project.
    Project,
}

/// One setting in force.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Setting {
    /// The path of its keys: `rounds.max`.
    pub key: String,
    /// Null where nothing is set and nothing is the default.
    pub value: Value,
    pub from: Origin,
}

/// All settings in force for one project.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct SettingsInForce {
    pub version: u32,
    /// The person's own file, for display.
    pub file: String,
    pub exists: bool,
    /// The project's file, if it has one.
    pub project_file: Option<String>,
    pub settings: Vec<Setting>,
}

impl SettingsInForce {
    pub const VERSION: u32 = 1;
}

/// The files, then a table.
pub fn markdown(shown: &SettingsInForce) -> String {
    let absent = if shown.exists { "" } else { " (not there, so the defaults)" };
    let mut text = inline(&format!("Your settings: {}{absent}", shown.file)) + "\n";
    if let Some(file) = &shown.project_file {
        text.push_str(&inline(&format!("The project's settings: {file}")));
        text.push('\n');
    }
    let rows: Vec<[String; 3]> = shown
        .settings
        .iter()
        .map(|it| [it.key.clone(), from(it.from).to_owned(), value(&it.value)])
        .collect();
    text.push('\n');
    text.push_str(&table(["Setting", "From", "Value"], &rows));
    text
}

/// One object on one line, as `docs/commands.md` describes it.
pub fn json(shown: &SettingsInForce) -> String {
    serde_json::to_string(shown).unwrap_or_default() + "\n"
}

/// What a look at the settings brought.
#[derive(Clone, Debug, Default, Eq, PartialEq)]
pub struct Checked {
    /// The person's own file, for display.
    pub file: String,
    pub exists: bool,
    pub problems: Vec<String>,
    /// What the settings decide, a sentence each.
    pub meanings: Vec<String>,
}

/// The problems first, then what the settings mean.
pub fn checked(checked: &Checked) -> String {
    let file = &checked.file;
    let first = match (checked.exists, checked.problems.len()) {
        (false, 0) => format!("There is no {file}, so the defaults are in force."),
        (true, 0) => format!("All of {file} can be used."),
        (_, 1) => "One problem:".to_owned(),
        (_, count) => format!("{count} problems:"),
    };
    let gap = if checked.problems.is_empty() { "\n" } else { "\n\n" };
    let mut text = inline(&first) + gap;
    for problem in &checked.problems {
        text.push_str(&format!("- {}\n", inline(problem)));
    }
    if !checked.meanings.is_empty() {
        text.push_str("\nWhat the settings mean:\n\n");
    }
    for meaning in &checked.meanings {
        text.push_str(&format!("- {}\n", inline(meaning)));
    }
    text
}

fn value(value: &Value) -> String {
    match value {
        Value::Null => "not set".to_owned(),
        Value::String(text) => text.clone(),
        Value::Array(items) if items.is_empty() => "none".to_owned(),
        Value::Bool(_) | Value::Number(_) | Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn from(origin: Origin) -> &'static str {
    match origin {
        Origin::Default => "default",
        Origin::Person => "you",
        Origin::Project => "project",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn problems_come_before_meanings() {
        let found = Checked {
            file: "/c.yaml".to_owned(),
            exists: true,
            problems: vec!["a\nb".to_owned()],
            meanings: vec!["<c>".to_owned()],
        };
        assert_eq!(
            checked(&found),
            "One problem:\n\n- a b\n\nWhat the settings mean:\n\n- \\<c>\n"
        );
        let none = Checked { file: "/c.yaml".to_owned(), ..Checked::default() };
        assert_eq!(checked(&none), "There is no /c.yaml, so the defaults are in force.\n");
    }

    #[test]
    fn every_setting_says_where_it_comes_from() {
        let setting =
            |key: &str, value: Value, from: Origin| Setting { key: key.to_owned(), value, from };
        let shown = SettingsInForce {
            version: SettingsInForce::VERSION,
            file: "~/c.yaml".to_owned(),
            exists: true,
            project_file: Some("~/p/.deming.yaml".to_owned()),
            settings: vec![
                setting("rounds.max", json!(3), Origin::Person),
                setting("model", Value::Null, Origin::Default),
                setting("focus", json!(["a|b"]), Origin::Project),
            ],
        };
        assert_eq!(
            markdown(&shown),
            "Your settings: ~/c.yaml\nThe project's settings: ~/p/.deming.yaml\n\n\
             | Setting    | From    | Value |\n\
             | ---------- | ------- | --- |\n\
             | rounds.max | you     | 3 |\n\
             | model      | default | not set |\n\
             | focus      | project | [\"a\\|b\"] |\n"
        );
        let value: Value = serde_json::from_str(&json(&shown)).unwrap();
        assert_eq!(
            value["settings"][2],
            json!({ "key": "focus", "value": ["a|b"], "from": "project" })
        );
    }
}

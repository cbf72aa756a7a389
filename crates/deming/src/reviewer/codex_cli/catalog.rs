//! The models that Codex knows, without the tools that nothing else switches off.
//!
//! In Codex 0.169 the catalogue gives most models a code runner, sub-agents and a
//! patch tool: 17 kB of each request, and more than a review of a text needs. A
//! catalogue of ours (`model_catalog_json`) leaves them out. It is made once for
//! each binary, from the one that the binary holds, and Codex itself is asked
//! whether it can be read; where that fails, Codex runs with its own.

use std::ffi::OsString;
use std::path::PathBuf;
use std::time::Duration;

use deming_store::Scratch;
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};

use super::locate::{Binary, Installation};
use crate::environment::Environment;
use crate::process::{self, End, Program};

const CATALOG: &str = "codex-models.json";
const KEY: &str = "codex-models-key.json";
const KEY_LIMIT: u64 = 64 * 1024;
const PATIENCE: Duration = Duration::from_secs(5);

/// What names, in a catalogue, the tools of a model.
const TOOLS: [&str; 4] =
    ["tool_mode", "multi_agent_version", "multi_agent_reasoning_effort", "apply_patch_tool_type"];

/// The binary that the catalogue was made from, and the models in it; none where
/// there could be no catalogue.
#[derive(Debug, Default, Eq, PartialEq, Serialize, Deserialize)]
struct Key {
    binary: Binary,
    models: Vec<String>,
}

/// The file for `model_catalog_json`, if this Codex can do with one for the model.
///
/// `None` for the model is the choice of Codex.
pub(super) async fn without_tools(
    environment: &Environment,
    installation: &Installation,
    model: Option<&str>,
) -> Option<PathBuf> {
    let binary = Binary::of(&installation.program).ok()?;
    let state = environment.state();
    let path = state.path().join(CATALOG);
    let known = state.read(KEY, KEY_LIMIT).ok().flatten();
    let known = known.and_then(|bytes| serde_json::from_slice::<Key>(&bytes).ok());
    let known = known.filter(|it| it.binary == binary && (it.models.is_empty() || path.is_file()));
    let key = match known {
        Some(key) => key,
        None => {
            let models = make(environment, installation).await.unwrap_or_default();
            let key = Key { binary, models };
            state.replace(KEY, &serde_json::to_vec(&key).ok()?).ok()?;
            key
        }
    };
    let is_listed = match model {
        Some(model) => key.models.iter().any(|it| it == model),
        None => !key.models.is_empty(),
    };
    is_listed.then_some(path)
}

/// Writes the catalogue, and gives the names of its models.
async fn make(environment: &Environment, installation: &Installation) -> Option<Vec<String>> {
    let own = ask(environment, installation, &["--bundled".to_owned()]).await?;
    let (catalog, models) = stripped(&own)?;
    let state = environment.state();
    state.replace(CATALOG, &serde_json::to_vec(&catalog).ok()?).ok()?;
    let path = Value::from(state.path().join(CATALOG).to_str()?);
    let read =
        ask(environment, installation, &["-c".to_owned(), format!("model_catalog_json={path}")])
            .await?;
    (stripped(&read)?.1 == models).then_some(models)
}

/// What `codex debug models` prints, in a home of its own.
async fn ask(
    environment: &Environment,
    installation: &Installation,
    options: &[String],
) -> Option<Vec<u8>> {
    let scratch = Scratch::new().ok()?;
    let home = scratch.empty_folder("home").ok()?;
    let mut variables = environment.for_child(&[]);
    variables.retain(|(name, _)| name != "CODEX_HOME");
    variables.push(("CODEX_HOME".into(), home.clone().into()));
    let arguments = ["debug", "models"].map(OsString::from).into_iter();
    let asked = Program {
        path: installation.program.clone(),
        arguments: arguments.chain(options.iter().map(OsString::from)).collect(),
        variables,
        folder: home,
        stdin: Vec::new(),
    };
    let (finished, output) = process::capture(&asked, PATIENCE).await.ok()?;
    (finished.end == End::Exited(0)).then_some(output)
}

/// A catalogue without tools and without the instructions that ours stand for,
/// and the names of its models.
fn stripped(catalog: &[u8]) -> Option<(Value, Vec<String>)> {
    let mut catalog: Value = serde_json::from_slice(catalog).ok()?;
    let models = catalog.get_mut("models")?.as_array_mut()?;
    let mut names = Vec::new();
    for model in models {
        let model = model.as_object_mut()?;
        names.push(model.get("slug")?.as_str()?.to_owned());
        strip(model);
    }
    (!names.is_empty()).then_some((catalog, names))
}

fn strip(model: &mut Map<String, Value>) {
    for name in TOOLS {
        model.remove(name);
    }
    // Codex wants these to be there.
    for (name, value) in [
        ("experimental_supported_tools", Value::Array(Vec::new())),
        ("supports_search_tool", Value::from(false)),
        ("base_instructions", Value::from("")),
    ] {
        if model.contains_key(name) {
            model.insert(name.to_owned(), value);
        }
    }
    model.remove("model_messages");
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn tools_and_instructions_are_left_out_and_all_else_stays() {
        let own = json!({ "models": [
            { "slug": "a", "priority": 1, "tool_mode": "code_mode_only", "multi_agent_version": "v2",
              "experimental_supported_tools": ["clock"], "supports_search_tool": true,
              "apply_patch_tool_type": "freeform", "base_instructions": "You are", "model_messages": {} },
            { "slug": "b" },
        ] });
        let want = json!({ "models": [
            { "slug": "a", "priority": 1, "experimental_supported_tools": [],
              "supports_search_tool": false, "base_instructions": "" },
            { "slug": "b" },
        ] });
        let names = vec!["a".to_owned(), "b".to_owned()];
        assert_eq!(stripped(own.to_string().as_bytes()), Some((want, names)));
    }

    #[test]
    fn what_is_no_catalogue_is_left_alone() {
        for text in ["", "{}", "[]", r#"{"models":[]}"#, r#"{"models":[{}]}"#, r#"{"models":[1]}"#]
        {
            assert_eq!(stripped(text.as_bytes()), None, "{text}");
        }
    }
}

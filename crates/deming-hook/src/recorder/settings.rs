//! The project's own classes of files, and the person's over them. What cannot
//! be read counts as absent here: the helper is the one to complain.

use std::collections::HashMap;
use std::path::Path;

use deming_core::metrics::file_class::{Classifier, Override};
use serde::Deserialize;

use crate::reviews;

const REPOSITORY_FILE: &str = ".deming.yaml";
const OWN_FILE: &str = "config.yaml";
const SIZE_LIMIT: u64 = 64 * 1024;

/// Of either file, all that matters here.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Settings {
    metrics: Metrics,
}

#[derive(Debug, Default, Deserialize)]
#[serde(default)]
struct Metrics {
    classes: Vec<Override>,
}

/// Without `.gitattributes`, which only git can read.
pub(super) fn classifier(root: &Path) -> Classifier {
    let mut classes = read(&root.join(REPOSITORY_FILE));
    if let Some(home) = reviews::state() {
        classes.extend(read(&home.path().join(OWN_FILE)));
    }
    Classifier::new(&classes, HashMap::new()).0
}

fn read(file: &Path) -> Vec<Override> {
    // A link of a repository could lead anywhere.
    let is_plain = file.symlink_metadata().is_ok_and(|it| it.is_file());
    let bytes = is_plain.then(|| deming_store::read_bounded(file, SIZE_LIMIT).ok()).flatten();
    let text = bytes.and_then(|it| String::from_utf8(it).ok()).unwrap_or_default();
    let settings: Option<Settings> = serde_yaml::from_str(&text).unwrap_or_default();
    settings.unwrap_or_default().metrics.classes
}

//! The gate for every change of the rules: a labelled corpus outside of the
//! repository, named by `DEMING_SECRET_CORPUS`.
//!
//! Lines of JSON, `{"id", "source", "text", "secrets": [{"start", "end", "kind"}]}`,
//! offsets in Unicode code points. Sources that begin with `authored` are
//! plans, diffs and snippets; the others are samples of other tools' rules.

use std::ops::Range;

use serde_json::Value;

use crate::measure::{Document, Label, Tally};

#[test]
fn an_authored_corpus_is_scanned_well() {
    let Some(path) = std::env::var_os("DEMING_SECRET_CORPUS") else {
        say("SKIPPED: no corpus; set DEMING_SECRET_CORPUS to a file of labelled texts");
        return;
    };
    let lines = std::fs::read_to_string(path).unwrap();
    let documents: Vec<Document> =
        lines.lines().filter_map(|line| read(&serde_json::from_str(line).unwrap())).collect();
    assert!(documents.len() > 20, "only {} authored documents", documents.len());

    let tally = Tally::of(&documents);
    say(&format!("{} authored documents: {tally}", documents.len()));
    assert!(0.95 <= tally.document_recall(), "{tally}");
    assert!(0.97 <= tally.precision(), "{tally}");
    assert!(0.95 <= tally.span_recall(), "{tally}");
    assert!(1.0 <= tally.whole_key_blocks(), "{tally}");
}

#[expect(clippy::print_stderr, reason = "figures, and that a test did not run, have to be seen")]
fn say(text: &str) {
    eprintln!("{text}");
}

fn read(line: &Value) -> Option<Document> {
    let source = line["source"].as_str().unwrap();
    let text = line["text"].as_str().unwrap().to_owned();
    let offsets: Vec<usize> = text.char_indices().map(|it| it.0).chain([text.len()]).collect();
    let at = |secret: &Value, end: &str| {
        offsets[usize::try_from(secret[end].as_u64().unwrap()).unwrap()]
    };
    let labels = line["secrets"].as_array().unwrap().iter().map(|secret| {
        let span: Range<usize> = at(secret, "start")..at(secret, "end");
        Label { span, is_key_block: secret["kind"].as_str().unwrap().starts_with("pem") }
    });
    let labels = labels.collect();
    let name = line["id"].as_str().unwrap().to_owned();
    source.starts_with("authored").then_some(Document { name, text, labels })
}

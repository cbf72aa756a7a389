//! How well findings fit labels: one tally for a corpus and one for drawn texts.

use std::fmt;
use std::ops::Range;

use deming_core::secret::{Scanner as _, Secret};
use deming_secrets::RuleScanner;

/// A text and the stretches of it that are secret, in bytes.
pub(crate) struct Document {
    /// What to call it in a failure.
    pub(crate) name: String,
    pub(crate) text: String,
    pub(crate) labels: Vec<Label>,
}

pub(crate) struct Label {
    pub(crate) span: Range<usize>,
    pub(crate) is_key_block: bool,
}

/// Counts over documents, findings and labels.
#[derive(Default)]
pub(crate) struct Tally {
    documents: Share,
    findings: Share,
    labels: Share,
    key_blocks: Share,
    /// One line for each miss and each false alarm, without values.
    pub(crate) faults: Vec<String>,
}

#[derive(Clone, Copy, Default)]
pub(crate) struct Share {
    hits: usize,
    all: usize,
}

impl Share {
    pub(crate) fn value(self) -> f64 {
        if self.all == 0 { 1.0 } else { self.hits as f64 / self.all as f64 }
    }

    fn count(&mut self, hit: bool) {
        self.all += 1;
        self.hits += usize::from(hit);
    }
}

impl Tally {
    pub(crate) fn of(documents: &[Document]) -> Self {
        let mut tally = Self::default();
        for document in documents {
            tally.add(document, &RuleScanner.scan(&document.text).unwrap());
        }
        tally
    }

    /// The share of documents with a secret in which one was found.
    pub(crate) fn document_recall(&self) -> f64 {
        self.documents.value()
    }

    /// The share of findings that touch a label.
    pub(crate) fn precision(&self) -> f64 {
        self.findings.value()
    }

    /// The share of labels that findings cover to the last byte.
    pub(crate) fn span_recall(&self) -> f64 {
        self.labels.value()
    }

    /// The same for private keys alone.
    pub(crate) fn whole_key_blocks(&self) -> f64 {
        self.key_blocks.value()
    }

    fn add(&mut self, document: &Document, found: &[Secret]) {
        let touches = |secret: &Secret, label: &Label| {
            secret.span.start < label.span.end && label.span.start < secret.span.end
        };
        if !document.labels.is_empty() {
            let hit = found.iter().any(|it| document.labels.iter().any(|label| touches(it, label)));
            self.documents.count(hit);
        }
        for secret in found {
            let hit = document.labels.iter().any(|label| touches(secret, label));
            self.findings.count(hit);
            if !hit {
                let place = format!("{} at {}", secret.kind, secret.span.start);
                self.faults.push(format!("false alarm in {}: {place}", document.name));
            }
        }
        for label in &document.labels {
            let covered = |at: usize| found.iter().any(|it| it.span.contains(&at));
            let hit = label.span.clone().all(covered);
            self.labels.count(hit);
            if label.is_key_block {
                self.key_blocks.count(hit);
            }
            if !hit {
                self.faults.push(format!("missed in {}: {:?}", document.name, label.span));
            }
        }
    }
}

impl fmt::Display for Tally {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(
            f,
            "document recall {:.3}, precision {:.3}, span recall {:.3}, whole key blocks {:.3}",
            self.document_recall(),
            self.precision(),
            self.span_recall(),
            self.whole_key_blocks()
        )?;
        self.faults.iter().try_for_each(|it| writeln!(f, "{it}"))
    }
}

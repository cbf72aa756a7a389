//! A Markdown log on disk: made again after every step, a person's own edits
//! left as they are.

use std::io::ErrorKind;
use std::path::PathBuf;

use deming_core::render::sections::{Sections, join, merge};
use deming_store::Folder;

use crate::error::Error;
use crate::review_store::bug;

const SIZE_LIMIT: u64 = 256 * 1024 * 1024;
/// How many logs of one name a day may have.
const NAMES: u32 = 1000;

/// The place of one log.
#[derive(Clone, Debug)]
pub(crate) struct LogFile {
    pub folder: Folder,
    pub name: String,
}

/// What is lost when the machine stops at once after a log was written. It can
/// always be made again from the journal.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(crate) enum Durability {
    /// The newest text, unless a person's words are in it.
    UntilTheNextStep,
    /// Nothing.
    ForGood,
}

impl LogFile {
    /// Takes a name that no other log and no person has: `…`, `…-2`, `…-3`.
    ///
    /// # Errors
    /// When the disk says no, or there are too many of them.
    pub(crate) fn take(folder: Folder, base: &str) -> Result<Self, Error> {
        for number in 1..NAMES {
            let suffix = if number == 1 { String::new() } else { format!("-{number}") };
            let name = format!("{base}{suffix}.md");
            match folder.create(&name, b"") {
                Ok(()) => return Ok(Self { folder, name }),
                Err(error) if error.io_kind() == Some(ErrorKind::AlreadyExists) => {}
                Err(error) => return Err(error.into()),
            }
        }
        Err(Error::environment(format!("there are {NAMES} logs called `{base}`"))
            .hint("move some of them away"))
    }

    pub(crate) fn path(&self) -> PathBuf {
        self.folder.path().join(&self.name)
    }

    /// The bytes on disk, if there are any.
    ///
    /// # Errors
    /// When it is there and cannot be read.
    pub(crate) fn read(&self) -> Result<Option<Vec<u8>>, Error> {
        Ok(self.folder.read(&self.name, SIZE_LIMIT)?)
    }

    /// Writes the log around what a person changed in it.
    ///
    /// # Errors
    /// When the disk says no; the log on disk is then whole, old or new.
    pub(crate) fn write(
        &self,
        sections: &Sections,
        renderings: Renderings<'_>,
        durability: Durability,
    ) -> Result<(), Error> {
        let rendered = join(sections.as_slice());
        let before = renderings.read()?;
        let ours: Vec<&str> = before.iter().map(String::as_str).collect();
        let on_disk = self.read()?;
        let merged = match &on_disk {
            // A log that a person threw away is not an edit; it is written again.
            None => None,
            Some(bytes) if bytes.is_empty() => None,
            Some(bytes) => Some(merge(sections.as_slice(), &ours, &String::from_utf8_lossy(bytes))),
        };
        let (text, has_edits) = match &merged {
            Some(merged) => (&merged.text, !merged.kept.is_empty()),
            None => (&rendered, false),
        };
        if ours.last() != Some(&rendered.as_str()) {
            renderings.note(&before, &rendered)?;
        }
        if durability == Durability::ForGood || has_edits {
            self.folder.replace(&self.name, text.as_bytes())?;
        } else if on_disk.as_deref() != Some(text.as_bytes()) {
            self.folder.replace_soon(&self.name, text.as_bytes())?;
        }
        Ok(())
    }
}

/// The last logs as we rendered them, in the folder of their journal: they tell
/// our text from a person's.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Renderings<'a> {
    folder: &'a Folder,
}

const FILE: &str = "rendered.jsonl";
/// How many of them are looked at.
const KEPT: usize = 3;
/// When older ones are cut off, in bytes.
const LIMIT: u64 = 256 * 1024;

impl<'a> Renderings<'a> {
    pub(crate) fn in_folder(folder: &'a Folder) -> Self {
        Self { folder }
    }

    /// Newest last: a crash may have come between the rendering and the writing
    /// of some.
    ///
    /// # Errors
    /// When they are there and cannot be read.
    pub(crate) fn read(self) -> Result<Vec<String>, Error> {
        let bytes = self.folder.read(FILE, SIZE_LIMIT)?.unwrap_or_default();
        // A line that was cut off was never written to the log.
        let lines = bytes.split(|&it| it == b'\n');
        let mut logs: Vec<String> =
            lines.filter_map(|it| serde_json::from_slice(it).ok()).collect();
        logs.drain(..logs.len().saturating_sub(KEPT));
        Ok(logs)
    }

    /// Notes a log before it is written.
    fn note(self, before: &[String], text: &str) -> Result<(), Error> {
        let line = |it: &str| serde_json::to_string(it).map(|it| it + "\n").map_err(bug);
        let length = std::fs::metadata(self.folder.path().join(FILE)).map_or(0, |it| it.len());
        if length < LIMIT {
            // Behind what a cut-off write may have left.
            return Ok(self.folder.append(FILE, format!("\n{}", line(text)?).as_bytes())?);
        }
        let mut lines = before.iter().map(|it| line(it)).collect::<Result<String, Error>>()?;
        lines.push_str(&line(text)?);
        Ok(self.folder.replace(FILE, lines.as_bytes())?)
    }
}

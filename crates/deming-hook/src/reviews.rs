//! Reads what the helper keeps of reviews. Writes nothing but answers.

use deming_core::journal;
use deming_core::review_loop::{AnswerEvent, OpenQuestion, Review, ReviewEvent, answer_of};
use deming_store::{Folder, Homes};

const SIZE_LIMIT: u64 = 256 * 1024 * 1024;

/// Deming's folder, by this process' environment.
pub(crate) fn state() -> Option<Folder> {
    let folder = std::env::current_dir().ok()?;
    let homes = Homes::find(|name| std::env::var_os(name), &folder)?;
    Some(Folder::new(homes.deming))
}

/// The folder of one review, if the text is the name of one.
pub(crate) fn folder(id: &str) -> Option<Folder> {
    let is_id = id.len() == 7
        && id.starts_with('r')
        && id.bytes().all(|it| it.is_ascii_lowercase() || it.is_ascii_digit());
    is_id.then(|| Some(state()?.folder("reviews").folder(id))).flatten()
}

pub(crate) fn load(folder: &Folder) -> Option<Review> {
    let bytes = folder.read("journal.jsonl", SIZE_LIMIT).ok()??;
    let (records, _) = journal::decode::<ReviewEvent>(&bytes).ok()?;
    Review::fold(&records).ok()
}

pub(crate) fn open_question(folder: &Folder) -> Option<OpenQuestion> {
    let bytes = folder.read(OpenQuestion::FILE, SIZE_LIMIT).ok()??;
    let open: OpenQuestion = serde_json::from_slice(&bytes).ok()?;
    (open.version == OpenQuestion::VERSION).then_some(open)
}

/// Whether the person has answered this very question.
pub(crate) fn is_answered(folder: &Folder, open: &OpenQuestion) -> bool {
    let bytes = folder.read(AnswerEvent::FILE, SIZE_LIMIT).ok().flatten().unwrap_or_default();
    let Ok((records, _)) = journal::decode::<AnswerEvent>(&bytes) else { return false };
    answer_of(open, records.iter().map(|it| &it.event)).is_some()
}

/// Appends to the answers of a review, on the disk before this returns.
pub(crate) fn append(folder: &Folder, event: AnswerEvent) -> Option<()> {
    let now = chrono::Local::now().fixed_offset();
    let line = journal::encode(&journal::Record::new(now, event)).ok()?;
    let bytes = folder.read(AnswerEvent::FILE, SIZE_LIMIT).ok()?.unwrap_or_default();
    let line = match journal::tail(&bytes) {
        journal::Tail::Whole => line,
        journal::Tail::NoLineFeed => format!("\n{line}"),
        journal::Tail::Torn { keep } => {
            folder.cut(AnswerEvent::FILE, keep as u64).ok()?;
            line
        }
    };
    folder.append(AnswerEvent::FILE, line.as_bytes()).ok()
}

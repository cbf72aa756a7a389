//! `pdca reopen`: a closed session is open again.

use deming_core::session::event::{By, Event};
use deming_core::session::told::Told;

use super::Context;
use super::answer::Answer;
use super::here::{self, Done, Found};
use crate::commands::refine::read_input;
use crate::error::{Error, ErrorKind};
use crate::project::Project;

/// Opens a closed session again, with a reason
#[derive(Debug, clap::Args)]
pub(super) struct ReopenArguments {
    /// The session
    #[arg(value_name = "ID", required_unless_present = "session")]
    id: Option<String>,
}

pub(super) fn reopen(context: &Context<'_>, arguments: &ReopenArguments) -> Result<Answer, Error> {
    let input = read_input("the reason");
    let Some(id) = arguments.id.as_deref().or(context.session) else {
        return Err(Error::usage("no session was named").hint("run `deming pdca list`"));
    };
    let root = Project::around(&context.environment.folder).root;
    let _starts = context.store.lock_starts()?;
    let is_other_open = match here::find_here(context)? {
        Found::One(open) => open.id != id,
        Found::None(_) => false,
        Found::Several(_) => true,
    };
    let mut stored = context.store.open(id)?;
    let reopened = || {
        if is_other_open {
            return Err(Error::usage("another session is open in this working tree")
                .hint("close or abandon it first"));
        }
        if stored.state.opening.root != root.to_string_lossy() {
            let place = deming_core::clean::clean_line(&stored.state.opening.root);
            return Err(Error::usage(format!("the session belongs to `{place}`"))
                .hint("change to that folder"));
        }
        let read = Told::Reopening.read(&input?);
        read.map_err(|error| Error::usage(error.to_string()).hint(error.hint()))
    };
    let taken = reopened().and_then(|events| {
        stored.enlist(&root)?;
        stored.record(events.into_iter().map(|it| Event::new(By::Agent, it)).collect())
    });
    match taken {
        Ok(()) => {
            let text = here::observe(context, &mut stored);
            let text = format!("{text}The session is open again.\n");
            here::finish(context, &mut stored, Done { text, due_before: None })
        }
        Err(error) if error.kind == ErrorKind::Usage => {
            if stored.state.is_closed() {
                stored.delist()?;
            }
            Ok(Answer::new("The session was not reopened.").after_refusal(&error))
        }
        Err(error) => Err(error),
    }
}

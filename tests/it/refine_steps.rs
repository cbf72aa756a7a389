//! The loop one command at a time: what each state answers, and what it refuses.

use super::{
    refine_screen::{sample_author, sample_replies},
    support::{
        need::{Need, have},
        steps::Steps,
    },
};

#[test]
fn sample_by_steps() {
    if !have(&[Need::Codex]) {
        return;
    }
    let steps = Steps::new(sample_replies());
    let mut author = sample_author();
    let time = |what: &str, f: &mut dyn FnMut() -> String| {
        let now = std::time::Instant::now();
        let said = f();
        println!("{what}: {:?}\n{said}\n", now.elapsed());
        said
    };
    let mut id = String::new();
    time("open", &mut || {
        id = steps.open(&author.first_plan);
        id.clone()
    });
    time("status", &mut || steps.say(&format!("status {id}"), ""));
    time("send", &mut || steps.say(&format!("send {id}"), ""));
    steps.answer(&id, "Yes, proceed");
    time("send", &mut || steps.say(&format!("send {id}"), ""));
    time("revise", &mut || {
        steps.say(&format!("revise {id}"), &author.revisions.pop_front().unwrap())
    });
    time("send", &mut || steps.say(&format!("send {id}"), ""));
    time("revise", &mut || {
        steps.say(&format!("revise {id}"), &author.revisions.pop_front().unwrap())
    });
    time("send", &mut || steps.say(&format!("send {id}"), ""));
    steps.answer(&id, "No, accept plan");
    time("resume", &mut || steps.say(&format!("resume {id}"), ""));
    time("accept", &mut || steps.say(&format!("accept {id}"), "- one\n"));
    time("accept", &mut || steps.say(&format!("accept {id}"), "- one\n"));
    time("list", &mut || steps.say("list", ""));
}

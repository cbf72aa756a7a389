//! A person at a terminal: reads what is asked there and types the answers.
//!
//! It sees only what a program writes to its terminal, not its stdout or stderr.

use std::{
    collections::VecDeque,
    io::{Read, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver},
    },
    thread,
    time::Duration,
};

use pty_process::blocking::Pty;

const HANG_UP: Duration = Duration::from_secs(10);

pub(crate) struct Terminal {
    transcript: Receiver<String>,
    has_ended: Arc<AtomicBool>,
}

impl Terminal {
    /// Types each answer as soon as its question is there; without a question, at once.
    pub(crate) fn start(mut pty: Pty, answers: Vec<(String, String)>) -> Self {
        let (sender, transcript) = mpsc::channel();
        let has_ended = Arc::new(AtomicBool::new(false));
        let ended = Arc::clone(&has_ended);
        thread::spawn(move || {
            let (at_once, answers): (Vec<_>, Vec<_>) =
                answers.into_iter().partition(|it| it.0.is_empty());
            let mut answers = VecDeque::from(answers);
            for (_, keys) in at_once {
                let _hung_up = pty.write_all(keys.as_bytes());
            }
            let mut shown = Vec::new();
            let mut n_read = 0;
            let mut buffer = [0; 4096];
            loop {
                // An error while nobody has the terminal open; hanging up then would kill the program.
                let n = match pty.read(&mut buffer) {
                    Ok(n) if n != 0 => n,
                    Ok(_) | Err(_) if !ended.load(Ordering::SeqCst) => {
                        thread::sleep(Duration::from_millis(5));
                        continue;
                    }
                    Ok(_) | Err(_) => break,
                };
                shown.extend_from_slice(&buffer[..n]);
                let text = String::from_utf8_lossy(&shown[n_read..]).into_owned();
                if answers.front().is_some_and(|it| text.contains(&it.0))
                    && let Some((_, keys)) = answers.pop_front()
                {
                    n_read = shown.len();
                    let _hung_up = pty.write_all(keys.as_bytes());
                }
            }
            let text = String::from_utf8_lossy(&shown).replace("\r\n", "\n");
            let _nobody_waits = sender.send(text);
        });
        Self { transcript, has_ended }
    }

    /// All that was shown to a program that has ended.
    #[track_caller]
    pub(crate) fn transcript(self) -> String {
        self.has_ended.store(true, Ordering::SeqCst);
        self.transcript
            .recv_timeout(HANG_UP)
            .unwrap_or_else(|_| panic!("a process that was left behind holds the terminal"))
    }
}

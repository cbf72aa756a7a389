//! A throw-away repository and what our decoders read from it.

use std::collections::HashMap;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};

use deming_core::metrics::blobs::Splitter;
use deming_core::metrics::compute::{Input, Report, compute};
use deming_core::metrics::file_class::{Class, Classifier, Override};
use deming_core::metrics::git_log::{Merges, Pass, log_arguments, net_arguments};
use deming_core::metrics::history::{Commit, Lines};
use deming_core::metrics::targets::Targets;
use deming_core::metrics::{numstat, patch, range};

pub(crate) struct Repository {
    folder: tempfile::TempDir,
}

impl Repository {
    /// A bare repository with the history of a `git fast-import` stream.
    pub(crate) fn import(stream: &[u8]) -> Self {
        let repository = Self { folder: tempfile::tempdir().unwrap() };
        repository.git(&["init", "-q", "--bare", "--template=", "-b", "main"], b"");
        repository.git(&["fast-import", "--quiet"], stream);
        repository
    }

    pub(crate) fn path(&self) -> &Path {
        self.folder.path()
    }

    pub(crate) fn git(&self, arguments: &[&str], input: &[u8]) -> Vec<u8> {
        run(self.path(), arguments, input, Path::new("/dev/null"))
    }

    /// One commit per line.
    pub(crate) fn lines(&self, arguments: &[&str]) -> Vec<String> {
        let answer = self.git(arguments, b"");
        String::from_utf8(answer).unwrap().lines().map(str::to_owned).collect()
    }

    /// The metrics of the whole history of `main`, inline tests told apart.
    pub(crate) fn report(&self, overrides: &[Override], targets: &Targets) -> Report {
        let (classifier, diagnostics) = Classifier::new(overrides, HashMap::new());
        assert_eq!(diagnostics, []);
        let commits = self.commits(&classifier);
        let net = range::ends(&commits, None).map(|(start, end)| {
            let mut arguments = net_arguments();
            arguments.extend([start.as_str(), end.as_str()]);
            let (files, diagnostics) = numstat::decode_files(&self.git(&arguments, b""));
            assert_eq!(diagnostics, []);
            files
        });
        compute(Input {
            commits: &commits,
            classifier: &classifier,
            targets,
            is_shallow: false,
            net: net.as_deref(),
            test_first: None,
        })
    }

    /// The history by both passes, which must agree.
    fn commits(&self, classifier: &Classifier) -> Vec<Commit> {
        let (counted, diagnostics) = numstat::decode(&self.log(Pass::Counts));
        assert_eq!(diagnostics, []);
        let mut decoder = patch::Decoder::default();
        decoder.push(&self.log(Pass::Hunks));
        let (mut commits, mut edits, diagnostics) = decoder.finish();
        assert_eq!(diagnostics, []);
        assert_eq!(without_binary_renames(commits.clone()), without_binary_renames(counted));

        edits.retain(|edit| {
            let file = &commits[edit.commit].files[edit.file];
            classifier.classify(&file.path, file.lines.is_none()) == Class::Prod
        });
        let mut splitter = Splitter::new(edits);
        let requests = splitter.requests();
        splitter.push(&self.git(&["cat-file", "--batch", "--buffer"], requests.as_bytes()));
        assert_eq!(splitter.finish(&mut commits), []);
        commits
    }

    fn log(&self, pass: Pass) -> Vec<u8> {
        let mut arguments = log_arguments(pass, Merges::Resolutions);
        arguments.extend(["--end-of-options", "main", "--"]);
        self.git(&arguments, b"")
    }
}

/// A patch does not say that a file which was only renamed is binary.
fn without_binary_renames(mut commits: Vec<Commit>) -> Vec<Commit> {
    for file in commits.iter_mut().flat_map(|commit| &mut commit.files) {
        if file.from.is_some() && file.lines == Some(Lines::NONE) {
            file.lines = None;
        }
    }
    commits
}

#[expect(clippy::disallowed_methods, reason = "a test of our reading of git needs git")]
pub(crate) fn run(folder: &Path, arguments: &[&str], input: &[u8], config: &Path) -> Vec<u8> {
    let mut child = Command::new("git")
        .args(arguments)
        .current_dir(folder)
        .env_clear()
        .envs(["PATH", "SystemRoot"].iter().filter_map(|&key| Some((key, std::env::var_os(key)?))))
        .env("GIT_CONFIG_NOSYSTEM", "1")
        .env("GIT_CONFIG_GLOBAL", config)
        .env("HOME", folder)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    let input = input.to_vec();
    let writer = std::thread::spawn(move || stdin.write_all(&input));
    let output = child.wait_with_output().unwrap();
    writer.join().unwrap().unwrap();
    assert!(
        output.status.success(),
        "git {arguments:?}: {}",
        String::from_utf8_lossy(&output.stderr)
    );
    output.stdout
}

//! A folder of its own for each test: home, temporary folder, and a scrubbed environment.
//!
//! Nothing of the person's own home, configuration or credentials reaches what
//! runs in it. Removed when dropped, kept with `DEMING_TEST_KEEP=1`.

use std::{
    env, fs,
    os::unix::{fs::symlink, process::CommandExt},
    path::{Path, PathBuf},
    process::{self, Command},
    sync::atomic::{AtomicUsize, Ordering},
};

const SETSID: &str = "/usr/bin/setsid";

/// The clients that a test must name itself, never find by accident.
const NEVER_ON_PATH: [&str; 3] = ["claude", "codex", "deming"];

pub(crate) struct Sandbox {
    root: PathBuf,
    path: String,
}

impl Sandbox {
    pub(crate) fn new() -> Self {
        static N_SANDBOXES: AtomicUsize = AtomicUsize::new(0);
        let n = N_SANDBOXES.fetch_add(1, Ordering::SeqCst);
        let root = env::temp_dir()
            .canonicalize()
            .unwrap()
            .join(format!("deming-it-{}-{n}", process::id()));
        for it in ["home", "tmp", "work", "bin"] {
            fs::create_dir_all(root.join(it)).unwrap();
        }
        let path = hermetic_path(&root);
        Self { root, path }
    }

    pub(crate) fn root(&self) -> &Path {
        &self.root
    }

    pub(crate) fn home(&self) -> PathBuf {
        self.root.join("home")
    }

    /// Where repositories and other working folders of the test go.
    pub(crate) fn work(&self) -> PathBuf {
        self.root.join("work")
    }

    /// First on the PATH of everything that runs here.
    pub(crate) fn bin(&self) -> PathBuf {
        self.root.join("bin")
    }

    pub(crate) fn write(&self, path: &str, text: &str) -> PathBuf {
        let path = self.root.join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, text).unwrap();
        path
    }

    pub(crate) fn environment(&self) -> Vec<(String, String)> {
        let root = |it: &str| self.root.join(it).display().to_string();
        [
            ("HOME", root("home")),
            // Codex refuses a home below the temporary folder, so they are siblings.
            ("TMPDIR", root("tmp")),
            ("PATH", format!("{}:{}", root("bin"), self.path)),
            ("SHELL", "/bin/bash".to_owned()),
            ("LANG", "C.UTF-8".to_owned()),
            ("TZ", "UTC".to_owned()),
            ("NO_PROXY", "127.0.0.1".to_owned()),
            ("GIT_CONFIG_NOSYSTEM", "1".to_owned()),
            ("GIT_CEILING_DIRECTORIES", root("work")),
        ]
        .map(|(name, value)| (name.to_owned(), value))
        .to_vec()
    }

    /// A command that knows this folder's environment and no other, in a session of its own: there is no terminal to ask on.
    pub(crate) fn command(&self, program: impl AsRef<Path>) -> Command {
        let mut command = if Path::new(SETSID).exists() {
            let mut command = Command::new(SETSID);
            command.arg(program.as_ref());
            command
        } else {
            let mut command = Command::new(program.as_ref());
            command.process_group(0);
            command
        };
        command.env_clear().envs(self.environment()).current_dir(self.work());
        command
    }

    /// Replaces the folder of this run by a name that is the same in each run.
    pub(crate) fn normalise(&self, text: &str) -> String {
        text.replace(&self.root.display().to_string(), "[ROOT]")
    }
}

impl Drop for Sandbox {
    fn drop(&mut self) {
        if env::var_os("DEMING_TEST_KEEP").is_none() {
            // A client that is still shutting down may write into it: the folder is temporary anyway.
            let _left = fs::remove_dir_all(&self.root);
        }
    }
}

/// The PATH of this process; a folder that holds one of the clients is replaced by links to the rest of it.
fn hermetic_path(root: &Path) -> String {
    let own = env::var_os("PATH").unwrap_or_default();
    let folders = env::split_paths(&own).filter(|it| it.is_absolute() && it.is_dir()).map(|it| {
        if !NEVER_ON_PATH.iter().any(|name| it.join(name).exists()) {
            return it;
        }
        let links = root.join("path").join(it.strip_prefix("/").unwrap());
        fs::create_dir_all(&links).unwrap();
        for entry in fs::read_dir(&it).unwrap().filter_map(Result::ok) {
            let name = entry.file_name();
            if !NEVER_ON_PATH.iter().any(|it| name == *it) {
                symlink(entry.path(), links.join(name)).unwrap();
            }
        }
        links
    });
    env::join_paths(folders).unwrap().into_string().unwrap()
}

//! The support itself, on programs that everybody has: a harness that cannot fail proves nothing.

use std::panic::{self, AssertUnwindSafe};

use super::support::{
    repo::Repo,
    run::{Deming, deming_hook},
    sandbox::Sandbox,
};

fn shell<'a>(sandbox: &'a Sandbox, script: &str) -> Deming<'a> {
    Deming::new(sandbox).program("/bin/sh").args(["-c", script])
}

#[test]
fn a_run_compares_all_that_was_said() {
    let sandbox = Sandbox::new();
    shell(&sandbox, r#"pwd; echo "$WORD"; cat; echo no >&2; echo "at 14:05" >&2; exit 5"#)
        .folder(sandbox.home())
        .env("WORD", "said")
        .stdin("typed\n")
        .status(5)
        .stdout("[ROOT]/home\nsaid\ntyped\n")
        .stderr("no\nat [TIME]\n")
        .run();
}

#[test]
fn an_unexpected_word_fails_a_run() {
    let sandbox = Sandbox::new();
    let run = || shell(&sandbox, "echo unasked >&2; exit 1").run();
    let panic = panic::catch_unwind(AssertUnwindSafe(run)).unwrap_err();
    let message = panic.downcast_ref::<String>().unwrap();
    for it in ["status, wanted:\n0", "status, got:\n1", "stderr, got:\nunasked"] {
        assert!(message.contains(it), "{message}");
    }
}

#[test]
fn there_is_a_terminal_only_where_a_test_gives_one() {
    let sandbox = Sandbox::new();
    let script = r#"printf 'Sure? ' > /dev/tty; read -r it < /dev/tty; echo "$it"; cat"#;
    shell(&sandbox, script)
        .stdin("not this\n")
        .answer("Sure?", "yes\n")
        .stdout("yes\nnot this\n")
        .terminal("Sure? yes\n")
        .run();
    let without = shell(&sandbox, "exec < /dev/tty").output();
    assert_ne!(without.code(), Some(0), "{without:?}");
}

#[test]
fn nothing_of_the_persons_own_environment_comes_in() {
    let sandbox = Sandbox::new();
    let script = "echo $HOME; command -v deming codex claude; env | cut -d= -f1 | sort";
    let got = shell(&sandbox, script).output();
    let names: Vec<&str> = got.stdout.lines().skip(1).collect();
    let home = sandbox.home().display().to_string();
    assert_eq!(got.stdout.lines().next(), Some(home.as_str()));
    assert_eq!(
        names,
        [
            "GIT_CEILING_DIRECTORIES",
            "GIT_CONFIG_NOSYSTEM",
            "HOME",
            "LANG",
            "NO_PROXY",
            "PATH",
            "PWD",
            "SHELL",
            "TMPDIR",
            "TZ",
        ]
    );
}

#[test]
fn a_repository_has_the_same_commits_in_each_run() {
    let hash = || {
        let sandbox = Sandbox::new();
        let mut repo = Repo::new(&sandbox, "my-api");
        repo.write("src/main.py", "print()\n");
        repo.commit("Print nothing");
        repo.git(&["switch", "--quiet", "--create", "feature/auth"]);
        let hash = repo.commit("Print nothing again");
        assert!(repo.path().ends_with("my-api"));
        hash
    };
    assert_eq!(hash(), "7eb2584b9eafc1be2c218390ed9a2750359d9e22");
}

#[test]
fn the_hook_binary_is_built_beside_the_helper() {
    assert!(deming_hook().is_file());
}

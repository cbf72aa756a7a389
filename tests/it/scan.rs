//! `deming scan`: exit codes, both forms of the answer, and that no value is shown.

use std::fs;

use super::support::{run::Deming, sandbox::Sandbox};

/// A token of a well-known shape, made when the test runs.
fn token() -> String {
    let digits = (0..36_u32).filter_map(|it| char::from_digit((it * 23 + 11) % 36, 36));
    format!("gh{}_{}", "p", digits.collect::<String>())
}

#[test]
fn findings_are_kinds_and_places() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.work().join("PLAN.md"), format!("# Plan\n\nUse {} for now.\n", token()))
        .unwrap();
    Deming::new(&sandbox)
        .args(["scan", "PLAN.md"])
        .status(1)
        .stdout(
            "1 secret in `PLAN.md`\n\n\
             - line 3, column 5: github-pat (nothing is sent until a person decides)\n\n\
             In their place labels would be sent:\n\n\
             - line 3: `Use [REDACTED:github-pat#1] for now.`\n\n\
             Take them out, and rotate each that was ever shared.\n",
        )
        .run();
}

#[test]
fn json_has_byte_spans_and_the_text_without_values() {
    let sandbox = Sandbox::new();
    let text = format!("é {}", token());
    Deming::new(&sandbox)
        .args(["scan", "--json", "-"])
        .stdin(text)
        .status(1)
        .stdout(
            "{\"version\":1,\"findings\":[{\"start\":3,\"end\":43,\"kind\":\"github-pat\",\
             \"action\":\"block\"}],\"redacted\":\"é [REDACTED:github-pat#1]\"}\n",
        )
        .run();
}

#[test]
fn a_clean_text_is_zero() {
    let sandbox = Sandbox::new();
    Deming::new(&sandbox)
        .args(["scan"])
        .stdin("token: ${GITHUB_TOKEN}\n")
        .stdout("No secrets in `standard input`.\n")
        .run();
}

#[test]
fn a_text_that_cannot_be_read_is_an_error() {
    let sandbox = Sandbox::new();
    Deming::new(&sandbox)
        .args(["scan", "PLAN.md"])
        .status(2)
        .stderr(
            "error: there is no file at `PLAN.md`\n\
             hint: give the path of a file, or `-` for standard input\n",
        )
        .run();
    Deming::new(&sandbox)
        .args(["scan", "--json", "."])
        .status(2)
        .stdout(
            "{\"error\":{\"hint\":\"give the path of a file in it\",\"kind\":\"environment\",\
             \"message\":\"`.` is a folder\"},\"findings\":[],\"redacted\":null,\"version\":1}\n",
        )
        .stderr("error: `.` is a folder\nhint: give the path of a file in it\n")
        .run();
    Deming::new(&sandbox)
        .args(["scan", "-"])
        .stdin(b"ab\xff".as_slice())
        .status(2)
        .stderr("error: `standard input` is not UTF-8 (byte 2)\nhint: save it as UTF-8 text\n")
        .run();
}

#[test]
fn a_file_outside_of_the_project_is_named_so() {
    let sandbox = Sandbox::new();
    fs::write(sandbox.home().join("note.md"), "nothing here\n").unwrap();
    let path = sandbox.home().join("note.md");
    let run = Deming::new(&sandbox)
        .args([std::ffi::OsString::from("scan"), path.into_os_string()])
        .output();
    assert_eq!(run.code(), Some(0), "{run:?}");
    assert!(run.stderr.contains("lies outside of the project"), "{run:?}");
}

//! What a file of a repository is for, by its path: the first rule that fits.
//! Never reads a file, never matches a part of a word.

use std::collections::HashMap;

use serde::{Deserialize, Serialize};

use super::history::RepoPath;
use super::path_rules::{self, PathWords};
use crate::diagnostic::Diagnostic;

/// What a file is for.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Class {
    /// Written by a tool: lock files, generated and minified code.
    Generated,
    /// Somebody else's code kept in the repository.
    Vendored,
    Binary,
    /// Recorded output and input data of tests.
    Fixture,
    Test,
    Docs,
    /// Settings, build descriptions and data.
    Config,
    /// The product: everything that is nothing else.
    Prod,
}

impl Class {
    /// Whether a person writes and reads such files.
    pub fn is_human_written(self) -> bool {
        match self {
            Self::Test | Self::Docs | Self::Config | Self::Prod => true,
            Self::Generated | Self::Vendored | Self::Binary | Self::Fixture => false,
        }
    }

    /// The word in settings and in JSON.
    pub fn word(self) -> &'static str {
        match self {
            Self::Generated => "generated",
            Self::Vendored => "vendored",
            Self::Binary => "binary",
            Self::Fixture => "fixture",
            Self::Test => "test",
            Self::Docs => "docs",
            Self::Config => "config",
            Self::Prod => "prod",
        }
    }
}

/// A rule of the project, stronger than every rule of ours.
///
/// The pattern is a glob over the path: `*` and `?` stay within a segment, `**`
/// crosses segments, `{a,b}` and `[a-z]` are known. Without a slash it is
/// compared with the file's name at any depth; with one it starts at the
/// repository's top; with one at its end it stands for everything below.
#[derive(Clone, Debug, Eq, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Override {
    pub pattern: String,
    pub class: Class,
}

/// What `.gitattributes` says of a path, in the words that linguist gave them.
/// `Some(false)` is an explicit no, which switches our own rule off.
#[derive(Clone, Copy, Debug, Default, Eq, PartialEq)]
pub struct Attributes {
    pub generated: Option<bool>,
    pub vendored: Option<bool>,
    pub documentation: Option<bool>,
}

/// Decides the class of paths, with a project's own rules first.
#[derive(Clone, Debug, Default)]
pub struct Classifier {
    overrides: Vec<(String, Class)>,
    attributes: HashMap<RepoPath, Attributes>,
}

impl Classifier {
    /// Skips and reports overrides whose pattern is not a glob. Of two that
    /// fit one path, the later one counts, as in `.gitattributes`.
    pub fn new(
        overrides: &[Override],
        attributes: HashMap<RepoPath, Attributes>,
    ) -> (Self, Vec<Diagnostic>) {
        let mut diagnostics = Vec::new();
        let mut patterns = Vec::new();
        for Override { pattern, class } in overrides {
            let glob = anchored(pattern);
            match fast_glob::validate(&glob) {
                Ok(()) if !pattern.is_empty() => patterns.push((glob, *class)),
                Ok(()) => diagnostics.push(Diagnostic::new("a file class has an empty pattern")),
                Err(_) => diagnostics.push(Diagnostic::new(format!(
                    "the file class pattern `{}` is not a glob",
                    crate::clean::clean_line(pattern)
                ))),
            }
        }
        (Self { overrides: patterns, attributes }, diagnostics)
    }

    /// The class of a path; `is_binary` is what git says of its content.
    pub fn classify(&self, path: &RepoPath, is_binary: bool) -> Class {
        let fits = |(glob, _): &&(String, Class)| fast_glob::glob_match(glob, path.as_bytes());
        if let Some((_, class)) = self.overrides.iter().rev().find(fits) {
            return *class;
        }
        let said = self.attributes.get(path).copied().unwrap_or_default();
        let text = String::from_utf8_lossy(path.as_bytes());
        let words = PathWords::of(&text);
        let attribute = [
            (said.generated, Class::Generated),
            (said.vendored, Class::Vendored),
            (said.documentation, Class::Docs),
        ];
        if let Some((_, class)) = attribute.into_iter().find(|(it, _)| *it == Some(true)) {
            return class;
        }
        if said.generated.is_none() && path_rules::is_generated(&words) {
            Class::Generated
        } else if said.vendored.is_none() && path_rules::is_vendored(&words) {
            Class::Vendored
        } else if is_binary || path_rules::is_binary(&words) {
            Class::Binary
        } else if path_rules::is_fixture(&words) {
            Class::Fixture
        } else if path_rules::is_test(&words) {
            Class::Test
        } else if said.documentation.is_none() && path_rules::is_docs(&words) {
            Class::Docs
        } else if path_rules::is_config(&words) {
            Class::Config
        } else {
            Class::Prod
        }
    }
}

fn anchored(pattern: &str) -> String {
    let (body, below) = match pattern.strip_suffix('/') {
        Some(folder) => (folder, "/**"),
        None => (pattern, ""),
    };
    match body.strip_prefix('/') {
        Some(from_top) => format!("{from_top}{below}"),
        None if body.contains('/') => format!("{body}{below}"),
        None => format!("**/{body}{below}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Each line: a class and the paths that have it.
    #[track_caller]
    fn check(class: Class, paths: &str) {
        let (classifier, _) = Classifier::new(&[], HashMap::new());
        for path in paths.split_whitespace() {
            assert_eq!(classifier.classify(&path.into(), false), class, "{path}");
        }
    }

    #[test]
    fn whole_segments_and_anchored_names_are_tests() {
        check(
            Class::Test,
            "tests/x.rs test/a.c src/__tests__/a.ts spec/models/user_spec.rb e2e/login.ts
             cypress/support/commands.ts integration-tests/src/main.rs Tests/AppTests/A.swift
             Tests/a.swift Spec/b.rb
             src/Foo.Tests/Bar.cs src/androidTest/java/A.kt
             src/test_auth.py src/auth_test.py src/auth_test.go src/auth_test.rs auth_test.c
             auth_test.cc auth_test.dart auth_test.exs user_spec.rb user_spec.lua a.test.ts
             a.spec.tsx a.cy.ts a.e2e.js a.test.mjs a-test.js a_test.ts
             FooTest.java FooTests.java FooTestCase.java FooTest.kt FooTests.cs Foo2Test.php
             FooTest.swift FooIT.java conftest.py src/conftest.py install.bats t/basic.t
             src/parser/tests.rs app/tests.py FooSpec.scala parser_SUITE.erl login.feature",
        );
    }

    #[test]
    fn parts_of_words_are_not_tests() {
        check(
            Class::Prod,
            "src/latest.rs src/attestation/verify.rs src/contest.py latest_config.py
             contest_rules.py Latest.java Contest.cs protest.go src/testing/clock.go
             src/testament.rs src/inspector.ts src/spectrum.rs EXIT.java Test.java src/e2e.rs
             greatest.js src/test-tools.ts src/specification/mod.rs tested/a.rs Contests/a.cs
             fastest.kt src/retest.rb testutil.go",
        );
    }

    #[test]
    fn tests_need_the_extension_of_code() {
        check(Class::Docs, "src/tests/readme.md specs/001/plan.md docs/api.spec.yaml");
        check(Class::Config, "tests/settings.toml e2e/cases.json");
    }

    #[test]
    fn tools_write_lock_and_generated_files() {
        check(
            Class::Generated,
            "Cargo.lock package-lock.json web/yarn.lock pnpm-lock.yaml go.sum poetry.lock uv.lock
             Gemfile.lock composer.lock app.min.js app.min.css app.js.map api.pb.go api_pb2.py
             model.g.dart zz_generated.deepcopy.go Form.Designer.cs src/generated/api.ts
             src/__generated__/schema.ts schema.generated.ts schema_generated.rs dist/index.js
             tests/generated/cases.rs",
        );
        check(Class::Prod, "src/regenerated/a.rs src/lock.rs dist/install.py src/sum.go");
    }

    #[test]
    fn vendored_folders_are_whole_segments() {
        check(
            Class::Vendored,
            "vendor/a/b.go third_party/zlib/inflate.c web/node_modules/x/index.js
             vendor/a/b_test.go Pods/A/A.swift bower_components/x.js",
        );
        check(Class::Prod, "src/vendors/list.ts src/vendor_api.rs");
    }

    #[test]
    fn recorded_data_is_a_fixture_before_it_is_a_test() {
        check(
            Class::Fixture,
            "src/__snapshots__/a.test.ts.snap src/snapshots/a.snap tests/fixtures/sample.py
             testdata/input.go tests/snapshots/a.txt tests/data/big.json tests/golden/out.rs
             tests/cassettes/login.yaml",
        );
        check(Class::Prod, "src/snapshots/store.rs src/golden/ratio.rs src/data/load.py");
    }

    #[test]
    fn documents_and_settings_are_neither_product_nor_test() {
        check(
            Class::Docs,
            "README.md CHANGELOG LICENSE docs/conf.py docs/a.yaml guide/intro.rst notes.txt
             packages/a/docs/api.txt man/tool.1.adoc",
        );
        check(
            Class::Config,
            "Cargo.toml package.json .github/workflows/ci.yml .gitignore tsconfig.json
             jest.config.js requirements.txt requirements-dev.txt CMakeLists.txt Makefile
             Dockerfile docker/app.dockerfile pom.xml setup.cfg .eslintrc.js web/vite.config.ts
             settings.gradle.kts",
        );
        check(Class::Prod, "src/docs/render.rs src/config.rs src/main build.rs web/index.html");
    }

    #[test]
    fn git_decides_what_is_binary_after_the_names_of_generated_files() {
        let (classifier, _) = Classifier::new(&[], HashMap::new());
        assert_eq!(classifier.classify(&"src/blob".into(), true), Class::Binary);
        assert_eq!(classifier.classify(&"bun.lockb".into(), true), Class::Generated);
        assert_eq!(classifier.classify(&"tests/a.png".into(), false), Class::Binary);
    }

    #[test]
    fn attributes_come_before_names_and_can_say_no() {
        let attributes = HashMap::from([
            ("src/api.rs".into(), Attributes { generated: Some(true), ..Default::default() }),
            ("Cargo.lock".into(), Attributes { generated: Some(false), ..Default::default() }),
            ("vendor/a.go".into(), Attributes { vendored: Some(false), ..Default::default() }),
            ("a/b.rs".into(), Attributes { documentation: Some(true), ..Default::default() }),
            ("docs/x.rs".into(), Attributes { documentation: Some(false), ..Default::default() }),
        ]);
        let (classifier, _) = Classifier::new(&[], attributes);
        for (path, want) in [
            ("src/api.rs", Class::Generated),
            ("Cargo.lock", Class::Config),
            ("vendor/a.go", Class::Prod),
            ("a/b.rs", Class::Docs),
            ("docs/x.rs", Class::Prod),
        ] {
            assert_eq!(classifier.classify(&path.into(), false), want, "{path}");
        }
    }

    #[test]
    fn the_projects_own_rules_come_first_and_the_last_of_them_wins() {
        let rule = |pattern: &str, class| Override { pattern: pattern.to_owned(), class };
        let (classifier, diagnostics) = Classifier::new(
            &[
                rule("*.md", Class::Prod),
                rule("README.md", Class::Docs),
                rule("qa/", Class::Test),
                rule("/gen/**/*.{rs,ts}", Class::Generated),
                rule("src/[", Class::Test),
                rule("", Class::Test),
            ],
            HashMap::new(),
        );
        for (path, want) in [
            ("skills/plan.md", Class::Prod),
            ("a/README.md", Class::Docs),
            ("a/qa/deep/run.rs", Class::Test),
            ("gen/a/b.rs", Class::Generated),
            ("src/gen/b.rs", Class::Prod),
        ] {
            assert_eq!(classifier.classify(&path.into(), false), want, "{path}");
        }
        assert_eq!(
            diagnostics.iter().map(Diagnostic::as_str).collect::<Vec<_>>(),
            ["the file class pattern `src/[` is not a glob", "a file class has an empty pattern",]
        );
    }

    #[test]
    fn paths_that_are_not_utf8_are_classified_by_what_can_be_read() {
        let (classifier, _) = Classifier::new(&[], HashMap::new());
        let path = RepoPath::from(&b"tests/caf\xe9_test.py"[..]);
        assert_eq!(classifier.classify(&path, false), Class::Test);
    }
}

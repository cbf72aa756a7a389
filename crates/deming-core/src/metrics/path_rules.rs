//! The names behind each file class, one predicate per class.
//! Each compares whole segments, whole names, or a name's parts at its ends.

/// A path taken apart once for all rules.
pub(super) struct PathWords<'a> {
    /// The folders, from the top.
    folders: Vec<&'a str>,
    name: &'a str,
    /// The name without its last extension.
    stem: &'a str,
    /// The last extension in lower case; empty when there is none.
    extension: String,
}

impl<'a> PathWords<'a> {
    pub(super) fn of(path: &'a str) -> Self {
        let mut folders: Vec<&str> = path.split('/').collect();
        let name = folders.pop().unwrap_or_default();
        let (stem, extension) = match name.rsplit_once('.') {
            Some((stem, extension)) if !stem.is_empty() => (stem, extension.to_ascii_lowercase()),
            Some(_) | None => (name, String::new()),
        };
        Self { folders, name, stem, extension }
    }

    fn has_folder(&self, names: &[&str]) -> bool {
        self.folders.iter().any(|folder| is_one_of(folder, names))
    }

    fn has_extension(&self, extensions: &[&str]) -> bool {
        extensions.contains(&self.extension.as_str())
    }

    fn is_named(&self, names: &[&str]) -> bool {
        is_one_of(self.name, names)
    }

    fn ends_with(&self, endings: &[&str]) -> bool {
        endings.iter().any(|ending| self.name.len() > ending.len() && self.name.ends_with(ending))
    }

    /// `x.test.ts` and, for `separators` that allow it, `x-test.ts`.
    fn stem_ends(&self, separators: &[char], words: &[&str]) -> bool {
        self.stem
            .rsplit_once(separators)
            .is_some_and(|(before, last)| !before.is_empty() && words.contains(&last))
    }

    /// `FooTest`: the word in capitals-first spelling, after a lower-case
    /// letter or a digit.
    fn stem_ends_capital(&self, words: &[&str]) -> bool {
        words.iter().any(|word| ends_capital(self.stem, word))
    }
}

fn is_one_of(text: &str, names: &[&str]) -> bool {
    names.iter().any(|name| text.eq_ignore_ascii_case(name))
}

fn ends_capital(text: &str, word: &str) -> bool {
    text.strip_suffix(word)
        .and_then(|before| before.chars().next_back())
        .is_some_and(|last| last.is_lowercase() || last.is_ascii_digit())
}

const CODE: [&str; 80] = [
    "astro", "bash", "bats", "c", "cc", "cjs", "clj", "cljc", "cljs", "coffee", "cpp", "cr", "cs",
    "cts", "cxx", "d", "dart", "el", "elm", "erl", "ex", "exs", "f90", "fish", "fs", "fsx", "go",
    "groovy", "h", "hh", "hpp", "hrl", "hs", "hxx", "java", "jl", "js", "jsx", "kt", "kts", "lisp",
    "lua", "m", "mjs", "ml", "mli", "mm", "mts", "nim", "php", "pl", "pm", "ps1", "psm1", "purs",
    "py", "pyi", "pyx", "r", "rb", "rkt", "rs", "scala", "scm", "sh", "sol", "sql", "svelte",
    "swift", "t", "tcl", "ts", "tsx", "v", "vb", "vhd", "vue", "zig", "zsh", "lean",
];
const SCRIPT: [&str; 8] = ["js", "jsx", "mjs", "cjs", "ts", "tsx", "mts", "cts"];

const LOCKS: [&str; 36] = [
    ".terraform.lock.hcl",
    "MODULE.bazel.lock",
    "Berksfile.lock",
    "bun.lock",
    "bun.lockb",
    "cabal.project.freeze",
    "Cargo.lock",
    "Cartfile.resolved",
    "Chart.lock",
    "composer.lock",
    "conda-lock.yml",
    "deno.lock",
    "flake.lock",
    "Gemfile.lock",
    "go.sum",
    "go.work.sum",
    "gradle.lockfile",
    "mix.lock",
    "npm-shrinkwrap.json",
    "Package.resolved",
    "package-lock.json",
    "packages.lock.json",
    "paket.lock",
    "pdm.lock",
    "Pipfile.lock",
    "pixi.lock",
    "pnpm-lock.yaml",
    "Podfile.lock",
    "poetry.lock",
    "project.assets.json",
    "pubspec.lock",
    "rebar.lock",
    "shard.lock",
    "stack.yaml.lock",
    "uv.lock",
    "yarn.lock",
];
const GENERATED_ENDINGS: [&str; 26] = [
    ".css.map",
    ".designer.cs",
    ".Designer.cs",
    ".freezed.dart",
    ".g.cs",
    ".g.dart",
    ".g.i.cs",
    ".gen.go",
    ".gen.ts",
    ".js.map",
    ".min.css",
    ".min.js",
    ".min.mjs",
    ".mjs.map",
    ".mocks.dart",
    ".pb.cc",
    ".pb.dart",
    ".pb.go",
    ".pb.h",
    ".pb.swift",
    "_pb.d.ts",
    "_pb.js",
    "_pb.ts",
    "_pb2.py",
    "_pb2.pyi",
    "_pb2_grpc.py",
];

/// Lock files and what generators write.
pub(super) fn is_generated(path: &PathWords<'_>) -> bool {
    path.is_named(&LOCKS)
        || path.ends_with(&GENERATED_ENDINGS)
        || path.has_folder(&["generated", "__generated__"])
        || path.stem_ends(&['.', '_'], &["generated"])
        || path.name.starts_with("zz_generated.")
        || (path.has_folder(&["dist"]) && path.has_extension(&["js", "mjs", "cjs", "css", "map"]))
}

pub(super) fn is_vendored(path: &PathWords<'_>) -> bool {
    path.has_folder(&[
        "3rdparty",
        "bower_components",
        "Carthage",
        "jspm_packages",
        "node_modules",
        "Pods",
        "third-party",
        "third_party",
        "thirdparty",
        "vendor",
        "vendored",
    ])
}

/// Formats that are binary whatever git sees of them: a renamed picture has no
/// lines to tell it by.
pub(super) fn is_binary(path: &PathWords<'_>) -> bool {
    path.has_extension(&[
        "7z", "avif", "bin", "bmp", "class", "dll", "dylib", "eot", "exe", "gif", "gz", "ico",
        "jar", "jpeg", "jpg", "mov", "mp3", "mp4", "o", "otf", "pdf", "png", "pyc", "so", "tar",
        "tgz", "ttf", "wasm", "wav", "webm", "webp", "woff", "woff2", "xz", "zip", "zst",
    ])
}

/// Recorded results and input data of tests.
pub(super) fn is_fixture(path: &PathWords<'_>) -> bool {
    const ANYWHERE: [&str; 8] = [
        "__fixtures__",
        "__snapshots__",
        "cassettes",
        "fixtures",
        "test-data",
        "test_data",
        "testdata",
        "testfixtures",
    ];
    const BELOW_TESTS: [&str; 7] =
        ["data", "expected", "golden", "goldens", "resources", "snapshots", "recordings"];
    let below_tests = || {
        let tests = path.folders.iter().position(|folder| is_test_folder(folder));
        tests.is_some_and(|at| {
            path.folders[at + 1..].iter().any(|folder| is_one_of(folder, &BELOW_TESTS))
        })
    };
    path.has_extension(&["snap", "ambr", "golden"]) || path.has_folder(&ANYWHERE) || below_tests()
}

/// Tests: a whole segment with the extension of code, or a name that the
/// language's test runner looks for.
pub(super) fn is_test(path: &PathWords<'_>) -> bool {
    let in_test_folder = || path.folders.iter().any(|folder| is_test_folder(folder));
    has_test_name(path) || (path.has_extension(&CODE) && in_test_folder())
}

fn is_test_folder(folder: &str) -> bool {
    const FOLDERS: [&str; 23] = [
        "__mocks__",
        "__tests__",
        "acceptance-tests",
        "androidTest",
        "commonTest",
        "cypress",
        "e2e",
        "functional-tests",
        "functionalTest",
        "integration-test",
        "integration-tests",
        "integration_test",
        "integration_tests",
        "integrationTest",
        "iosTest",
        "jvmTest",
        "spec",
        "specs",
        "test",
        "tests",
        "unit-tests",
        "unit_tests",
        "unittests",
    ];
    let last_word = folder.rsplit('.').next().unwrap_or(folder);
    is_one_of(folder, &FOLDERS)
        || (folder.contains('.') && is_one_of(last_word, &["test", "tests"]))
        || ["Tests", "UITests", "UnitTests", "IntegrationTests"]
            .iter()
            .any(|word| ends_capital(folder, word))
}

fn has_test_name(path: &PathWords<'_>) -> bool {
    let starts_test = path.stem.len() > "test_".len() && path.stem.starts_with("test_");
    match path.extension.as_str() {
        "bats" | "feature" | "t" => true,
        "py" => {
            starts_test
                || path.stem_ends(&['_'], &["test"])
                || is_stem(path, &["conftest", "tests"])
        }
        "rs" => path.stem_ends(&['_'], &["test", "tests"]) || is_stem(path, &["test", "tests"]),
        "go" | "dart" | "ex" | "exs" | "zig" | "nim" | "ml" | "clj" | "cljs" | "cljc" => {
            path.stem_ends(&['_'], &["test"])
        }
        "c" | "cc" | "cpp" | "cxx" | "m" | "mm" | "sh" | "jl" => {
            starts_test || path.stem_ends(&['_'], &["test", "tests", "unittest"])
        }
        "rb" | "lua" | "cr" => starts_test || path.stem_ends(&['_'], &["test", "spec"]),
        "r" => path.stem.starts_with("test-"),
        "erl" => path.stem_ends(&['_'], &["SUITE", "tests"]),
        "hs" => path.stem_ends_capital(&["Spec", "Test"]),
        "java" | "kt" | "cs" | "swift" | "php" | "groovy" | "scala" => path.stem_ends_capital(&[
            "Test",
            "Tests",
            "TestCase",
            "TestsCase",
            "IT",
            "ITCase",
            "Spec",
        ]),
        extension if SCRIPT.contains(&extension) || matches!(extension, "vue" | "svelte") => {
            path.stem_ends(&['.', '-', '_'], &["test", "tests", "spec", "cy", "e2e"])
        }
        _ => false,
    }
}

fn is_stem(path: &PathWords<'_>, stems: &[&str]) -> bool {
    stems.contains(&path.stem)
}

pub(super) fn is_docs(path: &PathWords<'_>) -> bool {
    const NAMES: [&str; 13] = [
        "AUTHORS",
        "CHANGELOG",
        "CHANGES",
        "CONTRIBUTING",
        "CONTRIBUTORS",
        "COPYING",
        "HISTORY",
        "LICENCE",
        "LICENSE",
        "MAINTAINERS",
        "NEWS",
        "NOTICE",
        "README",
    ];
    const FOLDERS: [&str; 3] = ["doc", "docs", "documentation"];
    let at_top = path.folders.first().is_some_and(|folder| is_one_of(folder, &FOLDERS));
    at_top
        || (path.has_folder(&FOLDERS) && !path.has_extension(&CODE))
        || path.has_extension(&[
            "adoc", "asciidoc", "markdown", "md", "mdx", "org", "pod", "rdoc", "rst", "tex",
            "textile",
        ])
        || (path.extension == "txt" && !is_config_text(path))
        || path.is_named(&NAMES)
}

fn is_config_text(path: &PathWords<'_>) -> bool {
    path.is_named(&["CMakeLists.txt", "robots.txt"])
        || ["requirements", "constraints"].iter().any(|word| {
            path.stem == *word
                || path
                    .stem
                    .strip_prefix(word)
                    .is_some_and(|rest| rest.starts_with(['-', '_', '.']))
                || path.stem.strip_suffix(word).is_some_and(|rest| rest.ends_with(['-', '_', '.']))
        })
}

pub(super) fn is_config(path: &PathWords<'_>) -> bool {
    const NAMES: [&str; 16] = [
        "BUILD",
        "CODEOWNERS",
        "Brewfile",
        "Containerfile",
        "Dockerfile",
        "Gemfile",
        "GNUmakefile",
        "go.mod",
        "go.work",
        "Jenkinsfile",
        "Justfile",
        "Makefile",
        "Procfile",
        "Rakefile",
        "Vagrantfile",
        "WORKSPACE",
    ];
    const EXTENSIONS: [&str; 34] = [
        "bazel",
        "bzl",
        "cabal",
        "cfg",
        "cmake",
        "conf",
        "csproj",
        "csv",
        "dockerfile",
        "env",
        "gemspec",
        "gradle",
        "hcl",
        "ini",
        "json",
        "json5",
        "jsonc",
        "jsonl",
        "lock",
        "mk",
        "nix",
        "plist",
        "properties",
        "props",
        "service",
        "sln",
        "svg",
        "targets",
        "tf",
        "toml",
        "tsv",
        "xml",
        "yaml",
        "yml",
    ];
    path.name.starts_with('.')
        || path.folders.first().is_some_and(|folder| folder.starts_with('.'))
        || path.is_named(&NAMES)
        || path.name.starts_with("Dockerfile.")
        || path.has_extension(&EXTENSIONS)
        || (path.extension == "kts" && path.stem.ends_with(".gradle"))
        || (path.has_extension(&SCRIPT) && path.stem_ends(&['.'], &["config"]))
        || is_config_text(path)
}

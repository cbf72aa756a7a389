//! Tells a file of a repository from an address, a package, a method or a
//! phrase with a slash, by its form alone.

use crate::plan::wording::{WordList, is_listed, word_list};

/// Extensions that make a word a file; a word with another one is not taken.
static EXTENSIONS: WordList = WordList::new(|| {
    word_list(
        "\
    astro bash bat bicep bzl c cc cfg cjs clj cmake conf cpp cs csproj css csv cts cxx dart \
    dockerfile editorconfig ejs elm erb erl ex exs fish fs gemspec go gradle graphql groovy h \
    haml hbs hcl hpp hs html ini ipynb java jinja jinja2 jl js json json5 jsonc jsonl jsx kt \
    kts less lua md mdx mjs mk ml mts nim nix pas php pl plist png prisma \
    proto ps1 pug puml py pyi pyx rake rb rkt rs rst sass scala scss sh snap sol sql \
    storyboard svelte svg swift tex tf tfvars tmpl toml tpl ts tsv tsx txt vb vim vue wgsl xib \
    xml xsd yaml yml zig zsh",
    )
});

/// Extensions that are a method's name as often; a path must have a folder.
const AMBIGUOUS: &str = "env lock m properties r sum";

/// Files that are known by their whole name.
static WHOLE_NAMES: WordList = WordList::new(|| {
    word_list(
        "\
    BUILD Brewfile CODEOWNERS Caddyfile Containerfile Dockerfile Fastfile Gemfile GNUmakefile \
    Jenkinsfile Justfile LICENSE Makefile NOTICE Pipfile Podfile Procfile README Rakefile \
    Vagrantfile go.mod go.sum justfile Cargo.lock Gemfile.lock Pipfile.lock Podfile.lock \
    bun.lock composer.lock flake.lock poetry.lock uv.lock yarn.lock",
    )
});

/// Products whose name looks like a file.
static PRODUCTS: WordList = WordList::new(|| {
    word_list(
        "\
    alpine.js angular.js backbone.js bun.sh chart.js d3.js discord.js ember.js express.js \
    ext.js fastify.js knockout.js koa.js lit.js meteor.js moment.js nest.js next.js node.js \
    nuxt.js p5.js pdf.js preact.js react.js solid.js svelte.js three.js video.js vue.js \
    wasm.js",
    )
});

/// Endings of host names, as in `example.com/index.html`.
const HOST_ENDINGS: [&str; 8] = [".com", ".org", ".net", ".io", ".dev", ".ai", ".app", ".co"];

/// How a word is set in the plan.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub(super) enum Setting {
    /// Inline code or a link's target.
    Code,
    Prose,
}

/// The path that a word names, relative, with `/`; line numbers and test
/// names after it are dropped. `None` for everything that is not one file.
pub(super) fn path_in(word: &str, setting: Setting) -> Option<String> {
    let word = match setting {
        Setting::Code => word.trim(),
        Setting::Prose => word
            .trim_start_matches(['"', '\'', '“', '(', '`'])
            .trim_end_matches(['"', '\'', '”', ')', ',', ';', ':', '`', '.', '!', '?']),
    };
    let word = word.strip_prefix("./").unwrap_or(word);
    let word = without_position(word);
    // Most words of a plan are neither, and end here.
    if !word.contains(['.', '/', '\\']) && !WHOLE_NAMES.contains(word) {
        return None;
    }
    let path = word.replace('\\', "/");
    if !is_relative(&path) || is_template(&path) {
        return None;
    }
    let name = path.rsplit('/').next().unwrap_or(&path);
    let is_product = !path.contains('/') && PRODUCTS.contains(path.to_lowercase().as_str());
    let is_file = is_file_name(name, path.contains('/'));
    (is_file && !is_product).then_some(path)
}

/// Drops `:12`, `:12:5`, `:12-20`, `#L10` and `::test_name`.
fn without_position(word: &str) -> &str {
    let word = word.split_once("::").map_or(word, |(path, _)| path);
    let word = word.split_once("#L").map_or(word, |(path, _)| path);
    match word.split_once(':') {
        Some((path, position)) if is_position(position) => path,
        Some(_) | None => word,
    }
}

fn is_position(text: &str) -> bool {
    !text.is_empty() && text.chars().all(|it| it.is_ascii_digit() || it == ':' || it == '-')
}

fn is_relative(path: &str) -> bool {
    let first = path.split('/').next().unwrap_or_default();
    let is_host = path.contains('/')
        && (HOST_ENDINGS.iter().any(|it| first.ends_with(it)) || first.starts_with("www."));
    let fits = |it: char| {
        it.is_alphanumeric()
            || matches!(it, '/' | '.' | '_' | '-' | '+' | '@' | '[' | ']' | '(' | ')')
    };
    !path.is_empty()
        && !path.starts_with(['/', '-', '@'])
        && !path.ends_with('/')
        && !path.contains("//")
        && !is_host
        && path.chars().all(fits)
}

/// Names that stand for others: `YYYY_MM_add.sql`, `0001_xxx.py`, `path/to/x.py`.
fn is_template(path: &str) -> bool {
    let is_stand_in = |part: &str| {
        part.starts_with("YYYY")
            || ["xxx", "nnn", "yyy"].contains(&part.to_lowercase().get(..3).unwrap_or_default())
    };
    path.starts_with("path/to/")
        || path.contains("...")
        || path.split(['/', '.', '_', '-']).any(is_stand_in)
}

fn is_file_name(name: &str, has_folder: bool) -> bool {
    if WHOLE_NAMES.contains(name) {
        return true;
    }
    if let Some(dotfile) = name.strip_prefix('.') {
        let is_name = |it: char| it.is_ascii_alphanumeric() || matches!(it, '.' | '-' | '_');
        return 2 < dotfile.len()
            && dotfile.starts_with(|it: char| it.is_ascii_alphabetic())
            && dotfile.chars().all(is_name)
            && !EXTENSIONS.contains(dotfile)
            || dotfile == "env";
    }
    match name.rsplit_once('.') {
        Some((stem, extension)) => {
            stem.chars().any(char::is_alphanumeric)
                && (EXTENSIONS.contains(extension.to_lowercase().as_str())
                    || has_folder && is_listed(AMBIGUOUS, extension))
        }
        None => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(word: &str, want: Option<&str>) {
        assert_eq!(path_in(word, Setting::Code), want.map(str::to_owned), "as code");
        assert_eq!(path_in(word, Setting::Prose), want.map(str::to_owned), "as prose");
    }

    #[test]
    fn files_are_taken() {
        check("models/user.py", Some("models/user.py"));
        check("./src/main.rs:12:5", Some("src/main.rs"));
        check("app/users/[id]/page.tsx", Some("app/users/[id]/page.tsx"));
        check("tests/test_auth.py::test_login", Some("tests/test_auth.py"));
        check("src/lib.rs#L10-L20", Some("src/lib.rs"));
        check("Makefile", Some("Makefile"));
        check("Cargo.lock", Some("Cargo.lock"));
        check("cmd/api/main.go", Some("cmd/api/main.go"));
        check("deploy/Dockerfile", Some("deploy/Dockerfile"));
        check(r"src\models\user.cs", Some("src/models/user.cs"));
        check("сервис/модель.py", Some("сервис/модель.py"));
        check(".github/workflows/ci.yml", Some(".github/workflows/ci.yml"));
    }

    #[test]
    fn everything_else_is_not() {
        for word in [
            "https://example.com/a.html",
            "example.com/index.html",
            "python-jose[cryptography]",
            "and/or",
            "application/json",
            "/auth/login",
            "/etc/app.conf",
            "~/.ssh/config.txt",
            "@scope/package.js",
            "user.save",
            "process.env",
            "mutex.lock",
            "os.path",
            "Node.js",
            "1.2.3",
            "src/**/*.ts",
            "src/{a,b}.ts",
            "migrations/NNNN_add_users.py",
            "migrations/YYYYMMDD_x.sql",
            "<name>.py",
            "tests/",
            "e.g.",
            "path/to/file.py",
            "foo(...).py",
        ] {
            check(word, None);
        }
    }
}

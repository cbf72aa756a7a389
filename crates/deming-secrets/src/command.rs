//! Passwords that a command line takes in short flags and by position.
//! Long flags that carry their name are read as assignments elsewhere.

use std::ops::Range;
use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, MatchKind};

use crate::hit::Hit;
use crate::key_name::Role;
use crate::literal::{is_quote, quoted};
use crate::pair;
use crate::search;
use crate::value::{Tie, is_secret};

/// How a command is told a password.
#[derive(Clone, Copy)]
enum Way {
    /// `-p value`
    Flag(&'static str),
    /// `-pvalue`
    Glued(&'static str),
    /// `-u user:value`
    Pair(&'static str),
    /// `-U user%value`
    Percent(&'static str),
    /// `-u user,value`
    Comma(&'static str),
    /// The n-th word behind the command that is no flag.
    Place(usize),
}

const COMMANDS: &[(&str, &[Way])] = &[
    ("sshpass", &[Way::Flag("-p"), Way::Glued("-p")]),
    ("mysql", &[Way::Glued("-p")]),
    ("mysqldump", &[Way::Glued("-p")]),
    ("mysqladmin", &[Way::Glued("-p")]),
    ("mysqlimport", &[Way::Glued("-p")]),
    ("mariadb", &[Way::Glued("-p")]),
    ("mariadb-dump", &[Way::Glued("-p")]),
    ("mongo", &[Way::Flag("-p")]),
    ("mongosh", &[Way::Flag("-p")]),
    ("mongodump", &[Way::Flag("-p")]),
    ("mongorestore", &[Way::Flag("-p")]),
    ("redis-cli", &[Way::Flag("-a")]),
    ("docker", &[Way::Flag("-p")]),
    ("podman", &[Way::Flag("-p")]),
    ("nerdctl", &[Way::Flag("-p")]),
    ("buildah", &[Way::Flag("-p")]),
    ("skopeo", &[Way::Flag("-p")]),
    ("helm", &[Way::Flag("-p")]),
    ("oras", &[Way::Flag("-p")]),
    ("az", &[Way::Flag("-p")]),
    ("oc", &[Way::Flag("-p")]),
    ("cf", &[Way::Flag("-p")]),
    ("sqlcmd", &[Way::Flag("-P"), Way::Glued("-P")]),
    ("bcp", &[Way::Flag("-P"), Way::Glued("-P")]),
    ("isql", &[Way::Flag("-P")]),
    ("tsql", &[Way::Flag("-P")]),
    ("ldapsearch", &[Way::Flag("-w")]),
    ("ldapmodify", &[Way::Flag("-w")]),
    ("ldapadd", &[Way::Flag("-w")]),
    ("ldapwhoami", &[Way::Flag("-w")]),
    ("ldappasswd", &[Way::Flag("-w"), Way::Flag("-s")]),
    ("smbclient", &[Way::Percent("-U")]),
    ("rpcclient", &[Way::Percent("-U")]),
    ("curl", &[Way::Pair("-u"), Way::Pair("--user"), Way::Pair("-U"), Way::Pair("--proxy-user")]),
    ("wget", &[Way::Pair("--user")]),
    ("http", &[Way::Pair("-a"), Way::Pair("--auth")]),
    ("https", &[Way::Pair("-a"), Way::Pair("--auth")]),
    ("xh", &[Way::Pair("-a"), Way::Pair("--auth")]),
    ("ab", &[Way::Pair("-A")]),
    ("lftp", &[Way::Comma("-u")]),
    ("poetry", &[Way::Place(4)]),
    ("mc", &[Way::Place(6)]),
    ("zip", &[Way::Flag("-P")]),
    ("unzip", &[Way::Flag("-P")]),
    ("7z", &[Way::Glued("-p")]),
    ("7za", &[Way::Glued("-p")]),
    ("rar", &[Way::Glued("-p"), Way::Glued("-hp")]),
    (
        "openssl",
        &[
            Way::Flag("-k"),
            Way::Flag("-K"),
            Way::Flag("-pass"),
            Way::Flag("-passin"),
            Way::Flag("-passout"),
            Way::Flag("-hmac"),
        ],
    ),
    ("keytool", &[Way::Flag("-storepass"), Way::Flag("-keypass")]),
    ("jarsigner", &[Way::Flag("-storepass"), Way::Flag("-keypass")]),
    ("mosquitto_pub", &[Way::Flag("-P")]),
    ("mosquitto_sub", &[Way::Flag("-P")]),
    ("cqlsh", &[Way::Flag("-p")]),
    ("beeline", &[Way::Flag("-p")]),
    ("snmpwalk", &[Way::Flag("-A"), Way::Flag("-X")]),
    ("snmpget", &[Way::Flag("-A"), Way::Flag("-X")]),
    ("ipmitool", &[Way::Flag("-P")]),
    ("rdesktop", &[Way::Flag("-p")]),
    ("htpasswd", &[Way::Place(3), Way::Place(2)]),
    ("rabbitmqctl", &[Way::Place(3)]),
    ("wpa_passphrase", &[Way::Place(2)]),
    ("net", &[Way::Place(3), Way::Place(4)]),
];

static NAMES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let names = COMMANDS.iter().map(|it| it.0).chain(["echo", "printf"]);
    search::builder().match_kind(MatchKind::LeftmostLongest).build(names).ok()
});

/// Finds the passwords in all command lines of a text.
pub(crate) fn find(text: &str) -> Vec<Hit> {
    let mut hits = Vec::new();
    let Some(names) = NAMES.as_ref() else { return hits };
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        let called = names.find_iter(line).any(|it| {
            let begins =
                it.start() == 0 || b" \t`$(\"'/;|&>".contains(&line.as_bytes()[it.start() - 1]);
            begins && line.as_bytes().get(it.end()).is_none_or(|it| *it == b' ')
        });
        if called {
            let words = split(text, start..start + line.len());
            piped(text, start..start + line.len(), &words, &mut hits);
            for (index, word) in words.iter().enumerate() {
                let name = text[word.clone()].rsplit('/').next().unwrap_or_default();
                let name = name.trim_start_matches(['`', '$', '(', '"', '\'']);
                if let Some((_, ways)) = COMMANDS.iter().find(|(command, _)| *command == name) {
                    arguments(text, &words[index + 1..], ways, &mut hits);
                }
            }
        }
        start += line.len();
    }
    hits
}

/// `echo … | docker login --password-stdin`
fn piped(text: &str, line: Range<usize>, words: &[Range<usize>], hits: &mut Vec<Hit>) {
    let body = &text[line];
    let Some(pipe) = words.iter().position(|it| &text[it.clone()] == "|") else { return };
    let echo = words[..pipe]
        .iter()
        .position(|it| text[it.clone()].ends_with("echo") || text[it.clone()].ends_with("printf"));
    if let Some(echo) = echo.filter(|_| {
        body.contains("-stdin") || body.contains("sudo -S") || body.contains("chpasswd")
    }) {
        for word in &words[echo + 1..pipe] {
            let value = unquote(text, word.clone());
            if !pair::user_and_password(text, value.clone(), hits) {
                password(text, value, hits);
            }
        }
    }
}

fn arguments(text: &str, words: &[Range<usize>], ways: &[Way], hits: &mut Vec<Hit>) {
    let end = words
        .iter()
        .position(|it| ["|", "&&", "||", ";"].contains(&&text[it.clone()]))
        .unwrap_or(words.len());
    let words = &words[..end];
    for way in ways {
        match *way {
            Way::Flag(flag) => behind(text, words, flag, |range| password(text, range, hits)),
            Way::Pair(flag) => behind(text, words, flag, |range| {
                pair::user_and_password(text, range, hits);
            }),
            Way::Percent(flag) => after(text, words, flag, '%', hits),
            Way::Comma(flag) => after(text, words, flag, ',', hits),
            Way::Glued(flag) => {
                for word in words {
                    let value = &text[word.clone()];
                    if value.starts_with(flag) && flag.len() + 4 <= value.len() {
                        let value = word.start + flag.len()..word.end;
                        password(text, unquote(text, value), hits);
                    }
                }
            }
            Way::Place(number) => {
                let places = words.iter().filter(|it| !text[(*it).clone()].starts_with('-'));
                if let Some(word) = places.take(number).nth(number - 1) {
                    password(text, unquote(text, word.clone()), hits);
                }
            }
        }
    }
}

/// The password behind a sign within the value of `flag`.
fn after(text: &str, words: &[Range<usize>], flag: &str, sign: char, hits: &mut Vec<Hit>) {
    behind(text, words, flag, |range| {
        if let Some(middle) = text[range.clone()].find(sign) {
            password(text, range.start + middle + 1..range.end, hits);
        }
    });
}

/// Calls `found` with each value behind `flag`, `flag=` included.
fn behind(text: &str, words: &[Range<usize>], flag: &str, mut found: impl FnMut(Range<usize>)) {
    for (index, word) in words.iter().enumerate() {
        let value = &text[word.clone()];
        if value == flag {
            if let Some(next) = words.get(index + 1) {
                found(unquote(text, next.clone()));
            }
        } else if let Some(glued) = value.strip_prefix(flag).and_then(|it| it.strip_prefix('=')) {
            found(unquote(text, word.end - glued.len()..word.end));
        }
    }
}

fn password(text: &str, range: Range<usize>, hits: &mut Vec<Hit>) {
    let start = range.start + if text[range.clone()].starts_with("pass:") { 5 } else { 0 };
    if is_secret(&text[start..range.end], Role::Password, Tie::Exact) {
        hits.push(Hit::context(start..range.end, "password"));
    }
}

fn unquote(text: &str, range: Range<usize>) -> Range<usize> {
    let first = text.as_bytes().get(range.start).copied().unwrap_or(b' ');
    match is_quote(first) {
        true => quoted(text, range.start).filter(|it| it.end <= range.end).unwrap_or(range),
        false => {
            let value = text[range.clone()].trim_end_matches(['`', '"', ')', ',', ';', '.']);
            range.start..range.start + value.len()
        }
    }
}

/// Splits a line into words as a shell would, quotes kept.
fn split(text: &str, line: Range<usize>) -> Vec<Range<usize>> {
    let bytes = text.as_bytes();
    let mut words = Vec::new();
    let mut position = line.start;
    while position < line.end {
        if bytes[position].is_ascii_whitespace() {
            position += 1;
            continue;
        }
        let start = position;
        while position < line.end && !bytes[position].is_ascii_whitespace() {
            match matches!(bytes[position], b'"' | b'\'') {
                true => {
                    position = quoted(text, position).filter(|it| it.end < line.end).map_or(
                        position + 1,
                        |it| {
                            it.end
                                + text[it.end..]
                                    .find(char::from(bytes[position]))
                                    .map_or(0, |it| it + 1)
                        },
                    )
                }
                false => position += 1,
            }
        }
        words.push(start..position.min(line.end));
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::generate::Generator;

    #[track_caller]
    fn check(template: &str, value: &str) {
        let text = template.replace('@', value);
        let found: Vec<&str> = find(&text).iter().map(|it| &text[it.range.clone()]).collect();
        assert_eq!(found, [value], "{text}");
    }

    #[test]
    fn short_flags_of_commands() {
        let mut generator = Generator::new(31);
        for template in [
            "sshpass -p @ ssh deploy@web",
            "sshpass -p '@' ssh web",
            "mysql -u root -p@ shop",
            "redis-cli -h cache -a @ ping",
            "docker login -u ci -p @ registry.example.com",
            "curl -u ci:@ https://nexus.example.com",
            "curl --user \"ci:@\" https://x",
            "$ ldapsearch -D cn=admin -w @ -b dc=x",
            "openssl enc -aes-256-cbc -pass pass:@ -in a",
            "smbclient -U ci%@ //srv/share",
            "Run `sqlcmd -S db -U sa -P @`.",
            "htpasswd -b .htpasswd ci @",
        ] {
            let value = generator.alphanumeric(14);
            if template.contains('@') && !template.contains("deploy@") {
                check(template, &value);
            }
        }
    }

    #[test]
    fn flags_that_mean_something_else_are_left() {
        for text in [
            "mkdir -p build2/output9",
            "docker run -p 8080:8080 image",
            "cargo test -p deming-core2",
            "mysql -u root -p shop1db",
            "ssh -p 2222 web",
            "curl -u \"$USER:$PASS\" https://x",
            "curl -u user:password https://x",
            "docker login -p $TOKEN",
        ] {
            assert_eq!(find(text), [], "{text}");
        }
    }
}

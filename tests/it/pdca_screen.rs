//! A whole session as a person types it: the real Claude Code on a screen, a
//! real repository, real commits and a real test runner.

use std::{collections::VecDeque, fs, time::Duration};

use super::support::{
    claude::Claude,
    developer::{Aside, Developer, Heard, Pair, Stop},
    messages_api::MessagesApi,
    need::{Need, have},
    normal::normalise,
    plugin,
    repo::Repo,
    run::Deming,
    sandbox::Sandbox,
    screen::Screen,
};

const SOON: Duration = Duration::from_secs(90);

const OBJECTIVE: &str = "Add user authentication to our REST API using JWT tokens with refresh \
    tokens, so that users do not have to log in again and again.";

const ANALYSIS: &str = "Approach: Access tokens of 15 minutes with refresh tokens of 7 days, in \
    the style of `src/users.js`.
Patterns:
- `src/users.js` keeps users in a Map behind plain functions
- Errors are thrown as `Error` with a short code
Files:
- src/tokens.js - generation of tokens
- src/validate.js - validation of tokens
- src/login.js - login
- src/refresh.js - refresh with rotation
- src/logout.js - logout with a list of revoked tokens";

const PLAN: &str = "Steps:
1. Token Generation
2. Token Validation
3. Login Endpoint
4. Refresh Token Logic
5. Logout with Blacklisting
6. Integration Testing
Checkpoints: 4, 8, 12
Criteria:
- Users can log in with name and password
- Refresh tokens work with rotation
- Logout revokes tokens
Risks:
- The clock of the server decides about expiry
- Rotation must not lock out a user with two devices";

const CHECK: &str = "Status: Complete
Ready: yes
Reason: all criteria are met and all tests pass
Criteria:
- met - tests/login.test.js
- met - tests/refresh.test.js
- met - tests/logout.test.js
Outstanding: none";

const RETRO: &str = "Worked:
- Analysis saved time - the Map in `src/users.js` was there to be followed
- Checkpoints helped - the excessive claims were caught before the second one
Better:
- Expiry should have been analysed earlier - it changed while it was built
Learning: Add admin capabilities to the analysis - forced logout came up late";

const CHANGE: &str = "Type: PROMPT
File: analysis-prompt.md
Place: RECOMMENDED APPROACH
Text: - What admin or support capabilities will be needed?
Why: forced logout was not planned";

const KNOWLEDGE: &str = "Patterns:
- Tokens are made and read in one place
Insights:
- Routes need no knowledge of keys
Refactorings:
- The list of revoked tokens could be a module of its own";

const LESSONS: &str = "Lessons:
- Analysis is worth it - the pattern was there already
- Interventions pay off - three wrong directions were left early
Next: Ask for admin capabilities in the analysis.";

const USERS_TEST: &str = "\
const { test } = require('node:test');
const assert = require('node:assert');
const { users } = require('../src/users.js');
test('there are users', () => assert.equal(users.size, 2));
";

const SIGN: &str = "\
const { createHmac } = require('node:crypto');
const KEY = 'only for tests';
const encode = (value) => Buffer.from(JSON.stringify(value)).toString('base64url');
const seal = (text) => createHmac('sha256', KEY).update(text).digest('base64url');
function accessToken(user) {
  const body = encode({ sub: user, exp: 900 });
  return `${body}.${seal(body)}`;
}
module.exports = { accessToken, seal };
";

/// Each test loads what it tests when it runs: a file that cannot be loaded is
/// no failing test.
const PAIRS: [Pair; 6] = [
    Pair {
        name: "tokens",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const accessToken = (user) => require('../src/tokens.js').accessToken(user);
test('token has a body and a seal', () => assert.equal(accessToken('ada').split('.').length, 2));
test('two users have two tokens', () => assert.notEqual(accessToken('ada'), accessToken('bob')));
",
        code: SIGN,
        red: "Created failing test for JWT generation",
        green: "Implemented `accessToken()`",
        commit: "Add JWT access token generation",
    },
    Pair {
        name: "validate",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const { accessToken } = require('../src/tokens.js');
const validate = (token) => require('../src/validate.js').validate(token);
test('own token is valid', () => assert.equal(validate(accessToken('ada')), 'ada'));
test('changed token is not', () => assert.equal(validate(accessToken('ada') + 'x'), null));
",
        code: "\
const { seal } = require('./tokens.js');
function validate(token) {
  const [body, mark] = token.split('.');
  if (seal(body) !== mark) return null;
  return JSON.parse(Buffer.from(body, 'base64url')).sub;
}
module.exports = { validate };
",
        red: "Created failing test for token validation",
        green: "Implemented `validate()`",
        commit: "Add JWT token validation",
    },
    Pair {
        name: "login",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const login = (...who) => require('../src/login.js').login(...who);
test('password opens the door', () => assert.ok(login('ada', 'right')));
test('another one does not', () => assert.throws(() => login('ada', 'wrong'), /denied/));
",
        code: "\
const { users } = require('./users.js');
const { accessToken } = require('./tokens.js');
function login(name, password) {
  if (users.get(name) !== password) throw new Error('denied');
  return accessToken(name);
}
module.exports = { login };
",
        red: "Created failing test for login",
        green: "Implemented login with token generation",
        commit: "Add login endpoint with JWT",
    },
    Pair {
        name: "refresh",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const tested = () => require('../src/refresh.js');
test('refresh token works once', () => {
  const first = tested().begin('ada');
  const second = tested().refresh(first).next;
  assert.ok(second);
  assert.throws(() => tested().refresh(first), /used/);
});
",
        code: "\
const { randomUUID } = require('node:crypto');
const { accessToken } = require('./tokens.js');
const open = new Map();
function begin(user) {
  const next = randomUUID();
  open.set(next, user);
  return next;
}
function refresh(token) {
  const user = open.get(token);
  if (!open.delete(token)) throw new Error('used');
  return { access: accessToken(user), next: begin(user) };
}
module.exports = { begin, refresh };
",
        red: "Created failing test for refresh token",
        green: "Implemented refresh endpoint with rotation",
        commit: "Add refresh with rotation",
    },
    Pair {
        name: "logout",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const { accessToken } = require('../src/tokens.js');
const tested = () => require('../src/logout.js');
test('logout revokes', () => {
  tested().logout(accessToken('ada'));
  assert.ok(tested().isRevoked(accessToken('ada')));
  assert.ok(!tested().isRevoked(accessToken('bob')));
});
",
        code: "\
const revoked = new Set();
const logout = (token) => revoked.add(token);
const isRevoked = (token) => revoked.has(token);
module.exports = { logout, isRevoked };
",
        red: "Created failing test for logout",
        green: "Implemented the list of revoked tokens",
        commit: "Add logout with token blacklisting",
    },
    Pair {
        name: "session",
        test: "\
const { test } = require('node:test');
const assert = require('node:assert');
const open = (...who) => require('../src/session.js').open(...who);
test('a user logs in, works and logs out', () => {
  const session = open('ada', 'right');
  assert.equal(session.user(), 'ada');
  session.close();
  assert.equal(session.user(), null);
});
",
        code: "\
const { login } = require('./login.js');
const { validate } = require('./validate.js');
const { logout, isRevoked } = require('./logout.js');
function open(name, password) {
  const token = login(name, password);
  const user = () => (isRevoked(token) ? null : validate(token));
  return { user, close: () => logout(token) };
}
module.exports = { open };
",
        red: "Created failing e2e test",
        green: "Full authentication flow working",
        commit: "Add end-to-end auth tests",
    },
];

fn developer(root: &std::path::Path) -> Developer {
    let yes: &[&str] = &["Not yet", "Confirm"];
    Developer {
        pairs: PAIRS.to_vec(),
        root: root.to_owned(),
        run_tests: "node --test",
        texts: vec![
            (" pdca analysis", ANALYSIS),
            (" pdca plan", PLAN),
            (" pdca check", CHECK),
            (" pdca retro", RETRO),
            (" pdca change", CHANGE),
            (" pdca knowledge", KNOWLEDGE),
            (" pdca lessons", LESSONS),
        ],
        questions: vec![
            ("confirm analysis", "Does this analysis hold?", yes),
            ("confirm planning", "Shall the plan be done so?", yes),
            (" checkpoint ", "Shall it go on?", &["Stop here", "Go on"]),
            ("confirm doing", "Are the steps done?", yes),
            ("confirm checking", "Is it ready?", yes),
            ("pdca change", "Which one change?", &["None", "Ask for admin capabilities"]),
            ("pdca close", "Shall the session be closed?", &["Not yet", "Close it"]),
        ],
        stops: [
            ("pdca objective", "What is it for, and for whom?"),
            ("step done 3 ", "I will put a mock in the place of the store."),
            ("step done 5 ", "I begin with the code of the login."),
            ("step start 7", "Half of the steps are done."),
            ("step done 8 ", "I put the whole profile into the token."),
            ("step done 10 ", "Refresh tokens last 7 days."),
            ("pdca check ", "Implementation finished, going to the check."),
        ]
        .map(|(before, said)| Stop { before, said })
        .to_vec(),
        asides: vec![Aside {
            before: " checkpoint 8 ",
            command: "deviation",
            text: "What: Added `token_version` to the users\n\
                   Reason: It lets an admin force a logout\nImpact: One more field",
        }],
        heard: [
            ("Add user authentication", "objective", OBJECTIVE),
            (
                "No mock",
                "intervention",
                "What: AI wanted to use a mock store\nSaid: No mock, use the real store: it catches more\n\
                 Why: It catches configuration issues\nStep: 3",
            ),
            (
                "Test first",
                "intervention",
                "What: AI was about to implement without tests\nSaid: Test first!\n\
                 Why: Maintain TDD discipline",
            ),
            (
                "Only essential claims",
                "intervention",
                "What: AI started adding too many claims to JWT\nSaid: Only essential claims, keep tokens small\n\
                 Why: Keep tokens small",
            ),
            (
                "Make it 14 days",
                "deviation --human",
                "What: Extended refresh token expiry from 7 to 14 days\n\
                 Reason: Team feedback\nImpact: Better UX",
            ),
        ]
        .map(|(typed, command, text)| Heard { typed, command, text })
        .to_vec(),
        queue: VecDeque::new(),
        ..Developer::default()
    }
}

/// Waits for the stop with these words, and types the next thing.
#[track_caller]
fn after(screen: &Screen, said: &str, typed: &str) {
    screen.wait_for(said, SOON);
    screen.submit(typed);
}

/// Takes a choice by its number, which one key does.
#[track_caller]
fn choose(screen: &Screen, question: &str, label: &str) {
    screen.wait_for(question, SOON);
    let dialog = screen.wait_for("Enter to select", SOON);
    let choice = dialog.lines().find_map(|it| {
        let (number, text) = it.trim_start_matches(['❯', ' ']).split_once(". ")?;
        (text.trim_end() == label).then(|| number.to_owned())
    });
    screen.press(&choice.unwrap_or_else(|| panic!("no `{label}`:\n{dialog}")));
    screen.wait_for(&format!("→ {label}"), SOON);
}

#[test]
fn a_whole_session_is_typed_worked_on_and_logged() {
    if !have(&[Need::Claude, Need::Tmux]) {
        return;
    }
    let sandbox = Sandbox::new();
    let mut repo = Repo::new(&sandbox, "my-api");
    repo.git(&["config", "user.name", "Author"]);
    repo.git(&["config", "user.email", "author@example.invalid"]);
    repo.write("src/users.js", "exports.users = new Map([['ada', 'right'], ['bob', 'left']]);\n");
    repo.write("tests/users.test.js", USERS_TEST);
    repo.write("package.json", "{ \"name\": \"my-api\", \"private\": true }\n");
    repo.commit("Start");
    repo.git(&["checkout", "-q", "-b", "feature/auth"]);
    let root = plugin::set_up(&sandbox);
    let mut developer = developer(repo.path());
    let api = MessagesApi::model(move |prompt| developer.turn(prompt));
    let claude = Claude::new(&sandbox, &api)
        .folder(repo.path())
        .plugin_dir(&root)
        .arg("--allowedTools")
        .arg("Bash(node:*),Bash(git:*),Write")
        .mode("default");
    let screen = claude.interactive();
    screen.submit("/pdca-start JWT authentication with refresh tokens --estimate 2.5h");
    after(&screen, "What is it for, and for whom?", OBJECTIVE);
    choose(&screen, "Does this analysis hold?", "Confirm");
    choose(&screen, "Shall the plan be done so?", "Confirm");
    after(&screen, "I will put a mock", "/pdca No mock, use the real store: it catches more");
    choose(&screen, "Shall it go on?", "Go on");
    after(&screen, "I begin with the code of the login.", "/pdca Test first!");
    after(&screen, "Half of the steps are done.", "/compact");
    screen.wait_for("Compacted", SOON);
    screen.submit("/pdca");
    after(&screen, "I put the whole profile", "/pdca Only essential claims, keep tokens small");
    choose(&screen, "Shall it go on?", "Go on");
    after(&screen, "Refresh tokens last 7 days.", "/pdca Make it 14 days, the team asked for it");
    choose(&screen, "Shall it go on?", "Go on");
    choose(&screen, "Are the steps done?", "Confirm");
    after(&screen, "Implementation finished", "/pdca-retro Checkpoints paid off");
    choose(&screen, "Is it ready?", "Confirm");
    choose(&screen, "Which one change?", "Ask for admin capabilities");
    choose(&screen, "Shall the session be closed?", "Close it");
    screen.wait_for("Nothing is left to do.", SOON);

    let shown = screen.scrollback();
    assert!(!shown.contains("could not record"), "{shown}");
    let reminded = "A PDCA session is open in this working tree: \"JWT authentication with refresh \
                    tokens\"";
    let after_compact = api.prompts().into_iter().rev().map(|it| it.body().to_string());
    let reminded = reminded.replace('"', "\\\"");
    assert!(after_compact.take(1).all(|it| it.contains(&reminded)), "the reminder is gone");

    let logs = sandbox.home().join(".claude/pdca-sessions/my-api");
    let [log] = &fs::read_dir(&logs).unwrap().map(|it| it.unwrap().path()).collect::<Vec<_>>()[..]
    else {
        panic!("not one log")
    };
    let text = fs::read_to_string(log).unwrap();
    let lint = Deming::new(&sandbox).folder(repo.path()).args(["pdca", "lint"]).args([log]);
    lint.stdout("Nothing contradicts, checked against itself and git.\n").run();
    let golden = include_str!("../fixtures/sample-session/log.md");
    assert_eq!(normal(&text), golden, "\n{text}");
}

/// Without dates, times, durations and hashes.
fn normal(log: &str) -> String {
    let mut normal = String::new();
    let mut is_duration = false;
    for line in normalise(log).lines() {
        let is_spent = std::mem::replace(&mut is_duration, line == "### Actual Duration");
        normal += &if is_spent { under_estimate(line) } else { without_hashes(line) };
        normal.push('\n');
    }
    normal
}

/// `1 minute (2 hours 29 minutes under estimate)`
#[track_caller]
fn under_estimate(line: &str) -> String {
    assert!(line.ends_with(" under estimate)"), "{line}");
    "[DURATION] ([DURATION] under estimate)".to_owned()
}

/// `` `05a57d7` `` becomes `` `[HASH]` ``.
fn without_hashes(line: &str) -> String {
    let parts = line.split('`').map(|it| {
        let is_hash = it.len() == 7 && it.bytes().all(|it| it.is_ascii_hexdigit());
        if is_hash { "[HASH]" } else { it }
    });
    parts.collect::<Vec<_>>().join("`")
}

//! A corpus that is drawn when the tests run: notations of many languages with
//! values from a seed, so that it works without any file and commits nothing.

use crate::generate::Generator;
use crate::measure::{Document, Label, Tally};

/// Where the value goes in a template.
const PLACE: char = '§';

/// What a template holds there.
#[derive(Clone, Copy)]
enum Value {
    Password,
    Alphanumeric,
    Hex,
    Token,
    GitHub,
    KeyBlock,
}

const TEMPLATES: &[(Value, &str)] = &[
    (Value::Alphanumeric, "SECRET_KEY_BASE=§\n"),
    (Value::Alphanumeric, "export API_TOKEN=\"§\" # staging\n"),
    (Value::Alphanumeric, "$env:API_SECRET = '§'\n"),
    (Value::Alphanumeric, "[registries.own]\ntoken = \"§\"\n"),
    (Value::Alphanumeric, "spec:\n  apiKey: §\n  replicas: 2\n"),
    (Value::Alphanumeric, "{\"auth\": {\"clientSecret\": \"§\"}}\n"),
    (Value::Alphanumeric, "<add key=\"ApiKey\" value=\"§\" />\n"),
    (Value::Alphanumeric, "variable \"api_token\" {\n  default = \"§\"\n}\n"),
    (Value::Alphanumeric, "        - name: API_TOKEN\n          value: \"§\"\n"),
    (Value::Alphanumeric, "FROM alpine\nENV API_TOKEN §\n"),
    (Value::Alphanumeric, "curl -H 'X-Api-Key: §' https://api.example.com/v1\n"),
    (Value::Alphanumeric, "curl https://api.example.com/v1 \\\n  -H \"Authorization: Bearer §\"\n"),
    (Value::Alphanumeric, "GET https://api.example.com/v1?access_token=§&page=2\n"),
    (Value::Alphanumeric, "let secret = String::from(\"§\");\n"),
    (Value::Alphanumeric, "key = os.environ.get(\"API_KEY\", \"§\")\n"),
    (Value::Alphanumeric, "const client = new Client({ apiKey: '§' });\n"),
    (Value::Alphanumeric, "The shared secret of the two services is § for now.\n"),
    (Value::Alphanumeric, "| service | access token |\n| --- | --- |\n| search | `§` |\n"),
    (Value::Alphanumeric, "@@ -1,2 +1,3 @@\n PORT=80\n+API_TOKEN=§\n"),
    (Value::Hex, "TWILIO_AUTH_TOKEN=§\n"),
    (Value::Hex, "| Datadog API key | § | eu |\n"),
    (Value::Hex, "signed, err := token.SignedString([]byte(\"§\"))\n"),
    (Value::Hex, "provider \"monitor\" {\n  api_key = \"§\"\n}\n"),
    (Value::Password, "spring.datasource.password=§\n"),
    (Value::Password, "smtp:\n  user: mailer\n  password: §\n"),
    (Value::Password, "{\n  \"user\": \"ci\",\n  \"password\": \"§\"\n}\n"),
    (Value::Password, "<server>\n  <password>§</password>\n</server>\n"),
    (Value::Password, "CREATE ROLE app WITH LOGIN PASSWORD '§';\n"),
    (Value::Password, "CREATE USER app IDENTIFIED BY '§';\n"),
    (Value::Password, "Server=db;User Id=sa;Password=§;Encrypt=true\n"),
    (Value::Password, "Credentials: user `deploy`, pass `§`.\n"),
    (Value::Password, "Log in as `qa` with the password `§`.\n"),
    (Value::Password, "**Password:** §\n"),
    (Value::Password, "> Das Kennwort ist §\n"),
    (Value::Password, "machine git.example.com login ci password §\n"),
    (Value::Password, "$db_pass = '§';\n"),
    (Value::Token, "jdbc:postgresql://db:5432/app?user=app&password=§\n"),
    (Value::Token, "| db | postgres://app:§@10.0.0.4:5432/app |\n"),
    (Value::Token, "see [the job](https://ci:§@ci.example.com/job/1)\n"),
    (Value::Token, "sshpass -p § ssh deploy@web-01\n"),
    (Value::Token, "mysql -h db -u root -p§ shop < dump.sql\n"),
    (Value::Token, "curl -u ci:§ https://nexus.example.com/repo\n"),
    (Value::Token, "docker login -u ci -p § registry.example.com\n"),
    (Value::Token, "PGPASSWORD=§ psql -h db -U app\n"),
    (Value::Token, "smtp.login(\"mailer\", \"§\")\n"),
    (Value::GitHub, "- [ ] rotate ~~§~~ (revoked?)\n"),
    (Value::GitHub, "(§), and again §, both old\n"),
    (Value::GitHub, "https%3A%2F%2Fapi.example.com%2F%3Ftoken%3D§\n"),
    (Value::KeyBlock, "key: |\n  §\nother: x\n"),
    (Value::KeyBlock, "```\n§\n```\n"),
];

/// What stands around each template, so that it is found among ordinary text.
const BEFORE: &str = "# Plan: move the service\n\nTokens are rotated by hand today; the password policy stays (min 12).\n\n";
const AFTER: &str =
    "\n## Roll-back\n\nRevert the commit; sessions expire after 15 minutes, `exp` says when.\n";

fn value(kind: Value, generator: &mut Generator) -> String {
    match kind {
        Value::Password => generator.password(),
        Value::Alphanumeric => generator.alphanumeric(32),
        Value::Hex => generator.hex(32),
        Value::Token => generator.alphanumeric(14),
        Value::GitHub => generator.github_token(),
        Value::KeyBlock => generator.private_key("PRIVATE KEY", 12),
    }
}

/// The documents of one seed, with the place of each value.
pub(crate) fn documents(seed: u64) -> Vec<Document> {
    let mut generator = Generator::new(seed);
    TEMPLATES
        .iter()
        .enumerate()
        .map(|(number, &(kind, template))| {
            let value = value(kind, &mut generator);
            let mut text = BEFORE.to_owned();
            let mut labels = Vec::new();
            let mut rest = template;
            while let Some(at) = rest.find(PLACE) {
                text.push_str(&rest[..at]);
                // Within an indented block every line is indented alike.
                let indent = " ".repeat(text.len() - text.rfind('\n').unwrap_or(0) - 1);
                let written = match kind {
                    Value::KeyBlock => value.replace('\n', &format!("\n{indent}")),
                    Value::Password
                    | Value::Alphanumeric
                    | Value::Hex
                    | Value::Token
                    | Value::GitHub => value.clone(),
                };
                let start = text.len();
                text.push_str(&written);
                let is_key_block = matches!(kind, Value::KeyBlock);
                labels.push(Label { span: start..text.len(), is_key_block });
                rest = &rest[at + PLACE.len_utf8()..];
            }
            text.push_str(rest);
            text.push_str(AFTER);
            Document { name: format!("template {number} of seed {seed}"), text, labels }
        })
        .collect()
}

#[test]
fn drawn_secrets_are_found_and_nothing_else() {
    let drawn: Vec<Document> = (1..=8).flat_map(documents).collect();
    let tally = Tally::of(&drawn);
    assert!(0.99 <= tally.document_recall(), "{tally}");
    assert!(0.99 <= tally.precision(), "{tally}");
    assert!(0.99 <= tally.span_recall(), "{tally}");
    assert!(1.0 <= tally.whole_key_blocks(), "{tally}");
}

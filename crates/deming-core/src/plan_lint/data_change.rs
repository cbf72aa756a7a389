//! Rule: a plan that changes a database says how to get back.
//! A migration from one library to another is none.

use crate::finding::Level;
use crate::plan::{Block, Plan, WordList, is_listed, word_list, words};
use crate::plan_lint::finding::{LintFinding, RuleName};
use crate::plan_lint::language::Language;

/// Words that say how to get back, or that this was thought about.
static WAYS_BACK: WordList = WordList::new(|| {
    word_list(
        "rollback rollbacks backup backups restore restores restored restoring \
    revert reverts reverted reverting reversible irreversible undo downgrade snapshot snapshots \
    rückgängig sicherung zurückrollen restaurer sauvegarde annuler reversión revertir respaldo \
    reversão откат откатить откатывается резервная резервную відкат",
    )
});
const WAYS_BACK_PARTS: [&str; 14] = [
    "roll back",
    "rolled back",
    "rolling back",
    "roll-back",
    "back up",
    "backed up",
    "down migration",
    "forward-only",
    "point-in-time",
    "copia de seguridad",
    "回滚",
    "ロールバック",
    "バックアップ",
    "롤백",
];

static DATABASE: WordList = WordList::new(|| {
    word_list(
        "database databases db schema sql data table tables column columns row rows \
    index alembic flyway liquibase prisma knex sqlx diesel sequelize typeorm django rails postgres \
    postgresql mysql mariadb sqlite mongodb",
    )
});

static NEGATIONS: WordList = WordList::new(|| {
    word_list(
        "no not without never nor neither instead avoid needn't don't doesn't isn't \
    kein keine ohne aucune sans sin нет без",
    )
});

pub(super) fn check(plan: &Plan, language: Language) -> Option<LintFinding> {
    if language == Language::Unknown || names_way_back(plan) {
        return None;
    }
    let line_with = |is_change: &dyn Fn(&str, &Block) -> bool| {
        plan.blocks.iter().find_map(|block| {
            let mut lines = block.lines().into_iter();
            lines.find(|(_, text)| is_change(text, block)).map(|(line, text)| (line, quoted(&text)))
        })
    };
    if let Some((line, what)) = line_with(&|text, block| destroys(text, block)) {
        return Some(LintFinding {
            rule: RuleName::NoRollback,
            level: Level::High,
            line: Some(line),
            text: format!(
                "{what} loses data, and no way back is named; plan a backup or a roll-back"
            ),
        });
    }
    line_with(&|text, _| migrates(text)).map(|(line, what)| LintFinding {
        rule: RuleName::NoRollback,
        level: Level::Medium,
        line: Some(line),
        text: format!("{what} has no roll-back; say how to get back when it fails half-way"),
    })
}

fn quoted(line: &str) -> String {
    const SHOWN: usize = 60;
    let line = line.trim().trim_end_matches(['.', ';', ':', ',']);
    let cut: String = line.chars().take(SHOWN).collect();
    if cut.len() < line.len() { format!("`{}…`", cut.trim_end()) } else { format!("`{cut}`") }
}

/// A deletion with a condition is a feature, not a clean sweep.
fn is_limited(block: &Block) -> bool {
    words(&block.text()).iter().any(|it| it == "where")
}

fn names_way_back(plan: &Plan) -> bool {
    let lower = plan.text.to_lowercase();
    WAYS_BACK_PARTS.iter().any(|it| lower.contains(it))
        || words(&lower).iter().any(|it| WAYS_BACK.contains(it.as_str()))
        || lower.contains(".down.sql")
}

/// `DROP TABLE users`, "drop the legacy column", `op.drop_column`.
fn destroys(line: &str, block: &Block) -> bool {
    const CALLS: [&str; 5] =
        ["drop_table", "drop_column", "remove_column", "dropcolumn", "droptable"];
    let lower = line.to_lowercase();
    if CALLS.iter().any(|it| lower.contains(it)) {
        return true;
    }
    let words = words(line);
    let is_drag = words.iter().any(|it| it == "drag");
    words.iter().enumerate().any(|(at, word)| {
        let after = &words[at + 1..words.len().min(at + 9)];
        let has = |list: &str| after.iter().any(|it| is_listed(list, it));
        let is_verb = match word.as_str() {
            "drop" | "drops" | "dropping" | "dropped" => {
                has("table tables column columns database schema collection")
            }
            "truncate" | "truncates" => has("table tables"),
            "delete" => line.contains("DELETE FROM ") && !is_limited(block),
            _ => false,
        };
        is_verb && !is_drag && !is_negated(&words, at)
    })
}

fn migrates(line: &str) -> bool {
    const FOLDERS: [&str; 3] = ["migrations/", "db/migrate/", "alembic/versions/"];
    let lower = line.to_lowercase();
    if FOLDERS.iter().any(|it| lower.contains(it)) {
        return true;
    }
    let words = words(line);
    let about_database = || words.iter().any(|it| DATABASE.contains(it.as_str()));
    words.iter().enumerate().any(|(at, word)| {
        let next = words.get(at + 1).map_or("", String::as_str);
        let is_noun = match word.as_str() {
            "alter" => next == "table",
            "backfill" | "backfills" | "backfilling" => about_database(),
            "migration" | "migrations" => next != "guide" && about_database(),
            "datenbankmigration" | "schemamigration" | "миграция" | "миграции" | "миграцию" => {
                true
            }
            _ => false,
        };
        is_noun && !is_negated(&words, at)
    })
}

/// "No migration is needed", "do not drop the table", "instead of dropping it".
fn is_negated(words: &[String], at: usize) -> bool {
    let before = &words[at.saturating_sub(5)..at];
    let after = &words[at + 1..words.len().min(at + 5)];
    before.iter().any(|it| NEGATIONS.contains(it.as_str()))
        || after.iter().any(|it| is_listed("not unnecessary isn't", it))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check_lines(lines: &[&str], want: Option<Level>) {
        for line in lines {
            let plan =
                Plan::parse(&format!("# Plan: X\n\nThe change is small.\n\n{line}\n")).unwrap();
            let level = check(&plan, Language::English).map(|it| it.level);
            assert_eq!(level, want, "{line}");
        }
    }

    #[test]
    fn lost_data_needs_a_way_back() {
        check_lines(
            &[
                "- Drop the legacy `email` column",
                "```sql\nDROP TABLE sessions;\n```",
                "```sql\nDELETE FROM sessions;\n```",
                "- `op.drop_column(\"users\", \"email\")`",
                "- Truncate the audit table",
            ],
            Some(Level::High),
        );
    }

    #[test]
    fn a_schema_migration_needs_a_way_back() {
        check_lines(
            &[
                "- Add a database migration for `token_version`",
                "- `migrations/0007_add_token.py` - new column",
                "```sql\nALTER TABLE users ADD COLUMN x int;\n```",
                "- Backfill the new column",
            ],
            Some(Level::Medium),
        );
    }

    #[test]
    fn other_changes_do_not() {
        check_lines(
            &[
                "- Migrate from Jest to Vitest",
                "- Write the migration guide for the data format",
                "- No database migration is needed",
                "- A schema migration is not needed",
                "- Do not drop the table",
                "- Drag and drop table columns in the grid",
                "- Delete users through the API",
                "- Drop support for Node 16",
                "- Drop the column; a backup is taken before",
                "```sql\nDELETE FROM sessions\n WHERE old;\n```",
                "- Database migration, with a down migration",
            ],
            None,
        );
    }
}

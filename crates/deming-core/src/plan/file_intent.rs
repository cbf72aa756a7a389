//! Which words around a path say what is to be done with the file.
//! Says nothing where the words could mean its content.

use crate::plan::wording::{is_listed, words};

/// What a plan means to do with a file.
#[derive(Clone, Copy, Debug, Eq, Hash, Ord, PartialEq, PartialOrd)]
pub enum Intent {
    Create,
    Modify,
    Delete,
    /// Named, without a word on whether it is there already.
    Mention,
}

/// Reads a heading such as "Files to modify". Where files are the subject
/// already, "New" alone is enough.
pub(super) fn listed_intent(text: &str, about_files: bool) -> Option<Option<Intent>> {
    let words = words(text);
    let has = |stems: &str| words.iter().any(|word| stems.split(' ').any(|it| fits(word, it)));
    if !(has(FILE_STEMS) || about_files && words.len() <= 3) {
        return None;
    }
    let intents = [
        (Intent::Create, has(CREATE_STEMS)),
        (Intent::Modify, has(MODIFY_STEMS)),
        (Intent::Delete, has(DELETE_STEMS)),
    ];
    let mut said = intents.iter().filter(|(_, is_said)| *is_said).map(|(intent, _)| *intent);
    match (said.next(), said.next()) {
        (Some(only), None) => Some(Some(only)),
        (Some(_), Some(_)) => Some(None),
        (None, _) if has(FILE_STEMS) => Some(None),
        (None, _) => None,
    }
}

/// A stem that ends with a full stop is a whole word. Scripts without spaces
/// are searched, others compared from the word's start.
fn fits(word: &str, stem: &str) -> bool {
    if let Some(whole) = stem.strip_suffix('.') {
        return word == whole;
    }
    let has_case = stem.chars().all(char::is_lowercase);
    if has_case { word.starts_with(stem) } else { word.contains(stem) }
}

const FILE_STEMS: &str = "\
    file. files. datei. dateien. fichier. fichiers. archivo. archivos. ficheiros. arquivo. \
    arquivos. bestanden. pliki. файл. файлы. файлов. ファイル 文件 档案 檔案 파일";
const CREATE_STEMS: &str = "\
    new. creat add. added. neue. neuen. erstell anzulegen. angelegt. nouve créer. créés. ajout \
    nuevo crear. creado añad novos. novo. criar. criado nieuw toevoeg nowe. utworz новые. \
    новый. новых. созда добав 新 作成 追加 创建 添加 생성 추가";
const MODIFY_STEMS: &str = "\
    modif change. changed. changing. updat edit. edited. editing. ändern. ändernde. geändert anpass \
    angepasst actualiz alterar. alterad wijzig zmien измен 修改 変更 更新 수정 변경";
const DELETE_STEMS: &str = "\
    delet remov lösch gelöscht entfern supprim elimin borr excluir verwijder usuń удал 削除 \
    删除 移除 삭제";

/// Words between a verb and the path it is about: "add a new file `x`".
const FILLERS: &str = "a an the file files module script called named both existing also then at";
const CONJUNCTIONS: &str = "and or plus und et y e и en";
const NEGATIONS: &str = "not don't never without no avoid instead nothing cannot won't doesn't нет";

/// "Add `x`" is about the file, "add `x` to the exports" is not.
pub(super) fn intent_before(before: &str, after: &str) -> Option<Intent> {
    let next = words(after).into_iter().next().unwrap_or_default();
    if is_listed("to into from in", &next) && after.starts_with(' ') {
        return None;
    }
    let sentence = before.rsplit(['.', ';', ':']).next().unwrap_or(before);
    let words = words(sentence);
    let verb = words.iter().rev().find(|it| !is_listed(FILLERS, it))?;
    let intent = match verb.as_str() {
        "create" | "creates" | "add" | "adds" | "new" => Intent::Create,
        "modify" | "modifies" | "update" | "updates" | "edit" | "change" | "extend"
        | "refactor" => Intent::Modify,
        "delete" | "deletes" | "remove" | "removes" => Intent::Delete,
        _ => return None,
    };
    let is_negated = words.iter().any(|it| is_listed(NEGATIONS, it));
    Some(if is_negated { Intent::Mention } else { intent })
}

pub(super) fn intent_after(after: &str) -> Option<Intent> {
    let after = after.trim_start();
    if let Some(inner) = after.strip_prefix(['(', '[', '（']) {
        let inner = inner.split([')', ']', '）']).next().unwrap_or(inner);
        return parenthesised_intent(inner);
    }
    let said = after.trim_start_matches(['-', '–', '—', ':', '→', ' ']);
    if said.len() == after.len() || said.is_empty() {
        return None;
    }
    if let Some(intent) = intent_at_end(said) {
        return Some(intent);
    }
    let words = words(said);
    let first: Vec<&str> = words.iter().take(2).map(String::as_str).collect();
    match first.as_slice() {
        ["new", "file" | "module" | "script" | "package" | "crate" | "migration"] => {
            Some(Intent::Create)
        }
        ["create" | "add" | "new", "file" | "it" | "this"] => Some(Intent::Create),
        ["delete" | "remove", "file" | "it" | "this" | "entirely"] => Some(Intent::Delete),
        ["unchanged", ..] => Some(Intent::Mention),
        _ => exact_intent(said),
    }
}

/// The parenthesis that a line ends with: `Add the user model (new)`.
fn intent_at_end(said: &str) -> Option<Intent> {
    let said = said.trim_end().trim_end_matches('.').strip_suffix([')', ']', '）'])?;
    let start = said.rfind(['(', '[', '（'])?;
    let inner = &said[start..];
    parenthesised_intent(&inner[inner.chars().next()?.len_utf8()..])
}

fn parenthesised_intent(inner: &str) -> Option<Intent> {
    let words = words(inner);
    match words.first()?.as_str() {
        "new" | "create" | "created" | "creates" | "add" | "added" | "neu" | "nouveau"
        | "nuevo" | "новый" | "新規" | "新增" | "新建" => Some(Intent::Create),
        "modify" | "modified" | "update" | "updated" | "edit" | "edited" | "change" | "changed"
        | "existing" | "extend" => Some(Intent::Modify),
        "delete" | "deleted" | "remove" | "removed" => Some(Intent::Delete),
        "unchanged" | "reference" | "no" | "read" => Some(Intent::Mention),
        "to" if words.len() < 4 => match words.last()?.as_str() {
            "created" | "added" => Some(Intent::Create),
            "deleted" | "removed" => Some(Intent::Delete),
            _ => None,
        },
        _ => None,
    }
}

/// Whether nothing but "and" stands before a path, as in an enumeration.
pub(super) fn is_enumerated(before: &str) -> bool {
    let has_arrow = before.contains(['→', '⇒', '>']);
    !has_arrow && words(before).iter().all(|it| is_listed(CONJUNCTIONS, it))
}

/// A cell or remark that is nothing but the word.
pub(super) fn exact_intent(text: &str) -> Option<Intent> {
    let words = words(text);
    let only: Vec<&str> = words.iter().map(String::as_str).collect();
    match only.as_slice() {
        ["new" | "create" | "created" | "add" | "added"] | ["new", "file"] => Some(Intent::Create),
        [
            "modify" | "modified" | "update" | "updated" | "edit" | "edited" | "change" | "changed",
        ] => Some(Intent::Modify),
        ["delete" | "deleted" | "remove" | "removed"] => Some(Intent::Delete),
        _ => None,
    }
}

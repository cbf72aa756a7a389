//! What the author and the new plan say about text that went.
//! Only a sentence that names the section and says that it went counts.

use std::collections::HashSet;

use crate::plan::outline::Plan;
use crate::plan::revision::AnswerText;
use crate::plan::wording::{WordList, bare_heading, is_listed, word_list, words, words_joined};

/// What the answers and the new plan say about what went.
pub(super) struct Said {
    /// Sentences that speak of leaving something out, as joined words.
    sentences: Vec<String>,
    /// The whole plan was written anew.
    pub(super) rewritten: bool,
}

static LEAVING: WordList = WordList::new(|| {
    word_list(
        "\
    removed remove removes removing dropped drop drops dropping deleted delete deletes merged \
    merge merges moved move moves folded fold renamed rename replaced replace replaces cut cuts \
    split shortened shorten condensed condense trimmed trim simplified simplify superseded \
    obsolete absorbed combined consolidated retired unnecessary gone \
    entfernt gestrichen gelöscht zusammengeführt verschoben ersetzt gekürzt umbenannt supprimé \
    supprimée retiré fusionné remplacé déplacé eliminado eliminada quitado fusionado reemplazado \
    movido removido removida удалён удален удалена удалено убран убрана объединён заменён \
    перенесён сокращён",
    )
});
const LEAVING_PARTS: &str =
    "削除 統合 移動 置き換 短縮 删除 移除 合并 替换 移到 精简 삭제 통합 이동";

impl Said {
    pub(super) fn of(old: &Plan, new: &Plan, answers: &[AnswerText<'_>]) -> Self {
        let known: HashSet<&str> = old.text.lines().map(str::trim).collect();
        let added = new.text.lines().filter(|it| !known.contains(it.trim()));
        let answered = answers.iter().flat_map(|it| it.text.lines());
        let sentences: Vec<String> = answered
            .chain(added)
            .flat_map(|it| it.split(['.', ';', '!', '?', '。']))
            .filter(|it| speaks_of_leaving(it))
            .map(words_joined)
            .collect();
        let rewritten = answers.iter().any(|it| {
            let words = words(it.text);
            let has = |list: &str| words.iter().any(|word| is_listed(list, word));
            has("rewrote rewritten restructured reorganized reorganised redesigned") && has("plan")
        });
        Self { sentences, rewritten }
    }

    pub(super) fn speaks_of(&self, heading: &str) -> bool {
        let heading = bare_heading(heading);
        !heading.is_empty() && self.sentences.iter().any(|it| holds_words(it, &heading))
    }
}

fn speaks_of_leaving(sentence: &str) -> bool {
    words(sentence).iter().any(|it| LEAVING.contains(it.as_str()))
        || LEAVING_PARTS.split(' ').any(|it| sentence.contains(it))
        || words_joined(sentence).contains("no longer")
        || words_joined(sentence).contains("out of scope")
}

/// Whether the words of a heading stand together in a sentence. Scripts
/// without spaces have no word borders to look for.
fn holds_words(sentence: &str, heading: &str) -> bool {
    if !heading.is_ascii() {
        return sentence.contains(heading);
    }
    format!(" {sentence} ").contains(&format!(" {heading} "))
}

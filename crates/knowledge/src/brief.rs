//! A brief answer: what a model puts around it, taken off.

use regex::Regex;

use crate::question::ASKING_ZH;

/// The answer alone: without a label, quotes, the full stop, and the question's own words that lead up to it.
pub(crate) fn bare_answer(question: &str, text: &str) -> String {
    let mut text = text.trim();
    for label in [
        "答案是：",
        "答案：",
        "答：",
        "答案是",
        "Answer:",
        "The answer is",
    ] {
        text = text.strip_prefix(label).unwrap_or(text).trim_start();
    }
    let text = without_restatement(question, text.trim_end_matches(['。', '.', '\n', ' ']));
    let quotes = |c: char| matches!(c, '"' | '“' | '”' | '「' | '」');
    let unquoted = text.trim_matches(quotes);
    if unquoted.chars().any(quotes) {
        text.to_string()
    } else {
        unquoted.to_string()
    }
}

/// Cuts what answer and question have in common before and behind the asking word: of `甲和谁结为兄弟？` answered by
/// `甲和乙结为兄弟` this leaves `乙`. An answer that goes another way than its question stays whole.
fn without_restatement<'a>(question: &str, answer: &'a str) -> &'a str {
    static ASKED: std::sync::LazyLock<Option<Regex>> = std::sync::LazyLock::new(|| {
        Regex::new(&format!("^(是|有|为|在|于|由|叫|指|被)?(?:{ASKING_ZH})")).ok()
    });
    let question = question.trim_end_matches(['？', '?', '。', ' ']);
    let before = common_bytes(question.chars(), answer.chars());
    let Some(asked) = ASKED
        .as_ref()
        .and_then(|asked| asked.captures(&question[before..]))
    else {
        return answer;
    };
    // One character in common is an accident: `他` of `他是谁` and `他的老师`.
    if question[..before].chars().count() < 2 {
        return answer;
    }
    let rest = &answer[before..];
    // `名称是什么` answered by `名称登记处`: the words go on as part of a longer one.
    let joint = [',', '，', ':', '：', '是', '为'];
    if asked
        .get(1)
        .is_some_and(|link| !rest.starts_with(link.as_str()))
        && !rest.starts_with(joint)
    {
        return answer;
    }
    let behind = &question[before + asked[0].len()..];
    let rest = match behind.is_empty() {
        true => rest,
        false => rest.strip_suffix(behind).unwrap_or(rest),
    };
    let rest = rest.trim_start_matches(['，', ',', '：', ':', ' ']);
    let rest = rest.trim_start_matches(['是', '为']);
    if rest.is_empty() { answer } else { rest }
}

/// Bytes of what both begin with.
fn common_bytes(one: impl Iterator<Item = char>, other: impl Iterator<Item = char>) -> usize {
    one.zip(other)
        .take_while(|(a, b)| a == b)
        .map(|(a, _)| a.len_utf8())
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_questions_own_words_are_taken_off_a_brief_answer() {
        for (question, answer, bare) in [
            (
                "羊角哀在路上和谁结为兄弟？",
                "羊角哀在路上和左伯桃结为兄弟。",
                "左伯桃",
            ),
            (
                "该县东南部与哪个郡相连？",
                "该县东南部与沃里克郡相邻",
                "沃里克郡相邻",
            ),
            ("红钻鱼又叫什么？", "红钻鱼又叫“大口滨鲷”。", "大口滨鲷"),
            ("球衣有什么寓意？", "球衣是退役的号码", "退役的号码"),
            ("医院起源于哪里？", "医院起源于", "医院起源于"),
            ("他是谁？", "他的老师", "他的老师"),
            ("公司名称是什么？", "公司名称登记处", "公司名称登记处"),
            ("何时提交？", "十五个工作日内", "十五个工作日内"),
            ("Who wrote it?", "The answer is \"Ann Lee\".", "Ann Lee"),
        ] {
            assert_eq!(bare_answer(question, answer), bare, "{question}");
        }
    }
}

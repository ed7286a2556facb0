//! What is asked for: the type of the cells, the choices, the header, read from the words by code.

use std::sync::LazyLock;

use deskmate_core::{ErrorCode, WireError};
use regex::Regex;
use serde::{Deserialize, Serialize};

use super::FillKind;
use crate::formula::Language;

/// Choices that a column may have.
const MOST_CHOICES: usize = 40;
/// Characters of a choice.
const LONGEST_CHOICE: usize = 40;
/// Characters of a header.
const LONGEST_HEADER: usize = 16;

/// What the user says beside the ask.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FillWish {
    /// The type by its name, see [`FillKind::name`]; without one it is read from the ask.
    pub kind: Option<String>,
    /// The choices; with some the type is `choice`.
    pub choices: Vec<String>,
    /// Header of the column.
    pub header: Option<String>,
}

/// A column to be filled.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct FillTask {
    /// What is asked, in the user's words.
    pub ask: String,
    /// What each cell is.
    pub kind: FillKind,
    /// Header of the column.
    pub header: String,
    /// The value is taken out of the row as it stands there, so one that does not stand there is refused.
    pub is_extraction: bool,
    /// Language of the instructions, and of yes and no.
    pub language: Language,
}

impl FillTask {
    /// Understands an ask such as `按投诉内容分类：质量、物流、服务、其他`.
    ///
    /// # Errors
    /// `InvalidInput` for an empty ask, a type that is none, a choice without choices, choices that are too many, too
    /// long or the same.
    pub fn of(ask: &str, wish: &FillWish) -> Result<Self, WireError> {
        let ask = ask.trim();
        if ask.is_empty() {
            return Err(invalid("it is not said what to fill in"));
        }
        let language = Language::of(ask);
        let choices = match wish.choices.is_empty() {
            true => choices_in(ask),
            false => wish.choices.clone(),
        };
        let kind = match wish.kind.as_deref() {
            None if choices.len() >= 2 || !wish.choices.is_empty() => FillKind::Choice(choices),
            None => kind_in(ask),
            Some("choice") => FillKind::Choice(choices),
            Some("number") => FillKind::Number,
            Some("date") => FillKind::Date,
            Some("yes_no") => FillKind::YesNo,
            Some("text") => FillKind::Text,
            Some(other) => {
                return Err(invalid(&format!("`{other}` is no type of a column"))
                    .with_hint("types are choice, number, date, yes_no, text"));
            }
        };
        if let FillKind::Choice(choices) = &kind {
            check_choices(choices)?;
        }
        let given = wish.header.as_deref().map(one_line);
        let header = match given.filter(|header| !header.is_empty()) {
            Some(header) => header,
            None => header_of(ask, &kind, language),
        };
        Ok(Self {
            is_extraction: EXTRACTION.is_match(ask)
                && matches!(kind, FillKind::Number | FillKind::Date | FillKind::Text),
            ask: ask.to_owned(),
            kind,
            header,
            language,
        })
    }
}

fn check_choices(choices: &[String]) -> Result<(), WireError> {
    if choices.len() < 2 || choices.len() > MOST_CHOICES {
        return Err(invalid(&format!(
            "a choice is one of 2 to {MOST_CHOICES}, and there are {}",
            choices.len()
        ))
        .with_hint("name them: 质量、物流、服务、其他"));
    }
    for (index, choice) in choices.iter().enumerate() {
        let length = choice.chars().count();
        if !(1..=LONGEST_CHOICE).contains(&length) || choice.contains(['\n', '\r']) {
            return Err(invalid(&format!("`{choice}` is no choice")));
        }
        if choices[..index].contains(choice) {
            return Err(invalid(&format!("`{choice}` is named twice")));
        }
    }
    Ok(())
}

static CLASSIFY: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)分类|归类|分为|分成|归为|归入|标注|打标签|判断|选择|属于|classif|categor|label|sort|one of|tag |choose",
    )
});
static EXTRACTION: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)提取|抽取|摘出|找出|取出|extract|pull out|take out|find the"));
static WHETHER: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)是否|有没有|是不是|^whether|yes or no|\bis it\b|\bdoes it\b"));
static DATE: LazyLock<Regex> =
    LazyLock::new(|| pattern(r"(?i)日期|哪一天|哪天|时间[是为]|\bdates?\b|\bday\b|deadline"));
static NUMBER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)多少|金额|数量|价格|单价|总价|人数|件数|天数|面积|重量|打分|评分|得分|\bamounts?\b|\bprice\b|\bnumber of\b|how many|how much|\bscore\b|\bquantity\b",
    )
});
static LIST_AFTER: LazyLock<Regex> = LazyLock::new(|| {
    pattern(
        r"(?i)(?:[：:]|分为|分成|归为|归入|\binto\b|\bone of\b|\bas\b)\s*([^：:。；;！!？?]+)[。；;！!？?]?\s*$",
    )
});

fn pattern(text: &str) -> Regex {
    Regex::new(text).expect("the tests use every pattern")
}

/// The choices that a classification names at its end.
fn choices_in(ask: &str) -> Vec<String> {
    if !CLASSIFY.is_match(ask) {
        return Vec::new();
    }
    let Some(found) = LIST_AFTER.captures(ask) else {
        return Vec::new();
    };
    let list = found[1]
        .replace(" or ", ",")
        .replace(" and ", ",")
        .replace('或', "、");
    let choices: Vec<String> = list
        .split(['、', '，', ',', '/', '／', '|', ';', '；'])
        .map(|one| without_count(one.trim()).to_owned())
        .filter(|one| !one.is_empty())
        .collect();
    let all_short = choices
        .iter()
        .all(|one| one.chars().count() <= LONGEST_CHOICE);
    match all_short && choices.len() >= 2 {
        true => choices,
        false => Vec::new(),
    }
}

/// Of `其他四类` the `其他`.
fn without_count(choice: &str) -> &str {
    let end = choice
        .trim_end_matches(['类', '种', '个', '档', '等'])
        .trim_end_matches(|c: char| c.is_ascii_digit() || "两二三四五六七八九十几".contains(c));
    match choice.ends_with(['类', '种', '个', '档'])
        && !end.is_empty()
        && end.len() + 6 <= choice.len()
    {
        true => end,
        false => choice,
    }
}

fn kind_in(ask: &str) -> FillKind {
    if WHETHER.is_match(ask) {
        return FillKind::YesNo;
    }
    // `写一段评语，说明金额` asks for a text: only what is taken or scored is a number or a day.
    let takes =
        EXTRACTION.is_match(ask) || ask.contains("分") || ask.to_lowercase().contains("score");
    match (takes, DATE.is_match(ask), NUMBER.is_match(ask)) {
        (true, true, _) => FillKind::Date,
        (true, false, true) => FillKind::Number,
        (true, false, false) | (false, _, _) => FillKind::Text,
    }
}

fn header_of(ask: &str, kind: &FillKind, language: Language) -> String {
    const NAMES: [(&str, &str, &str); 8] = [
        ("分类|归类|分为|分成|classif|categor", "分类", "Category"),
        ("翻译|译成|译为|translat", "译文", "Translation"),
        ("评语|comment", "评语", "Comment"),
        ("概括|摘要|总结|summar", "摘要", "Summary"),
        ("打分|评分|score", "评分", "Score"),
        ("情感|情绪|sentiment", "情感", "Sentiment"),
        ("回复|答复|reply", "回复", "Reply"),
        ("标注|标签|label|tag", "标签", "Label"),
    ];
    let lower = ask.to_lowercase();
    if let Some(taken) = EXTRACTION.find(ask) {
        let rest: String = ask[taken.end()..]
            .trim_start_matches([' ', '出', '：', ':'])
            .trim_start_matches("the ")
            .chars()
            .take_while(|c| !"，。,.；;：:（(".contains(*c))
            .collect();
        // `提取备注里的开工日期`: what stands after the last 的 names it.
        let name = rest.rsplit('的').next().unwrap_or(&rest).trim();
        if (1..=LONGEST_HEADER).contains(&name.chars().count()) {
            return one_line(name);
        }
    }
    if *kind == FillKind::YesNo
        && let Some(at) = ask.find("是否")
    {
        let name: String = ask[at..]
            .chars()
            .take_while(|c| !"，。,.；;：:？?".contains(*c))
            .take(LONGEST_HEADER)
            .collect();
        return one_line(&name);
    }
    for (words, chinese, english) in NAMES {
        if words.split('|').any(|word| lower.contains(word)) {
            return language.pick(chinese, english).to_owned();
        }
    }
    language.pick("结果", "Result").to_owned()
}

/// A header is one line.
fn one_line(header: &str) -> String {
    header.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn invalid(message: &str) -> WireError {
    WireError::new(ErrorCode::InvalidInput, message)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    fn task(ask: &str) -> FillTask {
        FillTask::of(ask, &FillWish::default()).unwrap()
    }

    fn choice(of: &[&str]) -> FillKind {
        FillKind::Choice(of.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn a_classification_names_its_choices() {
        for (ask, choices) in [
            (
                "按投诉内容分类：质量、物流、服务、其他",
                &["质量", "物流", "服务", "其他"][..],
            ),
            (
                "把投诉内容分为质量、物流、服务、其他四类",
                &["质量", "物流", "服务", "其他"],
            ),
            (
                "Classify by complaint: quality, delivery, service or other",
                &["quality", "delivery", "service", "other"],
            ),
            ("判断情感：正面/负面/中性。", &["正面", "负面", "中性"]),
            ("sort into urgent and normal", &["urgent", "normal"]),
        ] {
            assert_eq!(task(ask).kind, choice(choices), "{ask}");
        }
    }

    #[test]
    fn other_asks_have_the_type_of_what_they_ask_for() {
        for (ask, kind, header) in [
            ("提取备注里的开工日期", FillKind::Date, "开工日期"),
            ("从说明中提取合同金额", FillKind::Number, "合同金额"),
            ("extract the customer name", FillKind::Text, "customer name"),
            ("是否要求退款", FillKind::YesNo, "是否要求退款"),
            ("把备注翻译成英文", FillKind::Text, "译文"),
            ("根据各科成绩写一句评语", FillKind::Text, "评语"),
            ("给满意度打分，1 到 5 分", FillKind::Number, "评分"),
            (
                "Translate the notes into Chinese",
                FillKind::Text,
                "Translation",
            ),
        ] {
            let task = task(ask);
            assert_eq!((task.kind, task.header.as_str()), (kind, header), "{ask}");
        }
    }

    #[test]
    fn what_the_user_says_goes_before_what_is_read() {
        let wish = FillWish {
            kind: None,
            choices: vec!["甲".into(), "乙".into()],
            header: Some("  档\n次 ".into()),
        };
        let task = FillTask::of("分类：质量、物流", &wish).unwrap();
        assert_eq!(task.kind, choice(&["甲", "乙"]));
        assert_eq!(task.header, "档 次");
        let wish = FillWish {
            kind: Some("text".into()),
            ..FillWish::default()
        };
        assert_eq!(
            FillTask::of("分类：质量、物流", &wish).unwrap().kind,
            FillKind::Text
        );
    }

    #[test]
    fn a_choice_without_choices_and_an_unknown_type_are_refused() {
        let of = |kind: &str, choices: &[&str]| {
            let wish = FillWish {
                kind: Some(kind.into()),
                choices: choices.iter().map(ToString::to_string).collect(),
                header: None,
            };
            FillTask::of("分类", &wish).unwrap_err().code
        };
        for (kind, choices) in [
            ("choice", &[][..]),
            ("choice", &["一"]),
            ("choice", &["一", "一"]),
            ("colour", &[]),
        ] {
            assert_eq!(of(kind, choices), ErrorCode::InvalidInput, "{kind}");
        }
    }
}

//! Words: tokens, words of office language that mean the same, duties, values, bodies.

use std::hash::{DefaultHasher, Hash, Hasher};
use std::sync::LazyLock;

use deskmate_knowledge::{fold, is_han};
use regex::Regex;

/// Text for equality: folded, without spaces and punctuation.
pub(super) fn plain(text: &str) -> String {
    fold(text)
        .chars()
        .filter(|c| {
            c.is_alphanumeric() || matches!(c, '%' | '‰' | '$' | '¥' | '+' | '<' | '>' | '≤' | '≥')
        })
        .collect()
}

/// Characters of Chinese, words and numbers of other scripts; punctuation left out.
pub(super) fn tokens(text: &str) -> Vec<String> {
    let mut out = Vec::new();
    let mut word = String::new();
    let folded = fold(text);
    let mut characters = folded.chars().peekable();
    while let Some(c) = characters.next() {
        let in_number = matches!(c, '.' | ',')
            && word.ends_with(|c: char| c.is_ascii_digit())
            && characters.peek().is_some_and(char::is_ascii_digit);
        if is_han(c) {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
            out.push(c.to_string());
        } else if c.is_alphanumeric() || in_number || matches!(c, '%' | '\'') {
            if c != ',' {
                word.push(c);
            }
        } else {
            out.extend((!word.is_empty()).then(|| std::mem::take(&mut word)));
        }
    }
    out.extend((!word.is_empty()).then_some(word));
    out
}

/// A small number for a token.
pub(super) fn hash(token: &str) -> u32 {
    let mut hasher = DefaultHasher::new();
    token.hash(&mut hasher);
    (hasher.finish() & 0xFFFF_FFFF) as u32
}

/// Words of office language that mean the same; each row's first stands for all. Longer ones come before those they hold.
const SAME: &[&[&str]] = &[
    &[
        "开展",
        "组织实施",
        "组织开展",
        "进行",
        "实施",
        "组织",
        "举行",
        "举办",
        "做出",
        "作出",
        "予以",
    ],
    &[
        "报",
        "书面报告",
        "报告",
        "上报",
        "报送",
        "呈报",
        "汇报",
        "提交",
        "报请",
    ],
    &["按", "按照", "依照", "依据", "根据", "遵照"],
    &["和", "以及", "及其", "与", "及", "并且", "同时", "并"],
    &["立即", "即刻", "马上"],
    &["完善", "健全", "改进"],
    &["建立", "设立", "成立", "组建", "设置"],
    &["规定", "要求"],
    &["制定", "制订", "拟订", "拟定", "编制"],
    &["负责", "承担", "主管"],
    &["使用", "采用", "运用", "利用"],
    &["人员", "员工", "职工", "工作人员"],
    &["批准", "审批", "审核批准", "核准", "同意"],
    &["其他", "其它"],
    &["需要", "需", "确需"],
    &["如果", "如", "若"],
    &["应", "应当", "应该", "须", "必须", "务必"],
    &["可", "可以", "能够", "能"],
    &["不得", "禁止", "严禁", "不准", "不能"],
    &["生效", "施行", "执行", "实行"],
    &["检查", "核查", "查验"],
    &["发现", "发觉"],
    &["加强", "强化", "加大"],
    &["确保", "保证", "保障"],
    &["情形", "情况"],
    &["部门", "单位"],
    &["本", "该"],
    &["每年", "每年度", "年度"],
    &["相关", "有关"],
    &["之日", "当日"],
    &["方式", "方法", "形式"],
    &["妥善", "妥当"],
    &["保存", "保管", "留存", "存留"],
    &["查阅", "查看", "查询"],
    &["公布", "公示", "发布"],
];

/// Characters that carry no meaning of their own in a sentence of office language.
const EMPTY: &str = "的地得了着于对向在将把为由从就则而且之以所其者被给予做作出一次性工作相关有";

/// English words that carry none.
const EMPTY_ENGLISH: &[&str] = &[
    "the", "a", "an", "of", "to", "in", "on", "for", "by", "with", "that", "which", "this",
    "these", "those", "is", "are", "be", "been", "its", "their", "it", "and", "as", "at", "from",
];

/// English words that mean the same; each row's first stands for all.
const SAME_ENGLISH: &[&[&str]] = &[
    &["shall", "must", "will"],
    &["use", "utilise", "utilize", "employ"],
    &["begin", "commence", "start"],
    &["end", "terminate", "finish"],
    &["perform", "conduct", "carry", "undertake"],
    &["give", "provide", "furnish", "supply"],
    &["staff", "employees", "personnel", "employee"],
    &["immediately", "promptly", "forthwith"],
    &["before", "prior"],
    &["request", "ask"],
    &["help", "assist"],
];

/// Words whose coming or going changes the meaning.
const TELLING: &[&str] = &[
    "不",
    "未",
    "无",
    "非",
    "除",
    "仅",
    "只",
    "全部",
    "所有",
    "任何",
    "部分",
    "至少",
    "至多",
    "最高",
    "最低",
    "不超过",
    "不少于",
    "以上",
    "以下",
    "以内",
    "以外",
    "原则上",
    "一律",
    "免",
    "暂",
    "重大",
    "严重",
    "特别",
    "或者",
    "或",
];

/// Telling words of English.
const TELLING_ENGLISH: &[&str] = &[
    "not", "no", "never", "unless", "except", "only", "all", "any", "some", "least", "most",
    "without", "may", "should", "shall", "must", "or", "each", "every",
];

/// What is left of a text when words that mean the same are the same and empty ones are gone, as sorted tokens.
pub(super) fn meaning(text: &str) -> Vec<String> {
    let mut folded = fold(text);
    let mut rows: Vec<(&str, &str)> = SAME
        .iter()
        .flat_map(|row| row.iter().map(move |word| (*word, row[0])))
        .collect();
    rows.sort_by_key(|(word, _)| std::cmp::Reverse(word.chars().count()));
    // Each group is replaced by a private sign, so that no later word finds itself inside an earlier one.
    for (word, first) in rows {
        if folded.contains(word) {
            let place = SAME.iter().position(|row| row[0] == first).unwrap_or(0);
            let sign = char::from_u32(0xE000 + place as u32).unwrap_or('\u{E000}');
            folded = folded.replace(word, &sign.to_string());
        }
    }
    let mut out: Vec<String> = Vec::new();
    let mut latin = String::new();
    for c in folded.chars() {
        if c.is_ascii_alphanumeric() || c == '.' || c == '%' {
            latin.push(c);
            continue;
        }
        out.extend(english(&std::mem::take(&mut latin)));
        if is_han(c) && !EMPTY.contains(c) || ('\u{E000}'..='\u{E0FF}').contains(&c) {
            out.push(c.to_string());
        }
    }
    out.extend(english(&latin));
    // 和 stands between any two things: whether it is written or a comma says nothing. A rule binds with or without
    // 应当, and 进行 or 开展 only carries the noun behind it.
    for silent in ["和", "应", "开展"] {
        let sign = SAME
            .iter()
            .position(|row| row[0] == silent)
            .and_then(|place| char::from_u32(0xE000 + place as u32))
            .map(String::from);
        out.retain(|token| Some(token) != sign.as_ref());
    }
    out.sort_unstable();
    out
}

fn english(word: &str) -> Option<String> {
    let word = word.trim_matches('.');
    if word.is_empty() || EMPTY_ENGLISH.contains(&word) {
        return None;
    }
    let first = SAME_ENGLISH
        .iter()
        .find(|row| row.contains(&word))
        .map(|row| row[0]);
    Some(first.unwrap_or(word).to_owned())
}

/// True when two texts differ in nothing but words of equal meaning and empty ones.
pub(crate) fn is_same_meaning(a: &str, b: &str) -> bool {
    meaning(a) == meaning(b) && telling(a) == telling(b)
}

/// How often each telling word stands in a text.
pub(super) fn telling(text: &str) -> Vec<usize> {
    let folded = fold(text);
    let english: Vec<String> = tokens(&folded);
    // 不得 and 不少于 are counted with their own rules; 无 inside 无论 tells nothing.
    let mut masked = folded;
    for word in SAME
        .iter()
        .filter(|row| row[0] == "不得")
        .copied()
        .flatten()
    {
        masked = masked.replace(word, "\u{1}");
    }
    let prohibitions = masked.matches('\u{1}').count();
    let masked = masked
        .replace("无论", "")
        .replace("除了", "除")
        .replace("不断", "")
        .replace("非常", "");
    std::iter::once(prohibitions)
        .chain(TELLING.iter().map(|word| masked.matches(word).count()))
        .chain(
            TELLING_ENGLISH
                .iter()
                .map(|word| english.iter().filter(|token| token == word).count()),
        )
        .collect()
}

/// Strength of a duty.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Duty {
    /// It may be done.
    May,
    /// It is advised.
    Should,
    /// It has to be done.
    Must,
    /// It has to be left undone.
    MustNot,
}

const DUTIES: &[(&str, Duty)] = &[
    ("不得", Duty::MustNot),
    ("禁止", Duty::MustNot),
    ("严禁", Duty::MustNot),
    ("不准", Duty::MustNot),
    ("不应", Duty::MustNot),
    ("不可", Duty::MustNot),
    ("必须", Duty::Must),
    ("应当", Duty::Must),
    ("应该", Duty::Must),
    ("务必", Duty::Must),
    ("有义务", Duty::Must),
    ("可以", Duty::May),
    ("可自行", Duty::May),
    ("有权", Duty::May),
    ("建议", Duty::Should),
    ("鼓励", Duty::Should),
    ("提倡", Duty::Should),
    ("宜", Duty::Should),
    ("应", Duty::Must),
    ("须", Duty::Must),
    ("可", Duty::May),
];

/// Words in which the signs of `DUTIES` mean something else.
const NO_DUTIES: &[&str] = &[
    "应急",
    "响应",
    "相应",
    "适应",
    "供应",
    "对应",
    "反应",
    "应用",
    "应对",
    "应收",
    "应付",
    "应税",
    "许可",
    "认可",
    "可靠",
    "可能",
    "可行",
    "可控",
    "可疑",
    "便宜",
    "事宜",
    "适宜",
    "合理化建议",
    "建议书",
    "无须",
    "不可抗",
    "可追溯",
    "可用",
    "可见",
    "可信",
];

static DUTIES_ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"(?i)\b(shall not|must not|may not|should not|cannot|is prohibited|are prohibited|shall|must|is required to|are required to|should|is recommended|are encouraged to|is encouraged to|may|can)\b")
        .expect("the tests use every pattern")
});

/// The duties of a text in order, each with the word.
pub(super) fn duties(text: &str) -> Vec<(Duty, String)> {
    let mut out: Vec<(usize, Duty, String)> = Vec::new();
    let mut masked = text.to_owned();
    for word in NO_DUTIES {
        masked = masked.replace(word, &"\u{1}".repeat(word.len()));
    }
    for (word, duty) in DUTIES {
        while let Some(at) = masked.find(word) {
            out.push((at, *duty, (*word).to_owned()));
            masked.replace_range(at..at + word.len(), &"\u{1}".repeat(word.len()));
        }
    }
    for found in DUTIES_ENGLISH.find_iter(text) {
        let word = found.as_str().to_lowercase();
        let duty = match word.as_str() {
            "shall not" | "must not" | "may not" | "cannot" | "is prohibited"
            | "are prohibited" => Duty::MustNot,
            "shall" | "must" | "is required to" | "are required to" => Duty::Must,
            "may" | "can" => Duty::May,
            _ => Duty::Should,
        };
        out.push((found.start(), duty, word));
    }
    out.sort_by_key(|(at, _, _)| *at);
    out.into_iter()
        .map(|(_, duty, word)| (duty, word))
        .collect()
}

static BODY: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"[\p{Han}]{0,12}?(?:领导小组|工作组|委员会|办公室|办公会|总裁办|董事会|监事会|党委|党组|信息中心|管理中心|分公司|子公司|人民政府|财政厅|财政局|[\p{Han}]{1,6}(?:委员会|部|局|厅|司|处|科|院|署|中心|委)|总裁|副总裁|总经理|副总经理|董事长|主任|局长|部长|处长|首席[\p{Han}]{2,6}官|负责人|分管领导|主要负责同志|审计组|专员|第三方机构|法人)")
        .expect("the tests use every pattern")
});
static BODY_ENGLISH: LazyLock<Regex> = LazyLock::new(|| {
    Regex::new(r"\b(?:[A-Z][A-Za-z&-]+ (?:of |and )?){0,4}(?:Committee|Department|Office|Board|Council|Authority|Agency|Ministry|Bureau|Commission|Team|Officer|Manager|Director|Division|Group)\b")
        .expect("the tests use every pattern")
});

/// Bodies and offices that stand in a text.
pub(super) fn bodies(text: &str) -> Vec<String> {
    let no_bodies = [
        "全部", "内部", "外部", "部分", "总部", "处理", "处罚", "处以", "并处", "之处", "到处",
        "各部", "学科", "本部",
    ];
    // Words that come before a body in the sentence and are no part of its name.
    let before = [
        "应当", "由", "向", "经", "报", "和", "与", "及", "对", "的", "在", "将", "至", "给", "各",
        "本", "该", "为", "任", "须", "送", "以及", "或者", "是", "等", "设", "其", "从", "会同",
        "可以", "必须", "不得", "并", "公司", "通知", "告知",
    ];
    let mut out: Vec<String> = BODY
        .find_iter(text)
        // 采购部门 is any department that buys, not the 采购部.
        .filter(|found| !text[found.end()..].starts_with('门'))
        .map(|found| {
            let mut name = found.as_str();
            // The name begins behind the last of these words that leaves two characters.
            for word in before {
                if let Some(at) = name.rfind(word) {
                    let rest = &name[at + word.len()..];
                    if rest.chars().count() >= 2 {
                        name = rest;
                    }
                }
            }
            name.to_owned()
        })
        .filter(|name| name.chars().count() >= 2 && !no_bodies.iter().any(|no| name.ends_with(no)))
        .collect();
    out.extend(
        BODY_ENGLISH
            .find_iter(text)
            .map(|found| found.as_str().to_owned()),
    );
    out
}

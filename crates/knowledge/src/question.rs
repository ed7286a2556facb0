//! What a question asks for: its telling terms, its language, and the places it names.

use std::collections::HashSet;

use regex::Regex;

use crate::terms::{fold, is_han, terms};

/// Words that ask and tell nothing of the matter; taken out before a question's terms are weighed.
pub(crate) const ASKING_ZH: &str = "请问|请告诉我|告诉我|我想知道|什么时候|什么时间|为什么|是什么|有什么|什么|哪一个|哪一年|哪一|哪些|哪个|哪里|哪儿|哪位|哪年|哪|何时|何地|何人|多少|多长时间|多久|多大|多高|多长|怎么样|怎么办|怎么|怎样|如何|是否|有没有|能不能|可不可以|谁|吗|呢|几";

const STOP_EN: [&str; 62] = [
    "what", "which", "who", "whom", "whose", "when", "where", "why", "how", "is", "are", "was",
    "were", "be", "been", "do", "does", "did", "the", "a", "an", "of", "in", "on", "at", "to",
    "for", "from", "by", "with", "and", "or", "that", "this", "these", "those", "it", "its", "as",
    "i", "me", "my", "you", "your", "we", "our", "they", "their", "there", "have", "has", "had",
    "can", "could", "will", "would", "should", "may", "many", "much", "about", "not",
];

/// The language that a text is written in, as far as the product speaks it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Language {
    /// Chinese.
    Chinese,
    /// English, and whatever else is written in letters.
    English,
}

/// Chinese when at least a fifth of the letters are Han characters (a Chinese question may hold English names).
pub fn language_of(text: &str) -> Language {
    let letters = text.chars().filter(|c| c.is_alphabetic()).count();
    let han = text.chars().filter(|c| is_han(*c)).count();
    if han * 5 >= letters.max(1) {
        Language::Chinese
    } else {
        Language::English
    }
}

/// The terms of a question that tell what it is about, without repetitions.
pub fn content_terms(question: &str) -> Vec<String> {
    static ASKING: std::sync::LazyLock<Option<Regex>> =
        std::sync::LazyLock::new(|| Regex::new(ASKING_ZH).ok());
    let folded = fold(question);
    let cleaned = match ASKING.as_ref() {
        Some(asking) => asking.replace_all(&folded, " ").into_owned(),
        None => folded,
    };
    let mut seen = HashSet::new();
    let stop: HashSet<String> = STOP_EN.iter().flat_map(|word| terms(word)).collect();
    terms(&cleaned)
        .into_iter()
        .filter(|term| !stop.contains(term) && !is_particle(term))
        .filter(|term| seen.insert(term.clone()))
        .collect()
}

fn is_particle(term: &str) -> bool {
    let mut characters = term.chars();
    match (characters.next(), characters.next()) {
        (Some(c), None) => matches!(
            c,
            '的' | '了'
                | '是'
                | '在'
                | '和'
                | '与'
                | '或'
                | '有'
                | '为'
                | '被'
                | '把'
                | '那'
                | '这'
                | '于'
                | '年'
                | '月'
                | '日'
        ),
        _ => false,
    }
}

/// The works that a question names in 《》, and the clause numbers it asks for as terms (`§39条`).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct NamedPlaces {
    /// Titles, folded.
    pub titles: Vec<String>,
    /// Clause terms.
    pub clauses: Vec<String>,
}

/// Finds the places that a question names.
pub(crate) fn named_places(question: &str) -> NamedPlaces {
    let folded = fold(question);
    let mut titles = Vec::new();
    let mut rest = folded.as_str();
    while let Some(start) = rest.find('《') {
        let after = &rest[start + '《'.len_utf8()..];
        let Some(end) = after.find('》') else { break };
        // Laws are called with and without the name of the state in front.
        let title = &after[..end];
        titles.push(
            title
                .strip_prefix("中华人民共和国")
                .unwrap_or(title)
                .to_string(),
        );
        rest = &after[end..];
    }
    let clauses = terms(question)
        .into_iter()
        .filter(|term| term.starts_with('§') && term.ends_with('条'))
        .collect();
    NamedPlaces { titles, clauses }
}

/// True when a question asks for something that must be calculated over a table's rows: a total, a count, an extreme, a
/// rank, a share, a comparison with a bound.
pub fn wants_calculation(question: &str) -> bool {
    static ASKS: std::sync::LazyLock<Option<Regex>> = std::sync::LazyLock::new(|| {
        Regex::new(concat!(
            r"总(额|数|量|和|计|共|销|收|支|成)|合计|一共|共计|共有|累计|平均|均值|中位|最(高|低|多|少|大|小|贵|便宜|长|短|早|晚)",
            r"|排名|排第|前(\d+|[一二三四五六七八九十两几])|占比|占(总|全)|比例|增长率|增长了|同比|环比|差额|相差|多多少|少多少",
            r"|(多少|几)(个|人|条|笔|次|台|件|家|种|项|名|张|单|类|款)|超过|大于|小于|低于|高于|不足|各(大)?(区|部门|月|季度|产品|门店|省|班|科|类)",
            r"|\b(total|sum|average|mean|median|how many|number of|count|highest|lowest|most|least|largest|smallest|maximum|minimum|top \d+",
            r"|rank\w*|share of|percentage|growth|more than|less than|over|under|above|below|each|per (region|month|quarter|product|department))\b"
        ))
        .ok()
    });
    ASKS.as_ref()
        .is_some_and(|asks| asks.is_match(&fold(question)))
}

/// True when a question cannot be understood without the one before: it is short, or opens with a word that points
/// back.
pub fn points_back(question: &str) -> bool {
    let folded = fold(question);
    let folded = folded.trim();
    const ZH: [&str; 20] = [
        "那",
        "它",
        "他",
        "她",
        "这",
        "其",
        "该",
        "此",
        "上述",
        "前面",
        "刚才",
        "再",
        "还",
        "另外",
        "如果是",
        "换成",
        "呢",
        "为什么",
        "怎么",
        "具体",
    ];
    const EN: [&str; 22] = [
        "and ",
        "what about",
        "how about",
        "it ",
        "its ",
        "they ",
        "their ",
        "he ",
        "she ",
        "his ",
        "her ",
        "this ",
        "that ",
        "these ",
        "those ",
        "then",
        "also",
        "why",
        "so ",
        "is it",
        "does it",
        "was it",
    ];
    let has_pronoun = [
        " it", " its ", " they", " them", " their ", " that ", " this ",
    ]
    .iter()
    .any(|word| folded.contains(word));
    ZH.iter().chain(&EN).any(|word| folded.starts_with(word))
        || folded.ends_with('呢')
        || folded.ends_with("呢?")
        || (language_of(folded) == Language::English && has_pronoun)
        || content_terms(folded).len() < 4
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn asking_words_are_not_content() {
        assert_eq!(content_terms("差旅费多少？"), ["差旅", "旅费"]);
        assert_eq!(
            content_terms("What is the hotel limit?"),
            ["hotel", "limit"]
        );
    }

    #[test]
    fn named_works_and_clauses_are_found() {
        let places = named_places("《劳动法》第五十四条是怎么规定的？");
        assert_eq!(places.titles, ["劳动法"]);
        assert_eq!(places.clauses, ["§54条"]);
    }

    #[test]
    fn totals_counts_and_extremes_are_calculated() {
        for question in [
            "华东区三季度销售额最高的三个产品是什么？",
            "2024年一共卖了多少台？",
            "各部门的平均工资是多少？",
            "How many orders were placed in March?",
            "Which product had the highest sales?",
        ] {
            assert!(wants_calculation(question), "{question}");
        }
        for question in [
            "张伟负责哪个项目？",
            "报销应当在多长时间内办理？",
            "Who approves laptops for new staff?",
        ] {
            assert!(!wants_calculation(question), "{question}");
        }
    }

    #[test]
    fn a_question_with_english_names_is_still_chinese() {
        assert_eq!(language_of("SQLite 的许可证是什么？"), Language::Chinese);
        assert_eq!(
            language_of("What does 差旅 mean in this policy document?"),
            Language::English
        );
    }

    #[test]
    fn short_and_pointing_questions_need_the_one_before() {
        assert!(points_back("那总监呢？"));
        assert!(points_back("What about directors?"));
        assert!(!points_back("出差人员乘坐高铁的等级标准是什么？"));
    }
}

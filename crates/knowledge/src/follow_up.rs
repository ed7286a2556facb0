//! Completes a follow-up that only names another thing ("那总监呢？", "And for directors?"): the question before, with that
//! thing in the place of its like. A small model answers a whole question and is lost with half of one.

use std::ops::Range;
use std::sync::LazyLock;

use deskmate_core::StoredChunk;
use regex::Regex;

use crate::question::ASKING_ZH;
use crate::rows::{find_name, tables};

/// English words after which something is asked, not named.
const ASKING_EN: &str = r"(?i)\b(how|what|which|who|whom|whose|why|when|where|is|are|was|were|do|does|did|can|could|should|will)\b";

/// Most characters of what a follow-up may name.
const MAX_SUBJECT: usize = 24;

/// The question before, asked of what the follow-up names; `None` when the follow-up says more than a name, or nothing in
/// the question before is found to be of the same kind.
///
/// Of the same kind are cells of one column or header row of a table in the passages that the answer before was given
/// from, and years, quarters, months, clauses and names with the same ending (华东区, 华南区).
pub fn completed(asked: &str, before: &str, passages: &[StoredChunk]) -> Option<String> {
    let subject = subject(asked)?;
    if before.contains(&subject) {
        return None;
    }
    passages
        .iter()
        .find_map(|stored| by_table(&subject, before, &stored.chunk.text))
        .or_else(|| by_kind(&subject, before))
}

/// What a follow-up names, when it does nothing else.
fn subject(asked: &str) -> Option<String> {
    static ZH: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new("^(那么|那|换成|如果换成|如果是|如果|还有|再问)?[，,]?(.+?)(的话)?(呢|怎么样|又如何|如何)?$").ok()
    });
    static EN: LazyLock<Option<Regex>> = LazyLock::new(|| {
        Regex::new(
            r"(?i)^(?:and|but|so)?\s*(?:what about|how about|and for|for|and in|in|and)\s+(?:the\s+)?(.+)$",
        )
        .ok()
    });
    static ASKING: LazyLock<Option<Regex>> =
        LazyLock::new(|| Regex::new(&format!("{ASKING_ZH}|为何|多|{ASKING_EN}")).ok());
    let asked = asked
        .trim()
        .trim_end_matches(['？', '?', '。', '.', '！', '!'])
        .trim();
    let named = if let Some(found) = EN.as_ref()?.captures(asked) {
        found.get(1)?.as_str()
    } else {
        let found = ZH.as_ref()?.captures(asked)?;
        if found.get(1).is_none() && found.get(4).is_none() {
            return None;
        }
        found.get(2)?.as_str()
    };
    let named = named.trim().trim_end_matches('的');
    let length = named.chars().count();
    let fits = (2..=MAX_SUBJECT).contains(&length) && named.split_whitespace().count() <= 4;
    (fits && !ASKING.as_ref()?.is_match(named)).then(|| named.to_string())
}

/// Puts the cell that the subject names in the place of another cell of its column, or of its header row.
fn by_table(subject: &str, before: &str, text: &str) -> Option<String> {
    for table in tables(text) {
        for (row_index, row) in table.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                if !names(subject, cell) {
                    continue;
                }
                let below = table
                    .iter()
                    .enumerate()
                    .filter(|(index, _)| *index != row_index)
                    .filter_map(|(_, other)| other.get(column).copied());
                let beside: Vec<&str> = match row_index {
                    0 => row.clone(),
                    _ => Vec::new(),
                };
                let like = below
                    .chain(beside)
                    .filter(|other| other != cell)
                    .filter_map(|other| Some((other, mention(other, before)?)))
                    .max_by_key(|(_, found)| found.len());
                if let Some((other, found)) = like {
                    let by = if before.get(found.clone()) == Some(other) {
                        cell
                    } else {
                        subject
                    };
                    let mut whole = before.to_string();
                    whole.replace_range(found, by);
                    return Some(whole);
                }
            }
        }
    }
    None
}

/// A cell is named in full, with words around it that say nothing, or by a part of two characters at least.
fn names(subject: &str, cell: &str) -> bool {
    let (subject, cell) = (subject.to_lowercase(), cell.to_lowercase());
    let short = |text: &str| text.chars().count() < 2 || text.parse::<f64>().is_ok();
    if short(&cell) || short(&subject) || cell.chars().count() > MAX_SUBJECT {
        return false;
    }
    if cell.is_ascii() && subject.is_ascii() {
        let singular = subject.strip_suffix('s').unwrap_or(&subject);
        return cell == subject || cell == singular || find_name(&cell, &subject).is_some();
    }
    match subject.split_once(&cell) {
        Some((before, after)) => before.chars().chain(after.chars()).all(says_nothing),
        None => cell.contains(&subject),
    }
}

/// Characters beside a name that ask for nothing more.
fn says_nothing(c: char) -> bool {
    c.is_whitespace() || "去到在给按对的级类员工人们".contains(c)
}

/// How the question before speaks of a cell: in full, or by its beginning.
fn mention(cell: &str, before: &str) -> Option<Range<usize>> {
    if cell.chars().count() < 2 || cell.parse::<f64>().is_ok() {
        return None;
    }
    if cell.is_ascii() {
        // A word in letters is found whole, or with the ending of its plural ("managers" where the cell says "Manager").
        return find_name(before, cell).or_else(|| find_name(before, &format!("{cell}s")));
    }
    let starts: Vec<usize> = cell
        .char_indices()
        .map(|(at, _)| at)
        .chain([cell.len()])
        .collect();
    (2..starts.len())
        .rev()
        .map(|length| cell[..starts[length]].trim_end())
        .find_map(|start| find_name(before, start))
}

/// Puts the subject in the place of the one thing of its kind.
fn by_kind(subject: &str, before: &str) -> Option<String> {
    static KINDS: LazyLock<Vec<Regex>> = LazyLock::new(|| {
        [
            r"(19|20)\d{2}年?第?[一二三四1234]季度|(?i)\bq[1-4]\s+(of\s+)?(19|20)\d{2}|(?i)\b(19|20)\d{2}\s*q[1-4]",
            r"(19|20)\d{2}年[度]?|\b(19|20)\d{2}\b",
            "第?[一二三四1234]季度?|(?i)q[1-4]",
            "(上|下)半年",
            r"(1[0-2]|0?[1-9]|十[一二]?|[一二三四五六七八九])月份?",
            "第[一二三四五六七八九十百千零〇0-9]+[条章节款项]",
            r"(?i)\b(january|february|march|april|may|june|july|august|september|october|november|december)\b",
        ]
        .iter()
        .filter_map(|kind| Regex::new(kind).ok())
        .collect()
    });
    for kind in KINDS.iter() {
        let is_kind = kind
            .find(subject)
            .is_some_and(|found| found.len() == subject.len());
        if is_kind {
            let mut found = kind.find_iter(before);
            let place = found.next().filter(|_| found.next().is_none())?;
            return Some(before.replacen(place.as_str(), subject, 1));
        }
    }
    by_ending(subject, before)
}

/// Endings that tell of what kind a name is.
const ENDINGS: &str = "区市省县镇级部科处室班组店校院所假费税款";

fn by_ending(subject: &str, before: &str) -> Option<String> {
    let ending = subject.chars().last().filter(|c| ENDINGS.contains(*c))?;
    let length = subject.chars().count();
    if length > 4 || before.matches(ending).count() != 1 {
        return None;
    }
    let characters: Vec<char> = before.chars().collect();
    let end = characters.iter().position(|c| *c == ending)? + 1;
    let start = end.checked_sub(length)?;
    // The name that is replaced must begin here: of 信息技术部 the last three characters are not one.
    let begins = match start.checked_sub(1).and_then(|at| characters.get(at)) {
        Some(c) => !c.is_alphanumeric() || "年月日下在是把对按".contains(*c),
        None => true,
    };
    if !begins {
        return None;
    }
    let like: String = characters.get(start..end)?.iter().collect();
    like.chars()
        .all(char::is_alphanumeric)
        .then(|| before.replacen(&like, subject, 1))
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use deskmate_core::Chunk;

    use super::*;

    fn passage(text: &str) -> StoredChunk {
        StoredChunk {
            id: 1,
            source_id: 1,
            path: "/a.docx".into(),
            chunk: Chunk {
                ordinal: 0,
                heading: Vec::new(),
                text: text.to_string(),
                spans: Vec::new(),
            },
        }
    }

    fn hotels() -> Vec<StoredChunk> {
        vec![passage(
            "住宿费标准如下：\n职级 | 一类城市 | 二类城市 | 三类城市\n总监级 | 700 | 550 | 450\n经理级 | 550 | 450 | 350",
        )]
    }

    #[test]
    fn another_row_or_column_of_the_table_takes_the_place_of_the_first() {
        let before = "经理级员工去二类城市出差，住宿费每晚最多报销多少元？";
        let asked = |text| completed(text, before, &hotels());
        for text in ["那总监呢？", "那总监级呢？", "总监级的呢"] {
            assert_eq!(
                asked(text).unwrap(),
                "总监级员工去二类城市出差，住宿费每晚最多报销多少元？",
                "{text}"
            );
        }
        assert_eq!(
            asked("那去三类城市呢？").unwrap(),
            "经理级员工去三类城市出差，住宿费每晚最多报销多少元？"
        );
    }

    #[test]
    fn a_cell_that_the_question_names_by_its_beginning_is_found() {
        let before = "普通经理去二类城市，每晚多少元？";
        assert_eq!(
            completed("总监呢？", before, &hotels()).unwrap(),
            "普通总监去二类城市，每晚多少元？"
        );
        let rates = [passage("Grade | Hotel\nDirector | 180\nManager | 140")];
        assert_eq!(
            completed(
                "And for directors?",
                "What is the hotel limit for managers?",
                &rates
            )
            .unwrap(),
            "What is the hotel limit for directors?"
        );
    }

    #[test]
    fn times_clauses_and_like_endings_take_their_places() {
        for (before, asked, whole) in [
            (
                "2023年的营业收入是多少？",
                "2024年呢？",
                "2024年的营业收入是多少？",
            ),
            (
                "一季度谁的业绩最好？",
                "那二季度呢？",
                "二季度谁的业绩最好？",
            ),
            ("第八条讲了什么？", "那第九条呢？", "第九条讲了什么？"),
            ("华东区有几家店？", "华南区呢？", "华南区有几家店？"),
            (
                "What happened in March?",
                "And in April?",
                "What happened in April?",
            ),
        ] {
            assert_eq!(completed(asked, before, &[]).unwrap(), whole);
        }
    }

    #[test]
    fn what_says_more_than_a_name_or_finds_no_like_is_left_alone() {
        let before = "经理级员工去二类城市出差，住宿费每晚最多报销多少元？";
        for asked in [
            "那为什么呢？",
            "那要多少呢？",
            "总监级每晚最多多少？",
            "那谢谢呢？",
            "那二类城市呢？",
            "",
            "呢？",
            "And why?",
        ] {
            assert_eq!(completed(asked, before, &hotels()), None, "{asked}");
        }
        for (before, asked) in [
            ("信息技术部有多少人？", "人事部呢？"),
            ("查一下华东区销售额", "西南大区呢？"),
        ] {
            assert_eq!(completed(asked, before, &[]), None, "{asked}");
        }
        let before = "经理级在一类城市多少钱？";
        assert_eq!(
            completed("那解释一下二类城市的划分", before, &hotels()),
            None
        );
        let departments = [passage("Dept | Staff | Rooms\nIT | 12 | 3\nHR | 5 | 1")];
        let before = "What is the limit for the it department?";
        assert_eq!(
            completed("And for HR?", before, &departments).unwrap(),
            "What is the limit for the HR department?"
        );
        assert_eq!(completed("And how many rooms?", before, &departments), None);
        // Letters that change their length in lower case.
        let odd = [passage("项目 | 数值 | 备注\n电阻Ω | 5 | 6\n电压 | 3 | 4")];
        assert_eq!(
            completed("电压呢？", "那电阻ω是多大", &odd).unwrap(),
            "那电压ω是多大"
        );
        // Two of a kind: which one is meant cannot be known.
        assert_eq!(
            completed("2025年呢？", "2023年和2024年相差多少？", &[]),
            None
        );
    }
}

//! The written forms that the standard asks for: numbers, dates, brackets, punctuation.

use crate::label::{self, NumberFormat};

/// A pattern that a test compiles.
macro_rules! pattern {
    ($name:ident, $text:literal) => {
        static $name: std::sync::LazyLock<regex::Regex> = std::sync::LazyLock::new(|| {
            regex::Regex::new($text).expect("the tests use every pattern")
        });
    };
}
pub(super) use pattern;

pattern!(
    DATE,
    r"^([0-9０-９]{2,4}|[〇○零一二三四五六七八九]{2,4})\s*年\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*月\s*([0-9０-９]{1,2}|[一二三四五六七八九十]{1,3})\s*日$"
);
pattern!(
    DATE_SEPARATED,
    r"^([0-9]{4})\s*[-./／－．]\s*([0-9]{1,2})\s*[-./／－．]\s*([0-9]{1,2})$"
);
pattern!(
    NUMBER,
    r"^(.+?)\s*[〔\[［（(【{﹝]\s*([0-9]{2,4})\s*年?[〕\]］）)】}﹞]\s*(第)?\s*([0-9]{1,5})\s*号?$"
);

/// A date of its own as `2024年3月5日`; `None` when the text is no date.
pub(super) fn date(text: &str) -> Option<String> {
    let text = text.trim();
    let found = DATE
        .captures(text)
        .or_else(|| DATE_SEPARATED.captures(text))?;
    let year = figure(&found[1])?;
    let year = match year {
        0..=79 if found[1].chars().count() == 2 => 2000 + year,
        80..=99 if found[1].chars().count() == 2 => 1900 + year,
        _ => year,
    };
    let (month, day) = (figure(&found[2])?, figure(&found[3])?);
    ((1..=12).contains(&month) && (1..=31).contains(&day))
        .then(|| format!("{year}年{month}月{day}日"))
}

/// The value of Arabic, full-width or Chinese digits.
pub(super) fn figure(text: &str) -> Option<u32> {
    let digit = |c: char| -> Option<u32> {
        match c {
            '０'..='９' => Some(c as u32 - '０' as u32),
            '〇' | '○' | '零' => Some(0),
            _ => c.to_digit(10).or_else(|| {
                "一二三四五六七八九"
                    .chars()
                    .position(|d| d == c)
                    .map(|at| at as u32 + 1)
            }),
        }
    };
    if !text.contains('十') {
        return text
            .chars()
            .try_fold(0_u32, |sum, c| sum.checked_mul(10)?.checked_add(digit(c)?));
    }
    let (tens, ones) = text.split_once('十')?;
    let tens = if tens.is_empty() {
        1
    } else {
        digit(tens.chars().next()?)?
    };
    let ones = ones.chars().next().map_or(Some(0), digit)?;
    Some(tens * 10 + ones)
}

/// A document number as `×政发〔2024〕5号`; `None` when the text is none.
pub(super) fn number(text: &str) -> Option<String> {
    let found = NUMBER.captures(text.trim())?;
    let body = found[1].trim();
    // A sentence that happens to end with a citation of another document is no number of its own.
    if body.chars().count() > 14 || body.contains(['，', '。', '《', ' ', '：']) {
        return None;
    }
    let year: u32 = found[2].parse().ok()?;
    let year = if found[2].len() == 2 {
        2000 + year
    } else {
        year
    };
    let serial: u32 = found[4].parse().ok()?;
    Some(format!("{body}〔{year}〕{serial}号"))
}

/// The mark of a level: `一、`, `（一）`, `1.`, `（1）`.
pub(super) fn mark(level: u8, value: u32) -> String {
    let chinese = label::format(i64::from(value), NumberFormat::Chinese);
    match level {
        1 => format!("{chinese}、"),
        2 => format!("（{chinese}）"),
        3 => format!("{value}."),
        _ => format!("（{value}）"),
    }
}

/// Replaces half-width punctuation that touches Chinese characters by its full-width form (clause 9).
pub(super) fn punctuation(text: &str) -> String {
    let characters: Vec<char> = text.chars().collect();
    let is_han = |c: Option<&char>| {
        c.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c) || "》〉”’）】".contains(*c))
    };
    let is_han_after = |c: Option<&char>| {
        c.is_some_and(|c| ('\u{4E00}'..='\u{9FFF}').contains(c) || "《〈“‘（【".contains(*c))
    };
    let mut out = String::with_capacity(text.len());
    let mut open = 0_usize;
    for (at, character) in characters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| characters.get(at));
        let after = characters.get(at + 1);
        let touches = is_han(before) || is_han_after(after);
        let replaced = match character {
            ',' if is_han(before) => '，',
            ';' if is_han(before) => '；',
            ':' if is_han(before) => '：',
            '?' if is_han(before) => '？',
            '!' if is_han(before) => '！',
            '(' if touches => {
                open += 1;
                '（'
            }
            ')' if open > 0 => {
                open -= 1;
                '）'
            }
            other => *other,
        };
        out.push(replaced);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_every_spelling_get_the_form_of_the_standard() {
        for text in [
            "2024年3月5日",
            "2024年03月05日",
            "二〇二四年三月五日",
            "24年3月5日",
            "2024-03-05",
            "2024.3.5",
            "２０２４年３月５日",
        ] {
            assert_eq!(date(text).as_deref(), Some("2024年3月5日"), "{text}");
        }
        assert_eq!(
            date("二〇二三年十二月三十一日").as_deref(),
            Some("2023年12月31日")
        );
        assert_eq!(date("2024年13月5日"), None);
        assert_eq!(date("自2024年3月5日起施行"), None);
    }

    #[test]
    fn document_numbers_lose_brackets_padding_and_the_word_before_them() {
        for text in [
            "国办发〔2024〕5号",
            "国办发[2024]5号",
            "国办发（2024）第05号",
            "国办发【24】005号",
            "国办发 ﹝2024﹞ 5 号",
        ] {
            assert_eq!(number(text).as_deref(), Some("国办发〔2024〕5号"), "{text}");
        }
        assert_eq!(number("根据《某办法》（2024）5号"), None);
    }

    #[test]
    fn only_punctuation_that_touches_chinese_is_widened() {
        assert_eq!(
            punctuation("请各部门(含分公司)抓紧,按时报送;GDP 1,000 (USD)"),
            "请各部门（含分公司）抓紧，按时报送；GDP 1,000 (USD)"
        );
    }
}

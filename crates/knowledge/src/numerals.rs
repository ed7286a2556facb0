//! Numbers and dates in running text, in either script, brought to one form so that they can be compared.

use crate::terms::fold;

/// True for characters that Chinese numerals are written with.
pub(crate) fn is_han_digit(c: char) -> bool {
    han_value(c).is_some() || matches!(c, '十' | '百' | '千' | '万' | '亿' | '两')
}

fn han_value(c: char) -> Option<u64> {
    Some(match c {
        '零' | '〇' => 0,
        '一' | '壹' => 1,
        '二' | '贰' | '两' => 2,
        '三' | '叁' => 3,
        '四' | '肆' => 4,
        '五' | '伍' => 5,
        '六' | '陆' => 6,
        '七' | '柒' => 7,
        '八' | '捌' => 8,
        '九' | '玖' => 9,
        _ => return None,
    })
}

/// The value of a Chinese numeral: `三十九` is 39, `二〇二四` is 2024; `None` when it is not one or overflows.
pub fn parse_han_number(text: &str) -> Option<u64> {
    if text.is_empty() {
        return None;
    }
    if text.chars().all(|c| han_value(c).is_some()) {
        return text.chars().try_fold(0_u64, |sum, c| {
            sum.checked_mul(10)?.checked_add(han_value(c)?)
        });
    }
    let (mut total, mut section, mut digit) = (0_u64, 0_u64, None::<u64>);
    for c in text.chars() {
        if let Some(value) = han_value(c) {
            digit = Some(value);
            continue;
        }
        let unit = match c {
            '十' => 10,
            '百' => 100,
            '千' => 1_000,
            '万' => 10_000,
            '亿' => 100_000_000,
            _ => return None,
        };
        if unit < 10_000 {
            section = section.checked_add(digit.take().unwrap_or(1).checked_mul(unit)?)?;
        } else {
            section = section.checked_add(digit.take().unwrap_or(0))?;
            total = total.checked_add(section.checked_mul(unit)?)?;
            section = 0;
        }
    }
    total.checked_add(section)?.checked_add(digit.unwrap_or(0))
}

/// The numbers that a text states, each in one written form: digits without separators, Chinese numerals of two
/// characters or more (or before a unit) as digits, percent signs and leading zeros dropped.
///
/// `12,000元`, `1.2万元` and `一万二千元` all give `12000`.
pub fn numbers(text: &str) -> Vec<String> {
    let characters: Vec<char> = fold(text).chars().collect();
    let mut out = Vec::new();
    let mut at = 0;
    while at < characters.len() {
        let start = at;
        if characters[at].is_ascii_digit() {
            while at < characters.len()
                && (characters[at].is_ascii_digit()
                    || (matches!(characters[at], '.' | ',')
                        && characters.get(at + 1).is_some_and(char::is_ascii_digit)
                        && is_separator(&characters, at)))
            {
                at += 1;
            }
            let digits: String = characters[start..at]
                .iter()
                .filter(|c| **c != ',')
                .collect();
            let scale = characters.get(at).copied().and_then(scale_of);
            out.push(canonical(&digits, scale));
        } else if is_han_digit(characters[at]) {
            while at < characters.len() && is_han_digit(characters[at]) {
                at += 1;
            }
            let numeral: String = characters[start..at].iter().collect();
            // One numeral alone is a number only before a unit (`三天`), and a bare scale (`万一`, `千万`) never is.
            let counted = (at - start > 1 || characters.get(at).copied().is_some_and(is_unit))
                && (han_value(characters[start]).is_some() || characters[start] == '十');
            if let Some(value) = parse_han_number(&numeral).filter(|_| counted) {
                out.push(value.to_string());
            }
        } else {
            at += 1;
        }
    }
    out
}

/// A comma divides thousands only when three digits follow.
fn is_separator(characters: &[char], at: usize) -> bool {
    characters[at] == '.'
        || (characters[at + 1..]
            .iter()
            .take(4)
            .take_while(|c| c.is_ascii_digit())
            .count()
            == 3)
}

fn scale_of(c: char) -> Option<u32> {
    match c {
        '千' => Some(3),
        '万' => Some(4),
        '亿' => Some(8),
        _ => None,
    }
}

fn is_unit(c: char) -> bool {
    matches!(
        c,
        '年' | '月'
            | '日'
            | '号'
            | '天'
            | '个'
            | '元'
            | '条'
            | '款'
            | '项'
            | '章'
            | '节'
            | '人'
            | '次'
            | '名'
            | '倍'
            | '页'
            | '岁'
            | '小'
            | '分'
            | '周'
            | '季'
            | '级'
            | '届'
            | '家'
            | '份'
            | '台'
            | '件'
            | '位'
            | '种'
            | '点'
    )
}

fn canonical(digits: &str, scale: Option<u32>) -> String {
    let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
    let shift = scale.unwrap_or(0) as usize;
    let mut moved = whole.to_string();
    let taken: String = fraction.chars().take(shift).collect();
    moved.push_str(&taken);
    if shift > 0 {
        moved.push_str(&"0".repeat(shift - taken.len()));
    }
    let rest: String = fraction.chars().skip(shift).collect();
    let rest = rest.trim_end_matches('0');
    let whole = moved.trim_start_matches('0');
    let whole = if whole.is_empty() { "0" } else { whole };
    if rest.is_empty() {
        whole.to_string()
    } else {
        format!("{whole}.{rest}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals_have_their_value() {
        for (text, value) in [
            ("三十九", 39),
            ("十五", 15),
            ("二〇二四", 2024),
            ("一百零一", 101),
            ("一万二千", 12_000),
            ("三亿五千万", 350_000_000),
        ] {
            assert_eq!(parse_han_number(text), Some(value), "{text}");
        }
        assert_eq!(parse_han_number("第一"), None);
    }

    #[test]
    fn one_amount_in_three_spellings_is_one_number() {
        for text in ["12,000元", "1.2万元", "一万二千元", "12000 元"] {
            assert_eq!(numbers(text), ["12000"], "{text}");
        }
    }

    #[test]
    fn dates_and_percentages_give_their_digits() {
        assert_eq!(numbers("2024年3月5日增长2.60%"), ["2024", "3", "5", "2.6"]);
        assert_eq!(numbers("二〇二四年三月"), ["2024", "3"]);
    }

    #[test]
    fn words_with_numerals_in_them_are_not_numbers() {
        assert!(numbers("统一管理，以防万一").is_empty());
    }

    #[test]
    fn absurd_numerals_do_not_overflow() {
        assert_eq!(parse_han_number(&"九".repeat(40)), None);
    }
}

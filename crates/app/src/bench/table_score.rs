//! When an answer about a table counts as right: the rules of the sets.

use deskmate_sheets::SheetAnswer;

use super::tables::TableQuestion;

/// True when the answer is right by the rules of its set.
pub(super) fn is_right(set: &str, question: &TableQuestion, answer: &SheetAnswer) -> bool {
    let values: Vec<String> = answer
        .values
        .iter()
        .filter(|value| !value.trim().is_empty())
        .cloned()
        .collect();
    if let Some(fields) = &question.answer_fields {
        // Closed-form answers: every field among the values.
        return !fields.is_empty()
            && fields
                .values()
                .all(|field| values.iter().any(|value| same(field, value, 0.01)));
    }
    let in_order = question.answer_type.as_deref() == Some("list");
    match question.answer_type.as_deref() {
        Some("percent") => {
            one(&values).is_some_and(|value| is_same_percent(&question.answers[0], value))
        }
        Some("list") if in_order => {
            values.len() == question.answers.len()
                && values
                    .iter()
                    .zip(&question.answers)
                    .all(|(value, gold)| same(gold, value, 0.0))
        }
        _ if set.starts_with("tatqa") => is_financial_match(question, &values),
        _ => is_same_set(&question.answers, &values),
    }
}

fn one(values: &[String]) -> Option<&String> {
    match values {
        [value] => Some(value),
        _ => None,
    }
}

fn is_same_set(gold: &[String], values: &[String]) -> bool {
    let found = |wanted: &String, among: &[String]| among.iter().any(|one| same(wanted, one, 0.0));
    !values.is_empty()
        && gold.iter().all(|wanted| found(wanted, values))
        && values.iter().all(|value| found(value, gold))
}

fn is_same_percent(gold: &str, value: &str) -> bool {
    let (Some(gold_number), Some(number)) = (number(gold), number(value)) else {
        return false;
    };
    let decimals = gold
        .trim_end_matches('%')
        .split_once('.')
        .map_or(0, |(_, after)| after.len() as i32);
    let tolerance = 0.51 * 10_f64.powi(-decimals);
    (number - gold_number).abs() <= tolerance || (number * 100.0 - gold_number).abs() <= tolerance
}

/// Numbers within rounding, at the scale that the answer names; texts as sets.
fn is_financial_match(question: &TableQuestion, values: &[String]) -> bool {
    if is_same_set(&question.answers, values) {
        return true;
    }
    let (Some(gold), Some(value)) = (
        question.answers.first().and_then(|gold| number(gold)),
        one(values).and_then(|value| number(value)),
    ) else {
        return false;
    };
    let close = |value: f64| (value - gold).abs() <= 0.006_f64.max(gold.abs() * 1e-3);
    let is_percent = question.scale.as_deref() == Some("percent");
    close(value) || is_percent && close(value * 100.0)
}

/// Equal as numbers where both are numbers, as dates or as texts else. `relative` is a tolerance on top of rounding.
fn same(gold: &str, value: &str, relative: f64) -> bool {
    if let (Some(a), Some(b)) = (number(gold), number(value)) {
        let decimals = gold.split_once('.').map_or(0, |(_, after)| {
            after.chars().take_while(char::is_ascii_digit).count() as i32
        });
        let rounding = if gold.contains('.') {
            0.51 * 10_f64.powi(-decimals)
        } else {
            1e-6
        };
        return (a - b).abs() <= rounding.max(relative * a.abs());
    }
    let (a, b) = (plain(gold), plain(value));
    a == b || is_same_date(&a, &b)
}

/// `1991-09-15` beside `1991年9月15日` or `september 15, 1991` as the cell has it.
fn is_same_date(a: &str, b: &str) -> bool {
    let digits = |text: &str| -> Vec<u32> {
        text.split(|c: char| !c.is_ascii_digit())
            .filter_map(|part| part.parse().ok())
            .collect()
    };
    let (a_digits, b_digits) = (digits(a), digits(b));
    let is_date = |text: &str| text.contains(['-', '/', '年']);
    a_digits.len() == 3 && a_digits == b_digits && is_date(a) && is_date(b)
}

fn number(text: &str) -> Option<f64> {
    let text = text.trim().replace([',', ' ', '，'], "");
    let text = text
        .trim_start_matches(['$', '¥', '￥', '€', '£'])
        .trim_end_matches('%');
    let (text, sign) = match text
        .strip_prefix('(')
        .and_then(|inner| inner.strip_suffix(')'))
    {
        Some(inner) => (inner, -1.0),
        None => (text, 1.0),
    };
    text.parse::<f64>()
        .ok()
        .filter(|number| number.is_finite())
        .map(|number| sign * number)
}

/// Lower case, without spaces, marks of punctuation and the width of characters.
fn plain(text: &str) -> String {
    text.to_lowercase()
        .chars()
        .map(|character| match character {
            '（' => '(',
            '）' => ')',
            '，' => ',',
            '：' => ':',
            '；' => ';',
            '–' | '—' | '−' => '-',
            '’' | '‘' => '\'',
            '“' | '”' => '"',
            other => match u32::from(other) {
                // Full-width letters and digits.
                code @ 0xFF01..=0xFF5E => char::from_u32(code - 0xFEE0).unwrap_or(other),
                _ => other,
            },
        })
        .filter(|character| !character.is_whitespace() && *character != ',' && *character != '"')
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_are_compared_as_the_sets_ask() {
        for (gold, value, is_same) in [
            ("1,207,060.40", "1207060.4", true),
            ("26.18% ", "26.18", true),
            ("12", "12.4", false),
            ("1991年9月15日", "1991-09-15", true),
            ("Jerel Myers", "jerel myers", true),
            ("2004", "2005", false),
            ("(1.5)", "-1.5", true),
        ] {
            assert_eq!(same(gold, value, 0.0), is_same, "{gold} {value}");
        }
        assert!(
            is_same_percent("18.5%", "18.5")
                && is_same_percent("18.5%", "0.185")
                && !is_same_percent("18.5%", "19")
        );
    }
}

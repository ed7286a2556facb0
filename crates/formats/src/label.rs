//! Numbers of list labels in the formats that Word knows, Chinese ones included.

/// A number format of a list level.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum NumberFormat {
    /// 1, 2, 3
    #[default]
    Decimal,
    /// 01, 02
    DecimalZero,
    /// １, ２
    FullWidth,
    /// ①
    Circled,
    /// ⑴
    Parenthesised,
    /// ⒈
    WithFullStop,
    /// - 1 -
    InDashes,
    /// 1st
    Ordinal,
    /// I, II
    UpperRoman,
    /// i, ii
    LowerRoman,
    /// A, B
    UpperLetter,
    /// a, b
    LowerLetter,
    /// 一, 二, 十一
    Chinese,
    /// 〇, 一, 一〇
    ChineseDigits,
    /// 壹, 贰
    ChineseLegal,
    /// 壹, 貳
    ChineseLegalTraditional,
    /// 甲, 乙
    HeavenlyStems,
    /// 子, 丑
    EarthlyBranches,
    /// A bullet.
    Bullet,
    /// Nothing is shown.
    None,
}

impl NumberFormat {
    /// The format of a `w:numFmt` value; unknown ones count in decimal.
    pub(crate) fn of_name(name: &str) -> Self {
        match name {
            "decimalZero" => Self::DecimalZero,
            "decimalFullWidth" | "decimalFullWidth2" => Self::FullWidth,
            "decimalEnclosedCircle"
            | "decimalEnclosedCircleChinese"
            | "ideographEnclosedCircle" => Self::Circled,
            "decimalEnclosedParen" => Self::Parenthesised,
            "decimalEnclosedFullstop" => Self::WithFullStop,
            "numberInDash" => Self::InDashes,
            "ordinal" => Self::Ordinal,
            "upperRoman" => Self::UpperRoman,
            "lowerRoman" => Self::LowerRoman,
            "upperLetter" => Self::UpperLetter,
            "lowerLetter" => Self::LowerLetter,
            "chineseCounting"
            | "chineseCountingThousand"
            | "taiwaneseCounting"
            | "taiwaneseCountingThousand"
            | "japaneseCounting" => Self::Chinese,
            "ideographDigital" | "japaneseDigitalTenThousand" | "taiwaneseDigital" => {
                Self::ChineseDigits
            }
            "chineseLegalSimplified" => Self::ChineseLegal,
            "ideographLegalTraditional" | "japaneseLegal" => Self::ChineseLegalTraditional,
            "ideographTraditional" => Self::HeavenlyStems,
            "ideographZodiac" => Self::EarthlyBranches,
            "bullet" => Self::Bullet,
            "none" => Self::None,
            _ => Self::Decimal,
        }
    }

    /// Whether labels of this format carry a number.
    pub(crate) fn counts(self) -> bool {
        !matches!(self, Self::Bullet | Self::None)
    }
}

/// Writes a number in a format.
pub(crate) fn format(value: i64, format: NumberFormat) -> String {
    match format {
        NumberFormat::Decimal => value.to_string(),
        NumberFormat::DecimalZero => format!("{value:02}"),
        NumberFormat::FullWidth => value.to_string().chars().map(full_width).collect(),
        NumberFormat::Circled => enclosed(value, &[(1, 20, '①'), (21, 35, '㉑'), (36, 50, '㊱')]),
        NumberFormat::Parenthesised => enclosed(value, &[(1, 20, '⑴')]),
        NumberFormat::WithFullStop => enclosed(value, &[(1, 20, '⒈')]),
        NumberFormat::InDashes => format!("- {value} -"),
        NumberFormat::Ordinal => ordinal(value),
        NumberFormat::UpperRoman => roman(value),
        NumberFormat::LowerRoman => roman(value).to_lowercase(),
        NumberFormat::UpperLetter => letters(value).to_uppercase(),
        NumberFormat::LowerLetter => letters(value),
        NumberFormat::Chinese => chinese(value, "零一二三四五六七八九", "十百千", "万亿"),
        NumberFormat::ChineseDigits => digits(value, "〇一二三四五六七八九"),
        NumberFormat::ChineseLegal => chinese(value, "零壹贰叁肆伍陆柒捌玖", "拾佰仟", "万亿"),
        NumberFormat::ChineseLegalTraditional => {
            chinese(value, "零壹貳參肆伍陸柒捌玖", "拾佰仟", "萬億")
        }
        NumberFormat::HeavenlyStems => cycle(value, "甲乙丙丁戊己庚辛壬癸"),
        NumberFormat::EarthlyBranches => cycle(value, "子丑寅卯辰巳午未申酉戌亥"),
        NumberFormat::Bullet | NumberFormat::None => String::new(),
    }
}

fn full_width(character: char) -> char {
    match character {
        '!'..='~' => char::from_u32(character as u32 + 0xFEE0).unwrap_or(character),
        _ => character,
    }
}

fn enclosed(value: i64, ranges: &[(i64, i64, char)]) -> String {
    ranges
        .iter()
        .find(|(first, last, _)| (*first..=*last).contains(&value))
        .and_then(|(first, _, start)| {
            char::from_u32(*start as u32 + u32::try_from(value - first).ok()?)
        })
        .map_or_else(|| value.to_string(), String::from)
}

fn ordinal(value: i64) -> String {
    let suffix = match (value % 10, value % 100) {
        (_, 11..=13) => "th",
        (1, _) => "st",
        (2, _) => "nd",
        (3, _) => "rd",
        _ => "th",
    };
    format!("{value}{suffix}")
}

fn roman(value: i64) -> String {
    const SYMBOLS: [(i64, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    if !(1..4000).contains(&value) {
        return value.to_string();
    }
    let mut rest = value;
    let mut text = String::new();
    for (worth, symbol) in SYMBOLS {
        while rest >= worth {
            text.push_str(symbol);
            rest -= worth;
        }
    }
    text
}

/// a … z, then aa, bb, as Word counts.
fn letters(value: i64) -> String {
    let Ok(index) = u8::try_from((value - 1).rem_euclid(26)) else {
        return value.to_string();
    };
    match usize::try_from((value - 1) / 26 + 1) {
        Ok(count @ 1..=30) if value > 0 => char::from(b'a' + index).to_string().repeat(count),
        _ => value.to_string(),
    }
}

fn cycle(value: i64, symbols: &str) -> String {
    usize::try_from(value - 1)
        .ok()
        .and_then(|index| symbols.chars().nth(index))
        .map_or_else(|| value.to_string(), String::from)
}

fn digits(value: i64, symbols: &str) -> String {
    let symbols: Vec<char> = symbols.chars().collect();
    value
        .to_string()
        .chars()
        .map(|digit| digit.to_digit(10).map_or(digit, |d| symbols[d as usize]))
        .collect()
}

/// Chinese counting: 十一, 一百零五, 一万二千.
fn chinese(value: i64, digit_symbols: &str, units: &str, groups: &str) -> String {
    if !(0..1_000_000_000_000).contains(&value) {
        return value.to_string();
    }
    let symbols: Vec<char> = digit_symbols.chars().collect();
    if value == 0 {
        return symbols[0].to_string();
    }
    let units: Vec<char> = units.chars().collect();
    let groups: Vec<char> = groups.chars().collect();
    let decimal: Vec<usize> = value
        .to_string()
        .bytes()
        .map(|byte| usize::from(byte - b'0'))
        .collect();
    let mut text = String::new();
    let mut zero_pending = false;
    let mut group_has_digit = false;
    for (index, digit) in decimal.iter().enumerate() {
        let place = decimal.len() - 1 - index;
        if *digit == 0 {
            zero_pending = !text.is_empty();
        } else {
            if zero_pending {
                text.push(symbols[0]);
                zero_pending = false;
            }
            let leading_ten = text.is_empty() && *digit == 1 && place % 4 == 1;
            if !leading_ten {
                text.push(symbols[*digit]);
            }
            if !place.is_multiple_of(4) {
                text.push(units[place % 4 - 1]);
            }
            group_has_digit = true;
        }
        if place.is_multiple_of(4) && place > 0 {
            if group_has_digit {
                text.push(groups[place / 4 - 1]);
            }
            group_has_digit = false;
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{NumberFormat, format};

    #[test]
    fn labels_look_as_word_shows_them() {
        for (value, kind, text) in [
            (11, NumberFormat::Chinese, "十一"),
            (20, NumberFormat::Chinese, "二十"),
            (105, NumberFormat::Chinese, "一百零五"),
            (110, NumberFormat::Chinese, "一百一十"),
            (10_020, NumberFormat::Chinese, "一万零二十"),
            (12, NumberFormat::ChineseLegal, "拾贰"),
            (10, NumberFormat::ChineseDigits, "一〇"),
            (3, NumberFormat::HeavenlyStems, "丙"),
            (3, NumberFormat::Circled, "③"),
            (28, NumberFormat::LowerLetter, "bb"),
            (1994, NumberFormat::UpperRoman, "MCMXCIV"),
            (4, NumberFormat::LowerRoman, "iv"),
            (12, NumberFormat::FullWidth, "１２"),
            (22, NumberFormat::Ordinal, "22nd"),
        ] {
            assert_eq!(format(value, kind), text);
        }
    }
}

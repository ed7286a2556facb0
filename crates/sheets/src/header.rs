//! Headers of columns as a user reads and says them.

/// The name that stands right over a column: of `2024年/销售额` the `销售额` where the header has several rows. In one row
/// a slash is part of the name: `Speed m/s`.
///
/// `header_rows` are those of the table. Blanks around the name are left out.
///
/// # Example
/// ```
/// use deskmate_sheets::last_part;
///
/// assert_eq!(last_part("2024/Sales", 2), "Sales");
/// assert_eq!(last_part("Speed m/s", 1), "Speed m/s");
/// ```
pub fn last_part(header: &str, header_rows: usize) -> &str {
    let name = match header_rows {
        0 | 1 => header,
        _ => header.rsplit('/').next().unwrap_or(header),
    };
    name.trim()
}

/// Whether an ask names a column: the last part of its header, with the unit or without: `面积(㎡)` is called `面积`.
///
/// Upper and lower case are one. Letters and digits of ASCII around the name are another word: `is` does not name `s`.
pub fn names_column(ask: &str, header: &str, header_rows: usize) -> bool {
    let ask = ask.to_lowercase();
    let name = last_part(header, header_rows).to_lowercase();
    let plain = name.split(['(', '（', '[']).next().unwrap_or_default();
    let plain = plain.trim();
    if plain.is_empty() {
        return false;
    }
    let is_letter = |c: char| c.is_ascii_alphanumeric();
    let mut from = 0;
    while let Some(found) = ask.get(from..).and_then(|rest| rest.find(plain)) {
        let (start, end) = (from + found, from + found + plain.len());
        let goes_on_before = plain.starts_with(is_letter) && ask[..start].ends_with(is_letter);
        let goes_on_after = plain.ends_with(is_letter) && ask[end..].starts_with(is_letter);
        // `sales` and `weeks` name `Sale` and `Week`.
        let is_plural = ask[end..]
            .strip_prefix('s')
            .is_some_and(|rest| plain.len() > 2 && !rest.starts_with(is_letter));
        if !goes_on_before && (!goes_on_after || is_plural) {
            return true;
        }
        from = end;
    }
    false
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slash_divides_only_headers_of_several_rows() {
        for (header, header_rows, expected) in [
            ("2024年/销售额", 2, "销售额"),
            ("2024 / Sales ", 3, "Sales"),
            ("Speed m/s", 1, "Speed m/s"),
            ("Speed m/s", 0, "Speed m/s"),
            ("销售额", 2, "销售额"),
        ] {
            assert_eq!(last_part(header, header_rows), expected, "{header}");
        }
    }

    #[test]
    fn columns_are_named_by_whole_words() {
        for (ask, header, header_rows, expected) in [
            ("What is the distance?", "Speed m/s", 1, false),
            ("Is it valid?", "Order/id", 2, false),
            ("Give every id a group", "Order/id", 2, true),
            ("multiply speed m/s by 2", "Speed m/s", 1, true),
            ("the sales divided by weeks", "Week", 1, true),
            ("the carport", "Car", 1, false),
            ("给ID分类", "id", 1, true),
            ("算面积的合计", "面积(㎡)", 1, true),
            ("算销售额增长率", "2024年/销售额", 2, true),
            ("算销售额增长率", "2024年/销售额", 1, false),
            ("anything", "(%)", 1, false),
        ] {
            assert_eq!(
                names_column(ask, header, header_rows),
                expected,
                "{ask}: {header}"
            );
        }
    }
}

//! Numbers as people see them.

/// A number in general format: no `.0`, at most 15 significant digits, as spreadsheets show it.
pub fn number_text(value: f64) -> String {
    if !value.is_finite() {
        return value.to_string();
    }
    if value == 0.0 {
        return "0".to_owned();
    }
    let magnitude = value.abs();
    if value.fract() == 0.0 && magnitude < 1e15 {
        return format!("{value:.0}");
    }
    if !(1e-9..1e21).contains(&magnitude) {
        return format!("{value:e}").replace('e', "E");
    }
    // 15 significant digits hide the binary tail of 0.1 + 0.2.
    let digits_before = magnitude.log10().floor() as i32 + 1;
    let decimals = usize::try_from((15 - digits_before).clamp(0, 20)).unwrap_or(0);
    let text = format!("{value:.decimals$}");
    if text.contains('.') {
        text.trim_end_matches('0').trim_end_matches('.').to_owned()
    } else {
        text
    }
}

#[cfg(test)]
mod tests {
    use super::number_text;

    #[test]
    fn numbers_look_as_in_a_spreadsheet() {
        for (value, text) in [
            (3.0, "3"),
            (-1234.5, "-1234.5"),
            (0.1 + 0.2, "0.3"),
            (1e20, "100000000000000000000"),
            (0.0, "0"),
        ] {
            assert_eq!(number_text(value), text);
        }
    }
}

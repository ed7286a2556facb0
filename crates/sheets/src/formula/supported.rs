//! Which functions are computed, and which are named as not computed.

use std::sync::OnceLock;

use regex::Regex;

/// Functions whose value changes by itself or by the machine: never compared, and not offered without saying so.
const VOLATILE: [&str; 9] = [
    "NOW",
    "TODAY",
    "RAND",
    "RANDBETWEEN",
    "RANDARRAY",
    "CELL",
    "INFO",
    "INDIRECT",
    "OFFSET",
];

/// Functions that read what is not in the workbook, run programs, or reach the network: never offered.
const OUTSIDE: [&str; 10] = [
    "WEBSERVICE",
    "FILTERXML",
    "RTD",
    "CALL",
    "REGISTER.ID",
    "IMAGE",
    "CUBEVALUE",
    "CUBEMEMBER",
    "SQL.REQUEST",
    "HYPERLINK",
];

/// Functions of dates; the engine counts days from 1900 only.
const DATES: [&str; 20] = [
    "DATE",
    "DATEVALUE",
    "DATEDIF",
    "YEAR",
    "MONTH",
    "DAY",
    "WEEKDAY",
    "WEEKNUM",
    "ISOWEEKNUM",
    "EDATE",
    "EOMONTH",
    "DAYS",
    "DAYS360",
    "NETWORKDAYS",
    "NETWORKDAYS.INTL",
    "WORKDAY",
    "WORKDAY.INTL",
    "YEARFRAC",
    "TEXT",
    "TIMEVALUE",
];

/// Whether a function gives another value at another time or place.
pub(crate) fn is_volatile(name: &str) -> bool {
    VOLATILE.contains(&name)
}

/// Whether a function reaches outside of the workbook.
pub(crate) fn reaches_outside(name: &str) -> bool {
    OUTSIDE.contains(&name)
}

/// Whether a function is computed when a workbook is loaded; the stored value stands for the others.
pub(crate) fn is_recomputed(name: &str) -> bool {
    !is_volatile(name) && !reaches_outside(name)
}

/// Whether a function depends on the day from which dates are counted.
pub(crate) fn reads_dates(name: &str) -> bool {
    DATES.contains(&name)
}

/// Whether every `TEXT` of a formula has a format that the engine writes as Excel does: digits, and days and times in
/// numbers. For others it was found to differ in 323 of 328 cells of the format tests of a spreadsheet library (which
/// are made of strange formats); names of days and months and signs between digits are not offered therefore.
pub(crate) fn has_plain_text_formats(formula: &str) -> bool {
    static CALL: OnceLock<Regex> = OnceLock::new();
    static PLAIN: OnceLock<Regex> = OnceLock::new();
    let call = CALL.get_or_init(|| {
        Regex::new(r#"(?i)\bTEXT\((?:[^(),"]|\([^()]*\))+,\s*"([^"]*)"\s*\)"#)
            .expect("the pattern is a constant")
    });
    let plain = PLAIN.get_or_init(|| {
        Regex::new(r"^(?:#,##0|0+|#)(?:\.0+)?%?$|^(?:yyyy|yy|mm?|dd?|hh?|ss|[-/:年月日 ])+$")
            .expect("the pattern is a constant")
    });
    let upper = formula.to_uppercase();
    let calls = upper.matches("TEXT(").count();
    let known = call
        .captures_iter(formula)
        .filter(|found| plain.is_match(&found[1].to_lowercase()))
        .count();
    calls == known
}

//! Values as people see them.

use deskmate_core::number_text;

/// Year, month and day of a day number in the 1900 system, in which a 29 February 1900 exists.
pub fn date_of_serial(serial: f64) -> Option<(i32, u32, u32)> {
    if !(0.0..2_958_466.0).contains(&serial) {
        return None;
    }
    let day = serial.floor() as i64;
    if day == 60 {
        return Some((1900, 2, 29));
    }
    // Days since 1899-12-31 before the day that never was, since 1899-12-30 after it.
    let since_1970 = day - if day < 60 { 25_568 } else { 25_569 };
    Some(civil_date(since_1970))
}

/// The day number in the 1900 system of a date.
pub(crate) fn serial_of_date(year: i32, month: u32, day: u32) -> f64 {
    let days = days_since_1970(year, month, day);
    let serial = days + 25_569;
    if serial < 61 {
        (serial - 1) as f64
    } else {
        serial as f64
    }
}

/// `2024-03-05`, with the time if there is one; a time alone as `08:30`.
pub(crate) fn date_text(serial: f64) -> String {
    let seconds_in_all = (serial * 86_400.0).round();
    let (day, seconds) = (
        (seconds_in_all / 86_400.0).floor(),
        seconds_in_all.rem_euclid(86_400.0) as u32,
    );
    let (hour, minute, second) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    let time = if second == 0 {
        format!("{hour:02}:{minute:02}")
    } else {
        format!("{hour:02}:{minute:02}:{second:02}")
    };
    if (0.0..1.0).contains(&serial) {
        return time;
    }
    match date_of_serial(day) {
        None => number_text(serial),
        Some((year, month, day)) if seconds == 0 => format!("{year:04}-{month:02}-{day:02}"),
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02} {time}"),
    }
}

/// A duration as `26:30:00`.
pub(super) fn duration_text(days: f64) -> String {
    let seconds = (days * 86_400.0).round();
    let sign = if seconds < 0.0 { "-" } else { "" };
    let seconds = seconds.abs();
    let (hours, rest) = ((seconds / 3600.0).floor(), seconds % 3600.0);
    format!(
        "{sign}{hours:.0}:{:02.0}:{:02.0}",
        (rest / 60.0).floor(),
        rest % 60.0
    )
}

/// True when a number format shows a percentage.
pub(super) fn is_percent(code: &str) -> bool {
    if !code.contains('%') {
        return false;
    }
    let mut quoted = false;
    code.split(';').next().is_some_and(|positive| {
        positive.chars().any(|character| {
            quoted ^= character == '"';
            character == '%' && !quoted
        })
    })
}

// Source: https://howardhinnant.github.io/date_algorithms.html (days from civil and back)
fn civil_date(days: i64) -> (i32, u32, u32) {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let day_of_era = shifted.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_index = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_index + 2) / 5 + 1;
    let month = if month_index < 10 {
        month_index + 3
    } else {
        month_index - 9
    };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    (year as i32, month as u32, day as u32)
}

fn days_since_1970(year: i32, month: u32, day: u32) -> i64 {
    let year = i64::from(year) - i64::from(month <= 2);
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let month_index = (i64::from(month) + 9) % 12;
    let day_of_year = (153 * month_index + 2) / 5 + i64::from(day) - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn serial_numbers_are_dates_on_both_sides_of_the_day_that_never_was() {
        for (serial, text) in [
            (1.0, "1900-01-01"),
            (59.0, "1900-02-28"),
            (61.0, "1900-03-01"),
            (45_356.0, "2024-03-05"),
            (45_356.5, "2024-03-05 12:00"),
            (0.354_166_666_7, "08:30"),
        ] {
            assert_eq!(date_text(serial), text);
        }
        for (year, month, day) in [(1900, 1, 1), (1900, 3, 1), (2000, 2, 29), (2024, 12, 31)] {
            assert_eq!(
                date_of_serial(serial_of_date(year, month, day)),
                Some((year, month, day))
            );
        }
    }
}

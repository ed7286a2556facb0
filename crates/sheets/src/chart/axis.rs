//! Scales and the words on them.

use crate::output::ColumnFormat;

/// A scale from its lowest to its highest mark.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    /// Lowest mark.
    pub(super) low: f64,
    /// Highest mark.
    pub(super) high: f64,
    /// Distance of marks.
    pub(super) step: f64,
}

impl Axis {
    /// A scale with about five marks at round numbers that holds all values and zero: a bar that does not begin at
    /// zero lies about sizes.
    pub(super) fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high) = (0.0_f64, 0.0_f64);
        for value in values.filter(|value| value.is_finite()) {
            low = low.min(value);
            high = high.max(value);
        }
        if high == low {
            high = low + 1.0;
        }
        let rough = (high - low) / 5.0;
        let power = 10_f64.powf(rough.log10().floor());
        let step = [1.0, 2.0, 2.5, 5.0, 10.0]
            .iter()
            .map(|factor| factor * power)
            .find(|step| *step >= rough * 0.999)
            .unwrap_or(10.0 * power);
        Self {
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            step,
        }
    }

    /// The marks from low to high.
    pub(super) fn marks(&self) -> Vec<f64> {
        let count = ((self.high - self.low) / self.step).round() as usize;
        (0..=count.min(50))
            .map(|index| self.low + self.step * index as f64)
            .collect()
    }

    /// Where a value lies, 0 at the lowest mark, 1 at the highest.
    pub(super) fn share(&self, value: f64) -> f64 {
        ((value - self.low) / (self.high - self.low)).clamp(0.0, 1.0)
    }

    /// The words at a mark: thousands apart, no more decimal places than the step has.
    pub(super) fn mark_text(&self, value: f64, format: &ColumnFormat) -> String {
        match format {
            ColumnFormat::Percent(_) => {
                let places = places_of(self.step * 100.0);
                format!("{:.places$}%", (value * 100.0) + 0.0)
            }
            _ => {
                let places = places_of(self.step);
                grouped(value, places)
            }
        }
    }
}

fn places_of(step: f64) -> usize {
    (0..8)
        .find(|places| {
            let scaled = step * 10_f64.powi(*places);
            (scaled - scaled.round()).abs() < 1e-6 * scaled.abs().max(1.0)
        })
        .unwrap_or(8) as usize
}

/// A value as its column shows it.
pub(super) fn value_text(value: f64, format: &ColumnFormat) -> String {
    match format {
        ColumnFormat::Percent(places) => {
            let places = usize::from(*places);
            format!("{:.places$}%", value * 100.0)
        }
        ColumnFormat::Decimal(places) => grouped(value, usize::from(*places)),
        ColumnFormat::Integer => grouped(value, 0),
        _ => {
            let plain = crate::formula::shown_number((value * 1e4).round() / 1e4);
            let places = plain.split_once('.').map_or(0, |(_, places)| places.len());
            grouped(value, places)
        }
    }
}

/// A number with its thousands apart.
pub(super) fn grouped(value: f64, places: usize) -> String {
    let text = format!("{:.places$}", value.abs());
    let (whole, rest) = match text.split_once('.') {
        Some((whole, rest)) => (whole.to_string(), format!(".{rest}")),
        None => (text, String::new()),
    };
    let mut out = String::new();
    for (index, digit) in whole.chars().enumerate() {
        if index > 0 && (whole.len() - index).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    let is_zero = out
        .chars()
        .chain(rest.chars())
        .all(|c| matches!(c, '0' | '.' | ','));
    let sign = if value < 0.0 && !is_zero { "−" } else { "" };
    format!("{sign}{out}{rest}")
}

/// A day by its serial number.
pub(super) fn date_text(serial: f64) -> String {
    match crate::workbook::date_of_serial(serial) {
        Some((year, month, day)) => format!("{year:04}-{month:02}-{day:02}"),
        None => crate::formula::shown_number(serial),
    }
}

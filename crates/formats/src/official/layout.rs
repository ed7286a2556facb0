//! Widths in characters, and where signature and date stand.

use super::model::SealLayout;

/// Width of a text in characters of its size; ASCII takes half of one.
pub(super) fn width(text: &str) -> f64 {
    text.chars()
        .map(|c| {
            if (c as u32) < 0x2E80 && !"“”‘’—…·×".contains(c) {
                0.5
            } else {
                1.0
            }
        })
        .sum()
}

/// Right indents, in characters, of the signature and of the date below it.
pub(super) fn signature(signatory: &str, date: &str, seal: SealLayout) -> (f64, f64) {
    let (name, date) = (width(signatory), width(date));
    match seal {
        SealLayout::Sealed => {
            let centre = 4.0 + date / 2.0;
            (
                (centre - name / 2.0).max(0.0),
                (name / 2.0 - date / 2.0).max(4.0),
            )
        }
        SealLayout::Unsealed if date > name => (2.0 + date + 2.0 - name, 2.0),
        SealLayout::Unsealed => (2.0, (name - date).max(0.0)),
    }
}

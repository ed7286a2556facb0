//! Shares out the minutes of a lesson so that they add up.

/// Whole minutes in proportion to what was wanted that add up to `total`, each at least one while there are enough
/// (largest remainders; of equals the earlier).
pub(super) fn shared_out(wanted: &[f64], total: u32) -> Vec<u32> {
    let count = wanted.len() as u32;
    if count == 0 {
        return Vec::new();
    }
    if total <= count {
        return (0..count).map(|index| u32::from(index < total)).collect();
    }
    let weights: Vec<f64> = wanted
        .iter()
        .map(|minutes| {
            if minutes.is_finite() {
                minutes.clamp(0.1, 1_000.0)
            } else {
                1.0
            }
        })
        .collect();
    let sum: f64 = weights.iter().sum();
    // One minute each, the rest in proportion.
    let rest = f64::from(total - count);
    let exact: Vec<f64> = weights.iter().map(|weight| rest * weight / sum).collect();
    let mut out: Vec<u32> = exact
        .iter()
        .map(|minutes| minutes.floor() as u32 + 1)
        .collect();
    let mut order: Vec<usize> = (0..out.len()).collect();
    order.sort_by(|a, b| exact[*b].fract().total_cmp(&exact[*a].fract()));
    let missing = total - out.iter().sum::<u32>();
    for index in order.into_iter().take(missing as usize) {
        out[index] += 1;
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn minutes_add_up_whatever_was_wanted() {
        let odd: [&[f64]; 5] = [
            &[5.0, 20.0, 12.0, 5.0, 3.0],
            &[100.0, 1.0, 1.0],
            &[0.0, 0.0],
            &[f64::NAN, f64::INFINITY, -3.0],
            &[7.0; 7],
        ];
        for wanted in odd {
            for total in [5, 40, 45, 90] {
                let shared = shared_out(wanted, total);
                assert_eq!(shared.iter().sum::<u32>(), total, "{wanted:?} {total}");
                assert_eq!(shared.len(), wanted.len());
            }
        }
    }

    #[test]
    fn what_adds_up_already_is_hardly_changed() {
        let shared = shared_out(&[5.0, 20.0, 12.0, 5.0, 3.0], 45);
        assert_eq!(shared.iter().sum::<u32>(), 45);
        assert!(shared[1].abs_diff(20) <= 2, "{shared:?}");
    }
}

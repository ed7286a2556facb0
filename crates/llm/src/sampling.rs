//! Choosing the next token from its logits.

/// Tokens considered at a temperature above 0. With `TOP_P`, the defaults of llama.cpp.
const TOP_K: usize = 40;
/// Share of the probability that the considered tokens make up.
const TOP_P: f32 = 0.95;

/// Chooses tokens: the likeliest at temperature 0, else by chance among the likely ones.
#[derive(Debug, Clone)]
pub(crate) struct Sampler {
    temperature: f32,
    state: u64,
}

impl Sampler {
    /// A sampler; the same seed gives the same choices from the same logits.
    pub(crate) fn new(temperature: f32, seed: u32) -> Self {
        Self {
            temperature: if temperature.is_finite() {
                temperature
            } else {
                0.0
            },
            state: u64::from(seed),
        }
    }

    /// True when the choice is simply the likeliest token.
    pub(crate) fn is_greedy(&self) -> bool {
        self.temperature <= 0.0
    }

    /// Chooses among all tokens.
    pub(crate) fn choose_any(&mut self, logits: &[f32]) -> Option<usize> {
        if self.is_greedy() {
            likeliest(logits)
        } else {
            self.choose(logits, 0..logits.len())
        }
    }

    /// Chooses among the tokens of `candidates`; `None` when there is none.
    ///
    /// A logit that is not a number never wins.
    pub(crate) fn choose(
        &mut self,
        logits: &[f32],
        candidates: impl Iterator<Item = usize>,
    ) -> Option<usize> {
        let usable =
            candidates.filter(|token| logits.get(*token).is_some_and(|logit| !logit.is_nan()));
        if self.is_greedy() {
            // On a tie the lowest token, as in llama.cpp.
            return usable.fold(None, |best: Option<usize>, token| match best {
                Some(best) if logits[best] >= logits[token] => Some(best),
                _ => Some(token),
            });
        }
        let mut likely: Vec<(usize, f32)> = usable.map(|token| (token, logits[token])).collect();
        let by_logit = |a: &(usize, f32), b: &(usize, f32)| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0));
        if likely.len() > TOP_K {
            likely.select_nth_unstable_by(TOP_K, by_logit);
            likely.truncate(TOP_K);
        }
        likely.sort_unstable_by(by_logit);
        self.draw(&likely)
    }

    fn draw(&mut self, likely: &[(usize, f32)]) -> Option<usize> {
        let (best, top) = *likely.first()?;
        // top-p looks at the distribution before the temperature, as llama.cpp's order of samplers does.
        let weights: Vec<f32> = likely
            .iter()
            .map(|(_, logit)| (logit - top).exp())
            .collect();
        let limit = weights.iter().sum::<f32>() * TOP_P;
        let mut reached = 0.0;
        let kept = weights
            .iter()
            .take_while(|weight| {
                let more = reached < limit;
                reached += **weight;
                more
            })
            .count()
            .max(1);
        let warm: Vec<f32> = likely[..kept]
            .iter()
            .map(|(_, logit)| ((logit - top) / self.temperature).exp())
            .collect();
        let mut left = self.uniform() * warm.iter().sum::<f32>();
        for ((token, _), weight) in likely.iter().zip(&warm) {
            if left < *weight {
                return Some(*token);
            }
            left -= weight;
        }
        Some(best)
    }

    /// A number from 0 up to but not including 1. Source: SplitMix64, <https://prng.di.unimi.it/splitmix64.c>.
    fn uniform(&mut self) -> f32 {
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.state;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        // 24 bits are exact in an f32.
        (z >> 40) as f32 / (1_u32 << 24) as f32
    }
}

/// The token with the highest logit, the lowest of several; `None` when no logit is a number.
///
/// Runs over the whole vocabulary for every token, so it first finds the height, in eight lanes that do not wait for
/// each other, and then its place.
fn likeliest(logits: &[f32]) -> Option<usize> {
    let mut tops = [f32::NEG_INFINITY; 8];
    let (blocks, rest) = logits.as_chunks::<8>();
    for block in blocks {
        for (top, logit) in tops.iter_mut().zip(block) {
            // False for what is not a number.
            if *logit > *top {
                *top = *logit;
            }
        }
    }
    let top = tops
        .iter()
        .chain(rest)
        .fold(f32::NEG_INFINITY, |top, logit| top.max(*logit));
    // All impossible: any number will do, as in `choose`.
    logits.iter().position(|logit| *logit == top)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(logits: &[f32]) -> std::ops::Range<usize> {
        0..logits.len()
    }

    #[test]
    fn at_temperature_zero_the_likeliest_wins_and_the_lowest_on_a_tie() {
        let logits = [0.5, 2.0, 2.0, f32::NAN, f32::NEG_INFINITY];
        assert_eq!(Sampler::new(0.0, 7).choose(&logits, all(&logits)), Some(1));
    }

    #[test]
    fn choosing_any_is_choosing_among_all() {
        for length in 0..40 {
            let logits: Vec<f32> = (0..length).map(|n| ((n * 7) as f32).sin()).collect();
            let mut sampler = Sampler::new(0.0, 0);
            let expected = sampler.choose(&logits, all(&logits));
            assert_eq!(sampler.choose_any(&logits), expected);
        }
        for logits in [
            vec![f32::NAN; 9],
            vec![f32::NEG_INFINITY; 9],
            vec![1.0, f32::NAN, 2.0, 2.0],
        ] {
            let mut sampler = Sampler::new(0.0, 0);
            let expected = sampler.choose(&logits, all(&logits));
            assert_eq!(sampler.choose_any(&logits), expected);
        }
    }

    #[test]
    fn only_candidates_are_chosen() {
        let logits = [9.0, 1.0, 2.0];
        for temperature in [0.0, 1.0] {
            let mut sampler = Sampler::new(temperature, 1);
            assert_eq!(sampler.choose(&logits, [1].into_iter()), Some(1));
            assert_eq!(sampler.choose(&logits, std::iter::empty()), None);
            assert_eq!(sampler.choose(&logits, [99].into_iter()), None);
        }
    }

    #[test]
    fn the_same_seed_gives_the_same_choices() {
        let logits: Vec<f32> = (0..100).map(|n| (n as f32 * 0.7).sin()).collect();
        let draws = |seed: u32| -> Vec<_> {
            let mut sampler = Sampler::new(0.9, seed);
            (0..50)
                .map(|_| sampler.choose(&logits, all(&logits)))
                .collect()
        };
        assert_eq!(draws(3), draws(3));
        assert_ne!(draws(3), draws(4));
    }

    #[test]
    fn choices_follow_the_probabilities() {
        // Odds of 3 to 1 at temperature 1.
        let logits = [3.0_f32.ln(), 0.0];
        let mut sampler = Sampler::new(1.0, 11);
        let firsts = (0..10_000)
            .filter(|_| sampler.choose(&logits, all(&logits)) == Some(0))
            .count();
        assert!((7_300..7_700).contains(&firsts), "{firsts}");
    }

    #[test]
    fn unlikely_tokens_are_never_drawn() {
        // 50 alike tokens: 40 are considered, and 95 % of those are 38.
        let logits = vec![1.0_f32; 50];
        let mut sampler = Sampler::new(1.0, 5);
        let highest = (0..5_000)
            .filter_map(|_| sampler.choose(&logits, all(&logits)))
            .max();
        assert_eq!(highest, Some(37));
    }

    #[test]
    fn a_temperature_that_is_no_number_means_greedy() {
        assert!(Sampler::new(f32::NAN, 0).is_greedy());
        assert!(Sampler::new(-1.0, 0).is_greedy());
    }
}

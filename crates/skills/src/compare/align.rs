//! Which unit of one version stands for which of the other.

use std::collections::HashMap;

use super::unit::Unit;
use super::words;

/// An aligned pair; one side is missing for what was added or removed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Pair {
    pub(super) old: Option<usize>,
    pub(super) new: Option<usize>,
    /// It stands elsewhere in the order.
    pub(super) moved: bool,
}

/// Units less alike than this are two different clauses. Set by hand.
const LEAST_ALIKE: f32 = 0.42;
/// At the very same place, so much of the shorter one must stand in the longer one. Set by hand.
const LEAST_HELD: f32 = 0.5;
/// What was taken out at one place and put in at another is one moved clause from here on.
const LEAST_ALIKE_MOVED: f32 = 0.62;
/// Cells of one table of the alignment; a larger gap is aligned by its labels and equal texts alone.
const MAX_CELLS: usize = 4_000_000;

/// Aligns two versions; the pairs come in the order of the newer one, removed units where they stood.
pub(super) fn align(old: &[Unit], new: &[Unit]) -> Vec<Pair> {
    let old_grams: Vec<Grams> = old.iter().map(|unit| grams(&unit.text)).collect();
    let new_grams: Vec<Grams> = new.iter().map(|unit| grams(&unit.text)).collect();
    let sides = Sides {
        old,
        new,
        old_grams: &old_grams,
        new_grams: &new_grams,
    };
    let mut pairs = Vec::new();
    let (mut old_at, mut new_at) = (0, 0);
    // Texts that stand once on each side divide the work.
    for (old_fixed, new_fixed) in anchors(old, new) {
        sides.gap(old_at..old_fixed, new_at..new_fixed, &mut pairs);
        pairs.push(Pair {
            old: Some(old_fixed),
            new: Some(new_fixed),
            moved: false,
        });
        (old_at, new_at) = (old_fixed + 1, new_fixed + 1);
    }
    sides.gap(old_at..old.len(), new_at..new.len(), &mut pairs);
    sides.join_moved(pairs)
}

/// Pairs of equal texts that are unique on both sides, the longest sequence that rises on both.
fn anchors(old: &[Unit], new: &[Unit]) -> Vec<(usize, usize)> {
    let places = |units: &[Unit]| {
        let mut places: HashMap<String, Vec<usize>> = HashMap::new();
        for (index, unit) in units.iter().enumerate() {
            places
                .entry(words::plain(&unit.text))
                .or_default()
                .push(index);
        }
        places
    };
    let (old_places, new_places) = (places(old), places(new));
    let mut pairs: Vec<(usize, usize)> = old_places
        .iter()
        .filter_map(
            |(text, at)| match (&at[..], new_places.get(text).map(Vec::as_slice)) {
                ([old], Some([new])) => Some((*old, *new)),
                _ => None,
            },
        )
        .collect();
    pairs.sort_unstable();
    longest_rise(&pairs)
}

/// The longest subsequence whose second numbers rise (patience sorting).
fn longest_rise(pairs: &[(usize, usize)]) -> Vec<(usize, usize)> {
    let mut tails: Vec<usize> = Vec::new();
    let mut before: Vec<Option<usize>> = vec![None; pairs.len()];
    for (index, pair) in pairs.iter().enumerate() {
        let pile = tails.partition_point(|tail| pairs[*tail].1 < pair.1);
        before[index] = pile.checked_sub(1).map(|pile| tails[pile]);
        if pile == tails.len() {
            tails.push(index);
        } else {
            tails[pile] = index;
        }
    }
    let mut out = Vec::new();
    let mut next = tails.last().copied();
    while let Some(index) = next {
        out.push(pairs[index]);
        next = before[index];
    }
    out.reverse();
    out
}

/// Pairs of neighbouring characters (words for Latin script) with how often each occurs.
type Grams = HashMap<(u32, u32), u32>;

fn grams(text: &str) -> Grams {
    let tokens: Vec<u32> = words::tokens(text)
        .iter()
        .map(|token| words::hash(token))
        .collect();
    let mut grams = Grams::new();
    let mut before = 0;
    for token in tokens {
        *grams.entry((before, token)).or_default() += 1;
        before = token;
    }
    grams
}

/// Dice coefficient.
fn alike(a: &Grams, b: &Grams) -> f32 {
    let total: u32 = a.values().sum::<u32>() + b.values().sum::<u32>();
    if total == 0 {
        return 0.0;
    }
    let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
    let shared: u32 = small
        .iter()
        .map(|(gram, count)| large.get(gram).map_or(0, |other| *count.min(other)))
        .sum();
    2.0 * shared as f32 / total as f32
}

struct Sides<'u> {
    old: &'u [Unit],
    new: &'u [Unit],
    old_grams: &'u [Grams],
    new_grams: &'u [Grams],
}

impl Sides<'_> {
    fn score(&self, old: usize, new: usize) -> f32 {
        if self.old[old].is_heading != self.new[new].is_heading {
            return 0.0;
        }
        let alike = alike(&self.old_grams[old], &self.new_grams[new]);
        let same_label =
            !self.old[old].label.is_empty() && self.old[old].label == self.new[new].label;
        // The same number says little after a clause was put in before it, but breaks a tie.
        alike
            + if same_label && alike > 0.25 {
                0.08
            } else {
                0.0
            }
    }

    /// Aligns what lies between two fixed pairs so that the sum of likeness is greatest.
    fn gap(&self, old: std::ops::Range<usize>, new: std::ops::Range<usize>, pairs: &mut Vec<Pair>) {
        let (rows, columns) = (old.len(), new.len());
        let removed = |index: usize| Pair {
            old: Some(index),
            new: None,
            moved: false,
        };
        let added = |index: usize| Pair {
            old: None,
            new: Some(index),
            moved: false,
        };
        if rows == 0 || columns == 0 || rows.saturating_mul(columns) > MAX_CELLS {
            pairs.extend(old.map(removed));
            pairs.extend(new.map(added));
            return;
        }
        let width = columns + 1;
        let mut best = vec![0.0_f32; (rows + 1) * width];
        let mut taken = vec![false; (rows + 1) * width];
        for row in (0..rows).rev() {
            for column in (0..columns).rev() {
                let here = row * width + column;
                let skip = best[here + width].max(best[here + 1]);
                let score = self.score(old.start + row, new.start + column);
                let both = best[here + width + 1] + score;
                taken[here] = score >= LEAST_ALIKE && both >= skip;
                best[here] = if taken[here] { both } else { skip };
            }
        }
        let from = pairs.len();
        let (mut row, mut column) = (0, 0);
        while row < rows || column < columns {
            let here = row * width + column;
            if row < rows && column < columns && taken[here] {
                pairs.push(Pair {
                    old: Some(old.start + row),
                    new: Some(new.start + column),
                    moved: false,
                });
                (row, column) = (row + 1, column + 1);
            } else if column == columns || (row < rows && best[here + width] >= best[here + 1]) {
                pairs.push(removed(old.start + row));
                row += 1;
            } else {
                pairs.push(added(new.start + column));
                column += 1;
            }
        }
        self.join_neighbours(from, pairs);
    }

    /// What went and what came at the very same place is one clause already when one holds most of the other.
    fn join_neighbours(&self, from: usize, pairs: &mut Vec<Pair>) {
        let mut at = from;
        while at < pairs.len() {
            let run = pairs[at..]
                .iter()
                .take_while(|pair| pair.old.is_none() || pair.new.is_none())
                .count();
            if run == 0 {
                at += 1;
                continue;
            }
            let end = at + run;
            let mut removed: Vec<usize> =
                pairs[at..end].iter().filter_map(|pair| pair.old).collect();
            let mut joined = Vec::with_capacity(run);
            for new in pairs[at..end].iter().filter_map(|pair| pair.new) {
                let found = removed.iter().position(|old| self.holds(*old, new));
                let old = found.map(|found| removed.remove(found));
                joined.push(Pair {
                    old,
                    new: Some(new),
                    moved: false,
                });
            }
            let left = removed.into_iter().map(|old| Pair {
                old: Some(old),
                new: None,
                moved: false,
            });
            let joined: Vec<Pair> = left.chain(joined).collect();
            at += joined.len();
            pairs.splice(at - joined.len()..end, joined);
        }
    }

    fn holds(&self, old: usize, new: usize) -> bool {
        let (a, b) = (&self.old_grams[old], &self.new_grams[new]);
        let (small, large) = if a.len() < b.len() { (a, b) } else { (b, a) };
        let shared = small.keys().filter(|gram| large.contains_key(gram)).count();
        self.old[old].is_heading == self.new[new].is_heading
            && small.len() >= 6
            && shared as f32 >= LEAST_HELD * small.len() as f32
    }

    /// Brings together what was removed at one place and added at another.
    fn join_moved(&self, mut pairs: Vec<Pair>) -> Vec<Pair> {
        let removed: Vec<usize> = pairs
            .iter()
            .filter(|pair| pair.new.is_none())
            .filter_map(|pair| pair.old)
            .collect();
        let added: Vec<usize> = pairs
            .iter()
            .filter(|pair| pair.old.is_none())
            .filter_map(|pair| pair.new)
            .collect();
        if removed.len().saturating_mul(added.len()) > MAX_CELLS {
            return pairs;
        }
        let mut likeness: Vec<(f32, usize, usize)> = Vec::new();
        for old in &removed {
            for new in &added {
                let score = self.score(*old, *new);
                // Short units are alike by chance.
                let long = self.old_grams[*old].len() >= 8;
                if score >= LEAST_ALIKE_MOVED && long {
                    likeness.push((score, *old, *new));
                }
            }
        }
        likeness.sort_by(|a, b| b.0.total_cmp(&a.0).then((a.1, a.2).cmp(&(b.1, b.2))));
        let mut of_new: HashMap<usize, usize> = HashMap::new();
        let mut used = Vec::new();
        for (_, old, new) in likeness {
            if !used.contains(&old) && !of_new.contains_key(&new) {
                used.push(old);
                of_new.insert(new, old);
            }
        }
        pairs.retain(|pair| pair.new.is_some() || !pair.old.is_some_and(|old| used.contains(&old)));
        for pair in &mut pairs {
            if pair.old.is_none()
                && let Some(old) = pair.new.and_then(|new| of_new.get(&new))
            {
                pair.old = Some(*old);
                pair.moved = true;
            }
        }
        pairs
    }
}

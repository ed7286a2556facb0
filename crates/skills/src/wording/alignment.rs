//! Where a clause lies in its source: all of the clause against the stretch of the source that is most like it.

use std::ops::Range;

use super::Token;

/// A stretch in which a clause and its source differ; one side may be empty.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Hunk {
    /// Tokens of the clause.
    pub(super) own: Range<usize>,
    /// Tokens of the source.
    pub(super) source: Range<usize>,
    /// Tokens that agree before and behind it, up to the next difference.
    pub(super) agrees: (usize, usize),
}

/// A clause laid on its source.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Alignment {
    /// Tokens that agree.
    pub(super) matched: usize,
    /// The first token of the source's stretch.
    pub(super) first: usize,
    /// Differences, in order.
    pub(super) hunks: Vec<Hunk>,
}

// Agreement weighs more than what differs, and a gap costs to open, however much of the source it leaves out: the stretch
// stays together, and what is left out of the middle is left out at once.
const MATCH: i32 = 3;
const DIFFER: i32 = -2;
const OPEN: i32 = -4;
const EXTEND: i32 = -1;
const NEVER: i32 = i32::MIN / 2;

/// Which way the best score of a cell came.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Way {
    Pair,
    /// A token of the clause that the source has not.
    Own,
    /// A token of the source that the clause has not.
    Source,
    Begin,
}

/// Lays a clause on the stretch of its source that is most like it (after Gotoh, 1982, with the source's ends free).
pub(super) fn align(clause: &[Token], source: &[Token]) -> Alignment {
    let (rows, columns) = (clause.len() + 1, source.len() + 1);
    let at = |i: usize, j: usize| i * columns + j;
    // For each way the best score that ends so, and the way before it.
    let mut scores = [
        vec![NEVER; rows * columns],
        vec![NEVER; rows * columns],
        vec![NEVER; rows * columns],
    ];
    let mut before = [
        vec![Way::Begin; rows * columns],
        vec![Way::Begin; rows * columns],
        vec![Way::Begin; rows * columns],
    ];
    const WAYS: [Way; 3] = [Way::Pair, Way::Own, Way::Source];
    for score in &mut scores[0][..columns] {
        *score = 0;
    }
    for i in 1..rows {
        for j in 0..columns {
            let best = |scores: &[Vec<i32>; 3], cell: usize, own: i32, to: [i32; 3]| {
                (0..3)
                    .map(|way| {
                        (
                            scores[way][cell].saturating_add(to[way]).max(NEVER) + own,
                            WAYS[way],
                        )
                    })
                    .reduce(|best, next| if next.0 > best.0 { next } else { best })
                    .unwrap_or((NEVER, Way::Begin))
            };
            let own = best(&scores, at(i - 1, j), 0, [OPEN, EXTEND, OPEN]);
            (scores[1][at(i, j)], before[1][at(i, j)]) = own;
            if j > 0 {
                let pair = if clause[i - 1].folded == source[j - 1].folded {
                    MATCH
                } else {
                    DIFFER
                };
                let found = best(&scores, at(i - 1, j - 1), pair, [0, 0, 0]);
                (scores[0][at(i, j)], before[0][at(i, j)]) = found;
                let found = best(&scores, at(i, j - 1), 0, [OPEN, OPEN, 0]);
                (scores[2][at(i, j)], before[2][at(i, j)]) = found;
            }
        }
    }
    // Of equal ends the first.
    let last = rows - 1;
    let (mut j, mut way, _) = (0..columns)
        .flat_map(|j| [(j, 0), (j, 1)].map(|(j, way)| (j, way, scores[way][at(last, j)])))
        .reduce(|best, next| if next.2 > best.2 { next } else { best })
        .unwrap_or((0, 1, NEVER));
    let mut i = last;
    let mut pairs: Vec<(usize, usize)> = Vec::new();
    while i > 0 {
        let from = before[way][at(i, j)];
        match WAYS[way] {
            Way::Pair => {
                (i, j) = (i - 1, j - 1);
                if clause[i].folded == source[j].folded {
                    pairs.push((i, j));
                }
            }
            Way::Own => i -= 1,
            Way::Source | Way::Begin => j -= 1,
        }
        way = match from {
            Way::Pair | Way::Begin => 0,
            Way::Own => 1,
            Way::Source => 2,
        };
    }
    pairs.reverse();
    without_strays(&mut pairs, clause);
    hunks(&pairs, clause.len(), j, source)
}

/// A lone ideograph between two differences agrees by chance.
fn without_strays(pairs: &mut Vec<(usize, usize)>, clause: &[Token]) {
    let joined = |a: (usize, usize), b: (usize, usize)| a.0 + 1 == b.0 && a.1 + 1 == b.1;
    let all = pairs.clone();
    let mut index = 0_usize;
    pairs.retain(|pair| {
        let before = index.checked_sub(1).map(|at| all[at]);
        let after = all.get(index + 1).copied();
        index += 1;
        let is_held = before.is_some_and(|before| joined(before, *pair))
            || after.is_some_and(|after| joined(*pair, after));
        let is_edge = pair.0 == 0 || pair.0 + 1 == clause.len();
        is_held || is_edge || !clause[pair.0].is_han()
    });
}

fn hunks(pairs: &[(usize, usize)], own_length: usize, start: usize, source: &[Token]) -> Alignment {
    let mut hunks: Vec<Hunk> = Vec::new();
    let first = pairs.first().map_or(start, |pair| match pair.0 {
        0 => pair.1,
        // The clause begins with something else: as much of the source's clause before counts as its counterpart.
        _ => {
            let clause_start = (0..=pair.1)
                .rev()
                .find(|at| source[*at].begins_clause)
                .unwrap_or(0);
            match (pair.1 - clause_start).abs_diff(pair.0) <= 1 {
                true => clause_start,
                false => start.max(clause_start).min(pair.1),
            }
        }
    });
    let (mut own, mut theirs) = (0, first);
    let mut run = 0;
    for pair in pairs {
        if pair.0 > own || pair.1 > theirs {
            if let Some(last) = hunks.last_mut() {
                last.agrees.1 = run;
            }
            hunks.push(Hunk {
                own: own..pair.0,
                source: theirs..pair.1,
                agrees: (run, 0),
            });
            run = 0;
        }
        run += 1;
        (own, theirs) = (pair.0 + 1, pair.1 + 1);
    }
    if let Some(last) = hunks.last_mut() {
        last.agrees.1 = run;
    }
    if own < own_length {
        let rest = own_length - own;
        // At the end: what stands in its place, up to the end of the source's clause.
        let end = (theirs..source.len().min(theirs + rest))
            .find(|at| source[*at].begins_clause && *at > theirs)
            .unwrap_or(source.len().min(theirs + rest));
        let is_over = source.get(theirs).is_none_or(|next| next.begins_clause);
        hunks.push(Hunk {
            own: own..own_length,
            source: theirs..if is_over { theirs } else { end },
            agrees: (run, 0),
        });
    }
    Alignment {
        matched: pairs.len(),
        first,
        hunks,
    }
}

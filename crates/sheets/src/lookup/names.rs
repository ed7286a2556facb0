//! Names in a question: which of a table's labels it says, whole or nearly, in these or in like words.

use std::collections::{BTreeMap, BTreeSet};

use super::endings;
use super::spoken::{Spoken, normal, spoken_forms};

/// The question, normalised.
pub(super) struct Asked {
    text: Vec<char>,
    /// Where its clauses begin and end in the text.
    clauses: Vec<(usize, usize)>,
}

/// Which names of a table a question says.
pub(super) struct Matched {
    /// How much of each name.
    pub(super) shares: BTreeMap<String, f64>,
    /// The question without whole names.
    pub(super) rest: String,
    /// The question without all that names say, in part too.
    pub(super) unnamed: String,
    /// Characters of the question that some name says.
    covered: Vec<bool>,
}

impl Asked {
    pub(super) fn new(question: &str) -> Self {
        let mut text = Vec::new();
        let mut clauses = Vec::new();
        let ends = ['?', '？', '。', ';', '；', ',', '，', '!', '！', '\n'];
        for clause in question.split(ends) {
            let begin = text.len();
            text.extend(normal(clause));
            if text.len() > begin {
                clauses.push((begin, text.len()));
            }
        }
        Self { text, clauses }
    }

    fn says(&self, word: &str) -> bool {
        self.text.iter().collect::<String>().contains(word)
    }

    /// Whether a place or a time is asked for and these cells are of neither, by their names and values.
    pub(super) fn asks_for_another_thing(&self, cells: &[super::Candidate]) -> bool {
        let question: String = self.text.iter().collect();
        let names: String = cells
            .iter()
            .flat_map(|cell| [cell.row_label.as_str(), cell.column_label.as_str()])
            .collect();
        let values: String = cells.iter().map(|cell| cell.value.as_str()).collect();
        endings::asks_for_another_thing(&question, &names, &values)
    }

    /// Whether a clause asks for something and says no name of the table: then an answer would be half of one.
    pub(super) fn has_open_clause(&self, matched: &Matched) -> bool {
        self.clauses.iter().any(|(begin, end)| {
            let clause: String = self.text[*begin..*end].iter().collect();
            let asks = [
                "什么",
                "哪",
                "谁",
                "多少",
                "多大",
                "多高",
                "多长",
                "多重",
                "多远",
                "多久",
                "多快",
                "几",
                "怎",
                "为何",
                "是不是",
                "还是",
                "啥",
            ];
            let is_named = matched.covered[*begin..*end].contains(&true);
            !is_named
                && asks.iter().any(|word| clause.contains(word))
                && endings::without_fillers(&clause).chars().count() >= 2
        })
    }

    /// How many things are asked for, by the words that ask.
    pub(super) fn asks(&self) -> usize {
        let text: String = self.text.iter().collect();
        [
            "多少", "什么", "哪", "谁", "几", "多大", "多高", "多长", "多久",
        ]
        .iter()
        .map(|word| text.matches(word).count())
        .sum()
    }

    /// Share of the question's characters that these labels cover.
    pub(super) fn coverage(&self, labels: &[&str]) -> f64 {
        let mut covered = vec![false; self.text.len()];
        for label in labels {
            for part in label.split('/') {
                let part = normal(part);
                for pair in part.windows(2) {
                    for (at, own) in self.text.windows(2).enumerate() {
                        if own == pair {
                            covered[at] = true;
                            covered[at + 1] = true;
                        }
                    }
                }
            }
        }
        covered.iter().filter(|covered| **covered).count() as f64 / self.text.len().max(1) as f64
    }

    /// Where the question says a name as a whole, in characters that no longer name has taken.
    fn places(&self, name: &[char], taken: &[bool]) -> Vec<usize> {
        if name.is_empty() {
            return Vec::new();
        }
        self.text
            .windows(name.len())
            .enumerate()
            .filter(|(at, window)| {
                *window == name && !taken[*at..at + name.len()].iter().all(|taken| *taken)
            })
            .map(|(at, _)| at)
            .collect()
    }

    /// Marks the characters that a name shares with the question, by pairs.
    fn cover(&self, name: &[char], covered: &mut [bool]) {
        for (at, own) in self.text.windows(2).enumerate() {
            if name.windows(2).any(|pair| pair == own) {
                covered[at..at + 2].fill(true);
            }
        }
    }

    /// The share of a name's pairs of characters that the question has outside of whole names.
    fn resembles(&self, name: &[char], taken: &[bool]) -> f64 {
        // Half of a date or number is another one: 2024年第二季度 says nothing of 2024-02-03.
        let digits = name.iter().filter(|c| c.is_ascii_digit()).count();
        if name.len() < 3 || digits * 2 > name.len() {
            return 0.0;
        }
        // 三号水泵 is another pump than 一号水泵, however like their names are.
        let is_another = name
            .windows(2)
            .any(|pair| is_numeral(pair[0]) && !self.text.windows(2).any(|own| own == pair));
        if is_another {
            return 0.0;
        }
        let said = name
            .windows(2)
            .filter(|pair| {
                self.text
                    .windows(2)
                    .enumerate()
                    .any(|(at, own)| own == *pair && !(taken[at] && taken[at + 1]))
            })
            .count();
        // The last word of a name says what it is of.
        let last = name.iter().rfind(|last| **last != '%');
        let is_rate = last == Some(&'率') && self.says("百分之");
        let is_of_that = is_rate || last.is_some_and(|last| self.text.contains(last));
        let weight = if is_of_that { 0.95 } else { 0.7 };
        weight * said as f64 / (name.len() - 1) as f64
    }
}

fn is_numeral(character: char) -> bool {
    character.is_ascii_digit() || "一二三四五六七八九十甲乙丙丁".contains(character)
}

/// From this share on the name of a change is meant.
const LIKE_A_CHANGE: f64 = 0.3;

/// How much of each name the question says. Whole names come first, the longest before others: 应收账款 inside
/// 应收票据及应收账款 was not said by itself, and what names 上期金额 does not name 本期金额.
pub(super) fn shares<'l>(labels: impl Iterator<Item = &'l String>, asked: &Asked) -> Matched {
    let question: String = asked.text.iter().collect();
    let names: BTreeSet<&str> = labels.flat_map(|label| label.split('/')).collect();
    let spoken = spoken_forms(&names, &question);
    let mut taken = vec![false; asked.text.len()];
    let mut shares: BTreeMap<String, f64> = BTreeMap::new();
    take_changes(&names, asked, &question, &mut taken, &mut shares);
    let mut said: Vec<(usize, Vec<char>)> = Vec::new();
    // Names of one length do not hide each other, nor does a name hide itself in the other direction.
    for group in spoken.chunk_by(|a, b| a.text.len() == b.text.len()) {
        let mut places: Vec<(usize, &Spoken)> = Vec::new();
        for form in group {
            let found = asked.places(&form.text, &taken);
            places.extend(found.into_iter().map(|place| (place, form)));
        }
        // 起源 with 哪里 is 起源地, not the 起源 beside it.
        let stems: BTreeSet<usize> = places
            .iter()
            .filter(|(_, form)| form.is_stem)
            .map(|(place, _)| *place)
            .collect();
        places.retain(|(place, form)| form.is_stem || !stems.contains(place));
        for (place, form) in &places {
            shares.insert(form.name.clone(), 1.0);
            said.push((*place, form.text.clone()));
            for taken in &mut taken[*place..*place + form.text.len()] {
                *taken = true;
            }
        }
    }
    let unsaid: Vec<Vec<char>> = spoken
        .iter()
        .filter(|form| !shares.contains_key(&form.name) && !form.is_stem)
        .map(|form| form.text.clone())
        .collect();
    for (place, length, text) in endings::elided(&asked.text, &said, &unsaid) {
        for form in spoken.iter().filter(|form| form.text == text) {
            shares.insert(form.name.clone(), 0.95);
        }
        for taken in &mut taken[place..place + length] {
            *taken = true;
        }
    }
    let rest = without(&asked.text, &taken);
    let mut covered = taken.clone();
    let untaken: Vec<char> = rest.chars().collect();
    let halves: BTreeMap<&String, (usize, usize)> = spoken
        .iter()
        .filter_map(|form| Some((&form.name, endings::second_half(&untaken, &form.text)?)))
        .collect();
    for form in &spoken {
        let mut share = asked.resembles(&form.text, &taken);
        if let Some(word) = endings::asked_as(&form.text, &question) {
            share = share.max(0.9);
            asked.cover(&normal(word), &mut covered);
        }
        if let (1, Some((place, length))) = (halves.len(), halves.get(&form.name)) {
            share = share.max(0.7);
            covered[*place..place + length].fill(true);
        }
        let known = shares.get(&form.name).copied().unwrap_or_default();
        if share.max(known) >= super::SAID {
            asked.cover(&form.text, &mut covered);
        }
        let best = shares.entry(form.name.clone()).or_default();
        *best = best.max(share);
    }
    Matched {
        shares,
        rest,
        unnamed: without(&asked.text, &covered),
        covered,
    }
}

/// A change between two times takes the names of both: who asks for it asks for neither amount.
fn take_changes(
    names: &BTreeSet<&str>,
    asked: &Asked,
    question: &str,
    taken: &mut [bool],
    shares: &mut BTreeMap<String, f64>,
) {
    let untouched = vec![false; asked.text.len()];
    let changes: Vec<(f64, &str)> = names
        .iter()
        .map(|name| (normal(name), *name))
        .filter(|(text, _)| endings::is_asked_change(&text.iter().collect::<String>(), question))
        .map(|(text, name)| (asked.resembles(&text, &untouched), name))
        .collect();
    let best = changes
        .iter()
        .map(|(share, _)| *share)
        .fold(LIKE_A_CHANGE, f64::max);
    for (_, name) in changes.iter().filter(|(share, _)| *share >= best) {
        shares.insert((*name).to_owned(), 1.0);
        for word in ["本期", "上期", "期末", "期初", "金额", "相比"] {
            let word: Vec<char> = word.chars().collect();
            for place in asked.places(&word, &untouched) {
                taken[place..place + word.len()].fill(true);
            }
        }
    }
}

fn without(text: &[char], taken: &[bool]) -> String {
    let kept = text.iter().zip(taken);
    kept.map(|(character, taken)| if *taken { ' ' } else { *character })
        .collect()
}

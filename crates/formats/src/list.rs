//! Nested lists of any format to one flat list block.

use deskmate_core::{BlockContent, ListItem};

/// How an ordered list shows its numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) enum Numbers {
    /// No number: a bullet.
    #[default]
    None,
    /// 1 2 3
    Decimal,
    /// a b c
    LowerLetter,
    /// A B C
    UpperLetter,
    /// i ii iii
    LowerRoman,
    /// I II III
    UpperRoman,
    /// 一 二 三
    Chinese,
}

/// One open list level.
#[derive(Debug, Clone)]
struct Level {
    numbers: Numbers,
    next: u32,
    prefix: String,
    suffix: String,
}

/// Collects the items of a list and of the lists inside it.
#[derive(Debug, Default)]
pub(crate) struct Lists {
    levels: Vec<Level>,
    items: Vec<ListItem>,
    ordered: bool,
    open: bool,
}

impl Lists {
    /// Starts a list, inside the current item if there is one.
    pub(crate) fn open(&mut self, numbers: Numbers, start: u32) {
        self.open_labelled(numbers, start, "", ".");
    }

    /// Starts a list whose numbers stand between a prefix and a suffix.
    pub(crate) fn open_labelled(
        &mut self,
        numbers: Numbers,
        start: u32,
        prefix: &str,
        suffix: &str,
    ) {
        if self.levels.is_empty() {
            self.ordered = numbers != Numbers::None;
        }
        self.levels.push(Level {
            numbers,
            next: start,
            prefix: prefix.to_owned(),
            suffix: suffix.to_owned(),
        });
        self.open = false;
    }

    /// Ends the innermost list; gives the number its next item would have.
    pub(crate) fn close(&mut self) -> u32 {
        self.open = false;
        self.levels.pop().map_or(1, |level| level.next)
    }

    /// Starts an item, with its own number if the source gives one.
    pub(crate) fn item(&mut self, number: Option<u32>) {
        let depth = self
            .levels
            .len()
            .saturating_sub(1)
            .min(usize::from(u8::MAX));
        let label = match self.levels.last_mut() {
            Some(level) if level.numbers != Numbers::None => {
                let number = number.unwrap_or(level.next);
                level.next = number.saturating_add(1);
                format!(
                    "{}{}{}",
                    level.prefix,
                    show(level.numbers, number),
                    level.suffix
                )
            }
            _ => String::new(),
        };
        self.items.push(ListItem {
            level: depth as u8,
            label,
            text: String::new(),
        });
        self.open = true;
    }

    /// Starts an item without a mark, as a list header has none.
    pub(crate) fn unnumbered_item(&mut self) {
        let depth = self
            .levels
            .len()
            .saturating_sub(1)
            .min(usize::from(u8::MAX));
        self.items.push(ListItem {
            level: depth as u8,
            label: String::new(),
            text: String::new(),
        });
        self.open = true;
    }

    /// Adds a line of text to the current item; text after a nested list becomes an item without a mark.
    pub(crate) fn text(&mut self, text: &str) {
        let text = text.trim();
        if text.is_empty() {
            return;
        }
        if !self.open {
            self.unnumbered_item();
        }
        if let Some(item) = self.items.last_mut() {
            if !item.text.is_empty() {
                item.text.push('\n');
            }
            item.text.push_str(text);
        }
    }

    /// True while a list is open.
    pub(crate) fn is_open(&self) -> bool {
        !self.levels.is_empty()
    }

    /// How many lists are open inside each other.
    pub(crate) fn depth(&self) -> usize {
        self.levels.len()
    }

    /// Takes the items so far as a block; `None` when there are none with text.
    pub(crate) fn take(&mut self) -> Option<BlockContent> {
        self.open = false;
        let mut items = std::mem::take(&mut self.items);
        items.retain(|item| !item.text.is_empty());
        (!items.is_empty()).then_some(BlockContent::List {
            ordered: self.ordered,
            items,
        })
    }
}

/// A number as the list shows it.
fn show(numbers: Numbers, number: u32) -> String {
    match numbers {
        Numbers::None => String::new(),
        Numbers::Decimal => number.to_string(),
        Numbers::LowerLetter => letters(number, b'a'),
        Numbers::UpperLetter => letters(number, b'A'),
        Numbers::LowerRoman => roman(number).to_lowercase(),
        Numbers::UpperRoman => roman(number),
        Numbers::Chinese => chinese(number),
    }
}

fn letters(mut number: u32, first: u8) -> String {
    let mut letters = Vec::new();
    while number > 0 {
        number -= 1;
        letters.push(char::from(first + (number % 26) as u8));
        number /= 26;
    }
    letters.iter().rev().collect()
}

fn roman(mut number: u32) -> String {
    const SIGNS: [(u32, &str); 13] = [
        (1000, "M"),
        (900, "CM"),
        (500, "D"),
        (400, "CD"),
        (100, "C"),
        (90, "XC"),
        (50, "L"),
        (40, "XL"),
        (10, "X"),
        (9, "IX"),
        (5, "V"),
        (4, "IV"),
        (1, "I"),
    ];
    // Beyond this nobody numbers in Roman, and the sign would grow without end.
    if number == 0 || number >= 4000 {
        return number.to_string();
    }
    let mut text = String::new();
    for (value, sign) in SIGNS {
        while number >= value {
            text.push_str(sign);
            number -= value;
        }
    }
    text
}

fn chinese(number: u32) -> String {
    const DIGITS: [char; 10] = ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'];
    if number == 0 || number > 99 {
        return number.to_string();
    }
    let (tens, ones) = (number / 10, number % 10);
    let mut text = String::new();
    if tens > 1 {
        text.push(DIGITS[tens as usize]);
    }
    if tens > 0 {
        text.push('十');
    }
    if ones > 0 {
        text.push(DIGITS[ones as usize]);
    }
    text
}

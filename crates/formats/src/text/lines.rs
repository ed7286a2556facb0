//! What a single line of plain text looks like.

/// A line with its number from 1, without its end and without white space at the end.
#[derive(Debug, Clone, Copy)]
pub(super) struct Line<'a> {
    pub(super) number: u32,
    pub(super) text: &'a str,
}

/// Cuts text at `\n`, `\r\n`, lone `\r` and the Unicode line ends; a form feed counts as a blank line.
pub(super) fn split(text: &str) -> Vec<Line<'_>> {
    let mut lines = Vec::new();
    let mut start = 0;
    let mut number = 1_u32;
    let mut characters = text.char_indices().peekable();
    while let Some((at, c)) = characters.next() {
        if !matches!(
            c,
            '\n' | '\r' | '\u{0B}' | '\u{0C}' | '\u{85}' | '\u{2028}' | '\u{2029}'
        ) {
            continue;
        }
        lines.push(line(number, &text[start..at]));
        start = at + c.len_utf8();
        if c == '\r' && characters.next_if(|(_, next)| *next == '\n').is_some() {
            start += 1;
        }
        // Editors count neither form feeds nor Unicode separators as line ends.
        if matches!(c, '\n' | '\r') {
            number = number.saturating_add(1);
        } else if c == '\u{0C}' {
            lines.push(line(number, ""));
        }
    }
    lines.push(line(number, &text[start..]));
    lines
}

fn line(number: u32, text: &str) -> Line<'_> {
    Line {
        number,
        text: text.trim_end_matches(|c: char| c.is_whitespace() || c == '\u{200B}'),
    }
}

impl<'a> Line<'a> {
    /// The text without its indent.
    pub(super) fn body(&self) -> &'a str {
        self.text
            .trim_start_matches(|c: char| c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}')
    }

    pub(super) fn is_blank(&self) -> bool {
        self.body().is_empty()
    }

    /// Chinese print starts a paragraph with two wide spaces; typists also use four narrow ones.
    pub(super) fn is_indented(&self) -> bool {
        self.text.starts_with('\u{3000}') || self.text.starts_with("    ")
    }
}

/// Columns that text takes in a terminal: two for East Asian wide characters, one for others.
pub(crate) fn display_width(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

/// True for characters of East Asian scripts and their full-width marks.
pub(super) fn is_wide(c: char) -> bool {
    matches!(
        c,
        '\u{1100}'..='\u{115F}'
            | '\u{2E80}'..='\u{303E}'
            | '\u{3041}'..='\u{A4CF}'
            | '\u{AC00}'..='\u{D7A3}'
            | '\u{F900}'..='\u{FAFF}'
            | '\u{FE30}'..='\u{FE6F}'
            | '\u{FF00}'..='\u{FF60}'
            | '\u{20000}'..='\u{3FFFD}'
            | '“' | '”' | '‘' | '’' | '…' | '—'
    )
}

/// The unit of a numbered legal line: `第三章 总则` gives `章`.
fn legal_unit(body: &str) -> Option<(char, &str)> {
    let rest = body
        .strip_prefix('第')?
        .trim_start_matches([' ', '\u{3000}']);
    let after = rest.trim_start_matches(|c: char| {
        c.is_ascii_digit()
            || ('０'..='９').contains(&c)
            || "零〇一二三四五六七八九十百千两".contains(c)
    });
    if after.len() == rest.len() {
        return None;
    }
    let after = after.trim_start_matches([' ', '\u{3000}']);
    let unit = after.chars().next()?;
    Some((unit, &after[unit.len_utf8()..]))
}

/// Level of a legal heading: 0 for a part (编), 1 for a chapter, 2 for a section; `None` for other lines.
pub(super) fn legal_heading(body: &str) -> Option<u8> {
    if display_width(body) > 80 || body.ends_with(['。', '；', '，', '：', '、', '.', ';', ','])
    {
        return None;
    }
    if let Some((unit, rest)) = legal_unit(body) {
        let level = match unit {
            '编' | '編' => 0,
            '章' => 1,
            '节' | '節' => 2,
            _ => return None,
        };
        // "第三章规定的…" inside a sentence: a title stands apart or is short.
        let apart = rest.is_empty() || rest.starts_with([' ', '\u{3000}', '\t']);
        return (apart || display_width(rest) <= 40).then_some(level);
    }
    let mut words = body.split_whitespace();
    let level = match words.next()? {
        "PART" | "Part" => 0,
        "CHAPTER" | "Chapter" => 1,
        _ => return None,
    };
    let number = words.next()?.trim_end_matches([':', '.', '-', '—']);
    let numbered = !number.is_empty()
        && (number.bytes().all(|b| b.is_ascii_digit())
            || number.bytes().all(|b| b"IVXLC".contains(&b)));
    numbered.then_some(level)
}

/// True for a line that starts an article: `第十二条 …`.
pub(super) fn starts_article(body: &str) -> bool {
    legal_unit(body).is_some_and(|(unit, _)| matches!(unit, '条' | '條'))
}

/// True for an item of a list: a bullet, `1.`, `(2)`, `一、`, `（三）`, `①`.
pub(super) fn is_list_item(body: &str) -> bool {
    let mut characters = body.chars();
    let Some(first) = characters.next() else {
        return false;
    };
    let second = characters.next();
    if matches!(
        first,
        '•' | '·' | '●' | '○' | '◆' | '■' | '□' | '▪' | '►' | '①'..='⑳'
    ) {
        return true;
    }
    if matches!(first, '-' | '*' | '+' | '–') {
        return second == Some(' ');
    }
    let is_number = |c: char| c.is_ascii_digit() || "一二三四五六七八九十百".contains(c);
    let inner = body.trim_start_matches(['(', '（']);
    let opened = inner.len() < body.len();
    let after = inner.trim_start_matches(is_number);
    let digits = inner.chars().count() - after.chars().count();
    if digits == 0 || digits > 4 {
        return false;
    }
    let mut after = after.chars();
    match (opened, after.next()) {
        (true, Some(')' | '）')) | (false, Some('、' | '．' | ')' | '）')) => true,
        // "3.5 percent" is no item.
        (false, Some('.')) => after.next().is_some_and(|c| !c.is_ascii_digit()),
        _ => false,
    }
}

/// True for a line of a transcript or log: it begins with a time, a date or a speaker's name and a colon.
pub(super) fn is_utterance(body: &str) -> bool {
    starts_with_time(body) || starts_with_speaker(body)
}

fn starts_with_time(body: &str) -> bool {
    let inner = body.trim_start_matches(['[', '(', '【', '（', '<']);
    let head: String = inner
        .chars()
        .take_while(|c| c.is_ascii_digit() || matches!(c, ':' | '.' | ',' | '-' | '/' | '：'))
        .collect();
    let digits = head.chars().filter(char::is_ascii_digit).count();
    let marks = head
        .chars()
        .filter(|c| matches!(c, ':' | '：' | '-' | '/'))
        .count();
    digits >= 3 && marks >= 1 && display_width(&head) >= 4
}

fn starts_with_speaker(body: &str) -> bool {
    let Some((name, said)) = body.split_once(['：', ':']) else {
        return false;
    };
    let width = display_width(name);
    !said.is_empty()
        && !said.starts_with("//")
        && (1..=24).contains(&width)
        && name.split_whitespace().count() <= 3
        && name.chars().next().is_some_and(char::is_alphabetic)
        && !name.contains(['，', '。', ',', '；', ';', '“', '"', '、'])
}

/// True when a sentence or clause ends at the end of the line.
pub(super) fn ends_sentence(body: &str) -> bool {
    body.trim_end_matches(['”', '"', '’', '\'', '）', ')', '」', '』', '】'])
        .ends_with(['。', '！', '？', '…', '.', '!', '?', '：', ':', '；', ';'])
}

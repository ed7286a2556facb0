//! List marks.

/// The kind of a mark.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Bullet,
    /// `1.`, `1)`, `1、` with its number.
    Number(u32),
    /// `(1)`, `（1）`, `①` with its number.
    Bracketed(u32),
    /// `a)`, `(a)` with its place in the alphabet.
    Letter(u32),
}

const BULLETS: [char; 17] = [
    '•', '●', '▪', '■', '◆', '◇', '○', '□', '➢', '✓', '►', '‣', '◦', '★', '☑', '·', '∙',
];

/// Splits the mark off the beginning of a paragraph: its kind, the mark as shown, the rest.
pub(super) fn split_mark(text: &str) -> Option<(Mark, &str, &str)> {
    let text = text.trim_start();
    let first = text.chars().next()?;
    if BULLETS.contains(&first) {
        let rest = text[first.len_utf8()..].trim_start();
        return (!rest.is_empty()).then_some((Mark::Bullet, "", rest));
    }
    if matches!(first, '-' | '–' | '—' | '*' | 'o') {
        let rest = &text[first.len_utf8()..];
        let item = rest.starts_with(' ')
            && rest
                .trim_start()
                .chars()
                .next()
                .is_some_and(char::is_alphabetic);
        return (item && first != 'o').then(|| (Mark::Bullet, "", rest.trim_start()));
    }
    if ('①'..='⑳').contains(&first) {
        let number = u32::from(first) - u32::from('①') + 1;
        let (mark, rest) = text.split_at(first.len_utf8());
        return Some((Mark::Bracketed(number), mark, rest.trim_start()));
    }
    if matches!(first, '(' | '（') {
        let inner = &text[first.len_utf8()..];
        let close = inner
            .find([')', '）'])
            .filter(|&close| close > 0 && close <= 3)?;
        let length = first.len_utf8() + close + inner[close..].chars().next()?.len_utf8();
        let (mark, rest) = text.split_at(length);
        let rest = rest.trim_start();
        let kind = match inner[..close].parse::<u32>() {
            Ok(number) => Mark::Bracketed(number),
            Err(_) => Mark::Letter(letter(&inner[..close])?),
        };
        return (!rest.is_empty()).then_some((kind, mark, rest));
    }
    let stop = text
        .find(['.', '．', ')', '）', '、'])
        .filter(|&stop| stop > 0 && stop <= 3)?;
    let stop_char = text[stop..].chars().next()?;
    let (mark, rest) = text.split_at(stop + stop_char.len_utf8());
    // `3.5 million` and `2.1 Scope` are no items.
    if rest.starts_with(|ch: char| ch.is_ascii_digit()) || rest.trim().is_empty() {
        return None;
    }
    let kind = match text[..stop].parse::<u32>() {
        Ok(number) => Mark::Number(number),
        Err(_) if stop_char == ')' || stop_char == '）' => Mark::Letter(letter(&text[..stop])?),
        Err(_) => return None,
    };
    Some((kind, mark, rest.trim_start()))
}

fn letter(text: &str) -> Option<u32> {
    let mut chars = text.chars();
    let first = chars.next()?.to_ascii_lowercase();
    (first.is_ascii_lowercase() && chars.next().is_none())
        .then(|| u32::from(first) - u32::from('a') + 1)
}

/// True when a cell is nothing but a list mark.
pub(super) fn is_mark(cell: &str) -> bool {
    let with_text = format!("{} x", cell.trim());
    cell.chars().count() <= 4 && split_mark(&with_text).is_some_and(|(_, _, rest)| rest == "x")
}

impl Mark {
    /// True when an item with this mark may follow one with `before` in the same list.
    pub(super) fn follows(self, before: Self) -> bool {
        match (before, self) {
            (Self::Bullet, Self::Bullet) => true,
            (Self::Number(a), Self::Number(b))
            | (Self::Bracketed(a), Self::Bracketed(b))
            | (Self::Letter(a), Self::Letter(b)) => b == a + 1,
            _ => false,
        }
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_text() {
        assert_eq!(split_mark("• 项目一").unwrap().0, Mark::Bullet);
        assert_eq!(
            split_mark("1. First").unwrap(),
            (Mark::Number(1), "1.", "First")
        );
        assert_eq!(
            split_mark("（2）第二").unwrap(),
            (Mark::Bracketed(2), "（2）", "第二")
        );
        assert_eq!(split_mark("③第三").unwrap().0, Mark::Bracketed(3));
        assert_eq!(split_mark("b) second").unwrap().0, Mark::Letter(2));
        assert!(split_mark("3.5 million").is_none());
        assert!(split_mark("2019年").is_none());
        assert!(split_mark("-5 degrees").is_none());
        assert!(is_mark("1.") && is_mark("•") && !is_mark("营业收入"));
    }
}

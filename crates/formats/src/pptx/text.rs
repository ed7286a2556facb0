//! Text of a shape: lists where paragraphs are bulleted, paragraphs elsewhere.

use deskmate_core::{BlockContent, ListItem};

use crate::drawing::paragraph_text;
use crate::label::{self, NumberFormat};
use crate::xml::Element;

/// How a paragraph is marked.
enum Mark {
    Plain,
    Bullet,
    Numbered { scheme: String, start: i64 },
}

/// Reads a text body. `listed`: the shape is a body placeholder, whose paragraphs are bulleted unless they say
/// otherwise.
pub(crate) fn read(body: Element<'_, '_>, listed: bool) -> Vec<BlockContent> {
    let paragraphs: Vec<(Element<'_, '_>, String)> = body
        .elements()
        .filter(|paragraph| paragraph.is("p"))
        .map(|paragraph| (paragraph, paragraph_text(paragraph)))
        .filter(|(_, text)| !text.is_empty())
        .collect();
    // One paragraph alone is a sentence, whatever the layout's bullet.
    let listed = listed && paragraphs.len() > 1;
    let mut contents: Vec<BlockContent> = Vec::new();
    let mut counts = [0_i64; 9];
    for (paragraph, text) in paragraphs {
        let level = paragraph
            .child("pPr")
            .and_then(|properties| properties.attribute("lvl"))
            .and_then(|level| level.parse::<u8>().ok())
            .unwrap_or(0)
            .min(8);
        let place = usize::from(level);
        let item_label = match mark(paragraph, listed) {
            Mark::Plain => {
                counts = [0; 9];
                contents.push(BlockContent::Paragraph { text });
                continue;
            }
            Mark::Bullet => {
                counts[place..].fill(0);
                None
            }
            Mark::Numbered { scheme, start } => {
                counts[place] += 1;
                counts[place + 1..].fill(0);
                Some(numbered(start.saturating_add(counts[place] - 1), &scheme))
            }
        };
        let is_ordered = item_label.is_some();
        let item = ListItem {
            level,
            label: item_label.unwrap_or_default(),
            text,
        };
        match contents.last_mut() {
            Some(BlockContent::List { ordered, items }) if *ordered == is_ordered || level > 0 => {
                items.push(item);
            }
            _ => contents.push(BlockContent::List {
                ordered: is_ordered,
                items: vec![item],
            }),
        }
    }
    contents
}

fn mark(paragraph: Element<'_, '_>, listed: bool) -> Mark {
    let properties = paragraph.child("pPr");
    let child = |name: &str| properties.and_then(|properties| properties.child(name));
    if let Some(numbered) = child("buAutoNum") {
        return Mark::Numbered {
            scheme: numbered
                .attribute("type")
                .map(|scheme| scheme.into_owned())
                .unwrap_or_default(),
            start: numbered
                .attribute("startAt")
                .and_then(|start| start.parse().ok())
                .unwrap_or(1),
        };
    }
    if child("buNone").is_some() {
        return Mark::Plain;
    }
    if listed || child("buChar").is_some() || child("buBlip").is_some() {
        return Mark::Bullet;
    }
    Mark::Plain
}

/// A label in one of DrawingML's numbering schemes, e.g. `arabicPeriod`.
fn numbered(value: i64, scheme: &str) -> String {
    const FORMATS: [(&str, NumberFormat); 9] = [
        ("alphaLc", NumberFormat::LowerLetter),
        ("alphaUc", NumberFormat::UpperLetter),
        ("romanLc", NumberFormat::LowerRoman),
        ("romanUc", NumberFormat::UpperRoman),
        ("circleNum", NumberFormat::Circled),
        ("ea1Chs", NumberFormat::Chinese),
        ("ea1Cht", NumberFormat::Chinese),
        ("ea1Jpn", NumberFormat::Chinese),
        ("arabicDb", NumberFormat::FullWidth),
    ];
    let format = FORMATS
        .iter()
        .find(|(prefix, _)| scheme.starts_with(prefix))
        .map_or(NumberFormat::Decimal, |(_, format)| *format);
    let number = label::format(value, format);
    if scheme.ends_with("ParenBoth") {
        format!("({number})")
    } else if scheme.ends_with("ParenR") {
        format!("{number})")
    } else if scheme.ends_with("Plain") {
        number
    } else {
        format!("{number}.")
    }
}

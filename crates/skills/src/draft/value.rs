//! A draft as a value, and as the document or official document that is written to a file.

use deskmate_core::{Anchor, Block, BlockContent, Citation, Document};
use deskmate_formats::{OfficialBlock, OfficialDocument, SealLayout};
use deskmate_knowledge::Language;
use serde::{Deserialize, Serialize};

use super::kind::DraftKind;

/// A drafted document. It can be given back to have one section written again.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct Draft {
    /// What it is.
    pub kind: DraftKind,
    /// `zh-CN` or `en-US`.
    pub language: String,
    /// Its title.
    pub title: String,
    /// To whom it goes; may be empty.
    pub recipients: String,
    /// Who signs; may be empty.
    pub sender: String,
    /// Its date; may be empty.
    pub date: String,
    /// Length that was asked for, in characters (Chinese) or words.
    pub target_length: usize,
    /// Its sections.
    pub sections: Vec<DraftSection>,
    /// The places behind the markers `[1]`, `[2]` … of the sections.
    pub citations: Vec<Citation>,
}

/// A section of a draft.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "typescript", derive(ts_rs::TS))]
pub struct DraftSection {
    /// Its heading, without a number.
    pub heading: String,
    /// What it is to say.
    pub points: Vec<String>,
    /// What it says, with markers.
    pub paragraphs: Vec<String>,
    /// Nothing usable came of the model: the text is a mark for the user to fill.
    pub is_gap: bool,
    /// Figures in it that neither the points nor the sources have; marked in the text as well.
    pub unverified: Vec<String>,
}

impl DraftSection {
    /// A section without points and text.
    pub(super) fn new(heading: &str) -> Self {
        Self {
            heading: heading.to_owned(),
            ..Self::default()
        }
    }

    /// Its length in characters or words, markers left out.
    pub(super) fn length(&self, language: Language) -> usize {
        self.paragraphs
            .iter()
            .map(|text| length(text, language))
            .sum()
    }
}

/// Characters (without spaces) or words of a text, markers left out.
pub(super) fn length(text: &str, language: Language) -> usize {
    let text = without_markers(text);
    match language {
        Language::Chinese => text.chars().filter(|c| !c.is_whitespace()).count(),
        Language::English => text
            .split_whitespace()
            .filter(|word| word.chars().any(char::is_alphanumeric))
            .count(),
    }
}

/// A text without its citation markers.
pub(super) fn without_markers(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(open) = rest.find('[') {
        let inside: usize = rest[open + 1..]
            .bytes()
            .take_while(u8::is_ascii_digit)
            .count();
        let is_marker = inside > 0 && rest[open + 1 + inside..].starts_with(']');
        let end = if is_marker {
            out.push_str(rest[..open].trim_end_matches(' '));
            open + inside + 2
        } else {
            out.push_str(&rest[..=open]);
            open + 1
        };
        rest = &rest[end..];
    }
    out.push_str(rest);
    out
}

impl Draft {
    fn language(&self) -> Language {
        match self.language.starts_with("zh") {
            true => Language::Chinese,
            false => Language::English,
        }
    }

    /// The length of its sections in characters or words.
    pub fn length(&self) -> usize {
        let language = self.language();
        self.sections.iter().map(|one| one.length(language)).sum()
    }

    /// The draft as plain blocks.
    pub fn document(&self) -> Document {
        let language = self.language();
        let mut blocks = Vec::new();
        let mut push = |content| blocks.push(Block::new(Anchor::default(), content));
        let paragraph = |text: String| BlockContent::Paragraph { text };
        let heading = |level, text: &str| BlockContent::Heading {
            level,
            text: text.to_owned(),
        };
        let is_chinese = language == Language::Chinese;
        push(heading(1, &self.title));
        match (self.kind, language) {
            (DraftKind::Mail | DraftKind::Letter, Language::Chinese) => {
                push(paragraph(match self.recipients.as_str() {
                    "" => "您好：".to_owned(),
                    name => format!("{name}：您好！"),
                }));
            }
            (DraftKind::Mail | DraftKind::Letter, Language::English) => {
                if self.kind == DraftKind::Letter && !self.date.is_empty() {
                    push(paragraph(self.date.clone()));
                }
                push(paragraph(match self.recipients.as_str() {
                    "" => "Dear Sir or Madam,".to_owned(),
                    name => format!("Dear {name},"),
                }));
            }
            (DraftKind::Memo, _) => {
                let names = match is_chinese {
                    true => ["收件人", "发件人", "日期", "主题"],
                    false => ["To", "From", "Date", "Subject"],
                };
                let values = [&self.recipients, &self.sender, &self.date, &self.title];
                let rows = names
                    .iter()
                    .zip(values)
                    .filter(|(_, value)| !value.is_empty())
                    .map(|(name, value)| vec![(*name).to_owned(), value.clone()])
                    .collect();
                push(BlockContent::Table {
                    caption: None,
                    header_rows: 0,
                    rows,
                });
            }
            _ => {
                if !self.recipients.is_empty() {
                    let colon = if is_chinese { "：" } else { ":" };
                    push(paragraph(format!("{}{colon}", self.recipients)));
                }
            }
        }
        for section in &self.sections {
            if self.kind.has_headings() && !section.heading.is_empty() {
                push(heading(2, &section.heading));
            }
            for text in &section.paragraphs {
                push(paragraph(text.clone()));
            }
        }
        if let Some(closing) = self.kind.closing(language) {
            push(paragraph(closing.to_owned()));
        }
        match (self.kind, is_chinese) {
            (DraftKind::Mail | DraftKind::Letter, true) => {
                push(paragraph("此致\n敬礼！".to_owned()));
            }
            (DraftKind::Mail | DraftKind::Letter, false) => {
                push(paragraph("Yours sincerely,".to_owned()));
            }
            _ => {}
        }
        let is_letter = self.kind == DraftKind::Letter && !is_chinese;
        if self.kind != DraftKind::Memo {
            for (text, is_wanted) in [(&self.sender, true), (&self.date, !is_letter)] {
                if is_wanted && !text.is_empty() {
                    push(paragraph(text.clone()));
                }
            }
        }
        Document {
            title: Some(self.title.clone()),
            metadata: Default::default(),
            blocks,
        }
    }

    /// The draft as an official document, where its kind is one: headings numbered, markers taken out, since the standard
    /// knows none.
    pub fn official(&self) -> Option<OfficialDocument> {
        if !self.kind.is_official() || self.language() != Language::Chinese {
            return None;
        }
        let plain = |text: String| OfficialBlock::Text {
            level: 0,
            number: String::new(),
            lead: String::new(),
            rest: text,
        };
        let mut body = Vec::new();
        for (index, section) in self.sections.iter().enumerate() {
            if self.kind.has_headings() && !section.heading.is_empty() {
                body.push(OfficialBlock::Text {
                    level: 1,
                    number: format!("{}、", han_number(index + 1)),
                    lead: section.heading.clone(),
                    rest: String::new(),
                });
            }
            let texts = section.paragraphs.iter();
            body.extend(texts.map(|text| plain(without_markers(text))));
        }
        if let Some(closing) = self.kind.closing(Language::Chinese) {
            body.push(plain(closing.to_owned()));
        }
        let given = |text: &String| (!text.is_empty()).then(|| text.clone());
        Some(OfficialDocument {
            title: self.title.clone(),
            recipients: given(&self.recipients),
            body,
            signatories: given(&self.sender).into_iter().collect(),
            date: given(&self.date),
            seal: SealLayout::Unsealed,
            ..OfficialDocument::default()
        })
    }
}

/// Numerals of headings, up to ninety-nine.
fn han_number(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    let (tens, ones) = (number / 10 % 10, number % 10);
    match tens {
        0 => DIGITS[ones].to_owned(),
        1 => format!("十{}", DIGITS[ones]),
        tens => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
    }
}

//! A draft becomes an official document.

use std::collections::BTreeMap;

use deskmate_core::{BlockContent, Document};

use super::line::Line;
use super::model::{Annex, OfficialBlock, OfficialDocument, SealLayout};
use super::normal;
use super::role::{Role, classify, number_and_signer, numbered};

/// Reads the elements of an official document out of a draft of any format, by the words and the order of its
/// paragraphs, and brings numbers, dates and punctuation into the forms of the standard.
///
/// Headings without a number get one: `一、`, `（一）`, `1.`, `（1）` by their level. What the standard does not know
/// stays in the body, so nothing of the draft is lost.
pub fn parse_official(document: &Document) -> OfficialDocument {
    let (lines, tables) = lines_of(document);
    let roles = classify(&lines);
    let mut reader = Reader {
        official: OfficialDocument::default(),
        counters: [0; 5],
        outermost: outermost_heading(&lines, &roles),
    };
    for (index, (line, role)) in lines.iter().zip(&roles).enumerate() {
        reader.line(line, *role);
        if let Some(table) = tables.get(&index) {
            reader.push(table.clone());
        }
    }
    let mut official = reader.official;
    if official.title.is_empty() {
        official.title = document.title.clone().unwrap_or_default();
    }
    official
}

/// The paragraphs, and the tables by the line that stands for them.
fn lines_of(document: &Document) -> (Vec<Line>, BTreeMap<usize, OfficialBlock>) {
    let mut lines = Vec::new();
    let mut tables = BTreeMap::new();
    let text_line = |text: &str| Line {
        text: normal_spaces(text),
        ..Line::default()
    };
    for block in &document.blocks {
        match &block.content {
            BlockContent::Heading { level, text } => lines.push(Line {
                heading: Some(*level),
                ..text_line(text)
            }),
            BlockContent::List { items, .. } => {
                lines.extend(items.iter().map(|item| {
                    let label = item.label.trim();
                    // A bullet has no place in an official document: its text is a paragraph.
                    text_line(&format!("{label}{}", item.text))
                }));
            }
            BlockContent::Table {
                caption,
                header_rows,
                rows,
            } => {
                if is_imprint(rows) {
                    lines.extend(
                        rows.iter()
                            .flatten()
                            .flat_map(|cell| cell.lines())
                            .map(text_line),
                    );
                    continue;
                }
                if let Some(caption) = caption {
                    lines.push(text_line(caption));
                }
                tables.insert(
                    lines.len(),
                    OfficialBlock::Table {
                        header_rows: *header_rows,
                        rows: rows.clone(),
                    },
                );
                lines.push(Line {
                    in_table: true,
                    ..Line::default()
                });
            }
            BlockContent::Image { .. } => {}
            BlockContent::Paragraph { .. }
            | BlockContent::Formula { .. }
            | BlockContent::Footnote { .. }
            | BlockContent::Note { .. }
            | BlockContent::Slide { .. }
            | BlockContent::Sheet { .. } => lines.extend(block.text().lines().map(text_line)),
        }
    }
    (lines, tables)
}

/// 版记 is set as a table.
fn is_imprint(rows: &[Vec<String>]) -> bool {
    rows.iter().flatten().any(|cell| {
        let text = cell.trim();
        text.starts_with("抄送") || text.ends_with("印发")
    }) && rows.len() <= 4
}

/// Spaces between Chinese characters come from line breaks and from setting words wide.
fn normal_spaces(text: &str) -> String {
    let characters: Vec<char> = text.trim().chars().collect();
    let wide = |c: Option<&char>| c.is_some_and(|c| *c >= '\u{2E80}');
    characters
        .iter()
        .enumerate()
        .filter(|(at, c)| {
            let before = at.checked_sub(1).and_then(|at| characters.get(at));
            !(matches!(c, ' ' | '\u{A0}') && wide(before) && wide(characters.get(at + 1)))
        })
        .map(|(_, c)| *c)
        .collect()
}

/// Level of the outermost unnumbered heading below the title.
fn outermost_heading(lines: &[Line], roles: &[Role]) -> u8 {
    lines
        .iter()
        .zip(roles)
        .filter(|(line, role)| **role == Role::Body && line.heading.is_some())
        .filter_map(|(line, _)| line.heading)
        .min()
        .unwrap_or(1)
}

struct Reader {
    official: OfficialDocument,
    /// How many headings of each level there were under the current one.
    counters: [u32; 5],
    outermost: u8,
}

impl Reader {
    fn line(&mut self, line: &Line, role: Role) {
        let text = line.trimmed();
        let official = &mut self.official;
        match role {
            Role::Blank | Role::Cell => {}
            Role::CopyNumber => {
                official.copy_number = Some(text.chars().filter(char::is_ascii_digit).collect());
            }
            Role::Secrecy => official.secrecy = Some(text.replace('*', "★").replace(' ', "")),
            Role::Urgency => official.urgency = Some(text.to_owned()),
            Role::IssuerMark => official.issuer_mark = Some(text.to_owned()),
            Role::Number | Role::Signer => {
                let (number, signer) = number_and_signer(text);
                if let Some(number) = number {
                    official.number = Some(normal::number(&number).unwrap_or(number));
                }
                if let Some(signer) = signer {
                    official.signer = Some(signer);
                }
            }
            Role::Title => official.title.push_str(&normal::punctuation(text)),
            Role::Recipients => {
                let text = text.trim_end_matches([':', '：']);
                official.recipients = Some(normal::punctuation(text));
            }
            Role::Heading(_) | Role::Body | Role::Annex | Role::Other => self.text(line),
            Role::Attachments | Role::AttachmentItem => self.attachment(text),
            Role::Signatory => official.signatories.push(text.to_owned()),
            Role::Date => official.date = normal::date(text),
            Role::Note => {
                let inner = text.trim_matches(['(', ')', '（', '）']);
                official.note = Some(format!("（{}）", normal::punctuation(inner)));
            }
            Role::AnnexMark => {
                let label = text.replace(' ', "");
                let label = label.trim_end_matches([':', '：']).to_owned();
                let digits = label.trim_start_matches("附件");
                let label = match normal::figure(digits) {
                    Some(number) if !digits.is_empty() => format!("附件{number}"),
                    Some(_) | None => label,
                };
                self.counters = [0; 5];
                self.official.annexes.push(Annex {
                    label,
                    ..Annex::default()
                });
            }
            Role::AnnexTitle => match official.annexes.last_mut() {
                Some(annex) => annex.title = normal::punctuation(text),
                None => self.text(line),
            },
            Role::Copies => {
                let inner = text
                    .split_once([':', '：'])
                    .map_or(text, |(_, inner)| inner)
                    .trim();
                official.copies = Some(normal::punctuation(inner.trim_end_matches('。')));
            }
            Role::Printing => {
                let inner = text.trim_end_matches("印发").trim();
                let at = inner
                    .char_indices()
                    .find(|(at, c)| {
                        (c.is_numeric() || "二〇".contains(*c))
                            && normal::date(&inner[*at..]).is_some()
                    })
                    .map_or(inner.len(), |(at, _)| at);
                official.printer = Some(inner[..at].trim().to_owned());
                official.print_date = normal::date(&inner[at..]);
            }
        }
    }

    fn attachment(&mut self, text: &str) {
        let text = match text.strip_prefix("附件") {
            Some(rest) => rest.trim_start_matches([':', '：', ' ', '\u{3000}']),
            None => text,
        };
        let name = match numbered(text) {
            Some(numbered) if numbered.level != 2 => &text[numbered.mark.len()..],
            Some(_) | None => text,
        };
        let name = name.trim().trim_end_matches(['。', '；', ';', '，', '.']);
        if !name.is_empty() {
            self.official.attachments.push(normal::punctuation(name));
        }
    }

    fn text(&mut self, line: &Line) {
        let text = normal::punctuation(line.trimmed());
        let (level, number, rest) = match (numbered(&text), line.heading) {
            (Some(numbered), _) => {
                let level = usize::from(numbered.level);
                self.counters[level] = numbered.value;
                let rest = text[numbered.mark.len()..].trim().to_owned();
                (
                    numbered.level,
                    normal::mark(numbered.level, numbered.value),
                    rest,
                )
            }
            (None, Some(heading)) => {
                let level = heading.saturating_sub(self.outermost).min(3) + 1;
                self.counters[usize::from(level)] += 1;
                let number = normal::mark(level, self.counters[usize::from(level)]);
                (level, number, text)
            }
            (None, None) => (0, String::new(), text),
        };
        if level > 0 {
            for deeper in &mut self.counters[usize::from(level) + 1..] {
                *deeper = 0;
            }
        }
        let (lead, rest) = if level == 0 {
            (String::new(), rest)
        } else {
            lead_and_rest(rest)
        };
        self.push(OfficialBlock::Text {
            level,
            number,
            lead,
            rest,
        });
    }

    fn push(&mut self, block: OfficialBlock) {
        match self.official.annexes.last_mut() {
            Some(annex) => annex.body.push(block),
            None => self.official.body.push(block),
        }
    }
}

/// The heading of a numbered paragraph ends with its first full stop, if text follows it.
pub(super) fn lead_and_rest(text: String) -> (String, String) {
    match text.split_once('。') {
        Some((_, "")) | None => (text, String::new()),
        Some((lead, rest)) => (format!("{lead}。"), rest.to_owned()),
    }
}

impl OfficialDocument {
    /// The same document without a seal over its date, clause 7.3.5.2.
    #[must_use]
    pub fn unsealed(mut self) -> Self {
        self.seal = SealLayout::Unsealed;
        self
    }
}

//! The tokens of RTF to paragraphs.

use std::collections::BTreeMap;

use deskmate_core::{Block, BlockContent, ReadLimits};

use super::charset::Fonts;
use super::paragraphs::{Formatting, Paragraphs, Style};
use super::tokens::{Token, Tokens};

/// What a file holds.
pub(super) struct Read {
    pub(super) title: Option<String>,
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) blocks: Vec<Block>,
    pub(super) hidden_characters: usize,
    pub(super) too_many_cells: bool,
    /// True when groups are still open at the end.
    pub(super) ended_early: bool,
}

/// Groups whose formatting is kept; Word stays below 60, deeper ones share that of the deepest.
const MAX_GROUPS: usize = 1000;

/// Reads a file.
pub(super) fn read(bytes: &[u8], limits: &ReadLimits) -> Read {
    let mut reader = Reader {
        fonts: Fonts::default(),
        paragraphs: Paragraphs::default(),
        metadata: BTreeMap::new(),
        max_cells: limits.max_cells,
        groups: vec![Group::default()],
        too_deep: 0,
        starred: false,
        text: String::new(),
        bytes: Vec::new(),
        high_surrogate: None,
        to_skip: 0,
        label: None,
        sinks: Vec::new(),
        style: Style::default(),
        style_number: 0,
        footnotes: 0,
        hidden_characters: 0,
    };
    let mut tokens = Tokens::new(bytes);
    while let Some(token) = tokens.next() {
        if let Token::Word("bin", Some(count)) = token {
            tokens.skip_bytes(usize::try_from(count).unwrap_or(0));
            continue;
        }
        reader.token(token);
    }
    reader.finish()
}

/// Where text goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Destination {
    #[default]
    Body,
    Nowhere,
    FontTable,
    StyleSheet,
    Info,
    InfoField(&'static str),
    Label,
}

/// What a group keeps for itself.
#[derive(Debug, Clone, Copy, Default)]
struct Group {
    destination: Destination,
    font: Option<i32>,
    /// Characters of fallback after each `\u`, `None` for 1.
    fallback: Option<u8>,
    formatting: Formatting,
    is_hidden: bool,
}

/// A part with a text of its own inside the body's.
#[derive(Debug)]
enum Part {
    Footnote(String),
    Comment,
    TextBox,
}

struct Sink {
    depth: usize,
    part: Part,
    outer_text: String,
    outer_label: Option<String>,
}

struct Reader {
    fonts: Fonts,
    paragraphs: Paragraphs,
    metadata: BTreeMap<String, String>,
    max_cells: u64,
    groups: Vec<Group>,
    too_deep: usize,
    starred: bool,
    text: String,
    /// Text bytes that wait for the rest of their character.
    bytes: Vec<u8>,
    high_surrogate: Option<u16>,
    /// Fallback characters still to pass over.
    to_skip: u8,
    label: Option<String>,
    sinks: Vec<Sink>,
    style: Style,
    style_number: i32,
    footnotes: usize,
    hidden_characters: usize,
}

impl Reader {
    fn token(&mut self, token: Token<'_>) {
        match token {
            Token::Open => self.open(),
            Token::Close => self.close(),
            Token::Text(bytes) => {
                self.starred = false;
                let skipped = bytes.len().min(usize::from(self.to_skip));
                self.to_skip -= skipped as u8;
                self.bytes.extend_from_slice(&bytes[skipped..]);
                if self.group().destination == Destination::Nowhere {
                    self.bytes.clear();
                }
            }
            Token::Hex(byte) => {
                if !self.skips_one() {
                    self.bytes.push(byte);
                }
            }
            Token::Symbol(symbol) => self.symbol(symbol),
            Token::Word(word, number) => {
                if self.to_skip > 0 && !matches!(word, "u" | "par" | "cell" | "row" | "pard" | "uc")
                {
                    self.to_skip -= 1;
                    return;
                }
                self.flush_bytes();
                self.word(word, number);
            }
        }
    }

    fn group(&mut self) -> &mut Group {
        if self.groups.is_empty() {
            self.groups.push(Group::default());
        }
        let last = self.groups.len() - 1;
        &mut self.groups[last]
    }

    fn skips_one(&mut self) -> bool {
        let skips = self.to_skip > 0;
        self.to_skip = self.to_skip.saturating_sub(1);
        skips
    }

    fn open(&mut self) {
        self.flush_bytes();
        self.to_skip = 0;
        self.starred = false;
        if self.groups.len() >= MAX_GROUPS {
            self.too_deep += 1;
            return;
        }
        let group = *self.group();
        self.groups.push(group);
    }

    fn close(&mut self) {
        self.flush_bytes();
        self.to_skip = 0;
        self.starred = false;
        if self.too_deep > 0 {
            self.too_deep -= 1;
            return;
        }
        let depth = self.groups.len();
        let ended = *self.group();
        if depth > 1 {
            self.groups.pop();
        }
        match ended.destination {
            // The font's or style's name ends with its group.
            Destination::StyleSheet => self.end_style(),
            Destination::FontTable => self.text_of_table_ends(),
            _ => {}
        }
        if self.sinks.last().is_some_and(|sink| sink.depth == depth) {
            self.end_sink();
        }
    }

    fn symbol(&mut self, symbol: u8) {
        match symbol {
            b'*' => self.starred = true,
            b'\\' | b'{' | b'}' if !self.skips_one() => self.bytes.push(symbol),
            b'\n' | b'\r' => {
                self.flush_bytes();
                self.word("par", None);
            }
            b'~' if !self.skips_one() => self.push(" "),
            b'_' if !self.skips_one() => self.push("-"),
            _ => {}
        }
    }

    fn word(&mut self, word: &str, number: Option<i32>) {
        let starred = std::mem::take(&mut self.starred);
        if self.destination(word, starred) {
            return;
        }
        if self.group().destination == Destination::Nowhere {
            return;
        }
        match word {
            "ansicpg" => self.fonts.set_code_page(number.unwrap_or(1252)),
            "mac" => self.fonts.set_code_page(10000),
            "uc" => self.group().fallback = Some(number.unwrap_or(1).clamp(0, 255) as u8),
            "u" => self.unicode(number.unwrap_or(0)),
            "f" => {
                let number = number.unwrap_or(0);
                self.group().font = Some(number);
                if self.group().destination == Destination::FontTable {
                    self.fonts.define(number);
                }
            }
            "fcharset" => self.fonts.set_character_set(number.unwrap_or(0)),
            "cpg" => self.fonts.set_font_code_page(number.unwrap_or(0)),
            "plain" => {
                self.group().font = None;
                self.group().is_hidden = false;
            }
            "v" | "deleted" => self.group().is_hidden = number != Some(0),
            "pard" => self.group().formatting = Formatting::default(),
            "s" => {
                self.group().formatting.style = number.unwrap_or(0);
                self.style_number = number.unwrap_or(0);
            }
            "outlinelevel" => {
                // Level 9 is body text.
                let level = number
                    .and_then(|level| u8::try_from(level).ok())
                    .filter(|level| *level < 9);
                self.group().formatting.outline_level = level;
                self.style.outline_level = level;
            }
            "intbl" => self.group().formatting.in_table = true,
            "ilvl" => self.group().formatting.list_level = number.unwrap_or(0).clamp(0, 8) as u8,
            "trowd" => {}
            "trhdr" => self.paragraphs.mark_header(),
            "cell" | "nestcell" => self.cell(word == "nestcell"),
            "row" => self.paragraphs.row(),
            "nestrow" => self.push("\n"),
            "par" | "sect" | "page" | "column" => self.paragraph(),
            "line" | "softline" | "lbr" => self.push("\n"),
            "tab" => self.push("\t"),
            "chftn" => {
                let mark = format!("[{}]", self.footnotes + 1);
                if self.sinks.is_empty() {
                    self.push(&mark);
                }
            }
            _ => self.character(word),
        }
    }

    /// Enters the destination that a control word names; true when the word did nothing else.
    fn destination(&mut self, word: &str, starred: bool) -> bool {
        if self.group().destination == Destination::Nowhere {
            return true;
        }
        let destination = match word {
            "fonttbl" => Destination::FontTable,
            "stylesheet" => Destination::StyleSheet,
            "info" => Destination::Info,
            "title" if self.is_info() => Destination::InfoField("title"),
            "author" if self.is_info() => Destination::InfoField("author"),
            "subject" if self.is_info() => Destination::InfoField("subject"),
            "keywords" if self.is_info() => Destination::InfoField("keywords"),
            "listtext" | "pntext" => {
                self.label = None;
                Destination::Label
            }
            "footnote" => {
                self.footnotes += 1;
                let label = self.footnotes.to_string();
                return self.begin_sink(Part::Footnote(label));
            }
            "annotation" => return self.begin_sink(Part::Comment),
            "shptxt" => return self.begin_sink(Part::TextBox),
            // Starred destinations with text in them.
            "shpinst" | "moMath" | "moMathPara" | "falt" => return starred,
            _ if is_unread(word) || (word.starts_with('m') && word.ends_with("Pr")) => {
                Destination::Nowhere
            }
            _ if starred => Destination::Nowhere,
            _ => return false,
        };
        self.group().destination = destination;
        true
    }

    fn is_info(&mut self) -> bool {
        self.group().destination == Destination::Info
    }

    fn unicode(&mut self, number: i32) {
        self.to_skip = self.group().fallback.unwrap_or(1);
        // Numbers above 32767 are written as negative.
        let unit = (number & 0xFFFF) as u16;
        match (self.high_surrogate.take(), unit) {
            (_, 0xD800..=0xDBFF) => self.high_surrogate = Some(unit),
            (Some(high), 0xDC00..=0xDFFF) => {
                let text = String::from_utf16_lossy(&[high, unit]);
                self.push(&text);
            }
            (None, 0xDC00..=0xDFFF) => self.push("\u{FFFD}"),
            (_, 0) => {}
            _ => {
                if let Some(c) = char::from_u32(u32::from(unit)) {
                    self.push(c.encode_utf8(&mut [0; 4]));
                }
            }
        }
    }

    fn character(&mut self, word: &str) {
        let character = match word {
            "emdash" => "—",
            "endash" => "–",
            "bullet" => "•",
            "lquote" => "‘",
            "rquote" => "’",
            "ldblquote" => "“",
            "rdblquote" => "”",
            "emspace" | "enspace" | "qmspace" => " ",
            _ => return,
        };
        self.push(character);
    }

    fn flush_bytes(&mut self) {
        if self.bytes.is_empty() {
            return;
        }
        let bytes = std::mem::take(&mut self.bytes);
        let font = self.group().font;
        let text = self.fonts.decode(&bytes, font);
        self.push(&text);
    }

    /// Puts text where the group's destination says.
    fn push(&mut self, text: &str) {
        let group = *self.group();
        match group.destination {
            Destination::Body if group.is_hidden => self.hidden_characters += text.chars().count(),
            Destination::Body => self.text.push_str(text),
            Destination::StyleSheet => self.style.name.push_str(text),
            Destination::Label => self.label.get_or_insert_default().push_str(text),
            Destination::InfoField(key) => self
                .metadata
                .entry(key.to_owned())
                .or_default()
                .push_str(text),
            Destination::Nowhere | Destination::FontTable | Destination::Info => {}
        }
    }

    fn end_style(&mut self) {
        let mut style = std::mem::take(&mut self.style);
        if style.name.is_empty() {
            return;
        }
        style.name = style.name.trim_end_matches(';').to_owned();
        let number = std::mem::take(&mut self.style_number);
        self.paragraphs.styles.entry(number).or_insert(style);
        // The style sheet's formatting is no paragraph's.
        self.group().formatting = Formatting::default();
    }

    fn text_of_table_ends(&mut self) {
        self.group().font = None;
    }

    fn begin_sink(&mut self, part: Part) -> bool {
        let depth = self.groups.len();
        // A second one in the same group, or one beyond the kept groups, is part of the first.
        if self.too_deep > 0 || self.sinks.last().is_some_and(|sink| sink.depth >= depth) {
            return true;
        }
        self.sinks.push(Sink {
            depth,
            part,
            outer_text: std::mem::take(&mut self.text),
            outer_label: self.label.take(),
        });
        self.group().formatting = Formatting::default();
        true
    }

    fn end_sink(&mut self) {
        let Some(sink) = self.sinks.pop() else {
            return;
        };
        let text = std::mem::replace(&mut self.text, sink.outer_text);
        let label = std::mem::replace(&mut self.label, sink.outer_label);
        let trimmed = text.trim().to_owned();
        match sink.part {
            Part::TextBox => {
                self.paragraphs
                    .paragraph(&text, label.as_deref(), Formatting::default())
            }
            _ if trimmed.is_empty() => {}
            Part::Footnote(label) => {
                let mark = format!("[{label}]");
                if !self.text.ends_with(&mark) {
                    self.push(&mark);
                }
                self.paragraphs.note(BlockContent::Footnote {
                    label,
                    text: trimmed,
                });
            }
            Part::Comment => self.paragraphs.note(BlockContent::Note { text: trimmed }),
        }
    }

    fn paragraph(&mut self) {
        if self.group().destination != Destination::Body {
            return;
        }
        if matches!(
            self.sinks.last(),
            Some(Sink {
                part: Part::Footnote(_) | Part::Comment,
                ..
            })
        ) {
            self.text.push('\n');
            return;
        }
        let text = std::mem::take(&mut self.text);
        let label = self.label.take();
        let formatting = self.group().formatting;
        self.paragraphs
            .paragraph(&text, label.as_deref(), formatting);
    }

    fn cell(&mut self, is_nested: bool) {
        if is_nested {
            self.push("\t");
            return;
        }
        let text = std::mem::take(&mut self.text);
        let label = self.label.take();
        self.paragraphs
            .cell(&text, label.as_deref(), self.max_cells);
    }

    fn finish(mut self) -> Read {
        self.flush_bytes();
        let ended_early = self.groups.len() > 1 || self.too_deep > 0;
        while !self.sinks.is_empty() {
            self.end_sink();
        }
        let text = std::mem::take(&mut self.text);
        let label = self.label.take();
        let formatting = self.group().formatting;
        self.paragraphs
            .paragraph(&text, label.as_deref(), formatting);
        for value in self.metadata.values_mut() {
            *value = value.trim().to_owned();
        }
        self.metadata.retain(|_, value| !value.is_empty());
        Read {
            title: self.metadata.get("title").cloned(),
            hidden_characters: self.hidden_characters,
            too_many_cells: self.paragraphs.too_many_cells,
            metadata: self.metadata,
            blocks: self.paragraphs.finish(),
            ended_early,
        }
    }
}

/// Destinations whose text is no part of the document.
fn is_unread(word: &str) -> bool {
    matches!(
        word,
        "pict"
            | "objdata"
            | "colortbl"
            | "header"
            | "headerl"
            | "headerr"
            | "headerf"
            | "footer"
            | "footerl"
            | "footerr"
            | "footerf"
            | "fldinst"
            | "nonshppict"
            | "sp"
            | "upr"
            | "revtbl"
            | "rsidtbl"
            | "listtable"
            | "listoverridetable"
            | "filetbl"
            | "xe"
            | "tc"
            | "rxe"
            | "txe"
            | "themedata"
            | "colorschememapping"
            | "datastore"
            | "latentstyles"
            | "generator"
            | "bkmkstart"
            | "bkmkend"
            | "pn"
            | "nesttableprops"
            | "nonesttables"
            | "mchr"
            | "private"
            | "template"
            | "creatim"
            | "revtim"
            | "printim"
            | "buptim"
            | "operator"
            | "doccomm"
            | "atnid"
            | "atnauthor"
            | "atndate"
            | "atnref"
            | "atnparent"
            | "datafield"
            | "panose"
            | "background"
    )
}

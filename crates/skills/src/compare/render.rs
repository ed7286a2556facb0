//! A comparison as a document with one table.

use deskmate_core::{Anchor, Block, BlockContent, Document};
use deskmate_knowledge::Language;

use super::{
    ChangeKind, Comparison, ComparisonRow, ComparisonSide, ObligationDirection, ValueChange,
};

impl Comparison {
    /// The comparison as a document: a line of figures, then a table with a row for each change and both places.
    pub fn document(&self, language: Language) -> Document {
        let (title, header) = match language {
            Language::Chinese => (
                format!("《{}》与《{}》比对表", self.old_title, self.new_title),
                ["序号", "类别", "原版本", "新版本", "变化"],
            ),
            Language::English => (
                format!("{} and {} compared", self.old_title, self.new_title),
                ["No.", "Kind", "Before", "Now", "What changed"],
            ),
        };
        let mut rows = vec![header.map(str::to_owned).to_vec()];
        for (index, row) in self.rows.iter().enumerate() {
            rows.push(vec![
                (index + 1).to_string(),
                kind(row, language).to_owned(),
                row.old
                    .as_ref()
                    .map(|side| cell(side, language))
                    .unwrap_or_default(),
                row.new
                    .as_ref()
                    .map(|side| cell(side, language))
                    .unwrap_or_default(),
                changes(row, language),
            ]);
        }
        let block = |content| Block::new(Anchor::default(), content);
        let mut blocks = vec![
            block(BlockContent::Heading {
                level: 1,
                text: title.clone(),
            }),
            block(BlockContent::Paragraph {
                text: summary(self, language),
            }),
        ];
        if !self.rows.is_empty() {
            blocks.push(block(BlockContent::Table {
                caption: None,
                header_rows: 1,
                rows,
            }));
        }
        Document {
            title: Some(title),
            metadata: Default::default(),
            blocks,
        }
    }
}

/// How many changes of each kind there are.
pub(super) fn summary(comparison: &Comparison, language: Language) -> String {
    let count = |kind: ChangeKind| {
        comparison
            .rows
            .iter()
            .filter(|row| row.kind == kind)
            .count()
    };
    let duty = |direction: ObligationDirection| {
        comparison
            .rows
            .iter()
            .filter(|row| {
                row.obligation
                    .as_ref()
                    .is_some_and(|change| change.direction == direction)
            })
            .count()
    };
    let (added, removed, substance, wording, moved) = (
        count(ChangeKind::Added),
        count(ChangeKind::Removed),
        count(ChangeKind::Substance),
        count(ChangeKind::Wording),
        comparison.rows.iter().filter(|row| row.moved).count(),
    );
    let (weaker, stronger) = (
        duty(ObligationDirection::Weakened),
        duty(ObligationDirection::Strengthened),
    );
    let same = comparison.unchanged;
    match language {
        Language::Chinese => format!(
            "共{}处变化：新增{added}处，删除{removed}处，实质修改{substance}处，仅改文字{wording}处；其中位置移动{moved}处，义务减弱{weaker}处，义务加强{stronger}处。未变{same}处。",
            comparison.rows.len()
        ),
        Language::English => format!(
            "{} changes: {added} added, {removed} removed, {substance} changed in substance, {wording} in wording only; {moved} moved, {weaker} duties weakened, {stronger} strengthened. {same} unchanged.",
            comparison.rows.len()
        ),
    }
}

fn kind(row: &ComparisonRow, language: Language) -> &'static str {
    match (language, row.kind) {
        (Language::Chinese, ChangeKind::Added) => "新增",
        (Language::Chinese, ChangeKind::Removed) => "删除",
        (Language::Chinese, ChangeKind::Substance) => "实质修改",
        (Language::Chinese, ChangeKind::Wording) => "仅改文字",
        (Language::Chinese, ChangeKind::Moved) => "位置移动",
        (Language::English, ChangeKind::Added) => "added",
        (Language::English, ChangeKind::Removed) => "removed",
        (Language::English, ChangeKind::Substance) => "substance",
        (Language::English, ChangeKind::Wording) => "wording",
        (Language::English, ChangeKind::Moved) => "moved",
    }
}

fn cell(side: &ComparisonSide, language: Language) -> String {
    let anchor = &side.anchor;
    let mut place: Vec<String> = Vec::new();
    if !side.label.is_empty() {
        place.push(side.label.clone());
    }
    match (language, anchor.page, anchor.slide) {
        (Language::Chinese, Some(page), _) => place.push(format!("第{page}页")),
        (Language::Chinese, None, Some(slide)) => place.push(format!("第{slide}张")),
        (Language::English, Some(page), _) => place.push(format!("p. {page}")),
        (Language::English, None, Some(slide)) => place.push(format!("slide {slide}")),
        (_, None, None) => {}
    }
    if let Some(sheet) = &anchor.sheet {
        place.push(sheet.clone());
    }
    if place.is_empty() {
        if let Some(heading) = anchor.heading.last() {
            place.push(heading.clone());
        } else if let Some(line) = anchor.line {
            place.push(match language {
                Language::Chinese => format!("第{line}行"),
                Language::English => format!("line {line}"),
            });
        }
    }
    if place.is_empty() {
        return side.text.clone();
    }
    match language {
        Language::Chinese => format!("【{}】{}", place.join("，"), side.text),
        Language::English => format!("[{}] {}", place.join(", "), side.text),
    }
}

fn changes(row: &ComparisonRow, language: Language) -> String {
    let chinese = language == Language::Chinese;
    let mut lines = Vec::new();
    if row.moved && row.kind != ChangeKind::Moved {
        lines.push(if chinese { "位置移动" } else { "moved" }.to_owned());
    }
    if let Some(change) = &row.obligation {
        let words = match (chinese, change.direction) {
            (true, ObligationDirection::Weakened) => "义务减弱",
            (true, ObligationDirection::Strengthened) => "义务加强",
            (false, ObligationDirection::Weakened) => "duty weakened",
            (false, ObligationDirection::Strengthened) => "duty strengthened",
        };
        lines.push(format!(
            "{words}{}{} → {}",
            if chinese { "：" } else { ": " },
            change.old,
            change.new
        ));
    }
    for (zh, en, values) in [
        ("数额", "amount", &row.amounts),
        ("时间", "time", &row.dates),
        ("机构", "body", &row.bodies),
    ] {
        for ValueChange { old, new } in values {
            let name = if chinese { zh } else { en };
            let mark = if chinese { "：" } else { ": " };
            lines.push(match (old.is_empty(), new.is_empty()) {
                (true, _) => format!("{name}{mark}＋{new}"),
                (false, true) => format!("{name}{mark}－{old}"),
                (false, false) => format!("{name}{mark}{old} → {new}"),
            });
        }
    }
    lines.join("\n")
}

use deskmate_core::{Anchor, Block, BlockContent, Document, ReadLimits};
use deskmate_formats::{DocxOptions, read, render_docx};
use deskmate_skills::{ChangeKind, Comparison, ComparisonRow, compare_documents};

use crate::fixture::{CLAUSES, Clause, Flag, MOVED, MOVED_NEW, MOVED_OLD};

/// The version as numbered clauses under three chapters; what moves stands in the first or in the last.
fn version(
    side: fn(&Clause) -> Option<&'static str>,
    moved: &'static str,
    other: &'static str,
    first: bool,
) -> Document {
    const CHAPTERS: [(usize, &str); 3] = [
        (0, "第一章 总则"),
        (16, "第二章 采购与合同"),
        (32, "第三章 监督与附则"),
    ];
    let (before_moved, before_other) = if first { (3, 10) } else { (43, 36) };
    let mut blocks = Vec::new();
    let mut count = 0;
    let mut clause = |text: &str, blocks: &mut Vec<Block>| {
        count += 1;
        let text = format!("第{}条　{text}", chinese(count));
        blocks.push(Block::new(
            Anchor::default(),
            BlockContent::Paragraph { text },
        ));
    };
    for (index, one) in CLAUSES.iter().enumerate() {
        if let Some((_, name)) = CHAPTERS.iter().find(|(at, _)| *at == index) {
            let text = (*name).to_owned();
            blocks.push(Block::new(
                Anchor::default(),
                BlockContent::Heading { level: 1, text },
            ));
        }
        if index == before_moved {
            clause(moved, &mut blocks);
        }
        if index == before_other {
            clause(other, &mut blocks);
        }
        if let Some(text) = side(one) {
            clause(text, &mut blocks);
        }
    }
    Document {
        blocks,
        ..Document::default()
    }
}

fn chinese(number: usize) -> String {
    const DIGITS: [&str; 10] = ["", "一", "二", "三", "四", "五", "六", "七", "八", "九"];
    match (number / 10, number % 10) {
        (0, ones) => DIGITS[ones].to_owned(),
        (1, ones) => format!("十{}", DIGITS[ones]),
        (tens, ones) => format!("{}十{}", DIGITS[tens], DIGITS[ones]),
    }
}

/// The older version through docx and our reader, the newer as plain text: any mix of formats.
fn comparison() -> Comparison {
    let old = version(|clause| clause.old, MOVED, MOVED_OLD, true);
    let new = version(|clause| clause.new, MOVED, MOVED_NEW, false);
    let docx = render_docx(&old, &DocxOptions::default()).unwrap();
    let (_, old) = read(&docx, "docx", &ReadLimits::default()).unwrap();
    let (_, new) = read(new.text().as_bytes(), "txt", &ReadLimits::default()).unwrap();
    compare_documents(("旧", &old.document), ("新", &new.document))
}

/// What is known: both texts, the kind, whether it moved, what must be flagged.
struct Known {
    old: Option<&'static str>,
    new: Option<&'static str>,
    kind: ChangeKind,
    moved: bool,
    flag: Flag,
}

fn known() -> Vec<Known> {
    let mut known: Vec<Known> = CLAUSES
        .iter()
        .filter_map(|clause| {
            let (kind, flag) = clause.change?;
            Some(Known {
                old: clause.old,
                new: clause.new,
                kind,
                moved: false,
                flag,
            })
        })
        .collect();
    known.push(Known {
        old: Some(MOVED),
        new: Some(MOVED),
        kind: ChangeKind::Moved,
        moved: true,
        flag: Flag::None,
    });
    known.push(Known {
        old: Some(MOVED_OLD),
        new: Some(MOVED_NEW),
        kind: ChangeKind::Substance,
        moved: true,
        flag: Flag::Date,
    });
    known
}

fn is_row_of(row: &ComparisonRow, known: &Known) -> bool {
    let text = |side: &Option<deskmate_skills::ComparisonSide>| {
        side.as_ref().map(|side| side.text.clone())
    };
    text(&row.old).as_deref() == known.old && text(&row.new).as_deref() == known.new
}

fn says_it(row: &ComparisonRow, known: &Known) -> bool {
    let flagged = match known.flag {
        Flag::None => true,
        Flag::Amount => !row.amounts.is_empty(),
        Flag::Date => !row.dates.is_empty(),
        Flag::Body => !row.bodies.is_empty(),
        Flag::Weaker | Flag::Stronger => {
            row.obligation.as_ref().map(|change| change.direction) == known.flag.direction()
        }
    };
    row.kind == known.kind && row.moved == known.moved && flagged
}

/// The figures: `cargo test -p deskmate-skills --test compare forty -- --nocapture`.
#[test]
fn forty_known_changes_are_found_and_named() {
    let known = known();
    assert_eq!(known.len(), 40);
    let comparison = comparison();
    let mut missed = Vec::new();
    for one in &known {
        match comparison.rows.iter().find(|row| is_row_of(row, one)) {
            Some(row) if says_it(row, one) => {}
            Some(row) => missed.push(format!(
                "wrong: {row:?}, wanted {:?} {:?}",
                one.kind, one.flag
            )),
            None => missed.push(format!("no row: {:?} -> {:?}", one.old, one.new)),
        }
    }
    let right = comparison
        .rows
        .iter()
        .filter(|row| {
            known
                .iter()
                .any(|one| is_row_of(row, one) && says_it(row, one))
        })
        .count();
    let recall = (known.len() - missed.len()) as f64 / known.len() as f64;
    let precision = right as f64 / comparison.rows.len() as f64;
    println!(
        "known changes {}, rows {}, recall {recall:.3}, precision {precision:.3}, unchanged {}",
        known.len(),
        comparison.rows.len(),
        comparison.unchanged
    );
    println!("{missed:#?}");
    assert!(recall >= 0.95, "{recall}");
    assert!(precision >= 0.9, "{precision}");
}

#[test]
fn every_row_has_the_clause_and_place_of_both_sides() {
    for row in comparison().rows {
        for side in row.old.iter().chain(&row.new) {
            assert!(
                side.label.starts_with('第') && side.label.ends_with('条'),
                "{side:?}"
            );
            assert!(
                side.anchor.line.is_some() || !side.anchor.heading.is_empty(),
                "{side:?}"
            );
        }
    }
}

#[test]
fn the_same_document_has_no_changes() {
    let document = version(|clause| clause.old, MOVED, MOVED_OLD, true);
    let comparison = compare_documents(("a", &document), ("b", &document));
    assert_eq!(comparison.rows, []);
    assert!(comparison.unchanged > 40);
}

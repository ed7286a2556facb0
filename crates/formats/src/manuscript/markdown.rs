//! Manuscripts as Markdown that our own reader, and any other, reads back as the same text.

use std::fmt::Write as _;

use deskmate_core::{Anchor, Block, Document, Entry, Manuscript, Passage, Run};

use crate::cited::source_line;
use crate::markdown::render_markdown;
use crate::omml;

/// Renders a manuscript as Markdown; under it, behind a rule, the sources of its citation marks. Comments have no form
/// in Markdown and are left out, and so are empty paragraphs.
pub fn manuscript_markdown(manuscript: &Manuscript) -> String {
    let mut out = String::new();
    let mut after_list = false;
    for passage in &manuscript.passages {
        let is_list = matches!(passage, Passage::List { .. });
        if is_list && after_list {
            // Without something between them, two lists would grow together.
            out.push_str("<!-- -->\n\n");
        }
        after_list = is_list;
        push_passage(passage, &mut out);
    }
    let cited = manuscript.cited();
    if !cited.is_empty() {
        out.push_str("---\n\n");
        for citation in cited {
            let line = escaped(&source_line(citation), "");
            let _ = write!(out, "[{}] {line}\n\n", citation.marker);
        }
    }
    out
}

fn push_passage(passage: &Passage, out: &mut String) {
    match passage {
        Passage::Heading { level, runs } => {
            let marks = "#".repeat(usize::from((*level).clamp(1, 6)));
            let text = inline(runs, "<br>");
            let _ = write!(out, "{marks} {text}\n\n");
        }
        Passage::Paragraph { runs } => {
            let text = inline(runs, "\\\n");
            if !text.is_empty() {
                let _ = write!(out, "{text}\n\n");
            }
        }
        Passage::List { items } => push_list(items, out),
        Passage::Table { rows, .. } => {
            for (index, row) in rows.iter().enumerate() {
                let cells: Vec<String> = row.iter().map(|cell| inline(cell, "<br>")).collect();
                let _ = writeln!(out, "| {} |", cells.join(" | "));
                if index == 0 {
                    let _ = writeln!(out, "|{}", " --- |".repeat(row.len()));
                }
            }
            out.push('\n');
        }
        Passage::Kept { block } => out.push_str(&render_markdown(&Document {
            blocks: vec![Block::new(Anchor::default(), block.clone())],
            ..Document::default()
        })),
    }
}

fn push_list(items: &[Entry], out: &mut String) {
    // Width of the marks above, and how far each open list has counted.
    let mut open: Vec<(bool, usize)> = Vec::new();
    for item in items {
        let level = usize::from(item.level);
        open.truncate(level + 1);
        if open.len() == level + 1 && open[level].0 != item.ordered {
            open.truncate(level);
        }
        while open.len() <= level {
            open.push((item.ordered, 0));
        }
        open[level].1 += 1;
        let mark = match item.ordered {
            true => format!("{}.", open[level].1),
            false => "-".to_owned(),
        };
        // Inside the text of the item above, whose own mark may be wide.
        let indent: usize = open[..level]
            .iter()
            .map(|(ordered, count)| match ordered {
                true => count.to_string().len() + 2,
                false => 2,
            })
            .sum();
        let indent = " ".repeat(indent);
        let inner = format!("\\\n{indent}{}", " ".repeat(mark.len() + 1));
        let _ = writeln!(out, "{indent}{mark} {}", inline(&item.runs, &inner));
    }
    out.push('\n');
}

/// Runs as one stretch of Markdown; `break_with` stands for a line break.
fn inline(runs: &[Run], break_with: &str) -> String {
    let mut out = String::new();
    for (index, run) in runs.iter().enumerate() {
        let text = match run.cite {
            Some(_) => run.text.clone(),
            None => escaped(&run.text, break_with),
        };
        let looks =
            |other: Option<&Run>| other.is_some_and(|o| (o.bold, o.italic) != (false, false));
        if !run.bold && !run.italic {
            out.push_str(&text);
            continue;
        }
        let before = out.chars().next_back();
        let after = runs
            .get(index + 1)
            .and_then(|next| next.text.chars().next());
        let touches = index > 0 && looks(runs.get(index - 1)) || looks(runs.get(index + 1));
        let (open, close) = match (run.bold, run.italic) {
            _ if touches || !flanks(&run.text, before, after) => tags(run),
            (true, true) => ("***", "***"),
            (true, false) => ("**", "**"),
            (_, _) => ("*", "*"),
        };
        let _ = write!(out, "{open}{text}{close}");
    }
    edges(&out)
}

fn tags(run: &Run) -> (&'static str, &'static str) {
    match (run.bold, run.italic) {
        (true, true) => ("<strong><em>", "</em></strong>"),
        (true, false) => ("<strong>", "</strong>"),
        (_, _) => ("<em>", "</em>"),
    }
}

/// Whether stars around this text are read as emphasis: not beside blanks, and beside punctuation only where another
/// sign or a blank stands outside. Chinese punctuation inside often fails, hence the tags.
fn flanks(text: &str, before: Option<char>, after: Option<char>) -> bool {
    let is_letter = |c: char| c.is_alphanumeric();
    let outside_is_open = |c: Option<char>| c.is_none_or(char::is_whitespace);
    let (Some(first), Some(last)) = (text.chars().next(), text.chars().next_back()) else {
        return false;
    };
    let side = |inside: char, outside: Option<char>| {
        !inside.is_whitespace() && (is_letter(inside) || outside_is_open(outside))
    };
    side(first, before) && side(last, after) && !text.contains('\n')
}

/// Text whose signs mean nothing to Markdown; formulas between dollar signs stay as they are.
fn escaped(text: &str, break_with: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    let mut at_start = true;
    let mut after_break = false;
    while let Some(c) = rest.chars().next() {
        if after_break && matches!(c, ' ' | '\t') {
            out.push_str(if c == ' ' { "&#32;" } else { "&#9;" });
            rest = &rest[1..];
            continue;
        }
        after_break = c == '\n';
        if c == '$'
            && let Some(length) = formula_length(rest)
        {
            out.push_str(&rest[..length]);
            rest = &rest[length..];
            at_start = false;
            continue;
        }
        let starts_block = at_start && block_sign(rest);
        match c {
            '\n' if break_with.is_empty() => out.push(' '),
            '\n' => out.push_str(break_with),
            '\\' | '`' | '*' | '_' | '[' | ']' | '<' | '&' | '$' | '~' | '|' | '!' | '#' => {
                out.push('\\');
                out.push(c);
            }
            _ if starts_block => {
                out.push('\\');
                out.push(c);
            }
            _ => out.push(c),
        }
        // A number at the start of a line is a list only with its sign.
        let number = rest.len() - rest.trim_start_matches(|c: char| c.is_ascii_digit()).len();
        if at_start && number > 0 && rest[number..].starts_with(['.', ')']) {
            out.push_str(&rest[1..number]);
            out.push('\\');
            out.push_str(&rest[number..=number]);
            rest = &rest[number + 1..];
            at_start = false;
            continue;
        }
        at_start = c == '\n';
        rest = &rest[c.len_utf8()..];
    }
    out
}

/// A sign that would begin a block at the start of a line.
fn block_sign(text: &str) -> bool {
    text.starts_with(['>', '+', '-', '=', ':'])
}

/// The bytes of a formula that begins here, if readers take it for one.
fn formula_length(text: &str) -> Option<usize> {
    let rest = text.strip_prefix('$')?;
    let inner = &rest[..rest.find('$')?];
    let is_read = !inner.starts_with(char::is_whitespace)
        && !inner.ends_with(char::is_whitespace)
        && !inner.contains(['\n', '|', '`'])
        && !rest[inner.len() + 1..].starts_with(|c: char| c.is_ascii_digit());
    (is_read && omml::looks_like_formula(inner)).then_some(inner.len() + 2)
}

/// Blanks at the ends of a text are signs in Markdown; as entities they are blanks.
fn edges(text: &str) -> String {
    let entities = |blanks: &str| blanks.replace('\t', "&#9;").replace(' ', "&#32;");
    let from_start = text.trim_start_matches([' ', '\t']);
    let inner = from_start.trim_end_matches([' ', '\t']);
    format!(
        "{}{inner}{}",
        entities(&text[..text.len() - from_start.len()]),
        entities(&from_start[inner.len()..])
    )
}

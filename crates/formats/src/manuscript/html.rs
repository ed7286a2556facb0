//! Manuscripts as one HTML page without scripts and outside references.

use std::fmt::Write as _;

use deskmate_core::{Anchor, Block, Entry, Manuscript, Passage, Run};

use crate::cited::source_line;
use crate::html::{page, push_blocks};
use crate::package_writer::escape;

/// Renders a manuscript as an HTML page; citation marks lead to the list of sources at its end. Comments are left out.
pub fn manuscript_html(title: &str, manuscript: &Manuscript) -> String {
    let mut out = String::new();
    for passage in &manuscript.passages {
        push_passage(passage, &mut out);
    }
    let cited = manuscript.cited();
    if !cited.is_empty() {
        out.push_str("<hr>\n");
        for citation in cited {
            let marker = citation.marker;
            let line = escape(&source_line(citation));
            let _ = writeln!(out, "<p id=\"source-{marker}\">[{marker}] {line}</p>");
        }
    }
    page(title, &out)
}

fn push_passage(passage: &Passage, out: &mut String) {
    match passage {
        Passage::Heading { level, runs } => {
            let level = (*level).clamp(1, 6);
            let _ = writeln!(out, "<h{level}>{}</h{level}>", inline(runs));
        }
        Passage::Paragraph { runs } => {
            let _ = writeln!(out, "<p>{}</p>", inline(runs));
        }
        Passage::List { items } => push_list(items, out),
        Passage::Table { header_rows, rows } => {
            out.push_str("<table>");
            for (index, row) in rows.iter().enumerate() {
                let name = if index < *header_rows { "th" } else { "td" };
                out.push_str("<tr>");
                for cell in row {
                    let _ = write!(out, "<{name}>{}</{name}>", inline(cell));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
        Passage::Kept { block } => {
            push_blocks(&[Block::new(Anchor::default(), block.clone())], out);
        }
    }
}

/// Lists inside the items that they belong to, as pages have them.
fn push_list(items: &[Entry], out: &mut String) {
    // Kinds of the lists that are open; each has an item that is open.
    let mut open: Vec<bool> = Vec::new();
    let name = |ordered: bool| if ordered { "ol" } else { "ul" };
    let close = |open: &mut Vec<bool>, out: &mut String| {
        if let Some(ordered) = open.pop() {
            let _ = write!(out, "</li></{}>", name(ordered));
        }
    };
    for item in items {
        let depth = usize::from(item.level) + 1;
        while open.len() > depth || (open.len() == depth && open[depth - 1] != item.ordered) {
            close(&mut open, out);
        }
        if open.len() == depth {
            out.push_str("</li>");
        }
        while open.len() < depth {
            open.push(item.ordered);
            let _ = write!(out, "<{}>", name(item.ordered));
            if open.len() < depth {
                out.push_str("<li>");
            }
        }
        let _ = write!(out, "<li>{}", inline(&item.runs));
    }
    while !open.is_empty() {
        close(&mut open, out);
    }
    out.push('\n');
}

fn inline(runs: &[Run]) -> String {
    let mut out = String::new();
    for run in runs {
        let text = escape(&run.text).replace('\n', "<br>");
        let text = match run.cite {
            Some(marker) => format!("<sup><a href=\"#source-{marker}\">{text}</a></sup>"),
            None => text,
        };
        let text = if run.italic {
            format!("<em>{text}</em>")
        } else {
            text
        };
        let text = if run.bold {
            format!("<strong>{text}</strong>")
        } else {
            text
        };
        out.push_str(&text);
    }
    out
}

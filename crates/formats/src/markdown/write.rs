//! Documents as Markdown.

use deskmate_core::{BlockContent, Document};

/// Renders a document as Markdown: headings, paragraphs, lists, tables; pictures by their description.
pub fn render_markdown(document: &Document) -> String {
    let mut out = String::new();
    for block in &document.blocks {
        match &block.content {
            BlockContent::Heading { level, text } => {
                let marks = "#".repeat(usize::from((*level).clamp(1, 6)));
                out.push_str(&format!("{marks} {}\n\n", one_line(text)));
            }
            BlockContent::Slide { title, .. } => {
                out.push_str(&format!("## {}\n\n", one_line(title)))
            }
            BlockContent::Sheet { name, .. } => out.push_str(&format!("## {}\n\n", one_line(name))),
            BlockContent::Paragraph { text } | BlockContent::Note { text } => {
                out.push_str(&format!("{}\n\n", text.trim()));
            }
            BlockContent::Formula { text } => out.push_str(&format!("$${text}$$\n\n")),
            BlockContent::Footnote { label, text } => {
                out.push_str(&format!("[^{label}]: {}\n\n", one_line(text)))
            }
            BlockContent::Image { alt } => out.push_str(&format!("![{}]()\n\n", one_line(alt))),
            BlockContent::List { ordered, items } => {
                for (index, item) in items.iter().enumerate() {
                    let indent = "  ".repeat(usize::from(item.level));
                    let mark = if *ordered {
                        format!("{}.", index + 1)
                    } else {
                        "-".to_string()
                    };
                    out.push_str(&format!("{indent}{mark} {}\n", one_line(&item.line())));
                }
                out.push('\n');
            }
            BlockContent::Table { caption, rows, .. } => {
                if let Some(caption) = caption {
                    out.push_str(&format!("{}\n\n", one_line(caption)));
                }
                push_table(rows, &mut out);
            }
        }
    }
    out
}

fn push_table(rows: &[Vec<String>], out: &mut String) {
    let width = rows.iter().map(Vec::len).max().unwrap_or(0);
    for (index, row) in rows.iter().enumerate() {
        let cells: Vec<String> = (0..width)
            .map(|column| {
                row.get(column)
                    .map_or_else(String::new, |cell| one_line(cell).replace('|', "\\|"))
            })
            .collect();
        out.push_str(&format!("| {} |\n", cells.join(" | ")));
        if index == 0 {
            out.push_str(&format!("|{}\n", " --- |".repeat(width)));
        }
    }
    out.push('\n');
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<&str>>().join(" ")
}

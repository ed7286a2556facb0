//! Documents as one HTML page without scripts and outside references.

use std::fmt::Write as _;

use deskmate_core::{Block, BlockContent, Document, ListItem};

/// Renders a document as an HTML page; formulas stand as their source text.
pub fn render_html(document: &Document) -> String {
    let mut body = String::new();
    push_blocks(&document.blocks, &mut body);
    page(document.title.as_deref().unwrap_or_default(), &body)
}

/// A page with this title around the inside of its body.
pub(crate) fn page(title: &str, body: &str) -> String {
    let title = escape(title);
    format!(
        "<!doctype html>\n<html><head><meta charset=\"utf-8\"><title>{title}</title>\
         <style>body{{max-width:46em;margin:2em auto;padding:0 1em;line-height:1.7;font-family:\"Songti SC\",SimSun,\"Noto Serif CJK SC\",serif}}\
         table{{border-collapse:collapse}}td,th{{border:1px solid #999;padding:.2em .6em}}</style></head><body>\n{body}</body></html>\n"
    )
}

/// Adds blocks to the inside of a body.
pub(crate) fn push_blocks(blocks: &[Block], out: &mut String) {
    for block in blocks {
        push_block(&block.content, out);
    }
}

fn push_block(content: &BlockContent, out: &mut String) {
    match content {
        BlockContent::Heading { level, text } => {
            let level = (*level).clamp(1, 6);
            let _ = writeln!(out, "<h{level}>{}</h{level}>", escape(text));
        }
        BlockContent::Slide { title: text, .. } | BlockContent::Sheet { name: text, .. } => {
            let _ = writeln!(out, "<h2>{}</h2>", escape(text));
        }
        BlockContent::Paragraph { text } => {
            let _ = writeln!(out, "<p>{}</p>", lines(text));
        }
        BlockContent::Note { text } => {
            let _ = writeln!(out, "<aside>{}</aside>", lines(text));
        }
        BlockContent::Footnote { label, text } => {
            let _ = writeln!(out, "<p><sup>{}</sup> {}</p>", escape(label), lines(text));
        }
        BlockContent::Formula { text } => {
            let _ = writeln!(out, "<p><code>{}</code></p>", escape(text));
        }
        BlockContent::Image { alt } => {
            let _ = writeln!(
                out,
                "<figure><figcaption>{}</figcaption></figure>",
                escape(alt)
            );
        }
        BlockContent::List { ordered, items } => push_list(*ordered, items, out),
        BlockContent::Table {
            caption,
            header_rows,
            rows,
        } => {
            out.push_str("<table>");
            if let Some(caption) = caption {
                let _ = write!(out, "<caption>{}</caption>", escape(caption));
            }
            for (index, row) in rows.iter().enumerate() {
                let cell = if index < *header_rows { "th" } else { "td" };
                out.push_str("<tr>");
                for text in row {
                    let _ = write!(out, "<{cell}>{}</{cell}>", lines(text));
                }
                out.push_str("</tr>\n");
            }
            out.push_str("</table>\n");
        }
    }
}

/// Labels of our lists are part of the text, so the page shows no marks of its own beside them.
fn push_list(ordered: bool, items: &[ListItem], out: &mut String) {
    let labelled = items.iter().any(|item| !item.label.is_empty());
    let name = if ordered && !labelled { "ol" } else { "ul" };
    let style = if labelled {
        " style=\"list-style:none\""
    } else {
        ""
    };
    let _ = writeln!(out, "<{name}{style}>");
    for item in items {
        let indent = if item.level > 0 {
            format!(" style=\"margin-left:{}em\"", u32::from(item.level) * 2)
        } else {
            String::new()
        };
        let _ = writeln!(out, "<li{indent}>{}</li>", lines(&item.line()));
    }
    let _ = writeln!(out, "</{name}>");
}

fn lines(text: &str) -> String {
    escape(text).replace('\n', "<br>")
}

fn escape(text: &str) -> String {
    crate::package_writer::escape(text)
}

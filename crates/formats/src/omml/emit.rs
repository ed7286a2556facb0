//! A formula's tree as OMML.

use super::Node;
use super::parse::parse;
use crate::package_writer::escape;

/// The `m:oMath` element of a formula in LaTeX or linear form; the prefix `m` must be bound around it.
pub(crate) fn math(source: &str) -> String {
    let mut out = String::from("<m:oMath>");
    emit(&parse(source.trim()), &mut out);
    out.push_str("</m:oMath>");
    out
}

fn emit(node: &Node, out: &mut String) {
    match node {
        Node::Text(text) => run(text, "", out),
        Node::Upright(text) => run(text, "<m:rPr><m:sty m:val=\"p\"/></m:rPr>", out),
        Node::Row(nodes) => row(nodes, out),
        Node::Fraction(over, under) => {
            out.push_str("<m:f>");
            wrap("num", over, out);
            wrap("den", under, out);
            out.push_str("</m:f>");
        }
        Node::Root(degree, radicand) => {
            out.push_str("<m:rad>");
            match degree {
                Some(degree) => wrap("deg", degree, out),
                None => out.push_str("<m:radPr><m:degHide m:val=\"1\"/></m:radPr><m:deg/>"),
            }
            wrap("e", radicand, out);
            out.push_str("</m:rad>");
        }
        Node::Script(base, sub, sup) => {
            let element = match (sub, sup) {
                (Some(_), Some(_)) => "sSubSup",
                (Some(_), None) => "sSub",
                (None, _) => "sSup",
            };
            out.push_str(&format!("<m:{element}>"));
            wrap("e", base, out);
            for (name, part) in [("sub", sub), ("sup", sup)] {
                if let Some(part) = part {
                    wrap(name, part, out);
                }
            }
            out.push_str(&format!("</m:{element}>"));
        }
        Node::Nary(sign, sub, sup, inner) => {
            let hide = |limit: &Option<Box<Node>>, name: &str| match limit {
                Some(_) => String::new(),
                None => format!("<m:{name}Hide m:val=\"1\"/>"),
            };
            out.push_str(&format!(
                "<m:nary><m:naryPr><m:chr m:val=\"{sign}\"/><m:limLoc m:val=\"{}\"/>{}{}</m:naryPr>",
                if *sign == '∑' || *sign == '∏' { "undOvr" } else { "subSup" },
                hide(sub, "sub"),
                hide(sup, "sup")
            ));
            for (name, part) in [("sub", sub), ("sup", sup)] {
                match part {
                    Some(part) => wrap(name, part, out),
                    None => out.push_str(&format!("<m:{name}/>")),
                }
            }
            wrap("e", inner, out);
            out.push_str("</m:nary>");
        }
        Node::Fenced(open, inner, close) => {
            out.push_str(&format!(
                "<m:d><m:dPr><m:begChr m:val=\"{}\"/><m:endChr m:val=\"{}\"/></m:dPr>",
                escape(open),
                escape(close)
            ));
            wrap("e", inner, out);
            out.push_str("</m:d>");
        }
        Node::Accent(mark, inner) => {
            out.push_str(&format!(
                "<m:acc><m:accPr><m:chr m:val=\"{mark}\"/></m:accPr>"
            ));
            wrap("e", inner, out);
            out.push_str("</m:acc>");
        }
        Node::Bar(inner) => {
            out.push_str("<m:bar><m:barPr><m:pos m:val=\"top\"/></m:barPr>");
            wrap("e", inner, out);
            out.push_str("</m:bar>");
        }
        Node::Matrix(rows) => {
            out.push_str("<m:m>");
            for cells in rows {
                out.push_str("<m:mr>");
                for cell in cells {
                    wrap("e", cell, out);
                }
                out.push_str("</m:mr>");
            }
            out.push_str("</m:m>");
        }
    }
}

/// Texts side by side share one run, as Word itself writes them.
fn row(nodes: &[Node], out: &mut String) {
    let mut text = String::new();
    for node in nodes {
        match node {
            Node::Text(more) => text.push_str(more),
            other => {
                run(&text, "", out);
                text.clear();
                emit(other, out);
            }
        }
    }
    run(&text, "", out);
}

fn wrap(name: &str, node: &Node, out: &mut String) {
    out.push_str(&format!("<m:{name}>"));
    emit(node, out);
    out.push_str(&format!("</m:{name}>"));
}

fn run(text: &str, properties: &str, out: &mut String) {
    if !text.is_empty() {
        out.push_str(&format!(
            "<m:r>{properties}<w:rPr><w:rFonts w:ascii=\"Cambria Math\" w:hAnsi=\"Cambria Math\"/></w:rPr><m:t xml:space=\"preserve\">{}</m:t></m:r>",
            escape(text)
        ));
    }
}

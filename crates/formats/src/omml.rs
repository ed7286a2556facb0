//! Formulas written as LaTeX or in linear form, turned into Office formulas (OMML).
//!
//! What the parser does not know stays as text: a formula is never lost, at worst it is plainer.

mod emit;
mod parse;
mod symbols;

pub(crate) use emit::math;

/// A formula as a tree.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Node {
    /// Text of the formula: letters, digits, operators.
    Text(String),
    /// Upright text: words, units, function names.
    Upright(String),
    /// Nodes side by side.
    Row(Vec<Node>),
    /// Numerator over denominator.
    Fraction(Box<Node>, Box<Node>),
    /// Degree (empty for a square root) and radicand.
    Root(Option<Box<Node>>, Box<Node>),
    /// Base with subscript and superscript.
    Script(Box<Node>, Option<Box<Node>>, Option<Box<Node>>),
    /// Sign with limits, and what it runs over.
    Nary(char, Option<Box<Node>>, Option<Box<Node>>, Box<Node>),
    /// Opening and closing sign around nodes.
    Fenced(String, Box<Node>, String),
    /// Accent over a node.
    Accent(char, Box<Node>),
    /// Line over a node.
    Bar(Box<Node>),
    /// Rows of cells.
    Matrix(Vec<Vec<Node>>),
}

/// Whether text between dollar signs is meant as a formula and not as two amounts of money.
pub(crate) fn looks_like_formula(text: &str) -> bool {
    !text.is_empty()
        && !text.starts_with(' ')
        && !text.ends_with(' ')
        && !text.contains('\n')
        && !text.chars().any(|c| ('\u{3000}'..='\u{9FFF}').contains(&c))
        && (text.contains(['\\', '^', '_', '=', '+', '<', '>'])
            || text.chars().all(|c| c.is_alphabetic()) && text.chars().count() <= 3)
}

#[cfg(test)]
mod tests {
    use super::math;
    use crate::xml::Tree;

    fn linear(source: &str) -> String {
        let xml = format!("<root>{}</root>", math(source));
        let tree = Tree::parse(&xml, "formula", 200).unwrap();
        assert!(tree.damage().is_none(), "{xml}");
        crate::formula::linear(tree.root())
    }

    #[test]
    fn latex_becomes_the_same_formula_in_linear_form() {
        for (source, expected) in [
            (r"\frac{a}{b}", "a/b"),
            (r"x^2+y_1", "x^2+y_1"),
            (r"\sqrt{b^2-4ac}", "√(b^2-4ac)"),
            (r"\sqrt[3]{x}", "3√x"),
            (
                r"x=\frac{-b\pm\sqrt{b^2-4ac}}{2a}",
                "x=(-b±√(b^2-4ac))/(2a)",
            ),
            (r"\sum_{i=1}^{n} i", "∑_(i=1)^n i"),
            (r"\alpha+\Omega", "α+Ω"),
            (r"F=m\cdot a", "F=m⋅a"),
            (r"\left(\frac{1}{2}\right)^2", "(1/2)^2"),
            (r"\vec{F}", "F\u{20D7}"),
            ("√(x+1)", "√(x+1)"),
            ("(a+b)/(c+d)", "(a+b)/(c+d)"),
            ("v/t", "v/t"),
            (r"\begin{matrix}a & b\\ c & d\end{matrix}", "[a, b; c, d]"),
            (r"E = mc^2 \text{ (质能方程)}", "E=mc^2 (质能方程)"),
        ] {
            assert_eq!(linear(source), expected, "{source}");
        }
    }

    #[test]
    fn what_is_unknown_or_broken_stays_as_text() {
        assert!(linear(r"\foo{x}").contains("foo"));
        for broken in [
            r"\frac{a",
            "x^",
            "{{{",
            r"\left(",
            "}",
            r"\sqrt[",
            "&&",
            r"\begin{matrix}a",
        ] {
            linear(broken);
        }
        assert!(linear("a < b & c").contains('<'));
    }
}

//! Fixed translations and spellings.

/// A term with what it must become.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Term {
    pub(super) from: String,
    pub(super) to: String,
}

/// Reads a glossary, one term a line: `术语=term`, with `=`, a tab, `→` or a comma between; longer terms first.
pub(super) fn glossary(text: &str) -> Vec<Term> {
    let mut terms: Vec<Term> = text
        .lines()
        .filter_map(|line| {
            let (from, to) = ["=", "\t", "→", "，", ","]
                .iter()
                .find_map(|divider| line.split_once(divider))?;
            let (from, to) = (from.trim(), to.trim());
            (!from.is_empty() && !to.is_empty()).then(|| Term {
                from: from.to_owned(),
                to: to.to_owned(),
            })
        })
        .collect();
    terms.sort_by_key(|term| std::cmp::Reverse(term.from.chars().count()));
    terms
}

/// The terms that a text has; what stands in a longer one does not count.
pub(super) fn terms_in<'t>(terms: &'t [Term], text: &str) -> Vec<&'t Term> {
    let mut rest = text.to_lowercase();
    terms
        .iter()
        .filter(|term| {
            let from = term.from.to_lowercase();
            let is_there = rest.contains(&from);
            rest = rest.replace(&from, " ");
            is_there
        })
        .collect()
}

/// Whether the new text has the term's translation.
pub(super) fn is_used(term: &Term, text: &str) -> bool {
    text.to_lowercase().contains(&term.to.to_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_terms_cover_shorter_ones() {
        let terms = glossary("数据=data\n数据安全=data security\n\n无\n");
        let found = terms_in(&terms, "数据安全管理");
        assert_eq!(found.len(), 1);
        assert_eq!(found[0].to, "data security");
    }
}

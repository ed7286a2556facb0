//! Text as the tokenizers of XLM-R models expect it.

use unicode_normalization::UnicodeNormalization;

/// Applies NFKC with SentencePiece's `nmt` rules: control characters go, every kind of space becomes a plain one.
///
/// GGUF files of such models may lack the normalization table of the original tokenizer; without this, full-width
/// punctuation and line breaks become unknown tokens and Chinese retrieval suffers.
/// Source of the rules: `builder.cc` of the SentencePiece project, `nmt_nfkc`.
pub(crate) fn nmt_nfkc(text: &str) -> String {
    text.chars()
        .filter_map(|character| match character {
            '\u{1}'..='\u{8}'
            | '\u{b}'
            | '\u{e}'..='\u{1f}'
            | '\u{7f}'
            | '\u{8f}'
            | '\u{9f}'
            | '\0' => None,
            '\t'
            | '\n'
            | '\u{c}'
            | '\r'
            | '\u{1680}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'
            | '\u{2029}'
            | '\u{2581}'
            | '\u{feff}'
            | '\u{fffd}' => Some(' '),
            other => Some(other),
        })
        .nfkc()
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn full_width_becomes_plain_and_every_space_a_space() {
        assert_eq!(nmt_nfkc("ＡＢＣ，１２３！"), "ABC,123!");
        assert_eq!(nmt_nfkc("一\n二\t三\u{3000}四\u{feff}五"), "一 二 三 四 五");
    }

    #[test]
    fn control_characters_go() {
        assert_eq!(nmt_nfkc("a\0b\u{7}c\u{1b}d"), "abcd");
    }
}

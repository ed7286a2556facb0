//! An official document as a value.

use serde::{Deserialize, Serialize};

/// The elements of an official document, in the order of clause 7.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct OfficialDocument {
    /// 份号, six digits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copy_number: Option<String>,
    /// 密级和保密期限, e.g. `机密★1年`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub secrecy: Option<String>,
    /// 紧急程度, e.g. `特急`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub urgency: Option<String>,
    /// 发文机关标志, e.g. `××市人民政府文件`; with it the head is red.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub issuer_mark: Option<String>,
    /// 发文字号, e.g. `×政发〔2024〕5号`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub number: Option<String>,
    /// 签发人, without the words before it; only in documents to a higher body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub signer: Option<String>,
    /// 标题.
    pub title: String,
    /// 主送机关, without the colon.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub recipients: Option<String>,
    /// 正文.
    pub body: Vec<OfficialBlock>,
    /// 附件说明: names of what is attached.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub attachments: Vec<String>,
    /// 发文机关署名, several for a joint document.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub signatories: Vec<String>,
    /// 成文日期, e.g. `2024年3月5日`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub date: Option<String>,
    /// Where signature and date stand.
    #[serde(default)]
    pub seal: SealLayout,
    /// 附注, with its parentheses.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
    /// 附件.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub annexes: Vec<Annex>,
    /// 抄送机关, without the words before it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub copies: Option<String>,
    /// 印发机关.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub printer: Option<String>,
    /// 印发日期, without `印发`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub print_date: Option<String>,
}

/// Where signature and date stand, clause 7.3.5.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum SealLayout {
    /// A seal goes over them: the date four characters in, the signature centred over it (7.3.5.1).
    #[default]
    Sealed,
    /// No seal: the signature two characters in, the date two to the right of its beginning (7.3.5.2).
    Unsealed,
}

/// A block of the body.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "snake_case")]
pub enum OfficialBlock {
    /// A paragraph, with or without a place in the numbered structure.
    Text {
        /// 1 for `一、`, 2 for `（一）`, 3 for `1.`, 4 for `（1）`; 0 for a plain paragraph.
        level: u8,
        /// The number as it stands, e.g. `（二）`; empty for a plain paragraph.
        number: String,
        /// Heading of a numbered paragraph: its first sentence, or all of it.
        lead: String,
        /// What follows the heading in the same paragraph; the text of a plain paragraph.
        rest: String,
    },
    /// A table.
    Table {
        /// How many rows at the top are header rows.
        header_rows: usize,
        /// Cell texts, row by row.
        rows: Vec<Vec<String>>,
    },
}

/// An annex on a page of its own.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Annex {
    /// `附件` or `附件1`.
    pub label: String,
    /// Its title.
    pub title: String,
    /// Its text.
    pub body: Vec<OfficialBlock>,
}

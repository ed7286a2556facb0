//! HTML, XHTML and saved web archives: what a visitor of the page would read.
//!
//! Nothing outside the file is ever opened. Text that a visitor does not see is left out and reported, because it
//! is where instructions to language models are hidden.

mod hidden;
mod mht;
mod source;
mod table;
mod walk;
mod write;

use std::collections::BTreeMap;

use deskmate_core::{
    Block, Document, ErrorCode, Format, Parsed, ReadLimits, ReadWarning, WireError,
};

use crate::encoding;
use crate::text;

pub(crate) use source::declared_charset;
pub use write::render_html;
pub(crate) use write::{page, push_blocks};

/// Reader of HTML.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Html;

/// A page or a part of one.
#[derive(Debug, Default)]
pub(crate) struct Page {
    /// The `title` element, else the first heading of level 1.
    pub(crate) title: Option<String>,
    /// What `meta` elements say: author, description, keywords, date.
    pub(crate) metadata: BTreeMap<String, String>,
    /// The visible content.
    pub(crate) blocks: Vec<Block>,
    /// What was left out.
    pub(crate) warnings: Vec<ReadWarning>,
}

impl Format for Html {
    fn id(&self) -> &'static str {
        "html"
    }

    fn extensions(&self) -> &'static [&'static str] {
        &["html", "htm", "xhtml", "mht", "mhtml"]
    }

    fn matches(&self, bytes: &[u8], extension: &str) -> bool {
        let is_named_page = self.extensions().contains(&extension);
        // Broken pages hold bytes of all kinds; a page by its name needs a tag only.
        let may_be_broken = is_named_page && bytes.trim_ascii_start().starts_with(b"<");
        if !encoding::is_text(bytes) && !may_be_broken {
            return false;
        }
        let head = encoding::head_text(bytes, source::SNIFF_BYTES);
        source::is_page(&head)
            || (is_named_page && source::has_tag(&head))
            || mht::is_archive(&head)
    }

    fn read(&self, bytes: &[u8], limits: &ReadLimits) -> Result<Parsed, WireError> {
        let head = encoding::head_text(bytes, source::SNIFF_BYTES);
        let unpacked = if mht::is_archive(&head) {
            mht::page(bytes)
        } else {
            None
        };
        let (bytes, label) = match &unpacked {
            Some(page) => (page.bytes.as_slice(), page.charset.clone()),
            None => (bytes, source::declared_charset(bytes)),
        };
        let decoded = encoding::decode_declared(bytes, label.as_deref());
        let mut page = read_fragment(&decoded.text, limits, Vec::new());
        if page.blocks.is_empty() {
            return Err(text::blank());
        }
        page.metadata
            .insert("encoding".into(), decoded.encoding.into());
        page.warnings.extend(text::decoding_warning(&decoded));
        Ok(Parsed {
            document: Document {
                title: page.title,
                metadata: page.metadata,
                blocks: page.blocks,
            },
            warnings: page.warnings,
        })
    }
}

/// True for the head of a saved web archive, which looks like a mail.
pub(crate) fn is_archive(head: &str) -> bool {
    mht::is_archive(head)
}

/// Reads decoded HTML, whole or in part, under these headings.
pub(crate) fn read_fragment(html: &str, limits: &ReadLimits, headings: Vec<String>) -> Page {
    if source::nesting(html) > source::MAX_NESTING {
        let blocks = text::blocks_of(&source::without_tags(html));
        return Page {
            blocks,
            warnings: vec![ReadWarning::new(
                ErrorCode::PartlyDamaged,
                "the page nests elements too deeply, so only its plain text was read",
            )],
            ..Page::default()
        };
    }
    let normal = source::close_empty_elements(html);
    walk::read(&normal, limits, headings)
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests;

//! The list of content types of a package.

use deskmate_core::WireError;

use super::xml::{self, Splices, escape};

const PART: &str = "[Content_Types].xml";

/// Declares the type of a part.
///
/// # Errors
/// `DamagedFile` when the list is not well-formed.
pub(crate) fn add_override(
    text: &str,
    part: &str,
    content_type: &str,
) -> Result<String, WireError> {
    let elements = xml::elements(text, PART)?;
    let root = elements
        .first()
        .ok_or_else(|| xml::damaged(PART, "it is empty"))?;
    let mut splices = Splices::default();
    splices.append_child(
        root,
        &format!(
            "<{}Override PartName=\"/{}\" ContentType=\"{content_type}\"/>",
            root.prefix(),
            escape(part)
        ),
    );
    Ok(splices.apply(text))
}

/// Takes the declaration of a part out.
///
/// # Errors
/// `DamagedFile` when the list is not well-formed.
pub(crate) fn remove_override(text: &str, part: &str) -> Result<String, WireError> {
    let mut splices = Splices::default();
    for element in xml::elements(text, PART)? {
        let names_part = element
            .attribute("PartName")
            .is_some_and(|name| name.trim_start_matches('/').eq_ignore_ascii_case(part));
        if element.name == "Override" && names_part {
            splices.replace(element.open.start..element.close.end, "");
        }
    }
    Ok(splices.apply(text))
}

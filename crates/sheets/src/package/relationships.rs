//! Relationships between parts.

use deskmate_core::WireError;

use super::xml::{self, Splices, escape};

/// One relationship of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Relationship {
    /// Its id within the part.
    pub(crate) id: String,
    /// Last word of its type, e.g. `worksheet`.
    pub(crate) kind: String,
    /// Name of the part it points to; the raw target when it points outside the package.
    pub(crate) target: String,
    /// Points outside the package: never followed.
    pub(crate) is_external: bool,
}

/// The part that holds the relationships of a part; of the package itself for an empty name.
pub(crate) fn rels_part(part: &str) -> String {
    match part.rsplit_once('/') {
        Some((folder, name)) => format!("{folder}/_rels/{name}.rels"),
        None => format!("_rels/{part}.rels"),
    }
}

/// Reads the relationships of `part`.
///
/// # Errors
/// `DamagedFile` when the text is not well-formed.
pub(crate) fn relationships(text: &str, part: &str) -> Result<Vec<Relationship>, WireError> {
    Ok(xml::elements(text, &rels_part(part))?
        .iter()
        .filter(|element| element.name == "Relationship")
        .filter_map(|element| {
            let kind = element.attribute("Type")?;
            let target = element.attribute("Target")?;
            let is_external = element.attribute("TargetMode").as_deref() == Some("External");
            Some(Relationship {
                id: element.attribute("Id")?,
                kind: kind.rsplit('/').next().unwrap_or_default().to_string(),
                target: if is_external {
                    target
                } else {
                    resolve(part, &target)
                },
                is_external,
            })
        })
        .collect())
}

/// The part that a relative target of `part` means.
fn resolve(part: &str, target: &str) -> String {
    if let Some(absolute) = target.strip_prefix('/') {
        return absolute.to_string();
    }
    let mut folders: Vec<&str> = part.split('/').collect();
    folders.pop();
    for step in target.split('/') {
        match step {
            ".." => {
                folders.pop();
            }
            "." | "" => {}
            name => folders.push(name),
        }
    }
    folders.join("/")
}

/// Adds a relationship to a part of relationships (`None`: a new one) and returns the text and the new id.
///
/// # Errors
/// `DamagedFile` when the text is not well-formed.
pub(crate) fn add_relationship(
    text: Option<&str>,
    kind: &str,
    target: &str,
) -> Result<(String, String), WireError> {
    let empty = concat!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n",
        "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"></Relationships>"
    );
    let text = text.unwrap_or(empty);
    let elements = xml::elements(text, "rels")?;
    let ids: Vec<String> = elements
        .iter()
        .filter_map(|element| element.attribute("Id"))
        .collect();
    let id = (1..)
        .map(|number| format!("rId{number}"))
        .find(|id| !ids.iter().any(|used| used.eq_ignore_ascii_case(id)))
        .unwrap_or_default();
    let root = elements
        .first()
        .ok_or_else(|| xml::damaged("rels", "it is empty"))?;
    let mut splices = Splices::default();
    splices.append_child(
        root,
        &format!(
            "<{}Relationship Id=\"{id}\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}\" Target=\"{}\"/>",
            root.prefix(),
            escape(target)
        ),
    );
    Ok((splices.apply(text), id))
}

/// Takes a relationship out.
///
/// # Errors
/// `DamagedFile` when the text is not well-formed.
pub(crate) fn remove_relationship(text: &str, id: &str) -> Result<String, WireError> {
    let mut splices = Splices::default();
    for element in xml::elements(text, "rels")? {
        if element.attribute("Id").as_deref() == Some(id) {
            splices.replace(element.open.start..element.close.end, "");
        }
    }
    Ok(splices.apply(text))
}

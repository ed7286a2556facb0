//! The package of an EPUB: which pages there are, in which order, and whether they are locked.

use std::collections::{BTreeMap, HashMap};

use deskmate_core::{ErrorCode, ReadLimits, WireError};

use crate::archive::Archive;
use crate::xml::{self, Element, Tree};

/// A page of the spine.
#[derive(Debug)]
pub(super) struct Page {
    /// Path inside the archive.
    pub(super) path: String,
    /// Its name in the table of contents.
    pub(super) label: Option<String>,
}

/// What the package says.
#[derive(Debug, Default)]
pub(super) struct Book {
    pub(super) metadata: BTreeMap<String, String>,
    pub(super) pages: Vec<Page>,
}

/// Reads the package.
///
/// # Errors
/// `EncryptedFile` when pages are locked, `ArchiveBomb` over the limits, `DamagedFile` when there are no pages.
pub(super) fn open(archive: &mut Archive<'_>, limits: &ReadLimits) -> Result<Book, WireError> {
    let path = match part(archive, "META-INF/container.xml")? {
        Some(source) => package_path(&source, limits),
        None => None,
    };
    let path = path.or_else(|| {
        archive
            .names()
            .find(|name| name.to_lowercase().ends_with(".opf"))
            .map(str::to_owned)
    });
    let mut book = Book::default();
    if let Some(path) = path
        && let Some(source) = part(archive, &path)?
        && let Ok(tree) = Tree::parse(&source, &path, limits.max_depth)
    {
        book = read_package(archive, &tree, &path, limits)?;
    }
    if book.pages.is_empty() {
        book.pages = archive
            .names()
            .filter(|name| is_page(name))
            .map(|name| Page {
                path: name.to_owned(),
                label: None,
            })
            .collect();
    }
    if book.pages.is_empty() {
        return Err(
            WireError::new(ErrorCode::DamagedFile, "the book has no pages")
                .with_hint("get the file again from where it comes"),
        );
    }
    if is_locked(archive, &book, limits)? {
        return Err(WireError::new(
            ErrorCode::EncryptedFile,
            "the book is locked by copy protection",
        )
        .with_hint("use a copy without protection"));
    }
    Ok(book)
}

fn part(archive: &mut Archive<'_>, name: &str) -> Result<Option<String>, WireError> {
    match archive.read(name) {
        Ok(content) => Ok(content.map(|content| xml::decode(&content).into_owned())),
        Err(error) if error.code == ErrorCode::ArchiveBomb => Err(error),
        Err(_) => Ok(None),
    }
}

fn package_path(source: &str, limits: &ReadLimits) -> Option<String> {
    let tree = Tree::parse(source, "container.xml", limits.max_depth).ok()?;
    let path = tree.root().find("rootfile")?.attribute("full-path")?;
    Some(unescape_percent(&path))
}

fn is_page(name: &str) -> bool {
    let name = name.to_lowercase();
    [".xhtml", ".html", ".htm"]
        .iter()
        .any(|end| name.ends_with(end))
}

struct Item {
    path: String,
    media_type: String,
    is_navigation: bool,
}

fn read_package(
    archive: &mut Archive<'_>,
    tree: &Tree<'_>,
    path: &str,
    limits: &ReadLimits,
) -> Result<Book, WireError> {
    let root = tree.root();
    let mut items = HashMap::new();
    for element in root
        .child("manifest")
        .into_iter()
        .flat_map(Element::elements)
    {
        let attribute = |name: &str| {
            element
                .attribute(name)
                .map(|value| value.into_owned())
                .unwrap_or_default()
        };
        let item = Item {
            path: resolve(path, &attribute("href")),
            media_type: attribute("media-type"),
            is_navigation: attribute("properties")
                .split(' ')
                .any(|property| property == "nav"),
        };
        items.insert(attribute("id"), item);
    }
    let labels = labels(archive, &items, limits)?;
    let mut pages = Vec::new();
    for reference in root.child("spine").into_iter().flat_map(Element::elements) {
        let Some(item) = reference
            .attribute("idref")
            .and_then(|id| items.get(id.as_ref()))
        else {
            continue;
        };
        let is_text = item.media_type.contains("html")
            || is_page(&item.path)
            || item.media_type.ends_with("xml");
        if item.is_navigation || !is_text || item.media_type.contains("svg") {
            continue;
        }
        pages.push(Page {
            label: labels.get(&item.path).cloned(),
            path: item.path.clone(),
        });
        if pages.len() >= limits.max_entries {
            break;
        }
    }
    Ok(Book {
        metadata: metadata(root),
        pages,
    })
}

fn metadata(root: Element<'_, '_>) -> BTreeMap<String, String> {
    const KEYS: [(&str, &str); 6] = [
        ("title", "title"),
        ("creator", "author"),
        ("language", "language"),
        ("date", "created"),
        ("publisher", "publisher"),
        ("subject", "subject"),
    ];
    let mut found = BTreeMap::new();
    if let Some(metadata) = root.child("metadata") {
        // Older books wrap the elements once more.
        let metadata = metadata.child("dc-metadata").unwrap_or(metadata);
        for (name, key) in KEYS {
            let value = metadata
                .child(name)
                .map(Element::own_text)
                .unwrap_or_default();
            let value = value.split_whitespace().collect::<Vec<_>>().join(" ");
            if !value.is_empty() {
                found.insert(key.to_owned(), value);
            }
        }
    }
    found
}

/// Names of pages in the table of contents, of either generation; the first entry of a page names it.
fn labels(
    archive: &mut Archive<'_>,
    items: &HashMap<String, Item>,
    limits: &ReadLimits,
) -> Result<HashMap<String, String>, WireError> {
    let mut labels = HashMap::new();
    for item in items.values() {
        let is_ncx = item.media_type == "application/x-dtbncx+xml";
        if !is_ncx && !item.is_navigation {
            continue;
        }
        let Some(source) = part(archive, &item.path)? else {
            continue;
        };
        let Ok(tree) = Tree::parse(&source, &item.path, limits.max_depth) else {
            continue;
        };
        let entries = tree
            .root()
            .descendants()
            .filter_map(|element| match element.name() {
                "navPoint" => {
                    let label = element.at(&["navLabel", "text"])?.own_text();
                    Some((element.child("content")?.attribute("src")?, label))
                }
                "a" => {
                    let text = element
                        .descendants()
                        .map(Element::own_text)
                        .collect::<String>();
                    Some((element.attribute("href")?, element.own_text() + &text))
                }
                _ => None,
            });
        for (href, label) in entries {
            let label = label.split_whitespace().collect::<Vec<_>>().join(" ");
            if !label.is_empty() {
                labels.entry(resolve(&item.path, &href)).or_insert(label);
            }
        }
    }
    Ok(labels)
}

/// True when a page of the spine is encrypted. Scrambled fonts are no lock.
fn is_locked(
    archive: &mut Archive<'_>,
    book: &Book,
    limits: &ReadLimits,
) -> Result<bool, WireError> {
    let Some(source) = part(archive, "META-INF/encryption.xml")? else {
        return Ok(false);
    };
    let Ok(tree) = Tree::parse(&source, "encryption.xml", limits.max_depth) else {
        return Ok(false);
    };
    let locked: Vec<String> = tree
        .root()
        .descendants()
        .filter(|element| element.is("CipherReference"))
        .filter_map(|element| element.attribute("URI"))
        .map(|uri| resolve("", &uri))
        .collect();
    Ok(book.pages.iter().any(|page| locked.contains(&page.path)))
}

/// A reference inside a part as a path from the archive's root; `..` never leads out of it.
fn resolve(base: &str, href: &str) -> String {
    let href = unescape_percent(href.split('#').next().unwrap_or(""));
    let mut parts: Vec<&str> = match (href.starts_with('/'), base.rsplit_once('/')) {
        (false, Some((folder, _))) => folder.split('/').collect(),
        _ => Vec::new(),
    };
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

fn unescape_percent(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let digits = (*first == b'%')
            .then(|| after.get(..2))
            .flatten()
            .and_then(|digits| std::str::from_utf8(digits).ok())
            .and_then(|digits| u8::from_str_radix(digits, 16).ok());
        match digits {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

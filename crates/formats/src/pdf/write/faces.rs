//! Faces of the system: which there are, which has a character, how wide its glyph is.

use std::collections::{BTreeSet, HashMap};

use deskmate_core::{ErrorCode, WireError};
use fontdb::{Database, ID, Style, Weight};

use crate::docx::DocumentLanguage;
use crate::text::display_width;

/// Families for ideographs, the best first: Song faces, then Hei, those of Linux, macOS and Windows.
const WIDE: &[&str] = &[
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "Source Han Serif CN",
    "Songti SC",
    "STSong",
    "SimSun",
    "宋体",
    "FangSong",
    "AR PL UMing CN",
    "Noto Sans CJK SC",
    "Source Han Sans SC",
    "PingFang SC",
    "Microsoft YaHei",
    "SimHei",
    "WenQuanYi Zen Hei",
    "WenQuanYi Micro Hei",
    "Droid Sans Fallback",
];

/// Families for Latin text.
const LATIN: &[&str] = &[
    "Times New Roman",
    "Liberation Serif",
    "Noto Serif",
    "Tinos",
    // Their Latin letters go with their ideographs better than what comes below.
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "DejaVu Serif",
    "Georgia",
    "Liberation Sans",
    "Arial",
    "DejaVu Sans",
];

/// Faces that are tried for what the first two have not.
const MOST_FURTHER: usize = 4;

/// A glyph of a face.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Glyph {
    pub(super) id: u16,
    /// Width at size 1.
    pub(super) width: f32,
}

/// One face with its glyphs for the characters of the text.
pub(super) struct Face {
    /// The file, a collection as it may be.
    pub(super) bytes: Vec<u8>,
    /// Number of the face in its file.
    pub(super) index: u32,
    /// Name for other programs.
    pub(super) name: String,
    /// One file for many weights: this one is taken out of it.
    pub(super) weight: Option<f32>,
    glyphs: HashMap<char, Glyph>,
}

struct Family {
    regular: Face,
    bold: Option<Face>,
}

/// The faces of one text.
pub(super) struct Faces {
    families: Vec<Family>,
    /// The family of each character.
    chosen: HashMap<char, usize>,
}

/// A character as it is set.
#[derive(Clone, Copy)]
pub(super) struct Shown {
    /// Number of the face, for [`Faces::face`].
    pub(super) face: usize,
    pub(super) glyph: Glyph,
    /// The face has no bold: the outline is thickened.
    pub(super) thickened: bool,
}

impl Faces {
    /// Finds faces for these characters.
    ///
    /// # Errors
    /// `NotFound` when a letter or ideograph is in none.
    pub(super) fn of_system(
        characters: &BTreeSet<char>,
        language: DocumentLanguage,
    ) -> Result<Self, WireError> {
        let mut system = Database::new();
        system.load_system_fonts();
        Self::of(&system, characters, language)
    }

    fn of(
        system: &Database,
        characters: &BTreeSet<char>,
        language: DocumentLanguage,
    ) -> Result<Self, WireError> {
        let mut faces = Self {
            families: Vec::new(),
            chosen: HashMap::new(),
        };
        let (wide, narrow): (Vec<char>, Vec<char>) =
            characters.iter().partition(|c| is_wide(**c, language));
        for (wanted, names) in [(wide, WIDE), (narrow, LATIN)] {
            if !wanted.is_empty() {
                faces.choose(system, &wanted, names, characters);
            }
        }
        for _ in 0..MOST_FURTHER {
            let missing = faces.missing(characters);
            if missing.is_empty() || !faces.choose(system, &missing, &[], characters) {
                break;
            }
        }
        let unknown: Vec<char> = faces
            .missing(characters)
            .into_iter()
            .filter(|c| c.is_alphanumeric())
            .collect();
        if unknown.is_empty() && !faces.families.is_empty() {
            return Ok(faces);
        }
        let sample: String = unknown.iter().take(8).collect();
        Err(WireError::new(
            ErrorCode::NotFound,
            format!("no font of this computer has the characters `{sample}`"),
        )
        .with_hint("install a Chinese font such as Noto Serif CJK, or write the text as docx"))
    }

    fn missing(&self, characters: &BTreeSet<char>) -> Vec<char> {
        characters
            .iter()
            .filter(|c| !self.chosen.contains_key(c))
            .copied()
            .collect()
    }

    /// Takes the first of these families that has all of the characters, else the face that has most of them.
    fn choose(
        &mut self,
        system: &Database,
        wanted: &[char],
        names: &[&str],
        all: &BTreeSet<char>,
    ) -> bool {
        let named = names
            .iter()
            .filter_map(|name| find(system, name, Weight::NORMAL));
        let count = |id: ID| {
            system
                .with_face_data(id, |data, index| {
                    let face = ttf_parser::Face::parse(data, index).ok();
                    // Its maker may have forbidden to embed it.
                    let face = face.filter(|face| {
                        face.permissions() != Some(ttf_parser::Permissions::Restricted)
                    });
                    let has = |c: &&char| {
                        face.as_ref()
                            .is_some_and(|face| face.glyph_index(**c).is_some())
                    };
                    wanted.iter().filter(has).count()
                })
                .unwrap_or(0)
        };
        let mut best: Option<(usize, ID)> = None;
        for id in named {
            let has = count(id);
            if has == wanted.len() {
                best = Some((has, id));
                break;
            }
            if best.is_none_or(|(most, _)| has > most) {
                best = Some((has, id));
            }
        }
        // None of those that we know has half of it: any that this computer has.
        if best.is_none_or(|(has, _)| has * 2 < wanted.len()) {
            let plain = system
                .faces()
                .filter(|face| face.style == Style::Normal && face.weight == Weight::NORMAL);
            for face in plain {
                let has = count(face.id);
                if best.is_none_or(|(most, _)| has > most) {
                    best = Some((has, face.id));
                }
                if has == wanted.len() {
                    break;
                }
            }
        }
        let Some((1.., id)) = best else {
            return false;
        };
        let Some(regular) = load(system, id, all) else {
            return false;
        };
        let bold = system
            .face(id)
            .and_then(|face| find(system, &face.families.first()?.0, Weight::BOLD))
            .filter(|bold| *bold != id)
            .and_then(|bold| load(system, bold, all));
        let number = self.families.len();
        for c in all {
            // A character stays with its own family; any other lends what that has not.
            let is_wanted = wanted.contains(c) && regular.glyphs.contains_key(c);
            if is_wanted {
                self.chosen.entry(*c).or_insert(number);
            }
        }
        self.families.push(Family { regular, bold });
        true
    }

    /// How a character is set; one that no face has is the first face's sign for that.
    pub(super) fn show(&self, c: char, bold: bool) -> Shown {
        let number = self.chosen.get(&c).copied().unwrap_or(0);
        let family = &self.families[number];
        let found = |face: &Face| face.glyphs.get(&c).copied();
        let none = Glyph { id: 0, width: 0.5 };
        match family.bold.as_ref().filter(|_| bold).and_then(found) {
            Some(glyph) => Shown {
                face: number * 2 + 1,
                glyph,
                thickened: false,
            },
            None => Shown {
                face: number * 2,
                glyph: found(&family.regular).unwrap_or(none),
                thickened: bold,
            },
        }
    }

    /// Every face of these, with the number that [`Shown`] has.
    pub(super) fn all(&self) -> impl Iterator<Item = (usize, &Face)> {
        self.families.iter().enumerate().flat_map(|(at, family)| {
            let bold = family.bold.as_ref().map(|bold| (at * 2 + 1, bold));
            std::iter::once((at * 2, &family.regular)).chain(bold)
        })
    }
}

fn find(system: &Database, name: &str, weight: Weight) -> Option<ID> {
    system
        .faces()
        .filter(|face| face.style == Style::Normal && face.weight == weight)
        .find(|face| face.families.iter().any(|(family, _)| family == name))
        .map(|face| face.id)
}

fn load(system: &Database, id: ID, characters: &BTreeSet<char>) -> Option<Face> {
    let (bytes, index) = system.with_face_data(id, |data, index| (data.to_vec(), index))?;
    let (glyphs, weight) = {
        let mut face = ttf_parser::Face::parse(&bytes, index).ok()?;
        let axis = ttf_parser::Tag::from_bytes(b"wght");
        let weight = face.set_variation(axis, 400.0).map(|()| 400.0);
        let em = f32::from(face.units_per_em());
        let glyph = |c: &char| {
            let id = face.glyph_index(*c)?;
            let width = f32::from(face.glyph_hor_advance(id).unwrap_or(0)) / em;
            Some((*c, Glyph { id: id.0, width }))
        };
        let glyphs = characters.iter().filter_map(glyph).collect();
        (glyphs, weight)
    };
    Some(Face {
        bytes,
        index,
        name: system.face(id)?.post_script_name.clone(),
        weight,
        glyphs,
    })
}

/// True for a character that is set in the face for ideographs. Quotation marks and dashes are wide in Chinese text.
pub(super) fn is_wide(c: char, language: DocumentLanguage) -> bool {
    match c {
        '“' | '”' | '‘' | '’' | '—' | '…' | '·' => {
            language == DocumentLanguage::Chinese
        }
        _ => display_width(c.encode_utf8(&mut [0; 4])) == 2,
    }
}

#[cfg(test)]
#[expect(clippy::unwrap_used, reason = "tests")]
mod tests {
    use super::*;

    #[test]
    fn a_computer_without_fonts_says_which_characters_it_lacks() {
        let characters = BTreeSet::from(['款', '，']);
        let found = Faces::of(&Database::new(), &characters, DocumentLanguage::Chinese);
        let error = found.err().unwrap();
        assert_eq!(error.code, ErrorCode::NotFound);
        assert!(error.message.contains('款'), "{}", error.message);
        assert!(!error.hint.is_empty());
    }
}

//! Faces in a file: the glyphs that are used, their widths, and which character each one is, so that text can be selected.

use std::collections::{BTreeMap, HashMap};

use deskmate_core::WireError;
use pdf_writer::types::{CidFontType, FontFlags, SystemInfo, UnicodeCmap};
use pdf_writer::{Filter, Finish, Name, Pdf, Rect, Ref, Str};
use subsetter::{GlyphRemapper, Tag, subset, subset_with_variations};

use super::draw::{internal, packed};
use super::faces::{Face, Faces};
use super::strips::{Mark, PageStrips};

const IDENTITY: SystemInfo<'static> = SystemInfo {
    registry: Str(b"Adobe"),
    ordering: Str(b"Identity"),
    supplement: 0,
};

/// The glyphs of a face that pages show.
#[derive(Default)]
pub(super) struct Used {
    remapper: GlyphRemapper,
    /// By their number in the file: the character and the width at size 1.
    glyphs: BTreeMap<u16, (char, f32)>,
}

/// What pages show of each face, by the number of the face.
pub(super) struct Usage(HashMap<usize, Used>);

impl Usage {
    /// Gathers the glyphs of pages and of these further letters.
    pub(super) fn of(pages: &[PageStrips], faces: &Faces, further: &str) -> Self {
        let mut usage = Self(HashMap::new());
        let lines = pages
            .iter()
            .flat_map(|page| &page.placed)
            .flat_map(|placed| &placed.strip.marks)
            .filter_map(|mark| match mark {
                Mark::Text { line, .. } => Some(line),
                Mark::Rule { .. } | Mark::Ground(..) => None,
            });
        for letter in lines.flat_map(|line| &line.letters) {
            usage.add(letter.c, letter.shown);
        }
        for c in further.chars() {
            usage.add(c, faces.show(c, false));
        }
        usage
    }

    fn add(&mut self, c: char, shown: super::faces::Shown) {
        let used = self.0.entry(shown.face).or_default();
        let id = used.remapper.remap(shown.glyph.id);
        used.glyphs.entry(id).or_insert((c, shown.glyph.width));
    }

    /// The number of a glyph in the file.
    pub(super) fn id(&self, face: usize, glyph: u16) -> u16 {
        let used = self.0.get(&face);
        used.and_then(|used| used.remapper.get(glyph)).unwrap_or(0)
    }

    /// Writes the faces that are used; gives the object of each.
    ///
    /// # Errors
    /// `Internal` for a face that cannot be taken apart.
    pub(super) fn embed(
        &self,
        pdf: &mut Pdf,
        faces: &Faces,
        next: &mut dyn FnMut() -> Ref,
    ) -> Result<BTreeMap<usize, Ref>, WireError> {
        let mut out = BTreeMap::new();
        for (number, face) in faces.all() {
            if let Some(used) = self.0.get(&number) {
                out.insert(number, embed(pdf, face, used, next)?);
            }
        }
        Ok(out)
    }
}

fn embed(
    pdf: &mut Pdf,
    face: &Face,
    used: &Used,
    next: &mut dyn FnMut() -> Ref,
) -> Result<Ref, WireError> {
    let broken = || internal(&format!("the face `{}` cannot be embedded", face.name));
    let part = match face.weight {
        Some(weight) => subset_with_variations(
            &face.bytes,
            face.index,
            &[(Tag::new(b"wght"), weight)],
            &used.remapper,
        ),
        None => subset(&face.bytes, face.index, &used.remapper),
    }
    .map_err(|_| broken())?;
    let outlines = ttf_parser::RawFace::parse(&part, 0)
        .ok()
        .and_then(|raw| raw.table(ttf_parser::Tag::from_bytes(b"CFF ")));
    let metrics = ttf_parser::Face::parse(&face.bytes, face.index).map_err(|_| broken())?;
    let scale = 1_000.0 / f32::from(metrics.units_per_em());
    let ascii: String = face
        .name
        .chars()
        .filter(|c| c.is_ascii_alphanumeric() || *c == '-')
        .collect();
    // Six letters say that it is a part of a face, which part by what is in it.
    let seal = used.glyphs.values().fold(7_u64, |sum, (c, _)| {
        sum.wrapping_mul(31).wrapping_add(u64::from(u32::from(*c)))
    });
    let tag: String = (0..6)
        .map(|place| char::from(b'A' + ((seal >> (place * 8)) % 26) as u8))
        .collect();
    let name = format!("{tag}+{ascii}");

    let [font, descendant, descriptor, file, cmap] = [next(), next(), next(), next(), next()];
    pdf.type0_font(font)
        .base_font(Name(name.as_bytes()))
        .encoding_predefined(Name(b"Identity-H"))
        .descendant_font(descendant)
        .to_unicode(cmap);

    let mut cid = pdf.cid_font(descendant);
    cid.subtype(match outlines {
        Some(_) => CidFontType::Type0,
        None => CidFontType::Type2,
    });
    cid.base_font(Name(name.as_bytes()));
    cid.system_info(IDENTITY);
    cid.font_descriptor(descriptor);
    cid.default_width(0.0);
    if outlines.is_none() {
        cid.cid_to_gid_map_predefined(Name(b"Identity"));
    }
    let mut widths = cid.widths();
    for (id, (_, width)) in &used.glyphs {
        widths.consecutive(*id, [width * 1_000.0]);
    }
    widths.finish();
    cid.finish();

    let bounds = metrics.global_bounding_box();
    let ascender = f32::from(metrics.ascender()) * scale;
    let mut described = pdf.font_descriptor(descriptor);
    described
        .name(Name(name.as_bytes()))
        .flags(FontFlags::SYMBOLIC | FontFlags::SERIF)
        .bbox(Rect::new(
            f32::from(bounds.x_min) * scale,
            f32::from(bounds.y_min) * scale,
            f32::from(bounds.x_max) * scale,
            f32::from(bounds.y_max) * scale,
        ))
        .italic_angle(0.0)
        .ascent(ascender)
        .descent(f32::from(metrics.descender()) * scale)
        .cap_height(
            metrics
                .capital_height()
                .map_or(ascender, |height| f32::from(height) * scale),
        )
        .stem_v(if metrics.is_bold() { 140.0 } else { 80.0 });
    match outlines {
        Some(_) => described.font_file3(file),
        None => described.font_file2(file),
    };
    described.finish();

    let data = packed(outlines.unwrap_or(&part));
    let mut stream = pdf.stream(file, &data);
    stream.filter(Filter::FlateDecode);
    if outlines.is_some() {
        stream.pair(Name(b"Subtype"), Name(b"CIDFontType0C"));
    }
    stream.finish();

    let mut characters = UnicodeCmap::new(Name(b"Characters"), IDENTITY);
    for (id, (c, _)) in &used.glyphs {
        characters.pair(*id, *c);
    }
    let characters = packed(characters.finish().as_slice());
    pdf.cmap(cmap, &characters).filter(Filter::FlateDecode);
    Ok(font)
}

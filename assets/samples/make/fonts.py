"""Small embeddable TrueType cuts of Noto CJK, because reportlab takes no CFF outlines."""

import pathlib

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable

NOTO = pathlib.Path("/usr/share/fonts/opentype/noto")


def chinese_face(file_name):
    """Opens the simplified Chinese face of a Noto CJK collection."""
    path = NOTO / file_name
    for number in range(10):
        font = TTFont(path, fontNumber=number)
        if font["name"].getDebugName(1).endswith(" SC"):
            return font, number
    raise ValueError(f"no simplified Chinese face in `{path}`")


def pillow_font(file_name, size):
    """Opens the simplified Chinese face for drawing."""
    from PIL import ImageFont

    return ImageFont.truetype(str(NOTO / file_name), size, index=chinese_face(file_name)[1])


def write_truetype_subset(file_name, text, target):
    """Writes a TrueType font that holds just the characters of `text`."""
    font, _ = chinese_face(file_name)
    options = Options()
    options.layout_features = []
    options.drop_tables += ["GPOS", "GSUB", "VORG", "vhea", "vmtx", "BASE", "GDEF", "DSIG"]
    options.notdef_outline = True
    subsetter = Subsetter(options)
    subsetter.populate(text=text + "".join(map(chr, range(32, 127))))
    subsetter.subset(font)

    glyphs = font.getGlyphSet()
    outlines = {}
    for name in font.getGlyphOrder():
        pen = TTGlyphPen(None)
        glyphs[name].draw(Cu2QuPen(pen, 1.0, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    font["glyf"] = glyf = newTable("glyf")
    glyf.glyphOrder = font.getGlyphOrder()
    glyf.glyphs = outlines
    del font["CFF "]
    glyf.compile(font)
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    for key, value in dict(maxZones=1, maxTwilightPoints=0, maxStorage=0, maxFunctionDefs=0,
                           maxInstructionDefs=0, maxStackElements=0, maxSizeOfInstructions=0,
                           maxComponentElements=0).items():
        setattr(maxp, key, value)
    post = font["post"]
    post.formatType = 3.0
    font.sfntVersion = "\x00\x01\x00\x00"
    font.recalcTimestamp = False
    font.save(target)

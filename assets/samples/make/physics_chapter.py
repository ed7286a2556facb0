"""Makes the physics chapter: native equations, worked examples, tables, figures with alt text."""

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Cm, Pt

import physics_figures
import physics_text as text
from equations import add_display, add_text
from output import SAMPLES, freeze_zip
from word import add_header_footer, add_numbering, add_table, new_document

TITLE = "第四章　牛顿运动定律"


def add_figure(document, wording):
    """Adds a centred picture with its caption below and its alternative text inside."""
    name, caption, alternative = wording.split("|")
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph.paragraph_format.keep_with_next = True
    picture = paragraph.add_run().add_picture(getattr(physics_figures, name)(), width=Cm(11))
    properties = picture._inline.docPr
    properties.set("descr", alternative)
    properties.set("name", caption)
    caption_paragraph = document.add_paragraph(caption, style="Caption")
    caption_paragraph.paragraph_format.keep_with_next = False


def add_block(document, line, lists):
    """Adds the block that one line of the chapter describes."""
    mark, _, wording = line.partition(" ")
    if mark in ("#", "##"):
        document.add_paragraph(wording, style=f"Heading {len(mark)}")
    elif mark == "=":
        add_display(document, wording)
    elif mark.startswith("|"):
        _, name, caption = line.split("|")
        rows = getattr(text, name)
        add_table(document, caption, rows, [15.4 / len(rows[0])] * len(rows[0]))
    elif mark.startswith("*"):
        add_figure(document, line[1:])
    elif mark == "1":
        paragraph = document.add_paragraph(style="List Number")
        numbering = paragraph._p.get_or_add_pPr().get_or_add_numPr()
        numbering.get_or_add_ilvl().val = 0
        numbering.get_or_add_numId().val = lists["current"]
        paragraph.paragraph_format.left_indent = Cm(0)
        paragraph.paragraph_format.first_line_indent = Pt(24)
        add_text(paragraph, wording)
    elif mark == "@":
        label, _, rest = wording.partition("　")
        document.add_paragraph(label, style="Heading 3")
        paragraph = document.add_paragraph()
        paragraph.paragraph_format.first_line_indent = Pt(24)
        add_text(paragraph, rest)
    elif mark == "!":
        paragraph = document.add_paragraph(style="Intense Quote")
        paragraph.add_run(wording)
    else:
        paragraph = document.add_paragraph(style="Quote" if mark in (">", "?") else None)
        paragraph.paragraph_format.first_line_indent = Pt(24)
        add_text(paragraph, wording if mark in (">", "?") else line)


def make():
    """Writes `高中物理_第四章_牛顿运动定律.docx`."""
    document = new_document("高中物理　第四章　牛顿运动定律", "高中物理")
    for name in ("Quote", "Intense Quote"):
        style = document.styles[name]
        style.font.italic = False
        style.font.bold = name == "Intense Quote"
        style.font.color.rgb = None
        style.paragraph_format.left_indent = style.paragraph_format.right_indent = Cm(0.4)
        style.paragraph_format.space_before = style.paragraph_format.space_after = Pt(6)
    add_header_footer(document, "高中物理　必修　第四章", 9)
    start_list = add_numbering(document, "decimal", "%1．")
    document.add_paragraph(TITLE, style="Title")
    lists, previous = {"current": 0}, ""
    for line in text.CHAPTER.strip().splitlines():
        if line.startswith("1 ") and not previous.startswith("1 "):
            lists["current"] = start_list()
        add_block(document, line, lists)
        previous = line
    target = SAMPLES / "高中物理_第四章_牛顿运动定律.docx"
    document.save(target)
    freeze_zip(target)


if __name__ == "__main__":
    make()

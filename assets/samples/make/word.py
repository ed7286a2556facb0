"""Parts of Word files that python-docx leaves out: footnotes, fields, numbering, equations."""

import datetime

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.opc.packuri import PackURI
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Cm, Pt, RGBColor

from output import AUTHOR, FIXED_TIME


def set_font(target, east_asia, latin="Times New Roman"):
    """Names the Chinese and the Latin typeface of a style or a run."""
    target.font.name = latin
    fonts = target.element.get_or_add_rPr().get_or_add_rFonts()
    for theme in ("asciiTheme", "hAnsiTheme", "eastAsiaTheme", "cstheme"):
        fonts.attrib.pop(qn(f"w:{theme}"), None)
    fonts.set(qn("w:eastAsia"), east_asia)


def new_document(title, subject, body_font="宋体", heading_font="黑体"):
    """Opens an A4 document with Chinese fonts in the built-in styles."""
    document = Document()
    core = document.core_properties
    core.title, core.subject, core.author, core.last_modified_by = title, subject, AUTHOR, AUTHOR
    core.comments, core.language = "", "zh-CN"
    core.created = core.modified = FIXED_TIME.replace(tzinfo=datetime.timezone.utc)
    section = document.sections[0]
    section.page_width, section.page_height = Cm(21), Cm(29.7)
    section.left_margin = section.right_margin = Cm(2.8)
    section.top_margin, section.bottom_margin = Cm(2.8), Cm(2.5)

    styles = document.styles
    normal = styles["Normal"]
    set_font(normal, body_font)
    normal.font.size = Pt(12)
    language = OxmlElement("w:lang")
    language.set(qn("w:val"), "en-US")
    language.set(qn("w:eastAsia"), "zh-CN")
    normal.element.get_or_add_rPr().append(language)
    normal.paragraph_format.line_spacing = Pt(21)
    normal.paragraph_format.space_after = Pt(2)
    for name, size in (("Title", 20), ("Heading 1", 15), ("Heading 2", 13), ("Heading 3", 12)):
        style = styles[name]
        set_font(style, heading_font, "Arial")
        style.font.size, style.font.bold = Pt(size), True
        style.font.color.rgb = RGBColor(0, 0, 0)
        style.paragraph_format.space_before = Pt(12 if name != "Heading 3" else 8)
        style.paragraph_format.space_after = Pt(6)
        style.paragraph_format.keep_with_next = True
        style.paragraph_format.line_spacing = 1.0
    title_style = styles["Title"]
    title_style.paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    border = title_style.element.pPr.find(qn("w:pBdr"))
    if border is not None:
        title_style.element.pPr.remove(border)
    set_font(styles["Caption"], heading_font, "Arial")
    styles["Caption"].font.size = Pt(10.5)
    styles["Caption"].font.color.rgb = RGBColor(0, 0, 0)
    styles["Caption"].paragraph_format.alignment = WD_ALIGN_PARAGRAPH.CENTER
    styles["Caption"].paragraph_format.keep_with_next = True
    return document


def add_field(paragraph, instruction, shown="1"):
    """Appends a field such as PAGE, with the text shown until it is updated."""
    for kind in ("begin", "instr", "separate", "shown", "end"):
        run = paragraph.add_run()
        if kind == "instr":
            element = OxmlElement("w:instrText")
            element.set(qn("xml:space"), "preserve")
            element.text = f" {instruction} "
        elif kind == "shown":
            run.text = shown
            continue
        else:
            element = OxmlElement("w:fldChar")
            element.set(qn("w:fldCharType"), kind)
        run._r.append(element)


def add_header_footer(document, header_text, pages):
    """Puts the running title above and the page number below."""
    section = document.sections[0]
    header = section.header.paragraphs[0]
    header.text = header_text
    header.alignment = WD_ALIGN_PARAGRAPH.CENTER
    header.runs[0].font.size = Pt(9)
    footer = section.footer.paragraphs[0]
    footer.alignment = WD_ALIGN_PARAGRAPH.CENTER
    footer.add_run("第 ")
    add_field(footer, "PAGE")
    footer.add_run(" 页  共 ")
    add_field(footer, "NUMPAGES", str(pages))
    footer.add_run(" 页")
    for run in footer.runs:
        run.font.size = Pt(9)


def add_numbering(document, number_format, level_text):
    """Adds a numbered list definition and returns a function that starts a new list of it."""
    numbering = document.part.numbering_part.element
    abstract_id = 1 + max(int(e.get(qn("w:abstractNumId")))
                          for e in numbering.findall(qn("w:abstractNum")))
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{abstract_id}">'
        '<w:multiLevelType w:val="singleLevel"/><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        f'<w:numFmt w:val="{number_format}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{level_text}"/><w:lvlJc w:val="left"/>'
        '<w:pPr><w:ind w:left="0" w:firstLine="480"/></w:pPr></w:lvl></w:abstractNum>')
    numbering.insert(list(numbering).index(numbering.find(qn("w:num"))), abstract)

    def start():
        number = numbering.add_num(abstract_id)
        number.add_lvlOverride(ilvl=0).add_startOverride(1)
        return number.numId

    return start


def add_list_item(document, number_id, text):
    """Adds one automatically numbered paragraph."""
    paragraph = document.add_paragraph(text, style="List Number")
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number_id
    paragraph.paragraph_format.left_indent = Cm(0)
    paragraph.paragraph_format.first_line_indent = Pt(24)
    return paragraph


def add_table(document, caption, rows, widths_cm, merged=()):
    """Adds a captioned grid whose first row is the repeated header row."""
    document.add_paragraph(caption, style="Caption")
    table = document.add_table(rows=len(rows), cols=len(rows[0]), style="Table Grid")
    table.autofit = False
    for column, width in enumerate(widths_cm):
        table.columns[column].width = Cm(width)
    for row_index, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(row_index, column)
            cell.width = Cm(widths_cm[column])
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.line_spacing = 1.0
            paragraph.paragraph_format.space_after = Pt(2)
            paragraph.paragraph_format.keep_with_next = row_index < len(rows) - 1
            paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
            run = paragraph.add_run(text)
            run.font.size = Pt(10.5)
            run.bold = row_index == 0
            if row_index == 0:
                cell._tc.get_or_add_tcPr().append(
                    parse_xml(f'<w:shd {nsdecls("w")} w:val="clear" w:fill="E7ECF3"/>'))
        properties = table.rows[row_index]._tr.get_or_add_trPr()
        properties.append(OxmlElement("w:cantSplit"))
        if row_index == 0:
            properties.append(OxmlElement("w:tblHeader"))
    for top, left, bottom, right in merged:
        for row_index in range(top, bottom + 1):
            for column in range(left, right + 1):
                if (row_index, column) != (top, left):
                    table.cell(row_index, column).paragraphs[0].clear()
        cell = table.cell(top, left).merge(table.cell(bottom, right))
        for paragraph in cell.paragraphs[1:]:
            paragraph._p.getparent().remove(paragraph._p)
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    return table


class Footnotes:
    """Collects the footnotes of one document and writes their part at the end."""

    def __init__(self, document):
        self.document, self.notes = document, []

    def add(self, paragraph, text):
        """Marks the end of `paragraph` with the next footnote."""
        self.notes.append(text)
        paragraph._p.append(parse_xml(
            f'<w:r {nsdecls("w")}><w:rPr><w:vertAlign w:val="superscript"/></w:rPr>'
            f'<w:footnoteReference w:id="{len(self.notes) + 1}"/></w:r>'))

    def write(self):
        """Attaches the footnotes part to the document."""
        body = "".join(
            f'<w:footnote w:id="{index}"><w:p><w:pPr><w:spacing w:after="0"/></w:pPr>'
            '<w:r><w:rPr><w:vertAlign w:val="superscript"/><w:sz w:val="18"/></w:rPr>'
            '<w:footnoteRef/></w:r><w:r><w:rPr><w:rFonts w:eastAsia="宋体"/><w:sz w:val="18"/>'
            f'</w:rPr><w:t xml:space="preserve"> {text}</w:t></w:r></w:p></w:footnote>'
            for index, text in enumerate(self.notes, 2))
        xml = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<w:footnotes {nsdecls("w")}>'
            '<w:footnote w:type="separator" w:id="0"><w:p><w:r><w:separator/></w:r></w:p>'
            '</w:footnote><w:footnote w:type="continuationSeparator" w:id="1"><w:p><w:r>'
            f'<w:continuationSeparator/></w:r></w:p></w:footnote>{body}</w:footnotes>')
        part = Part(
            PackURI("/word/footnotes.xml"),
            "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml",
            xml.encode(), self.document.part.package)
        self.document.part.relate_to(part, RELATIONSHIP_TYPE.FOOTNOTES)

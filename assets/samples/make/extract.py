"""Reads the samples back, as lists of (place, text): a place is a page, a slide, a sheet or None."""

import email
import subprocess
from email import policy

import openpyxl
from docx import Document
from docx.oxml.ns import qn
from pptx import Presentation

MATH_TEXT = "{http://schemas.openxmlformats.org/officeDocument/2006/math}t"


def _word(path):
    lines = []
    for block in Document(path).element.body.iterchildren():
        rows = list(block.iter(qn("w:tr"))) or [[block]]
        for row in rows:
            lines.append(" ".join("".join(node.text or "" for node in cell.iter(qn("w:t"), MATH_TEXT))
                                  for cell in row))
    return [(None, "\n".join(lines))]


def _pdf(path):
    text = subprocess.run(["pdftotext", "-layout", "-enc", "UTF-8", str(path), "-"], check=True,
                          capture_output=True).stdout.decode()
    return list(enumerate(text.split("\f")[:-1], 1))


def _columns_pdf(path):
    """Reads column by column; `-layout` would mix the lines of two columns."""
    text = subprocess.run(["pdftotext", "-enc", "UTF-8", str(path), "-"], check=True,
                          capture_output=True).stdout.decode()
    return list(enumerate(text.split("\f")[:-1], 1))


def _slides(path):
    pages = []
    for number, slide in enumerate(Presentation(path).slides, 1):
        lines = []
        for shape in slide.shapes:
            if shape.has_text_frame:
                lines.append(shape.text_frame.text)
            if shape.has_table:
                lines += [" ".join(cell.text for cell in row.cells) for row in shape.table.rows]
        lines.append(slide.notes_slide.notes_text_frame.text)
        pages.append((number, "\n".join(lines)))
    return pages


def _workbook(path):
    book = openpyxl.load_workbook(path, data_only=True)
    return [(sheet.title, "\n".join(
        " ".join(str(value) for value in row if value is not None)
        for row in sheet.iter_rows(values_only=True))) for sheet in book]


def _mail(path):
    message = email.message_from_bytes(path.read_bytes(), policy=policy.default)
    parts = [part.get_content() for part in message.walk() if not part.is_multipart()]
    return [(None, "\n".join([message["subject"], *parts]))]


def extract(path):
    """Reads one sample."""
    match path.suffix:
        case ".docx":
            return _word(path)
        case ".pdf":
            pages = _pdf(path)
            return [(n, text + "\n" + flow) for (n, text), (_, flow) in zip(pages, _columns_pdf(path))]
        case ".pptx":
            return _slides(path)
        case ".xlsx":
            return _workbook(path)
        case ".eml":
            return _mail(path)
        case _:
            data = path.read_bytes()
            try:
                return [(None, data.decode("utf-8"))]
            except UnicodeDecodeError:
                return [(None, data.decode("gb18030"))]

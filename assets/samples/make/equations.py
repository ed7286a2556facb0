"""Turns a small part of LaTeX into native Word equations (OMML).

Known: `x_0`, `x^{2}`, `\\frac{a}{b}`, `\\sqrt{a}`, `\\mathrm{kg}` (upright, for units and functions).
"""

import re
from xml.sax.saxutils import escape

from docx.oxml import parse_xml

NAMESPACE = ('xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math" '
             'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"')
RUN = '<w:rPr><w:rFonts w:ascii="Cambria Math" w:hAnsi="Cambria Math" w:eastAsia="宋体"/></w:rPr>'

# A number, or symbols up to the next command; a letter that carries a script stands alone.
PLAIN = re.compile(r"[0-9.]+(?=[_^])|\w(?=[_^])|(?:\\ |[0-9.]+(?![0-9.]*[_^])|[^\\_^0-9.](?![_^]))+|.")


def _run(text, upright=False):
    style = '<m:rPr><m:sty m:val="p"/></m:rPr>' if upright else ""
    return f'<m:r>{style}{RUN}<m:t xml:space="preserve">{escape(text)}</m:t></m:r>'


def _braced(text, start):
    """Returns the content of the braces that open at `start`, and the place after them."""
    depth = 0
    for place in range(start, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return text[start + 1:place], place + 1
    raise ValueError(f"braces left open in `{text}`")


def _argument(text, start):
    """Returns one braced group or one character."""
    return _braced(text, start) if text[start] == "{" else (text[start], start + 1)


def to_omml(text):
    """Translates one formula into the children of `m:oMath`."""
    pieces, place = [], 0
    while place < len(text):
        if text.startswith("\\frac", place):
            top, place = _braced(text, place + 5)
            bottom, place = _braced(text, place)
            pieces.append(f"<m:f><m:num>{to_omml(top)}</m:num><m:den>{to_omml(bottom)}</m:den></m:f>")
        elif text.startswith("\\sqrt", place):
            content, place = _braced(text, place + 5)
            pieces.append('<m:rad><m:radPr><m:degHide m:val="1"/></m:radPr><m:deg/>'
                          f"<m:e>{to_omml(content)}</m:e></m:rad>")
        elif text.startswith("\\mathrm", place):
            content, place = _braced(text, place + 7)
            pieces.append(_run(content, upright=True))
        elif text[place] in "_^":
            tag = "sub" if text[place] == "_" else "sup"
            script, place = _argument(text, place + 1)
            base = pieces.pop()
            pieces.append(f"<m:s{tag.capitalize()}><m:e>{base}</m:e>"
                          f"<m:{tag}>{to_omml(script)}</m:{tag}></m:s{tag.capitalize()}>")
        else:
            word = PLAIN.match(text, place).group()
            pieces.append(_run(word.replace("\\ ", " ")))
            place += len(word)
    return "".join(pieces)


def add_text(paragraph, text):
    """Adds a line whose parts between dollar signs are equations."""
    for index, part in enumerate(text.split("$")):
        if index % 2:
            paragraph._p.append(parse_xml(f"<m:oMath {NAMESPACE}>{to_omml(part)}</m:oMath>"))
        elif part:
            paragraph.add_run(part)


def add_display(document, formula):
    """Adds an equation on a line of its own."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.line_spacing = 1.0
    paragraph._p.append(parse_xml(
        f'<m:oMathPara {NAMESPACE}><m:oMathParaPr><m:jc m:val="center"/></m:oMathParaPr>'
        f"<m:oMath>{to_omml(formula)}</m:oMath></m:oMathPara>"))

"""Makes both versions of the data security regulation, and the list of their differences."""

import json
import pathlib
import tempfile

from reportlab.lib.enums import TA_CENTER
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import cm
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.cidfonts import UnicodeCIDFont
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.platypus import Paragraph, SimpleDocTemplate, Spacer

from chinese_numbers import chinese_number
from fonts import write_truetype_subset
from output import AUTHOR, COMPANY, SAMPLES
from regulation_text import CHANGES, ENTRIES, WORDING, Chapter

TITLE = "数据安全管理规定"
VERSIONS = {
    2022: ("数据安全管理规定（2022版）.pdf", "远砚信〔2022〕9号　2022年6月10日印发"),
    2024: ("数据安全管理规定（2024修订）.pdf", "远砚信〔2024〕15号　2024年8月12日修订印发"),
}


def articles(year):
    """Yields (chapter number and title, article number, wording) of one version."""
    chapter_number = number = 0
    chapter = None
    wording_2024 = dict(WORDING)
    for entry in ENTRIES:
        if isinstance(entry, Chapter):
            chapter_number += 1
            chapter = f"第{chinese_number(chapter_number)}章　{entry}"
            continue
        if isinstance(entry, tuple):
            text = entry[0 if year == 2022 else 1]
        else:
            text = wording_2024.get(entry, entry) if year == 2024 else entry
        if text is not None:
            number += 1
            yield chapter, number, text, entry


def changes():
    """Lists the differences, with the article number in each version."""
    numbers = {year: {id(entry): (number, text) for _, number, text, entry in articles(year)}
               for year in VERSIONS}
    old_wording = {old for old, _ in WORDING}
    described = iter(CHANGES)
    found = []
    for entry in ENTRIES:
        if isinstance(entry, tuple):
            kind, summary = next(described)
        elif entry in old_wording and not isinstance(entry, Chapter):
            kind, summary = "wording", "只改文字，含义不变"
        else:
            continue
        sides = {}
        for year in VERSIONS:
            number, text = numbers[year].get(id(entry), (None, None))
            sides[str(year)] = {"article": number, "text": text}
        found.append({"id": len(found) + 1, "kind": kind, "summary": summary, **sides})
    assert next(described, None) is None
    return found


def write_version(year, font, bold):
    """Writes the PDF of one version with the given font names."""
    file_name, number_line = VERSIONS[year]

    def furniture(canvas, document):
        canvas.setFont(font, 9)
        canvas.drawCentredString(A4[0] / 2, A4[1] - 1.6 * cm, f"{COMPANY}　{TITLE}")
        canvas.line(2.8 * cm, A4[1] - 1.8 * cm, A4[0] - 2.8 * cm, A4[1] - 1.8 * cm)
        canvas.drawCentredString(A4[0] / 2, 1.4 * cm, f"- {document.page} -")

    def style(name, size, **options):
        options.setdefault("fontName", font)
        return ParagraphStyle(name, fontSize=size, leading=size * 1.75, wordWrap="CJK", **options)

    title = style("title", 20, alignment=TA_CENTER, fontName=bold, spaceAfter=4)
    centred = style("centred", 11, alignment=TA_CENTER, spaceAfter=10)
    heading = style("heading", 14, alignment=TA_CENTER, fontName=bold, spaceBefore=8,
                    spaceAfter=4, keepWithNext=True)
    body = style("body", 11.5, firstLineIndent=23, spaceAfter=3)

    story = [Paragraph(TITLE, title), Paragraph(number_line, centred), Spacer(1, 4)]
    last_chapter = None
    for chapter, number, text, _ in articles(year):
        if chapter != last_chapter:
            story.append(Paragraph(chapter, heading))
            last_chapter = chapter
        story.append(Paragraph(f"<font name='{bold}'>第{chinese_number(number)}条</font>　{text}", body))
    SimpleDocTemplate(
        str(SAMPLES / file_name), pagesize=A4, invariant=1, title=file_name[:-4], author=AUTHOR,
        leftMargin=2.8 * cm, rightMargin=2.8 * cm, topMargin=2.4 * cm, bottomMargin=2.2 * cm,
    ).build(story, onFirstPage=furniture, onLaterPages=furniture)


def make():
    """Writes both PDFs: 2022 with a font that is only named, 2024 with embedded fonts."""
    pdfmetrics.registerFont(UnicodeCIDFont("STSong-Light"))
    write_version(2022, "STSong-Light", "STSong-Light")

    wording = "".join(text + chapter for chapter, _, text, _ in articles(2024))
    wording += COMPANY + TITLE + VERSIONS[2024][1] + "第条一二三四五六七八九十-　"
    with tempfile.TemporaryDirectory() as folder:
        for name, file_name in (("SampleSong", "NotoSerifCJK-Regular.ttc"),
                                ("SampleHei", "NotoSansCJK-Bold.ttc")):
            path = pathlib.Path(folder) / f"{name}.ttf"
            write_truetype_subset(file_name, wording, path)
            pdfmetrics.registerFont(TTFont(name, str(path)))
        write_version(2024, "SampleSong", "SampleHei")

    target = pathlib.Path(__file__).resolve().parent / "regulation_changes.json"
    names = {str(year): name for year, (name, _) in VERSIONS.items()}
    target.write_text(json.dumps({"files": names, "changes": changes()}, ensure_ascii=False,
                                 indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    make()

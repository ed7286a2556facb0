"""Makes the travel policy as a Word file and as the PDF of that file."""

from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

import travel_policy_text as text
from chinese_numbers import chinese_number
from output import COMPANY, SAMPLES, freeze_zip, office_to_pdf
from word import (Footnotes, add_header_footer, add_list_item, add_numbering, add_table,
                  new_document)

TITLE = "差旅费管理办法"


def add_article(document, number, wording):
    """Adds an article with its number in bold, the first line indented."""
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.first_line_indent = Pt(24)
    paragraph.add_run(f"第{chinese_number(number)}条").bold = True
    paragraph.add_run("　" + wording)
    return paragraph


def make():
    """Writes `差旅费管理办法.docx` and `差旅费管理办法.pdf`."""
    document = new_document(TITLE, "公司差旅费制度")
    add_header_footer(document, f"{COMPANY}　{TITLE}", 6)
    footnotes = Footnotes(document)
    start_list = add_numbering(document, "chineseCounting", "（%1）")

    document.add_paragraph(TITLE, style="Title")
    for line in ("远砚财〔2024〕6号", "2024年3月18日总裁办公会审议通过　2024年3月20日印发"):
        document.add_paragraph(line).alignment = WD_ALIGN_PARAGRAPH.CENTER

    chapter = section = article = 0
    list_number = None
    for line in text.POLICY.strip().splitlines():
        mark, _, wording = line.partition(" ")
        if mark != "-":
            list_number = None
        if mark == "#":
            chapter, section = chapter + 1, 0
            document.add_paragraph(f"第{chinese_number(chapter)}章　{wording}", style="Heading 1")
        elif mark == "##":
            section += 1
            document.add_paragraph(f"第{chinese_number(section)}节　{wording}", style="Heading 2")
        elif mark == "*":
            article += 1
            paragraph = add_article(document, article, wording.rstrip("^"))
            if wording.endswith("^"):
                footnotes.add(paragraph, text.HOTEL_NOTE)
        elif mark == "-":
            list_number = list_number or start_list()
            add_list_item(document, list_number, wording)
        elif mark == "|TRANSPORT":
            add_table(document, "表1　城市间交通工具乘坐等级", text.TRANSPORT,
                      [3.1, 4.2, 3.9, 2.1, 2.1])
        elif mark == "|HOTELS":
            add_table(document, "表2　国内住宿费限额（元/人·晚）", text.HOTELS, [3.9] * 4)

    document.add_page_break()
    document.add_paragraph("附件一　出差审批权限", style="Heading 1")
    add_table(document, "表3　出差审批权限", text.APPROVAL, [3.4, 4.2, 4.2, 3.2])
    document.add_paragraph("附件二　国（境）外费用标准", style="Heading 1")
    add_table(document, "表4　国（境）外费用标准", text.OVERSEAS, [5.0, 3.6, 3.4, 3.4])
    document.add_paragraph("附件三　差旅费报销单填写说明", style="Heading 1")
    document.add_paragraph("一、分项说明", style="Heading 2")
    for index, (name, wording) in enumerate(text.FILLING_NOTES, 1):
        document.add_paragraph(f"（{chinese_number(index)}）{name}", style="Heading 3")
        document.add_paragraph(wording).paragraph_format.first_line_indent = Pt(24)
    footnotes.write()

    target = SAMPLES / f"{TITLE}.docx"
    document.save(target)
    freeze_zip(target)
    office_to_pdf(target, SAMPLES / f"{TITLE}.pdf", TITLE)


if __name__ == "__main__":
    make()

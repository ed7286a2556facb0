"""Makes the English quarterly report: tables, a two-column section, footnotes."""

from reportlab.lib import colors
from reportlab.lib.pagesizes import LETTER
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import inch
from reportlab.platypus import (BaseDocTemplate, Frame, KeepTogether, NextPageTemplate, PageBreak,
                                PageTemplate, Paragraph, Spacer, Table, TableStyle)

import quarterly_text as text
from output import AUTHOR, SAMPLES

WIDTH, HEIGHT = LETTER
MARGIN = 0.9 * inch
NAVY = colors.HexColor("#1F3A5F")
BODY = ParagraphStyle("body", fontName="Times-Roman", fontSize=11, leading=15, spaceAfter=8)
HEADING = ParagraphStyle("heading", fontName="Helvetica-Bold", fontSize=15, leading=20, textColor=NAVY,
                         spaceBefore=8, spaceAfter=8, keepWithNext=True)
SMALL_HEADING = ParagraphStyle("small", parent=HEADING, fontSize=11.5, leading=15, spaceAfter=3)
CAPTION = ParagraphStyle("caption", fontName="Helvetica-Bold", fontSize=9.5, leading=13, spaceBefore=6,
                         spaceAfter=4, keepWithNext=True)
# The footnotes that stand at the foot of each page.
NOTES_ON_PAGE = {1: [1], 3: [1, 2], 4: [3], 5: [4]}


def number(value):
    """Writes thousands with separators, negative values in brackets, zero as a dash."""
    return "-" if value == 0 else f"({-value:,})" if value < 0 else f"{value:,}"


def percent_change(new, old):
    """Writes the change from `old` to `new`."""
    return f"{(new - old) / old:+.1%}" if old else "n/m"


def totals(lines):
    """Adds up both columns of a group of lines."""
    return tuple(sum(pair[side] for pair in lines.values()) for side in (0, 1))


def statement(rows, widths, total_rows=()):
    """Lays out a table with figures to the right and rules above the totals."""
    table = Table(rows, colWidths=widths, repeatRows=1)
    style = [("FONT", (0, 0), (-1, -1), "Helvetica", 9.5), ("FONT", (0, 0), (-1, 0), "Helvetica-Bold", 9.5),
             ("BACKGROUND", (0, 0), (-1, 0), colors.HexColor("#E3EAF3")), ("ALIGN", (1, 0), (-1, -1), "RIGHT"),
             ("LINEBELOW", (0, 0), (-1, 0), 0.8, NAVY), ("LINEBELOW", (0, -1), (-1, -1), 0.8, NAVY),
             ("TOPPADDING", (0, 0), (-1, -1), 3), ("BOTTOMPADDING", (0, 0), (-1, -1), 3)]
    for row in total_rows:
        style += [("FONT", (0, row), (-1, row), "Helvetica-Bold", 9.5),
                  ("LINEABOVE", (0, row), (-1, row), 0.4, colors.black)]
    table.setStyle(TableStyle(style))
    return table


def figures():
    """Computes every total of the report from its parts."""
    revenue = totals(text.SEGMENTS)
    assert revenue == totals(text.REGIONS)
    pairs = {"revenue": revenue}
    pairs["gross"] = tuple(revenue[i] - text.COST_OF_REVENUE[i] for i in (0, 1))
    pairs["expenses"] = totals(text.EXPENSES)
    pairs["operating"] = tuple(pairs["gross"][i] - pairs["expenses"][i] for i in (0, 1))
    pairs["before_tax"] = tuple(pairs["operating"][i] + text.INTEREST[i] for i in (0, 1))
    pairs["net"] = tuple(pairs["before_tax"][i] - text.TAX[i] for i in (0, 1))
    pairs["from_operating"] = tuple(pairs["net"][i] + totals(text.OPERATING)[i] for i in (0, 1))
    pairs["closing"] = tuple(text.OPENING_CASH[i] + pairs["from_operating"][i] + totals(text.INVESTING)[i]
                             + totals(text.FINANCING)[i] for i in (0, 1))
    return pairs


def comparison(lines, last=None):
    """Rows of a two-period table with the change in per cent."""
    rows = [["", "Q3 2024", "Q3 2023", "Change"]]
    rows += [[name, number(new), number(old), percent_change(new, old)] for name, (new, old) in lines.items()]
    if last:
        rows.append([last, *map(number, totals(lines)), percent_change(*totals(lines))])
    return rows


def income_statement(pairs):
    """Rows of the income statement."""
    rows = [["In thousands of US dollars, except per share", "Q3 2024", "Q3 2023", "Change"]]

    def add(name, pair):
        rows.append([name, *map(number, pair), percent_change(*pair)])

    add("Revenue", pairs["revenue"])
    add("Cost of revenue", text.COST_OF_REVENUE)
    add("Gross profit", pairs["gross"])
    for name, pair in text.EXPENSES.items():
        add(name, pair)
    add("Total operating expenses", pairs["expenses"])
    add("Operating income", pairs["operating"])
    add("Interest expense, net", text.INTEREST)
    add("Income before taxes", pairs["before_tax"])
    add("Income tax expense", text.TAX)
    add("Net income", pairs["net"])
    per_share = [pairs["net"][i] / text.SHARES[i] for i in (0, 1)]
    rows.append(["Diluted earnings per share (US dollars)", *(f"{v:.2f}" for v in per_share),
                 percent_change(*per_share)])
    rows.append(["Diluted shares (thousands)", *map(number, text.SHARES), percent_change(*text.SHARES)])
    return rows


def cash_flow(pairs):
    """Rows of the cash flow statement."""
    rows = [["In thousands of US dollars", "Q3 2024", "Q3 2023"], ["Net income", *map(number, pairs["net"])]]
    total_rows = []
    for lines, name, pair in ((text.OPERATING, "Net cash from operating activities", pairs["from_operating"]),
                              (text.INVESTING, "Net cash used in investing activities", totals(text.INVESTING)),
                              (text.FINANCING, "Net cash used in financing activities", totals(text.FINANCING))):
        rows += [["   " + label, *map(number, values)] for label, values in lines.items()]
        total_rows.append(len(rows))
        rows.append([name, *map(number, pair)])
    rows.append(["Cash at beginning of quarter", *map(number, text.OPENING_CASH)])
    total_rows.append(len(rows))
    rows.append(["Cash at end of quarter", *map(number, pairs["closing"])])
    return rows, total_rows


def headcount():
    """Rows of the headcount table."""
    rows = [["Function", "30 Sep 2024", "30 Jun 2024", "30 Sep 2023"]]
    rows += [[name, *map(str, values)] for name, values in text.HEADCOUNT.items()]
    rows.append(["Total", *(str(sum(v[i] for v in text.HEADCOUNT.values())) for i in range(3))])
    return rows


def furniture(canvas, document):
    """Draws the running header, the footnotes of the page, and the footer."""
    canvas.saveState()
    canvas.setFont("Helvetica", 8.5)
    canvas.setFillColor(colors.HexColor("#555555"))
    canvas.drawString(MARGIN, HEIGHT - 0.55 * inch, text.COMPANY)
    canvas.drawRightString(WIDTH - MARGIN, HEIGHT - 0.55 * inch, "Third Quarter 2024 Report")
    canvas.line(MARGIN, HEIGHT - 0.62 * inch, WIDTH - MARGIN, HEIGHT - 0.62 * inch)
    canvas.drawCentredString(WIDTH / 2, 0.5 * inch, f"Page {document.page} of 6")
    notes = NOTES_ON_PAGE.get(document.page, [])
    if notes:
        base = 0.8 * inch + 12 * (len(notes) - 1)
        canvas.line(MARGIN, base + 14, MARGIN + 1.5 * inch, base + 14)
        for index, note in enumerate(notes):
            canvas.setFont("Times-Roman", 6)
            canvas.drawString(MARGIN, base - 12 * index + 3, str(note))
            canvas.setFont("Times-Roman", 8.5)
            canvas.drawString(MARGIN + 6, base - 12 * index, text.NOTES[note])
    canvas.restoreState()


def note_mark(note):
    """A raised footnote number."""
    return f"<super size='7'>{note}</super>"


def story():
    """Puts the report together, page by page."""
    pairs = figures()
    revenue, net = pairs["revenue"], pairs["net"]
    margin = [pairs["gross"][i] / revenue[i] for i in (0, 1)]
    wide, narrow = 3.4 * inch, 1.1 * inch
    title = ParagraphStyle("title", fontName="Helvetica-Bold", fontSize=24, leading=30, textColor=NAVY)
    parts = [
        Spacer(1, 0.3 * inch), Paragraph(text.COMPANY, title),
        Paragraph("Third Quarter 2024 Report", ParagraphStyle("sub", parent=title, fontSize=16, leading=24)),
        Paragraph("Quarter ended 30 September 2024. Published on 24 October 2024.", BODY), Spacer(1, 10),
        Paragraph("1. Highlights of the quarter", HEADING),
        Paragraph(
            f"Revenue was ${revenue[0] / 1000:.1f} million, up {revenue[0] / revenue[1] - 1:.1%} from "
            f"${revenue[1] / 1000:.1f} million in the third quarter of 2023. Gross margin was {margin[0]:.1%}, "
            f"compared with {margin[1]:.1%}. Net income was ${net[0] / 1000:.1f} million, or "
            f"${net[0] / text.SHARES[0]:.2f} per diluted share.{note_mark(1)}", BODY),
        *(Paragraph(item, BODY, bulletText="\u2022") for item in text.HIGHLIGHTS),
        Paragraph("Table 1. Key figures (in thousands of US dollars)", CAPTION),
        statement(comparison({"Revenue": revenue, "Gross profit": pairs["gross"],
                              "Operating income": pairs["operating"], "Net income": net,
                              "Cash from operations": pairs["from_operating"]}), [wide, narrow, narrow, narrow]),
        NextPageTemplate("two columns"), PageBreak(),
        Paragraph("2. Letter from the chief executive", HEADING),
        *(Paragraph(item, BODY) for item in text.LETTER),
        Paragraph("Marit Ellingsen<br/>President and Chief Executive Officer", BODY),
        Paragraph("3. Management discussion", HEADING),
    ]
    for name, wording in text.DISCUSSION:
        parts += [Paragraph(name, SMALL_HEADING), Paragraph(wording, BODY)]
    cash_rows, cash_totals = cash_flow(pairs)
    columns = [wide, narrow, narrow, narrow]
    parts += [
        NextPageTemplate("one column"), PageBreak(),
        Paragraph("4. Condensed consolidated statement of income", HEADING),
        Paragraph(f"The statement covers the three months ended 30 September.{note_mark(1)} The restructuring "
                  f"charge is shown on its own line.{note_mark(2)}", BODY),
        Paragraph("Table 2. Statement of income", CAPTION),
        statement(income_statement(pairs), columns, (3, 8, 9, 11, 13)),
        Paragraph("Table 3. Revenue by segment (in thousands of US dollars)", CAPTION),
        statement(comparison(text.SEGMENTS, "Total revenue"), columns, (5,)),
        PageBreak(),
        Paragraph("5. Cash flow", HEADING),
        Paragraph("Cash from operations rose although receivables grew, because inventories fell. The largest "
                  f"outflow was the acquisition of Tarn Optics.{note_mark(3)}", BODY),
        Paragraph("Table 4. Condensed statement of cash flows", CAPTION),
        statement(cash_rows, [4 * inch, 1.25 * inch, 1.25 * inch], cash_totals),
        Paragraph("Table 5. Revenue by region (in thousands of US dollars)", CAPTION),
        statement(comparison(text.REGIONS, "Total revenue"), columns, (4,)),
        PageBreak(),
        Paragraph("6. People", HEADING),
        Paragraph("The increase in Engineering comes from Tarn Optics and from hiring for the PX-500 program. "
                  "Manufacturing fell with the closing of the Dayton line. Voluntary turnover over the last "
                  f"twelve months was 7.9%, compared with 9.6% a year earlier.{note_mark(4)}", BODY),
        Paragraph("Table 6. Headcount", CAPTION),
        statement(headcount(), [2.9 * inch, 1.25 * inch, 1.25 * inch, 1.25 * inch], (5,)),
        Paragraph("7. Safety and environment", HEADING),
        Paragraph("The recordable injury rate was 0.6 per 200,000 hours worked. The Boise plant has used only "
                  "renewable electricity since 1 July 2024. Water use per unit shipped fell by 12%.", BODY),
        PageBreak(),
        Paragraph("8. Outlook", HEADING),
        Paragraph("Based on the backlog and the current order intake, the company updates its guidance for the "
                  "full year 2024 as follows.", BODY),
        Paragraph("Table 7. Guidance for 2024", CAPTION),
        statement(text.OUTLOOK, [2.6 * inch, 1.9 * inch, 1.9 * inch]),
        Paragraph("The guidance may be affected in particular by:", BODY),
        *(Paragraph(item, BODY, bulletText="\u2022") for item in text.RISKS),
        KeepTogether([Paragraph("9. Financial calendar", HEADING),
                      statement(text.CALENDAR, [3.6 * inch, 2.8 * inch])]),
        Paragraph("10. Contact", HEADING),
        Paragraph("Investor relations: Tobias Renner, investors@haldenridge.example", BODY),
    ]
    return parts


def make():
    """Writes `2024Q3_quarterly_report.pdf`."""
    document = BaseDocTemplate(
        str(SAMPLES / "2024Q3_quarterly_report.pdf"), pagesize=LETTER, invariant=1, author=AUTHOR,
        title="Third Quarter 2024 Report", subject="Quarterly report of an invented company")
    bottom, height = 1.2 * inch, HEIGHT - 2.0 * inch
    column = (WIDTH - 2 * MARGIN - 0.3 * inch) / 2
    padding = dict(leftPadding=0, rightPadding=0, topPadding=0, bottomPadding=0)
    one = Frame(MARGIN, bottom, WIDTH - 2 * MARGIN, height, **padding)
    two = [Frame(MARGIN + side * (column + 0.3 * inch), bottom, column, height, **padding) for side in (0, 1)]
    document.addPageTemplates([PageTemplate("one column", [one], onPage=furniture),
                               PageTemplate("two columns", two, onPage=furniture)])
    document.build(story())
    assert document.page == 6, document.page


if __name__ == "__main__":
    make()

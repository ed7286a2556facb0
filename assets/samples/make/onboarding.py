"""Makes the onboarding slides: tables, a native chart, two columns, speaker notes."""

from pptx import Presentation
from pptx.chart.data import CategoryChartData
from pptx.dml.color import RGBColor
from pptx.enum.chart import XL_CHART_TYPE, XL_LABEL_POSITION
from pptx.enum.shapes import MSO_SHAPE
from pptx.enum.text import MSO_ANCHOR
from pptx.oxml.ns import qn
from pptx.util import Emu, Inches, Pt

from output import AUTHOR, COMPANY, FIXED_TIME, SAMPLES, freeze_zip
from onboarding_text import CHART, SLIDES, TITLE

NAVY, TEAL, PALE = RGBColor(0x1B, 0x36, 0x5D), RGBColor(0x2A, 0x9D, 0x8F), RGBColor(0xEE, 0xF3, 0xF8)
TITLE_LAYOUT, BODY_LAYOUT, TWO_LAYOUT, ONLY_TITLE_LAYOUT = 0, 1, 3, 5


def set_font(run, size, bold=False, colour=None):
    """Sets the Chinese and Latin typeface, the size and the colour of a run."""
    run.font.size, run.font.bold, run.font.name = Pt(size), bold, "Microsoft YaHei"
    if colour is not None:
        run.font.color.rgb = colour
    properties = run._r.get_or_add_rPr()
    east_asian = properties.makeelement(qn("a:ea"), {"typeface": "Microsoft YaHei"})
    properties.append(east_asian)


def place(shape, left, top, width, height):
    """Moves a shape; all values in inches."""
    shape.left, shape.top = Inches(left), Inches(top)
    shape.width, shape.height = Inches(width), Inches(height)


def fill(frame, lines, size):
    """Writes one paragraph per line; a line that starts with two spaces is one level deeper."""
    frame.word_wrap = True
    for index, line in enumerate(lines):
        paragraph = frame.paragraphs[0] if index == 0 else frame.add_paragraph()
        paragraph.level = 1 if line.startswith("  ") else 0
        paragraph.space_after = Pt(8)
        run = paragraph.add_run()
        run.text = line.strip()
        set_font(run, size - 2 * paragraph.level)


def add_table(slide, rows, left, top, width, row_height=0.45, size=15):
    """Adds a native table whose first row is the header."""
    table = slide.shapes.add_table(len(rows), len(rows[0]), Inches(left), Inches(top), Inches(width),
                                   Inches(row_height * len(rows))).table
    weights = [max(6, max(len(row[column]) for row in rows)) for column in range(len(rows[0]))]
    for column, weight in enumerate(weights):
        table.columns[column].width = Emu(int(Inches(width) * weight / sum(weights)))
    for row_index, row in enumerate(rows):
        for column, text in enumerate(row):
            cell = table.cell(row_index, column)
            cell.vertical_anchor = MSO_ANCHOR.MIDDLE
            cell.fill.solid()
            cell.fill.fore_color.rgb = NAVY if row_index == 0 else (PALE if row_index % 2 else RGBColor(255, 255, 255))
            run = cell.text_frame.paragraphs[0].add_run()
            run.text = text
            set_font(run, size, row_index == 0, RGBColor(255, 255, 255) if row_index == 0 else RGBColor(0x22, 0x22, 0x22))


def add_chart(slide):
    """Adds the native column chart of the number of employees."""
    data = CategoryChartData()
    data.categories = list(CHART["values"])
    data.add_series(CHART["series"], list(CHART["values"].values()))
    chart = slide.shapes.add_chart(XL_CHART_TYPE.COLUMN_CLUSTERED, Inches(0.8), Inches(1.5), Inches(7.6),
                                   Inches(5.2), data).chart
    chart.has_legend = False
    chart.has_title = True
    chart.chart_title.text_frame.text = CHART["title"]
    chart.chart_title.text_frame.paragraphs[0].runs[0].font.size = Pt(16)
    plot = chart.plots[0]
    plot.has_data_labels = True
    plot.data_labels.position = XL_LABEL_POSITION.OUTSIDE_END
    plot.data_labels.font.size = Pt(14)
    plot.series[0].format.fill.solid()
    plot.series[0].format.fill.fore_color.rgb = TEAL
    chart.value_axis.has_major_gridlines = False
    chart.value_axis.minimum_scale = 0


def add_slide(deck, number, entry):
    """Adds one slide from its entry in the text."""
    kind = entry["kind"]
    layout = {"title": TITLE_LAYOUT, "body": BODY_LAYOUT, "two": TWO_LAYOUT}.get(kind, ONLY_TITLE_LAYOUT)
    slide = deck.slides.add_slide(deck.slide_layouts[layout])
    title = slide.shapes.title
    if kind == "title":
        place(title, 1.0, 2.3, 11.3, 1.4)
        place(slide.placeholders[1], 1.0, 3.9, 11.3, 1.4)
        fill(slide.placeholders[1].text_frame, entry["lines"], 22)
    else:
        bar = slide.shapes.add_shape(MSO_SHAPE.RECTANGLE, 0, 0, Inches(0.25), Inches(7.5))
        bar.fill.solid()
        bar.fill.fore_color.rgb = NAVY
        bar.line.fill.background()
        bar.name = "装饰条"
        place(title, 0.7, 0.35, 11.9, 0.9)
        page = slide.shapes.add_textbox(Inches(11.9), Inches(6.95), Inches(1.0), Inches(0.4))
        run = page.text_frame.paragraphs[0].add_run()
        run.text = str(number)
        set_font(run, 12)
    title.text_frame.text = ""
    run = title.text_frame.paragraphs[0].add_run()
    run.text = entry["title"]
    set_font(run, 40 if kind == "title" else 30, True, NAVY)
    if kind == "body":
        place(slide.placeholders[1], 0.8, 1.5, 11.7, 5.3)
        fill(slide.placeholders[1].text_frame, entry["lines"], 22)
    elif kind == "two":
        for index, side in enumerate(("left", "right"), 1):
            place(slide.placeholders[index], 0.8 + 6.0 * (index - 1), 1.5, 5.7, 5.3)
            fill(slide.placeholders[index].text_frame, entry[side], 20)
    elif kind == "table":
        add_table(slide, entry["rows"], 0.8, 1.5, 11.7, entry.get("row_height", 0.55), 16)
        if "lines" in entry:
            box = slide.shapes.add_textbox(Inches(0.8), Inches(6.0), Inches(11.7), Inches(0.9))
            fill(box.text_frame, entry["lines"], 16)
    elif kind == "text and table":
        box = slide.shapes.add_textbox(Inches(0.8), Inches(1.5), Inches(5.6), Inches(5.2))
        fill(box.text_frame, entry["lines"], 19)
        add_table(slide, entry["rows"], 6.8, 1.6, 5.8)
    elif kind == "chart":
        add_chart(slide)
        box = slide.shapes.add_textbox(Inches(8.7), Inches(1.7), Inches(4.0), Inches(4.8))
        fill(box.text_frame, entry["lines"], 18)
    slide.notes_slide.notes_text_frame.text = entry["notes"]


def make():
    """Writes `新员工入职培训.pptx`."""
    deck = Presentation()
    deck.slide_width, deck.slide_height = Inches(13.333), Inches(7.5)
    core = deck.core_properties
    core.title, core.author, core.last_modified_by = TITLE, AUTHOR, AUTHOR
    core.subject, core.created, core.modified = COMPANY, FIXED_TIME, FIXED_TIME
    for number, entry in enumerate(SLIDES, 1):
        add_slide(deck, number, entry)
    target = SAMPLES / f"{TITLE}.pptx"
    deck.save(target)
    freeze_zip(target)


if __name__ == "__main__":
    make()

"""Writes decks of every kind of slide, opens them with python-pptx, renders them with LibreOffice, and counts texts
that lie outside of their boxes.

    cargo build -p deskmate-formats --example deck
    python3 tests/evals/decks/check.py target/debug/examples/deck WORK_FOLDER [TEMPLATE.pptx]

Needs python-pptx, LibreOffice and poppler-utils. Automatic shrinking is switched off in the copies that are rendered, so
that what is measured is the size that was written. A word counts as overflowing when its box on the rendered page is not
inside the slide, or inside none of the slide's own boxes, by more than the tolerance.
"""

import json
import random
import re
import subprocess
import sys
import zipfile
from pathlib import Path
from xml.etree import ElementTree

from pptx import Presentation

TOLERANCE = 3.0  # points
EMU = 12700

ZH = [
    "物体的加速度跟它受到的合力成正比，跟它的质量成反比，加速度的方向跟合力的方向相同",
    "一切物体总保持匀速直线运动状态或静止状态，除非作用在它上面的力迫使它改变这种状态",
    "质量是惯性大小的量度",
    "2024年第三季度实现营业收入3,286.5万元，同比增长12.4%，其中线上渠道占比62%",
    "出差人员应当在返回后15个工作日内办理报销手续",
    "利用打点计时器测量小车的加速度，交流电源频率为50 Hz，每隔0.02 s打一个点",
]
EN = [
    "The acceleration of a body is proportional to the net force on it and inversely proportional to its mass",
    "Every body continues in its state of rest or uniform motion unless a force acts on it",
    "Mass measures inertia",
    "Revenue rose 12.4 % to CNY 32.9 million in the third quarter of 2024, of which 62 % came from online channels",
    "Claims must be filed within 15 working days of return",
    "internationalisation-and-standardisation-of-electroencephalographical-measurements",
]


def sentence(rng, texts, most):
    """A text of one to `most` sentences."""
    count = rng.randint(1, most)
    glue = "，" if texts is ZH else "; "
    return glue.join(rng.choice(texts) for _ in range(count))


def bullets(rng, texts, count, most=1):
    return [{"level": rng.choice([0, 0, 0, 1]), "text": sentence(rng, texts, most)} for _ in range(count)]


def table(rng, texts, rows, columns):
    head = [f"第{n + 1}列 数量/kg" if texts is ZH else f"Column {n + 1} (kg)" for n in range(columns)]
    body = [
        [rng.choice(texts)[: rng.randint(2, 60)] if n == 0 else f"{rng.uniform(0, 9999):.2f}" for n in range(columns)]
        for _ in range(rows)
    ]
    return {"header_rows": 1, "rows": [head, *body]}


def chart(rng, texts, kind, count):
    names = [f"{rng.choice(texts)[: rng.randint(2, 14)]}{n}" for n in range(count)]
    series = 1 if kind == "pie" else rng.randint(1, 3)
    return {
        "kind": kind,
        "categories": names,
        "series": [
            {"name": f"系列{s}", "values": [round(rng.uniform(1, 100), 1) for _ in names]} for s in range(series)
        ],
        "unit": "万元" if texts is ZH else "CNY m",
    }


def deck(seed):
    """Ten to fifteen slides of all layouts, from sparse to far too full."""
    rng = random.Random(seed)
    texts = ZH if seed % 2 == 0 else EN
    title = lambda: sentence(rng, texts, rng.choice([1, 1, 2]))[: rng.choice([8, 20, 60, 160])]
    slides = [
        {"layout": "title", "title": title(), "subtitle": sentence(rng, texts, 2)},
        {"layout": "section", "title": title(), "subtitle": sentence(rng, texts, 3)},
        {"layout": "bullets", "title": title(), "items": bullets(rng, texts, rng.randint(1, 6))},
        {"layout": "bullets", "title": title(), "items": bullets(rng, texts, rng.randint(6, 14), 2)},
        {"layout": "bullets", "title": title(), "items": bullets(rng, texts, 2, 12)},
        {
            "layout": "two_columns",
            "title": title(),
            "left": {"heading": title()[:30], "items": bullets(rng, texts, rng.randint(1, 5))},
            "right": {"heading": title()[:30], "items": bullets(rng, texts, rng.randint(1, 8))},
        },
        {"layout": "table", "title": title(), "table": table(rng, texts, rng.randint(2, 30), rng.randint(2, 8))},
        {"layout": "chart", "title": title(), "chart": chart(rng, texts, rng.choice(["bar", "line", "pie"]), rng.randint(2, 12))},
        {"layout": "quote", "text": sentence(rng, texts, rng.choice([1, 2, 6])), "attribution": title()[:30]},
        {"layout": "closing", "title": title()[:20], "lines": [sentence(rng, texts, 1) for _ in range(rng.randint(1, 5))]},
    ]
    for slide in slides[2:]:
        slide["markers"] = [1]
        slide["notes"] = sentence(rng, texts, 4)
    citation = {
        "marker": 1,
        "path": "高中物理_第四章_牛顿运动定律.docx" if texts is ZH else "physics_chapter_4.docx",
        "anchor": {"page": 12, "heading": ["第三节　牛顿第二定律", rng.choice(texts)]},
        "quote": rng.choice(texts),
    }
    language = "zh-CN" if texts is ZH else "en-US"
    return {"title": f"deck {seed}", "language": language, "slides": slides, "citations": [citation]}


def without_shrinking(source, target):
    """A copy in which no program may make text smaller by itself."""
    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            content = old.read(name)
            if name.endswith(".xml"):
                text = content.decode("utf-8")
                text = re.sub(r"<a:normAutofit[^>]*/>", "<a:noAutofit/>", text)
                content = text.encode("utf-8")
            new.writestr(name, content)


def boxes(slide):
    """Boxes of the slide's own shapes in points: left, top, right, bottom."""
    found = []
    for shape in slide.shapes:
        values = (shape.left, shape.top, shape.width, shape.height)
        if None in values:
            continue
        left, top, width, height = (value / EMU for value in values)
        found.append((left, top, left + width, top + height, shape.name))
    return found


def words(pdf):
    """Words of each page with their boxes."""
    html = subprocess.run(["pdftotext", "-bbox", str(pdf), "-"], capture_output=True, check=True).stdout.decode("utf-8")
    html = re.sub(r"[\x00-\x08\x0b\x0c\x0e-\x1f]", "", html)
    space = "{http://www.w3.org/1999/xhtml}"
    for page in ElementTree.fromstring(html).iter(f"{space}page"):
        size = float(page.get("width")), float(page.get("height"))
        yield size, [
            (tuple(float(word.get(key)) for key in ("xMin", "yMin", "xMax", "yMax")), word.text or "")
            for word in page.iter(f"{space}word")
        ]


def overflows(slide, size, found):
    """Words that lie outside of the slide or of every box of it."""
    shapes = boxes(slide)
    out = []
    for (left, top, right, bottom), text in found:
        on_slide = left >= -TOLERANCE and top >= -TOLERANCE and right <= size[0] + TOLERANCE and bottom <= size[1] + TOLERANCE
        # The bounding box of a word has the face's whole height, more than its ink: two tenths of it are air.
        air = (bottom - top) * 0.2
        inside = any(
            left >= l - TOLERANCE and right <= r + TOLERANCE and top + air >= t - TOLERANCE and bottom - air <= b + TOLERANCE
            for l, t, r, b, _ in shapes
        )
        if not (on_slide and inside):
            out.append(f"{text!r} at {left:.0f},{top:.0f},{right:.0f},{bottom:.0f}")
    return out


def main():
    program, folder = sys.argv[1], Path(sys.argv[2])
    template = sys.argv[3:4]
    folder.mkdir(parents=True, exist_ok=True)
    given = sorted(folder.glob("given/*.pptx"))
    decks = []
    for seed in range(0 if given else 18):
        source, target = folder / f"deck{seed:02}.json", folder / f"deck{seed:02}.pptx"
        source.write_text(json.dumps(deck(seed), ensure_ascii=False), encoding="utf-8")
        subprocess.run([program, str(source), str(target), *template], check=True, capture_output=True)
        decks.append(target)
    decks += given
    rendered = folder / "rendered"
    rendered.mkdir(exist_ok=True)
    for path in decks:
        without_shrinking(path, rendered / path.name)
    subprocess.run(
        ["soffice", f"-env:UserInstallation=file://{folder.resolve()}/profile", "--headless", "--convert-to", "pdf", "--outdir", str(rendered), *[str(rendered / p.name) for p in decks]],
        check=True,
        capture_output=True,
    )
    opened, converted, slides, bad_slides = 0, 0, 0, 0
    for path in decks:
        presentation = Presentation(path)
        opened += 1
        pdf = rendered / f"{path.stem}.pdf"
        pages = list(words(pdf))
        converted += len(pages) == len(presentation.slides)
        for number, (slide, (size, found)) in enumerate(zip(presentation.slides, pages), start=1):
            slides += 1
            bad = overflows(slide, size, found)
            if bad:
                bad_slides += 1
                print(f"{path.name} slide {number} ({slide.slide_layout.name}): {len(bad)} words, e.g. {bad[0]}")
    print(f"opened by python-pptx {opened}/{len(decks)}, rendered by LibreOffice {converted}/{len(decks)}")
    print(f"slides with text outside its box: {bad_slides} of {slides}")


if __name__ == "__main__":
    main()

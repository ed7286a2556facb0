"""Checks the samples and the questions: every expected answer must stand in the named files."""

import collections
import json
import pathlib
import re
import sys
import tomllib
import unicodedata
import zipfile

import openpyxl

from extract import extract
from output import SAMPLES

KINDS = {"fact", "table", "follow_up", "unanswerable", "cross"}
MAX_BYTES = 3_000_000
NOT_SAMPLES = {"README.md", "questions.toml", ".gitattributes"}


def normalise(text):
    """Brings a text into the form in which answers are compared."""
    text = unicodedata.normalize("NFKC", text).casefold()
    text = re.sub(r"(?<=\d),(?=\d{3})", "", text)
    text = re.sub(r"(?<=\d)[\s|]+(?=\d)", "\0", text)
    return re.sub(r"[\s|]", "", text).replace("\0", " ")


def contains(answer, wanted):
    """Says whether the normalised `answer` has `wanted`, not as part of a longer number."""
    wanted = re.escape(normalise(wanted))
    head = r"(?<![\d.])" if wanted[0].isdigit() else ""
    tail = r"(?!\.?\d)" if wanted[-1].isdigit() else ""
    return re.search(head + wanted + tail, answer) is not None


class Check:
    """Collects what is wrong, so that one run shows everything."""

    def __init__(self):
        self.problems = []

    def that(self, holds, message):
        """Notes `message` unless `holds`."""
        if not holds:
            self.problems.append(message)


def check_answerable(check, question, texts):
    """Finds the evidence in every named file, and an alternative of each group in the evidence."""
    name, anchor = question["id"], question.get("anchor", {})
    for file in question["files"]:
        places = texts.get(file)
        check.that(places is not None, f"{name}: no file `{file}`")
        whole = "".join(text for _, text in places or [])
        for quote in question["evidence"]:
            check.that(normalise(quote) in whole, f"{name}: `{quote}` is not in `{file}`")
        suffix = pathlib.Path(file).suffix
        key = {".pdf": "page", ".pptx": "slide", ".xlsx": "sheet"}.get(suffix, "heading")
        if key == "heading" and key in anchor:
            check.that(normalise(anchor[key]) in whole, f"{name}: no heading `{anchor[key]}` in `{file}`")
        elif key in anchor:
            here = dict(places)[anchor[key]]
            found = [normalise(quote) in here for quote in question["evidence"]]
            check.that(any(found), f"{name}: the evidence is not at {key} {anchor[key]} of `{file}`")
    evidence = normalise("\n".join(question["evidence"]))
    for group in question["answer_any"]:
        check.that(any(contains(evidence, word) for word in group),
                   f"{name}: none of {group} is in the evidence")


def check_questions(check, texts):
    """Checks the form of the questions and every answer; returns the questions."""
    questions = tomllib.loads((SAMPLES / "questions.toml").read_text(encoding="utf-8"))["question"]
    everything = "".join(text for places in texts.values() for _, text in places)
    seen = set()
    for question in questions:
        name, kind = question["id"], question["kind"]
        check.that(name not in seen, f"{name}: the id is used twice")
        check.that(kind in KINDS, f"{name}: unknown kind `{kind}`")
        check.that(question["lang"] in ("zh", "en"), f"{name}: unknown language")
        check.that((kind == "follow_up") == ("after" in question), f"{name}: `after` does not fit")
        check.that(question.get("after", name) in seen | {name}, f"{name}: `after` is not an earlier id")
        seen.add(name)
        if kind == "unanswerable":
            check.that(not question["files"] and question["absent"], f"{name}: needs `absent` only")
            for word in question["absent"]:
                check.that(normalise(word) not in everything, f"{name}: `{word}` stands in a file")
        else:
            check_answerable(check, question, texts)
    check.that(sum(question.get("demo", False) for question in questions) == 3, "three demos are needed")
    return questions


def check_files(check, texts):
    """Checks what each file is there to show."""
    total = sum(path.stat().st_size for path in SAMPLES.rglob("*") if path.is_file())
    check.that(total < MAX_BYTES, f"the folder has {total} bytes")
    check.that(not normalise(texts["扫描件_发票.pdf"][0][1]), "the scan has a text layer")
    try:
        (SAMPLES / "值班安排说明.txt").read_bytes().decode("utf-8")
        check.that(False, "the duty roster is not in GB18030")
    except UnicodeDecodeError:
        pass

    formulas = openpyxl.load_workbook(SAMPLES / "2024年销售台账.xlsx")
    values = openpyxl.load_workbook(SAMPLES / "2024年销售台账.xlsx", data_only=True)
    check.that(formulas["参数"].sheet_state == "hidden", "the parameters are not hidden")
    for sheet in formulas:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.data_type == "f":
                    value = values[sheet.title][cell.coordinate].value
                    check.that(isinstance(value, (int, float)),
                               f"{sheet.title}!{cell.coordinate} has no cached value")
    orders = values["订单明细"]
    amounts = [orders.cell(row, 9).value for row in range(4, orders.max_row)]
    check.that(abs(sum(amounts) - orders.cell(orders.max_row, 9).value) < 0.01, "the order total is wrong")

    for file, part, needle in (
            ("高中物理_第四章_牛顿运动定律.docx", "word/document.xml", b"<m:oMathPara"),
            ("差旅费管理办法.docx", "word/footnotes.xml", b"<w:footnoteRef"),
            ("差旅费管理办法.docx", "word/document.xml", b"<w:numPr>"),
            ("新员工入职培训.pptx", "ppt/slides/slide5.xml", b"chart")):
        with zipfile.ZipFile(SAMPLES / file) as archive:
            check.that(needle in archive.read(part), f"`{file}` lacks {needle!r}")

    listed = json.loads((pathlib.Path(__file__).parent / "regulation_changes.json").read_text("utf-8"))
    for change in listed["changes"]:
        for year, file in listed["files"].items():
            whole = "".join(text for _, text in texts[file])
            text = change[year]["text"]
            check.that(text is None or normalise(text) in whole, f"change {change['id']} is not in `{file}`")
        other = "".join(text for _, text in texts[listed["files"]["2022"]])
        if change["2024"]["text"]:
            check.that(normalise(change["2024"]["text"]) not in other, f"change {change['id']} is no change")
    readme = (SAMPLES / "README.md").read_text("utf-8")
    for file in texts:
        check.that(file in readme, f"`{file}` is not in the README")


def main():
    """Prints the counts, or everything that is wrong."""
    check = Check()
    files = sorted(path for path in SAMPLES.iterdir() if path.is_file() and path.name not in NOT_SAMPLES)
    texts = {path.name: [(place, normalise(text)) for place, text in extract(path)] for path in files}
    questions = check_questions(check, texts)
    check_files(check, texts)
    for problem in check.problems:
        print(problem)
    if check.problems:
        sys.exit(1)
    print(f"{len(files)} files, {len(questions)} questions")
    for field in ("kind", "lang"):
        print(field, dict(collections.Counter(question[field] for question in questions)))


if __name__ == "__main__":
    main()

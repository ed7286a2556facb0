#!/usr/bin/env python3
"""Edits of real workbooks, asked for in words, against the workbooks that people made of them.

    tests/evals/edits/check.py SET DESKMATE [--limit N] [--home DIR] [--keep DIR]

SET is a folder as `tableqa/sheetcopilot`: questions.jsonl, tables/, answers/ with a `_check.yaml` beside each. Counted are
the tasks that consist of formulas, columns, number formats and charts alone. Every step of a task is one
`sheet column COPY ASK --write`, its ask the task's context and the words of the step; a step that only sets a number format
is said together with the step before it. The steps from the first one of charts on are one `sheet chart COPY ASK --write`.
A step that makes a sheet of cells has no such command: the task fails.

A task passes when, on each sheet that the check names, every cell holds the value of one of the answers (numbers to
1e-6), where the check asks for formats the changed numbers have the same kind of format, and where it asks for charts
theirs are those of the answer: how many, their kind and the ranges of their series, and, where the check names them, title,
titles of axes, legend, trend lines (their kind; whether the equation stands there only where the task speaks of one) and
data labels. Sheets that the task adds are compared in their order, wherever they stand among the others; sheets that were
there, by name. An answer that was saved without the values of its formulas is computed by LibreOffice first. Needs python3
with openpyxl and PyYAML, and soffice. DESKMATE_MODELS names the models as always; without one, what code alone solves.
"""

import argparse
import json
import pathlib
import re
import shutil
import subprocess
import tempfile
import time

import openpyxl
import yaml

# What a task may consist of, by the set's own names.
PARTS = {
    "Update cell value", "Autofill", "Math functions", "Text functions", "Logical functions",
    "Lookup and reference functions", "Statistical functions", "Date and time functions", "Set data type",
    "Create chart", "Add data series", "Set chart legend", "Set chart title", "Set chart axis", "Add data labels",
    "Set chart marker", "Set trend line", "Create sheet", "Copy-paste", "Delete", "Insert column",
}


def parts_of(task):
    return [re.sub(r"\(\d+\)", "", part).strip() for part in task["atomic_actions"].split(",")]


def is_counted(task):
    parts = parts_of(task)
    makes = any(part in ("Autofill", "Create chart") or part.endswith("functions") for part in parts)
    return makes and all(part in PARTS for part in parts)


def steps_of(task):
    """The asks of a task, each with the command that it is for; None where a step is for neither."""
    asks = []
    for step in task["subtasks"]:
        text, _, category = step.partition("(Category:")
        text, category = text.strip(), category.strip(" )")
        if "Charts" in category.split(", ") or (asks and asks[-1][0] == "chart"):
            # A chart is one thing: its title and its legend are said with it.
            if asks and asks[-1][0] == "chart":
                asks[-1] = ("chart", f"{asks[-1][1]} {text}")
            else:
                asks.append(("chart", text))
        elif "Management" in category or re.search(r"\bnew sheet\b", text):
            return None
        elif category == "Formatting":
            if not asks:
                return None
            asks = [(command, f"{ask} {text}") for command, ask in asks]
        else:
            asks.append(("column", text))
    return [(command, f"{task['context']} {ask}") for command, ask in asks]


def is_of_columns(task):
    return all(command == "column" for command, _ in steps_of(task) or [("none", "")])


def run(program, home, command, book, ask):
    command = [program, "--home", home, "--json", "sheet", command, str(book), ask, "--write"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=300)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"error": {"message": done.stderr[-200:]}}


def same(a, b):
    a, b = (None if value == "" else value for value in (a, b))
    if isinstance(a, (int, float)) and isinstance(b, (int, float)):
        return abs(a - b) <= 1e-6 * max(1, abs(a), abs(b))
    return a == b


def kind(code):
    if "%" in code:
        return "percent"
    if "_(" in code or "_-" in code or "_ " in code:
        return "accounting"
    return "currency" if re.search(r"[$¥€£]", code) else "other"


def words_of(title):
    """The text of a title; none for one without words."""
    rich = title and title.tx and title.tx.rich
    words = "".join(run.t for paragraph in rich.p for run in paragraph.r or []) if rich else ""
    return words or None


def range_of(source):
    """The range of a series without quotes, and its sheet."""
    reference = source and (source.numRef or getattr(source, "strRef", None))
    if not reference:
        return None
    sheet, _, cells = reference.f.rpartition("!")
    return sheet.strip("'"), cells.replace("$", "")


def trend_of(series, with_equation):
    trend = series.trendline
    if trend is None:
        return None
    return trend.trendlineType, trend.order, bool(trend.dispEq) if with_equation else None


def chart_difference(one, other, wanted, task):
    """What differs between a chart that was made and that of the answer."""

    def differs(name, a, b):
        return f"chart, {name}: {a!r}, not {b!r}" if a != b else None

    def axis(chart, name):
        axis = getattr(chart, name, None)
        return axis and words_of(axis.title)

    def series(chart):
        found = []
        for index, series in enumerate(chart.series):
            x = range_of(series.cat or series.xVal)
            # In a line chart all series share the labels of the first, so that some programs write them once.
            x = x or (found[0][0] if found and type(chart).__name__ != "ScatterChart" else None)
            found.append((x, range_of(series.val or series.yVal)))
        return sorted(found, key=repr)

    with_equation = "equation" in " ".join(task["subtasks"])
    found = [differs("series", series(one), series(other))]
    if wanted["chart_type"]:
        kinds = [(type(chart).__name__, getattr(chart, "type", None)) for chart in (one, other)]
        found.append(differs("kind", *kinds))
    if wanted["title"]:
        found.append(differs("title", words_of(one.title), words_of(other.title)))
    if wanted["axes"]:
        for name in ("x_axis", "y_axis"):
            found.append(differs(name, axis(one, name), axis(other, name)))
    if wanted["legend"]:
        places = [chart.legend and chart.legend.legendPos for chart in (one, other)]
        found.append(differs("legend", *places))
    if wanted["trendlines"]:
        trends = [sorted((trend_of(s, with_equation) for s in c.series), key=repr) for c in (one, other)]
        found.append(differs("trend lines", *trends))
    if wanted.get("data_labels"):
        labels = [[bool(s.dLbls and s.dLbls.showVal) for s in chart.series] for chart in (one, other)]
        found.append(differs("data labels", *labels))
    return next((why for why in found if why), None)


def sheet_of(index, answer, made, table):
    """The sheet of ours that one of the answer is compared with."""
    old = table.sheetnames
    name = answer.sheetnames[index]
    if name in old:
        return made[name] if name in made.sheetnames else None
    added = [sheet for sheet in made.sheetnames if sheet not in old]
    place = [sheet for sheet in answer.sheetnames if sheet not in old].index(name)
    return made[added[place]] if place < len(added) else None


def difference(made, answer, table, check, task):
    """The first cell or chart that is not as in the answer."""
    for number, board in check["check_board"].items():
        wanted, charts = board["cells"], board["charts"]
        index = int(number) - 1
        if not (wanted["values"] or wanted["formatting"] or any(charts.values())):
            continue
        if index >= len(answer.worksheets):
            return f"the answer has no sheet {number}"
        other = answer.worksheets[index]
        one = sheet_of(index, answer, made, table)
        if one is None:
            return f"sheet {number} is missing"
        if any(charts.values()):
            if len(one._charts) != len(other._charts):
                return f"{len(one._charts)} charts, not {len(other._charts)}"
            for a, b in zip(one._charts, other._charts):
                why = chart_difference(a, b, charts, task)
                if why:
                    return why
        if not (wanted["values"] or wanted["formatting"]):
            continue
        before = table[other.title] if other.title in table.sheetnames else None
        for row in range(1, max(one.max_row, other.max_row) + 1):
            for column in range(1, max(one.max_column, other.max_column) + 1):
                a, b = one.cell(row, column), other.cell(row, column)
                if not same(a.value, b.value):
                    return f"{b.coordinate}: {a.value!r}, not {b.value!r}"
                is_new = before is None or before.cell(row, column).value != b.value
                if wanted["formatting"] and is_new and isinstance(b.value, (int, float)):
                    if kind(a.number_format) != kind(b.number_format):
                        return f"{b.coordinate}: shown as {a.number_format}, not {b.number_format}"
    return None


def values_of(path, scratch):
    """A workbook with the values of its formulas, computed where the file has none."""
    values = openpyxl.load_workbook(path, data_only=True)
    lacks = any(
        cell.data_type == "f" and values[sheet.title][cell.coordinate].value is None
        for sheet in openpyxl.load_workbook(path).worksheets
        for row in sheet.iter_rows()
        for cell in row
    )
    if not lacks:
        return values
    out = scratch / "computed"
    command = ["soffice", "--headless", "--convert-to", "xlsx", "--outdir", str(out), str(path)]
    subprocess.run(command, capture_output=True, timeout=120, check=True)
    computed = openpyxl.load_workbook(out / path.name, data_only=True)
    for sheet in values.worksheets:
        for row in sheet.iter_rows():
            for cell in row:
                if cell.value is None and isinstance(cell, openpyxl.cell.Cell):
                    cell.value = computed[sheet.title][cell.coordinate].value
    return values


def solve(task, folder, program, home, scratch):
    asks = steps_of(task)
    if asks is None:
        return "a sheet of cells", [], False
    book = scratch / f"{task['qid']}.xlsx"
    shutil.copyfile(folder / task["table"], book)
    formulas, by_model = [], False
    for command, ask in asks:
        reply = run(program, home, command, book, ask)
        if "error" in reply:
            return reply["error"]["message"][:160], formulas, by_model
        by_model |= reply["is_by_model"]
        if command == "chart":
            series = [f"{s['values']} over {s['labels']}" for s in reply["series"]]
            formulas.append(f"{reply['kind']}: {', '.join(series)}")
        else:
            formulas.append(f"{reply['header']}: {reply['formula']}")
    made = openpyxl.load_workbook(book, data_only=True)
    table = openpyxl.load_workbook(folder / task["table"], data_only=True)
    why = None
    for answer in task["answers"]:
        check = yaml.safe_load((folder / answer.replace(".xlsx", "_check.yaml")).read_text())
        why = difference(made, values_of(folder / answer, scratch), table, check, task)
        if why is None:
            return None, formulas, by_model
    return why, formulas, by_model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("deskmate")
    parser.add_argument("--limit", type=int, help="so many of the tasks that have commands, evenly taken")
    parser.add_argument("--home", help="the library of the program (default: an empty one)")
    parser.add_argument("--keep", type=pathlib.Path, help="where the changed workbooks stay")
    options = parser.parse_args()
    lines = (options.set / "questions.jsonl").read_text().splitlines()
    tasks = [task for task in map(json.loads, lines) if is_counted(task)]
    solvable = [task for task in tasks if steps_of(task) is not None]
    chosen = solvable
    if options.limit and options.limit < len(solvable):
        chosen = [solvable[i * len(solvable) // options.limit] for i in range(options.limit)]
    passed, by_code, of_columns, begun = 0, 0, 0, time.time()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or pathlib.Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        home = options.home or str(pathlib.Path(scratch) / "home")
        for task in chosen:
            why, formulas, by_model = solve(task, options.set, options.deskmate, home, place)
            passed += why is None
            by_code += why is None and not by_model
            of_columns += why is None and is_of_columns(task)
            row = {"qid": task["qid"], "passed": why is None, "why": why, "by_model": by_model, "formulas": formulas}
            print(json.dumps(row, ensure_ascii=False), flush=True)
    summary = {
        "tasks": len(tasks),
        "of_columns_alone": sum(is_of_columns(task) for task in tasks),
        "tried": len(chosen),
        "passed": passed,
        "passed_of_columns_alone": of_columns,
        "passed_by_code_alone": by_code,
        "share_of_tried": round(passed / max(1, len(chosen)), 3),
        "seconds": round(time.time() - begun),
    }
    if len(chosen) == len(solvable):
        summary["share_of_all_tasks"] = round(passed / max(1, len(tasks)), 3)
    print(json.dumps(summary))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Edits of real workbooks, asked for in words, against the workbooks that people made of them.

    tests/evals/edits/check.py SET DESKMATE [--limit N] [--home DIR] [--keep DIR]

SET is a folder as `tableqa/sheetcopilot`: questions.jsonl, tables/, answers/ with a `_check.yaml` beside each. Counted are
the tasks that consist of formulas, columns, number formats and charts alone. Every step of a task is one
`sheet column COPY ASK --write`, its ask the task's context and the words of the step; a step that only sets a number format
is said together with the step before it. A step that draws a chart or makes a sheet has no such command: the task fails.

A task passes when, on each sheet that the check names, every cell holds the value of one of the answers (numbers to
1e-6), and where the check asks for formats, the changed numbers have the same kind of format. Needs python3 with openpyxl
and PyYAML. DESKMATE_MODELS names the models as always; without one, what code alone solves.
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
    """The asks of a task; None where a step is neither a column nor a number format."""
    asks = []
    for step in task["subtasks"]:
        text, _, category = step.partition("(Category:")
        text = text.strip()
        if "Chart" in category or "Management" in category or re.search(r"\bnew sheet\b", text):
            return None
        if category.strip(" )") == "Formatting":
            if not asks:
                return None
            asks = [f"{ask} {text}" for ask in asks]
        else:
            asks.append(text)
    return [f"{task['context']} {ask}" for ask in asks]


def run(program, home, book, ask):
    command = [program, "--home", home, "--json", "sheet", "column", str(book), ask, "--write"]
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


def difference(made, answer, table, check):
    """The first cell that is not as in the answer."""
    for number, board in check["check_board"].items():
        wanted = board["cells"]
        if not (wanted["values"] or wanted["formatting"]):
            continue
        index = int(number) - 1
        if index >= len(made.worksheets) or index >= len(answer.worksheets):
            return f"sheet {number} is missing"
        one, other = made.worksheets[index], answer.worksheets[index]
        before = table.worksheets[index] if index < len(table.worksheets) else None
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


def solve(task, folder, program, home, scratch):
    asks = steps_of(task)
    if asks is None:
        return "a chart or a sheet", [], False
    book = scratch / f"{task['qid']}.xlsx"
    shutil.copyfile(folder / task["table"], book)
    formulas, by_model = [], False
    for ask in asks:
        reply = run(program, home, book, ask)
        if "error" in reply:
            return reply["error"]["message"][:160], formulas, by_model
        by_model |= reply["is_by_model"]
        formulas.append(f"{reply['header']}: {reply['formula']}")
    made = openpyxl.load_workbook(book, data_only=True)
    table = openpyxl.load_workbook(folder / task["table"], data_only=True)
    why = None
    for answer in task["answers"]:
        check = yaml.safe_load((folder / answer.replace(".xlsx", "_check.yaml")).read_text())
        why = difference(made, openpyxl.load_workbook(folder / answer, data_only=True), table, check)
        if why is None:
            return None, formulas, by_model
    return why, formulas, by_model


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("set", type=pathlib.Path)
    parser.add_argument("deskmate")
    parser.add_argument("--limit", type=int, help="so many tasks without charts, evenly taken")
    parser.add_argument("--home", help="the library of the program (default: an empty one)")
    parser.add_argument("--keep", type=pathlib.Path, help="where the changed workbooks stay")
    options = parser.parse_args()
    lines = (options.set / "questions.jsonl").read_text().splitlines()
    tasks = [task for task in map(json.loads, lines) if is_counted(task)]
    columns = [task for task in tasks if steps_of(task) is not None]
    chosen = columns
    if options.limit and options.limit < len(columns):
        chosen = [columns[i * len(columns) // options.limit] for i in range(options.limit)]
    passed, by_code, begun = 0, 0, time.time()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or pathlib.Path(scratch)
        place.mkdir(parents=True, exist_ok=True)
        home = options.home or str(pathlib.Path(scratch) / "home")
        for task in chosen:
            why, formulas, by_model = solve(task, options.set, options.deskmate, home, place)
            passed += why is None
            by_code += why is None and not by_model
            row = {"qid": task["qid"], "passed": why is None, "why": why, "by_model": by_model, "formulas": formulas}
            print(json.dumps(row, ensure_ascii=False), flush=True)
    summary = {
        "tasks": len(tasks),
        "of_columns_alone": len(columns),
        "tried": len(chosen),
        "passed": passed,
        "passed_by_code_alone": by_code,
        "share_of_tried": round(passed / max(1, len(chosen)), 3),
        "seconds": round(time.time() - begun),
    }
    if len(chosen) == len(columns):
        summary["share_of_all_tasks"] = round(passed / max(1, len(tasks)), 3)
    print(json.dumps(summary))


if __name__ == "__main__":
    main()

#!/usr/bin/env python3
"""Items of quizzes, answered from the section that they were made of.

    tests/evals/quiz/check.py EDUCATION DESKMATE [--set NAME]… [--limit N] [--count N] [--verbose]

EDUCATION is a folder with openstax_physics (English) and hello_algo_zh_en (its Chinese texts). Sections are taken evenly,
each is written to a text file, `skill run quiz` makes its items, and each item is put to `ask --brief` with that file alone
in a library. An item is answerable when the answer is no refusal and agrees with the key: of a choice, that its text is
nearest to the right option (or names its letter); of blanks, that it holds every key; of a short answer, that it holds half
of the key's characters (Chinese) or words. An item that fails may still be good and the answer bad, so the figure is a lower
bound. DESKMATE_MODELS names the models as always.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile

SETS = {"openstax_physics": ("en", "text"), "hello_algo_zh_en": ("zh", "text_zh")}
KEYS = re.compile(r"^(?:#+ )?(?:参考答案与解析|Answers and explanations)\s*$", re.MULTILINE)


def sections(folder, name, limit):
    language, field = SETS[name]
    with open(folder / name / "sections.jsonl", encoding="utf-8") as lines:
        rows = [json.loads(line) for line in lines]
    rows = [row for row in rows if row.get("kind", "section") == "section" and len(row[field]) > 800]
    step = max(1, len(rows) / limit)
    for index in range(min(limit, len(rows))):
        row = rows[int(index * step)]
        yield row["doc_id"], row["title"] if language == "en" else "", language, row[field]


def run(program, home, *arguments):
    done = subprocess.run(
        [program, "--home", str(home), "--json", *arguments], capture_output=True, text=True, timeout=3600
    )
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"error": {"message": done.stderr[-300:]}}


def numbered(text):
    """Lines that begin with a number, each with the lines up to the next one."""
    parts = re.split(r"^(\d+)\\?\. ", text, flags=re.MULTILINE)
    return {int(number): body.strip() for number, body in zip(parts[1::2], parts[2::2])}


def items_of(text):
    """Question, options and key of each item of a quiz's text."""
    halves = KEYS.split(text, maxsplit=1)
    if len(halves) < 2:
        return
    keys = numbered(halves[1])
    for number, body in numbered(halves[0]).items():
        lines = [line.strip() for line in body.splitlines() if line.strip()]
        question = re.sub(r"\s*[（(][\s　]*[）)]$", "", lines[0])
        options = [re.sub(r"^[A-D]\\?\. ", "", line) for line in lines[1:] if re.match(r"[A-D]\\?\. ", line)]
        yield question, options, keys.get(number, "").split("\n")[0].strip()


def units(text, language):
    return re.findall(r"[a-z0-9.]+", text.lower()) if language == "en" else [c for c in text.lower() if c.isalnum()]


def held(key, answer, language):
    """The share of the key's words or characters that the answer holds."""
    wanted, found = units(key, language), units(answer, language)
    left = list(found)
    hits = 0
    for unit in wanted:
        if unit in left:
            left.remove(unit)
            hits += 1
    return hits / max(1, len(wanted))


def agrees(question, options, key, answer, language):
    answer = re.sub(r"\[\d+\]", "", answer).strip()
    if options:
        letter, _, text = key.partition(".")
        named = re.match(r"([A-D])(?:[.．、)\s]|$)", answer)
        if named:
            return named.group(1) == letter.strip("\\ ")
        alike = [min(held(option, answer, language), 1.0) for option in options]
        best = max(range(len(options)), key=lambda index: alike[index])
        return alike[best] > 0.5 and options[best].strip() == text.strip("\\ ")
    if "__" in question:
        return all(held(part, answer, language) == 1.0 for part in key.split("；"))
    return held(key, answer, language) >= 0.5


def ask_of(question, options, language):
    if options:
        listed = "\n".join(f"{letter}. {option}" for letter, option in zip("ABCD", options))
        return f"{question}\n{listed}"
    if "__" in question:
        what = "空格处应填什么？" if language == "zh" else "What belongs in the blank?"
        return f"{question}\n{what}"
    return question


def measure(name, arguments):
    asked, answered, right = 0, 0, 0
    for id, title, language, text in sections(arguments.education, name, arguments.limit):
        with tempfile.TemporaryDirectory() as folder:
            home, file = pathlib.Path(folder) / "home", pathlib.Path(folder) / f"{id}.txt"
            file.write_text(f"{title}\n\n{text}".lstrip(), encoding="utf-8")
            out = str(pathlib.Path(folder) / "quiz.md")
            quiz = run(arguments.program, home, "skill", "run", "quiz", "--file", str(file),
                       "--input", f"count={arguments.count}", "--out", out)
            if "text" not in quiz:
                print(f"{id}: {quiz.get('error')}")
                continue
            run(arguments.program, home, "add", str(file))
            for question, options, key in items_of(quiz["text"]):
                reply = run(arguments.program, home, "ask", "--brief", "--file", str(file),
                            ask_of(question, options, language))
                answer = reply.get("answer", "")
                asked += 1
                is_answered = bool(answer) and not reply.get("abstained")
                is_right = is_answered and agrees(question, options, key, answer, language)
                answered += is_answered
                right += is_right
                if arguments.verbose or not is_right:
                    print(f"{id}: {'right' if is_right else 'WRONG'}: {question} | {options} | key {key} | {answer}")
    print(f"{name}: {asked} items, answered {answered}, in agreement with the key {right} ({right / max(1, asked):.2f})", flush=True)


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("education", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--set", action="append", choices=sorted(SETS))
    parser.add_argument("--limit", type=int, default=3)
    parser.add_argument("--count", type=int, default=4)
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    for name in arguments.set or SETS:
        measure(name, arguments)


if __name__ == "__main__":
    main()

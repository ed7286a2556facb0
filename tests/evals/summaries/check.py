#!/usr/bin/env python3
"""Summaries of public sets against people's summaries and against the first three sentences of the same documents.

    tests/evals/summaries/check.py SETS DESKMATE [--set NAME]… [--limit N] [--shape SHAPE] [--verbose]

SETS is a folder with vcsum_zh, qmsum, dialogsum and csl_title_zh. Documents are taken evenly over each set; of vcsum_zh
those whose transcript is complete, of qmsum the general questions alone. Each is written to a text file and summarized
by `skill run summarize`. Counted are ROUGE-L (F1 of the longest common subsequence, characters in Chinese, words in
English, punctuation left out; the best of several references), the same of the first three sentences (of a
conversation: turns), and the citations: a point counts when it carries a marker and every marker's quote stands in the
document. DESKMATE_MODELS names the models as always.
"""

import argparse
import json
import pathlib
import re
import subprocess
import tempfile
import time

SETS = ("vcsum_zh", "qmsum", "dialogsum", "csl_title_zh")
NOISE = re.compile(r"\{(disfmarker|vocalsound|pause|gap)\}")


def lines_of(path):
    with open(path, encoding="utf-8") as lines:
        return [json.loads(line) for line in lines]


def turns_of(meeting):
    """Turns of a meeting, each with its speaker."""
    turns = []
    for turn in meeting["transcript"]:
        speaker = turn["speaker"]
        name = f"发言人{speaker}" if isinstance(speaker, int) else speaker
        text = NOISE.sub("", turn["text"]).strip()
        if text:
            turns.append((name, text))
    return turns


def documents(folder, name):
    """Each document as its id, language, text, first three sentences or turns, and references."""
    if name == "csl_title_zh":
        for row in lines_of(folder / name / "data.jsonl"):
            sentences = re.findall(r"[^。.!！?？]+(?:[。.!！?？](?!\d)|\.(?=\d)|$)", row["text"])
            yield row["id"], "zh", row["text"], "".join(sentences[:3]), [row["reference_title"]]
    elif name == "dialogsum":
        for row in lines_of(folder / name / "data.jsonl"):
            turns = row["dialogue"].split("\n")
            yield row["id"], "en", row["dialogue"], "\n".join(turns[:3]), row["references"]
    else:
        language = "zh" if name == "vcsum_zh" else "en"
        references = {}
        if name == "qmsum":
            for query in lines_of(folder / name / "queries.jsonl"):
                if query["kind"] == "general":
                    references.setdefault(query["meeting_id"], []).append(query["reference"])
        for row in lines_of(folder / name / "meetings.jsonl"):
            if not row.get("complete", True):
                continue
            known = [row["reference"]] if "reference" in row else references.get(row["meeting_id"], [])
            turns = turns_of(row)
            text = "\n".join(f"{speaker}: {words}" for speaker, words in turns)
            if known:
                yield row["meeting_id"], language, text, "\n".join(words for _, words in turns[:3]), known


def evenly(rows, limit):
    rows = list(rows)
    step = max(1, len(rows) / limit)
    return [rows[int(index * step)] for index in range(min(limit, len(rows)))]


def units(text, language):
    if language == "en":
        return re.findall(r"[a-z0-9]+", text.lower())
    return [c for c in text.lower() if c.isalnum()]


def rouge_l(text, references, language):
    return max(f1(units(text, language), units(reference, language)) for reference in references)


def f1(found, wanted):
    if not found or not wanted:
        return 0.0
    row = [0] * (len(wanted) + 1)
    for unit in found:
        before = 0
        for index, other in enumerate(wanted, start=1):
            best = before + 1 if unit == other else max(row[index], row[index - 1])
            before, row[index] = row[index], best
    return 2 * row[-1] / (len(found) + len(wanted))


def points_of(document):
    """The texts of a summary that say something."""
    for block in document.splitlines():
        if block.strip() and not block.startswith("#"):
            yield block.strip()


def squeezed(text):
    return re.sub(r"\s+", "", text)


def resolved(points, citations, text):
    """How many points carry a marker whose quote, and every other of theirs, stands in the document."""
    quotes = {citation["marker"]: squeezed(citation["quote"]) for citation in citations}
    source = squeezed(text)
    count = 0
    for point in points:
        markers = [int(marker) for marker in re.findall(r"\[(\d+)\]", point)]
        count += bool(markers) and all(quotes.get(marker) and quotes[marker] in source for marker in markers)
    return count


def summarize(program, text, shape, folder):
    source = folder / "document.txt"
    source.write_text(text, encoding="utf-8")
    # A file that is there is never overwritten.
    (folder / "summary.md").unlink(missing_ok=True)
    command = [
        program, "--home", str(folder / "home"), "--json", "skill", "run", "summarize",
        "--file", str(source), "--input", f"shape={shape}", "--out", str(folder / "summary.md"),
    ]
    done = subprocess.run(command, capture_output=True, text=True, timeout=3600)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        return {"error": {"message": done.stderr[-300:]}}


def measure(name, shape, arguments, folder):
    """Prints one line for a set, and one for each document with --verbose."""
    scores, leads, points, good, failed = [], [], 0, 0, 0
    begin = time.time()
    for id, language, text, lead, references in evenly(documents(arguments.sets, name), arguments.limit):
        result = summarize(arguments.program, text, shape, folder)
        if "text" not in result:
            failed += 1
            print(f"{id}: {result.get('error')}")
            continue
        # The sources under the text are no part of the summary.
        body = list(points_of(result["text"].split("\n---\n")[0]))
        plain = re.sub(r"\[\d+\]", "", "\n".join(body))
        scores.append(rouge_l(plain, references, language))
        leads.append(rouge_l(lead, references, language))
        points += len(body)
        good += resolved(body, result["citations"], text)
        if arguments.verbose:
            print(f"{id}: {scores[-1]:.3f}, lead {leads[-1]:.3f}, {len(units(plain, language))} units for "
                  f"{len(units(references[0], language))}: {plain}")
    count = max(1, len(scores))
    print(
        f"{name} ({shape}): {len(scores)} documents, ROUGE-L {sum(scores) / count:.3f}, first three sentences "
        f"{sum(leads) / count:.3f}; points with places that resolve {good} of {points}; failed {failed}; "
        f"{(time.time() - begin) / count:.0f} s a document",
        flush=True,
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("sets", type=pathlib.Path)
    parser.add_argument("program")
    parser.add_argument("--set", action="append", choices=SETS)
    parser.add_argument("--limit", type=int, default=10)
    parser.add_argument("--shape", choices=("sentence", "paragraph", "key-points", "sections"))
    parser.add_argument("--verbose", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.set or SETS:
            # The references of csl_title_zh are titles.
            shape = arguments.shape or ("sentence" if name == "csl_title_zh" else "paragraph")
            measure(name, shape, arguments, pathlib.Path(folder))


if __name__ == "__main__":
    main()

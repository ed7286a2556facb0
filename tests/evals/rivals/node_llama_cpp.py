#!/usr/bin/env python3
"""Deskmate's whole path against node-llama-cpp, in turns, on the same model file with the same threads.

    tests/evals/rivals/node_llama_cpp.py DESKMATE MODEL.gguf [--rounds N] [--threads N] [--folder DIR]

node-llama-cpp is llama.cpp, prebuilt, with the processor's variant chosen at run time. It is installed into DIR (a new
folder unless given; about 700 MB) by `npm i --ignore-scripts`, so nothing is built or fetched by its own scripts. Each
round starts both programs once, one after the other, every other round in the other order; each reads 256 tokens of the
same text and writes 48 greedily. Printed are the medians over the rounds of the ratio Deskmate ÷ node-llama-cpp, and its
spread. Deskmate's model is the one that its settings choose: MODEL must be that file.
"""

import argparse
import json
import os
import pathlib
import statistics
import subprocess
import tempfile

PROMPT, GENERATE = 256, 48
PACKAGE = "node-llama-cpp@3"


def install(folder):
    if not (folder / "node_modules" / "node-llama-cpp").is_dir():
        (folder / "package.json").write_text('{"name":"rival","private":true,"type":"module"}')
        subprocess.run(["npm", "i", "--ignore-scripts", "--no-audit", "--no-fund", PACKAGE], cwd=folder, check=True)
    return json.loads((folder / "node_modules" / "node-llama-cpp" / "package.json").read_text())["version"]


def deskmate(arguments, home):
    command = [arguments.program, "--home", home, "--json", "bench", "speed", "--rounds", "1"]
    figures = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    return figures["loop_figures"]["product"][0]


def node(arguments, folder):
    script = pathlib.Path(__file__).with_suffix(".mjs").resolve()
    command = ["node", str(script), str(arguments.model.resolve()), str(arguments.threads), str(PROMPT), str(GENERATE), "1"]
    lines = subprocess.run(command, capture_output=True, text=True, check=True, cwd=folder).stdout.splitlines()
    return json.loads(lines[-1])


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("program")
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, default=os.cpu_count())
    parser.add_argument("--folder", type=pathlib.Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = arguments.folder or pathlib.Path(scratch) / "node"
        folder.mkdir(parents=True, exist_ok=True)
        print(f"node-llama-cpp {install(folder)}, {arguments.threads} threads")
        ours, theirs = [], []
        for round in range(arguments.rounds):
            for is_ours in (round % 2 == 0, round % 2 == 1):
                if is_ours:
                    ours.append(deskmate(arguments, str(pathlib.Path(scratch) / "home")))
                else:
                    theirs.append(node(arguments, folder))
    for what in ("generation", "prefill"):
        key = f"{what}_tokens_per_second"
        ratios = [a[key] / b[key] for a, b in zip(ours, theirs)]
        print(
            f"{what} ÷ node-llama-cpp: {statistics.median(ratios):.3f} ({min(ratios):.3f} to {max(ratios):.3f}); "
            f"tokens per second {statistics.median(a[key] for a in ours):.1f} and "
            f"{statistics.median(b[key] for b in theirs):.1f}"
        )


if __name__ == "__main__":
    main()

"""The clock around the model: one question about a sheet of 100,000 rows and 20 columns, answered by code.

    python3 tests/evals/big_sheet/clock.py DESKMATE [ROUNDS]

Makes the workbook with xlsxwriter, knows the right totals, runs `sheet ask` without any model, and prints the median of the
seconds from start to end of the program and the peak memory of it and its workers together.
"""

import json
import os
import random
import statistics
import subprocess
import sys
import tempfile
import time

import xlsxwriter

ROWS = 100_000
REGIONS = ["华东", "华北", "华南", "西南", "西北"]
HEADERS = "订单号 日期 大区 城市 产品 客户 数量 单价 金额 成本 毛利 折扣 运费 税额 渠道 业务员 是否含税 备注 评分 库存".split()


def make(path):
    """Writes the workbook; gives the total of 金额 for each 大区."""
    random.seed(1)
    totals = dict.fromkeys(REGIONS, 0.0)
    book = xlsxwriter.Workbook(path, {"constant_memory": True})
    sheet = book.add_worksheet("明细")
    sheet.write_row(0, 0, HEADERS)
    for row in range(1, ROWS + 1):
        count, price = random.randint(1, 50), round(random.uniform(5, 500), 2)
        amount, region = round(count * price, 2), random.choice(REGIONS)
        totals[region] += amount
        day = f"2024-{random.randint(1, 12):02d}-{random.randint(1, 28):02d}"
        names = [f"D{row:07d}", day, region, f"城市{row % 60}", f"产品{row % 40}", f"客户{row % 3000}"]
        money = [count, price, amount, round(amount * 0.7, 2), round(amount * 0.3, 2), 0.05, 12.5, round(amount * 0.06, 2)]
        rest = [random.choice(["线上", "线下"]), f"员工{row % 80}", "是", f"备注{row % 11}", random.randint(1, 5), row % 900]
        sheet.write_row(row, 0, names + money + rest)
    book.close()
    return totals


def tree(root):
    """The process and all that it started."""
    children = {}
    for name in filter(str.isdigit, os.listdir("/proc")):
        try:
            with open(f"/proc/{name}/stat") as stat:
                parent = int(stat.read().rpartition(")")[2].split()[1])
        except OSError:
            continue
        children.setdefault(parent, []).append(int(name))
    found = [root]
    for one in found:
        found += children.get(one, [])
    return found


def memory_mib(root):
    """What the processes keep, pages that they share counted once (PSS)."""
    kib = 0
    for one in tree(root):
        try:
            with open(f"/proc/{one}/smaps_rollup") as rollup:
                kib += next(int(line.split()[1]) for line in rollup if line.startswith("Pss:"))
        except (OSError, StopIteration):
            continue
    return kib / 1024


def ask(program, workbook, home, totals, watched):
    """Seconds from start to end, or the peak of memory where that is watched, which slows it down."""
    command = [program, "--json", "--home", home, "sheet", "ask", workbook, "各大区的金额合计是多少？"]
    with tempfile.TemporaryFile("w+") as out:
        begun, peak = time.monotonic(), 0.0
        process = subprocess.Popen(command, stdout=out, env={**os.environ, "DESKMATE_MODELS": os.path.join(home, "none")})
        while watched and process.poll() is None:
            peak = max(peak, memory_mib(process.pid))
            time.sleep(0.03)
        process.wait()
        seconds = time.monotonic() - begun
        out.seek(0)
        answer = json.load(out)
    shown = json.dumps(answer, ensure_ascii=False)
    for region, total in totals.items():
        assert region in shown and f"{total:.2f}".rstrip("0").rstrip(".") in shown, f"{region} is not {total:.2f}: {shown[:400]}"
    return peak if watched else seconds


def main():
    program = os.path.abspath(sys.argv[1])
    rounds = int(sys.argv[2]) if len(sys.argv) > 2 else 5
    with tempfile.TemporaryDirectory() as folder:
        workbook = os.path.join(folder, "big.xlsx")
        totals = make(workbook)
        home = os.path.join(folder, "home")
        seconds = [ask(program, workbook, home, totals, watched=False) for _ in range(rounds)]
        peak = ask(program, workbook, home, totals, watched=True)
    shown = ", ".join(f"{one:.2f}" for one in seconds)
    print(f"{ROWS} rows of {len(HEADERS)} columns: {statistics.median(seconds):.2f} s (wanted 3; {shown}), peak {peak:.0f} MiB (600)")


if __name__ == "__main__":
    main()

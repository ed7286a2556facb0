import { describe, expect, test } from "vitest";
import type { Block } from "../src/backend";
import { columnLetters, columnNumber, contains, parseRange } from "../src/screens/source/a1";
import { blockText, findPlace } from "../src/screens/source/blocks";
import { sheetsOf } from "../src/screens/source/grid";
import { coverPieces, locate } from "../src/screens/source/locate";

describe("A1 ranges", () => {
  test("columns count in letters", () => {
    for (const [letters, number] of [
      ["A", 1],
      ["Z", 26],
      ["AA", 27],
      ["AZ", 52],
      ["ZZ", 702],
      ["XFD", 16384],
    ] as const) {
      expect(columnNumber(letters)).toBe(number);
      expect(columnLetters(number)).toBe(letters);
    }
  });

  test("all the usual forms are read", () => {
    expect(parseRange("B2")).toEqual({ top: 2, bottom: 2, left: 2, right: 2 });
    expect(parseRange("B2:F40")).toEqual({ top: 2, bottom: 40, left: 2, right: 6 });
    expect(parseRange("$B$2:$F$40")).toEqual({ top: 2, bottom: 40, left: 2, right: 6 });
    expect(parseRange("'订单明细'!A3:I403")).toEqual({ top: 3, bottom: 403, left: 1, right: 9 });
    expect(parseRange("A:C")).toEqual({ top: 1, bottom: Infinity, left: 1, right: 3 });
    expect(parseRange("4:9")).toEqual({ top: 4, bottom: 9, left: 1, right: Infinity });
    expect(parseRange("F40:B2")).toEqual({ top: 2, bottom: 40, left: 2, right: 6 });
  });

  test("anything else is no range", () => {
    for (const text of ["", ":", "B2:", "合计", "B2:C3:D4", "ABCD1", "A0"]) expect(parseRange(text), text).toBeNull();
  });

  test("a cell is in a range or not", () => {
    const range = parseRange("B2:C3");
    expect(range && contains(range, 3, 3)).toBe(true);
    expect(range && contains(range, 4, 3)).toBe(false);
  });
});

describe("finding a quote", () => {
  const part = (text: string, quote: string) => {
    const span = locate(text, quote);
    return span && text.slice(span.start, span.end);
  };

  test("white space and line breaks of the page do not count", () => {
    expect(part("员工应当在出差返回后 15 个工\n作日内提交报销申请。", "出差返回后15个工作日内提交")).toBe(
      "出差返回后 15 个工\n作日内提交",
    );
  });

  test("full-width and half-width signs are the same", () => {
    expect(part("限额（元/人·晚）为４５０元", "(元/人·晚)为450元")).toBe("（元/人·晚）为４５０元");
  });

  test("the bars of a table row do not count", () => {
    expect(part("经理级\n550\n450\n350", "| 经理级 | 550 | 450 | 350 |")).toBe("经理级\n550\n450\n350");
  });

  test("a quote that goes on elsewhere is found by its longest end", () => {
    expect(part("……第三十条 员工应当在出差返回后十五", "员工应当在出差返回后十五个工作日内")).toBe(
      "员工应当在出差返回后十五",
    );
  });

  test("a text that is not there is not found", () => {
    expect(locate("差旅费管理办法", "数据安全管理规定第三条")).toBeNull();
    expect(locate("差旅费", "")).toBeNull();
  });

  test("a span is cut at the pieces of the text layer", () => {
    expect(coverPieces(["abc", "def", "ghi"], { start: 2, end: 7 })).toEqual([
      { piece: 0, start: 2, end: 3 },
      { piece: 1, start: 0, end: 3 },
      { piece: 2, start: 0, end: 1 },
    ]);
  });
});

describe("finding the block of a citation", () => {
  const blocks: Block[] = [
    { type: "slide", number: 1, title: "差旅", anchor: { slide: 1 } },
    { type: "paragraph", text: "返回后15个工作日内提交报销", anchor: { slide: 1 } },
    { type: "slide", number: 9, title: "差旅与报销", anchor: { slide: 9 } },
    { type: "list", ordered: false, items: [{ level: 0, text: "返回后15个工作日内提交报销" }], anchor: { slide: 9 } },
  ];

  test("of two with the same words the one at the named place", () => {
    expect(findPlace(blocks, { slide: 9 }, "返回后15个工作日内提交报销")?.block).toBe(3);
    expect(findPlace(blocks, { slide: 1 }, "返回后15个工作日内提交报销")?.block).toBe(1);
  });

  test("without the quote it is the place itself", () => {
    expect(findPlace(blocks, { slide: 9 }, "完全不同的一段文字没有出现")).toEqual({ block: 2, span: null });
    expect(findPlace(blocks, undefined, undefined)).toBeNull();
  });

  test("a table is searched by its rows", () => {
    expect(
      blockText({
        type: "table",
        header_rows: 1,
        rows: [
          ["a", "b"],
          ["1", "2"],
        ],
        anchor: {},
      }),
    ).toContain("1 2");
  });
});

describe("a workbook as cells", () => {
  test("a table stands where its range says", () => {
    const [sheet] = sheetsOf([
      { type: "sheet", name: "订单", hidden: false, anchor: { sheet: "订单" } },
      {
        type: "table",
        header_rows: 1,
        rows: [
          ["日期", "金额"],
          ["1月", "5"],
        ],
        anchor: { sheet: "订单", range: "B3:C4" },
      },
    ]);
    expect(sheet?.cells.get(3)?.get(2)).toBe("日期");
    expect(sheet?.cells.get(4)?.get(3)).toBe("5");
    expect(sheet?.headers.has(3)).toBe(true);
    expect([sheet?.rows, sheet?.columns]).toEqual([4, 3]);
  });
});

import { describe, expect, test } from "vitest";
import type { Explanation, MessageView } from "../src/backend";
import { parseRoute, routeToFragment, type Route } from "../src/app/router";
import { cell, decimalsOf, roughly, bytes } from "../src/format/numbers";
import { fileName, folderOf, joinPath } from "../src/format/paths";
import { plainText } from "../src/screens/ask/plain-text";
import type { LiveAnswer } from "../src/screens/ask/live";
import { itemsOf } from "../src/screens/ask/items";
import { markUnsupported } from "../src/screens/ask/unsupported";
import { cardsFor } from "../src/screens/home/cards";
import { verdictOf } from "../src/screens/library/verdict";
import { soldMemory } from "../src/screens/models/memory";

const message = (id: number, role: "user" | "assistant", parent: number | null): MessageView => ({
  id,
  parent,
  role,
  content: `${id}`,
  citations: [],
  unsupported: [],
  understood: null,
  abstained: false,
  forgotten: false,
  stopped: null,
  usage: null,
  sql: null,
  feedback: null,
  siblings: [id],
  created_at_ms: 0,
});

const live = (params: Partial<LiveAnswer["params"]>, after: number | null | undefined): LiveAnswer => ({
  params: { question: "新的", scope: { paths: [] }, conversation: 1, parent: null, regenerate: null, ...params },
  after,
  text: "",
  sources: [],
  progress: null,
  warnings: [],
  state: "writing",
  error: null,
  startedMs: 0,
  stop: () => {},
});

describe("a conversation with an answer being written", () => {
  const messages = [
    message(1, "user", null),
    message(2, "assistant", 1),
    message(3, "user", 2),
    message(4, "assistant", 3),
  ];
  const shown = (now: LiveAnswer | null) =>
    itemsOf(messages, now).map((item) => (item.kind === "message" ? item.message.id : item.kind));

  test("a new question comes at the end", () =>
    expect(shown(live({}, undefined))).toEqual([1, 2, 3, 4, "pending", "live"]));
  test("another answer takes the place of the old one", () =>
    expect(shown(live({ regenerate: 3 }, 3))).toEqual([1, 2, 3, "live"]));
  test("an edit takes the place of what followed", () =>
    expect(shown(live({ edit: 3 }, 2))).toEqual([1, 2, "pending", "live"]));
  test("an edit of the first question leaves nothing before it", () =>
    expect(shown(live({ edit: 1 }, null))).toEqual(["pending", "live"]));
  test("without one it is the branch", () => expect(shown(null)).toEqual([1, 2, 3, 4]));
});

describe("sentences without support", () => {
  test("get their mark once", () => {
    expect(markUnsupported("甲。乙。丙。", ["乙。"])).toBe("甲。乙。[?]丙。");
    expect(markUnsupported("甲。乙。[?]丙。", ["乙。"])).toBe("甲。乙。[?]丙。");
    expect(markUnsupported("甲。乙[?]。", ["乙"])).toBe("甲。乙[?]。");
    expect(markUnsupported("甲。", ["没有这句"])).toBe("甲。");
  });

  test("copied text has no markers", () => expect(plainText("甲。[1]乙。[?]")).toBe("甲。乙。"));
});

describe("why something was not found", () => {
  const explanation = (part: Partial<Explanation>): Explanation => ({
    path: "/a",
    state: "ready",
    error: null,
    words_found: ["住宿"],
    words_missing: [],
    chunks: [],
    ...part,
  });
  test("is told in one sentence for each case", () => {
    expect(verdictOf(explanation({ state: "unknown" }))).toBe("explain.verdict.unknown");
    expect(verdictOf(explanation({ state: "failed" }))).toBe("explain.verdict.unread");
    expect(verdictOf(explanation({ state: "reading" }))).toBe("explain.verdict.waiting");
    expect(verdictOf(explanation({ words_found: [] }))).toBe("explain.verdict.noWords");
    expect(verdictOf(explanation({}))).toBe("explain.verdict.weak");
    const chunk = { text: "", anchor: {}, score: 1, cosine: 1, bm25: 1, rank: 1 };
    expect(verdictOf(explanation({ chunks: [chunk] }))).toBe("explain.verdict.found");
  });
});

describe("the home screen", () => {
  test("offers a skill only when the program has it", () => {
    expect(cardsFor("office", []).some((card) => card.run.kind === "skill")).toBe(false);
    expect(cardsFor("office", ["summarize"]).map((card) => card.id)).toContain("summary");
  });
  test("has three to six cards for everyone", () => {
    for (const persona of ["office", "teacher", "secure", "explore"] as const) {
      for (const skills of [[], ["summarize", "draft", "slides", "courseware", "minutes", "compare"]]) {
        const { length } = cardsFor(persona, skills);
        expect(length).toBeGreaterThanOrEqual(3);
        expect(length).toBeLessThanOrEqual(6);
      }
    }
  });
});

describe("addresses of screens", () => {
  test("come back as they went", () => {
    const routes: Route[] = [
      { screen: "home" },
      { screen: "ask", conversation: null },
      { screen: "ask", conversation: 12 },
      { screen: "skills", skill: "summarize" },
      { screen: "settings", section: "shortcuts" },
      { screen: "network" },
    ];
    for (const route of routes) expect(parseRoute(routeToFragment(route))).toEqual(route);
  });
  test("nonsense leads home", () => {
    expect(parseRoute("#/nowhere")).toEqual({ screen: "home" });
    expect(parseRoute("#/ask/abc")).toEqual({ screen: "ask", conversation: null });
  });
});

describe("words for numbers", () => {
  test("the decimals of a column are those that it needs", () => {
    expect(decimalsOf([4352577.58, 4018365.78, 2026425.5, 3])).toBe(2);
    expect(decimalsOf([1, 2, null, "x"])).toBe(0);
    expect(cell(2026425.5, "zh-CN", 2)).toBe("2,026,425.50");
  });
  test("sizes and times are rough", () => {
    expect(bytes(1_117_320_768, "zh-CN")).toBe("1.04 GB");
    expect(roughly(400)).toEqual({ unit: "seconds", count: 1 });
    expect(roughly(5_400_000)).toEqual({ unit: "hours", count: 1.5 });
    expect(roughly(360_000)).toEqual({ unit: "minutes", count: 6 });
  });
  test("memory is told as it is sold", () => {
    expect(soldMemory(16_600_000_000)).toBe(16);
    expect(soldMemory(8_000_000_000)).toBe(8);
    expect(soldMemory(33_500_000_000)).toBe(32);
  });
  test("paths of both kinds have names and folders", () => {
    expect(fileName("C:\\文档\\表.xlsx")).toBe("表.xlsx");
    expect(folderOf("/home/user/表.xlsx")).toBe("/home/user");
    expect(joinPath("C:\\文档", "表.xlsx")).toBe("C:\\文档\\表.xlsx");
    expect(joinPath("/home/user/", "表.xlsx")).toBe("/home/user/表.xlsx");
  });
});

// What someone writes: into the editor and back, from Markdown, with its citations, counted, rewritten, saved.

import { getSchema } from "@tiptap/core";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import type { Backend, Citation, Manuscript, Passage, Rewrite, Run } from "../src/backend";
import { fromEditor, pushRun, textOf, toEditor, whole } from "../src/screens/write/body";
import { citedIn, merged } from "../src/screens/write/citations";
import { counted } from "../src/screens/write/count";
import { fromMarkdown } from "../src/screens/write/markdown";
import { replacements, stretches } from "../src/screens/write/rewrite";
import { createSaver, unsavedOf } from "../src/screens/write/save";
import { extensions } from "../src/screens/write/schema";

const schema = getSchema(
  extensions({
    id: 1,
    placeholder: "",
    citeLabel: String,
    onCite: () => {},
    keptLabel: () => "",
    onToolbar: () => {},
    onComment: () => {},
  }),
);

const citation = (marker: number, quote = `q${marker}`): Citation => ({
  marker,
  path: "/d/a.pdf",
  anchor: { page: marker },
  quote,
});
const paragraph = (...runs: Run[]): Passage => ({ type: "paragraph", runs });
const plain = (text: string): Passage => paragraph({ text });

/** Numbers that look like chance and are the same each time. */
function chance(seed: number) {
  let state = seed;
  return (below: number) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function somePassages(seed: number): Passage[] {
  const roll = chance(seed);
  const words = ["差旅", "a b ", "[9]", "第一行\n第二行", "，", "x_y*z", "😀𠮷"];
  const runs = (): Run[] => {
    const made: Run[] = [];
    for (let count = roll(5); count > 0; count -= 1) {
      const cite = roll(5) === 0 ? roll(3) + 1 : undefined;
      pushRun(made, {
        text: cite === undefined ? (words[roll(words.length)] ?? "") : `[${cite}]`,
        ...(cite === undefined ? {} : { cite }),
        ...(roll(3) === 0 ? { bold: true } : {}),
        ...(roll(3) === 0 ? { italic: true } : {}),
        ...(roll(4) === 0 ? { comments: roll(2) ? [1] : [1, 2] } : {}),
      });
    }
    return made;
  };
  const list = (): Passage => {
    const ordered = roll(2) === 0;
    const kinds = [ordered];
    let level = 0;
    const items = Array.from({ length: roll(6) + 1 }, (_, index) => {
      const next = index === 0 ? 0 : Math.max(0, Math.min(level + 1, level + 1 - roll(3)));
      // Below another item a list may begin with either kind; beside an item it may change its kind.
      if (next > level || (next === level && next > 0 && roll(4) === 0)) kinds[next] = roll(2) === 0;
      level = next;
      return { level, ordered: level === 0 ? ordered : (kinds[level] ?? false), runs: runs() };
    });
    return { type: "list", items };
  };
  const table = (): Passage => {
    const columns = roll(3) + 1;
    const count = roll(3) + 1;
    const rows = Array.from({ length: count }, () => Array.from({ length: columns }, runs));
    return { type: "table", header_rows: roll(count + 1), rows };
  };
  const made: Passage[] = [];
  for (let count = roll(8) + 1; count > 0; count -= 1) {
    const before = made.at(-1);
    switch (roll(5)) {
      case 0:
        made.push({ type: "heading", level: roll(6) + 1, runs: runs() });
        break;
      case 1:
        // Two lists of one kind side by side are one list in an editor.
        if (before?.type !== "list") made.push(list());
        break;
      case 2:
        made.push(table());
        break;
      case 3:
        made.push({ type: "kept", block: { type: "image", alt: words[roll(words.length)] ?? "" } });
        break;
      default:
        made.push({ type: "paragraph", runs: runs() });
    }
  }
  return made;
}

describe("a manuscript in the editor", () => {
  // On a busy machine this takes longer than a test may by default.
  test("comes out as it went in, whatever its shape", () => {
    for (let seed = 1; seed <= 200; seed += 1) {
      const passages = somePassages(seed);
      const isEmpty = passages.length === 1 && passages[0]?.type === "paragraph" && passages[0].runs.length === 0;
      const doc = toEditor(passages);
      // The editor takes it as it is: nothing is dropped on the way in.
      const node = schema.nodeFromJSON(doc);
      node.check();
      expect(fromEditor(node.toJSON()), `seed ${seed}`).toEqual(isEmpty ? [] : passages);
    }
  }, 60_000);

  test("an empty one has a place for the caret and stays empty", () => {
    expect(toEditor([])).toEqual({ type: "doc", content: [{ type: "paragraph" }] });
    expect(fromEditor(toEditor([]))).toEqual([]);
  });

  test("several paragraphs of a pasted cell become lines", () => {
    const cell = (...texts: string[]) => ({
      type: "tableCell",
      content: texts.map((text) => ({ type: "paragraph", content: [{ type: "text", text }] })),
    });
    const doc = {
      type: "doc",
      content: [{ type: "table", content: [{ type: "tableRow", content: [cell("a", "b")] }] }],
    };
    expect(fromEditor(doc)).toEqual([{ type: "table", header_rows: 0, rows: [[[{ text: "a\nb" }]]] }]);
  });

  test("what a removed comment or an unknown citation left behind is plain text", () => {
    const content: Manuscript = {
      passages: [paragraph({ text: "甲", comments: [1, 2] }, { text: "乙" }, { text: "[7]", cite: 7 })],
      comments: [],
      citations: [citation(1)],
    };
    expect(whole(content).passages).toEqual([plain("甲乙[7]")]);
  });
});

describe("Markdown of a model", () => {
  test("becomes passages with marks, lists and tables", () => {
    const text = "## 标准\n\n**450 元**，见[1]和[9]。\n\n1. 甲\n   - 乙\n2. 丙\n\n| a | b |\n| - | - |\n| 1 | *2* |";
    expect(fromMarkdown(text, [citation(1)])).toEqual([
      { type: "heading", level: 2, runs: [{ text: "标准" }] },
      paragraph({ text: "450 元", bold: true }, { text: "，见" }, { text: "[1]", cite: 1 }, { text: "和[9]。" }),
      {
        type: "list",
        items: [
          { level: 0, ordered: true, runs: [{ text: "甲" }] },
          { level: 1, ordered: false, runs: [{ text: "乙" }] },
          { level: 0, ordered: true, runs: [{ text: "丙" }] },
        ],
      },
      {
        type: "table",
        header_rows: 1,
        rows: [
          [[{ text: "a" }], [{ text: "b" }]],
          [[{ text: "1" }], [{ text: "2", italic: true }]],
        ],
      },
    ]);
  });

  test("leaves out the sources that a skill lists at the end, and nothing else behind a rule", () => {
    const sources = "正文[1]\n\n---\n\n[1] a.pdf, p. 1: “q1”\n\n";
    expect(textOf(fromMarkdown(sources, [citation(1)]))).toBe("正文[1]");
    expect(textOf(fromMarkdown("甲\n\n---\n\n乙", [citation(1)]))).toBe("甲\n乙");
  });

  test("raw HTML and entities are text", () => {
    expect(textOf(fromMarkdown("a &amp; b <b>c</b>", []))).toBe("a & b <b>c</b>");
  });
});

describe("citations", () => {
  test("of an inserted answer keep the numbers of known places and get the next ones", () => {
    const answer = [paragraph({ text: "甲" }, { text: "[1]", cite: 1 }, { text: "[2]", cite: 2 })];
    const made = merged(
      answer,
      [citation(1, "q5"), citation(2, "new"), citation(3)],
      [citation(4), { ...citation(1, "q5"), marker: 5 }],
    );
    expect(made.passages).toEqual([paragraph({ text: "甲" }, { text: "[5]", cite: 5 }, { text: "[6]", cite: 6 })]);
    expect(made.citations.map((one) => one.marker)).toEqual([4, 5, 6]);
    expect(citedIn(made.passages, made.citations).map((one) => one.quote)).toEqual(["q5", "new"]);
  });
});

describe("the count", () => {
  test("takes a Chinese character and a run of letters for a word, and no citation mark", () => {
    expect(counted("出差 15 days[1]。\nIt's ok")).toEqual({ words: 7, characters: 15 });
    expect(counted("")).toEqual({ words: 0, characters: 0 });
  });
});

describe("a rewrite of a selection", () => {
  const rewrite = (paragraphs: Rewrite["paragraphs"]): Rewrite => ({
    mode: "polish",
    title: "",
    blocks: [],
    paragraphs,
  });
  const doc = schema.nodeFromJSON(
    toEditor([
      plain("前"),
      paragraph({ text: "会议在" }, { text: "周一", bold: true }, { text: "[1]", cite: 1 }, { text: "开。" }),
    ]),
  );
  const change = (id: number, old: string, next: string) => ({ type: "change" as const, id, old, new: next });
  const same = (text: string) => ({ type: "same" as const, text });

  test("touches the words that changed and nothing beside them", () => {
    const over = stretches(doc, 4, doc.content.size);
    expect(over.map((one) => one.text)).toEqual(["会议在周一[1]开。"]);
    const pieces = [same("会议"), change(1, "在", "于"), same("周一[1]"), change(2, "开", "召开"), same("。")];
    const made = replacements(rewrite([{ block: 0, outcome: "rewritten", pieces, flags: [] }]), new Set([1, 2]), over);
    // The mark of a citation is one place in the editor and three letters in the text.
    expect(made).toEqual([
      { from: 10, to: 11, text: "召开" },
      { from: 6, to: 7, text: "于" },
    ]);
  });

  test("is not forced onto text that is another by now", () => {
    const over = stretches(doc, 4, doc.content.size);
    const pieces = [same("别的文字")];
    expect(replacements(rewrite([{ block: 0, outcome: "unchanged", pieces, flags: [] }]), new Set(), over)).toBeNull();
    expect(replacements(rewrite([]), new Set(), over)).toBeNull();
  });
});

describe("saving", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());
  const written = (title: string) => ({ title, content: { passages: [], comments: [], citations: [] } });
  const backendOf = (save: (title: string) => Promise<void>) =>
    ({ saveManuscript: ({ title }: { title: string }) => save(title) }) as unknown as Backend;

  test("waits for a pause and keeps the last text alone", async () => {
    const titles: string[] = [];
    const saver = createSaver(
      backendOf(async (title) => void titles.push(title)),
      1,
      0,
    );
    for (const title of ["a", "ab", "abc"]) saver.changed(() => written(title));
    expect(saver.state.get().is).toBe("waiting");
    await vi.advanceTimersByTimeAsync(2000);
    expect(titles).toEqual(["abc"]);
    expect(saver.state.get().is).toBe("saved");
  });

  test("does not wait for ever for someone who writes without a pause", async () => {
    const titles: string[] = [];
    const saver = createSaver(
      backendOf(async (title) => void titles.push(title)),
      2,
      0,
    );
    for (let second = 0; second < 10; second += 1) {
      saver.changed(() => written(String(second)));
      await vi.advanceTimersByTimeAsync(1000);
    }
    expect(titles.length).toBeGreaterThan(0);
  });

  test("what changed while it was saved is saved after it", async () => {
    const titles: string[] = [];
    const saver = createSaver(
      backendOf(async (title) => {
        titles.push(title);
        if (title === "a") saver.changed(() => written("b"));
      }),
      3,
      0,
    );
    saver.changed(() => written("a"));
    await saver.flush();
    await vi.runAllTimersAsync();
    expect(titles).toEqual(["a", "b"]);
    expect(unsavedOf(3)).toBeNull();
  });

  test("a failure is said, loses nothing and is tried again", async () => {
    let broken = true;
    const saver = createSaver(
      backendOf(async () => {
        if (broken) throw { code: "disk_full", message: "the disk is full" };
      }),
      4,
      0,
    );
    saver.changed(() => written("x"));
    await saver.flush();
    expect(saver.state.get()).toMatchObject({ is: "failed", error: { code: "disk_full" } });
    expect(unsavedOf(4)?.title).toBe("x");
    broken = false;
    await saver.flush();
    expect(saver.state.get().is).toBe("saved");
    expect(unsavedOf(4)).toBeNull();
  });
});

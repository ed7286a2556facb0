// Manuscripts as the editor's nodes and back. What goes in comes out: a test holds it for manuscripts of every shape.

import type { JSONContent } from "@tiptap/core";
import type { Entry, Manuscript, Passage, Run } from "../../backend/types";

type Mark = NonNullable<JSONContent["marks"]>[number];

/** The editor's document of these passages. */
export function toEditor(passages: Passage[]): JSONContent {
  const content = passages.flatMap(nodesOf);
  // An editor without a place for the caret could not be written in.
  return { type: "doc", content: content.length > 0 ? content : [{ type: "paragraph" }] };
}

function nodesOf(passage: Passage): JSONContent[] {
  switch (passage.type) {
    case "heading":
      return [{ type: "heading", attrs: { level: passage.level }, ...inside(passage.runs) }];
    case "paragraph":
      return [{ type: "paragraph", ...inside(passage.runs) }];
    case "list":
      return listsOf(passage.items);
    case "table":
      return passage.rows.length > 0 ? [tableOf(passage.header_rows, passage.rows)] : [];
    case "kept":
      return [{ type: "kept", attrs: { block: passage.block } }];
  }
}

function inside(runs: Run[]): JSONContent {
  const content = runs.flatMap(textNodes);
  return content.length > 0 ? { content } : {};
}

function textNodes(run: Run): JSONContent[] {
  const marks: Mark[] = [];
  if (run.bold) marks.push({ type: "bold" });
  if (run.italic) marks.push({ type: "italic" });
  for (const id of run.comments ?? []) marks.push({ type: "comment", attrs: { id } });
  const marked = marks.length > 0 ? { marks } : {};
  if (run.cite !== undefined) return [{ type: "cite", attrs: { marker: run.cite }, ...marked }];
  return run.text
    .split("\n")
    .flatMap((line, index) => [
      ...(index > 0 ? [{ type: "hardBreak", ...marked }] : []),
      ...(line ? [{ type: "text", text: line, ...marked }] : []),
    ]);
}

/** Items with their depths as lists inside items. */
function listsOf(items: Entry[]): JSONContent[] {
  const lists: JSONContent[] = [];
  let at = 0;
  const read = (level: number): JSONContent[] => {
    const here: JSONContent[] = [];
    while (at < items.length) {
      const item = items[at];
      if (!item || item.level < level) break;
      at += 1;
      const node: JSONContent = { type: "listItem", content: [{ type: "paragraph", ...inside(item.runs) }] };
      node.content?.push(...read(level + 1));
      const type = item.ordered ? "orderedList" : "bulletList";
      const last = here.at(-1);
      if (last?.type === type) last.content?.push(node);
      else here.push({ type, content: [node] });
    }
    return here;
  };
  lists.push(...read(0));
  return lists;
}

function tableOf(headerRows: number, rows: Run[][][]): JSONContent {
  const width = Math.max(1, ...rows.map((row) => row.length));
  return {
    type: "table",
    content: rows.map((row, index) => ({
      type: "tableRow",
      content: Array.from({ length: width }, (_, column) => ({
        type: index < headerRows ? "tableHeader" : "tableCell",
        content: [{ type: "paragraph", ...inside(row[column] ?? []) }],
      })),
    })),
  };
}

/** The passages of the editor's document. */
export function fromEditor(doc: JSONContent): Passage[] {
  const nodes = doc.content ?? [];
  // The empty paragraph that the editor needs is nothing that was written.
  if (nodes.length === 1 && nodes[0]?.type === "paragraph" && !nodes[0].content) return [];
  return nodes.map(passageOf);
}

function passageOf(node: JSONContent): Passage {
  switch (node.type) {
    case "heading":
      return { type: "heading", level: Number(node.attrs?.["level"] ?? 1), runs: runsOf(node) };
    case "bulletList":
    case "orderedList":
      return { type: "list", items: entriesOf(node, 0) };
    case "table": {
      const rows = node.content ?? [];
      const isHeader = (row: JSONContent) => (row.content ?? []).every((cell) => cell.type === "tableHeader");
      const plain = rows.findIndex((row) => !isHeader(row));
      const cells = rows.map((row) => (row.content ?? []).map(cellRuns));
      const width = Math.max(1, ...cells.map((row) => row.length));
      return {
        type: "table",
        header_rows: plain < 0 ? rows.length : plain,
        rows: cells.map((row) => Array.from({ length: width }, (_, column) => row[column] ?? [])),
      };
    }
    case "kept":
      return { type: "kept", block: node.attrs?.["block"] };
    default:
      return { type: "paragraph", runs: runsOf(node) };
  }
}

function entriesOf(list: JSONContent, level: number): Entry[] {
  return (list.content ?? []).flatMap((item) => {
    const [first, ...rest] = item.content ?? [];
    const own: Entry = { level, ordered: list.type === "orderedList", runs: first ? runsOf(first) : [] };
    return [own, ...rest.flatMap((inner) => entriesOf(inner, level + 1))];
  });
}

/** The paragraphs of a cell, as lines. */
function cellRuns(cell: JSONContent): Run[] {
  const runs: Run[] = [];
  for (const [index, paragraph] of (cell.content ?? []).entries()) {
    if (index > 0) pushRun(runs, { text: "\n" });
    for (const run of runsOf(paragraph)) pushRun(runs, run);
  }
  return runs;
}

function runsOf(node: JSONContent): Run[] {
  const runs: Run[] = [];
  for (const child of node.content ?? []) {
    const run = looks(child.marks ?? []);
    if (child.type === "cite") {
      const marker = Number(child.attrs?.["marker"]);
      pushRun(runs, { ...run, text: `[${marker}]`, cite: marker });
    } else {
      pushRun(runs, { ...run, text: child.type === "hardBreak" ? "\n" : (child.text ?? "") });
    }
  }
  return runs;
}

function looks(marks: Mark[]): Omit<Run, "text"> {
  const run: Omit<Run, "text"> = {};
  const comments = marks.flatMap((mark) => (mark.type === "comment" ? [Number(mark.attrs?.["id"])] : []));
  if (marks.some((mark) => mark.type === "bold")) run.bold = true;
  if (marks.some((mark) => mark.type === "italic")) run.italic = true;
  if (comments.length > 0) run.comments = comments.sort((a, b) => a - b);
  return run;
}

/** Adds a run; text that looks like the text before it becomes one run with it. */
export function pushRun(runs: Run[], run: Run) {
  if (!run.text) return;
  const last = runs.at(-1);
  if (last && last.cite === undefined && run.cite === undefined && sameLook(last, run)) {
    runs[runs.length - 1] = { ...last, text: last.text + run.text };
  } else runs.push(run);
}

function sameLook(one: Run, other: Run): boolean {
  return (
    !!one.bold === !!other.bold &&
    !!one.italic === !!other.italic &&
    (one.comments ?? []).join() === (other.comments ?? []).join()
  );
}

/** All runs of some passages, in reading order. */
export function runsIn(passages: Passage[]): Run[] {
  return passages.flatMap((passage) => {
    switch (passage.type) {
      case "heading":
      case "paragraph":
        return passage.runs;
      case "list":
        return passage.items.flatMap((item) => item.runs);
      case "table":
        return passage.rows.flat(2);
      case "kept":
        return [];
    }
  });
}

/** The text of some passages, a line for each block, item and row. */
export function textOf(passages: Passage[]): string {
  const text = (runs: Run[]) => runs.map((run) => run.text).join("");
  return passages
    .map((passage) => {
      switch (passage.type) {
        case "heading":
        case "paragraph":
          return text(passage.runs);
        case "list":
          return passage.items.map((item) => text(item.runs)).join("\n");
        case "table":
          return passage.rows.map((row) => row.map(text).join(" | ")).join("\n");
        case "kept":
          return "text" in passage.block ? passage.block.text : "alt" in passage.block ? passage.block.alt : "";
      }
    })
    .join("\n");
}

/** A content in which nothing points to what is not there: a comment or a citation that was removed leaves no mark. */
export function whole(content: Manuscript): Manuscript {
  const comments = new Set(content.comments.map((comment) => comment.id));
  const markers = new Set(content.citations.map((citation) => citation.marker));
  const runs = (before: Run[]): Run[] => {
    const after: Run[] = [];
    for (const run of before) {
      const { cite, comments: hanging, ...rest } = run;
      const kept = (hanging ?? []).filter((id) => comments.has(id));
      pushRun(after, {
        ...rest,
        ...(cite !== undefined && markers.has(cite) ? { cite } : {}),
        ...(kept.length > 0 ? { comments: kept } : {}),
      });
    }
    return after;
  };
  const passages = content.passages.map((passage): Passage => {
    switch (passage.type) {
      case "heading":
      case "paragraph":
        return { ...passage, runs: runs(passage.runs) };
      case "list":
        return { ...passage, items: passage.items.map((item) => ({ ...item, runs: runs(item.runs) })) };
      case "table":
        return { ...passage, rows: passage.rows.map((row) => row.map(runs)) };
      case "kept":
        return passage;
    }
  });
  return { ...content, passages };
}

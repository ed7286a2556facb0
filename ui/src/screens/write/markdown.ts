// What a model or a skill wrote, as passages: an answer to insert, a result to go on with.

import type { Token, Tokens } from "marked";
import type { Citation, Entry, Passage, Run } from "../../backend/types";
import { blocks, type CiteToken } from "../../markdown/parse";
import { pushRun } from "./body";

/** The passages of Markdown; marks of these citations become citations. The sources below the last rule, with which a
 * skill ends its text, are left out: the marks know them. */
export function fromMarkdown(markdown: string, citations: Citation[]): Passage[] {
  const known = new Set(citations.map((citation) => citation.marker));
  return blocks(withoutSources(markdown, known)).flatMap((token) => passagesOf(token, known));
}

function withoutSources(markdown: string, known: Set<number>): string {
  const at = markdown.lastIndexOf("\n---\n");
  if (at < 0) return markdown;
  const lines = markdown
    .slice(at + 5)
    .split("\n")
    .filter((line) => line.trim());
  const isSource = (line: string) => known.has(Number(/^\[(\d+)\] /.exec(line)?.[1]));
  return lines.length > 0 && lines.every(isSource) ? markdown.slice(0, at + 1) : markdown;
}

type Look = Omit<Run, "text">;

function passagesOf(token: Token, known: Set<number>): Passage[] {
  switch (token.type) {
    case "heading": {
      const { depth, tokens } = token as Tokens.Heading;
      return [{ type: "heading", level: depth, runs: runsOf(tokens, known) }];
    }
    case "list":
      return [{ type: "list", items: entriesOf(token as Tokens.List, 0, known) }];
    case "table": {
      const { header, rows } = token as Tokens.Table;
      const row = (cells: Tokens.TableCell[]) => cells.map((cell) => runsOf(cell.tokens, known));
      return [{ type: "table", header_rows: 1, rows: [row(header), ...rows.map(row)] }];
    }
    case "blockquote":
      return (token as Tokens.Blockquote).tokens.flatMap((inner) => passagesOf(inner, known));
    case "code":
      return [{ type: "paragraph", runs: [{ text: (token as Tokens.Code).text }] }];
    case "hr":
    case "space":
      return [];
    case "paragraph":
    case "text": {
      const runs = runsOf([token], known);
      return runs.length > 0 ? [{ type: "paragraph", runs }] : [];
    }
    default:
      return token.raw.trim() ? [{ type: "paragraph", runs: [{ text: token.raw.trim() }] }] : [];
  }
}

function entriesOf(list: Tokens.List, level: number, known: Set<number>): Entry[] {
  return list.items.flatMap((item) => {
    const runs: Run[] = item.task ? [{ text: item.checked ? "☑ " : "☐ " }] : [];
    const inner: Entry[] = [];
    let first = true;
    for (const token of item.tokens) {
      if (token.type === "list") inner.push(...entriesOf(token as Tokens.List, level + 1, known));
      else if (token.type !== "space" && token.type !== "checkbox") {
        if (!first) pushRun(runs, { text: "\n" });
        first = false;
        for (const run of runsOf([token], known)) pushRun(runs, run);
      }
    }
    return [{ level, ordered: list.ordered, runs }, ...inner];
  });
}

function runsOf(tokens: Token[], known: Set<number>, look: Look = {}): Run[] {
  const runs: Run[] = [];
  const put = (text: string) => pushRun(runs, { ...look, text });
  for (const token of tokens) {
    switch (token.type) {
      case "strong":
      case "em": {
        const inner = { ...look, ...(token.type === "strong" ? { bold: true } : { italic: true }) };
        for (const run of runsOf((token as Tokens.Strong).tokens, known, inner)) pushRun(runs, run);
        break;
      }
      case "cite": {
        const { marker, raw } = token as unknown as CiteToken;
        if (marker !== null && known.has(marker)) pushRun(runs, { ...look, text: `[${marker}]`, cite: marker });
        else put(raw);
        break;
      }
      case "br":
        put("\n");
        break;
      case "codespan":
        put((token as Tokens.Codespan).text);
        break;
      case "escape":
        put((token as Tokens.Escape).text);
        break;
      case "image":
        put((token as Tokens.Image).text);
        break;
      default: {
        const inner = "tokens" in token ? token.tokens : undefined;
        if (inner) for (const run of runsOf(inner, known, look)) pushRun(runs, run);
        else put("text" in token && typeof token.text === "string" ? entities(token.text) : token.raw);
      }
    }
  }
  return runs;
}

const named: Record<string, string> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'", nbsp: "\u00a0" };

function entities(text: string): string {
  return text.replace(/&(?:#(\d{1,7})|(\w+));/g, (whole, code?: string, name?: string) => {
    if (code) return String.fromCodePoint(Math.min(Number(code), 0x10ffff));
    return named[name ?? ""] ?? whole;
  });
}

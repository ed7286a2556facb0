// The numbers of citations: what is inserted gets numbers of its own in the manuscript.

import type { Citation, Passage, Run } from "../../backend/types";
import { runsIn } from "./body";

function same(one: Citation, other: Citation): boolean {
  return (
    one.path === other.path && one.quote === other.quote && JSON.stringify(one.anchor) === JSON.stringify(other.anchor)
  );
}

/** The passages with their citations among those that are there: the same place keeps one number, another gets the next. */
export function merged(
  passages: Passage[],
  incoming: Citation[],
  present: Citation[],
): { passages: Passage[]; citations: Citation[] } {
  const cited = new Set(runsIn(passages).map((run) => run.cite));
  const citations = [...present];
  const numbers = new Map<number, number>();
  for (const citation of incoming.filter((one) => cited.has(one.marker))) {
    const known = citations.find((one) => same(one, citation));
    const marker = known?.marker ?? Math.max(0, ...citations.map((one) => one.marker)) + 1;
    if (!known) citations.push({ ...citation, marker });
    numbers.set(citation.marker, marker);
  }
  const runs = (before: Run[]) =>
    before.map((run) => {
      const marker = run.cite === undefined ? undefined : numbers.get(run.cite);
      return marker === undefined ? run : { ...run, cite: marker, text: `[${marker}]` };
    });
  const renumbered = passages.map((passage): Passage => {
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
  return { passages: renumbered, citations };
}

/** The citations whose mark stands in the text, by number. */
export function citedIn(passages: Passage[], citations: Citation[]): Citation[] {
  const marks = new Set(runsIn(passages).map((run) => run.cite));
  return citations.filter((one) => marks.has(one.marker)).sort((a, b) => a.marker - b.marker);
}

import type { Anchor, Block } from "../../backend";
import { locate, type Span } from "./locate";

/** The running text of a block, as it is searched for a quote. */
export function blockText(block: Block): string {
  switch (block.type) {
    case "list":
      return block.items.map((item) => `${item.label ?? ""}${item.text}`).join("\n");
    case "table":
      return [block.caption ?? "", ...block.rows.map((row) => row.join(" "))].join("\n");
    case "image":
      return block.alt;
    case "slide":
      return block.title;
    case "sheet":
      return block.name;
    default:
      return block.text;
  }
}

export interface Place {
  block: number;
  /** Where in the block's text; null: the block as a whole. */
  span: Span | null;
}

/** How well a block's own place fits the one that is asked for. */
function nearness(anchor: Anchor, wanted: Anchor): number {
  let points = 0;
  if (wanted.slide !== undefined && anchor.slide === wanted.slide) points += 4;
  if (wanted.page !== undefined && anchor.page === wanted.page) points += 2;
  if (wanted.line !== undefined && anchor.line !== undefined && anchor.line <= wanted.line) {
    points += 2 + 1 / (1 + wanted.line - anchor.line);
  }
  const heading = wanted.heading ?? [];
  const own = anchor.heading ?? [];
  points += heading.filter((name, at) => own[at] === name).length;
  return points;
}

/** Finds the block of a place: the one that holds the quote, the nearest of several; else the nearest by its anchor. */
export function findPlace(blocks: Block[], anchor: Anchor | undefined, quote: string | undefined): Place | null {
  const near = (index: number) => (anchor ? nearness(blocks[index]?.anchor ?? {}, anchor) : 0);
  let best: Place | null = null;
  let bestPoints = -1;
  if (quote) {
    blocks.forEach((block, index) => {
      const text = blockText(block);
      const span = locate(text, quote);
      if (!span) return;
      // A longer part of the quote outweighs nearness.
      const points = ((span.end - span.start) / Math.max(1, quote.length)) * 100 + near(index);
      if (points > bestPoints) {
        bestPoints = points;
        best = { block: index, span };
      }
    });
    if (best) return best;
  }
  if (!anchor) return null;
  blocks.forEach((_, index) => {
    const points = near(index);
    if (points > bestPoints && points > 0) {
      bestPoints = points;
      best = { block: index, span: null };
    }
  });
  return best;
}

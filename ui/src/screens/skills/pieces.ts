// Pieces of a rewrite: which changes are taken, and the text that they give.

import type { Rewrite, RewrittenParagraph } from "../../backend/types";

/** The numbers of all changes. */
export function changeIds(rewrite: Rewrite): number[] {
  return rewrite.paragraphs.flatMap((paragraph) =>
    paragraph.pieces.flatMap((piece) => (piece.type === "change" ? [piece.id] : [])),
  );
}

/** A paragraph with these changes taken and all others left. */
export function textWith(paragraph: RewrittenParagraph, accepted: ReadonlySet<number>): string {
  return paragraph.pieces
    .map((piece) => (piece.type === "same" ? piece.text : accepted.has(piece.id) ? piece.new : piece.old))
    .join("");
}

/** The set with this change taken if it was left, and left if it was taken. */
export function toggled(accepted: ReadonlySet<number>, id: number): Set<number> {
  const next = new Set(accepted);
  if (!next.delete(id)) next.add(id);
  return next;
}

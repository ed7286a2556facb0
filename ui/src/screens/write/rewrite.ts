// A rewrite of a selection: which places in the editor its changes touch. Where the rewrite's old text is the text of the
// block, only the words that changed are replaced, so that bold, comments and citations around them stay.

import type { Node } from "@tiptap/pm/model";
import type { Rewrite, RewrittenParagraph } from "../../backend/types";
import { textWith } from "../skills/pieces";

/** Text of a block between two places, and the place in the editor of each of its characters. */
export interface Stretch {
  from: number;
  to: number;
  text: string;
  /** `places[i]` stands before character i; one more for the end. */
  places: number[];
}

/** The blocks of text that a selection touches, as far as it touches them. */
export function stretches(doc: Node, from: number, to: number): Stretch[] {
  const found: Stretch[] = [];
  doc.nodesBetween(from, to, (node, at) => {
    if (!node.isTextblock) return true;
    let text = "";
    const places: number[] = [];
    let end = Math.max(from, at + 1);
    node.forEach((child, offset) => {
      const start = at + 1 + offset;
      const shown = child.isText
        ? (child.text ?? "")
        : child.type.name === "cite"
          ? `[${child.attrs["marker"]}]`
          : "\n";
      for (let index = 0; index < shown.length; index += 1) {
        // A mark of several characters is one place.
        const place = child.isText ? start + index : start;
        if (place < from || place >= to) continue;
        text += shown[index];
        places.push(place);
        end = child.isText ? place + 1 : start + child.nodeSize;
      }
    });
    if (text.trim()) found.push({ from: places[0] ?? from, to: end, text, places: [...places, end] });
    return false;
  });
  return found;
}

/** One replacement, in the places of the document before any of them. */
export interface Replacement {
  from: number;
  to: number;
  text: string;
}

/** The replacements of the accepted changes, the last one first so that they can be made in turn. */
export function replacements(rewrite: Rewrite, accepted: ReadonlySet<number>, over: Stretch[]): Replacement[] | null {
  const paragraphs = rewrite.paragraphs;
  if (paragraphs.length !== over.length) return null;
  const made: Replacement[] = [];
  for (const [index, paragraph] of paragraphs.entries()) {
    const stretch = over[index];
    if (!stretch) return null;
    const own = ofParagraph(paragraph, accepted, stretch);
    if (!own) return null;
    made.push(...own);
  }
  return made.reverse();
}

function ofParagraph(
  paragraph: RewrittenParagraph,
  accepted: ReadonlySet<number>,
  stretch: Stretch,
): Replacement[] | null {
  const old = textWith(paragraph, new Set());
  // Blanks at the ends are of no matter to a rewrite.
  const lead = stretch.text.length - stretch.text.trimStart().length;
  if (old.trim() !== stretch.text.trim()) return null;
  let at = lead - (old.length - old.trimStart().length);
  if (at < 0) return null;
  const made: Replacement[] = [];
  for (const piece of paragraph.pieces) {
    if (piece.type === "same") {
      at += piece.text.length;
      continue;
    }
    const from = stretch.places[at];
    const to = stretch.places[Math.min(at + piece.old.length, stretch.places.length - 1)];
    if (from === undefined || to === undefined) return null;
    if (accepted.has(piece.id)) made.push({ from, to, text: piece.new });
    at += piece.old.length;
  }
  return made;
}

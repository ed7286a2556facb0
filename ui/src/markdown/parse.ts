// Markdown to tokens. `marked` is used as a lexer only: it makes tokens and no HTML, and what is drawn from them are React
// elements, so raw HTML in an answer is text by construction. The lexer reads 2,000 words in about a millisecond, and
// tokens know their source text, by which unchanged blocks are recognised while an answer grows.

import { Lexer, Marked, type Token, type TokenizerAndRendererExtension } from "marked";

export interface CiteToken {
  type: "cite";
  raw: string;
  /** Null: the sentence before has no support in the files. */
  marker: number | null;
}

// Markers are put in by code and never by the model: `[3]` has support, `[?]` has none.
const cite: TokenizerAndRendererExtension = {
  name: "cite",
  level: "inline",
  start: (source) => {
    const at = source.search(/\[(?:\d{1,3}|\?)\]/);
    return at < 0 ? undefined : at;
  },
  tokenizer: (source) => {
    const match = /^\[(\d{1,3}|\?)\]/.exec(source);
    if (!match) return undefined;
    return { type: "cite", raw: match[0], marker: match[1] === "?" ? null : Number(match[1]) };
  },
};

const marked = new Marked({ gfm: true, breaks: true, extensions: [cite] });

/** The blocks of a text. */
export function blocks(text: string): Token[] {
  return new Lexer(marked.defaults).lex(text).filter((token) => token.type !== "space");
}

/** Closes what a growing answer has left open in its last block, so that half of a mark does not flicker as text. */
export function heal(text: string): string {
  const start = text.lastIndexOf("\n\n") + 1;
  const tail = text.slice(start);
  if ((text.match(/^(```|~~~)/gm)?.length ?? 0) % 2 === 1) return text;
  const bare = tail.replace(/`[^`\n]*`/g, "");
  let end = text;
  if (((bare.match(/`/g)?.length ?? 0) & 1) === 1) return end + "`";
  // An opening mark with nothing behind it yet is held back, and so is the beginning of a marker.
  end = end.replace(/(\*{1,2}|\[\d{0,3}\??)$/, "");
  const strong =
    end
      .slice(start)
      .replace(/`[^`\n]*`/g, "")
      .match(/\*\*/g)?.length ?? 0;
  return strong % 2 === 1 ? end + "**" : end;
}

const sentenceEnd = /[。！？!?；;\n]|\.(?=\s|$)/;

/** Splits off the sentence at the end of a text: what `[?]` after it speaks of. */
export function lastSentence(text: string): [before: string, sentence: string] {
  const body = text.replace(/[。！？!?.；;\s]+$/u, "");
  let cut = 0;
  for (let index = body.length - 1; index >= 0; index -= 1) {
    if (sentenceEnd.test(body.slice(index, index + 2).slice(0, 1)) || /^\.\s/.test(body.slice(index, index + 2))) {
      cut = index + 1;
      break;
    }
  }
  const lead = /^\s*/.exec(text.slice(cut))?.[0].length ?? 0;
  return [text.slice(0, cut + lead), text.slice(cut + lead)];
}

// How much was written, as the programs of an office count it: a Chinese character is a word, and so is a run of letters.

const han = /\p{Script=Han}|[\u3000-\u303f\uff00-\uff60]/gu;
const word = /[\p{L}\p{N}]+(?:['’.\-,][\p{L}\p{N}]+)*/gu;

export interface Counted {
  words: number;
  /** Blanks not counted. */
  characters: number;
}

export function counted(text: string): Counted {
  const bare = text.replaceAll(/\[\d{1,3}\]/g, "");
  const wide = bare.match(han)?.length ?? 0;
  const rest = bare.replaceAll(han, " ");
  return { words: wide + (rest.match(word)?.length ?? 0), characters: [...bare.replaceAll(/\s/g, "")].length };
}

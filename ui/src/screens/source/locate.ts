// Finds a quote in text that was laid out differently: white space, widths of signs and case do not count.

export interface Span {
  start: number;
  end: number;
}

/** The signs that count, and where each stood in the text. */
function squeeze(text: string): { signs: string; at: number[] } {
  let signs = "";
  const at: number[] = [];
  let index = 0;
  for (const character of text) {
    for (const sign of character.normalize("NFKC").toLowerCase()) {
      // Bars and marks of tables and lists come from the writing down, not from the page.
      if (/[\s\u200b\u00ad|]/u.test(sign)) continue;
      signs += sign;
      for (let unit = 0; unit < sign.length; unit += 1) at.push(index);
    }
    index += character.length;
  }
  return { signs, at };
}

/** Where the quote stands in the text; if not as a whole, its longest beginning or end of at least eight signs. */
export function locate(text: string, quote: string): Span | null {
  const wanted = squeeze(quote).signs;
  if (!wanted) return null;
  const { signs, at } = squeeze(text);
  const span = (start: number, length: number): Span => {
    const last = at[start + length - 1] ?? 0;
    const width = (text.codePointAt(last) ?? 0) > 0xffff ? 2 : 1;
    return { start: at[start] ?? 0, end: last + width };
  };
  const whole = signs.indexOf(wanted);
  if (whole >= 0) return span(whole, wanted.length);
  for (let length = wanted.length - 1; length >= Math.min(8, wanted.length - 1) && length >= 8; length -= 1) {
    const head = signs.indexOf(wanted.slice(0, length));
    if (head >= 0) return span(head, length);
    const tail = signs.indexOf(wanted.slice(wanted.length - length));
    if (tail >= 0) return span(tail, length);
  }
  return null;
}

/** Cuts pieces of one running text at a span: for each piece the part of it that the span covers. */
export function coverPieces(pieces: string[], span: Span): { piece: number; start: number; end: number }[] {
  const covered: { piece: number; start: number; end: number }[] = [];
  let offset = 0;
  pieces.forEach((piece, index) => {
    const start = Math.max(span.start - offset, 0);
    const end = Math.min(span.end - offset, piece.length);
    if (start < end) covered.push({ piece: index, start, end });
    offset += piece.length;
  });
  return covered;
}

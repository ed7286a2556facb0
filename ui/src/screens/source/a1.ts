// Cell ranges in A1 notation; rows and columns count from 1.

export interface CellRange {
  top: number;
  left: number;
  bottom: number;
  right: number;
}

/** `C` is 3, `AA` is 27; 0 for what is not a column. */
export function columnNumber(letters: string): number {
  let number = 0;
  for (const letter of letters.toUpperCase()) {
    const value = letter.charCodeAt(0) - 64;
    if (value < 1 || value > 26) return 0;
    number = number * 26 + value;
  }
  return number;
}

export function columnLetters(number: number): string {
  let letters = "";
  let rest = number;
  while (rest > 0) {
    const value = (rest - 1) % 26;
    letters = String.fromCharCode(65 + value) + letters;
    rest = (rest - value - 1) / 26;
  }
  return letters;
}

/** Reads `B2`, `$B$2:F40`, `Sheet!B2:C3`, `A:C` and `4:9`; null for anything else. */
export function parseRange(text: string): CellRange | null {
  const range = text
    .slice(text.lastIndexOf("!") + 1)
    .replaceAll("$", "")
    .trim();
  const [from, to = from] = range.split(":");
  if (from === undefined || to === undefined || range.split(":").length > 2) return null;
  const first = /^([A-Za-z]{0,3})(\d{0,7})$/.exec(from);
  const last = /^([A-Za-z]{0,3})(\d{0,7})$/.exec(to);
  if (!first || !last || !from || !to) return null;
  const columns = [columnNumber(first[1] ?? ""), columnNumber(last[1] ?? "")];
  const rows = [Number(first[2] || 0), Number(last[2] || 0)];
  const wholeRows = !first[1] && !last[1];
  const wholeColumns = !first[2] && !last[2];
  if (!wholeRows && columns.includes(0)) return null;
  if (!wholeColumns && rows.includes(0)) return null;
  return {
    top: wholeColumns ? 1 : Math.min(...rows),
    bottom: wholeColumns ? Infinity : Math.max(...rows),
    left: wholeRows ? 1 : Math.min(...columns),
    right: wholeRows ? Infinity : Math.max(...columns),
  };
}

export function contains(range: CellRange, row: number, column: number): boolean {
  return row >= range.top && row <= range.bottom && column >= range.left && column <= range.right;
}

// A workbook's blocks as cells: each table says by its range where its first cell stands.

import type { Block } from "../../backend";
import { parseRange } from "./a1";

export interface Sheet {
  name: string;
  hidden: boolean;
  rows: number;
  columns: number;
  /** Text by row and column, both from 1. */
  cells: Map<number, Map<number, string>>;
  /** Rows that are headers of a table. */
  headers: Set<number>;
}

export function sheetsOf(blocks: Block[]): Sheet[] {
  const sheets: Sheet[] = [];
  const sheetNamed = (name: string, hidden = false): Sheet => {
    let sheet = sheets.find((candidate) => candidate.name === name);
    if (!sheet) {
      sheet = { name, hidden, rows: 0, columns: 0, cells: new Map(), headers: new Set() };
      sheets.push(sheet);
    }
    return sheet;
  };
  const put = (sheet: Sheet, row: number, column: number, text: string) => {
    if (text === "") return;
    let cells = sheet.cells.get(row);
    if (!cells) {
      cells = new Map();
      sheet.cells.set(row, cells);
    }
    cells.set(column, text);
    sheet.rows = Math.max(sheet.rows, row);
    sheet.columns = Math.max(sheet.columns, column);
  };
  let current: Sheet | null = null;
  for (const block of blocks) {
    if (block.type === "sheet") {
      current = sheetNamed(block.name, block.hidden);
      continue;
    }
    const sheet: Sheet =
      block.anchor.sheet !== undefined ? sheetNamed(block.anchor.sheet) : (current ?? sheetNamed(""));
    const range = block.anchor.range ? parseRange(block.anchor.range) : null;
    const top = range && Number.isFinite(range.top) ? range.top : sheet.rows + 1;
    const left = range && Number.isFinite(range.left) ? range.left : 1;
    if (block.type === "table") {
      block.rows.forEach((row, at) => row.forEach((text, column) => put(sheet, top + at, left + column, text)));
      for (let row = 0; row < block.header_rows; row += 1) sheet.headers.add(top + row);
    } else if ("text" in block) {
      put(sheet, top, left, block.text);
    }
  }
  return sheets;
}

/** Widths of the columns in `ch`, by the longest of the first rows; Chinese signs take two. */
export function widthsOf(sheet: Sheet): number[] {
  const widths = Array.from({ length: sheet.columns }, () => 6);
  let seen = 0;
  for (const cells of sheet.cells.values()) {
    if (seen > 200) break;
    seen += 1;
    for (const [column, text] of cells) {
      let width = 2;
      for (const sign of text.slice(0, 40)) width += (sign.codePointAt(0) ?? 0) > 0x2e80 ? 2 : 1;
      // A long title alone in its row runs over the cells beside it.
      if (cells.size > 1) widths[column - 1] = Math.min(36, Math.max(widths[column - 1] ?? 6, width));
    }
  }
  return widths;
}

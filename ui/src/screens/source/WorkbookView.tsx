import { useVirtualizer } from "@tanstack/react-virtual";
import { Grid3x3 } from "lucide-react";
import { useEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { SourceContent } from "../../backend";
import { Empty } from "../../kit/states";
import { columnLetters, contains, parseRange, type CellRange } from "./a1";
import { sheetsOf, widthsOf, type Sheet } from "./grid";
import type { OpenSource } from "./open";

/** A workbook as a grid, with the cited range marked. */
export function WorkbookView({ content, source }: { content: SourceContent; source: OpenSource }) {
  const { t } = useTranslation();
  const sheets = useMemo(() => sheetsOf(content.blocks), [content]);
  const wanted = source.anchor?.sheet;
  const [chosen, setChosen] = useState<string | null>(null);
  useEffect(() => setChosen(null), [source]);
  const sheet = sheets.find((one) => one.name === (chosen ?? wanted)) ?? sheets.find((one) => !one.hidden) ?? sheets[0];
  if (!sheet) return <Empty icon={Grid3x3} title={t("source.empty")} about={t("source.emptyAbout")} />;
  const range = sheet.name === wanted && source.anchor?.range ? parseRange(source.anchor.range) : null;
  return (
    <>
      <Grid key={sheet.name} sheet={sheet} range={range} source={source} />
      <div
        role="tablist"
        aria-label={t("source.sheets")}
        className="flex shrink-0 gap-1 overflow-x-auto border-t border-line bg-sunken px-2 py-1.5"
      >
        {sheets.map((one) => (
          <button
            key={one.name}
            type="button"
            role="tab"
            aria-selected={one === sheet}
            onClick={() => setChosen(one.name)}
            className={`ring-inside h-7 shrink-0 rounded-md px-2.5 text-sm ${one === sheet ? "bg-surface font-medium text-ink shadow-low" : "text-ink-2 hover:bg-hover"}`}
          >
            {one.name}
            {one.hidden && <span className="ms-1.5 text-xs text-ink-3">{t("source.hiddenSheet")}</span>}
          </button>
        ))}
      </div>
    </>
  );
}

function Grid({ sheet, range, source }: { sheet: Sheet; range: CellRange | null; source: OpenSource }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const widths = useMemo(() => widthsOf(sheet), [sheet]);
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const row = 1.75 * rem;
  const sign = 0.47 * rem;
  const side = 3 * rem;
  const rows = useVirtualizer({
    count: sheet.rows,
    getScrollElement: () => scroller.current,
    estimateSize: () => row,
    overscan: 10,
    paddingStart: row,
    scrollPaddingStart: row,
  });
  const columns = useVirtualizer({
    horizontal: true,
    count: sheet.columns,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (widths[index] ?? 8) * sign,
    overscan: 3,
    paddingStart: side,
    scrollPaddingStart: side,
  });
  useEffect(() => {
    if (!range) return;
    // A little above and left of the range, so that its header is in view where it can be.
    rows.scrollToIndex(Math.max(0, Math.min(range.top, sheet.rows) - 3), { align: "start" });
    columns.scrollToIndex(Math.max(0, Math.min(range.left, sheet.columns) - 2), { align: "start" });
  }, [rows, columns, range?.top, range?.left, sheet, source]);

  const outline = range && {
    top: row + (range.top - 1) * row,
    height: (Math.min(range.bottom, sheet.rows) - range.top + 1) * row,
    left: side + widths.slice(0, range.left - 1).reduce((sum, width) => sum + width * sign, 0),
    width: widths
      .slice(range.left - 1, Math.min(range.right, sheet.columns))
      .reduce((sum, width) => sum + width * sign, 0),
  };
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="group"
      aria-label={t("source.grid", { sheet: sheet.name })}
      className="ring-inside tabular selectable min-h-0 flex-1 overflow-auto text-sm"
    >
      <div
        role="grid"
        aria-rowcount={sheet.rows}
        aria-colcount={sheet.columns}
        aria-label={sheet.name}
        className="relative"
        style={{ height: rows.getTotalSize(), width: columns.getTotalSize() }}
      >
        <div role="row" className="sticky top-0 z-20 bg-sunken" style={{ height: row }}>
          <div
            role="columnheader"
            className="sticky start-0 z-30 border-e border-b border-line bg-sunken"
            style={{ width: side, height: row }}
          >
            <span className="sr-only">{t("source.rowNumbers")}</span>
          </div>
          {columns.getVirtualItems().map((column) => (
            <div
              key={column.key}
              role="columnheader"
              className={`absolute top-0 flex items-center justify-center border-e border-b border-line text-xs ${range && column.index + 1 >= range.left && column.index + 1 <= range.right ? "bg-mark text-ink" : "bg-sunken text-ink-2"}`}
              style={{ left: column.start, width: column.size, height: row }}
            >
              {columnLetters(column.index + 1)}
            </div>
          ))}
        </div>
        {rows.getVirtualItems().map((line) => {
          const cells = sheet.cells.get(line.index + 1);
          const inRange = range && line.index + 1 >= range.top && line.index + 1 <= range.bottom;
          const alone = cells?.size === 1;
          return (
            <div
              key={line.key}
              role="row"
              aria-rowindex={line.index + 1}
              className="absolute inset-x-0 top-0"
              style={{ height: row, transform: `translateY(${line.start}px)` }}
            >
              <div
                role="rowheader"
                className={`sticky start-0 z-10 flex items-center justify-center border-e border-b border-line text-xs ${inRange ? "bg-mark text-ink" : "bg-sunken text-ink-2"}`}
                style={{ width: side, height: row }}
              >
                {line.index + 1}
              </div>
              {columns.getVirtualItems().map((column) => {
                const text = cells?.get(column.index + 1) ?? "";
                const marked = range !== null && contains(range, line.index + 1, column.index + 1);
                const number = /^-?[\d,]+(\.\d+)?%?$/.test(text);
                return (
                  <div
                    key={column.key}
                    role="gridcell"
                    aria-colindex={column.index + 1}
                    {...(marked ? { "data-highlight": "cell" } : {})}
                    className={`absolute top-0 flex items-center border-e border-b border-line px-2 whitespace-nowrap ${alone ? "overflow-visible" : "overflow-hidden"} ${number ? "justify-end" : ""} ${marked ? (range.bottom - range.top > 40 ? "bg-mark/25" : "bg-mark/70") : ""} ${sheet.headers.has(line.index + 1) ? "font-medium" : ""}`}
                    style={{ left: column.start, width: column.size, height: row }}
                  >
                    {text}
                  </div>
                );
              })}
            </div>
          );
        })}
        {outline && (
          <div
            aria-hidden
            className="pointer-events-none absolute z-10 border-2 border-(--mark-line)"
            style={outline}
          />
        )}
      </div>
    </div>
  );
}

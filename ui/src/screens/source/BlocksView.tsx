import { useVirtualizer } from "@tanstack/react-virtual";
import { FileText, Image as ImageIcon } from "lucide-react";
import { useEffect, useMemo, useRef, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Block, SourceContent } from "../../backend";
import { Empty } from "../../kit/states";
import { blockText, findPlace } from "./blocks";
import { coverPieces, type Span } from "./locate";
import type { OpenSource } from "./open";

/** A document by its blocks, with the quote marked. */
export function BlocksView({ content, source }: { content: SourceContent; source: OpenSource }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const { blocks } = content;
  const place = useMemo(() => findPlace(blocks, source.anchor, source.quote), [blocks, source]);
  const rows = useVirtualizer({
    count: blocks.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => {
      const block = blocks[index];
      if (!block) return 40;
      return block.type === "table" ? 40 + block.rows.length * 34 : 34 + Math.floor(blockText(block).length / 30) * 25;
    },
    overscan: 6,
    paddingStart: 16,
    paddingEnd: 32,
  });
  useEffect(() => {
    if (!place) return;
    rows.scrollToIndex(place.block, { align: "center" });
    // Heights are known only after drawing: once more at the mark itself.
    const timer = setTimeout(
      () => scroller.current?.querySelector("[data-highlight]")?.scrollIntoView({ block: "center" }),
      60,
    );
    return () => clearTimeout(timer);
  }, [rows, place]);
  if (blocks.length === 0) return <Empty icon={FileText} title={t("source.empty")} about={t("source.emptyAbout")} />;
  return (
    <div
      ref={scroller}
      tabIndex={0}
      role="group"
      aria-label={t("source.text")}
      className="ring-inside min-h-0 flex-1 overflow-y-auto"
    >
      <div className="selectable reading relative" style={{ height: rows.getTotalSize() }}>
        {rows.getVirtualItems().map((row) => {
          const block = blocks[row.index];
          if (!block) return null;
          const here = place?.block === row.index;
          return (
            <div
              key={row.key}
              ref={rows.measureElement}
              data-index={row.index}
              className="absolute inset-x-0 top-0 mt-0!"
              style={{ transform: `translateY(${row.start}px)` }}
            >
              <div
                {...(here && !place.span ? { "data-highlight": "block" } : {})}
                className={`px-6 py-1.5 ${here ? "border-s-[3px] border-(--mark-line)" : "border-s-[3px] border-transparent"} ${here && !place.span ? "bg-mark/40" : ""}`}
              >
                <View block={block} span={here ? place.span : null} />
              </div>
            </div>
          );
        })}
      </div>
    </div>
  );
}

function View({ block, span }: { block: Block; span: Span | null }) {
  const { t } = useTranslation();
  switch (block.type) {
    case "heading": {
      const level = Math.min(6, block.level + 2);
      const Tag = (["h3", "h4", "h5", "h6"] as const)[level - 3] ?? "h6";
      return <Tag className={`level-${block.level} mt-2`}>{marked(block.text, span)}</Tag>;
    }
    case "list": {
      const lines = block.items.map((item) => `${item.label ?? ""}${item.text}`);
      const parts = spread(lines, span);
      return (
        <ul className="list-none! ps-0!">
          {block.items.map((item, index) => (
            <li key={index} className="flex gap-2" style={{ paddingInlineStart: `${item.level * 1.25}rem` }}>
              {!item.label && <span aria-hidden>{block.ordered ? `${index + 1}.` : "•"}</span>}
              <span>{marked(lines[index] ?? "", parts[index] ?? null)}</span>
            </li>
          ))}
        </ul>
      );
    }
    case "table":
      return <Table block={block} span={span} />;
    case "image":
      return (
        <p className="flex items-center gap-2 rounded-md border border-dashed border-line-2 px-3 py-2 text-ink-2">
          <ImageIcon aria-hidden className="size-4 shrink-0" strokeWidth={1.5} />
          <span>{block.alt ? marked(block.alt, span) : t("link.image")}</span>
        </p>
      );
    case "formula":
      return <p className="overflow-x-auto text-center font-mono text-base">{marked(block.text, span)}</p>;
    case "footnote":
      return (
        <p className="text-sm text-ink-2">
          <sup className="me-1">{block.label}</sup>
          {marked(block.text, span)}
        </p>
      );
    case "note":
      return (
        <p className="rounded-md bg-sunken px-3 py-2 text-base text-ink-2">
          <span className="me-2 text-xs text-ink-3">{t("source.note")}</span>
          {marked(block.text, span)}
        </p>
      );
    case "slide":
      return (
        <div className="mt-3 flex items-baseline gap-3 border-t border-line pt-4">
          <span className="tabular shrink-0 rounded bg-hover px-1.5 text-xs text-ink-2">
            {t("place.slide", { slide: block.number })}
          </span>
          <h3 className="level-2 mt-0!">{marked(block.title, span)}</h3>
        </div>
      );
    case "sheet":
      return <h3 className="level-2">{marked(block.name, span)}</h3>;
    default:
      return <p className="whitespace-pre-wrap">{marked(block.text, span)}</p>;
  }
}

function Table({ block, span }: { block: Extract<Block, { type: "table" }>; span: Span | null }) {
  const lines = [block.caption ?? "", ...block.rows.map((row) => row.join(" "))];
  const parts = spread(lines, span);
  return (
    <figure>
      {block.caption && (
        <figcaption className="mb-1 text-sm text-ink-2">{marked(block.caption, parts[0] ?? null)}</figcaption>
      )}
      <div className="table-scroll" tabIndex={0} role="group">
        <table>
          <tbody>
            {block.rows.map((row, at) => {
              const inRow = parts[at + 1] ?? null;
              let offset = 0;
              return (
                <tr key={at} className={inRow ? "bg-mark/30" : undefined}>
                  {row.map((text, column) => {
                    const start = offset;
                    offset += text.length + 1;
                    const inCell = inRow ? clip(inRow, start, text.length) : null;
                    const Cell = at < block.header_rows ? "th" : "td";
                    return <Cell key={column}>{marked(text, inCell)}</Cell>;
                  })}
                </tr>
              );
            })}
          </tbody>
        </table>
      </div>
    </figure>
  );
}

/** The part of a span in each of the lines that were joined with line breaks. */
function spread(lines: string[], span: Span | null): Record<number, Span> {
  if (!span) return {};
  const parts: Record<number, Span> = {};
  for (const { piece, start, end } of coverPieces(
    lines.map((line) => `${line}\n`),
    span,
  )) {
    const length = lines[piece]?.length ?? 0;
    if (start < length) parts[piece] = { start, end: Math.min(end, length) };
  }
  return parts;
}

function clip(span: Span, offset: number, length: number): Span | null {
  const start = Math.max(0, span.start - offset);
  const end = Math.min(length, span.end - offset);
  return start < end ? { start, end } : null;
}

function marked(text: string, span: Span | null): ReactNode {
  if (!span) return text;
  return (
    <>
      {text.slice(0, span.start)}
      <mark data-highlight="quote">{text.slice(span.start, span.end)}</mark>
      {text.slice(span.end)}
    </>
  );
}

import { TextLayer, type PDFDocumentProxy } from "pdfjs-dist/legacy/build/pdf.mjs";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { coverPieces, locate } from "./locate";
import type { OpenSource } from "./open";

interface Box {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** One page: its picture, its text for selecting, and the place that is asked for. */
export function PdfPage({
  document: pdf,
  number,
  scale,
  size,
  onSize,
  place,
}: {
  document: PDFDocumentProxy;
  number: number;
  scale: number;
  size: [number, number];
  /** Told when the page turns out to have another size. */
  onSize: (width: number, height: number) => void;
  place: OpenSource | null;
}) {
  const { t } = useTranslation();
  const canvas = useRef<HTMLCanvasElement>(null);
  const layer = useRef<HTMLDivElement>(null);
  const [pieces, setPieces] = useState<{ divs: HTMLElement[]; texts: string[] } | null>(null);
  const [quoted, setQuoted] = useState<Box[]>([]);
  const [failed, setFailed] = useState(false);
  const bbox = place?.anchor?.bbox;
  const tell = useRef(onSize);
  useEffect(() => {
    tell.current = onSize;
  });

  useEffect(() => {
    let stopped = false;
    let stop = () => {};
    setPieces(null);
    void (async () => {
      const page = await pdf.getPage(number);
      const element = canvas.current;
      const text = layer.current;
      if (stopped || !element || !text) return;
      const natural = page.getViewport({ scale: 1 });
      tell.current(natural.width, natural.height);
      const density = Math.min(devicePixelRatio || 1, 2);
      const viewport = page.getViewport({ scale });
      element.width = Math.floor(viewport.width * density);
      element.height = Math.floor(viewport.height * density);
      const task = page.render({
        canvas: element,
        viewport,
        transform: density === 1 ? undefined : [density, 0, 0, density, 0, 0],
      });
      stop = () => task.cancel();
      await task.promise;
      if (stopped) return;
      text.replaceChildren();
      const textLayer = new TextLayer({ textContentSource: page.streamTextContent(), container: text, viewport });
      stop = () => textLayer.cancel();
      await textLayer.render();
      if (!stopped) setPieces({ divs: textLayer.textDivs, texts: textLayer.textContentItemsStr });
    })().catch((error: unknown) => {
      const name = error instanceof Error ? error.name : "";
      if (!stopped && name !== "RenderingCancelledException" && name !== "AbortException") setFailed(true);
    });
    return () => {
      stopped = true;
      stop();
    };
  }, [pdf, number, scale]);

  // The quote itself, as it stands in the text of the page.
  const quote = place?.quote;
  useEffect(() => {
    const text = layer.current;
    if (!pieces || !quote || !text) return setQuoted([]);
    const span = locate(pieces.texts.join(""), quote);
    if (!span) return setQuoted([]);
    const origin = text.getBoundingClientRect();
    const boxes: Box[] = [];
    for (const part of coverPieces(pieces.texts, span)) {
      const node = pieces.divs[part.piece]?.firstChild;
      if (!node) continue;
      const range = document.createRange();
      const length = node.textContent?.length ?? 0;
      range.setStart(node, Math.min(part.start, length));
      range.setEnd(node, Math.min(part.end, length));
      for (const box of range.getClientRects()) {
        if (box.width < 1) continue;
        boxes.push({ left: box.left - origin.left, top: box.top - origin.top, width: box.width, height: box.height });
      }
    }
    setQuoted(boxes);
  }, [pieces, quote]);

  const first = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (quoted.length > 0 || (bbox && pieces)) first.current?.scrollIntoView({ block: "center", inline: "nearest" });
  }, [quoted, bbox, pieces]);

  const box = bbox && {
    left: bbox[0] * scale - 4,
    top: bbox[1] * scale - 3,
    width: (bbox[2] - bbox[0]) * scale + 8,
    height: (bbox[3] - bbox[1]) * scale + 6,
  };
  return (
    <div
      className="relative bg-white shadow-low"
      style={{ width: size[0] * scale, height: size[1] * scale }}
      role="region"
      aria-label={t("place.page", { page: number })}
      data-page={number}
    >
      <canvas ref={canvas} className="absolute inset-0 h-full w-full" aria-hidden />
      {box && (
        <div
          ref={quoted.length === 0 ? first : undefined}
          data-highlight="box"
          className={`pdf-box absolute ${quoted.length === 0 ? "pdf-box-alone" : ""}`}
          style={box}
        />
      )}
      {quoted.map((part, index) => (
        <div
          key={index}
          ref={index === 0 ? first : undefined}
          data-highlight="quote"
          className="pdf-quote absolute"
          style={part}
        />
      ))}
      <div
        ref={layer}
        className="pdf-text selectable"
        style={{ "--total-scale-factor": scale, "--scale-factor": scale } as React.CSSProperties}
      />
      {failed && (
        <p role="alert" className="absolute inset-x-6 top-6 rounded-md bg-danger-soft px-3 py-2 text-sm text-danger">
          {t("source.pageFailed", { page: number })}
        </p>
      )}
    </div>
  );
}

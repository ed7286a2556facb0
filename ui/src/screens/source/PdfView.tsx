// The pages of a PDF, drawn by pdf.js as they come into view.

import { useVirtualizer } from "@tanstack/react-virtual";
import { ZoomIn, ZoomOut } from "lucide-react";
import {
  getDocument,
  GlobalWorkerOptions,
  type PDFDocumentLoadingTask,
  type PDFDocumentProxy,
} from "pdfjs-dist/legacy/build/pdf.mjs";
import workerUrl from "pdfjs-dist/legacy/build/pdf.worker.min.mjs?url";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackend, type WireError } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { IconButton } from "../../kit/Button";
import { ErrorNote, Waiting } from "../../kit/states";
import type { OpenSource } from "./open";
import { PdfPage } from "./PdfPage";

GlobalWorkerOptions.workerSrc = workerUrl;

const data = new URL("pdfjs/", document.baseURI).href;

interface Opened {
  document: PDFDocumentProxy;
  /** Width and height of each page in points; those not seen yet are taken to be like the first. */
  sizes: [number, number][];
}

function load(bytes: ArrayBuffer): PDFDocumentLoadingTask {
  return getDocument({
    data: new Uint8Array(bytes),
    cMapUrl: `${data}cmaps/`,
    cMapPacked: true,
    standardFontDataUrl: `${data}standard_fonts/`,
    wasmUrl: `${data}wasm/`,
    useWasm: false,
    isEvalSupported: false,
    enableXfa: false,
    stopAtErrors: false,
  });
}

async function measured(document: PDFDocumentProxy): Promise<Opened> {
  const first = (await document.getPage(1)).getViewport({ scale: 1 });
  return {
    document,
    sizes: Array.from({ length: document.numPages }, (): [number, number] => [first.width, first.height]),
  };
}

function errorOf(error: unknown): WireError {
  // What the program itself says, e.g. that the file is gone, is already in its form.
  if (!(error instanceof Error)) return toWireError(error);
  const code = error.name === "PasswordException" ? "encrypted_pdf" : "damaged_file";
  return { code, message: error.message };
}

export default function PdfView({ source }: { source: OpenSource }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [opened, setOpened] = useState<Opened | null>(null);
  const [error, setError] = useState<WireError | null>(null);
  const [attempt, setAttempt] = useState(0);
  const { path } = source;
  useEffect(() => {
    let task: PDFDocumentLoadingTask | null = null;
    let left = false;
    setOpened(null);
    setError(null);
    void (async () => {
      const bytes = await backend.sourceBytes(path);
      if (left) return;
      task = load(bytes);
      const next = await measured(await task.promise);
      if (!left) setOpened(next);
    })().catch((reason: unknown) => {
      if (!left) setError(errorOf(reason));
    });
    return () => {
      left = true;
      // Frees the pages and ends the worker.
      void task?.destroy();
    };
  }, [backend, path, attempt]);
  if (error) {
    return <ErrorNote large error={error} subject={fileName(path)} onRetry={() => setAttempt(attempt + 1)} />;
  }
  if (!opened) return <Waiting lines={6} label={t("source.loading")} />;
  return <Pages opened={opened} source={source} />;
}

function Pages({ opened, source }: { opened: Opened; source: OpenSource }) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(0);
  const [zoom, setZoom] = useState(1);
  const [current, setCurrent] = useState(1);
  const { document } = opened;
  const [sizes, setSizes] = useState(opened.sizes);
  const learn = (index: number, width: number, height: number) => {
    const known = sizes[index];
    if (known && Math.abs(known[0] - width) < 0.5 && Math.abs(known[1] - height) < 0.5) return;
    setSizes((now) => now.map((size, at) => (at === index ? [width, height] : size)));
  };
  const gap = 12;
  const target = Math.min(sizes.length, Math.max(1, source.anchor?.page ?? 1));

  useEffect(() => {
    const element = scroller.current;
    if (!element) return;
    const observer = new ResizeObserver(() => setWidth(element.clientWidth - 2 * gap));
    observer.observe(element);
    return () => observer.disconnect();
  }, []);

  const scaleOf = (index: number) => (Math.max(width, 120) / (sizes[index]?.[0] ?? 595)) * zoom;
  const rows = useVirtualizer({
    count: sizes.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (sizes[index]?.[1] ?? 842) * scaleOf(index) + gap,
    overscan: 1,
    paddingStart: gap,
    onChange: (instance) => {
      const middle = (instance.scrollOffset ?? 0) + (instance.scrollRect?.height ?? 0) / 2;
      const row = instance.getVirtualItems().find((item) => item.start <= middle && item.end > middle);
      if (row) setCurrent(row.index + 1);
    },
  });
  useEffect(() => rows.measure(), [rows, width, zoom, sizes]);

  // To the page first; the page itself moves its highlight into view once it knows where that is.
  useEffect(() => {
    if (width > 0) rows.scrollToIndex(target - 1, { align: "start" });
  }, [rows, target, width, source]);

  return (
    <div className="relative min-h-0 flex-1 bg-sunken">
      <div
        ref={scroller}
        tabIndex={0}
        role="group"
        aria-label={t("source.pages")}
        className="h-full overflow-auto ring-inside"
      >
        <div
          className="relative"
          style={{ height: rows.getTotalSize(), width: zoom > 1 ? width * zoom + 2 * gap : "100%" }}
        >
          {width > 0 &&
            rows.getVirtualItems().map((row) => (
              <div
                key={row.key}
                className="absolute start-0 top-0"
                style={{ insetInlineStart: gap, transform: `translateY(${row.start}px)` }}
              >
                <PdfPage
                  document={document}
                  number={row.index + 1}
                  scale={scaleOf(row.index)}
                  size={sizes[row.index] ?? [595, 842]}
                  onSize={(width, height) => learn(row.index, width, height)}
                  place={row.index + 1 === target ? source : null}
                />
              </div>
            ))}
        </div>
      </div>
      <div className="absolute end-5 bottom-3 flex items-center rounded-lg border border-line bg-surface shadow-low">
        <IconButton
          icon={ZoomOut}
          label={t("source.zoomOut")}
          side="top"
          disabled={zoom <= 0.5}
          onClick={() => setZoom(zoom / 1.25)}
        />
        <span className="tabular px-1 text-xs text-ink-2" aria-live="polite">
          {t("source.pageOf", { page: current, of: sizes.length })}
        </span>
        <IconButton
          icon={ZoomIn}
          label={t("source.zoomIn")}
          side="top"
          disabled={zoom >= 4}
          onClick={() => setZoom(zoom * 1.25)}
        />
      </div>
    </div>
  );
}

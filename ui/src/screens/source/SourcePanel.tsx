import { useQuery } from "@tanstack/react-query";
import { ChevronLeft, ChevronRight, ExternalLink, FolderOpen, X } from "lucide-react";
import { lazy, Suspense, useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { toWireError } from "../../errors/table";
import { placeOf } from "../../format/anchor";
import { fileName } from "../../format/paths";
import { IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { ErrorNote, Waiting } from "../../kit/states";
import { BlocksView } from "./BlocksView";
import { openSource, type OpenSource } from "./open";
import { WorkbookView } from "./WorkbookView";

const PdfView = lazy(() => import("./PdfView"));

const narrowest = 360;

/** A file beside the screen, open at the place that was asked for. */
export default function SourcePanel({ source }: { source: OpenSource }) {
  const { t } = useTranslation();
  const [width, setWidth] = useState(() => Math.max(narrowest, Math.min(640, Math.round(innerWidth * 0.4))));
  const panel = useRef<HTMLElement>(null);
  const close = () => openSource.set(null);
  useEffect(() => {
    const before = document.activeElement;
    panel.current?.focus({ preventScroll: true });
    // Closing leads back to where one was.
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus({ preventScroll: true });
    };
  }, []);
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (event.key === "Escape" && panel.current?.contains(document.activeElement)) {
        event.preventDefault();
        close();
      }
    };
    addEventListener("keydown", onKey, true);
    return () => removeEventListener("keydown", onKey, true);
  }, []);
  return (
    <aside
      ref={panel}
      tabIndex={-1}
      aria-label={t("source.label", { name: fileName(source.path) })}
      className="relative flex shrink-0 flex-col border-s border-line bg-surface outline-none animate-slide-in"
      style={{ width, maxWidth: "58vw" }}
    >
      <Grip width={width} onResize={setWidth} />
      <Head source={source} onClose={close} />
      <Body key={source.path} source={source} />
    </aside>
  );
}

function Grip({ width, onResize }: { width: number; onResize: (width: number) => void }) {
  const { t } = useTranslation();
  const limit = (value: number) => Math.max(narrowest, Math.min(innerWidth * 0.58, value));
  return (
    <div
      role="separator"
      aria-orientation="vertical"
      aria-label={t("source.resize")}
      aria-valuenow={Math.round(width)}
      aria-valuemin={narrowest}
      aria-valuemax={Math.round(innerWidth * 0.58)}
      tabIndex={0}
      className="absolute inset-y-0 -start-1 z-10 w-2 cursor-col-resize hover:bg-accent/30 focus-visible:bg-accent/30"
      onKeyDown={(event) => {
        if (event.key === "ArrowLeft") onResize(limit(width + 32));
        if (event.key === "ArrowRight") onResize(limit(width - 32));
      }}
      onPointerDown={(event) => {
        const from = event.clientX;
        const target = event.currentTarget;
        target.setPointerCapture(event.pointerId);
        const move = (next: PointerEvent) => onResize(limit(width + from - next.clientX));
        target.addEventListener("pointermove", move);
        target.addEventListener("pointerup", () => target.removeEventListener("pointermove", move), { once: true });
      }}
    />
  );
}

function Head({ source, onClose }: { source: OpenSource; onClose: () => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const { citations, at = 0 } = source;
  const step = (to: number) => {
    const citation = citations?.[to];
    if (citation) {
      openSource.set({ path: citation.path, anchor: citation.anchor, quote: citation.quote, citations, at: to });
    }
  };
  const attempt = (what: Promise<void>) =>
    void what.catch((error) => showToast({ kind: "error", error: toWireError(error) }));
  const place = source.anchor ? placeOf(source.anchor, t) : "";
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-1 border-b border-line ps-4 pe-2">
      <FileIcon path={source.path} />
      <div className="ms-1.5 min-w-0 flex-1">
        <h2 className="truncate text-base font-medium" title={source.path}>
          {fileName(source.path)}
        </h2>
        {place && <p className="tabular -mt-0.5 truncate text-xs text-ink-2">{place}</p>}
      </div>
      {citations && citations.length > 1 && (
        <span className="tabular flex items-center text-xs text-ink-2">
          <IconButton
            size="small"
            icon={ChevronLeft}
            label={t("source.before")}
            disabled={at === 0}
            onClick={() => step(at - 1)}
          />
          {t("source.position", { at: at + 1, of: citations.length })}
          <IconButton
            size="small"
            icon={ChevronRight}
            label={t("source.after")}
            disabled={at === citations.length - 1}
            onClick={() => step(at + 1)}
          />
        </span>
      )}
      <IconButton
        icon={ExternalLink}
        label={t("action.openFile")}
        onClick={() => attempt(backend.openFile(source.path))}
      />
      <IconButton icon={FolderOpen} label={t("action.reveal")} onClick={() => attempt(backend.reveal(source.path))} />
      <IconButton icon={X} label={t("action.close")} keys="Escape" onClick={onClose} />
    </header>
  );
}

function Body({ source }: { source: OpenSource }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const content = useQuery({
    queryKey: ["source", source.path],
    queryFn: () => backend.sourceContent(source.path),
  });
  if (content.error) {
    return (
      <ErrorNote large error={content.error} subject={fileName(source.path)} onRetry={() => void content.refetch()} />
    );
  }
  if (!content.data) return <Waiting lines={6} label={t("source.loading")} />;
  return (
    <>
      {content.data.warnings.length > 0 && (
        <p className="border-b border-line bg-warn-soft px-4 py-1.5 text-sm text-warn">
          {t("source.warnings", {
            count: content.data.warnings.length,
            first: t(`error.${content.data.warnings[0]?.code ?? ""}`, {
              subject: t("error.this"),
              defaultValue: content.data.warnings[0]?.message ?? "",
            }),
          })}
        </p>
      )}
      {content.data.view === "pdf" ? (
        <Suspense fallback={<Waiting lines={6} label={t("source.loading")} />}>
          <PdfView source={source} />
        </Suspense>
      ) : content.data.view === "workbook" ? (
        <WorkbookView content={content.data} source={source} />
      ) : (
        <BlocksView content={content.data} source={source} />
      )}
    </>
  );
}

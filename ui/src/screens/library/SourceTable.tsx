import { useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Ellipsis, ExternalLink, FolderOpen, RotateCw, Search, SearchX, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { usePages } from "../../app/pages";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type SourceState, type SourceView } from "../../backend";
import { errorTable, isCancelled, toWireError } from "../../errors/table";
import { bytes, moment } from "../../format/numbers";
import { fileName, folderOf } from "../../format/paths";
import { IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { Menu } from "../../kit/Menu";
import { Empty, ErrorNote, Waiting } from "../../kit/states";
import { showSource } from "../source/open";
import { explaining } from "./explain-state";
import { ForgetDialog } from "./ForgetDialog";
import type { Filter } from "./LibraryScreen";

const dots: Record<SourceState, string> = {
  pending: "bg-line-2",
  reading: "bg-accent animate-blink",
  words: "bg-(--mark-line)",
  ready: "bg-accent",
  failed: "bg-danger",
  skipped: "border border-ink-3",
};

export function SourceTable({ text, filter }: { text: string; filter: Filter }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const scroller = useRef<HTMLDivElement>(null);
  const pages = usePages(["sources", text, filter], (offset, limit) =>
    backend.sources({ text, state: filter, offset, limit }).then(({ total, sources }) => ({ total, items: sources })),
  );
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const rows = useVirtualizer({
    count: pages.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => 3 * rem,
    overscan: 8,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  const { show } = pages;
  useEffect(() => show(first, last), [show, first, last]);

  if (pages.error) return <ErrorNote large error={pages.error} onRetry={pages.refetch} />;
  if (pages.isPending) return <Waiting />;
  if (pages.total === 0) return <Empty icon={Search} title={t("library.noneFound")} />;
  return (
    <div ref={scroller} className="@container min-h-0 flex-1 overflow-y-auto border-t border-line">
      <ul aria-label={t("library.files")} className="relative" style={{ height: rows.getTotalSize() }}>
        {shown.map((row) => {
          const source = pages.at(row.index);
          return (
            <li
              key={source?.path ?? `waiting-${row.index}`}
              className="absolute inset-x-0 top-0"
              style={{ height: row.size, transform: `translateY(${row.start}px)` }}
            >
              {source && <Row source={source} />}
            </li>
          );
        })}
      </ul>
    </div>
  );
}

function Row({ source }: { source: SourceView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const client = useQueryClient();
  const [forgetting, setForgetting] = useState(false);
  const name = fileName(source.path);
  const failed = (error: unknown) => {
    if (!isCancelled(error)) showToast({ kind: "error", error: toWireError(error) });
  };
  const again = async () => {
    await client.invalidateQueries({ queryKey: ["library"] });
    await client.invalidateQueries({ queryKey: ["sources"] });
  };
  const retry = () => void backend.retry(source.path, () => {}).result.then(again, failed);
  const retriable = source.state === "failed" || source.state === "skipped" || source.state === "words";
  const reason = source.error
    ? t(`error.${source.error.code}`, { subject: t("error.this"), defaultValue: source.error.message })
    : source.warnings.length > 0
      ? t("library.warned", {
          count: source.warnings.length,
          first: t(`error.${source.warnings[0]?.code ?? ""}`, {
            subject: t("error.this"),
            defaultValue: source.warnings[0]?.message ?? "",
          }),
        })
      : null;
  const isSerious = source.error !== null && errorTable[source.error.code]?.severity !== "warning";
  return (
    <div className="group flex h-full items-center gap-3 border-b border-line ps-5 pe-3 transition-colors hover:bg-sunken">
      <FileIcon path={source.path} />
      <button
        type="button"
        onClick={() => showSource({ path: source.path })}
        className="min-w-0 flex-1 rounded-sm text-start"
        title={source.path}
      >
        <span className="block truncate leading-tight">{name}</span>
        <span
          className={`block truncate text-xs ${reason === null ? "text-ink-3" : isSerious ? "text-danger" : "text-warn"}`}
        >
          {reason ?? folderOf(source.path)}
        </span>
      </button>
      <span className="tabular w-16 shrink-0 text-end text-sm text-ink-2 @max-xl:hidden">
        {bytes(source.bytes, language)}
      </span>
      <span className="tabular w-24 shrink-0 text-end text-sm text-ink-2 @max-3xl:hidden">
        {moment(source.modified_ms, language)}
      </span>
      <span className="flex w-24 shrink-0 ps-4">
        <span className="inline-flex items-center gap-2 text-sm text-ink-2">
          <span aria-hidden className={`size-1.5 rounded-full ${dots[source.state]}`} />
          {t(`library.state.${source.state}`)}
        </span>
      </span>
      {retriable ? (
        <IconButton icon={RotateCw} label={t("action.retry")} onClick={retry} />
      ) : (
        <span className="w-8 shrink-0" aria-hidden />
      )}
      <Menu
        trigger={
          <button
            type="button"
            aria-label={t("library.menu", { name })}
            className="inline-flex size-8 shrink-0 items-center justify-center rounded-md text-ink-3 hover:bg-hover hover:text-ink"
          >
            <Ellipsis aria-hidden className="size-4" />
          </button>
        }
        groups={[
          [
            {
              label: t("action.openFile"),
              icon: ExternalLink,
              onSelect: () => void backend.openFile(source.path).catch(failed),
            },
            {
              label: t("action.reveal"),
              icon: FolderOpen,
              onSelect: () => void backend.reveal(source.path).catch(failed),
            },
            {
              label: t("explain.title"),
              icon: SearchX,
              onSelect: () => explaining.set({ question: "", path: source.path }),
            },
          ],
          [
            {
              label: t("library.forget"),
              icon: Trash2,
              danger: true,
              onSelect: () => setForgetting(true),
            },
          ],
        ]}
      />
      <ForgetDialog path={forgetting ? source.path : null} onClose={() => setForgetting(false)} />
    </div>
  );
}

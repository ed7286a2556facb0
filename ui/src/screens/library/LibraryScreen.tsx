import { useQuery } from "@tanstack/react-query";
import { BookOpen, FilePlus, FolderPlus, SearchX } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { useAppInfo, useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type LibraryStatus, type SourceState } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { bytes, count } from "../../format/numbers";
import { Button } from "../../kit/Button";
import { SearchField } from "../../kit/fields";
import { Empty, ErrorNote, Waiting } from "../../kit/states";
import { requestAdd } from "./add-state";
import { explaining } from "./explain-state";
import { ExplainPanel } from "./ExplainPanel";
import { Roots } from "./Roots";
import { RunningAdds } from "./RunningAdds";
import { SourceTable } from "./SourceTable";

export type Filter = SourceState | "all";

export default function LibraryScreen() {
  const { t } = useTranslation();
  const backend = useBackend();
  const status = useQuery({ queryKey: ["library"], queryFn: () => backend.libraryStatus() });
  const [over, setOver] = useState(false);
  const explained = useStore(explaining);
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        setOver(event.kind === "over");
        if (event.kind === "drop") requestAdd(event.paths);
      }),
    [backend],
  );
  const pick = (folders: boolean) =>
    void backend
      .pickFiles({ folders, multiple: true })
      .then((paths) => requestAdd(paths))
      .catch((error) => showToast({ kind: "error", error: toWireError(error) }));

  return (
    <div className="relative flex min-h-0 flex-1 flex-col">
      <Header title={t("library.title")}>
        <Button
          look="quiet"
          icon={SearchX}
          aria-pressed={explained !== null}
          onClick={() => explaining.set(explained ? null : { question: "", path: null })}
        >
          {t("explain.title")}
        </Button>
        <Button icon={FilePlus} onClick={() => pick(false)}>
          {t("library.addFiles")}
        </Button>
        <Button look="primary" icon={FolderPlus} onClick={() => pick(true)}>
          {t("library.addFolder")}
        </Button>
      </Header>
      <RunningAdds />
      {explained && <ExplainPanel question={explained.question} path={explained.path} />}
      {status.error ? (
        <ErrorNote large error={status.error} onRetry={() => void status.refetch()} />
      ) : !status.data ? (
        <Waiting />
      ) : isEmpty(status.data) ? (
        <NothingYet onPick={pick} />
      ) : (
        <Files status={status.data} />
      )}
      {over && (
        <div className="pointer-events-none absolute inset-2 z-20 flex flex-col items-center justify-center gap-2 rounded-xl border-2 border-dashed border-accent bg-accent-soft text-accent">
          <FolderPlus aria-hidden className="size-8" strokeWidth={1.25} />
          <p className="text-lg font-medium">{t("library.drop")}</p>
        </div>
      )}
    </div>
  );
}

function isEmpty(status: LibraryStatus): boolean {
  return (
    status.files_ready + status.files_words_only + status.files_failed + status.files_skipped === 0 &&
    status.roots.length === 0
  );
}

function NothingYet({ onPick }: { onPick: (folders: boolean) => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const info = useAppInfo();
  return (
    <Empty icon={BookOpen} title={t("library.empty")} about={t("library.emptyAbout")}>
      <Button look="primary" icon={FolderPlus} onClick={() => onPick(true)}>
        {t("library.addFolder")}
      </Button>
      <Button icon={FilePlus} onClick={() => onPick(false)}>
        {t("library.addFiles")}
      </Button>
      {info.data?.samples && (
        <Button
          look="quiet"
          onClick={() =>
            void backend
              .addSamples(() => {})
              .result.catch((error: unknown) => {
                if (!isCancelled(error)) showToast({ kind: "error", error: toWireError(error) });
              })
          }
        >
          {t("library.addSamples")}
        </Button>
      )}
    </Empty>
  );
}

function Files({ status }: { status: LibraryStatus }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [text, setText] = useState("");
  const [filter, setFilter] = useState<Filter>("all");
  const all = status.files_ready + status.files_words_only + status.files_failed + status.files_skipped;
  const filters: { value: Filter; count: number }[] = [
    { value: "all", count: all },
    { value: "ready", count: status.files_ready },
    { value: "words", count: status.files_words_only },
    { value: "failed", count: status.files_failed },
    { value: "skipped", count: status.files_skipped },
  ];
  return (
    <>
      <Roots roots={status.roots} />
      <div className="flex flex-wrap items-center gap-x-4 gap-y-2 px-5 py-2.5">
        <div role="group" aria-label={t("library.filter")} className="flex flex-wrap gap-1">
          {filters
            .filter((one) => one.value === "all" || one.count > 0)
            .map((one) => (
              <button
                key={one.value}
                type="button"
                aria-pressed={filter === one.value}
                onClick={() => setFilter(one.value)}
                className={`tabular h-7 rounded-md px-2.5 text-sm transition-colors ${filter === one.value ? "bg-hover font-medium text-ink" : "text-ink-2 hover:bg-hover"}`}
              >
                {t(`library.filterBy.${one.value}`)} <span className="text-ink-3">{count(one.count, language)}</span>
              </button>
            ))}
        </div>
        <span className="tabular flex-1 text-sm text-ink-3">
          {t("library.sum", { chunks: count(status.chunks, language), size: bytes(status.bytes, language) })}
        </span>
        <SearchField value={text} onChange={setText} label={t("library.search")} className="w-56" />
      </div>
      <SourceTable text={text} filter={filter} />
    </>
  );
}

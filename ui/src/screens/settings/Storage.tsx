import { useQuery } from "@tanstack/react-query";
import { FolderOpen } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useAppInfo, useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { toWireError } from "../../errors/table";
import { count } from "../../format/numbers";
import { Button } from "../../kit/Button";
import { ErrorNote } from "../../kit/states";
import { Backup } from "./Backup";
import { Setting } from "./Setting";

/** Where everything is kept, and what version this is. */
export function Storage() {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const info = useAppInfo().data;
  const library = useQuery({ queryKey: ["library"], queryFn: () => backend.libraryStatus() });
  if (!info) return null;
  return (
    <>
      <Setting name={t("settings.dataFolder")} about={t("settings.dataFolderAbout")}>
        <span className="flex max-w-full items-center gap-2">
          <code
            className="selectable min-w-0 truncate rounded-md bg-sunken px-2 py-1 font-mono text-sm"
            title={info.home}
          >
            {info.home}
          </code>
          <Button
            icon={FolderOpen}
            onClick={() =>
              void backend.reveal(info.home).catch((error) => showToast({ kind: "error", error: toWireError(error) }))
            }
          >
            {t("action.reveal")}
          </Button>
        </span>
      </Setting>
      <Backup />
      {library.error && <ErrorNote error={library.error} onRetry={() => void library.refetch()} />}
      {library.data && (
        <Setting name={t("settings.indexed")}>
          <span className="tabular text-ink-2">
            {t("settings.indexedSum", {
              files: count(library.data.files_ready + library.data.files_words_only, language),
              chunks: count(library.data.chunks, language),
            })}
          </span>
        </Setting>
      )}
      <Setting name={t("settings.version")}>
        <span className="selectable tabular text-ink-2">{info.version}</span>
      </Setting>
    </>
  );
}

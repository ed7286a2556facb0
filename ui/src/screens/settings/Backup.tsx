import { useQueryClient } from "@tanstack/react-query";
import { ArchiveRestore, Save } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type BackupSummary, type JobEvent, type Progress as Step, type Running } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { bytes, count, moment } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { progressLine } from "../../format/usage";
import { Button } from "../../kit/Button";
import { Dialog } from "../../kit/Dialog";
import { Progress } from "../../kit/states";
import { Setting } from "./Setting";

/** The whole library to one file, and back. */
export function Backup() {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const client = useQueryClient();
  const [work, setWork] = useState<{ step: Step | null; cancel: () => void } | null>(null);
  const [found, setFound] = useState<BackupSummary | null>(null);
  const [outcome, setOutcome] = useState<string | null>(null);

  /** Runs one of the three, with its progress below the setting; undefined when it was stopped or failed. */
  const run = async <T,>(begin: (onEvent: (event: JobEvent) => void) => Running<T>): Promise<T | undefined> => {
    setOutcome(null);
    const running = begin((event) => {
      if (event.event === "progress") setWork((now) => now && { ...now, step: event });
    });
    setWork({ step: null, cancel: running.cancel });
    try {
      return await running.result;
    } catch (error) {
      if (!isCancelled(error)) showToast({ kind: "error", error: toWireError(error) });
      return undefined;
    } finally {
      setWork(null);
    }
  };

  const backUp = async () => {
    const [folder] = await backend.pickFiles({ folders: true, multiple: false });
    if (!folder) return;
    const made = await run((onEvent) => backend.backUp(folder, onEvent));
    if (made) setOutcome(t("backup.made", { path: made.path, size: bytes(made.bytes, language) }));
  };
  const choose = async () => {
    const [file] = await backend.pickFiles({ folders: false, multiple: false, extensions: ["zip"] });
    if (!file) return;
    const summary = await run((onEvent) => backend.verifyBackup(file, onEvent));
    if (summary) setFound(summary);
  };
  const restore = async (file: string) => {
    const report = await run((onEvent) => backend.restoreBackup(file, onEvent));
    if (!report) return;
    await client.invalidateQueries();
    setOutcome(
      report.kept_aside === null ? t("backup.restored") : t("backup.restoredAside", { folder: report.kept_aside }),
    );
  };
  const attempt = (what: Promise<void>) =>
    void what.catch((error) => showToast({ kind: "error", error: toWireError(error) }));

  return (
    <>
      <Setting name={t("backup.name")} about={t("backup.about")}>
        <span className="flex flex-wrap gap-2">
          <Button icon={Save} disabled={work !== null} onClick={() => attempt(backUp())}>
            {t("backup.make")}
          </Button>
          <Button icon={ArchiveRestore} disabled={work !== null} onClick={() => attempt(choose())}>
            {t("backup.restore")}
          </Button>
        </span>
        {work && (
          <div className="w-full" role="status">
            <Progress done={work.step?.done ?? 0} total={work.step?.total ?? null} label={t("backup.name")} />
            <div className="mt-1 flex items-center gap-2">
              <p className="tabular min-w-0 flex-1 text-xs text-ink-2">
                {work.step ? progressLine(work.step, t, language) : t("stage.waiting")}
              </p>
              <Button size="small" look="quiet" onClick={work.cancel}>
                {t("action.cancel")}
              </Button>
            </div>
          </div>
        )}
        {outcome && (
          <p role="status" className="selectable w-full text-sm text-ink-2">
            {outcome}
          </p>
        )}
      </Setting>
      <Dialog
        open={found !== null}
        onClose={() => setFound(null)}
        title={t("backup.restoreTitle", { name: fileName(found?.path ?? "") })}
        about={
          found
            ? t("backup.restoreAbout", {
                when: moment(found.created_at_ms, language),
                files: count(found.files, language),
                conversations: count(found.conversations, language),
              })
            : ""
        }
        actions={
          <>
            <Button onClick={() => setFound(null)}>{t("action.cancel")}</Button>
            <Button
              look="danger"
              onClick={() => {
                if (found) attempt(restore(found.path));
                setFound(null);
              }}
            >
              {t("backup.restore")}
            </Button>
          </>
        }
      />
    </>
  );
}

import { Pause, Play } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { toWireError } from "../../errors/table";
import { progressLine } from "../../format/usage";
import { Button, IconButton } from "../../kit/Button";
import { Progress } from "../../kit/states";
import { useRunningJobs } from "../jobs/running";

const kinds = new Set(["add", "sync", "forget"]);

/** What is being read into the library or forgotten now; the screen stays usable below it. */
export function RunningAdds() {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const jobs = useRunningJobs().filter((job) => kinds.has(job.kind));
  const attempt = (what: Promise<void>) =>
    void what.catch((error) => showToast({ kind: "error", error: toWireError(error) }));
  return jobs.map((job) => (
    <section
      key={job.id}
      aria-label={job.title || t(`jobs.kind.${job.kind}`)}
      className="flex items-center gap-3 border-b border-line bg-accent-soft/50 px-5 py-2"
    >
      <div className="min-w-0 flex-1">
        <div className="flex items-baseline gap-2 text-sm">
          <span className="shrink-0 font-medium">{t(`jobs.kind.${job.kind}`)}</span>
          <span className="tabular min-w-0 flex-1 truncate text-ink-2">
            {job.state === "paused"
              ? t("library.paused")
              : job.progress
                ? progressLine(job.progress, t, language)
                : t("stage.waiting")}
            {job.progress?.item && job.state === "running" && ` · ${job.progress.item}`}
          </span>
        </div>
        <div className="mt-1.5">
          <Progress
            done={job.progress?.done ?? 0}
            total={job.progress?.total ?? null}
            label={job.title || t(`jobs.kind.${job.kind}`)}
          />
        </div>
      </div>
      {/* Half forgotten is not forgotten: it goes on to its end. */}
      {job.kind !== "forget" && (
        <>
          {job.state === "running" ? (
            <IconButton icon={Pause} label={t("action.pause")} onClick={() => attempt(backend.pauseJob(job.id))} />
          ) : (
            <IconButton icon={Play} label={t("action.resume")} onClick={() => attempt(backend.resumeJob(job.id))} />
          )}
          <Button size="small" look="quiet" onClick={() => attempt(backend.cancelJob(job.id))}>
            {t("action.cancel")}
          </Button>
        </>
      )}
    </section>
  ));
}

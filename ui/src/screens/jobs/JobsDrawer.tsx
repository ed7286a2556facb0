import { ListChecks, Pause, Play, Square, X } from "lucide-react";
import { Dialog } from "radix-ui";
import { useTranslation } from "react-i18next";
import { jobsOpen } from "../../app/commands";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type JobView } from "../../backend";
import { toWireError } from "../../errors/table";
import { moment } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { progressLine } from "../../format/usage";
import { Button, IconButton } from "../../kit/Button";
import { useDialogFocus } from "../../kit/focus";
import { Badge, Empty, ErrorNote, Progress, Waiting } from "../../kit/states";
import { useJobs } from "./running";

export function JobsDrawer() {
  const { t } = useTranslation();
  const open = useStore(jobsOpen);
  const focus = useDialogFocus();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => jobsOpen.set(next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-30 bg-black/20 animate-fade" />
        <Dialog.Content
          aria-describedby={undefined}
          {...focus}
          className="fixed inset-y-0 end-0 z-40 flex w-[26rem] outline-none! max-w-[90vw] flex-col border-s border-line bg-surface shadow-pop animate-slide-in"
        >
          <header className="flex h-12 shrink-0 items-center gap-2 border-b border-line ps-5 pe-2">
            <Dialog.Title className="flex-1 text-lg font-semibold">{t("jobs.title")}</Dialog.Title>
            <IconButton icon={X} label={t("action.close")} onClick={() => jobsOpen.set(false)} />
          </header>
          <Body />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body() {
  const { t } = useTranslation();
  const backend = useBackend();
  const jobs = useJobs();
  if (jobs.error) return <ErrorNote large error={jobs.error} onRetry={() => void jobs.refetch()} />;
  if (!jobs.data) return <Waiting />;
  if (jobs.data.length === 0) return <Empty icon={ListChecks} title={t("jobs.empty")} about={t("jobs.emptyAbout")} />;
  const ended = jobs.data.some((job) => job.ended_ms !== null);
  return (
    <>
      <ul className="min-h-0 flex-1 divide-y divide-line overflow-y-auto">
        {jobs.data.map((job) => (
          <Job key={job.id} job={job} />
        ))}
      </ul>
      {ended && (
        <footer className="border-t border-line px-5 py-2.5">
          <Button size="small" look="quiet" onClick={() => void backend.clearJobs().then(() => jobs.refetch())}>
            {t("jobs.clear")}
          </Button>
        </footer>
      )}
    </>
  );
}

function Job({ job }: { job: JobView }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const alive = job.state === "running" || job.state === "paused";
  const { artifact } = job;
  const attempt = (what: Promise<void>) =>
    void what.catch((error) => showToast({ kind: "error", error: toWireError(error) }));
  return (
    <li className="flex flex-col gap-1.5 px-5 py-3">
      <div className="flex items-center gap-2">
        <span className="min-w-0 flex-1">
          <span className="block truncate text-base">{job.title}</span>
          <span className="tabular block truncate text-xs text-ink-3">
            {t(`jobs.kind.${job.kind}`)} · {moment(job.ended_ms ?? job.started_ms, language)}
          </span>
        </span>
        {!alive && (
          <Badge tone={job.state === "finished" ? "good" : job.state === "failed" ? "bad" : "plain"}>
            {t(`jobs.state.${job.state}`)}
          </Badge>
        )}
        {job.state === "running" && (job.kind === "add" || job.kind === "sync" || job.kind === "model_get") && (
          <IconButton icon={Pause} label={t("action.pause")} onClick={() => attempt(backend.pauseJob(job.id))} />
        )}
        {job.state === "paused" && (
          <IconButton icon={Play} label={t("action.resume")} onClick={() => attempt(backend.resumeJob(job.id))} />
        )}
        {alive && (
          <IconButton icon={Square} label={t("action.cancel")} onClick={() => attempt(backend.cancelJob(job.id))} />
        )}
      </div>
      {alive && job.progress && (
        <>
          <Progress done={job.progress.done} total={job.progress.total} label={job.title} />
          <p className="tabular truncate text-xs text-ink-2">
            {job.state === "paused" ? t("jobs.state.paused") : progressLine(job.progress, t, language)}
            {job.progress.item && ` · ${job.progress.item}`}
          </p>
        </>
      )}
      {job.error && job.state === "failed" && <ErrorNote error={job.error} subject={job.title} />}
      {artifact && (
        <div className="flex items-center gap-2 text-sm">
          <span className="min-w-0 flex-1 truncate text-ink-2">{fileName(artifact)}</span>
          <Button size="small" onClick={() => attempt(backend.openFile(artifact))}>
            {t("action.open")}
          </Button>
          <Button size="small" look="quiet" onClick={() => attempt(backend.reveal(artifact))}>
            {t("action.reveal")}
          </Button>
        </div>
      )}
    </li>
  );
}

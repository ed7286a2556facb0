import { ListChecks, RotateCcw, Square, TableProperties } from "lucide-react";
import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { useBackend, type FillProposal, type WorkbookChange } from "../../backend";
import { count } from "../../format/numbers";
import { progressLine } from "../../format/usage";
import { Button } from "../../kit/Button";
import { Segmented, TextField } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";
import { filling, fillForm, startFilling, type FillForm } from "./filling";
import { Changes, Warnings, WorkbookField, WriteButtons } from "./workbook";

const kinds = ["", "choice", "number", "date", "yes_no", "text"] as const;
const sampleRows = 5;
/** Empty cells that are listed; the count says how many there are. */
const emptyShown = 20;

/** A column that the model fills row by row: some rows first, then all, then written if wished. */
export function FillTool() {
  const { t } = useTranslation();
  const backend = useBackend();
  const form = useStore(fillForm);
  const state = useStore(filling);
  const change = useCallback((part: Partial<FillForm>) => fillForm.set((now) => ({ ...now, ...part })), []);
  const choose = useCallback((path: string | null) => change({ path }), [change]);
  const ready = form.path !== null && form.ask.trim() !== "";
  const working = state.is === "working";
  const sampled = state.is === "shown" && state.proposal.tried < state.proposal.rows;

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-8 py-6">
        <h2 className="text-xl font-semibold">{t("fill.title")}</h2>
        <p className="mt-1 text-ink-2">{t("fill.about")}</p>
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            startFilling(backend, form, { sample: sampleRows });
          }}
        >
          <WorkbookField path={form.path} onChoose={choose} />
          <TextField
            aria-label={t("fill.ask")}
            placeholder={t("fill.example")}
            value={form.ask}
            onChange={(event) => change({ ask: event.target.value })}
          />
          <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
            <span className="w-28 shrink-0 text-ink-2">{t("fill.kind")}</span>
            <Segmented
              label={t("fill.kind")}
              value={form.kind}
              options={kinds.map((value) => ({ value, label: t(`fill.kinds.${value || "auto"}`) }))}
              onChange={(kind) => change({ kind })}
            />
          </div>
          {form.kind === "choice" && (
            <Field label={t("fill.choices")}>
              <TextField
                aria-label={t("fill.choices")}
                className="w-full"
                placeholder={t("fill.choicesExample")}
                value={form.choices}
                onChange={(event) => change({ choices: event.target.value })}
              />
            </Field>
          )}
          <Field label={t("fill.into")}>
            <TextField
              aria-label={t("fill.into")}
              className="w-full"
              placeholder={t("fill.intoExample")}
              value={form.into}
              onChange={(event) => change({ into: event.target.value })}
            />
          </Field>
          <div className="flex flex-wrap items-center gap-3">
            {working ? (
              <Button icon={Square} onClick={() => state.stop()}>
                {t("action.stop")}
              </Button>
            ) : (
              <>
                <Button type="submit" icon={ListChecks} look={sampled ? "plain" : "primary"} disabled={!ready}>
                  {t("fill.sample", { count: sampleRows })}
                </Button>
                <Button
                  icon={TableProperties}
                  look={sampled ? "primary" : "plain"}
                  disabled={!ready}
                  onClick={() => startFilling(backend, form, { sample: null })}
                >
                  {t("fill.all")}
                </Button>
              </>
            )}
          </div>
        </form>
        {working && <Working />}
        {state.is === "stopped" && (
          <p role="status" className="mt-6 text-ink-2">
            {t("fill.stopped")}
          </p>
        )}
        {state.is === "failed" && (
          <div className="mt-6">
            <ErrorNote error={state.error} onRetry={() => startFilling(backend, form, { sample: null })} />
          </div>
        )}
        {state.is === "shown" && (
          <Shown
            proposal={state.proposal}
            written={state.written}
            onWritten={(written) => filling.set({ ...state, written })}
            onAgain={() => startFilling(backend, form, { sample: sampled ? sampleRows : null, again: true })}
          />
        )}
      </div>
    </div>
  );
}

function Field({ label, children }: { label: string; children: React.ReactNode }) {
  return (
    <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
      <span className="w-28 shrink-0 text-ink-2">{label}</span>
      <span className="min-w-64 flex-1">{children}</span>
    </div>
  );
}

function Working() {
  const { t } = useTranslation();
  const language = useLanguage();
  const state = useStore(filling);
  const progress = state.is === "working" ? state.progress : null;
  return (
    <div className="mt-6" role="status">
      <Progress done={progress?.done ?? 0} total={progress?.total ?? null} label={t("fill.title")} />
      <p className="tabular mt-1.5 text-sm text-ink-2">
        {progress ? progressLine(progress, t, language) : t("stage.waiting")}
      </p>
    </div>
  );
}

function Shown(props: {
  proposal: FillProposal;
  written: WorkbookChange | null;
  onWritten: (change: WorkbookChange | null) => void;
  onAgain: () => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { proposal } = props;
  return (
    <section aria-label={t("fill.result")} className="mt-6 border-t border-line pt-5">
      <h3 className="text-lg font-medium">
        {proposal.header}
        <span className="ms-3 text-sm font-normal text-ink-2">
          {t("column.table", { sheet: proposal.sheet, range: proposal.range })}
        </span>
      </h3>
      <p className="mt-1.5 text-ink-2">
        {t("fill.kindIs", {
          kind: proposal.choices.join(t("fill.comma")) || t(`fill.kinds.${proposal.kind}`),
          reads: proposal.reads.join(t("fill.comma")),
        })}
      </p>
      <p className="tabular mt-1.5 text-ink-2">
        {t("fill.filled", { filled: count(proposal.filled, language), tried: count(proposal.tried, language) })}
        {proposal.known > 0 && ` ${t("fill.known", { count: proposal.known })}`}
        {proposal.kept > 0 && ` ${t("fill.kept", { count: proposal.kept })}`}
        {proposal.rows_per_minute !== null && ` ${t("fill.speed", { count: Math.round(proposal.rows_per_minute) })}`}
      </p>
      <Warnings byModel={t("fill.byModel")} notes={proposal.notes} />
      <Changes changes={proposal.changes} all={proposal.changes.length} />
      {proposal.empty.length > 0 && (
        <details className="mt-3">
          <summary className="cursor-pointer text-ink-2">{t("fill.empty", { count: proposal.empty.length })}</summary>
          <ul className="mt-1.5 flex flex-col gap-0.5 text-sm">
            {proposal.empty.slice(0, emptyShown).map((cell) => (
              <li key={cell.cell} className="flex gap-3">
                <span className="w-16 shrink-0">{cell.cell}</span>
                <span className="text-ink-2">{t(`fill.gap.${cell.reason}`, { defaultValue: cell.reason })}</span>
              </li>
            ))}
          </ul>
        </details>
      )}
      <div className="mt-4 flex flex-wrap items-center gap-3">
        {proposal.id !== null ? (
          <WriteButtons
            proposal={proposal.id}
            path={proposal.path}
            written={props.written}
            onWritten={props.onWritten}
          />
        ) : (
          <span className="text-sm text-ink-2">
            {proposal.filled === 0 ? t("fill.nothing") : t("fill.onlySample", { count: proposal.rows })}
          </span>
        )}
        {props.written === null && proposal.tried > 0 && (
          <Button look="quiet" icon={RotateCcw} onClick={props.onAgain}>
            {t("fill.again")}
          </Button>
        )}
      </div>
    </section>
  );
}

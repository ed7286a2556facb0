import { Check, CircleAlert, FilePlus, FolderOpen, NotebookPen, Play, Square, X } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type SkillResult, type SkillSpec } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { progressLine } from "../../format/usage";
import { Button, IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { Segmented, textAreaLook } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";
import { Markdown } from "../../markdown/Markdown";
import { Cite, CitationList } from "../ask/Cite";
import { openInEditor } from "../write/open";
import { skillDraft } from "./draft";
import { RewriteView } from "./RewriteView";
import { runOf, startSkill, type SkillRun } from "./run";

/** The form of a skill, made from its description, and its result. */
export function SkillRunner({ spec }: { spec: SkillSpec }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const run = useStore(runOf(spec.id));
  const [files, setFiles] = useState<string[]>([]);
  const [inputs, setInputs] = useState(() =>
    Object.fromEntries(spec.inputs.map((input) => [input.key, input.default])),
  );
  const running = run?.state === "running";
  const missing = Math.max(0, spec.min_files - files.length);

  const addFiles = useCallback(
    (more: string[]) => setFiles((now) => [...now, ...more.filter((path) => !now.includes(path))]),
    [],
  );
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        if (event.kind === "drop") addFiles(event.paths);
      }),
    [backend, addFiles],
  );
  useEffect(() => {
    const draft = skillDraft.get();
    if (draft?.skill !== spec.id) return;
    skillDraft.set(null);
    const defaults = Object.fromEntries(spec.inputs.map((input) => [input.key, input.default]));
    const filled = { ...defaults, ...draft.inputs };
    setFiles(draft.files);
    setInputs(filled);
    if (draft.start) startSkill(backend, { id: spec.id, inputs: filled, files: draft.files });
  }, [spec, backend]);

  const label = (key: string, fallback: string) =>
    t([`skills.input.${spec.id}.${key}`, `skills.input.any.${key}`], { defaultValue: fallback });
  const choice = (key: string, value: string) =>
    t([`skills.choice.${spec.id}.${key}.${value}`, `skills.choice.any.${value}`], { defaultValue: value });

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-8 py-6">
        <h2 className="text-xl font-semibold">{language === "en" ? spec.name_en : spec.name_zh}</h2>
        <p className="mt-1 text-ink-2">{t(`skills.about.${spec.id}`, { defaultValue: spec.description })}</p>
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            startSkill(backend, { id: spec.id, inputs, files });
          }}
        >
          <section aria-label={t("skills.files")} className="rounded-xl border border-dashed border-line-2 p-3">
            {files.length === 0 ? (
              <p className="px-1 pb-2 text-ink-2">{t("skills.filesNone", { count: Math.max(1, spec.min_files) })}</p>
            ) : (
              <ul className="mb-2 flex flex-col gap-1">
                {files.map((path) => (
                  <li key={path} className="flex h-8 items-center gap-2 rounded-md bg-sunken ps-2.5 pe-1" title={path}>
                    <FileIcon path={path} />
                    <span className="min-w-0 flex-1 truncate">{fileName(path)}</span>
                    <IconButton
                      size="small"
                      icon={X}
                      label={t("composer.remove", { name: fileName(path) })}
                      onClick={() => setFiles((now) => now.filter((other) => other !== path))}
                    />
                  </li>
                ))}
              </ul>
            )}
            <Button
              size="small"
              icon={FilePlus}
              onClick={() => void backend.pickFiles({ folders: false, multiple: true }).then(addFiles)}
            >
              {t("skills.addFiles")}
            </Button>
          </section>
          {spec.inputs.map((input) => (
            <div key={input.key} className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
              <span className="w-28 shrink-0 text-ink-2" id={`input-${input.key}`}>
                {label(input.key, input.key)}
              </span>
              {input.kind === "choice" ? (
                <Segmented
                  label={label(input.key, input.key)}
                  value={inputs[input.key] ?? input.default}
                  options={input.choices.map((value) => ({ value, label: choice(input.key, value) }))}
                  onChange={(value) => setInputs((now) => ({ ...now, [input.key]: value }))}
                />
              ) : (
                <textarea
                  aria-labelledby={`input-${input.key}`}
                  rows={2}
                  value={inputs[input.key] ?? ""}
                  onChange={(event) => setInputs((now) => ({ ...now, [input.key]: event.target.value }))}
                  className={`${textAreaLook} min-w-64 flex-1 resize-y`}
                />
              )}
            </div>
          ))}
          <div className="flex items-center gap-3">
            {running ? (
              <Button icon={Square} onClick={() => run.cancel()}>
                {t("action.stop")}
              </Button>
            ) : (
              <Button
                type="submit"
                look={run?.state === "finished" ? "plain" : "primary"}
                icon={Play}
                disabled={missing > 0}
              >
                {run?.state === "finished" ? t("skills.again") : t("skills.go")}
              </Button>
            )}
            {missing > 0 && <span className="text-sm text-ink-2">{t("skills.missing", { count: missing })}</span>}
          </div>
        </form>
        {run && <Outcome run={run} retry={() => startSkill(backend, { id: spec.id, inputs, files })} />}
      </div>
    </div>
  );
}

function Outcome({ run, retry }: { run: SkillRun; retry: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <section
      aria-label={t("skills.result")}
      aria-busy={run.state === "running"}
      className="mt-6 border-t border-line pt-5"
    >
      {run.state === "running" && (
        <div role="status">
          <Progress done={run.progress?.done ?? 0} total={run.progress?.total ?? null} label={t("skills.result")} />
          <p className="tabular mt-1.5 text-sm text-ink-2">
            {run.progress ? progressLine(run.progress, t, language) : t("stage.waiting")}
            {run.progress?.item && ` · ${run.progress.item}`}
          </p>
          {run.text && (
            <div className="mt-4">
              <Markdown text={run.text} growing />
            </div>
          )}
        </div>
      )}
      {run.warnings.map((warning) => (
        <p key={warning.code + warning.message} className="mb-2 rounded-md bg-warn-soft px-3 py-1.5 text-sm text-warn">
          {t(`error.${warning.code}`, { subject: t("error.this"), defaultValue: warning.message })}
        </p>
      ))}
      {run.state === "failed" && <ErrorNote error={run.error} onRetry={retry} />}
      {run.state === "cancelled" && <p className="text-ink-2">{t("skills.cancelled")}</p>}
      {run.result && <Finished key={run.result.artifact.path} result={run.result} />}
    </section>
  );
}

/** Results that are texts to go on with; slides and tables are not. */
const editable = new Set<string>(["document", "quiz", "lesson_plan", "worksheet"]);

/** The name of a file without its kind. */
function nameOf(path: string): string {
  return fileName(path).replace(/\.\w+$/, "");
}

function Finished({ result: made }: { result: SkillResult }) {
  const { t } = useTranslation();
  // A rewrite whose changes were chosen is a file of its own.
  const [chosen, setChosen] = useState<SkillResult | null>(null);
  const result = chosen ?? made;
  const backend = useBackend();
  const { artifact, citations, checks } = result;
  const cite = useCallback((marker: number) => <Cite marker={marker} citations={citations} />, [citations]);
  const attempt = (what: Promise<void>) =>
    void what.catch((error) => showToast({ kind: "error", error: toWireError(error) }));
  return (
    <>
      <div className="flex flex-wrap items-center gap-3 rounded-xl border border-line bg-surface px-4 py-3 shadow-low">
        <FileIcon path={artifact.path} />
        <div className="min-w-40 flex-1">
          <p className="truncate font-medium" title={artifact.path}>
            {fileName(artifact.path)}
          </p>
          <p className="text-xs text-ink-2">{t(`skills.kind.${artifact.kind}`)}</p>
        </div>
        <Button look="primary" onClick={() => attempt(backend.openFile(artifact.path))}>
          {t("action.open")}
        </Button>
        <Button icon={FolderOpen} onClick={() => attempt(backend.reveal(artifact.path))}>
          {t("action.reveal")}
        </Button>
        {editable.has(artifact.kind) && (
          <Button
            icon={NotebookPen}
            onClick={() =>
              void openInEditor(backend, {
                title: nameOf(artifact.path),
                text: result.text,
                citations: result.citations,
              })
            }
          >
            {t("write.openIn")}
          </Button>
        )}
      </div>
      {checks.length > 0 && (
        <ul aria-label={t("skills.checks")} className="mt-4 flex flex-col gap-1">
          {checks.map((check) => (
            <li key={check.name} className="flex items-baseline gap-2 text-sm">
              {check.passed ? (
                <Check
                  aria-label={t("sheet.passed")}
                  className="size-3.5 shrink-0 translate-y-0.5 text-accent"
                  strokeWidth={2.25}
                />
              ) : (
                <CircleAlert aria-label={t("sheet.failed")} className="size-3.5 shrink-0 translate-y-0.5 text-warn" />
              )}
              <span>{t(`check.${check.name}`, { defaultValue: check.name })}</span>
              <span className="text-ink-2">{check.detail}</span>
            </li>
          ))}
        </ul>
      )}
      {made.rewrite ? (
        <RewriteView rewrite={made.rewrite} onSaved={setChosen} />
      ) : (
        <div className="mt-5">
          <Markdown text={result.text} cite={cite} />
        </div>
      )}
      <CitationList citations={citations} />
    </>
  );
}

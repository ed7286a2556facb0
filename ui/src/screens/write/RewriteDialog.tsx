import { useQuery } from "@tanstack/react-query";
import type { Editor } from "@tiptap/react";
import { Square, WandSparkles } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useBackend, type Citation, type Progress, type Rewrite, type Running, type SkillResult } from "../../backend";
import { isCancelled } from "../../errors/table";
import { progressLine } from "../../format/usage";
import { Button } from "../../kit/Button";
import { Dialog } from "../../kit/Dialog";
import { ErrorNote, Progress as Bar } from "../../kit/states";
import { changeIds, textWith } from "../skills/pieces";
import { RewritePieces } from "../skills/RewriteView";
import { toEditor } from "./body";
import { fromMarkdown } from "./markdown";
import { replacements, stretches, type Stretch } from "./rewrite";

type State =
  | { is: "idle" }
  | { is: "working"; progress: Progress | null }
  | { is: "failed"; error: unknown }
  | { is: "shown"; rewrite: Rewrite };

/** Rewrites the selection: old and new text in one, each change to be taken or left, then put into the text. */
export function RewriteDialog({
  editor,
  citations,
  onClose,
}: {
  editor: Editor;
  citations: Citation[];
  onClose: () => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  // The selection as it was: the dialog keeps the text from changing under it.
  const [over] = useState(() => {
    const { from, to } = editor.state.selection;
    return stretches(editor.state.doc, from, to);
  });
  const [mode, setMode] = useState("polish");
  const [state, setState] = useState<State>({ is: "idle" });
  const [accepted, setAccepted] = useState<ReadonlySet<number>>(new Set());
  const call = useRef<Running<SkillResult> | null>(null);
  useEffect(() => () => call.current?.cancel(), []);
  const skills = useQuery({ queryKey: ["skills"], queryFn: () => backend.skills(), staleTime: Infinity });
  const spec = skills.data?.find((one) => one.id === "rewrite");
  const modes = spec?.inputs.find((input) => input.key === "mode")?.choices ?? [];

  const start = () => {
    setState({ is: "working", progress: null });
    const text = over.map((stretch) => stretch.text).join("\n\n");
    const running = backend.runSkill({ id: "rewrite", inputs: { mode, text }, files: [] }, (event) => {
      if (event.event === "progress") setState({ is: "working", progress: event });
    });
    call.current = running;
    running.result.then(
      ({ rewrite }) => {
        if (!rewrite) return setState({ is: "idle" });
        setAccepted(new Set(changeIds(rewrite)));
        setState({ is: "shown", rewrite });
      },
      (error: unknown) => setState(isCancelled(error) ? { is: "idle" } : { is: "failed", error }),
    );
  };
  const put = (rewrite: Rewrite) => {
    putInto(editor, rewrite, accepted, over, citations);
    onClose();
  };
  const working = state.is === "working";
  const words = working && state.progress ? progressLine(state.progress, t, language) : t("stage.waiting");
  return (
    <Dialog
      open
      wide
      onClose={onClose}
      title={t("write.rewrite.title")}
      about={t("write.rewrite.about")}
      actions={
        <>
          <Button onClick={onClose}>{t("action.cancel")}</Button>
          {working ? (
            <Button icon={Square} onClick={() => call.current?.cancel()}>
              {t("action.stop")}
            </Button>
          ) : (
            <Button
              icon={WandSparkles}
              look={state.is === "shown" ? "plain" : "primary"}
              disabled={!spec || over.length === 0}
              onClick={start}
            >
              {t(state.is === "shown" ? "skills.again" : "skills.go")}
            </Button>
          )}
          {state.is === "shown" && (
            <Button look="primary" disabled={accepted.size === 0} onClick={() => put(state.rewrite)}>
              {t("write.rewrite.put", { count: accepted.size })}
            </Button>
          )}
        </>
      }
    >
      <div className="flex flex-col gap-4">
        <label className="flex items-center gap-3">
          <span className="text-ink-2">{t("write.rewrite.mode")}</span>
          <select
            value={mode}
            disabled={working}
            onChange={(event) => setMode(event.target.value)}
            className="h-8 rounded-md border border-line-2 bg-surface px-2 text-base"
          >
            {modes.map((one) => (
              <option key={one} value={one}>
                {t([`skills.choice.rewrite.mode.${one}`, `skills.choice.any.${one}`], { defaultValue: one })}
              </option>
            ))}
          </select>
        </label>
        {state.is === "idle" && (
          <p className="max-h-60 overflow-y-auto rounded-md bg-sunken px-3 py-2 whitespace-pre-wrap" tabIndex={0}>
            {over.map((stretch) => stretch.text).join("\n\n")}
          </p>
        )}
        {working && (
          <div role="status">
            <Bar done={0} total={null} label={words} />
            <p className="mt-1 text-sm text-ink-2">{words}</p>
          </div>
        )}
        {state.is === "failed" && <ErrorNote error={state.error} onRetry={start} />}
        {state.is === "shown" && <RewritePieces rewrite={state.rewrite} accepted={accepted} onAccepted={setAccepted} />}
      </div>
    </Dialog>
  );
}

/** Only the words that changed, where the blocks are still those that were rewritten; else the text of the selection. */
function putInto(
  editor: Editor,
  rewrite: Rewrite,
  accepted: ReadonlySet<number>,
  over: Stretch[],
  citations: Citation[],
) {
  const made = replacements(rewrite, accepted, over);
  const first = over[0];
  const last = over.at(-1);
  if (!first || !last) return;
  if (made) {
    const { tr, schema } = editor.state;
    for (const { from, to, text } of made) {
      const known = new Set(citations.map((one) => one.marker));
      const nodes = text.split(/(\[\d{1,3}\]|\n)/).flatMap((part) => {
        if (!part) return [];
        if (part === "\n") return [schema.nodes["hardBreak"]?.create()];
        const marker = Number(/^\[(\d+)\]$/.exec(part)?.[1]);
        if (known.has(marker)) return [schema.nodes["cite"]?.create({ marker })];
        return [
          schema.text(part, tr.doc.resolve(from).marksAcross(tr.doc.resolve(to)) ?? tr.doc.resolve(from).marks()),
        ];
      });
      tr.replaceWith(
        from,
        to,
        nodes.filter((node) => node !== undefined),
      );
    }
    editor.view.dispatch(tr);
    editor.commands.focus();
    return;
  }
  const text = rewrite.paragraphs.map((paragraph) => textWith(paragraph, accepted)).join("\n\n");
  const content = toEditor(fromMarkdown(text, citations)).content ?? [];
  editor.chain().focus().insertContentAt({ from: first.from, to: last.to }, content).run();
}

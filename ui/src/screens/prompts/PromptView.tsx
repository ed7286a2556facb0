import { useQuery } from "@tanstack/react-query";
import { Copy, CopyPlus, MessageSquare, Pencil, Trash2, Wrench } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { focusComposer } from "../../app/commands";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type PromptEntry, type SkillSpec } from "../../backend";
import { toWireError } from "../../errors/table";
import { Button, IconButton } from "../../kit/Button";
import { textAreaLook } from "../../kit/fields";
import { Menu } from "../../kit/Menu";
import { Badge } from "../../kit/states";
import { setPlace } from "../ask/place";
import { skillDraft } from "../skills/draft";
import { partsOf } from "./text";

/** Where a skill takes a text, the best place first. */
const textInputs = ["text", "points", "topic"];

/** One prompt: its variables to fill in, the text as it will be, and where to use it. */
export function PromptView(props: {
  entry: PromptEntry;
  onEdit: () => void;
  onDuplicate: () => void;
  onDelete: () => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const { entry } = props;
  const [values, setValues] = useState<Record<string, string>>({});
  const skills = useQuery({ queryKey: ["skills"], queryFn: () => backend.skills(), staleTime: Infinity });
  const parts = partsOf(entry.text, entry.variables, values);
  const missing = entry.variables.filter((one) => !values[one.name] && !one.default);
  const ready = missing.length === 0 && !entry.broken;

  /** The program fills in; what is shown here is only a look at it. */
  const withText = (use: (text: string) => void) =>
    void backend
      .renderPrompt(entry.id, values)
      .then(use, (error: unknown) => showToast({ kind: "error", error: toWireError(error) }));
  const ask = (text: string) => {
    setPlace("new", { draft: text });
    go({ screen: "ask", conversation: null });
    focusComposer.set((count) => count + 1);
  };
  const takers = (skills.data ?? []).flatMap((skill) => {
    const key = textInputOf(skill);
    return key ? [{ skill, key }] : [];
  });

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-8 py-6">
        <div className="flex flex-wrap items-center gap-2">
          <h2 className="min-w-0 truncate text-xl font-semibold">{entry.title || entry.id}</h2>
          <Badge tone={entry.is_ready_made ? "plain" : "good"}>
            {entry.is_ready_made ? t("prompts.ready") : t("prompts.own")}
          </Badge>
          <span className="flex-1" />
          {!entry.broken && <IconButton icon={CopyPlus} label={t("prompts.duplicate")} onClick={props.onDuplicate} />}
          {!entry.is_ready_made && (
            <>
              {!entry.broken && <IconButton icon={Pencil} label={t("prompts.edit")} onClick={props.onEdit} />}
              <IconButton icon={Trash2} label={t("action.delete")} onClick={props.onDelete} />
            </>
          )}
        </div>
        {entry.description && <p className="mt-1 text-ink-2">{entry.description}</p>}
        <p className="selectable mt-0.5 text-xs text-ink-3">{entry.id}</p>
        {entry.broken && (
          <p role="alert" className="mt-4 rounded-md bg-warn-soft px-3 py-2 text-warn">
            {t("prompts.broken", { reason: entry.broken })}
          </p>
        )}
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            if (ready) withText(ask);
          }}
        >
          {entry.variables.map((variable) => (
            <label key={variable.name} className="flex flex-wrap items-start gap-x-4 gap-y-1.5">
              <span className="w-28 shrink-0 pt-1.5 break-words text-ink-2">{variable.name}</span>
              <textarea
                rows={1}
                placeholder={variable.default || variable.description}
                value={values[variable.name] ?? ""}
                onChange={(event) => setValues((now) => ({ ...now, [variable.name]: event.target.value }))}
                className={`${textAreaLook} field-sizing-content max-h-48 min-w-64 flex-1 resize-y`}
              />
            </label>
          ))}
          {entry.text && (
            <p
              role="region"
              aria-label={t("prompts.preview")}
              tabIndex={0}
              className="selectable max-h-80 overflow-y-auto rounded-xl border border-line bg-surface px-4 py-3 leading-relaxed whitespace-pre-wrap"
            >
              {parts.map((part, index) =>
                part.variable === null ? (
                  <span key={index}>{part.text}</span>
                ) : (
                  <span
                    key={index}
                    className={`rounded-sm px-0.5 ${part.filled ? "bg-accent-soft text-ink" : "bg-warn-soft text-warn"}`}
                  >
                    {part.text}
                  </span>
                ),
              )}
            </p>
          )}
          <div className="flex flex-wrap items-center gap-3">
            <Button type="submit" look="primary" icon={MessageSquare} disabled={!ready}>
              {t("prompts.ask")}
            </Button>
            {takers.length > 0 && (
              <Menu
                align="start"
                trigger={
                  <Button icon={Wrench} disabled={!ready}>
                    {t("prompts.useSkill")}
                  </Button>
                }
                groups={[
                  takers.map(({ skill, key }) => ({
                    label: language === "en" ? skill.name_en : skill.name_zh,
                    onSelect: () =>
                      withText((text) => {
                        skillDraft.set({ skill: skill.id, files: [], inputs: { [key]: text }, start: false });
                        go({ screen: "skills", skill: skill.id });
                      }),
                  })),
                ]}
              />
            )}
            <Button
              icon={Copy}
              disabled={!ready}
              onClick={() =>
                withText((text) => {
                  void backend.copyText(text);
                  showToast({ kind: "note", text: t("action.copied") });
                })
              }
            >
              {t("action.copy")}
            </Button>
            {missing.length > 0 && (
              <span className="text-sm text-ink-2">
                {t("prompts.missing", { names: missing.map((one) => one.name).join(t("rewrite.comma")) })}
              </span>
            )}
          </div>
        </form>
      </div>
    </div>
  );
}

function textInputOf(skill: SkillSpec): string | undefined {
  return textInputs.find((key) => skill.inputs.some((input) => input.key === key && input.kind === "text"));
}

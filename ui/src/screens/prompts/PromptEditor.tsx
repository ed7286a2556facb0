import { useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useBackend, type PromptFile } from "../../backend";
import { Button } from "../../kit/Button";
import { Segmented, textAreaLook, TextField } from "../../kit/fields";
import { ErrorNote } from "../../kit/states";
import { isId, variablesOf } from "./text";

/** Writes a prompt: its variables are those of the text, each with what stands in the form. */
export function PromptEditor(props: {
  id: string;
  prompt: PromptFile;
  replaces: string | null;
  /** Ids that other prompts of the user's have. */
  taken: string[];
  onCancel: () => void;
  onSaved: (id: string) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [id, setId] = useState(props.id);
  const [prompt, setPrompt] = useState<PromptFile>(() => ({
    title: props.prompt.title,
    description: props.prompt.description,
    language: props.prompt.language,
    variables: props.prompt.variables,
    text: props.prompt.text,
  }));
  const [saving, setSaving] = useState(false);
  const [error, setError] = useState<unknown>(null);
  const variables = variablesOf(prompt.text, prompt.variables);
  const change = (part: Partial<PromptFile>) => setPrompt((now) => ({ ...now, ...part }));
  const place = id.trim();
  const wrongId = !isId(place) ? t("prompts.idRule") : props.taken.includes(place) ? t("prompts.idTaken") : null;

  const save = async () => {
    setSaving(true);
    setError(null);
    try {
      await backend.savePrompt(place, { ...prompt, title: prompt.title.trim(), variables });
      if (props.replaces !== null && props.replaces !== place) await backend.deletePrompt(props.replaces);
      props.onSaved(place);
    } catch (error) {
      setError(error);
      setSaving(false);
    }
  };
  const languages = [
    { value: "", label: t("prompts.anyLanguage") },
    { value: "zh", label: t("skills.choice.any.zh") },
    { value: "en", label: t("skills.choice.any.en") },
  ];

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <form
        aria-label={props.replaces === null ? t("prompts.new") : t("prompts.edit")}
        className="mx-auto flex max-w-3xl flex-col gap-4 px-8 py-6"
        onSubmit={(event) => {
          event.preventDefault();
          if (!wrongId && prompt.text.trim()) void save();
        }}
      >
        <h2 className="text-xl font-semibold">{props.replaces === null ? t("prompts.new") : t("prompts.edit")}</h2>
        <Row label={t("prompts.title")}>
          <TextField
            className="w-full"
            value={prompt.title}
            placeholder={t("prompts.titleExample")}
            onChange={(event) => change({ title: event.target.value })}
          />
        </Row>
        <Row label={t("prompts.id")} about={wrongId ?? t("prompts.idAbout")} wrong={wrongId !== null}>
          <TextField className="w-full" value={id} onChange={(event) => setId(event.target.value)} />
        </Row>
        <Row label={t("prompts.description")}>
          <TextField
            className="w-full"
            value={prompt.description}
            onChange={(event) => change({ description: event.target.value })}
          />
        </Row>
        <div className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
          <span className="w-28 shrink-0 text-ink-2">{t("prompts.language")}</span>
          <Segmented
            label={t("prompts.language")}
            value={prompt.language}
            options={languages}
            onChange={(language) => change({ language })}
          />
        </div>
        <Row label={t("prompts.text")} about={t("prompts.textAbout", { open: "{{", close: "}}" })}>
          <textarea
            rows={10}
            value={prompt.text}
            onChange={(event) => change({ text: event.target.value })}
            className={`${textAreaLook} w-full resize-y`}
          />
        </Row>
        {variables.length > 0 && (
          <fieldset className="flex flex-col gap-2">
            <legend className="pb-1.5 text-ink-2">{t("prompts.variables")}</legend>
            {variables.map((variable) => {
              const put = (part: { description?: string; default?: string }) =>
                change({
                  variables: variables.map((one) => (one.name === variable.name ? { ...one, ...part } : one)),
                });
              return (
                <div key={variable.name} className="flex flex-wrap items-center gap-x-4 gap-y-1.5">
                  <span className="w-28 shrink-0 font-medium break-words">{variable.name}</span>
                  <TextField
                    className="min-w-40 flex-1"
                    aria-label={t("prompts.variableAbout", { name: variable.name })}
                    placeholder={t("prompts.variableAboutExample")}
                    value={variable.description}
                    onChange={(event) => put({ description: event.target.value })}
                  />
                  <TextField
                    className="min-w-40 flex-1"
                    aria-label={t("prompts.variableDefault", { name: variable.name })}
                    placeholder={t("prompts.variableDefaultExample")}
                    value={variable.default}
                    onChange={(event) => put({ default: event.target.value })}
                  />
                </div>
              );
            })}
          </fieldset>
        )}
        {error !== null && <ErrorNote error={error} onRetry={() => void save()} />}
        <div className="flex items-center gap-3">
          <Button type="submit" look="primary" disabled={saving || wrongId !== null || !prompt.text.trim()}>
            {t("action.save")}
          </Button>
          <Button onClick={props.onCancel}>{t("action.cancel")}</Button>
        </div>
      </form>
    </div>
  );
}

function Row(props: { label: string; about?: string; wrong?: boolean; children: ReactNode }) {
  return (
    <div className="flex flex-wrap items-start gap-x-4 gap-y-1.5">
      <label className="flex flex-1 flex-wrap items-start gap-x-4 gap-y-1.5">
        <span className="w-28 shrink-0 pt-1 text-ink-2">{props.label}</span>
        <span className="min-w-64 flex-1">{props.children}</span>
      </label>
      {props.about && (
        <p className={`w-full ps-32 text-sm ${props.wrong ? "text-danger" : "text-ink-2"}`}>{props.about}</p>
      )}
    </div>
  );
}

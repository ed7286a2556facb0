import { Copy, Pencil } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { isComposing } from "../../app/shortcuts";
import { showToast } from "../../app/toasts";
import { useBackend, type MessageView } from "../../backend";
import { Button, IconButton } from "../../kit/Button";
import { textAreaLook } from "../../kit/fields";
import type { ThreadActions } from "./Thread";
import { Versions } from "./Versions";

export function Question({
  text,
  message,
  editing = false,
  actions,
}: {
  text: string;
  message?: MessageView;
  editing?: boolean;
  actions?: ThreadActions;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [open, setOpen] = useState(false);
  const long = text.length > 1200;
  if (editing && message && actions) {
    return <Edit text={text} onCancel={() => actions.startEdit(null)} onSend={(next) => actions.edit(message, next)} />;
  }
  return (
    <div className="group flex flex-col items-end">
      <h2 className="sr-only">{t("ask.you")}</h2>
      <div className="flex max-w-full items-center justify-end gap-1">
        {message && actions && (
          <span className="flex shrink-0 items-center opacity-0 transition-opacity group-focus-within:opacity-100 group-hover:opacity-100">
            <IconButton
              size="small"
              icon={Copy}
              label={t("action.copy")}
              onClick={() =>
                void backend.copyText(text).then(() => showToast({ kind: "note", text: t("action.copied") }))
              }
            />
            <IconButton
              size="small"
              icon={Pencil}
              label={t("ask.edit")}
              onClick={() => actions.startEdit(message.id)}
            />
          </span>
        )}
        <div className="selectable min-w-0 max-w-[85%] rounded-xl rounded-ee-sm bg-hover px-4 py-2 text-[0.9375rem] leading-[1.7] break-words whitespace-pre-wrap">
          {long && !open ? `${text.slice(0, 600)}…` : text}
          {long && (
            <button
              type="button"
              className="ms-2 text-sm text-accent underline underline-offset-3"
              onClick={() => setOpen(!open)}
            >
              {open ? t("action.less") : t("ask.showAll", { count: text.length })}
            </button>
          )}
        </div>
      </div>
      {message && actions && <Versions message={message} onSwitch={actions.switchTo} />}
    </div>
  );
}

function Edit({ text, onCancel, onSend }: { text: string; onCancel: () => void; onSend: (text: string) => void }) {
  const { t } = useTranslation();
  const [value, setValue] = useState(text);
  const field = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    field.current?.focus();
    field.current?.setSelectionRange(text.length, text.length);
  }, [text.length]);
  return (
    <div className="rounded-xl border border-line-2 bg-surface p-2">
      <textarea
        ref={field}
        aria-label={t("ask.editLabel")}
        value={value}
        rows={Math.min(8, value.split("\n").length + 1)}
        onChange={(event) => setValue(event.target.value)}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          if (event.key === "Escape") onCancel();
          if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && value.trim()) onSend(value.trim());
        }}
        className={`${textAreaLook} w-full resize-none border-transparent!`}
      />
      <div className="flex items-center justify-end gap-2 pt-1">
        <span className="flex-1 ps-2 text-xs text-ink-3">{t("ask.editKeeps")}</span>
        <Button size="small" look="quiet" onClick={onCancel}>
          {t("action.cancel")}
        </Button>
        <Button size="small" look="primary" disabled={!value.trim()} onClick={() => onSend(value.trim())}>
          {t("ask.editSend")}
        </Button>
      </div>
    </div>
  );
}

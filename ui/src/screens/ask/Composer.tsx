import { ArrowUp, FilePlus, Paperclip, Square, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { focusComposer } from "../../app/commands";
import { useSettings } from "../../app/settings";
import { enterMeans, isMac } from "../../app/shortcuts";
import { useStore } from "../../app/store";
import { useBackend } from "../../backend";
import { IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { Tip } from "../../kit/Tip";
import { useAttach } from "./attach";
import { ContextMeter } from "./ContextMeter";
import type { LiveAnswer } from "./live";
import { placeState, setPlace, type Attachment, type Place } from "./place";
import { ScopePicker } from "./ScopePicker";

/** Longer than this a pasted text becomes a file, so that the box stays a box. */
const longestPaste = 8000;

export function Composer({
  place,
  live,
  onSend,
}: {
  place: Place;
  live: LiveAnswer | null;
  onSend: (question: string) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const settings = useSettings();
  const state = useStore(placeState(place));
  const field = useRef<HTMLTextAreaElement>(null);
  const { attachPaths, attachText, attachFile, detach } = useAttach(place);
  const [over, setOver] = useState(false);
  const asked = useStore(focusComposer);

  useEffect(() => field.current?.focus(), [place, asked]);

  useEffect(
    () =>
      backend.onFileDrop((event) => {
        setOver(event.kind === "over");
        if (event.kind === "drop") void attachPaths(event.paths);
      }),
    [backend, attachPaths],
  );

  // As tall as its text, up to eight lines.
  useEffect(() => {
    const element = field.current;
    if (!element) return;
    const line = parseFloat(getComputedStyle(element).lineHeight) || 25;
    element.style.height = "auto";
    element.style.height = `${Math.min(element.scrollHeight, Math.round(8.5 * line))}px`;
  }, [state.draft, settings.text_size]);

  const writing = live !== null && live.state !== "failed";
  const stop = live?.stop;
  useEffect(() => {
    if (!writing || !stop) return;
    const onKey = (event: KeyboardEvent) => {
      // A dialog, menu or panel that is open takes the key first.
      if (
        event.key === "Escape" &&
        !event.defaultPrevented &&
        !document.querySelector('[role="dialog"],[role="menu"]')
      ) {
        event.preventDefault();
        stop();
      }
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [writing, stop]);

  const reading = state.attachments.some((file) => file.state === "reading");
  const ready = state.draft.trim() !== "" && !writing && !reading;
  const send = () => {
    if (!ready) return;
    const question = state.draft.trim();
    setPlace(place, { draft: "" });
    onSend(question);
  };

  return (
    <div className="shrink-0 px-6 pb-4">
      <div
        className={`relative mx-auto max-w-3xl rounded-xl border bg-surface shadow-low transition-colors focus-within:border-accent ${over ? "border-accent" : "border-line-2"}`}
      >
        {over && (
          <div className="absolute inset-0 z-10 flex items-center justify-center gap-2 rounded-xl bg-accent-soft text-accent">
            <FilePlus aria-hidden className="size-5" strokeWidth={1.5} />
            {t("composer.drop")}
          </div>
        )}
        {state.attachments.length > 0 && (
          <ul
            aria-label={t("composer.attachments")}
            className="flex max-h-28 flex-wrap gap-1.5 overflow-y-auto px-3 pt-3"
          >
            {state.attachments.map((file) => (
              <Chip key={file.path} file={file} onRemove={() => detach(file.path)} />
            ))}
          </ul>
        )}
        <textarea
          ref={field}
          rows={1}
          aria-label={t("composer.label")}
          placeholder={t("composer.placeholder")}
          value={state.draft}
          onChange={(event) => setPlace(place, { draft: event.target.value })}
          onKeyDown={(event) => {
            const meaning = enterMeans(event.nativeEvent, settings.send_with, isMac);
            if (meaning === "send") {
              event.preventDefault();
              send();
            }
          }}
          onPaste={(event) => {
            const files = [...event.clipboardData.files];
            if (files.length > 0) {
              event.preventDefault();
              files.forEach((file) => void attachFile(file));
              return;
            }
            const text = event.clipboardData.getData("text/plain");
            if (text.length > longestPaste) {
              event.preventDefault();
              void attachText(text);
            }
          }}
          className="block w-full resize-none bg-transparent px-4 pt-3 pb-1 text-[0.9375rem] leading-[1.7] outline-none"
        />
        <div className="flex items-center gap-1 px-2 pb-2">
          <IconButton
            icon={Paperclip}
            label={t("composer.attach")}
            side="top"
            onClick={() => void backend.pickFiles({ folders: false, multiple: true }).then(attachPaths)}
          />
          <ScopePicker place={place} />
          <span className="flex-1" />
          <ContextMeter place={place} />
          {writing ? (
            <Tip text={t("composer.stop")} keys="Escape" side="top">
              <button
                type="button"
                aria-label={t("composer.stop")}
                disabled={live.state === "stopping"}
                onClick={() => live.stop()}
                className="flex size-8 items-center justify-center rounded-lg bg-ink text-paper transition-colors hover:bg-ink-2 disabled:opacity-50"
              >
                <Square aria-hidden className="size-3.5" fill="currentColor" />
              </button>
            </Tip>
          ) : (
            <Tip
              text={reading ? t("composer.waitForFiles") : t("composer.send")}
              keys={settings.send_with === "enter" ? "Enter" : "Mod+Enter"}
              side="top"
            >
              <button
                type="button"
                aria-label={t("composer.send")}
                aria-disabled={!ready}
                onClick={send}
                className={`flex size-8 items-center justify-center rounded-lg transition-colors ${ready ? "bg-accent text-on-accent hover:bg-accent-2" : "bg-hover text-ink-3"}`}
              >
                <ArrowUp aria-hidden className="size-4.5" strokeWidth={2} />
              </button>
            </Tip>
          )}
        </div>
      </div>
    </div>
  );
}

function Chip({ file, onRemove }: { file: Attachment; onRemove: () => void }) {
  const { t } = useTranslation();
  const reason = file.error
    ? t(`error.${file.error.code}`, { subject: t("error.this"), defaultValue: file.error.message })
    : "";
  return (
    <li
      className={`flex h-8 max-w-64 items-center gap-1.5 rounded-md border ps-2 pe-1 text-sm ${file.state === "failed" ? "border-danger bg-danger-soft" : "border-line bg-sunken"}`}
      title={reason || file.path}
    >
      <FileIcon path={file.name} />
      <span className="min-w-0 truncate">{file.name}</span>
      {file.state === "reading" && (
        <span role="status" className="shrink-0 text-xs text-ink-2">
          {t("composer.reading")}
        </span>
      )}
      {file.state === "failed" && <span className="shrink-0 text-xs text-danger">{t("composer.failed")}</span>}
      <IconButton size="small" icon={X} label={t("composer.remove", { name: file.name })} onClick={onRemove} />
    </li>
  );
}

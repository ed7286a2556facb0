import { Copy, FileQuestion, RefreshCw, ThumbsDown, ThumbsUp } from "lucide-react";
import { memo, useCallback, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettings } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type MessageView } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { Button, IconButton } from "../../kit/Button";
import { ErrorNote } from "../../kit/states";
import { Markdown } from "../../markdown/Markdown";
import { explainFor } from "../library/explain-state";
import { Cite, CitationList } from "./Cite";
import { FeedbackNote } from "./FeedbackNote";
import { plainText } from "./plain-text";
import { SheetResult } from "./SheetResult";
import type { ThreadActions } from "./Thread";
import { markUnsupported } from "./unsupported";
import { Versions } from "./Versions";

export const Answer = memo(function Answer({
  message,
  question,
  actions,
  busy,
}: {
  message: MessageView;
  question: string;
  actions: ThreadActions;
  busy: boolean;
}) {
  const { t } = useTranslation();
  const { citations } = message;
  const cite = useCallback((marker: number) => <Cite marker={marker} citations={citations} />, [citations]);
  const text = useMemo(() => markUnsupported(message.content, message.unsupported), [message]);
  const stoppedByUser = message.stopped === "user" || (message.stopped !== null && isCancelled(message.stopped));
  return (
    <article aria-label={t("ask.answer")} className="group">
      <h2 className="sr-only">{t("ask.answer")}</h2>
      {message.understood && (
        <p className="mb-2 text-sm text-ink-2">{t("ask.understood", { question: message.understood })}</p>
      )}
      {message.abstained ? (
        <NotInFiles message={message} question={question} actions={actions} />
      ) : (
        <>
          {text && <Markdown text={text} cite={cite} />}
          {message.sql && <SheetResult sheet={message.sql} question={question} />}
          {message.unsupported.length > 0 && (
            <p className="mt-2 text-sm text-warn">{t("ask.unsupportedNote", { count: message.unsupported.length })}</p>
          )}
          <CitationList citations={citations} />
        </>
      )}
      {message.forgotten && <p className="mt-3 text-sm text-ink-2">{t("ask.forgotten")}</p>}
      {stoppedByUser && <p className="mt-3 text-sm text-ink-2">{t("ask.stopped")}</p>}
      {message.stopped !== null && !stoppedByUser && (
        <div className="mt-3">
          <ErrorNote error={message.stopped} onRetry={() => actions.regenerate(message)} />
        </div>
      )}
      <Foot message={message} actions={actions} busy={busy} />
    </article>
  );
});

/** Not an answer, and it does not look like one. */
function NotInFiles({
  message,
  question,
  actions,
}: {
  message: MessageView;
  question: string;
  actions: ThreadActions;
}) {
  const { t } = useTranslation();
  return (
    <div className="rounded-xl border border-dashed border-line-2 bg-sunken px-5 py-4">
      <p className="flex items-center gap-2 text-lg font-medium">
        <FileQuestion aria-hidden className="size-5 text-ink-3" strokeWidth={1.5} />
        {t("ask.notInFiles")}
      </p>
      <p className="selectable mt-1 text-ink-2">{message.content || t("ask.notInFilesAbout")}</p>
      <div className="mt-3 flex flex-wrap gap-2">
        <Button size="small" onClick={() => explainFor(question)}>
          {t("ask.whyNot")}
        </Button>
        <Button
          size="small"
          look="quiet"
          onClick={() => {
            actions.widen();
            actions.regenerate(message);
          }}
        >
          {t("ask.widen")}
        </Button>
      </div>
    </div>
  );
}

function Foot({ message, actions, busy }: { message: MessageView; actions: ThreadActions; busy: boolean }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const { expert } = useSettings();
  const [noting, setNoting] = useState(false);
  const value = message.feedback?.value ?? null;
  const judge = async (feedback: MessageView["feedback"]) => {
    try {
      await backend.setFeedback(message.id, feedback);
      actions.refresh();
    } catch (error) {
      showToast({ kind: "error", error: toWireError(error) });
    }
  };
  const { usage } = message;
  const rate =
    usage && usage.total_ms > usage.ttft_ms
      ? Math.round((usage.generated_tokens / (usage.total_ms - usage.ttft_ms)) * 10000) / 10
      : null;
  return (
    <>
      <div className="mt-2 -ms-1.5 flex h-7 items-center gap-0.5">
        <IconButton
          size="small"
          icon={Copy}
          label={t("ask.copyAnswer")}
          onClick={() =>
            void backend
              .copyText(plainText(message.content))
              .then(() => showToast({ kind: "note", text: t("action.copied") }))
          }
        />
        <IconButton
          size="small"
          icon={RefreshCw}
          label={t("ask.regenerate")}
          disabled={busy}
          onClick={() => actions.regenerate(message)}
        />
        <IconButton
          size="small"
          icon={ThumbsUp}
          label={t("ask.up")}
          pressed={value === "up"}
          onClick={() => void judge(value === "up" ? null : { value: "up", note: "" })}
        />
        <IconButton
          size="small"
          icon={ThumbsDown}
          label={t("ask.down")}
          pressed={value === "down"}
          onClick={() => {
            if (value === "down") return void judge(null);
            void judge({ value: "down", note: "" });
            setNoting(true);
          }}
        />
        <Versions message={message} onSwitch={actions.switchTo} />
        {expert && usage && (
          <span className="tabular ms-auto text-xs text-ink-3">
            {t("ask.usage", {
              prompt: usage.prompt_tokens,
              reused: usage.reused_tokens,
              generated: usage.generated_tokens,
              seconds: (usage.ttft_ms / 1000).toFixed(1),
              rate: rate ?? "–",
            })}
          </span>
        )}
      </div>
      {(noting || (message.feedback?.note ?? "") !== "") && (
        <FeedbackNote
          note={message.feedback?.note ?? ""}
          autoFocus={noting}
          onSave={(note) => {
            setNoting(false);
            void judge({ value: value ?? "down", note });
          }}
          onClose={() => setNoting(false)}
        />
      )}
    </>
  );
}

import { ArrowUp, CornerDownLeft, Square } from "lucide-react";
import { useCallback, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage, useSettings } from "../../app/settings";
import { enterMeans, isMac } from "../../app/shortcuts";
import { createStore, useStore, type Store } from "../../app/store";
import { useBackend, type Backend, type Citation, type Passage, type Progress, type WireError } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { progressLine } from "../../format/usage";
import { Button, IconButton } from "../../kit/Button";
import { textAreaLook } from "../../kit/fields";
import { ErrorNote, Progress as Bar } from "../../kit/states";
import { Markdown } from "../../markdown/Markdown";
import { Cite, CitationList } from "../ask/Cite";
import { markUnsupported } from "../ask/unsupported";
import { fromMarkdown } from "./markdown";

interface Exchange {
  question: string;
  text: string;
  citations: Citation[];
  abstained: boolean;
  state: "writing" | "done" | "stopped" | "failed";
  progress: Progress | null;
  error: WireError | null;
  stop: () => void;
}

interface Side {
  conversation: number | null;
  exchanges: Exchange[];
}

/** The conversations beside the documents, kept while the window is open; the program keeps them among the others. */
const sides = new Map<number, Store<Side>>();

function sideOf(id: number): Store<Side> {
  let store = sides.get(id);
  if (!store) {
    store = createStore<Side>({ conversation: null, exchanges: [] });
    sides.set(id, store);
  }
  return store;
}

function ask(backend: Backend, store: Store<Side>, question: string) {
  const at = store.get().exchanges.length;
  const change = (part: Partial<Exchange>) =>
    store.set((now) => ({
      ...now,
      exchanges: now.exchanges.map((one, index) => (index === at ? { ...one, ...part } : one)),
    }));
  let text = "";
  let frame = 0;
  const params = {
    question,
    scope: { paths: [] },
    conversation: store.get().conversation,
    parent: null,
    regenerate: null,
  };
  const call = backend.ask(params, (event) => {
    if (event.event === "progress") change({ progress: event });
    else if (event.event === "sources") change({ citations: event.sources });
    else if (event.event === "text") {
      text += event.delta;
      frame ||= requestAnimationFrame(() => {
        frame = 0;
        change({ text });
      });
    }
  });
  const begun: Exchange = {
    question,
    text: "",
    citations: [],
    abstained: false,
    state: "writing",
    progress: null,
    error: null,
    stop: () => call.cancel(),
  };
  store.set((now) => ({ ...now, exchanges: [...now.exchanges, begun] }));
  call.result.then(
    ({ conversation, answer }) => {
      cancelAnimationFrame(frame);
      store.set((now) => ({ ...now, conversation }));
      change({
        state: "done",
        text: markUnsupported(answer.content, answer.unsupported),
        citations: answer.citations,
        abstained: answer.abstained,
      });
    },
    (error: unknown) => {
      cancelAnimationFrame(frame);
      if (isCancelled(error)) change({ state: "stopped", text });
      else change({ state: "failed", text, error: toWireError(error) });
    },
  );
}

/** Questions to the library beside the text; an answer goes into the text with its citations. */
export function AskPanel({
  id,
  onInsert,
}: {
  id: number;
  onInsert: (passages: Passage[], citations: Citation[]) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const settings = useSettings();
  const store = sideOf(id);
  const { exchanges } = useStore(store);
  const [draft, setDraft] = useState("");
  const last = exchanges.at(-1);
  const writing = last?.state === "writing";
  const send = () => {
    const question = draft.trim();
    if (!question || writing) return;
    setDraft("");
    ask(backend, store, question);
  };
  return (
    <>
      <div className="min-h-0 flex-1 overflow-y-auto p-3">
        {exchanges.length === 0 && <p className="text-ink-2">{t("write.ask.about")}</p>}
        {exchanges.map((exchange, index) => (
          <One
            key={index}
            exchange={exchange}
            onRetry={() => ask(backend, store, exchange.question)}
            onInsert={onInsert}
          />
        ))}
      </div>
      <form
        className="flex items-end gap-2 border-t border-line p-2"
        onSubmit={(event) => {
          event.preventDefault();
          send();
        }}
      >
        <textarea
          rows={2}
          aria-label={t("write.ask.label")}
          placeholder={t("write.ask.label")}
          value={draft}
          onChange={(event) => setDraft(event.target.value)}
          onKeyDown={(event) => {
            if (enterMeans(event.nativeEvent, settings.send_with, isMac) !== "send") return;
            event.preventDefault();
            send();
          }}
          className={`${textAreaLook} min-w-0 flex-1 resize-none`}
        />
        {writing ? (
          <IconButton icon={Square} label={t("action.stop")} side="top" onClick={last.stop} />
        ) : (
          <IconButton icon={ArrowUp} label={t("write.ask.send")} side="top" disabled={!draft.trim()} onClick={send} />
        )}
      </form>
    </>
  );
}

function One({
  exchange,
  onRetry,
  onInsert,
}: {
  exchange: Exchange;
  onRetry: () => void;
  onInsert: (passages: Passage[], citations: Citation[]) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const { citations, text, state } = exchange;
  const cite = useCallback((marker: number) => <Cite marker={marker} citations={citations} />, [citations]);
  const words = exchange.progress ? progressLine(exchange.progress, t, language) : t("ask.searching");
  return (
    <article aria-label={t("ask.answer")} aria-busy={state === "writing"} className="mb-4">
      <p className="mb-2 rounded-md bg-sunken px-2.5 py-1.5 font-medium">{exchange.question}</p>
      {text && <Markdown text={text} growing={state === "writing"} cite={cite} />}
      {state === "writing" && (
        <div role="status" className="mt-2">
          <Bar done={0} total={null} label={words} />
          <p className="mt-1 text-sm text-ink-2">{words}</p>
        </div>
      )}
      {state === "stopped" && <p className="mt-2 text-sm text-ink-2">{t("ask.stopped")}</p>}
      {state === "failed" && (
        <div className="mt-2">
          <ErrorNote error={exchange.error} onRetry={onRetry} />
        </div>
      )}
      {state === "done" && (
        <>
          <CitationList citations={citations} />
          {!exchange.abstained && (
            <Button
              size="small"
              icon={CornerDownLeft}
              className="mt-2"
              onClick={() => onInsert(fromMarkdown(text, citations), citations)}
            >
              {t("write.ask.insert")}
            </Button>
          )}
        </>
      )}
    </article>
  );
}

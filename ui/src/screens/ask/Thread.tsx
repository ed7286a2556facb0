import { useVirtualizer } from "@tanstack/react-virtual";
import { ArrowDown } from "lucide-react";
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import type { MessageView } from "../../backend";
import { IconButton } from "../../kit/Button";
import { Answer } from "./Answer";
import { itemsOf } from "./items";
import type { LiveAnswer } from "./live";
import { LiveMessage } from "./LiveMessage";
import type { Place } from "./place";
import { Question } from "./Question";

export interface ThreadActions {
  regenerate: (answer: MessageView) => void;
  edit: (question: MessageView, text: string) => void;
  startEdit: (message: number | null) => void;
  switchTo: (message: number) => void;
  widen: () => void;
  refresh: () => void;
  retry: () => void;
}

export function Thread({
  place,
  messages,
  live,
  editing,
  actions,
}: {
  place: Place;
  messages: MessageView[];
  live: LiveAnswer | null;
  editing: number | null;
  actions: ThreadActions;
}) {
  const { t } = useTranslation();
  const scroller = useRef<HTMLDivElement>(null);
  const [atEnd, setAtEnd] = useState(true);
  const following = useRef(true);
  const items = useMemo(() => itemsOf(messages, live), [messages, live]);

  const rows = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroller.current,
    estimateSize: (index) => (items[index]?.kind === "message" && items[index].message.role === "user" ? 72 : 260),
    getItemKey: (index) => {
      const item = items[index];
      return item?.kind === "message" ? item.message.id : (item?.kind ?? index);
    },
    overscan: 4,
    paddingStart: 24,
    paddingEnd: 24,
  });

  const toEnd = () => {
    const element = scroller.current;
    if (element) element.scrollTop = element.scrollHeight;
  };

  // The end stays in view while it grows, unless the reader has scrolled away from it.
  const height = rows.getTotalSize();
  useLayoutEffect(() => {
    if (following.current) toEnd();
  }, [height, place]);

  // A new question is always shown.
  const begun = live?.startedMs;
  useEffect(() => {
    if (begun === undefined) return;
    following.current = true;
    toEnd();
  }, [begun]);

  return (
    <div className="relative min-h-0 flex-1">
      <div
        ref={scroller}
        className="h-full overflow-y-auto overscroll-contain"
        onScroll={() => {
          const element = scroller.current;
          if (!element) return;
          const near = element.scrollHeight - element.scrollTop - element.clientHeight < 60;
          following.current = near;
          setAtEnd(near);
        }}
        onWheel={(event) => {
          if (event.deltaY < 0) following.current = false;
        }}
      >
        <ol aria-label={t("ask.messages")} className="relative" style={{ height }}>
          {rows.getVirtualItems().map((row) => {
            const item = items[row.index];
            if (!item) return null;
            return (
              <li
                key={row.key}
                ref={rows.measureElement}
                data-index={row.index}
                className="absolute inset-x-0 top-0 px-6"
                style={{ transform: `translateY(${row.start}px)` }}
              >
                <div
                  className={`mx-auto max-w-3xl ${item.kind === "pending" || (item.kind === "message" && item.message.role === "user") ? "pb-4" : "pb-8"}`}
                >
                  {item.kind === "pending" ? (
                    <Question text={item.text} />
                  ) : item.kind === "live" ? (
                    <LiveMessage live={item.live} onRetry={actions.retry} />
                  ) : item.message.role === "user" ? (
                    <Question
                      text={item.message.content}
                      message={item.message}
                      editing={editing === item.message.id}
                      actions={actions}
                    />
                  ) : (
                    <Answer
                      message={item.message}
                      question={questionOf(messages, row.index)}
                      actions={actions}
                      busy={live !== null}
                    />
                  )}
                </div>
              </li>
            );
          })}
        </ol>
      </div>
      {!atEnd && (
        <IconButton
          icon={ArrowDown}
          label={t("ask.toEnd")}
          side="top"
          className="absolute bottom-3 left-1/2 -translate-x-1/2 rounded-full! border border-line bg-surface shadow-pop"
          onClick={() => {
            following.current = true;
            rows.scrollToIndex(items.length - 1, { align: "end" });
          }}
        />
      )}
    </div>
  );
}

function questionOf(messages: MessageView[], index: number): string {
  const before = messages[index - 1];
  return before?.role === "user" ? before.content : "";
}

import { useQueryClient } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { Ellipsis, Pencil, Trash2 } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { findConversation } from "../../app/commands";
import { usePages } from "../../app/pages";
import { go, useRoute } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { isComposing } from "../../app/shortcuts";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type ConversationSummary } from "../../backend";
import { toWireError } from "../../errors/table";
import { moment } from "../../format/numbers";
import { SearchField } from "../../kit/fields";
import { Menu } from "../../kit/Menu";
import { ErrorNote, Waiting } from "../../kit/states";

const rowRem = 2;

export function ConversationList() {
  const { t } = useTranslation();
  const backend = useBackend();
  const [text, setText] = useState("");
  const [renaming, setRenaming] = useState<number | null>(null);
  const scroller = useRef<HTMLDivElement>(null);
  const box = useRef<HTMLDivElement>(null);
  const asked = useStore(findConversation);
  useEffect(() => {
    if (asked > 0) box.current?.querySelector("input")?.focus();
  }, [asked]);

  const pages = usePages(["conversations", text], (offset, limit) =>
    backend
      .conversations({ text, offset, limit })
      .then(({ total, conversations }) => ({ total, items: conversations })),
  );
  const rem = parseFloat(getComputedStyle(document.documentElement).fontSize) || 16;
  const rows = useVirtualizer({
    count: pages.total,
    getScrollElement: () => scroller.current,
    estimateSize: () => rowRem * rem,
    overscan: 8,
  });
  const shown = rows.getVirtualItems();
  const first = shown[0]?.index ?? 0;
  const last = shown.at(-1)?.index ?? 0;
  const { show } = pages;
  useEffect(() => show(first, last), [show, first, last]);

  return (
    <section aria-label={t("conversations.label")} className="flex min-h-0 flex-1 flex-col border-t border-line pt-2">
      <div ref={box} className="px-3 pb-2">
        <SearchField value={text} onChange={setText} label={t("conversations.search")} />
      </div>
      <div ref={scroller} className="min-h-0 flex-1 overflow-y-auto px-2 pb-2">
        {pages.error ? (
          <ErrorNote error={pages.error} onRetry={pages.refetch} />
        ) : pages.isPending ? (
          <Waiting lines={6} />
        ) : pages.total === 0 ? (
          <p className="px-2 py-3 text-sm text-ink-3">{text ? t("conversations.none") : t("conversations.empty")}</p>
        ) : (
          <ul className="relative" style={{ height: rows.getTotalSize() }}>
            {shown.map((row) => {
              const conversation = pages.at(row.index);
              return (
                <li
                  key={conversation?.id ?? `waiting-${row.index}`}
                  className="absolute inset-x-0"
                  style={{ height: row.size, transform: `translateY(${row.start}px)` }}
                >
                  {conversation && (
                    <Row
                      conversation={conversation}
                      renaming={renaming === conversation.id}
                      onRename={(on) => setRenaming(on ? conversation.id : null)}
                    />
                  )}
                </li>
              );
            })}
          </ul>
        )}
      </div>
    </section>
  );
}

function Row({
  conversation,
  renaming,
  onRename,
}: {
  conversation: ConversationSummary;
  renaming: boolean;
  onRename: (on: boolean) => void;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  const route = useRoute();
  const backend = useBackend();
  const client = useQueryClient();
  const current = route.screen === "ask" && route.conversation === conversation.id;
  const again = () => client.invalidateQueries({ queryKey: ["conversations"] });
  const failed = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });

  const rename = async (title: string) => {
    onRename(false);
    if (!title.trim() || title === conversation.title) return;
    await backend.renameConversation(conversation.id, title.trim()).catch(failed);
    await again();
    await client.invalidateQueries({ queryKey: ["conversation", conversation.id] });
  };
  const remove = async () => {
    try {
      await backend.deleteConversation(conversation.id);
    } catch (error) {
      return failed(error);
    }
    if (current) go({ screen: "ask", conversation: null });
    await again();
    showToast({
      kind: "note",
      text: t("conversations.deleted", { title: conversation.title }),
      action: {
        label: t("action.undo"),
        run: () => void backend.restoreConversation(conversation.id).then(again, failed),
      },
    });
  };

  if (renaming) return <Rename title={conversation.title} onDone={(title) => void rename(title)} />;
  return (
    <div
      className={`group flex h-full items-center rounded-md transition-colors ${current ? "bg-hover text-ink" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
    >
      <button
        type="button"
        aria-current={current ? "page" : undefined}
        onClick={() => go({ screen: "ask", conversation: conversation.id })}
        onDoubleClick={() => onRename(true)}
        className="ring-inside flex h-full min-w-0 flex-1 items-center gap-2 rounded-md ps-2 text-start text-sm"
      >
        <span className="min-w-0 flex-1 truncate">{conversation.title}</span>
        <span className="tabular shrink-0 pe-2 text-2xs text-ink-3 group-focus-within:hidden group-hover:hidden">
          {moment(conversation.updated_at_ms, language)}
        </span>
      </button>
      <Menu
        trigger={
          <button
            type="button"
            aria-label={t("conversations.menu", { title: conversation.title })}
            className="me-1 hidden size-6 items-center justify-center rounded text-ink-3 group-focus-within:inline-flex group-hover:inline-flex hover:text-ink data-[state=open]:inline-flex"
          >
            <Ellipsis aria-hidden className="size-4" />
          </button>
        }
        groups={[
          [{ label: t("action.rename"), icon: Pencil, onSelect: () => setTimeout(() => onRename(true), 0) }],
          [{ label: t("action.delete"), icon: Trash2, danger: true, onSelect: () => void remove() }],
        ]}
      />
    </div>
  );
}

function Rename({ title, onDone }: { title: string; onDone: (title: string) => void }) {
  const { t } = useTranslation();
  const [text, setText] = useState(title);
  const field = useRef<HTMLInputElement>(null);
  useEffect(() => {
    // After the menu has given the focus back.
    const timer = setTimeout(() => field.current?.select(), 30);
    return () => clearTimeout(timer);
  }, []);
  return (
    <input
      ref={field}
      aria-label={t("conversations.newTitle")}
      value={text}
      onChange={(event) => setText(event.target.value)}
      onBlur={() => onDone(text)}
      onKeyDown={(event) => {
        if (isComposing(event.nativeEvent)) return;
        if (event.key === "Enter") onDone(text);
        if (event.key === "Escape") onDone(title);
        event.stopPropagation();
      }}
      className="h-full w-full rounded-md border border-accent bg-surface px-2 text-sm outline-none"
    />
  );
}

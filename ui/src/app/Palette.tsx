import { useQuery } from "@tanstack/react-query";
import { Command, FileText, MessageSquare, type LucideIcon } from "lucide-react";
import { Dialog } from "radix-ui";
import { useEffect, useId, useMemo, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { useBackend } from "../backend";
import { fileName, folderOf } from "../format/paths";
import { Keys } from "../kit/Keys";
import { showSource } from "../screens/source/open";
import { paletteOpen, runCommand, useCommands } from "./commands";
import { go } from "./router";
import { isComposing } from "./shortcuts";
import { useStore } from "./store";

interface Entry {
  key: string;
  group: "commands" | "conversations" | "files";
  icon: LucideIcon;
  name: string;
  about?: string;
  keys?: string;
  run: () => void;
}

export function Palette() {
  const open = useStore(paletteOpen);
  const { t } = useTranslation();
  return (
    <Dialog.Root open={open} onOpenChange={(next) => paletteOpen.set(next)}>
      <Dialog.Portal>
        <Dialog.Overlay className="fixed inset-0 z-40 bg-black/25 animate-fade" />
        <Dialog.Content
          aria-describedby={undefined}
          className="fixed top-[12vh] left-1/2 z-50 w-[calc(100vw-3rem)] max-w-xl -translate-x-1/2 overflow-hidden rounded-xl bg-surface shadow-pop animate-fade"
        >
          <Dialog.Title className="sr-only">{t("command.palette")}</Dialog.Title>
          <Body />
        </Dialog.Content>
      </Dialog.Portal>
    </Dialog.Root>
  );
}

function Body() {
  const { t } = useTranslation();
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const listId = useId();
  const list = useRef<HTMLDivElement>(null);
  const entries = useEntries(text.trim());
  const chosen = Math.min(at, entries.length - 1);

  useEffect(() => {
    list.current?.querySelector('[aria-selected="true"]')?.scrollIntoView({ block: "nearest" });
  }, [chosen]);

  const choose = (entry: Entry | undefined) => {
    if (!entry) return;
    paletteOpen.set(false);
    entry.run();
  };

  return (
    <>
      <input
        autoFocus
        role="combobox"
        aria-expanded
        aria-controls={listId}
        aria-activedescendant={entries[chosen] ? `${listId}-${chosen}` : undefined}
        aria-label={t("palette.placeholder")}
        placeholder={t("palette.placeholder")}
        value={text}
        onChange={(event) => {
          setText(event.target.value);
          setAt(0);
        }}
        onKeyDown={(event) => {
          if (isComposing(event.nativeEvent)) return;
          const step = event.key === "ArrowDown" ? 1 : event.key === "ArrowUp" ? -1 : 0;
          if (step !== 0 && entries.length > 0) {
            event.preventDefault();
            setAt((chosen + step + entries.length) % entries.length);
          } else if (event.key === "Enter") {
            event.preventDefault();
            choose(entries[chosen]);
          }
        }}
        className="h-12 w-full border-b border-line bg-transparent px-4 text-lg outline-none"
      />
      <div
        ref={list}
        id={listId}
        role="listbox"
        aria-label={t("palette.results")}
        className="max-h-[50vh] overflow-y-auto p-2"
      >
        {entries.length === 0 && <p className="px-2 py-6 text-center text-ink-2">{t("palette.none")}</p>}
        {entries.map((entry, index) => (
          <div key={entry.key} role="presentation">
            {entries[index - 1]?.group !== entry.group && (
              <p className="px-2 pt-2 pb-1 text-xs text-ink-3">{t(`palette.${entry.group}`)}</p>
            )}
            <div
              role="option"
              id={`${listId}-${index}`}
              aria-selected={index === chosen}
              onPointerMove={() => setAt(index)}
              onClick={() => choose(entry)}
              className={`flex min-h-9 items-center gap-2.5 rounded-md px-2 ${index === chosen ? "bg-hover" : ""}`}
            >
              <entry.icon aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
              <span className="min-w-0 flex-1 truncate">{entry.name}</span>
              {entry.about && <span className="max-w-52 truncate text-xs text-ink-3">{entry.about}</span>}
              {entry.keys && <Keys shortcut={entry.keys} />}
            </div>
          </div>
        ))}
      </div>
    </>
  );
}

function useEntries(text: string): Entry[] {
  const backend = useBackend();
  const commands = useCommands();
  const conversations = useQuery({
    queryKey: ["conversations", "palette", text],
    queryFn: () => backend.conversations({ text, offset: 0, limit: text ? 8 : 5 }),
    placeholderData: (before) => before,
  });
  const files = useQuery({
    queryKey: ["sources", "palette", text],
    queryFn: () => backend.sources({ text, state: "all", offset: 0, limit: 8 }),
    enabled: text !== "",
    placeholderData: (before) => before,
  });
  return useMemo(() => {
    const wanted = text.toLowerCase();
    // What was found for the text before stays until the answer is there, but Enter must not choose what no longer fits.
    const fits = (name: string, isOfBefore: boolean) => !isOfBefore || name.toLowerCase().includes(wanted);
    const entries: Entry[] = commands
      .filter((command) => command.id !== "palette" && command.name.toLowerCase().includes(wanted))
      .map((command) => ({
        key: command.id,
        group: "commands",
        icon: Command,
        name: command.name,
        keys: command.keys,
        run: () => runCommand(command.id),
      }));
    for (const one of conversations.data?.conversations ?? []) {
      if (!fits(one.title, conversations.isPlaceholderData)) continue;
      entries.push({
        key: `conversation-${one.id}`,
        group: "conversations",
        icon: MessageSquare,
        name: one.title,
        run: () => go({ screen: "ask", conversation: one.id }),
      });
    }
    for (const one of (text && files.data?.sources) || []) {
      if (!fits(fileName(one.path), files.isPlaceholderData)) continue;
      entries.push({
        key: `file-${one.path}`,
        group: "files",
        icon: FileText,
        name: fileName(one.path),
        about: fileName(folderOf(one.path)),
        run: () => showSource({ path: one.path }),
      });
    }
    return entries;
  }, [commands, conversations.data, conversations.isPlaceholderData, files.data, files.isPlaceholderData, text]);
}

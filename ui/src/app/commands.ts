// What can be done from the keyboard and the palette, and by which keys.

import type { QueryClient } from "@tanstack/react-query";
import { useMemo } from "react";
import { useTranslation } from "react-i18next";
import { go } from "./router";
import { settingsNow, useSettings } from "./settings";
import { effective } from "./shortcuts";
import { createStore } from "./store";

export const defaultShortcuts = {
  palette: "Mod+K",
  new_conversation: "Mod+N",
  settings: "Mod+,",
  home: "Mod+1",
  library: "Mod+2",
  skills: "Mod+3",
  models: "Mod+4",
  write: "Mod+6",
  prompts: "Mod+5",
  jobs: "Mod+J",
  sidebar: "Mod+B",
  find_conversation: "Mod+Shift+F",
} as const;

export type CommandId = keyof typeof defaultShortcuts;

export const paletteOpen = createStore(false);
export const jobsOpen = createStore(false);
export const sidebarOpen = createStore(true);
/** Counts up when the search of the conversation list should take the focus. */
export const findConversation = createStore(0);
/** Counts up when the writing box should take the focus. */
export const focusComposer = createStore(0);

const run: Record<CommandId, () => void> = {
  palette: () => paletteOpen.set((open) => !open),
  new_conversation: () => {
    go({ screen: "ask", conversation: null });
    focusComposer.set((count) => count + 1);
  },
  settings: () => go({ screen: "settings", section: "appearance" }),
  home: () => go({ screen: "home" }),
  library: () => go({ screen: "library" }),
  skills: () => go({ screen: "skills", skill: null }),
  write: () => go({ screen: "write", document: null }),
  models: () => go({ screen: "models" }),
  prompts: () => go({ screen: "prompts", prompt: null }),
  jobs: () => jobsOpen.set((open) => !open),
  sidebar: () => sidebarOpen.set((open) => !open),
  find_conversation: () => {
    sidebarOpen.set(true);
    findConversation.set((count) => count + 1);
  },
};

export function runCommand(id: CommandId) {
  run[id]();
}

export const commandIds = Object.keys(defaultShortcuts).filter((id): id is CommandId => id in defaultShortcuts);

/** The shortcuts in force. */
export function useShortcuts(): Record<string, string> {
  const { shortcuts } = useSettings();
  return useMemo(() => effective(defaultShortcuts, shortcuts), [shortcuts]);
}

/** The same at this moment, for a key that is pressed. */
export function shortcutsNow(client: QueryClient): Record<string, string> {
  return effective(defaultShortcuts, settingsNow(client).shortcuts);
}

/** Every command with its name and keys. */
export function useCommands() {
  const { t } = useTranslation();
  const keys = useShortcuts();
  return commandIds.map((id) => ({ id, name: t(`command.${id}`), keys: keys[id] ?? "" }));
}

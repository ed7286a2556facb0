// What can be said of prompts without the program: their variables, folders and free names. The program has the last
// word on each when it saves or fills in.

import type { PromptEntry, PromptVariable } from "../../backend";

const variable = /\{\{\s*([\p{L}_][\p{L}\p{N}_-]{0,39})\s*\}\}/gu;

/** The variables of a text in the order in which they stand, with what is known of each already. */
export function variablesOf(text: string, known: PromptVariable[]): PromptVariable[] {
  const names = new Set([...text.matchAll(variable)].map((match) => match[1] ?? ""));
  const kept = known.filter((one) => names.delete(one.name));
  return [...kept, ...[...names].map((name) => ({ name, description: "", default: "" }))];
}

export interface Part {
  text: string;
  /** The variable that this part is; null for the text between. */
  variable: string | null;
  filled: boolean;
}

/** A text in parts, its variables filled in where there is a value or a default. */
export function partsOf(text: string, variables: PromptVariable[], values: Record<string, string>): Part[] {
  const parts: Part[] = [];
  let at = 0;
  for (const match of text.matchAll(variable)) {
    if (match.index > at) parts.push({ text: text.slice(at, match.index), variable: null, filled: true });
    const name = match[1] ?? "";
    const value = values[name] || variables.find((one) => one.name === name)?.default || "";
    parts.push({ text: value || name, variable: name, filled: value !== "" });
    at = match.index + match[0].length;
  }
  if (at < text.length) parts.push({ text: text.slice(at), variable: null, filled: true });
  return parts;
}

/** The folder of an id, empty for none. */
export function folderOf(id: string): string {
  const slash = id.lastIndexOf("/");
  return slash < 0 ? "" : id.slice(0, slash);
}

/** Prompts whose name, text or place has every word that is looked for, by folder. */
export function byFolder(entries: PromptEntry[], search: string): { folder: string; entries: PromptEntry[] }[] {
  const words = search.toLowerCase().split(/\s+/).filter(Boolean);
  const folders = new Map<string, PromptEntry[]>();
  for (const entry of entries) {
    const all = `${entry.id} ${entry.title} ${entry.description} ${entry.text}`.toLowerCase();
    if (!words.every((word) => all.includes(word))) continue;
    const folder = folderOf(entry.id);
    folders.set(folder, [...(folders.get(folder) ?? []), entry]);
  }
  return [...folders].map(([folder, entries]) => ({ folder, entries }));
}

/** An id that no prompt has: the wished one, or that with a number behind it. */
export function freeId(wished: string, entries: PromptEntry[]): string {
  const taken = new Set(entries.map((entry) => entry.id));
  let id = wished;
  for (let number = 2; taken.has(id); number += 1) id = `${wished}-${number}`;
  return id;
}

/** Whether a text can be the name of a prompt: letters, digits and `-` `_` in at most four parts. */
export function isId(id: string): boolean {
  const parts = id.split("/");
  return (
    parts.length <= 4 &&
    parts.every(
      (part) => part.length <= 60 && /^[\p{L}\p{N}_-](?:[\p{L}\p{N}_. （）-]*[\p{L}\p{N}_（）-])?$/u.test(part),
    )
  );
}

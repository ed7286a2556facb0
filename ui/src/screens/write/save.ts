// Saving while someone writes. What could not be saved stays here, also when the screen is left, and is tried again.

import { createStore, type Store } from "../../app/store";
import type { Backend, Manuscript, WireError } from "../../backend";
import { toWireError } from "../../errors/table";

export interface Written {
  title: string;
  content: Manuscript;
}

export type SaveState =
  { is: "saved"; atMs: number } | { is: "waiting" } | { is: "saving" } | { is: "failed"; error: WireError };

export interface Saver {
  state: Store<SaveState>;
  /** Something changed; `read` gives what is to be kept when the time comes. */
  changed(read: () => Written): void;
  /** Keeps at once what is not kept yet; resolves when nothing is left or it failed. */
  flush(): Promise<void>;
}

/** Quiet for this long, and what was written is saved. */
const quietMs = 1200;
/** Someone who writes without a pause is saved this often all the same. */
const longestMs = 8000;

/** Texts that wait for being saved, by manuscript. */
const unsaved = new Map<number, Written>();

/** What was written and not saved yet, if anything. */
export function unsavedOf(id: number): Written | null {
  return unsaved.get(id) ?? null;
}

export function createSaver(backend: Backend, id: number, savedMs: number): Saver {
  const state = createStore<SaveState>(unsaved.has(id) ? { is: "waiting" } : { is: "saved", atMs: savedMs });
  let read: (() => Written) | null = null;
  let timer: ReturnType<typeof setTimeout> | undefined;
  let since = 0;
  let running: Promise<void> | null = null;

  const take = () => {
    if (read) unsaved.set(id, read());
    read = null;
  };
  const save = async () => {
    take();
    for (let written = unsaved.get(id); written; written = unsaved.get(id)) {
      state.set({ is: "saving" });
      try {
        await backend.saveManuscript({ id, ...written });
      } catch (error) {
        take();
        state.set({ is: "failed", error: toWireError(error) });
        return;
      }
      if (unsaved.get(id) === written) unsaved.delete(id);
      take();
    }
    state.set({ is: "saved", atMs: Date.now() });
  };
  const flush = (): Promise<void> => {
    clearTimeout(timer);
    since = 0;
    take();
    running ??= save().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    state,
    changed(next) {
      read = next;
      if (state.get().is !== "saving") state.set({ is: "waiting" });
      const now = Date.now();
      since ||= now;
      clearTimeout(timer);
      timer = setTimeout(() => void flush(), Math.max(0, Math.min(quietMs, since + longestMs - now)));
    },
    flush: () => (read === null && !unsaved.has(id) && running === null ? Promise.resolve() : flush()),
  };
}

// Runs of skills, one per skill, kept while the window is open.

import { createStore, type Store } from "../../app/store";
import type { Backend, Progress, SkillParams, SkillResult, WireError } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";

export interface SkillRun {
  state: "running" | "finished" | "failed" | "cancelled";
  text: string;
  progress: Progress | null;
  warnings: { code: string; message: string }[];
  result: SkillResult | null;
  error: WireError | null;
  cancel: () => void;
}

const runs = new Map<string, Store<SkillRun | null>>();

export function runOf(skill: string): Store<SkillRun | null> {
  let store = runs.get(skill);
  if (!store) {
    store = createStore<SkillRun | null>(null);
    runs.set(skill, store);
  }
  return store;
}

export function startSkill(backend: Backend, params: SkillParams) {
  const store = runOf(params.id);
  if (store.get()?.state === "running") return;
  const change = (part: Partial<SkillRun>) => store.set((now) => (now ? { ...now, ...part } : now));
  let waiting = "";
  let frame = 0;
  const flush = () => {
    frame = 0;
    const more = waiting;
    waiting = "";
    store.set((now) => (now ? { ...now, text: now.text + more } : now));
  };
  const call = backend.runSkill(params, (event) => {
    if (event.event === "progress") change({ progress: event });
    else if (event.event === "warning") {
      store.set((now) => (now ? { ...now, warnings: [...now.warnings, event] } : now));
    } else if (event.event === "text") {
      waiting += event.delta;
      frame ||= requestAnimationFrame(flush);
    }
  });
  store.set({
    state: "running",
    text: "",
    progress: null,
    warnings: [],
    result: null,
    error: null,
    cancel: () => call.cancel(),
  });
  call.result.then(
    (result) => change({ state: "finished", result }),
    (error: unknown) =>
      isCancelled(error) ? change({ state: "cancelled" }) : change({ state: "failed", error: toWireError(error) }),
  );
}

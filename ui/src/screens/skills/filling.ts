// The column that is being filled, kept while the window is open: filling takes minutes and goes on behind other screens.

import { createStore } from "../../app/store";
import type { Backend, FillParams, FillProposal, Progress, WireError, WorkbookChange } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";

export type Filling =
  | { is: "idle" }
  | { is: "working"; progress: Progress | null; stop: () => void }
  /** What was filled until then is kept by the program. */
  | { is: "stopped" }
  | { is: "failed"; error: WireError }
  | { is: "shown"; proposal: FillProposal; written: WorkbookChange | null };

export interface FillForm {
  path: string | null;
  ask: string;
  into: string;
  /** Empty: read from what is asked. */
  kind: string;
  choices: string;
}

export const filling = createStore<Filling>({ is: "idle" });
export const fillForm = createStore<FillForm>({ path: null, ask: "", into: "", kind: "", choices: "" });

/** The choices as they are typed, divided by whatever divides a list in either language. */
export function choicesOf(text: string): string[] {
  return text
    .split(/[、，,；;\n/]/)
    .map((one) => one.trim())
    .filter(Boolean);
}

export function startFilling(backend: Backend, form: FillForm, options: { sample: number | null; again?: boolean }) {
  if (filling.get().is === "working" || form.path === null || !form.ask.trim()) return;
  const params: FillParams = {
    path: form.path,
    ask: form.ask.trim(),
    table: null,
    into: form.into.trim() || null,
    column: null,
    kind: form.kind || null,
    choices: form.kind === "" || form.kind === "choice" ? choicesOf(form.choices) : [],
    sample: options.sample,
    again: options.again ?? false,
  };
  const call = backend.suggestFill(params, (event) => {
    if (event.event === "progress") filling.set((now) => (now.is === "working" ? { ...now, progress: event } : now));
  });
  filling.set({ is: "working", progress: null, stop: () => call.cancel() });
  call.result.then(
    (proposal) => filling.set({ is: "shown", proposal, written: null }),
    (error: unknown) =>
      filling.set(isCancelled(error) ? { is: "stopped" } : { is: "failed", error: toWireError(error) }),
  );
}

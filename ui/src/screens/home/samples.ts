import { createStore } from "../../app/store";
import type { Backend, WireError } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";

export const samplesState = createStore<{ error: WireError | null }>({ error: null });

/** Reads the samples into the library in the background, once, after the first run. */
export function addSamples(backend: Backend) {
  samplesState.set({ error: null });
  backend
    .addSamples(() => {})
    .result.catch((error: unknown) => {
      if (!isCancelled(error)) samplesState.set({ error: toWireError(error) });
    });
}

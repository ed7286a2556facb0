// Calls that take their time, tell what they do and can be stopped, as the program's do.

import type { Running } from "../backend";
import type { JobEvent, WireError } from "../types";

export const cancelled: WireError = { code: "cancelled", message: "stopped by the user" };

export interface Steps {
  /** Waits; throws when the call was stopped meanwhile. */
  wait: (ms: number) => Promise<void>;
  tell: (event: JobEvent) => void;
}

let nextJob = 100;
/** 1 is the pace of a small model on a processor; tests go faster. */
export const pace = { factor: 1 };

export function sleep(ms: number): Promise<void> {
  return new Promise((done) => setTimeout(done, ms * pace.factor));
}

export function run<T>(
  onEvent: (event: JobEvent) => void,
  work: (steps: Steps, job: number) => Promise<T>,
): Running<T> {
  let stopped = false;
  const job = nextJob++;
  const steps: Steps = {
    wait: async (ms) => {
      await sleep(ms);
      if (stopped) throw cancelled;
    },
    tell: (event) => {
      if (!stopped) onEvent(event);
    },
  };
  const result = (async () => {
    steps.tell({ event: "started", job_id: job });
    try {
      const value = await work(steps, job);
      onEvent({ event: "finished", usage: usage(200) });
      return value;
    } catch (error) {
      if (error === cancelled) onEvent({ event: "cancelled" });
      else onEvent({ event: "failed", ...(error as WireError) });
      throw error;
    }
  })();
  return {
    result,
    cancel: () => {
      stopped = true;
    },
  };
}

export function usage(generated: number) {
  return {
    prompt_tokens: 2316,
    reused_tokens: 1804,
    generated_tokens: generated,
    ttft_ms: 840,
    total_ms: 840 + generated * 62,
  };
}

/** Cuts a text into pieces as a model gives them. */
export function tokens(text: string): string[] {
  return text.match(/[A-Za-z]+ ?|\[[\d?]+\]|\d+|[\s\S]/gu) ?? [];
}

import { createStore } from "../../app/store";

/** A skill that another screen wants run: which, on what, with which inputs filled in, and whether at once. */
export const skillDraft = createStore<{
  skill: string;
  files: string[];
  inputs?: Record<string, string>;
  start: boolean;
} | null>(null);

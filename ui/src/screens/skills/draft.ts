import { createStore } from "../../app/store";

/** A skill that another screen wants run: which, on what, and whether at once. */
export const skillDraft = createStore<{ skill: string; files: string[]; start: boolean } | null>(null);

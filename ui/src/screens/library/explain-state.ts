import { go } from "../../app/router";
import { createStore } from "../../app/store";

/** The question of which someone wants to know why it was not found; null: the panel is closed. */
export const explaining = createStore<{ question: string; path: string | null } | null>(null);

export function explainFor(question: string, path: string | null = null) {
  explaining.set({ question, path });
  go({ screen: "library" });
}

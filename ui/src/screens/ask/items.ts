import type { MessageView } from "../../backend";
import type { LiveAnswer } from "./live";

export type Item =
  { kind: "message"; message: MessageView } | { kind: "pending"; text: string } | { kind: "live"; live: LiveAnswer };

/** The messages in use, with the ones that an answer being written takes the place of cut off. */
export function itemsOf(messages: MessageView[], live: LiveAnswer | null): Item[] {
  let kept = messages;
  if (live && live.after !== undefined) {
    const cut = live.after === null ? -1 : messages.findIndex((message) => message.id === live.after);
    kept = messages.slice(0, cut + 1);
  }
  const items: Item[] = kept.map((message) => ({ kind: "message", message }));
  if (live) {
    if (live.params.regenerate === null) items.push({ kind: "pending", text: live.params.question });
    items.push({ kind: "live", live });
  }
  return items;
}

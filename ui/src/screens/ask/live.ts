// Answers that are being written. They live outside of the screen: going elsewhere and coming back loses nothing.

import type { QueryClient } from "@tanstack/react-query";
import { currentRoute, go } from "../../app/router";
import { createStore, type Store } from "../../app/store";
import type { AskParams, AskResult, Backend, Citation, ConversationView, Progress, WireError } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { placeState, setPlace, type Place } from "./place";

export interface LiveAnswer {
  params: AskParams;
  /** The message after which the branch is cut while this is written; undefined: the whole branch stays. */
  after: number | null | undefined;
  text: string;
  sources: Citation[];
  progress: Progress | null;
  warnings: { code: string; message: string }[];
  state: "writing" | "stopping" | "failed";
  error: WireError | null;
  startedMs: number;
  stop: () => void;
}

const stores = new Map<Place, Store<LiveAnswer | null>>();

export function liveAt(place: Place): Store<LiveAnswer | null> {
  let store = stores.get(place);
  if (!store) {
    store = createStore<LiveAnswer | null>(null);
    stores.set(place, store);
  }
  return store;
}

/** How much of the context window the last answer of a conversation used. */
export const contextUse = createStore<Record<number, AskResult["context"]>>({});

export function startAnswer(
  backend: Backend,
  client: QueryClient,
  params: AskParams,
  options: { after?: number | null } = {},
) {
  const place: Place = params.conversation ?? "new";
  const store = liveAt(place);
  const running = store.get();
  if (running && running.state !== "failed") return;

  const change = (part: Partial<LiveAnswer>) => store.set((now) => (now ? { ...now, ...part } : now));

  // Tokens are put together and shown once per frame, however many come.
  let waiting = "";
  let frame = 0;
  const flush = () => {
    frame = 0;
    const more = waiting;
    waiting = "";
    if (more) store.set((now) => (now ? { ...now, text: now.text + more } : now));
  };

  const call = backend.ask(params, (event) => {
    switch (event.event) {
      case "progress":
        return change({ progress: event });
      case "sources":
        return change({ sources: event.sources });
      case "text":
        waiting += event.delta;
        frame ||= requestAnimationFrame(flush);
        return;
      case "warning":
        return store.set((now) => (now ? { ...now, warnings: [...now.warnings, event] } : now));
      default:
        return;
    }
  });

  store.set({
    params,
    after: options.after,
    text: "",
    sources: [],
    progress: null,
    warnings: [],
    state: "writing",
    error: null,
    startedMs: Date.now(),
    stop: () => {
      change({ state: "stopping" });
      call.cancel();
    },
  });

  const settle = async (id: number) => {
    const view = await backend.conversation(id);
    client.setQueryData<ConversationView>(["conversation", id], view);
    void client.invalidateQueries({ queryKey: ["conversations"] });
    // What was begun meanwhile, scope and files included, goes on in the conversation that this has become.
    if (place === "new") {
      setPlace(id, placeState("new").get());
      setPlace("new", { draft: "", scope: { paths: [] }, attachments: [] });
    }
    store.set(null);
    const route = currentRoute();
    if (place === "new" && route.screen === "ask" && route.conversation === null) {
      go({ screen: "ask", conversation: id }, { replace: true });
    }
  };

  call.result
    .then(async (result) => {
      cancelAnimationFrame(frame);
      flush();
      contextUse.set((now) => ({ ...now, [result.conversation]: result.context }));
      await settle(result.conversation);
    })
    .catch(async (error: unknown) => {
      cancelAnimationFrame(frame);
      flush();
      const kept = await keptConversation(backend, params, store.get()?.startedMs ?? 0).catch(() => null);
      if (kept !== null) await settle(kept).catch(() => change({ state: "failed", error: toWireError(error) }));
      else if (isCancelled(error)) store.set(null);
      else change({ state: "failed", error: toWireError(error) });
    });
}

/** The conversation in which a stopped or failed answer was kept, with what had come of it; null if it was not. */
async function keptConversation(backend: Backend, params: AskParams, startedMs: number): Promise<number | null> {
  if (params.conversation === null) {
    const newest = (await backend.conversations({ text: "", offset: 0, limit: 1 })).conversations[0];
    return newest && newest.created_at_ms >= startedMs - 1000 ? newest.id : null;
  }
  const last = (await backend.conversation(params.conversation)).messages.at(-1);
  return last?.role === "assistant" && last.stopped !== null && last.created_at_ms >= startedMs - 1000
    ? params.conversation
    : null;
}

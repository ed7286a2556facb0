// What belongs to the writing box of a conversation: the text begun, the scope, the attached files.

import { createStore, type Store } from "../../app/store";
import type { Scope, WireError } from "../../backend";

/** The place of an answer: its conversation, or the one that will begin. */
export type Place = number | "new";

export interface Attachment {
  path: string;
  name: string;
  state: "reading" | "ready" | "failed";
  error: WireError | null;
}

export interface PlaceState {
  draft: string;
  scope: Scope;
  attachments: Attachment[];
}

const stores = new Map<Place, Store<PlaceState>>();

export function placeState(place: Place): Store<PlaceState> {
  let store = stores.get(place);
  if (!store) {
    store = createStore<PlaceState>({ draft: "", scope: { paths: [] }, attachments: [] });
    stores.set(place, store);
  }
  return store;
}

export function setPlace(place: Place, change: Partial<PlaceState>) {
  placeState(place).set((now) => ({ ...now, ...change }));
}

import { createStore } from "./store";

/** The address that the user is asked about, or null. */
export const pendingLink = createStore<string | null>(null);

/** Asks before an address is opened in the browser. */
export function askToOpen(address: string) {
  pendingLink.set(address);
}

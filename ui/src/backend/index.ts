// The one door to the program. Everything else in the window asks `useBackend()`.

import { createContext, useContext } from "react";
import type { Backend } from "./backend";
import { tauriBackend } from "./tauri";

export type { Backend, Running } from "./backend";
export type * from "./types";

/** The program when the window runs inside it; the mock in a browser, where this build has one. */
export async function openBackend(): Promise<Backend> {
  if ("__TAURI_INTERNALS__" in window) return tauriBackend;
  if (__MOCK__) return (await import("./mock")).openMock(new URLSearchParams(location.search));
  throw new Error("no program behind this window");
}

const Context = createContext<Backend | null>(null);
export const BackendProvider = Context.Provider;

export function useBackend(): Backend {
  const backend = useContext(Context);
  if (!backend) throw new Error("useBackend outside of BackendProvider");
  return backend;
}

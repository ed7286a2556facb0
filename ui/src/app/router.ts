// Where the window is, kept in the address's fragment so that back and forward work and tests can open any screen.

import { useMemo, useSyncExternalStore } from "react";

export type Route =
  | { screen: "home" }
  | { screen: "ask"; conversation: number | null }
  | { screen: "library" }
  | { screen: "write"; document: number | null }
  | { screen: "skills"; skill: string | null }
  | { screen: "prompts"; prompt: string | null }
  | { screen: "models" }
  | { screen: "settings"; section: string }
  | { screen: "network" };

export function parseRoute(fragment: string): Route {
  const [screen, detail] = fragment.replace(/^#?\/?/, "").split("/");
  switch (screen) {
    case "ask":
      return { screen: "ask", conversation: numberOf(detail) };
    case "library":
      return { screen: "library" };
    case "write":
      return { screen: "write", document: numberOf(detail) };
    case "skills":
      return { screen: "skills", skill: detail ? decodeURIComponent(detail) : null };
    case "prompts":
      return { screen: "prompts", prompt: detail ? decodeURIComponent(detail) : null };
    case "models":
      return { screen: "models" };
    case "settings":
      return { screen: "settings", section: detail || "appearance" };
    case "network":
      return { screen: "network" };
    default:
      return { screen: "home" };
  }
}

function numberOf(detail: string | undefined): number | null {
  const id = Number(detail);
  return detail && Number.isInteger(id) && id > 0 ? id : null;
}

export function routeToFragment(route: Route): string {
  switch (route.screen) {
    case "home":
      return "#/";
    case "ask":
      return route.conversation === null ? "#/ask" : `#/ask/${route.conversation}`;
    case "write":
      return route.document === null ? "#/write" : `#/write/${route.document}`;
    case "skills":
      return route.skill === null ? "#/skills" : `#/skills/${encodeURIComponent(route.skill)}`;
    case "prompts":
      return route.prompt === null ? "#/prompts" : `#/prompts/${encodeURIComponent(route.prompt)}`;
    case "settings":
      return `#/settings/${route.section}`;
    default:
      return `#/${route.screen}`;
  }
}

export function go(route: Route, options: { replace?: boolean } = {}) {
  const fragment = routeToFragment(route);
  if (location.hash === fragment) return;
  if (options.replace) history.replaceState(null, "", fragment);
  else history.pushState(null, "", fragment);
  dispatchEvent(new HashChangeEvent("hashchange"));
}

function subscribe(listener: () => void) {
  addEventListener("hashchange", listener);
  addEventListener("popstate", listener);
  return () => {
    removeEventListener("hashchange", listener);
    removeEventListener("popstate", listener);
  };
}

export function currentRoute(): Route {
  return parseRoute(location.hash);
}

export function useRoute(): Route {
  const fragment = useSyncExternalStore(subscribe, () => location.hash);
  return useMemo(() => parseRoute(fragment), [fragment]);
}

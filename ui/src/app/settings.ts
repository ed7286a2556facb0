import { queryOptions, useQuery, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { useEffect, useLayoutEffect } from "react";
import { useBackend, type AppInfo, type Backend, type Language, type Settings } from "../backend";
import { applyLanguage } from "../i18n";
import { showToast } from "./toasts";
import { toWireError } from "../errors/table";

export const defaultSettings: Settings = {
  persona: null,
  language: null,
  theme: "system",
  text_size: 100,
  send_with: "enter",
  expert: false,
  shortcuts: {},
  chat_model: null,
  saved_prompts_mib: 1024,
};

/** What the first page needs to know. */
export function appInfoQuery(backend: Backend) {
  return queryOptions({ queryKey: ["app"], queryFn: () => backend.appInfo(), staleTime: Infinity });
}

export function useAppInfo() {
  return useQuery(appInfoQuery(useBackend()));
}

export function useSettings(): Settings {
  return useAppInfo().data?.settings ?? defaultSettings;
}

/** The settings as they are at this moment, for what happens outside of drawing. */
export function settingsNow(client: QueryClient): Settings {
  return client.getQueryData<AppInfo>(["app"])?.settings ?? defaultSettings;
}

export function useLanguage(): Language {
  const info = useAppInfo().data;
  return info?.settings.language ?? info?.system_language ?? "zh-CN";
}

/** Changes settings: seen at once, then kept by the program; taken back if that fails. */
export function useChangeSettings() {
  const backend = useBackend();
  const client = useQueryClient();
  return async (change: Partial<Settings>) => {
    const before = client.getQueryData<AppInfo>(["app"]);
    if (!before) return;
    const settings = { ...before.settings, ...change };
    client.setQueryData<AppInfo>(["app"], { ...before, settings });
    try {
      await backend.setSettings(settings);
    } catch (error) {
      client.setQueryData<AppInfo>(["app"], before);
      showToast({ kind: "error", error: toWireError(error) });
    }
  };
}

/** Puts language, theme and text size into force. */
export function useAppearance() {
  const settings = useSettings();
  const language = useLanguage();
  useEffect(() => applyLanguage(language), [language]);
  // Before the effects of the views that measure their text.
  useLayoutEffect(() => {
    document.documentElement.style.fontSize = `${(settings.text_size / 100) * 16}px`;
  }, [settings.text_size]);
  useEffect(() => {
    const dark = matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const isDark = settings.theme === "dark" || (settings.theme === "system" && dark.matches);
      document.documentElement.dataset["theme"] = isDark ? "dark" : "light";
    };
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [settings.theme]);
}

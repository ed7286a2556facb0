import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import type { Language } from "../backend";
import en from "./en.json";
import zh from "./zh-CN.json";

export const languages: Language[] = ["zh-CN", "en"];

export function startTranslations(language: Language) {
  void i18next.use(initReactI18next).init({
    lng: language,
    fallbackLng: "en",
    resources: { "zh-CN": { translation: zh }, en: { translation: en } },
    interpolation: { escapeValue: false },
    initAsync: false,
    returnNull: false,
    showSupportNotice: false,
  });
  applyLanguage(language);
}

/** Switches every text at once; `lang` chooses the right shapes of shared characters and the reader's voice. */
export function applyLanguage(language: Language) {
  if (i18next.language !== language) void i18next.changeLanguage(language);
  document.documentElement.lang = language;
  document.title = i18next.t("app.name");
}

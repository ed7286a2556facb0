import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { Appearance } from "./Appearance";
import { General } from "./General";
import { Shortcuts } from "./Shortcuts";
import { Storage } from "./Storage";

const sections = ["appearance", "general", "shortcuts", "data"] as const;

export default function SettingsScreen({ section }: { section: string }) {
  const { t } = useTranslation();
  const shown = sections.find((one) => one === section) ?? "appearance";
  return (
    <>
      <Header title={t("settings.title")} />
      <div className="flex min-h-0 flex-1">
        <nav
          aria-label={t("settings.title")}
          className="w-52 shrink-0 overflow-y-auto border-e border-line p-2 max-[56rem]:w-40"
        >
          {sections.map((one) => (
            <button
              key={one}
              type="button"
              aria-current={one === shown ? "page" : undefined}
              onClick={() => go({ screen: "settings", section: one })}
              className={`ring-inside block h-8 w-full rounded-md px-3 text-start ${one === shown ? "bg-hover font-medium" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
            >
              {t(`settings.section.${one}`)}
            </button>
          ))}
        </nav>
        <div className="min-w-0 flex-1 overflow-y-auto">
          <div className="mx-auto max-w-2xl px-8 py-5">
            {shown === "appearance" && <Appearance />}
            {shown === "general" && <General />}
            {shown === "shortcuts" && <Shortcuts />}
            {shown === "data" && <Storage />}
          </div>
        </div>
      </div>
    </>
  );
}

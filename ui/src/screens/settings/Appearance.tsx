import { useTranslation } from "react-i18next";
import { useChangeSettings, useLanguage, useSettings } from "../../app/settings";
import type { Language, Settings } from "../../backend";
import { Segmented } from "../../kit/fields";
import { Setting } from "./Setting";

const sizes = ["90", "100", "110", "125", "150"] as const;

export function Appearance() {
  const { t } = useTranslation();
  const settings = useSettings();
  const language = useLanguage();
  const change = useChangeSettings();
  return (
    <>
      <Setting name={t("settings.language")}>
        <Segmented<Language>
          label={t("settings.language")}
          value={language}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(next) => void change({ language: next })}
        />
      </Setting>
      <Setting name={t("settings.theme")}>
        <Segmented<Settings["theme"]>
          label={t("settings.theme")}
          value={settings.theme}
          options={(["light", "dark", "system"] as const).map((value) => ({
            value,
            label: t(`settings.themes.${value}`),
          }))}
          onChange={(theme) => void change({ theme })}
        />
      </Setting>
      <Setting name={t("settings.textSize")}>
        <Segmented
          label={t("settings.textSize")}
          value={String(settings.text_size)}
          options={sizes.map((value) => ({ value, label: `${value}%` }))}
          onChange={(value) => void change({ text_size: Number(value) })}
        />
      </Setting>
      <div className="reading selectable mt-4 rounded-xl border border-line bg-surface px-5 py-4">
        <p>{t("settings.specimen")}</p>
      </div>
    </>
  );
}

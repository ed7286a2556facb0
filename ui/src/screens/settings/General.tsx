import { useTranslation } from "react-i18next";
import { useChangeSettings, useSettings } from "../../app/settings";
import { isMac, keysOf } from "../../app/shortcuts";
import type { Persona, Settings } from "../../backend";
import { Segmented, Toggle } from "../../kit/fields";
import { Setting } from "./Setting";

export function General() {
  const { t } = useTranslation();
  const settings = useSettings();
  const change = useChangeSettings();
  return (
    <>
      <Setting name={t("settings.persona")} about={t("settings.personaAbout")}>
        <Segmented<Persona>
          label={t("settings.persona")}
          value={settings.persona ?? "office"}
          options={(["office", "teacher", "secure", "explore"] as const).map((value) => ({
            value,
            label: t(`persona.${value}.short`),
          }))}
          onChange={(persona) => void change({ persona })}
        />
      </Setting>
      <Setting name={t("settings.sendWith")} about={t("settings.sendWithAbout")}>
        <Segmented<Settings["send_with"]>
          label={t("settings.sendWith")}
          value={settings.send_with}
          options={[
            { value: "enter", label: "Enter" },
            { value: "ctrl_enter", label: keysOf("Mod+Enter", isMac).join(isMac ? "" : "+") },
          ]}
          onChange={(send_with) => void change({ send_with })}
        />
      </Setting>
      <Toggle
        checked={settings.expert}
        onChange={(expert) => void change({ expert })}
        label={t("settings.expert")}
        about={t("settings.expertAbout")}
      />
    </>
  );
}

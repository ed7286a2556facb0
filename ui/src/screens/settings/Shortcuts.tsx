import { RotateCcw } from "lucide-react";
import { useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { defaultShortcuts, useCommands, useShortcuts, type CommandId } from "../../app/commands";
import { useChangeSettings, useSettings } from "../../app/settings";
import { conflictOf, isBindable, isComposing, isMac, shortcutOf } from "../../app/shortcuts";
import { Button, IconButton } from "../../kit/Button";
import { Keys } from "../../kit/Keys";

/** Every command with its keys; a click waits for new ones. */
export function Shortcuts() {
  const { t } = useTranslation();
  const commands = useCommands();
  const inForce = useShortcuts();
  const { shortcuts } = useSettings();
  const change = useChangeSettings();
  const [capturing, setCapturing] = useState<CommandId | null>(null);
  const [problem, setProblem] = useState<string | null>(null);

  useLayoutEffect(() => {
    if (!capturing) return;
    document.body.dataset["capture"] = "keys";
    const onKey = (event: KeyboardEvent) => {
      event.preventDefault();
      event.stopPropagation();
      if (isComposing(event)) return;
      if (event.key === "Escape") return setCapturing(null);
      const pressed = event.key === "Backspace" || event.key === "Delete" ? "" : shortcutOf(event, isMac);
      if (pressed === null) return;
      if (pressed && !isBindable(pressed)) return setProblem(t("shortcuts.needsModifier"));
      const other = conflictOf(capturing, pressed, inForce);
      if (other) return setProblem(t("shortcuts.taken", { name: t(`command.${other}`) }));
      const next = { ...shortcuts };
      if (pressed === defaultShortcuts[capturing]) delete next[capturing];
      else next[capturing] = pressed;
      void change({ shortcuts: next });
      setCapturing(null);
    };
    addEventListener("keydown", onKey, true);
    return () => {
      delete document.body.dataset["capture"];
      removeEventListener("keydown", onKey, true);
    };
  }, [capturing, inForce, shortcuts, change, t]);

  return (
    <>
      <p className="py-2 text-sm text-ink-2">{t("shortcuts.about")}</p>
      <ul className="divide-y divide-line border-y border-line">
        {commands.map((command) => {
          const active = capturing === command.id;
          return (
            <li key={command.id} className="flex min-h-11 items-center gap-3 py-1.5">
              <span className="min-w-0 flex-1">
                {command.name}
                {active && problem && (
                  <span role="alert" className="block text-sm text-danger">
                    {problem}
                  </span>
                )}
              </span>
              {shortcuts[command.id] !== undefined && (
                <IconButton
                  size="small"
                  icon={RotateCcw}
                  label={t("shortcuts.reset", { name: command.name })}
                  onClick={() => {
                    const { [command.id]: _, ...rest } = shortcuts;
                    void change({ shortcuts: rest });
                  }}
                />
              )}
              <Button
                size="small"
                look={active ? "primary" : "quiet"}
                className={`min-w-32 ${active ? "" : "justify-end!"}`}
                aria-label={t("shortcuts.change", { name: command.name, keys: command.keys || t("shortcuts.none") })}
                onClick={() => {
                  setProblem(null);
                  setCapturing(active ? null : command.id);
                }}
              >
                {active ? (
                  t("shortcuts.press")
                ) : command.keys ? (
                  <Keys shortcut={command.keys} />
                ) : (
                  <span className="text-ink-3">{t("shortcuts.none")}</span>
                )}
              </Button>
            </li>
          );
        })}
      </ul>
      <p className="py-3 text-sm text-ink-2">{t("shortcuts.fixed")}</p>
    </>
  );
}

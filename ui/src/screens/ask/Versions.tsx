import { ChevronLeft, ChevronRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import type { MessageView } from "../../backend";
import { IconButton } from "../../kit/Button";

/** ‹2/3›: the other versions at this place of the conversation. */
export function Versions({ message, onSwitch }: { message: MessageView; onSwitch: (message: number) => void }) {
  const { t } = useTranslation();
  const versions = message.siblings.includes(message.id)
    ? message.siblings
    : [...message.siblings, message.id].sort((a, b) => a - b);
  if (versions.length < 2) return null;
  const at = versions.indexOf(message.id);
  const before = versions[at - 1];
  const after = versions[at + 1];
  return (
    <span role="group" aria-label={t("ask.versions")} className="tabular inline-flex items-center text-xs text-ink-2">
      <IconButton
        size="small"
        icon={ChevronLeft}
        label={t("ask.versionBefore")}
        disabled={before === undefined}
        onClick={() => before !== undefined && onSwitch(before)}
      />
      {at + 1}/{versions.length}
      <IconButton
        size="small"
        icon={ChevronRight}
        label={t("ask.versionAfter")}
        disabled={after === undefined}
        onClick={() => after !== undefined && onSwitch(after)}
      />
    </span>
  );
}

import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { count } from "../../format/numbers";
import { Tip } from "../../kit/Tip";
import { contextUse } from "./live";
import type { Place } from "./place";

/** How full the context window was with the last answer. */
export function ContextMeter({ place }: { place: Place }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const use = useStore(contextUse)[place === "new" ? -1 : place];
  if (!use || use.window === 0) return null;
  const share = Math.min(1, use.used / use.window);
  const words = t("composer.context", {
    used: count(use.used, language),
    window: count(use.window, language),
    percent: Math.round(share * 100),
  });
  return (
    <Tip text={words} side="top">
      <button
        type="button"
        aria-label={words}
        className="tabular me-1 flex h-8 items-center gap-1.5 rounded-md px-2 text-xs text-ink-2 hover:bg-hover"
      >
        <svg viewBox="0 0 20 20" aria-hidden className="size-4 -rotate-90">
          <circle cx="10" cy="10" r="7" fill="none" stroke="var(--line-2)" strokeWidth="3" />
          <circle
            cx="10"
            cy="10"
            r="7"
            fill="none"
            stroke={share > 0.85 ? "var(--warn)" : "var(--accent)"}
            strokeWidth="3"
            strokeDasharray={`${share * 44} 44`}
          />
        </svg>
        {Math.round(share * 100)} %
      </button>
    </Tip>
  );
}

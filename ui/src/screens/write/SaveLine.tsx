import { Check, CircleAlert } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { useWords } from "../../errors/words";
import { moment } from "../../format/numbers";
import { Button } from "../../kit/Button";
import type { Saver } from "./save";

/** Whether what is seen is also kept. */
export function SaveLine({ saver }: { saver: Saver }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const state = useStore(saver.state);
  const words = useWords(state.is === "failed" ? state.error : null, { what: t("write.this") });
  return (
    <div role="status" className="flex min-w-0 shrink items-center gap-1.5 text-sm text-ink-2">
      {state.is === "failed" ? (
        <>
          <CircleAlert aria-hidden className="size-4 shrink-0 text-danger" strokeWidth={1.75} />
          <span className="min-w-0 truncate text-danger" title={words.sentence}>
            {t("write.notSaved", { why: words.sentence })}
          </span>
          <Button size="small" onClick={() => void saver.flush()}>
            {t("action.retry")}
          </Button>
        </>
      ) : state.is === "saved" ? (
        <>
          <Check aria-hidden className="size-4 shrink-0 text-accent" strokeWidth={1.75} />
          <span className="tabular whitespace-nowrap">{t("write.saved", { at: moment(state.atMs, language) })}</span>
        </>
      ) : (
        <span className="whitespace-nowrap">{t("write.saving")}</span>
      )}
    </div>
  );
}

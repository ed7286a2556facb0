import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { progressLine } from "../../format/usage";
import { Button } from "../../kit/Button";
import { Progress } from "../../kit/states";
import type { ModelWork } from "./work";

/** A model on its way: how far, how long still, and a way to stop; what came is kept. */
export function DownloadLine({ work }: { work: ModelWork }) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (work.error) return null;
  return (
    <div className="mt-3" role="status">
      <Progress done={work.progress?.done ?? 0} total={work.progress?.total ?? null} label={work.name} />
      <div className="mt-1 flex items-center gap-2">
        <p className="tabular min-w-0 flex-1 text-xs text-ink-2">
          {work.progress ? progressLine(work.progress, t, language) : t("stage.waiting")}
        </p>
        <Button size="small" look="quiet" onClick={work.cancel}>
          {t("action.pause")}
        </Button>
      </div>
    </div>
  );
}

import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { progressLine } from "../../format/usage";
import { ErrorNote, Progress } from "../../kit/states";
import { Markdown } from "../../markdown/Markdown";
import { Cite } from "./Cite";
import type { LiveAnswer } from "./live";

/** An answer while it is written. */
export function LiveMessage({ live, onRetry }: { live: LiveAnswer; onRetry: () => void }) {
  const { t } = useTranslation();
  const { sources } = live;
  const cite = useCallback((marker: number) => <Cite marker={marker} citations={sources} />, [sources]);
  return (
    <article aria-busy={live.state !== "failed"} aria-label={t("ask.answer")}>
      <h2 className="sr-only">{t("ask.answer")}</h2>
      {live.text && <Markdown text={live.text} growing cite={cite} />}
      {live.warnings.map((warning) => (
        <p key={warning.code + warning.message} className="mt-2 rounded-md bg-warn-soft px-3 py-1.5 text-sm text-warn">
          {t(`error.${warning.code}`, { subject: t("error.this"), defaultValue: warning.message })}
        </p>
      ))}
      {live.state === "failed" ? (
        <div className="mt-3">
          <ErrorNote error={live.error} onRetry={onRetry} />
        </div>
      ) : (
        <Stage live={live} />
      )}
    </article>
  );
}

function Stage({ live }: { live: LiveAnswer }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const [seconds, setSeconds] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setSeconds(Math.floor((Date.now() - live.startedMs) / 1000)), 1000);
    return () => clearInterval(timer);
  }, [live.startedMs]);
  const words =
    live.state === "stopping"
      ? t("ask.stopping")
      : live.text
        ? t("ask.writing")
        : live.progress
          ? progressLine(live.progress, t, language)
          : live.sources.length > 0
            ? t("ask.readingSources", { count: live.sources.length })
            : t("ask.searching");
  return (
    <div role="status" className={`flex items-center gap-2.5 text-sm text-ink-2 ${live.text ? "mt-3" : "py-1"}`}>
      <span className="w-10">
        <Progress done={0} total={null} label={words} />
      </span>
      <span>{words}</span>
      {seconds >= 3 && <span className="tabular text-ink-3">{t("ask.seconds", { count: seconds })}</span>}
    </div>
  );
}

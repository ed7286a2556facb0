// What a view shows while it waits, when it has nothing, and when something went wrong.

import { CircleAlert, type LucideIcon } from "lucide-react";
import { useEffect, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useWords } from "../errors/words";
import { Button } from "./Button";

export function Empty({
  icon: Icon,
  title,
  about,
  children,
}: {
  icon: LucideIcon;
  title: string;
  about?: string;
  children?: ReactNode;
}) {
  return (
    <div className="flex h-full flex-col items-center justify-center gap-1 px-6 py-10 text-center">
      <Icon aria-hidden className="mb-2 size-7 text-ink-3" strokeWidth={1.25} />
      <p className="text-lg font-medium">{title}</p>
      {about && <p className="max-w-md text-base text-balance text-ink-2">{about}</p>}
      {children && <div className="mt-4 flex flex-wrap justify-center gap-2">{children}</div>}
    </div>
  );
}

/** An error in one sentence with what to do; a large one fills a view, a small one stands in a line. */
export function ErrorNote({
  error,
  onRetry,
  large = false,
  subject,
  what,
}: {
  error: unknown;
  onRetry?: () => void;
  large?: boolean;
  /** The file or model that it is about. */
  subject?: string;
  /** What it is about, where that has no name: “this conversation”. */
  what?: string;
}) {
  const { t } = useTranslation();
  const words = useWords(error, { subject, what, retry: onRetry });
  return (
    <div
      role="alert"
      className={
        large
          ? "mx-auto flex h-full max-w-lg flex-col items-center justify-center gap-3 px-6 py-10 text-center"
          : "flex items-start gap-2.5 rounded-lg bg-danger-soft px-3 py-2.5"
      }
    >
      <CircleAlert
        aria-hidden
        className={`shrink-0 text-danger ${large ? "size-7" : "mt-0.5 size-4"}`}
        strokeWidth={large ? 1.25 : 1.75}
      />
      <div className={`min-w-0 ${large ? "" : "flex-1"}`}>
        <p className="text-base text-ink">{words.sentence}</p>
        {words.detail && (
          <details className="mt-1 text-xs text-ink-2">
            <summary className="inline-block rounded-sm underline decoration-dotted underline-offset-3">
              {t("error.detail")}
            </summary>
            <p className="selectable mt-1 break-words">{words.detail}</p>
          </details>
        )}
      </div>
      {words.action && (
        <Button size={large ? "normal" : "small"} onClick={words.action.run}>
          {words.action.label}
        </Button>
      )}
    </div>
  );
}

/** Grey lines where text will be; nothing for the first moments, so that quick answers do not flicker. */
export function Waiting({ lines = 5, label }: { lines?: number; label?: string }) {
  const { t } = useTranslation();
  const [shown, setShown] = useState(false);
  useEffect(() => {
    const timer = setTimeout(() => setShown(true), 150);
    return () => clearTimeout(timer);
  }, []);
  return (
    <div role="status" className="flex flex-col gap-3 p-4">
      <span className="sr-only">{label ?? t("state.loading")}</span>
      {shown &&
        Array.from({ length: lines }, (_, index) => (
          <span
            key={index}
            className="h-3.5 rounded bg-hover animate-fade"
            style={{ width: `${[92, 78, 86, 64, 81, 70][index % 6]}%` }}
          />
        ))}
    </div>
  );
}

export function Progress({ done, total, label }: { done: number; total: number | null; label: string }) {
  const share = total ? Math.min(1, done / total) : null;
  return (
    <div
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={100}
      {...(share === null ? {} : { "aria-valuenow": Math.round(share * 100) })}
      className="h-1 w-full overflow-hidden rounded-full bg-hover"
    >
      {share === null ? (
        <div className="h-full w-2/5 rounded-full bg-accent animate-travel" />
      ) : (
        <div
          className="h-full origin-left rounded-full bg-accent transition-transform duration-200"
          style={{ transform: `scaleX(${share})` }}
        />
      )}
    </div>
  );
}

/** A short fact with a colour that means something; the text says it too. */
export function Badge({ tone = "plain", children }: { tone?: "plain" | "good" | "warn" | "bad"; children: ReactNode }) {
  const tones = {
    plain: "bg-hover text-ink-2",
    good: "bg-accent-soft text-accent",
    warn: "bg-warn-soft text-warn",
    bad: "bg-danger-soft text-danger",
  };
  return (
    <span className={`inline-flex h-5 shrink-0 items-center rounded px-1.5 text-xs whitespace-nowrap ${tones[tone]}`}>
      {children}
    </span>
  );
}

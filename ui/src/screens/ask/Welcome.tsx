import { useQuery } from "@tanstack/react-query";
import { ArrowUpRight } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../app/Mark";
import { useAppInfo, useLanguage } from "../../app/settings";
import { useBackend } from "../../backend";
import { count } from "../../format/numbers";

/** A new conversation, before its first question. */
export function Welcome({ onAsk }: { onAsk: (question: string) => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const info = useAppInfo();
  const library = useQuery({ queryKey: ["library"], queryFn: () => backend.libraryStatus() });
  const files = (library.data?.files_ready ?? 0) + (library.data?.files_words_only ?? 0);
  const examples = info.data?.samples ? (["one", "two", "three"] as const) : [];
  return (
    <div className="flex min-h-0 flex-1 flex-col items-center justify-center overflow-y-auto px-6 py-8">
      <Mark className="mb-3 size-9 text-accent" />
      <p className="text-xl font-semibold">{t("ask.welcome")}</p>
      <p className="mt-1 text-ink-2">
        {files > 0 ? t("ask.welcomeFiles", { count: files, files: count(files, language) }) : t("ask.welcomeEmpty")}
      </p>
      {files > 0 && examples.length > 0 && (
        <ul className="mt-6 flex w-full max-w-xl flex-col gap-1.5">
          {examples.map((example) => (
            <li key={example}>
              <button
                type="button"
                onClick={() => onAsk(t(`ask.example.${example}`))}
                className="group flex w-full items-center gap-3 rounded-lg border border-line bg-surface px-4 py-2.5 text-start transition-colors hover:border-line-2 hover:bg-hover"
              >
                <span className="flex-1">{t(`ask.example.${example}`)}</span>
                <ArrowUpRight aria-hidden className="size-4 text-ink-3 group-hover:text-accent" strokeWidth={1.75} />
              </button>
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

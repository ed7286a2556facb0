import { useQuery } from "@tanstack/react-query";
import { X } from "lucide-react";
import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { useSettings } from "../../app/settings";
import { isComposing } from "../../app/shortcuts";
import { useBackend, type Explanation } from "../../backend";
import { placeOf } from "../../format/anchor";
import { fileName } from "../../format/paths";
import { Button, IconButton } from "../../kit/Button";
import { TextField } from "../../kit/fields";
import { Badge, ErrorNote, Waiting } from "../../kit/states";
import { showSource } from "../source/open";
import { explaining } from "./explain-state";
import { verdictOf } from "./verdict";

/** Why was this not found? Whether the text is there, which pieces come near, and how near. */
export function ExplainPanel({ question, path }: { question: string; path: string | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const [text, setText] = useState(question);
  const [file, setFile] = useState(path);
  const [asked, setAsked] = useState<{ question: string; path: string } | null>(null);
  useEffect(() => {
    setText(question);
    setFile(path);
    setAsked(null);
  }, [question, path]);
  const files = useQuery({
    queryKey: ["sources", "explain"],
    queryFn: () => backend.sources({ text: "", state: "all", offset: 0, limit: 200 }),
  });
  const explanation = useQuery({
    queryKey: ["explain", asked],
    queryFn: () => (asked ? backend.explain(asked.question, asked.path) : null),
    enabled: asked !== null,
    staleTime: 0,
  });
  return (
    <section
      aria-label={t("explain.title")}
      className="max-h-[55%] overflow-y-auto border-b border-line bg-sunken px-5 py-3"
    >
      <div className="flex items-start justify-between">
        <div>
          <h2 className="font-medium">{t("explain.title")}</h2>
          <p className="text-sm text-ink-2">{t("explain.about")}</p>
        </div>
        <IconButton icon={X} label={t("action.close")} onClick={() => explaining.set(null)} />
      </div>
      <form
        className="mt-2 flex flex-wrap gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          if (file && text.trim()) setAsked({ question: text.trim(), path: file });
        }}
      >
        <TextField
          autoFocus
          aria-label={t("explain.question")}
          placeholder={t("explain.question")}
          value={text}
          onChange={(event) => setText(event.target.value)}
          onKeyDown={(event) => {
            if (event.key === "Enter" && isComposing(event.nativeEvent)) event.preventDefault();
          }}
          className="min-w-60 flex-1"
        />
        <select
          aria-label={t("explain.file")}
          value={file ?? ""}
          onChange={(event) => setFile(event.target.value || null)}
          className="h-8 max-w-72 rounded-md border border-line-2 bg-surface px-2 text-base"
        >
          <option value="">{t("explain.file")}</option>
          {file && !files.data?.sources.some((source) => source.path === file) && (
            <option value={file}>{fileName(file)}</option>
          )}
          {files.data?.sources.map((source) => (
            <option key={source.path} value={source.path}>
              {fileName(source.path)}
            </option>
          ))}
        </select>
        <Button type="submit" disabled={!file || !text.trim()}>
          {t("explain.go")}
        </Button>
      </form>
      {asked && (
        <div className="mt-3">
          {explanation.error ? (
            <ErrorNote error={explanation.error} onRetry={() => void explanation.refetch()} />
          ) : explanation.data ? (
            <Result explanation={explanation.data} />
          ) : (
            <Waiting lines={3} />
          )}
        </div>
      )}
    </section>
  );
}

function Result({ explanation }: { explanation: Explanation }) {
  const { t } = useTranslation();
  const { expert } = useSettings();
  return (
    <>
      <p className="font-medium">{t(verdictOf(explanation))}</p>
      {explanation.error && (
        <div className="mt-2">
          <ErrorNote error={explanation.error} subject={fileName(explanation.path)} />
        </div>
      )}
      <p className="mt-2 flex flex-wrap items-center gap-1 text-sm">
        <span className="text-ink-2">{t("explain.words")}</span>
        {explanation.words_found.map((word) => (
          <Badge key={word} tone="good">
            {word}
          </Badge>
        ))}
        {explanation.words_missing.map((word) => (
          <Badge key={word}>
            <s>{word}</s>
          </Badge>
        ))}
      </p>
      <ol className="mt-2 flex flex-col gap-1.5">
        {explanation.chunks.map((chunk, index) => (
          <li key={index}>
            <button
              type="button"
              onClick={() => showSource({ path: explanation.path, anchor: chunk.anchor, quote: chunk.text })}
              className="w-full rounded-md border border-line bg-surface px-3 py-2 text-start hover:border-line-2"
            >
              <span className="tabular flex items-center gap-3 text-xs text-ink-2">
                <span>{chunk.rank === null ? t("explain.unranked") : t("explain.rank", { rank: chunk.rank })}</span>
                <span>{placeOf(chunk.anchor, t)}</span>
                <span className="ms-auto">{t("explain.score", { score: chunk.score.toFixed(2) })}</span>
                {expert && (
                  <span className="text-ink-3">
                    cos {chunk.cosine?.toFixed(3) ?? "–"} · BM25 {chunk.bm25?.toFixed(2) ?? "–"}
                  </span>
                )}
              </span>
              <span className="mt-0.5 line-clamp-2">{chunk.text}</span>
            </button>
          </li>
        ))}
      </ol>
    </>
  );
}

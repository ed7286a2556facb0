import { Check, CircleAlert, Grid3x3, Table2 } from "lucide-react";
import { Tabs } from "radix-ui";
import { lazy, Suspense, useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type SheetAnswer } from "../../backend";
import { cell, count, decimalsOf } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { Button } from "../../kit/Button";
import { Waiting } from "../../kit/states";
import { showSource } from "../source/open";
import { PutResult, workbookOf } from "./PutResult";

const Chart = lazy(() => import("./Chart"));

const shownRows = 50;

/** A calculated answer with all that it rests on: the rows, the way, the cells read, the checks. */
export function SheetResult({ sheet, question }: { sheet: SheetAnswer; question: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const backend = useBackend();
  const [all, setAll] = useState(false);
  const [isPutting, setPutting] = useState(false);
  const workbook = workbookOf(sheet);
  const rows = all ? sheet.rows : sheet.rows.slice(0, shownRows);
  const numeric = sheet.columns.map((_, at) =>
    sheet.rows.every((row) => row[at] === null || typeof row[at] === "number"),
  );
  const decimals = sheet.columns.map((_, at) => decimalsOf(sheet.rows.map((row) => row[at] ?? null)));
  const tab =
    "h-8 border-b-2 focus-visible:bg-hover focus-visible:outline-none border-transparent px-1 text-sm text-ink-2 transition-colors hover:text-ink data-[state=active]:border-accent data-[state=active]:font-medium data-[state=active]:text-ink";
  const failed = sheet.checks.filter((check) => !check.passed);
  return (
    <section aria-label={t("sheet.label")} className="mt-3 overflow-hidden rounded-xl border border-line bg-surface">
      <Tabs.Root defaultValue="rows">
        <div className="flex items-center gap-4 border-b border-line px-4">
          <Tabs.List aria-label={t("sheet.label")} className="flex gap-4">
            <Tabs.Trigger value="rows" className={tab}>
              {t("sheet.rows", { count: sheet.rows.length })}
            </Tabs.Trigger>
            {sheet.chart && (
              <Tabs.Trigger value="chart" className={tab}>
                {t("sheet.chart")}
              </Tabs.Trigger>
            )}
            <Tabs.Trigger value="how" className={tab}>
              {t("sheet.how")}
            </Tabs.Trigger>
          </Tabs.List>
          <span
            className={`ms-auto flex items-center gap-1 text-xs ${failed.length > 0 ? "text-warn" : "text-accent"}`}
          >
            {failed.length > 0 ? (
              <CircleAlert aria-hidden className="size-3.5" />
            ) : (
              <Check aria-hidden className="size-3.5" strokeWidth={2.25} />
            )}
            {failed.length > 0
              ? t("sheet.checksFailed", { count: failed.length })
              : t("sheet.checksPassed", { count: sheet.checks.length })}
          </span>
        </div>
        <Tabs.Content value="rows" tabIndex={-1}>
          <div className="max-h-80 overflow-auto" tabIndex={0} role="group" aria-label={t("sheet.label")}>
            <table className="tabular selectable w-full text-base">
              <thead className="sticky top-0 bg-sunken">
                <tr>
                  {sheet.columns.map((column, at) => (
                    <th
                      key={column}
                      scope="col"
                      className={`px-4 py-1.5 text-sm font-medium whitespace-nowrap text-ink-2 ${numeric[at] ? "text-end" : "text-start"}`}
                    >
                      {column}
                    </th>
                  ))}
                </tr>
              </thead>
              <tbody className="divide-y divide-line">
                {rows.map((row, index) => (
                  <tr key={index}>
                    {row.map((value, at) => (
                      <td key={at} className={`px-4 py-1.5 ${numeric[at] ? "text-end" : ""}`}>
                        {cell(value, language, decimals[at])}
                      </td>
                    ))}
                  </tr>
                ))}
              </tbody>
            </table>
          </div>
          {sheet.rows.length > rows.length && (
            <p className="border-t border-line px-4 py-1.5">
              <Button size="small" look="quiet" onClick={() => setAll(true)}>
                {t("sheet.showAll", { rows: count(sheet.rows.length, language) })}
              </Button>
            </p>
          )}
        </Tabs.Content>
        {sheet.chart && (
          <Tabs.Content value="chart" className="p-3">
            <Suspense fallback={<Waiting lines={4} />}>
              <Chart sheet={sheet} />
            </Suspense>
          </Tabs.Content>
        )}
        <Tabs.Content value="how" className="flex flex-col gap-3 px-4 py-3">
          <p className="selectable">{sheet.explanation}</p>
          <div>
            <div className="flex items-center justify-between">
              <h3 className="text-xs text-ink-3">{t("sheet.sql")}</h3>
              <Button
                size="small"
                look="quiet"
                onClick={() =>
                  void backend.copyText(sheet.sql).then(() => showToast({ kind: "note", text: t("action.copied") }))
                }
              >
                {t("action.copy")}
              </Button>
            </div>
            <pre
              tabIndex={0}
              className="selectable overflow-x-auto rounded-md bg-sunken px-3 py-2 font-mono text-sm leading-relaxed whitespace-pre-wrap"
            >
              {sheet.sql}
            </pre>
          </div>
          <ul className="flex flex-col gap-1">
            {sheet.checks.map((check) => (
              <li key={check.name} className="flex items-baseline gap-2 text-sm">
                {check.passed ? (
                  <Check
                    aria-label={t("sheet.passed")}
                    className="size-3.5 shrink-0 translate-y-0.5 text-accent"
                    strokeWidth={2.25}
                  />
                ) : (
                  <CircleAlert aria-label={t("sheet.failed")} className="size-3.5 shrink-0 translate-y-0.5 text-warn" />
                )}
                <span>{t(`check.${check.name}`, { defaultValue: check.name })}</span>
                <span className="text-ink-2">{check.detail}</span>
              </li>
            ))}
          </ul>
        </Tabs.Content>
      </Tabs.Root>
      {sheet.cells.length > 0 && (
        <footer className="flex flex-wrap items-center gap-1.5 border-t border-line px-4 py-2 text-sm text-ink-2">
          <span className="me-1">{t("sheet.from")}</span>
          {sheet.cells.map((read) => (
            <button
              key={`${read.path}${read.sheet}${read.range}`}
              type="button"
              onClick={() => showSource({ path: read.path, anchor: { sheet: read.sheet, range: read.range } })}
              className="tabular inline-flex h-6 max-w-full items-center gap-1 rounded border border-line px-1.5 text-xs hover:bg-hover hover:text-ink"
            >
              <Grid3x3 aria-hidden className="size-3.5 shrink-0 text-accent" strokeWidth={1.75} />
              <span className="truncate">
                {fileName(read.path)} · {read.sheet}!{read.range}
              </span>
            </button>
          ))}
          {workbook && question && (
            <Button size="small" look="quiet" icon={Table2} className="ms-auto" onClick={() => setPutting(true)}>
              {t("putResult.open")}
            </Button>
          )}
        </footer>
      )}
      {isPutting && workbook && (
        <PutResult sheet={sheet} path={workbook} question={question} onClose={() => setPutting(false)} />
      )}
    </section>
  );
}

import { ChartColumn } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTranslation } from "react-i18next";
import { useBackend, type ChartProposal } from "../../backend";
import { Waiting } from "../../kit/states";
import { AskTool } from "./AskTool";
import { Warnings } from "./workbook";

const ChartPreview = lazy(() => import("./ChartPreview"));

/** A native chart of a workbook's columns, asked for in words: drawn here first, then written, then undone if wished. */
export function ChartTool() {
  const { t } = useTranslation();
  const backend = useBackend();
  return (
    <AskTool<ChartProposal>
      icon={ChartColumn}
      words={{
        title: t("chart.title"),
        about: t("chart.about"),
        ask: t("chart.ask"),
        example: t("chart.example"),
        go: t("chart.go"),
        result: t("chart.result"),
        copySuffix: t("chart.copySuffix"),
      }}
      suggest={(path, ask) => backend.suggestChart({ path, ask, table: null }, () => {})}
    >
      {(proposal) => <Shown proposal={proposal} />}
    </AskTool>
  );
}

function Shown({ proposal }: { proposal: ChartProposal }) {
  const { t } = useTranslation();
  const first = proposal.series[0];
  const isCut = first !== undefined && first.points.length < first.count;
  const place = { sheet: proposal.sheet, range: proposal.range };
  const hasTrend = proposal.series.some((one) => one.trend !== null);
  return (
    <>
      <h3 className="text-lg font-medium">
        {t(`chart.kind.${proposal.kind}`, { defaultValue: proposal.kind })}
        <span className="ms-3 text-sm font-normal text-ink-2">{t("chart.place", place)}</span>
      </h3>
      <figure className="mt-3 rounded-lg border border-line p-3">
        {proposal.title && <figcaption className="pb-1 text-center font-medium">{proposal.title}</figcaption>}
        <Suspense fallback={<Waiting lines={4} />}>
          <ChartPreview proposal={proposal} />
        </Suspense>
      </figure>
      <p className="mt-1.5 text-sm text-ink-2">
        {t("chart.preview")}
        {hasTrend && ` ${t("chart.trendLater")}`}
        {isCut && ` ${t("chart.cut", { shown: first.points.length, all: first.count })}`}
      </p>
      <Facts proposal={proposal} />
      <SeriesTable proposal={proposal} hasTrend={hasTrend} />
      <Warnings byModel={proposal.is_by_model ? t("chart.byModel") : null} notes={proposal.notes} />
    </>
  );
}

/** Titles and how several series stand, as far as there are any. */
function Facts({ proposal }: { proposal: ChartProposal }) {
  const { t } = useTranslation();
  const stacking = proposal.stacking === "beside" ? null : t(`chart.stacking.${proposal.stacking}`);
  const isLying = proposal.kind === "bar";
  const facts = [
    { name: t("chart.fact.title"), value: proposal.title },
    // Bars that lie have their labels upright.
    { name: t("chart.fact.x"), value: isLying ? proposal.y_title : proposal.x_title },
    { name: t("chart.fact.y"), value: isLying ? proposal.x_title : proposal.y_title },
    { name: t("chart.fact.stacking"), value: stacking },
  ].filter(({ value }) => value !== null);
  if (facts.length === 0) return null;
  return (
    <dl className="mt-3 grid grid-cols-[auto_1fr] gap-x-6 gap-y-1">
      {facts.map(({ name, value }) => (
        <div key={name} className="contents">
          <dt className="text-ink-2">{name}</dt>
          <dd className="min-w-0 break-words">{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function SeriesTable({ proposal, hasTrend }: { proposal: ChartProposal; hasTrend: boolean }) {
  const { t } = useTranslation();
  const on = (range: string | null) =>
    range === null ? t("chart.numbered") : t("chart.range", { sheet: proposal.source, range });
  const columns = ["name", "values", proposal.kind === "scatter" ? "x" : "labels", ...(hasTrend ? ["trend"] : [])];
  return (
    <div
      className="mt-3 overflow-x-auto rounded-lg border border-line"
      tabIndex={0}
      role="group"
      aria-label={t("chart.series")}
    >
      <table className="tabular w-full text-sm">
        <thead className="bg-sunken text-ink-2">
          <tr>
            {columns.map((column) => (
              <th key={column} scope="col" className="px-3 py-1.5 text-start font-normal">
                {t(`chart.column.${column}`)}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {proposal.series.map((one) => (
            <tr key={one.values} className="border-t border-line">
              <td className="px-3 py-1">{one.name}</td>
              <td className="px-3 py-1">{on(one.values)}</td>
              <td className="px-3 py-1">{on(one.labels)}</td>
              {hasTrend && <td className="px-3 py-1">{one.trend && t(`chart.trend.${one.trend}`)}</td>}
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { SheetAnswer } from "../../backend";
import { Plot, slices, steps, type PlotStyle } from "../../plot/Plot";

/** The chart of a calculated answer. */
export default function Chart({ sheet }: { sheet: SheetAnswer }) {
  const { t } = useTranslation();
  const option = useCallback((style: PlotStyle) => optionOf(sheet, style), [sheet]);
  return (
    <Plot
      label={t("sheet.chartOf", { columns: sheet.columns.join("、") })}
      trigger={sheet.chart === "pie" ? "item" : "axis"}
      option={option}
    />
  );
}

function optionOf(sheet: SheetAnswer, style: PlotStyle): object {
  const { axis, colour, legend, text } = style;
  const largest = (at: number) =>
    at === 0 ? 0 : Math.max(0, ...sheet.rows.map((row) => Math.abs(Number(row[at]) || 0)));
  const labels = sheet.rows.map((row) => String(row[0] ?? ""));
  const series = sheet.columns
    .map((name, at) => ({ name, at }))
    .filter(({ at }) => at > 0 && sheet.rows.some((row) => typeof row[at] === "number"))
    // A count beside millions would be a line on the axis: only what is of the same order stands together.
    .filter(({ at }) => largest(at) * 100 > Math.max(...sheet.columns.map((_, other) => largest(other))))
    .slice(0, 6);
  if (sheet.chart === "pie") {
    const value = (row: SheetAnswer["rows"][number]) => Number(row[series[0]?.at ?? 1] ?? 0);
    const data = sheet.rows.map((row, at) => ({ name: labels[at] ?? "", value: value(row) }));
    return { legend: { ...legend, bottom: 0 }, series: [slices(style, data)] };
  }
  return {
    legend: series.length > 1 ? { ...legend, bottom: 0 } : undefined,
    grid: {
      left: 8,
      right: 16,
      top: series.length === 1 ? 32 : 16,
      bottom: series.length > 1 ? 32 : 8,
      containLabel: true,
    },
    xAxis: { ...axis, type: "category", data: labels, splitLine: undefined },
    yAxis: {
      ...axis,
      type: "value",
      name: series.length === 1 ? series[0]?.name : undefined,
      nameTextStyle: { ...text, align: "left" },
      axisLine: undefined,
    },
    series: series.map(({ name, at }, index) => ({
      name,
      type: sheet.chart ?? "bar",
      data: sheet.rows.map((row) => row[at]),
      barMaxWidth: 40,
      symbolSize: 6,
      itemStyle: { color: colour("--accent"), opacity: steps[index], borderRadius: [3, 3, 0, 0] },
      lineStyle: { color: colour("--accent"), opacity: steps[index], width: 2 },
    })),
  };
}

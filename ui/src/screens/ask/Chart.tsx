// ECharts comes only with the first chart.

import { BarChart, LineChart, PieChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useTranslation } from "react-i18next";
import { useSettings } from "../../app/settings";
import type { SheetAnswer } from "../../backend";

use([BarChart, LineChart, PieChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

export default function Chart({ sheet }: { sheet: SheetAnswer }) {
  const { t } = useTranslation();
  const { theme, text_size } = useSettings();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = getComputedStyle(document.documentElement);
    const colour = (name: string) => style.getPropertyValue(name).trim();
    const size = 12 * (text_size / 100);
    const largest = (at: number) =>
      at === 0 ? 0 : Math.max(0, ...sheet.rows.map((row) => Math.abs(Number(row[at]) || 0)));
    const labels = sheet.rows.map((row) => String(row[0] ?? ""));
    const series = sheet.columns
      .map((name, at) => ({ name, at }))
      .filter(({ at }) => at > 0 && sheet.rows.some((row) => typeof row[at] === "number"))
      // A count beside millions would be a line on the axis: only what is of the same order stands together.
      .filter(({ at }) => largest(at) * 100 > Math.max(...sheet.columns.map((_, other) => largest(other))))
      .slice(0, 6);
    // One hue in steps of lightness: series are told apart without a rainbow.
    const steps = [1, 0.62, 0.4, 0.26, 0.8, 0.5];
    const text = { color: colour("--ink-2"), fontSize: size, fontFamily: style.getPropertyValue("--sans") };
    const chart = init(element, null, { renderer: "svg" });
    const axisLine = { lineStyle: { color: colour("--line-2") } };
    chart.setOption({
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      textStyle: text,
      aria: { enabled: true },
      tooltip: {
        trigger: sheet.chart === "pie" ? "item" : "axis",
        renderMode: "richText",
        backgroundColor: colour("--surface"),
        borderColor: colour("--line-2"),
        textStyle: { ...text, color: colour("--ink") },
      },
      legend:
        series.length > 1 || sheet.chart === "pie"
          ? { bottom: 0, textStyle: text, icon: "rect", itemWidth: 10, itemHeight: 10 }
          : undefined,
      grid: {
        left: 8,
        right: 16,
        top: series.length === 1 ? 32 : 16,
        bottom: series.length > 1 ? 32 : 8,
        containLabel: true,
      },
      ...(sheet.chart === "pie"
        ? {}
        : {
            xAxis: { type: "category", data: labels, axisLine, axisTick: { show: false }, axisLabel: text },
            yAxis: {
              type: "value",
              name: series.length === 1 ? series[0]?.name : undefined,
              nameTextStyle: { ...text, align: "left" },
              axisLabel: text,
              splitLine: { lineStyle: { color: colour("--line") } },
            },
          }),
      series:
        sheet.chart === "pie"
          ? [
              {
                type: "pie",
                radius: ["45%", "70%"],
                center: ["50%", "44%"],
                itemStyle: { borderColor: colour("--surface"), borderWidth: 2 },
                label: text,
                data: sheet.rows.map((row, at) => ({
                  name: labels[at],
                  value: Number(row[series[0]?.at ?? 1] ?? 0),
                  itemStyle: { color: colour("--accent"), opacity: steps[at % steps.length] },
                })),
              },
            ]
          : series.map(({ name, at }, index) => ({
              name,
              type: sheet.chart ?? "bar",
              data: sheet.rows.map((row) => row[at]),
              barMaxWidth: 40,
              symbolSize: 6,
              itemStyle: { color: colour("--accent"), opacity: steps[index], borderRadius: [3, 3, 0, 0] },
              lineStyle: { color: colour("--accent"), opacity: steps[index], width: 2 },
            })),
    });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [sheet, theme, text_size]);
  return (
    <div
      ref={box}
      role="img"
      aria-label={t("sheet.chartOf", { columns: sheet.columns.join("、") })}
      className="h-64 w-full"
    />
  );
}

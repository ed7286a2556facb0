import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import type { ChartProposal } from "../../backend";
import { Plot, slices, steps, type PlotStyle } from "../../plot/Plot";
import { labelsOf, pairsOf, sharesOf, valuesOf } from "./charted";

/** A chart that could be written, drawn of what its cells hold now. */
export default function ChartPreview({ proposal }: { proposal: ChartProposal }) {
  const { t } = useTranslation();
  const option = useCallback((style: PlotStyle) => optionOf(proposal, style), [proposal]);
  const names = proposal.series.map((one) => one.name).join(t("fill.comma"));
  const hasItems = proposal.kind === "pie" || proposal.kind === "scatter";
  return <Plot label={t("chart.drawn", { names })} trigger={hasItems ? "item" : "axis"} option={option} />;
}

function optionOf(proposal: ChartProposal, style: PlotStyle): object {
  const legend = legendOf(proposal, style);
  if (proposal.kind === "pie") {
    const pie = slices(style, sharesOf(proposal.series[0]));
    return { legend, series: [{ ...pie, radius: "66%", label: { ...style.text, show: proposal.has_data_labels } }] };
  }
  const isLying = proposal.kind === "bar";
  const isScatter = proposal.kind === "scatter";
  const named = (name: string | null) => ({ name, nameLocation: "middle", nameGap: 28 });
  const along = isScatter
    ? { ...style.axis, ...named(proposal.x_title), type: "value", scale: true }
    : {
        ...style.axis,
        ...named(proposal.x_title),
        type: "category",
        data: labelsOf(proposal.series),
        splitLine: { show: false },
      };
  const up = {
    ...style.axis,
    ...named(proposal.y_title),
    type: "value",
    axisLine: { show: false },
    ...(proposal.stacking === "percent" && { max: 100, axisLabel: { ...style.text, formatter: "{value}%" } }),
  };
  return {
    legend,
    grid: { ...gridOf(proposal.legend), outerBoundsMode: "same", outerBoundsContain: "all" },
    xAxis: isLying ? up : along,
    yAxis: isLying ? along : up,
    series: seriesOf(proposal, style),
  };
}

function seriesOf(proposal: ChartProposal, style: PlotStyle): object[] {
  const { kind, joined, stacking } = proposal;
  const values = valuesOf(proposal.series, stacking);
  const type = kind === "area" || kind === "line" ? "line" : kind !== "scatter" ? "bar" : null;
  return proposal.series.map((one, at) => ({
    name: one.name,
    // Points that are joined are a line, over numbers as well as over labels.
    type: type ?? (joined === "usual" ? "scatter" : "line"),
    data: kind === "scatter" ? pairsOf(one) : values[at],
    smooth: joined === "smooth",
    stack: stacking === "beside" ? undefined : "all",
    areaStyle: kind === "area" ? { color: style.colour("--accent"), opacity: 0.35 * (steps[at] ?? 1) } : undefined,
    barMaxWidth: 40,
    symbolSize: 6,
    label: { ...style.text, show: proposal.has_data_labels, position: kind === "bar" ? "right" : "top" },
    itemStyle: { color: style.colour("--accent"), opacity: steps[at] },
    lineStyle: { color: style.colour("--accent"), opacity: steps[at], width: 2 },
  }));
}

function legendOf({ legend: place }: ChartProposal, style: PlotStyle): object | undefined {
  if (place === null) return undefined;
  const isBeside = place === "left" || place === "right";
  return {
    ...style.legend,
    type: "scroll",
    orient: isBeside ? "vertical" : "horizontal",
    [place]: 0,
    ...(isBeside && { top: "middle" }),
  };
}

/** Room for the axes beside the legend. */
function gridOf(legend: string | null) {
  const room = (place: string, usual: number, wide: number) => (legend === place ? wide : usual);
  return {
    left: room("left", 8, 120),
    right: room("right", 16, 120),
    top: room("top", 16, 32),
    bottom: room("bottom", 8, 32),
  };
}

// ECharts comes only with the first chart.

import { BarChart, LineChart, PieChart, ScatterChart } from "echarts/charts";
import { GridComponent, LegendComponent, TooltipComponent } from "echarts/components";
import { init, use, type EChartsCoreOption } from "echarts/core";
import { SVGRenderer } from "echarts/renderers";
import { useEffect, useRef } from "react";
import { useSettings } from "../app/settings";

use([BarChart, LineChart, PieChart, ScatterChart, GridComponent, LegendComponent, TooltipComponent, SVGRenderer]);

/** The colours and letters of the window, as they are now. */
export interface PlotStyle {
  colour: (name: string) => string;
  text: { color: string; fontSize: number; fontFamily: string };
  axis: { axisLine: object; axisTick: object; axisLabel: object; splitLine: object; nameTextStyle: object };
  legend: object;
}

/** One hue in steps of lightness: series are told apart without a rainbow. */
export const steps = [1, 0.62, 0.4, 0.26, 0.8, 0.5, 0.33, 0.9];

/** Slices of a pie in those steps. */
export function slices(style: PlotStyle, data: { name: string; value: number }[]) {
  return {
    type: "pie",
    radius: ["45%", "70%"],
    center: ["50%", "44%"],
    itemStyle: { borderColor: style.colour("--surface"), borderWidth: 2 },
    label: style.text,
    data: data.map((slice, at) => ({
      ...slice,
      itemStyle: { color: style.colour("--accent"), opacity: steps[at % steps.length] },
    })),
  };
}

/** Draws a chart in the window's own colours; `option` says what, and stays the same while that does. */
export function Plot(props: { label: string; trigger: "axis" | "item"; option: (style: PlotStyle) => object }) {
  const { trigger, option } = props;
  const { theme, text_size } = useSettings();
  const box = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const element = box.current;
    if (!element) return;
    const style = styleOf(text_size);
    const chart = init(element, null, { renderer: "svg" });
    const common: EChartsCoreOption = {
      animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
      animationDuration: 300,
      textStyle: style.text,
      aria: { enabled: true },
      tooltip: {
        trigger,
        renderMode: "richText",
        backgroundColor: style.colour("--surface"),
        borderColor: style.colour("--line-2"),
        textStyle: { ...style.text, color: style.colour("--ink") },
      },
    };
    chart.setOption({ ...common, ...option(style) });
    const observer = new ResizeObserver(() => chart.resize());
    observer.observe(element);
    return () => {
      observer.disconnect();
      chart.dispose();
    };
  }, [option, trigger, theme, text_size]);
  return <div ref={box} role="img" aria-label={props.label} className="h-64 w-full" />;
}

function styleOf(textSize: number): PlotStyle {
  const computed = getComputedStyle(document.documentElement);
  const colour = (name: string) => computed.getPropertyValue(name).trim();
  const text = {
    color: colour("--ink-2"),
    fontSize: 12 * (textSize / 100),
    fontFamily: computed.getPropertyValue("--sans"),
  };
  return {
    colour,
    text,
    axis: {
      axisLine: { lineStyle: { color: colour("--line-2") } },
      axisTick: { show: false },
      axisLabel: text,
      splitLine: { lineStyle: { color: colour("--line") } },
      nameTextStyle: text,
    },
    legend: { textStyle: text, icon: "rect", itemWidth: 10, itemHeight: 10 },
  };
}

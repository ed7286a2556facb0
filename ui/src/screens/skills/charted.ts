// The points of a proposed chart as they are drawn in the preview.

import type { ChartProposal } from "../../backend";

type Series = ChartProposal["series"][number];

/** What stands below the points; every series stands over the same rows. */
export function labelsOf(series: Series[]): string[] {
  return series[0]?.points.map((point) => point.label) ?? [];
}

/** The values of every series at each label; of shares, what each is of the sum there, in percent. */
export function valuesOf(series: Series[], stacking: string): (number | null)[][] {
  const values = series.map((one) => one.points.map((point) => point.y));
  if (stacking !== "percent") return values;
  const sum = (at: number) => values.reduce((all, one) => all + Math.abs(one[at] ?? 0), 0);
  return values.map((one) =>
    one.map((y, at) => (y === null || sum(at) === 0 ? null : Math.round((y / sum(at)) * 10_000) / 100)),
  );
}

/** Points of two numbers; those that lack one are not drawn. */
export function pairsOf(series: Series): [number, number][] {
  return series.points.flatMap(({ x, y }) => (x === null || y === null ? [] : [[x, y] as [number, number]]));
}

/** Shares of a pie: sizes, since spreadsheet programs draw a loss as large as a gain. */
export function sharesOf(series: Series | undefined): { name: string; value: number }[] {
  const points = series?.points ?? [];
  return points.flatMap(({ label, y }) => (y === null ? [] : [{ name: label, value: Math.abs(y) }]));
}

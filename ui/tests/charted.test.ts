import { describe, expect, test } from "vitest";
import type { ChartProposal } from "../src/backend";
import { labelsOf, pairsOf, sharesOf, valuesOf } from "../src/screens/skills/charted";

type Series = ChartProposal["series"][number];

const series = (...points: [label: string, x: number | null, y: number | null][]): Series => ({
  name: "数",
  values: "B2:B4",
  labels: "A2:A4",
  trend: null,
  points: points.map(([label, x, y]) => ({ label, x, y })),
  count: points.length,
});

describe("a proposed chart", () => {
  const sales = series(["甲", 1, 30], ["乙", 2, null], ["丙", 3, -20]);
  const costs = series(["甲", 1, 10], ["乙", 2, null], ["丙", 3, 60]);

  test("values stand over the labels of the rows, a gap where there is none", () => {
    expect(labelsOf([sales, costs])).toEqual(["甲", "乙", "丙"]);
    expect(valuesOf([sales, costs], "stacked")).toEqual([
      [30, null, -20],
      [10, null, 60],
    ]);
    expect(labelsOf([])).toEqual([]);
  });

  test("shares are of the sum of sizes at a label", () => {
    expect(valuesOf([sales, costs], "percent")).toEqual([
      [75, null, -25],
      [25, null, 75],
    ]);
    expect(valuesOf([series(["甲", 1, 1]), series(["甲", 1, 2])], "percent")).toEqual([[33.33], [66.67]]);
    expect(valuesOf([series(["零", 1, 0])], "percent")).toEqual([[null]]);
  });

  test("a point without a number is not drawn", () => {
    expect(pairsOf(series(["1", 1.5, 2], ["", null, 3], ["5", 5, null]))).toEqual([[1.5, 2]]);
    expect(sharesOf(sales)).toEqual([
      { name: "甲", value: 30 },
      { name: "丙", value: 20 },
    ]);
    expect(sharesOf(undefined)).toEqual([]);
  });
});

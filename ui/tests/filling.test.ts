import { describe, expect, test } from "vitest";
import { choicesOf } from "../src/screens/skills/filling";

describe("filling a column", () => {
  test("choices are divided by what divides a list in either language", () => {
    expect(choicesOf("质量、物流，服务, 其他 ；")).toEqual(["质量", "物流", "服务", "其他"]);
    expect(choicesOf("urgent/normal")).toEqual(["urgent", "normal"]);
    expect(choicesOf("  ")).toEqual([]);
  });
});

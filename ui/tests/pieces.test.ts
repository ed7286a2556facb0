import { describe, expect, test } from "vitest";
import { rewritten } from "../src/backend/mock/skills";
import { changeIds, textWith, toggled } from "../src/screens/skills/pieces";

const rewrite = rewritten.rewrite!;
const [first] = rewrite.paragraphs;

describe("pieces of a rewrite", () => {
  test("all changes taken give the new text, none the old one", () => {
    expect(textWith(first!, new Set(changeIds(rewrite)))).toBe("本次会议于周一由张磊召集并主持。");
    expect(textWith(first!, new Set())).toBe("会议在周一由张磊主持。");
  });

  test("one change can be left alone", () => {
    const accepted = toggled(new Set(changeIds(rewrite)), 3);
    expect(textWith(first!, accepted)).toBe("本次会议于周一由张磊主持。");
    expect(toggled(accepted, 3).has(3)).toBe(true);
  });
});

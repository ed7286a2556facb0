import { describe, expect, test } from "vitest";
import type { PromptEntry } from "../src/backend";
import { byFolder, freeId, isId, partsOf, variablesOf } from "../src/screens/prompts/text";

const entry = (id: string, text = "", title = id): PromptEntry => ({
  id,
  is_ready_made: true,
  title,
  description: "",
  language: "",
  variables: [],
  text,
});

describe("prompts", () => {
  test("the variables of a text keep what is known of them and lose those that are gone", () => {
    const known = [
      { name: "语气", description: "怎么写", default: "礼貌" },
      { name: "旧的", description: "", default: "" },
    ];
    expect(variablesOf("回复{{来信}}，{{ 语气 }}，再看{{来信}}。{{1x}} {{}}", known)).toEqual([
      { name: "语气", description: "怎么写", default: "礼貌" },
      { name: "来信", description: "", default: "" },
    ]);
  });

  test("values are filled in, defaults where none is given, and what is missing shows its name", () => {
    const variables = [
      { name: "a", description: "", default: "A" },
      { name: "b", description: "", default: "" },
    ];
    const parts = partsOf("x {{a}} {{b}} {{c}}", variables, { c: "{{a}}" });
    expect(parts.map((part) => part.text).join("")).toBe("x A b {{a}}");
    expect(parts.filter((part) => !part.filled).map((part) => part.variable)).toEqual(["b"]);
  });

  test("a search wants every word, in the name, the place or the text", () => {
    const all = [entry("writing/notice", "一份通知"), entry("writing/polish", "润色"), entry("own")];
    expect(byFolder(all, "").map(({ folder }) => folder)).toEqual(["writing", ""]);
    expect(byFolder(all, "Writing 通知").flatMap((one) => one.entries.map(({ id }) => id))).toEqual(["writing/notice"]);
    expect(byFolder(all, "nothing")).toEqual([]);
  });

  test("a copy takes a name that is free", () => {
    const all = [entry("我的/周报"), entry("我的/周报-2")];
    expect(freeId("我的/周报", all)).toBe("我的/周报-3");
    expect(freeId("我的/月报", all)).toBe("我的/月报");
  });

  test("a name leads to no other folder and to no hidden file", () => {
    for (const good of ["周报", "我的/周报", "a/b/c/d", "report v1.2", "通知（2024）"])
      expect(isId(good), good).toBe(true);
    for (const bad of ["", "a//b", "../x", "/x", "a/b/c/d/e", ".hidden", "x.", " x", "a:b", "字".repeat(61)])
      expect(isId(bad), bad).toBe(false);
  });
});

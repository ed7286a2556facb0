import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { errorTable, isCancelled, toWireError, wordsKey } from "../src/errors/table";
import en from "../src/i18n/en.json";
import zh from "../src/i18n/zh-CN.json";

const rust = readFileSync(join(import.meta.dirname, "../../crates/core/src/error.rs"), "utf8");
const codes = [...rust.matchAll(/Self::\w+ => "(\w+)"/g)].map((match) => match[1] ?? "");

describe("the table of errors", () => {
  test("knows every code of the program and no other", () => {
    expect(codes.length).toBeGreaterThan(20);
    expect(Object.keys(errorTable).sort()).toEqual([...codes].sort());
  });

  test("has one sentence in each language for every code", () => {
    for (const code of [...codes, "unknown"]) {
      for (const [words, end] of [
        [zh.error, "。"],
        [en.error, "."],
      ] as const) {
        const text = (words as Record<string, string>)[code] ?? "";
        expect(text.endsWith(end), `${code}: ${text}`).toBe(true);
        expect(text.split(end).length, `${code} is one sentence`).toBe(2);
      }
    }
  });

  test("gives an unknown code words of its own", () => {
    expect(wordsKey("from_a_newer_program")).toBe("error.unknown");
    expect(wordsKey("disk_full")).toBe("error.disk_full");
  });

  test("takes anything that was thrown", () => {
    expect(toWireError({ code: "disk_full", message: "no space", hint: "free some" })).toEqual({
      code: "disk_full",
      message: "no space",
      hint: "free some",
    });
    expect(toWireError(new Error("oops")).code).toBe("internal");
    expect(toWireError("text").message).toBe("text");
    expect(isCancelled({ code: "cancelled", message: "" })).toBe(true);
  });
});

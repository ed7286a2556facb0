import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import en from "../src/i18n/en.json";
import zh from "../src/i18n/zh-CN.json";

type Tree = { [key: string]: string | Tree };

function leaves(tree: Tree, path = ""): Map<string, string> {
  const found = new Map<string, string>();
  for (const [key, value] of Object.entries(tree)) {
    const here = path ? `${path}.${key}` : key;
    if (typeof value === "string") found.set(here, value);
    else for (const [inner, text] of leaves(value, here)) found.set(inner, text);
  }
  return found;
}

/** English has a form for one and one for many where Chinese has one form. */
const base = (key: string) => key.replace(/_(one|other)$/, "");
const texts = { zh: leaves(zh), en: leaves(en) };

function sources(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory()
      ? sources(join(folder, entry.name))
      : /\.tsx?$/.test(entry.name)
        ? [readFileSync(join(folder, entry.name), "utf8")]
        : [],
  );
}

describe("translations", () => {
  test("both languages have the same keys", () => {
    const keys = (one: Map<string, string>) => [...new Set([...one.keys()].map(base))].sort();
    expect(keys(texts.zh)).toEqual(keys(texts.en));
  });

  test("a plural has both forms in English", () => {
    for (const key of texts.en.keys()) {
      if (key.endsWith("_one")) expect(texts.en.has(key.replace(/_one$/, "_other")), key).toBe(true);
    }
  });

  test("both languages fill in the same values", () => {
    const values = (text: string) => [...new Set([...text.matchAll(/\{\{(\w+)/g)].map((match) => match[1]))].sort();
    for (const [key, text] of texts.zh) {
      const other = texts.en.get(key) ?? texts.en.get(`${key}_other`) ?? "";
      expect(values(other), key).toEqual(values(text));
    }
  });

  test("no text is empty or left in the other language", () => {
    for (const [key, text] of texts.zh) expect(text.trim(), key).not.toBe("");
    for (const [key, text] of texts.en) {
      expect(text.trim(), key).not.toBe("");
      expect(/[\u4e00-\u9fff]/.test(text), key).toBe(false);
    }
  });

  test("Chinese texts use Chinese punctuation", () => {
    for (const [key, text] of texts.zh) {
      expect(/[\u4e00-\u9fff][,;:!?]|[\u4e00-\u9fff]\.(?!gguf)/.test(text), `${key}: ${text}`).toBe(false);
      expect(text.includes("..."), key).toBe(false);
    }
  });

  test("every key that the code names is there", () => {
    const known = new Set([...texts.zh.keys()].map(base));
    for (const source of sources(join(import.meta.dirname, "../src"))) {
      for (const [, key = ""] of source.matchAll(/\bt\(\s*"([\w.]+)"/g)) expect(known.has(key), key).toBe(true);
    }
  });

  test("no component has Chinese text of its own", () => {
    const folder = join(import.meta.dirname, "../src");
    for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
      const path = join(entry.parentPath, entry.name);
      if (!entry.name.endsWith(".tsx") || path.includes("/mock/")) continue;
      const code = readFileSync(path, "utf8").replaceAll(/\/\/.*|\/\*[\s\S]*?\*\//g, "");
      // The name of a language is written in that language wherever it stands, and names of samples are names.
      const left = code.replaceAll('label: "中文"', "");
      expect(/[\u4e00-\u9fff]/.test(left), path).toBe(false);
    }
  });
});

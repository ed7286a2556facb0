import { renderToStaticMarkup } from "react-dom/server";
import { beforeAll, describe, expect, test } from "vitest";
import i18next from "i18next";
import { initReactI18next } from "react-i18next";
import { outsideAddress } from "../src/markdown/links";
import { Markdown } from "../src/markdown/Markdown";
import { blocks, heal, lastSentence } from "../src/markdown/parse";
import zh from "../src/i18n/zh-CN.json";

beforeAll(() =>
  i18next
    .use(initReactI18next)
    .init({ lng: "zh-CN", resources: { "zh-CN": { translation: zh } }, initAsync: false, showSupportNotice: false }),
);

const html = (text: string) =>
  renderToStaticMarkup(<Markdown text={text} cite={(marker) => <b data-cite={marker} />} />);

describe("an answer is inert", () => {
  test("raw HTML is shown as text", () => {
    const drawn = html(
      '<script>alert(1)</script>\n\nvor <img src=x onerror="alert(1)"> nach\n\n<iframe src="https://a.example"></iframe>',
    );
    expect(drawn).not.toMatch(/<(script|img|iframe)/);
    expect(drawn).toContain("&lt;script&gt;");
    expect(drawn).toContain("&lt;img");
  });

  test("images are named and not loaded", () => {
    const drawn = html("![跟踪图](https://example.com/pixel.png)");
    expect(drawn).not.toContain("<img");
    expect(drawn).not.toContain("example.com");
    expect(drawn).toContain("跟踪图");
  });

  test("links of dangerous schemes are text without an address", () => {
    for (const address of [
      "javascript:alert(1)",
      "JaVaScRiPt:alert(1)",
      "file:///etc/passwd",
      "data:text/html,x",
      "vbscript:x",
      "//evil.example/x",
      "ftp://a.example/x",
      "tauri://localhost/x",
    ]) {
      const drawn = html(`[点我](${address})`);
      expect(drawn, address).not.toContain("<a ");
      expect(drawn, address).not.toContain("href");
      expect(drawn, address).toContain("点我");
    }
  });

  test("entities do not smuggle a scheme in", () => {
    const drawn = html("[x](&#106;avascript:alert(1)) [y](java&#10;script:alert(1))");
    expect(drawn).not.toMatch(/href="[^h]/);
  });

  test("an http link keeps its address for the dialog", () => {
    expect(html("[外部](https://example.com/a?b=1)")).toContain('href="https://example.com/a?b=1"');
  });

  test("only plain http addresses may be opened", () => {
    expect(outsideAddress("https://example.com/")).toBe("https://example.com/");
    expect(outsideAddress("https://bank.example@evil.example/")).toBeNull();
    expect(outsideAddress("java\nscript:alert(1)")).toBeNull();
    expect(outsideAddress("/relative")).toBeNull();
  });
});

describe("citations in an answer", () => {
  test("become chips and are not links", () => {
    const drawn = html("住宿费每晚 450 元。[1]报销应在 15 个工作日内。[12]");
    expect(drawn).toContain('<b data-cite="1"></b>');
    expect(drawn).toContain('<b data-cite="12"></b>');
  });

  test("stay chips before a bracket", () => {
    expect(html("二类城市。[2](苏州等)")).toContain('<b data-cite="2"></b>(苏州等)');
  });

  test("in code are code", () => {
    expect(html("`a[1]`")).toContain("<code>a[1]</code>");
  });

  test("a sentence without support is marked as a whole, the one before is not", () => {
    const drawn = html("第一句有依据。[1]第二句**没有**依据。[?]第三句。[2]");
    expect(drawn).toContain('<span class="unsupported">第二句<strong>没有</strong>依据。</span>');
    expect(drawn).toContain("无出处");
    expect(drawn).not.toContain("[?]");
  });

  test("an English sentence ends at a full stop with a space", () => {
    expect(lastSentence("Rates are $1.5 million. Nobody knows.")).toEqual([
      "Rates are $1.5 million. ",
      "Nobody knows.",
    ]);
  });
});

describe("an answer that grows", () => {
  test("closes what is open in its last block", () => {
    expect(heal("限额为**每晚 450")).toBe("限额为**每晚 450**");
    expect(heal("用 `SELECT")).toBe("用 `SELECT`");
    expect(heal("住宿费。[1")).toBe("住宿费。");
    expect(heal("限额为**")).toBe("限额为");
    expect(heal("```sql\nSELECT 2 ** 3")).toBe("```sql\nSELECT 2 ** 3");
    expect(heal("**完整**的文字")).toBe("**完整**的文字");
  });

  test("keeps the source of finished blocks, so that they are not drawn again", () => {
    const before = blocks("第一段。\n\n第二");
    const after = blocks("第一段。\n\n第二段更长");
    expect(after[0]?.raw).toBe(before[0]?.raw);
    expect(after).toHaveLength(2);
  });

  test("a long answer is read in a few milliseconds", () => {
    const text = "一段**文字**，有出处。[1]\n\n- 条目一\n- 条目二\n\n".repeat(300);
    // The best of several: other programs on the machine slow any one of them.
    const times = Array.from({ length: 8 }, () => {
      const start = performance.now();
      blocks(text);
      return performance.now() - start;
    });
    expect(Math.min(...times)).toBeLessThan(100);
  });
});

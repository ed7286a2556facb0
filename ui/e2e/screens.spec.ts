// Every screen and state, in both languages and both themes: no serious finding of axe, nothing in the console, no
// connection to anywhere else, and a picture for the eye.

import AxeBuilder from "@axe-core/playwright";
import { expect, test, type Locator, type Page } from "@playwright/test";

interface Screen {
  name: string;
  at: string;
  mock?: string;
  act?: (page: Page, say: (zh: string, en: string) => string) => Promise<void>;
  size?: number;
}

/** Asks for a chart and waits until it is drawn, or for this instead. */
async function charted(page: Page, say: (zh: string, en: string) => string, ask: string, until?: Locator) {
  await page.getByRole("button", { name: say("选择工作簿", "Choose a workbook") }).waitFor();
  await page.evaluate(() =>
    dispatchEvent(new CustomEvent("mock-drop", { detail: { kind: "drop", paths: ["/x/销售.xlsx"] } })),
  );
  await page.getByLabel(say("要画什么", "What to draw")).fill(ask);
  await page.getByRole("button", { name: say("画出预览", "Draw a preview") }).click();
  await (until ?? page.getByRole("img").locator("svg")).waitFor();
}

const screens: Screen[] = [
  { name: "first-run-who", at: "", mock: "first-run" },
  {
    name: "first-run-model",
    at: "",
    mock: "first-run",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("教师", "Teacher") }).click();
      await page.getByRole("heading", { name: say("选一个模型", "Choose a model") }).waitFor();
      await page.getByText("Qwen3 8B").waitFor();
    },
  },
  { name: "home", at: "#/" },
  { name: "home-empty", at: "#/", mock: "empty" },
  { name: "ask-new", at: "#/ask" },
  { name: "ask-answer", at: "#/ask/1" },
  { name: "ask-table", at: "#/ask/2" },
  {
    name: "ask-table-how",
    at: "#/ask/2",
    act: (page, say) => page.getByRole("tab", { name: say("怎么算的", "How it was calculated") }).click(),
  },
  {
    name: "ask-table-chart",
    at: "#/ask/2",
    act: async (page, say) => {
      await page.getByRole("tab", { name: say("图表", "Chart"), exact: true }).click();
      await page.getByRole("img").locator("svg").waitFor();
    },
  },
  {
    name: "ask-put-result",
    at: "#/ask/2",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("把结果放进工作簿", "Put this result into the workbook") }).click();
      await page.getByRole("dialog").getByText(say("共 4 行", "4 rows in all")).waitFor();
    },
  },
  {
    name: "ask-put-result-written",
    at: "#/ask/2",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("把结果放进工作簿", "Put this result into the workbook") }).click();
      await page.getByRole("button", { name: say("写入工作簿", "Write into the workbook") }).click();
      await page.getByRole("status").filter({ hasText: "2024年销售台账.xlsx" }).waitFor();
    },
  },
  { name: "ask-not-in-files", at: "#/ask/3" },
  { name: "ask-stopped", at: "#/ask/7" },
  { name: "ask-missing", at: "#/ask/999" },
  { name: "ask-error", at: "#/ask/1", mock: "error" },
  {
    name: "source-pdf",
    at: "#/ask/1",
    act: async (page) => {
      await page.locator('[data-cite="1"]').first().click();
      await page.locator('[data-highlight="quote"]').first().waitFor();
    },
  },
  {
    name: "source-workbook",
    at: "#/ask/2",
    act: async (page) => {
      await page.getByText("订单明细!A3:I403").click();
      await page.locator('[data-highlight="cell"]').first().waitFor();
    },
  },
  {
    name: "source-blocks",
    at: "#/ask/4",
    act: async (page) => {
      await page.locator('[data-cite="1"]').first().click();
      await page.locator('mark[data-highlight="quote"]').first().waitFor();
    },
  },
  {
    name: "source-broken",
    at: "#/library",
    act: async (page, say) => {
      await page.getByText("损坏的报表.pdf").click();
      await page.getByText(say("已损坏，读不出内容", "is damaged and cannot be read")).first().waitFor();
    },
  },
  { name: "library", at: "#/library" },
  { name: "library-empty", at: "#/library", mock: "empty" },
  { name: "library-error", at: "#/library", mock: "error" },
  {
    name: "library-add",
    at: "#/library",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("添加文件夹", "Add folder") }).click();
      await page.getByText("9,612").first().waitFor();
    },
  },
  {
    name: "library-why",
    at: "#/library",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("为什么没找到？", "Why was this not found?") }).click();
      await page.getByLabel(say("你的问题或关键词", "Your question or words")).fill("经理级住宿费标准");
      await page.getByLabel(say("选择文件", "Choose a file")).selectOption({ index: 1 });
      await page.getByRole("button", { name: say("查一查", "Look") }).click();
      await page.getByText("0.71").waitFor();
    },
  },
  { name: "skills", at: "#/skills/summarize" },
  { name: "skills-empty", at: "#/skills", mock: "empty" },
  {
    name: "skills-result",
    at: "#/skills/summarize",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("选择文件", "Choose files") }).click();
      await page.getByText("采购合同（2024）.docx").waitFor();
      await page.getByRole("button", { name: say("开始", "Start"), exact: true }).click();
      await page.getByText("2024Q3_quarterly_report 总结.md").waitFor();
    },
  },
  { name: "write", at: "#/write" },
  { name: "write-empty", at: "#/write", mock: "empty" },
  { name: "write-error", at: "#/write", mock: "error" },
  {
    name: "write-editor",
    at: "#/write",
    act: async (page) => {
      await page
        .getByRole("button", { name: /关于调整差旅住宿标准的请示/ })
        .first()
        .click();
      await page.getByRole("textbox").getByText("每晚 450 元").waitFor();
    },
  },
  {
    name: "write-comments",
    at: "#/write/1",
    act: (page, say) => page.getByRole("tab", { name: say("批注", "Comments") }).click(),
  },
  {
    name: "write-versions",
    at: "#/write/1",
    act: async (page, say) => {
      await page.getByRole("tab", { name: say("版本", "Versions") }).click();
      await page.getByRole("button", { name: /送审稿/ }).click();
      await page.getByRole("dialog").getByText("一、建议").waitFor();
    },
  },
  {
    name: "write-rewrite",
    at: "#/write/1",
    act: async (page, say) => {
      await page.getByRole("textbox").getByText("妥否，请批示。").click({ clickCount: 3 });
      await page.getByRole("button", { name: say("改写", "Rewrite"), exact: true }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "write-missing",
    at: "#/write/999",
  },
  { name: "write-large-text", at: "#/write/1", size: 150 },
  { name: "fill", at: "#/skills/sheet-fill" },
  {
    name: "fill-result",
    at: "#/skills/sheet-fill",
    act: async (page, say) => {
      await page.getByRole("button", { name: say("选择工作簿", "Choose a workbook") }).waitFor();
      await page.evaluate(() =>
        dispatchEvent(new CustomEvent("mock-drop", { detail: { kind: "drop", paths: ["/x/投诉.xlsx"] } })),
      );
      await page.getByLabel(say("要填什么", "What to fill in")).fill("按投诉内容分类：质量、物流、服务、其他");
      await page.getByRole("button", { name: say("填写全部", "Fill all") }).click();
      await page.getByText(say("留空的 1 格及原因", "1 cell stays empty")).click();
    },
  },
  { name: "column", at: "#/skills/sheet-column" },
  { name: "chart", at: "#/skills/sheet-chart" },
  { name: "chart-result", at: "#/skills/sheet-chart", act: (page, say) => charted(page, say, "按月份画柱形图") },
  {
    name: "chart-written",
    at: "#/skills/sheet-chart",
    act: async (page, say) => {
      await charted(page, say, "画条形图，加趋势线");
      await page.getByRole("button", { name: say("写入工作簿", "Write into the workbook") }).click();
      await page.getByRole("status").filter({ hasText: "销售.xlsx" }).waitFor();
    },
  },
  {
    name: "chart-pie",
    at: "#/skills/sheet-chart",
    act: (page, say) => charted(page, say, "按月份画饼图，放在新工作表"),
  },
  {
    name: "chart-refused",
    at: "#/skills/sheet-chart",
    act: (page, say) => charted(page, say, "画雷达图", page.getByRole("alert")),
  },
  {
    name: "large-text-chart",
    at: "#/skills/sheet-chart",
    size: 150,
    act: (page, say) => charted(page, say, "按月份画折线图"),
  },
  { name: "prompts", at: "#/prompts/writing%2Fnotice" },
  { name: "prompts-empty-own", at: "#/prompts", mock: "empty" },
  { name: "prompts-error", at: "#/prompts", mock: "error" },
  { name: "prompts-broken", at: "#/prompts/%E6%88%91%E7%9A%84%2F%E5%9D%8F%E4%BA%86%E7%9A%84" },
  {
    name: "prompts-editor",
    at: "#/prompts/writing%2Fnotice",
    act: (page, say) => page.getByRole("button", { name: say("复制一份来改", "Make a copy to change") }).click(),
  },
  { name: "models", at: "#/models" },
  { name: "network", at: "#/network" },
  { name: "settings-appearance", at: "#/settings/appearance" },
  { name: "settings-general", at: "#/settings/general" },
  { name: "settings-shortcuts", at: "#/settings/shortcuts" },
  { name: "settings-data", at: "#/settings/data" },
  {
    name: "palette",
    at: "#/",
    act: async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("combobox").waitFor();
      await page.keyboard.type("差旅");
      await page.getByRole("option", { name: /差旅费管理办法.pdf/ }).waitFor();
    },
  },
  {
    name: "jobs",
    at: "#/",
    act: async (page, say) => {
      await page.keyboard.press("Control+j");
      await page.getByText(say("已取消", "Cancelled")).waitFor();
    },
  },
  {
    name: "jobs-empty",
    at: "#/",
    mock: "empty",
    act: async (page, say) => {
      await page.keyboard.press("Control+j");
      await page.getByText(say("还没有任务", "No jobs yet")).waitFor();
    },
  },
  {
    name: "link",
    at: "#/ask/9",
    act: async (page) => {
      await page.getByText("外部网页").click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "large-text", at: "#/ask/1", size: 150 },
  { name: "large-text-library", at: "#/library", size: 150 },
  { name: "large-text-prompts", at: "#/prompts/writing%2Fnotice", size: 150 },
];

for (const language of ["zh", "en"] as const) {
  for (const theme of ["light", "dark"] as const) {
    test.describe(`${language} ${theme}`, () => {
      for (const screen of screens) {
        test(screen.name, async ({ page }) => {
          const problems: string[] = [];
          page.on("console", (message) => {
            const text = message.text();
            // Dialogs lock the scrolling of the page by a style of their own. The policy refuses it, and it is not missed:
            // the page never scrolls.
            if (text.includes("inline style") && text.includes("style-src 'self'")) return;
            if (message.type() === "error" || message.type() === "warning") problems.push(text);
          });
          page.on("pageerror", (error) => problems.push(error.message));
          page.on("request", (request) => {
            const { protocol, hostname } = new URL(request.url());
            if (protocol !== "blob:" && protocol !== "data:" && hostname !== "localhost") problems.push(request.url());
          });
          await page.emulateMedia({ reducedMotion: "reduce" });
          const query = new URLSearchParams({ lang: language, theme, pace: "0.02", mock: screen.mock ?? "" });
          if (screen.size) query.set("size", String(screen.size));
          await page.goto(`/?${query}${screen.at}`);
          await expect(page.locator("main")).toBeVisible();
          await page.waitForTimeout(250);
          await screen.act?.(page, (zh, en) => (language === "zh" ? zh : en));
          await page.waitForTimeout(150);
          await page.screenshot({ path: `screenshots/${screen.name}.${language}.${theme}.png` });
          const { violations } = await new AxeBuilder({ page })
            // Transparent text over the picture of a PDF page, hundreds of pieces: it is there to be selected.
            .exclude(".pdf-text")
            .analyze();
          const serious = violations
            .filter(({ impact }) => impact === "serious" || impact === "critical")
            .map(
              ({ id, nodes }) =>
                `${id}: ${nodes.map((node) => node.target.join(" ") + " " + node.failureSummary).join(" | ")}`,
            );
          expect(serious).toEqual([]);
          expect(problems).toEqual([]);
          // Nothing is pushed out of the window, whatever the size of the text.
          expect(await page.evaluate(() => document.documentElement.scrollWidth <= innerWidth)).toBe(true);
        });
      }
    });
  }
}

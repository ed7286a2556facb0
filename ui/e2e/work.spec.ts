// What people do in the window, from the first click on.

import { expect, test, type Page } from "@playwright/test";

/** Opens a screen and waits until it listens. */
async function open(page: Page, at = "", query = "") {
  await page.goto(`/?lang=zh&theme=light&pace=0.1&${query}${at}`);
  await expect(page.getByRole("main").getByRole("button").first()).toBeVisible();
}

const box = (page: Page) => page.getByLabel("输入问题", { exact: true });
const drop = (page: Page, paths: string[]) =>
  page.evaluate((paths) => dispatchEvent(new CustomEvent("mock-drop", { detail: { kind: "drop", paths } })), paths);

test("three clicks lead from the first start to a streamed answer", async ({ page }) => {
  await open(page, "", "mock=first-run");
  await page.getByRole("button", { name: /办公/ }).click();
  await page.getByRole("button", { name: "开始使用" }).click();
  await page.getByRole("button", { name: /问制度/ }).click();
  await expect(page.getByRole("article").getByText("每晚 450 元")).toBeVisible();
  await expect(page).toHaveURL(/#\/ask\/1$/);
});

test("the language can be changed before anything else", async ({ page }) => {
  await open(page, "", "mock=first-run");
  await page.getByRole("radio", { name: "English" }).click();
  await expect(page.getByRole("heading", { name: "Hello, I am Deskmate" })).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "en");
});

test("a citation opens the page with the quote marked, and Escape closes it", async ({ page }) => {
  await open(page, "#/ask/1");
  await page.locator('[data-cite="1"]').first().hover();
  await expect(page.getByText("点击在旁边打开原文")).toBeVisible();
  await page.locator('[data-cite="1"]').first().click();
  const panel = page.getByRole("complementary");
  await expect(panel.getByRole("region", { name: "第 3 页" })).toBeVisible();
  await expect(panel.locator('[data-highlight="box"]')).toBeInViewport();
  await expect(panel.locator('[data-highlight="quote"]').first()).toBeInViewport();
  await panel.getByRole("button", { name: "下一处" }).click();
  await expect(panel.getByText("2/2")).toBeVisible();
  await panel.focus();
  await page.keyboard.press("Escape");
  await expect(panel).toBeHidden();
});

test("stopping keeps what was written", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=1#/ask");
  await box(page).fill("出差回来以后，要在多长时间内提交报销申请？");
  await box(page).press("Enter");
  await expect(page.getByText("应当在出差返回后")).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page.getByText("已停止，以上是停止前写出的内容。")).toBeVisible();
  await expect(page.getByText("应当在出差返回后")).toBeVisible();
  await expect(page).toHaveURL(/#\/ask\/\d+$/);
});

test("an edit and another answer make versions, and nothing is lost", async ({ page }) => {
  await open(page, "#/ask/2");
  await page.getByRole("button", { name: "重新回答" }).click();
  await expect(page.getByText("2/2")).toBeVisible();
  await page.getByText("2024 年各大区的销售额分别是多少？").first().hover();
  await page.getByRole("button", { name: "编辑问题" }).click();
  await page.getByLabel("编辑问题").fill("云仓二期苏州仓的上线时间推迟到哪一天？");
  await page.getByRole("button", { name: "重新提问" }).click();
  await expect(page.getByText("推迟到 11 月 15 日")).toBeVisible();
  const versions = page.getByRole("group", { name: "其他版本" }).first();
  await expect(versions).toContainText("2/2");
  await versions.getByRole("button", { name: "上一个版本" }).click();
  await expect(page.getByText("435.26 万元")).toBeVisible();
});

test("an input method's Enter does not send, Shift+Enter breaks the line", async ({ page }) => {
  await open(page, "#/ask");
  await box(page).fill("chai lv");
  await box(page).dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
  await box(page).dispatchEvent("keydown", { key: "Enter", isComposing: true, bubbles: true, cancelable: true });
  await expect(box(page)).toHaveValue("chai lv");
  await box(page).press("Shift+Enter");
  await expect(box(page)).toHaveValue("chai lv\n");
  await expect(page.getByRole("article")).toHaveCount(0);
});

test("deleting a conversation can be undone", async ({ page }) => {
  await open(page, "#/");
  const row = page.getByRole("button", { name: /^Lost laptop/ });
  await row.hover();
  await page.getByRole("button", { name: "“Lost laptop”的操作" }).click();
  await page.getByRole("menuitem", { name: "删除" }).click();
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(row).toBeVisible();
});

test("a conversation is renamed in its place", async ({ page }) => {
  await open(page, "#/");
  await page.getByRole("button", { name: /^Lost laptop/ }).dblclick();
  await page.getByLabel("新的标题").fill("丢失的电脑");
  await page.keyboard.press("Enter");
  await expect(page.getByRole("button", { name: /^丢失的电脑/ })).toBeVisible();
});

test("thumbs down asks what was wrong and keeps it", async ({ page }) => {
  await open(page, "#/ask/5");
  await page.getByRole("button", { name: "没帮助" }).click();
  await page.getByLabel("哪里不对").fill("日期不对");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page.getByRole("button", { name: "没帮助" })).toHaveAttribute("aria-pressed", "true");
  await expect(page.getByLabel("哪里不对")).toHaveValue("日期不对");
});

test("a paste of two megabytes becomes an attachment", async ({ page }) => {
  await open(page, "#/ask");
  await box(page).focus();
  await page.evaluate(() => {
    const data = new DataTransfer();
    data.setData("text/plain", "二".repeat(700_000));
    document.activeElement?.dispatchEvent(
      new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true }),
    );
  });
  await expect(page.getByRole("list", { name: "附件" }).getByText(/粘贴的文字/)).toBeVisible();
  await expect(page.getByText(/已转为附件/)).toBeVisible();
  await expect(box(page)).toHaveValue("");
});

test("dropped files are attached, and one that cannot be read says so", async ({ page }) => {
  await open(page, "#/ask");
  await drop(page, ["/x/合同.docx", "/x/损坏的表.docx"]);
  const list = page.getByRole("list", { name: "附件" });
  await expect(list.getByText("合同.docx")).toBeVisible();
  await expect(list.getByText("未读取")).toBeVisible();
});

test("a dropped folder of ten thousand files is estimated first", async ({ page }) => {
  await open(page, "#/library");
  await drop(page, ["/x/很大的文件夹"]);
  const dialog = page.getByRole("dialog");
  await expect(dialog.getByText("9,612", { exact: true })).toBeVisible();
  await expect(dialog.getByText(/可以随时暂停或取消/)).toBeVisible();
  await dialog.getByRole("button", { name: "添加 9,612 个文件" }).click();
  await page.getByRole("button", { name: "暂停" }).click();
  await expect(page.getByText("已暂停，已完成的文件可以提问")).toBeVisible();
  await page.getByRole("button", { name: "继续" }).click();
  await page.getByRole("region", { name: "很大的文件夹" }).getByRole("button", { name: "取消" }).click();
  await expect(page.getByRole("region", { name: "很大的文件夹" })).toBeHidden();
});

test("dangerous content is inert, and a web address opens only after it was shown", async ({ page }) => {
  await open(page, "#/ask/9");
  const article = page.getByRole("article");
  await expect(article.getByText("<script>", { exact: false })).toBeVisible();
  await expect(article.locator("img, script, iframe")).toHaveCount(0);
  await expect(article.locator("a")).toHaveCount(1);
  await article.getByText("点我").click();
  await article.getByText("外部网页").click();
  await expect(page.getByRole("dialog").getByText("https://example.com/guide?a=1")).toBeVisible();
  expect(await page.evaluate(() => document.body.dataset["opened"])).toBeUndefined();
  await page.getByRole("button", { name: "在浏览器中打开" }).click();
  expect(await page.evaluate(() => document.body.dataset["opened"])).toBe("https://example.com/guide?a=1");
});

test("a shortcut that is taken names the command that has it", async ({ page }) => {
  await open(page, "#/settings/shortcuts");
  await page.getByRole("button", { name: /更改“任务”/ }).click();
  await page.keyboard.press("Control+k");
  await expect(page.getByRole("alert")).toContainText("搜索与命令");
  await page.keyboard.press("Control+Shift+J");
  await expect(page.getByRole("button", { name: /更改“任务”.*Mod\+Shift\+J/ })).toBeVisible();
  await page.keyboard.press("Control+Shift+J");
  await expect(page.getByRole("dialog", { name: "任务" })).toBeVisible();
});

test("the palette leads to a file by the keyboard alone", async ({ page }) => {
  await open(page, "#/");
  await page.keyboard.press("Control+k");
  await page.getByRole("combobox").waitFor();
  await page.keyboard.type("handbook");
  await page.getByRole("option", { name: /information-security-handbook/ }).waitFor();
  await page.keyboard.press("Enter");
  await expect(page.getByRole("complementary", { name: /information-security-handbook/ })).toBeVisible();
});

test("the range of a calculation is marked in the workbook", async ({ page }) => {
  await open(page, "#/ask/2");
  await page.getByText("订单明细!A3:I403").click();
  await expect(page.locator('[data-highlight="cell"]').first()).toBeVisible();
  await page.getByRole("tab", { name: "季度汇总" }).click();
  await expect(page.getByRole("gridcell", { name: "华东" })).toBeVisible();
});

test("a skill runs on the samples from home and shows its result with checks", async ({ page }) => {
  await open(page, "#/");
  await page.getByRole("button", { name: /总结一份报告/ }).click();
  await expect(page.getByText("2024Q3_quarterly_report 总结.md")).toBeVisible({ timeout: 10_000 });
  await expect(page.getByText("数字与原文一致")).toBeVisible();
});

test("a rewrite shows its changes, and each can be left before saving", async ({ page }) => {
  await open(page, "#/skills/rewrite");
  await page.getByRole("button", { name: "开始", exact: true }).click();
  const changes = page.getByRole("region", { name: "改动" });
  await expect(changes.getByText("采用 3 处，共 3 处")).toBeVisible({ timeout: 10_000 });
  await expect(changes.getByText("改写丢了320万，保留原文。")).toBeVisible();
  await changes.getByRole("button", { name: "加上“召集并”" }).click();
  await expect(changes.getByText("采用 2 处，共 3 处")).toBeVisible();
  await changes.getByRole("button", { name: "按所选保存" }).click();
  await expect(page.getByText("rewrite.md").first()).toBeVisible();
});

test("a skill that is stopped says so", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=1#/skills/summarize");
  await page.getByRole("button", { name: "选择文件" }).click();
  await page.getByRole("button", { name: "开始", exact: true }).click();
  await page.getByRole("button", { name: "停止" }).click();
  await expect(page.getByText("已停止，没有生成文件。")).toBeVisible();
});

test("without a model a question says what to do", async ({ page }) => {
  await open(page, "", "mock=no-model");
  await page.getByRole("button", { name: /随便看看/ }).click();
  await page.getByRole("button", { name: "先逛逛" }).click();
  await page.getByRole("button", { name: /问制度/ }).click();
  await expect(page.getByRole("alert")).toContainText("还没有可用的模型");
  await page.getByRole("alert").getByRole("button", { name: "去看模型" }).click();
  await expect(page).toHaveURL(/#\/models$/);
});

test("a download shows the connection that it opens, and none after it", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=0.3#/models");
  await page.getByRole("button", { name: "继续下载" }).click();
  await expect(page.getByRole("button", { name: "1 个连接" })).toBeVisible();
  await expect(page.getByText("“Qwen3 4B”已可使用")).toBeVisible();
  await expect(page.getByRole("button", { name: "离线 · 0 连接" })).toBeVisible();
});

test("a column is shown cell by cell, written, and taken back", async ({ page }) => {
  await open(page, "#/skills/sheet-column");
  await drop(page, ["/home/user/文档/2024年销售台账.xlsx"]);
  await page.getByRole("textbox", { name: "要计算什么" }).fill("算同比增长率");
  await page.getByRole("button", { name: "计算并预览" }).click();
  const result = page.getByRole("region", { name: "这一列的公式和结果" });
  await expect(result.getByText("21.4%")).toBeVisible();
  await result.getByRole("button", { name: "写入工作簿" }).click();
  await expect(result.getByText("已写入 2024年销售台账.xlsx")).toBeVisible();
  await result.getByRole("button", { name: "撤销" }).click();
  await expect(result.getByRole("button", { name: "写入副本" })).toBeVisible();
});

test("a column that cannot be calculated says why in one sentence", async ({ page }) => {
  await open(page, "#/skills/sheet-column");
  await drop(page, ["/home/user/文档/2024年销售台账.xlsx"]);
  await page.getByRole("textbox", { name: "要计算什么" }).fill("写一首诗");
  await page.getByRole("button", { name: "计算并预览" }).click();
  await expect(page.getByRole("alert")).toBeVisible();
});

test("choosing another workbook drops what is being worked out for the first", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=2#/skills/sheet-column");
  await expect(page.getByRole("button", { name: "选择工作簿" })).toBeVisible();
  await drop(page, ["/home/user/文档/一.xlsx"]);
  await page.getByRole("textbox", { name: "要计算什么" }).fill("算同比增长率");
  await page.getByRole("button", { name: "计算并预览" }).click();
  await drop(page, ["/home/user/文档/二.xlsx"]);
  await expect(page.getByRole("button", { name: "计算并预览" })).toBeEnabled();
  // Longer than the first would have taken.
  await page.waitForTimeout(1500);
  await expect(page.getByRole("region", { name: "这一列的公式和结果" })).toBeHidden();
});

test("a prompt is filled in and goes into the writing box", async ({ page }) => {
  await open(page, "#/prompts/writing%2Fnotice");
  const ask = page.getByRole("button", { name: "拿去提问" });
  await expect(ask).toBeDisabled();
  await page.getByLabel("事项").fill("周五下午停电");
  await expect(page.getByRole("region", { name: "填好后的文字" })).toContainText(
    "发给各部门的通知，事项是：周五下午停电",
  );
  await ask.click();
  await expect(page).toHaveURL(/#\/ask$/);
  await expect(box(page)).toHaveValue(/周五下午停电/);
});

test("a prompt goes to a skill as its text", async ({ page }) => {
  await open(page, "#/prompts/reading%2Frisks");
  await page.getByRole("button", { name: "交给技能" }).click();
  await page.getByRole("menuitem", { name: "改写与翻译" }).click();
  await expect(page.getByRole("textbox", { name: "文字" })).toHaveValue(/from the view of our side/);
});

test("a ready prompt is copied, changed, deleted and brought back", async ({ page }) => {
  await open(page, "#/prompts/writing%2Fnotice");
  await page.getByRole("button", { name: "复制一份来改" }).click();
  await page.getByLabel("名称", { exact: true }).fill("停电通知");
  await page.getByLabel("正文").fill("停电通知，时间：{{时间}}，写给{{对象}}。");
  await page.getByLabel("“时间”的默认值").fill("周五");
  await page.getByRole("button", { name: "保存" }).click();
  const row = page.getByRole("navigation", { name: "提示词" }).getByRole("button", { name: /停电通知/ });
  await expect(row).toBeVisible();
  await expect(page.getByRole("region", { name: "填好后的文字" })).toHaveText("停电通知，时间：周五，写给各部门。");
  await page.getByRole("button", { name: "删除" }).click();
  await expect(row).toBeHidden();
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(row).toBeVisible();
});

test("a name that is taken or leads elsewhere is said before saving", async ({ page }) => {
  await open(page, "#/prompts");
  await page.getByRole("button", { name: "新建提示词" }).click();
  await page.getByLabel("正文").fill("写一份总结");
  await page.getByLabel("存放位置").fill("我的/周报");
  await expect(page.getByText("已有同名的提示词，请换一个。")).toBeVisible();
  await page.getByLabel("存放位置").fill("../周报");
  await expect(page.getByRole("button", { name: "保存" })).toBeDisabled();
  await page.getByLabel("存放位置").fill("我的/总结");
  await page.getByRole("button", { name: "保存" }).click();
  await expect(page).toHaveURL(/#\/prompts\/.+%2F.+$/);
});

test("prompts are imported and exported by dialogs, and the search finds them", async ({ page }) => {
  await open(page, "#/prompts");
  await page.getByRole("button", { name: "导入" }).click();
  await page.getByRole("menuitem", { name: "从压缩包或单个文件" }).click();
  await expect(page.getByText("新增 1 条，已有 0 条，1 个文件不是提示词")).toBeVisible();
  await expect(page.getByRole("heading", { name: "月度小结" })).toBeVisible();
  await page.getByRole("button", { name: "导出", exact: true }).click();
  await page.getByRole("menuitem", { name: "导出我的提示词" }).click();
  await expect(page.getByText(/已把 2 条提示词导出到/)).toBeVisible();
  await page.getByRole("searchbox", { name: "搜索提示词" }).fill("停电");
  await expect(page.getByText("没有匹配的提示词")).toBeVisible();
  await page.getByRole("searchbox", { name: "搜索提示词" }).fill("document");
  await expect(page.getByRole("button", { name: /Find the risks/ })).toBeVisible();
});

test("a column is tried on some rows, filled, written, and taken back", async ({ page }) => {
  await open(page, "#/skills/sheet-fill");
  await drop(page, ["/home/user/文档/投诉.xlsx"]);
  await page.getByRole("textbox", { name: "要填什么" }).fill("按投诉内容分类：质量、物流、服务、其他");
  await page.getByRole("button", { name: "先试 5 行" }).click();
  const result = page.getByRole("region", { name: "这一列填写的结果" });
  await expect(result.getByText("填好 5 行，共 5 行。")).toBeVisible();
  await expect(result.getByRole("button", { name: "写入工作簿" })).toBeHidden();
  await page.getByRole("button", { name: "填写全部" }).click();
  await expect(result.getByText("填好 11 行，共 12 行。")).toBeVisible();
  await result.getByText("留空的 1 格及原因").click();
  await expect(result.getByText("这一行看不出来")).toBeVisible();
  await result.getByRole("button", { name: "写入工作簿" }).click();
  await expect(result.getByText("已写入")).toBeVisible();
  await result.getByRole("button", { name: "撤销" }).click();
  await expect(result.getByRole("button", { name: "写入副本" })).toBeVisible();
});

test("filling goes on behind another screen, and stopping says that nothing is lost", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=2#/skills/sheet-fill");
  await expect(page.getByRole("button", { name: "选择工作簿" })).toBeVisible();
  await drop(page, ["/home/user/文档/投诉.xlsx"]);
  await page.getByRole("textbox", { name: "要填什么" }).fill("按投诉内容分类：质量、物流、服务、其他");
  await page.getByRole("button", { name: "填写全部" }).click();
  await page.getByRole("button", { name: "资料库" }).click();
  await page.goBack();
  await page.getByRole("button", { name: "停止" }).click();
  await expect(page.getByText(/填好的部分留着/)).toBeVisible();
});

for (const [language, say] of [
  ["zh", (zh: string, _: string) => zh],
  ["en", (_: string, en: string) => en],
] as const) {
  test.describe(`a result for the workbook, ${language}`, () => {
    const open = say("把结果放进工作簿", "Put this result into the workbook");
    const write = say("写入工作簿", "Write into the workbook");
    const copy = say("写入副本", "Write into a copy");
    const written = say("已写入 ", "Written to ");

    /** Opens the panel at an answer that was calculated, and waits for the sheet. */
    async function opened(page: Page) {
      await page.goto(`/?lang=${language}&theme=light&pace=0.1#/ask/2`);
      await page.getByRole("button", { name: open }).click();
      const panel = page.getByRole("dialog", { name: open });
      await expect(panel.getByRole("region", { name: say("新工作表", "The new sheet") })).toBeVisible();
      return panel;
    }

    test("it is shown with all its rows before anything is written", async ({ page }) => {
      const panel = await opened(page);
      await expect(panel.getByRole("heading", { level: 3 })).toContainText("A3:C7");
      await expect(panel.getByText(say("带柱形图", "with a bar chart"))).toBeVisible();
      await expect(panel.getByRole("columnheader")).toHaveText(["大区", "订单数", "销售额（元）"]);
      await expect(panel.getByRole("row").nth(1)).toHaveText(/华东.*135.*4,352,577\.58/);
      await expect(panel.getByText(say("共 4 行", "4 rows in all"))).toBeVisible();
      await expect(panel.getByText(written)).toBeHidden();
    });

    test("another chart is another sheet", async ({ page }) => {
      const panel = await opened(page);
      await panel.getByRole("radio", { name: say("折线", "Line") }).click();
      await expect(panel.getByText(say("带折线图", "with a line chart"))).toBeVisible();
      await panel.getByRole("radio", { name: say("不要图表", "No chart") }).click();
      await expect(panel.getByText(say("不带图表", "without a chart"))).toBeVisible();
    });

    test("it is written into the workbook and taken back", async ({ page }) => {
      const panel = await opened(page);
      await panel.getByRole("button", { name: write }).click();
      await expect(panel.getByText(`${written}2024年销售台账.xlsx`)).toBeVisible();
      // What is written cannot be another chart any more.
      await expect(panel.getByRole("radio")).toHaveCount(0);
      await panel.getByRole("button", { name: say("撤销", "Undo") }).click();
      await expect(panel.getByRole("button", { name: write })).toBeVisible();
      await expect(panel.getByText(written)).toBeHidden();
    });

    test("a copy has a name of its own", async ({ page }) => {
      const panel = await opened(page);
      await panel.getByRole("button", { name: copy }).click();
      await expect(
        panel.getByText(`${written}2024年销售台账${say("（含结果）", " (with result)")}.xlsx`),
      ).toBeVisible();
    });

    test("Escape closes it, and the focus is where it was", async ({ page }) => {
      const panel = await opened(page);
      await page.keyboard.press("Escape");
      await expect(panel).toBeHidden();
      await expect(page.getByRole("button", { name: open })).toBeFocused();
    });
  });

  test.describe(`a chart for the workbook, ${language}`, () => {
    const title = say("画图表", "Draw a chart");
    const go = say("画出预览", "Draw a preview");
    const copy = say("写入副本", "Write into a copy");

    /** Asks for a chart, and waits for what would be written. */
    async function asked(page: Page, ask: string, pace = 0.1) {
      await page.goto(`/?lang=${language}&theme=light&pace=${pace}#/skills/summarize`);
      await page.getByRole("button", { name: title }).click();
      await expect(page.getByRole("button", { name: go })).toBeDisabled();
      await drop(page, ["/home/user/文档/销售.xlsx"]);
      await page.getByRole("textbox", { name: say("要画什么", "What to draw") }).fill(ask);
      await page.getByRole("button", { name: go }).click();
      return page.getByRole("region", { name: say("将要写入的图表", "The chart to be written") });
    }

    test("it is drawn with its ranges and its place, written, and taken back", async ({ page }) => {
      const chart = await asked(page, "以月份为横轴画销售额和成本的柱形图，加趋势线");
      await expect(chart.getByRole("heading", { level: 3 })).toContainText(say("柱形图", "Column chart"));
      await expect(chart.getByRole("heading", { level: 3 })).toContainText("G3:P22");
      await expect(chart.getByRole("img", { name: /销售额.*成本/ }).locator("svg")).toBeVisible();
      const row = chart.getByRole("row", { name: /销售额/ });
      await expect(row).toContainText("月度汇总!B4:B9");
      await expect(row).toContainText("月度汇总!A4:A9");
      await expect(row).toContainText(say("线性", "linear"));
      await expect(chart.getByText(say("要画哪些列由模型选定", "The model chose the columns"))).toBeHidden();
      await chart.getByRole("button", { name: say("写入工作簿", "Write into the workbook") }).click();
      await expect(chart.getByText(say("已写入 销售.xlsx", "Written to 销售.xlsx"))).toBeVisible();
      await chart.getByRole("button", { name: say("撤销", "Undo") }).click();
      await expect(chart.getByRole("button", { name: copy })).toBeVisible();
    });

    test("a copy has a name of its own, and columns that the model chose are marked", async ({ page }) => {
      const chart = await asked(page, "画一张饼图，放在新工作表");
      await expect(chart.getByRole("heading", { level: 3 })).toContainText("B2:K21");
      await expect(chart.getByText(say("要画哪些列由模型选定", "The model chose the columns"))).toBeVisible();
      await chart.getByRole("button", { name: copy }).click();
      const name = say("销售（加图表）.xlsx", "销售 (chart added).xlsx");
      await expect(chart.getByText(name)).toBeVisible();
    });

    test("every kind is drawn", async ({ page }) => {
      for (const kind of ["折线图", "条形图", "面积图", "散点图", "百分比堆积柱形图"]) {
        const chart = await asked(page, `按月份画${kind}`);
        await expect(chart.getByRole("img").locator("svg path").first()).toBeAttached();
      }
    });

    test("a kind that is not drawn is said in one sentence", async ({ page }) => {
      const chart = await asked(page, "画雷达图");
      await expect(page.getByRole("alert")).toBeVisible();
      await expect(chart).toBeHidden();
    });

    test("stopping leaves the sentence as it was", async ({ page }) => {
      await asked(page, "按月份画折线图", 5);
      await page.getByRole("button", { name: say("停止", "Stop"), exact: true }).click();
      // A call is heard to be stopped only when its wait of three seconds is over.
      await expect(page.getByRole("button", { name: go })).toBeEnabled({ timeout: 15_000 });
      await expect(page.getByRole("textbox", { name: say("要画什么", "What to draw") })).toHaveValue("按月份画折线图");
    });
  });
}

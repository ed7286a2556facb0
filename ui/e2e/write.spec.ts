// Writing, from the first word on: saved, commented, restored, exported; with answers and their sources.

import { expect, test, type Page } from "@playwright/test";

async function open(page: Page, at = "#/write/1") {
  await page.goto(`/?lang=zh&theme=light&pace=0.05${at}`);
  await expect(page.getByRole("main").getByRole("button").first()).toBeVisible();
}
const text = (page: Page) => page.getByRole("textbox", { name: "文稿正文" });
const saved = (page: Page) => expect(page.getByText(/^已保存/)).toBeVisible();

test("a new document is written, saved by itself and found again", async ({ page }) => {
  await open(page, "#/write");
  await page.getByRole("button", { name: "新建文稿" }).click();
  await page.getByLabel("标题", { exact: true }).fill("季度小结");
  await page.getByLabel("标题", { exact: true }).press("Enter");
  await page.keyboard.type("# 一季度");
  await page.keyboard.press("Enter");
  await page.keyboard.type("- 收入增长");
  await page.keyboard.press("Enter");
  await page.keyboard.type("成本下降");
  await expect(text(page).getByRole("heading", { name: "一季度" })).toBeVisible();
  await expect(text(page).getByRole("listitem")).toHaveCount(2);
  await saved(page);
  await page.getByRole("button", { name: "全部文稿" }).click();
  await page
    .getByRole("button", { name: /季度小结/ })
    .first()
    .click();
  await expect(text(page).getByRole("listitem")).toHaveText(["收入增长", "成本下降"]);
});

test("a save that fails is said, and the text is still there and saved later", async ({ page }) => {
  await open(page);
  await page.getByLabel("标题", { exact: true }).fill("磁盘已满");
  await expect(page.getByText(/^未保存/)).toBeVisible();
  await page.getByLabel("标题", { exact: true }).fill("又有空间了");
  await saved(page);
});

test("a citation in the text opens its source at the place", async ({ page }) => {
  await open(page);
  await text(page).locator('[data-cite="1"]').click();
  const panel = page.getByRole("complementary");
  await expect(panel.getByText("第 3 页").first()).toBeVisible();
  await expect(panel.getByText("1/2")).toBeVisible();
});

test("a comment is added by key, written, resolved, and gone from the text", async ({ page }) => {
  await open(page);
  await text(page).getByText("妥否，请批示。").click({ clickCount: 3 });
  await page.keyboard.press("Control+Alt+m");
  await page.keyboard.type("改成“当否”？");
  await expect(text(page).locator(".commented")).toHaveCount(2);
  await saved(page);
  await page.getByRole("button", { name: "标为已解决" }).last().click();
  await expect(text(page).locator(".commented")).toHaveCount(1);
});

test("bold by Ctrl+B leaves the sidebar alone, and undo takes it back", async ({ page }) => {
  await open(page);
  await text(page).getByText("妥否，请批示。").click({ clickCount: 3 });
  await page.keyboard.press("Control+b");
  await expect(text(page).locator("strong", { hasText: "妥否" })).toBeVisible();
  await expect(page.getByRole("navigation").first()).toBeVisible();
  await page.keyboard.press("Control+z");
  await expect(text(page).locator("strong", { hasText: "妥否" })).toHaveCount(0);
});

test("an older version is looked at and restored, and the newer one stays", async ({ page }) => {
  await open(page);
  await page.getByRole("tab", { name: "版本" }).click();
  await page.getByRole("button", { name: /送审稿/ }).click();
  await page.getByRole("button", { name: "恢复这个版本" }).click();
  await expect(text(page).getByText("妥否，请批示。")).toHaveCount(0);
  await page.getByRole("tab", { name: "版本" }).click();
  await expect(page.getByRole("list", { name: "版本" }).getByRole("listitem")).toHaveCount(4);
});

test("an answer of the library goes into the text with its sources under new numbers", async ({ page }) => {
  await open(page);
  await page.getByRole("tab", { name: "提问" }).click();
  const box = page.getByLabel("向你的文件提问");
  await box.fill("出差回来以后，要在多长时间内提交报销申请？");
  await box.dispatchEvent("keydown", { key: "Enter", keyCode: 229, bubbles: true, cancelable: true });
  await expect(box).toHaveValue(/出差/);
  await box.press("Enter");
  await page.getByRole("button", { name: "插入文稿" }).click();
  await expect(text(page).locator('[data-cite="3"]')).toBeVisible();
  await page.getByRole("tab", { name: "来源" }).click();
  await expect(page.getByRole("list", { name: "来源" }).getByRole("listitem").nth(2)).toBeVisible();
});

test("a selection is rewritten, with the changes that were taken", async ({ page }) => {
  await open(page);
  await text(page).getByText("妥否，请批示。").click({ clickCount: 3 });
  await page.getByRole("button", { name: "改写", exact: true }).click();
  await page.getByRole("dialog").getByRole("button", { name: "开始" }).click();
  await page.getByRole("button", { name: /写入文稿/ }).click();
  await expect(text(page).getByText("本次会议于周一由张磊召集并主持。")).toBeVisible();
});

test("a table gets a row, and Tab goes from cell to cell", async ({ page }) => {
  await open(page);
  await text(page).getByRole("cell", { name: "员工级" }).click();
  await page.getByRole("button", { name: "表格" }).click();
  await page.getByRole("menuitem", { name: "在下方插入行" }).click();
  await expect(text(page).getByRole("row")).toHaveCount(4);
  await page.keyboard.press("Tab");
  await page.keyboard.type("375");
  await expect(text(page).getByRole("cell", { name: /375/ })).toBeVisible();
});

test("an export is named where it lies, and can be opened", async ({ page }) => {
  await open(page);
  await page.getByRole("button", { name: "导出" }).click();
  await page.getByRole("menuitem", { name: "Word（含批注）", exact: true }).click();
  await expect(page.getByText(/\.docx 已存到成果里/)).toBeVisible();
  await page.getByRole("button", { name: "导出" }).click();
  await page.getByRole("menuitem", { name: "Markdown，存到文件夹" }).click();
  await expect(page.getByText(/已写到 .*合同.*\.md/)).toBeVisible();
});

test("a file is imported with a word about its pictures, and a deletion can be taken back", async ({ page }) => {
  await open(page, "#/write");
  await page.getByRole("button", { name: "从文件导入" }).click();
  await expect(page.getByText("图片不会导入，原位置保留了图片说明。")).toBeVisible();
  await expect(text(page)).toBeVisible();
  await page.getByRole("button", { name: "全部文稿" }).click();
  await page.getByRole("button", { name: "删除“Weekly report”" }).click();
  await expect(page.getByRole("button", { name: /Weekly report/ })).toHaveCount(0);
  await page.getByRole("button", { name: "撤销" }).click();
  await expect(page.getByRole("button", { name: /Weekly report/ }).first()).toBeVisible();
});

test("the result of a skill goes on in the editor with its citations", async ({ page }) => {
  await open(page, "#/skills/summarize");
  await page.getByRole("button", { name: "选择文件" }).click();
  await page.getByRole("button", { name: "开始", exact: true }).click();
  await page.getByRole("button", { name: "在编辑器中继续" }).click();
  await expect(text(page).locator('[data-cite="6"]')).toBeVisible();
  await expect(text(page).getByRole("heading", { name: "Overview" })).toBeVisible();
});

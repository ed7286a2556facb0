// Ten thousand conversations, twelve thousand files, a conversation of two thousand messages.

import { expect, test, type Page } from "@playwright/test";

// Other programs on the machine can only add to a measured time: the best of three counts.
test.describe.configure({ retries: 2 });

/**
 * Milliseconds from which a task counts as long. Wanted is 100, which `./x bench ui` measures; here, on a machine that
 * may be three times as slow for a while, what is looked for are lists that are drawn whole or looked through again and
 * again, and those block for seconds.
 */
const long = 300;

/** Long tasks that the page was blocked by, counted from now on. */
async function longTasks(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate((long) => {
    const seen: number[] = [];
    Object.assign(globalThis, { longTasks: seen });
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) if (entry.duration > long) seen.push(Math.round(entry.duration));
    }).observe({ type: "longtask" });
  }, long);
  return () => page.evaluate(() => (globalThis as unknown as { longTasks: number[] }).longTasks);
}

/** Times between frames in milliseconds, from now on until they are asked for. */
async function frameTimes(page: Page): Promise<() => Promise<number[]>> {
  await page.evaluate(() => {
    const times: number[] = [];
    Object.assign(globalThis, { frameTimes: times });
    let last = 0;
    const frame = (now: number) => {
      if (last > 0) times.push(now - last);
      last = now;
      requestAnimationFrame(frame);
    };
    requestAnimationFrame(frame);
  });
  return () => page.evaluate(() => (globalThis as unknown as { frameTimes: number[] }).frameTimes);
}

test("only what is in view is drawn", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=0.02&mock=big#/ask/1");
  await expect(page.getByRole("article").last()).toBeVisible();
  expect(await page.getByRole("list", { name: "消息" }).getByRole("listitem").count()).toBeLessThan(40);
  expect(await page.getByRole("region", { name: "对话列表" }).getByRole("listitem").count()).toBeLessThan(80);
});

test("a long conversation opens at its end and scrolls without long tasks", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=0.02&mock=big#/ask/1");
  await expect(page.getByText("（1000）")).toBeVisible();
  const blocked = await longTasks(page);
  const list = page.getByRole("list", { name: "消息" });
  const centre = await list.evaluate((element) => {
    const box = element.parentElement?.getBoundingClientRect();
    return box ? [box.x + box.width / 2, box.y + box.height / 2] : [0, 0];
  });
  await page.mouse.move(centre[0] ?? 0, centre[1] ?? 0);
  for (let step = 0; step < 40; step += 1) await page.mouse.wheel(0, -1500);
  await page.waitForTimeout(400);
  expect(await blocked()).toEqual([]);
  await expect(page.getByText("（1000）")).toBeHidden();
});

test("ten thousand conversations are searched and scrolled without long tasks", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=0.02&mock=big#/");
  await expect(page.getByRole("button", { name: /差旅报销 1 / })).toBeVisible();
  const blocked = await longTasks(page);
  const search = page.getByLabel("搜索对话");
  await search.pressSequentially("教案 99", { delay: 30 });
  await expect(page.getByRole("button", { name: /教案 99\d/ }).first()).toBeVisible();
  await search.fill("");
  const section = page.getByRole("region", { name: "对话列表" });
  await section.hover();
  for (let step = 0; step < 30; step += 1) await page.mouse.wheel(0, 4000);
  await page.waitForTimeout(300);
  expect(await blocked()).toEqual([]);
});

test("twelve thousand files are a list like any other", async ({ page }) => {
  await page.goto("/?lang=zh&theme=light&pace=0.02&mock=big#/library");
  const list = page.getByRole("list", { name: "文件", exact: true });
  await expect(list.getByRole("listitem").first()).toBeVisible();
  await list.hover({ position: { x: 200, y: 100 } });
  await page.mouse.wheel(0, 200_000);
  await expect(list.getByRole("button", { name: /文件 0\d{4}/ }).first()).toBeVisible();
  expect(await list.getByRole("listitem").count()).toBeLessThan(60);
});

test("while an answer streams, frames keep their time", async ({ page }) => {
  // 28 ms a token at the mock's own pace, so 40 tokens a second.
  await page.goto("/?lang=zh&theme=light&pace=0.9#/ask");
  await page.getByLabel("输入问题", { exact: true }).fill("出差回来以后，要在多长时间内提交报销申请？");
  await page.keyboard.press("Enter");
  await expect(page.getByText("应当在出差返回后")).toBeVisible();
  const blocked = await longTasks(page);
  const frames = await frameTimes(page);
  await expect(page.getByText("财务部不予受理")).toBeVisible();
  const times = await frames();
  const late = times.filter((time) => time > 33.4).length;
  const share = ((late / times.length) * 100).toFixed(2);
  // `./x bench ui` reads this.
  console.log(
    `row: | streaming at 40 tokens a second, Chromium: frames over 33 ms | ≤ 1 % | ${share} % (${late} of ${times.length}) |`,
  );
  expect(await blocked()).toEqual([]);
  expect(times.length).toBeGreaterThan(60);
  // Wanted is a hundredth; on a machine that does something else meanwhile more come late.
  expect(late).toBeLessThanOrEqual(times.length * 0.15);
});

// `./x bench ui`: what the window costs, against a window that is empty. Rows of a table in Markdown on standard output.

import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { loadavg, tmpdir } from "node:os";
import { join } from "node:path";
import { Driver, button, patience, quoted, until } from "./driver.js";
import { computedSeconds, median, memoryMiB, start, stop, tree } from "./measure.js";
import { scroll, watchBlocking, watchFrames } from "./probes.js";
import { allEnded, processes, removeFolder } from "./processes.js";

const program = needed("DESKMATE_WINDOW");
const empty = needed("DESKMATE_EMPTY_WINDOW");
const terminal = needed("DESKMATE_PROGRAM");
const pairs = Number(process.env.DESKMATE_PAIRS ?? 5);
const rounds = 3;
/** After the first page the library is opened, caches fill, WebKit tidies up. */
const settleMs = 10_000;
const idleSeconds = 30;
/** The conversation of 2,000 messages in `many.sql`, and its last message. */
const longest = { conversation: 10_000, lastMessage: "21998" };

const home = mkdtempSync(join(tmpdir(), "deskmate-bench-"));
const environment = {
  DESKMATE_HOME: home,
  DESKMATE_CHAT_MODEL: "qwen2.5-coder-0.5b",
  LANGUAGE: "zh_CN",
  XDG_CONFIG_HOME: join(home, "config"),
  XDG_DATA_HOME: join(home, "data"),
};

function needed(name: string): string {
  const value = process.env[name];
  if (!value) throw new Error(`${name} is not set: run \`./x bench ui\``);
  return value;
}

const pause = (ms: number) => new Promise((resume) => setTimeout(resume, ms));
const row = (what: string, wanted: string, measured: string) => console.log(`| ${what} | ${wanted} | ${measured} |`);
const told = (text: string) => console.error(`bench: ${text}`);

/** A library as after a few years: first run done, ten thousand conversations. */
async function prepare(): Promise<void> {
  const window = await Driver.open(program, environment);
  const { settings } = await window.invoke<{ settings: object }>("app_info");
  await window.invoke("set_settings", { settings: { ...settings, persona: "office", language: "zh-CN" } });
  await window.closeWindow();
  await allEnded(home, 20_000);
  await window.end();
  execFileSync("sqlite3", [join(home, "catalog.sqlite")], { input: readFileSync("tests/e2e/many.sql") });
}

interface Cost {
  paintedMs: number;
  memoryMiB: number;
  idleShare: number;
}

async function cost(of: string): Promise<Cost> {
  const window = await start(of, home);
  await pause(settleMs);
  const all = tree(window.process.pid ?? 0);
  const memory = memoryMiB(all);
  const before = computedSeconds(all);
  // Nobody looks into the processes meanwhile.
  await pause(of === program ? idleSeconds * 1_000 : 0);
  const idleShare = (computedSeconds(all) - before) / idleSeconds;
  await stop(window);
  return { paintedMs: window.paintedMs, memoryMiB: memory, idleShare };
}

/** Both windows in turn, so that what else the machine does meets both. */
async function againstEmpty(): Promise<void> {
  // The first start reads everything from the disk.
  for (const one of [empty, program]) await stop(await start(one, home));
  const ours: Cost[] = [];
  const theirs: Cost[] = [];
  for (let pair = 1; pair <= pairs; pair += 1) {
    theirs.push(await cost(empty));
    ours.push(await cost(program));
    told(`pair ${pair} of ${pairs}: ${JSON.stringify([theirs.at(-1), ours.at(-1)])}`);
  }
  const ratio = (of: (cost: Cost) => number) => {
    const each = ours.map((cost, pair) => of(cost) / of(theirs[pair] ?? cost));
    return `${median(each).toFixed(2)} (${Math.min(...each).toFixed(2)} to ${Math.max(...each).toFixed(2)})`;
  };
  const both = (of: (cost: Cost) => number) =>
    `${median(ours.map(of)).toFixed(0)} ÷ ${median(theirs.map(of)).toFixed(0)}`;
  const paint = (cost: Cost) => cost.paintedMs;
  const memory = (cost: Cost) => cost.memoryMiB;
  row("first interactive paint ÷ that of an empty window", "≤ 1.5", `${ratio(paint)}; ${both(paint)} ms`);
  row("idle memory without a model ÷ that of an empty window", "≤ 1.3", `${ratio(memory)}; ${both(memory)} MiB`);
  const idle = median(ours.map((cost) => cost.idleShare)) * 100;
  row("idle processor", "< 0.5 % of a core", `${idle.toFixed(2)} %`);
}

const conversations = `section[aria-label="对话列表"] li`;
const messages = `ol[aria-label="消息"] li`;

/** What is done with many conversations and a long one, and how long the page was blocked by it at most. */
async function manyConversations(window: Driver): Promise<Record<string, number>> {
  const worst: Record<string, number> = {};
  const watched = async (name: string, work: () => Promise<unknown>) => {
    const ended = await watchBlocking(window);
    await work();
    await pause(300);
    worst[name] = await ended();
  };
  await window.run("location.hash = '#/'; location.reload()");
  await pause(1_000);
  await window.wait(`//section[@aria-label='对话列表']//li//button`);
  // How late the timer is by itself, on this machine at this time.
  await watched("nothing", () => pause(2_000));
  await watched("scroll the list", () => scroll(window, conversations, 3_000, 100));
  await watched("search", async () => {
    for (const key of "教案 99") await window.type("//input[@aria-label='搜索对话']", key);
    await window.wait(`//section[@aria-label='对话列表']//li[.//span[contains(., '教案 99')]]`);
  });
  await watched("open", async () => {
    await window.run(`location.hash = '#/ask/${longest.conversation}'`);
    await window.wait(`//article[contains(., ${quoted(longest.lastMessage)})]`);
  });
  await watched("scroll the messages", () => scroll(window, messages, -1_500, 100));
  return worst;
}

async function blocked(): Promise<void> {
  const window = await Driver.open(program, environment);
  const all: Record<string, number>[] = [];
  for (let round = 0; round < rounds; round += 1) all.push(await manyConversations(window));
  for (const name of Object.keys(all[0] ?? {})) {
    const each = all.map((worst) => worst[name] ?? NaN);
    row(
      `10,000 conversations, one of 2,000 messages: ${name}`,
      "no task over 100 ms",
      `longest ${median(each)} ms (${each.join(", ")})`,
    );
  }
  await window.closeWindow();
  await allEnded(home, 20_000);
  await window.end();
}

/** A long answer from a file, by a small model that computes on the same cores. */
async function streamed(): Promise<void> {
  execFileSync(terminal, ["add", "assets/samples/差旅费管理办法.pdf"], { env: { ...process.env, ...environment } });
  const window = await Driver.open(program, environment);
  await window.wait(`//section[@aria-label='对话列表']//li//button`, patience);
  await window.run("location.hash = '#/ask'");
  await window.wait("//textarea");
  const frames = await watchFrames(window);
  await window.type("//textarea", "请详细说明出差申请、借款、交通、住宿和报销各有哪些规定？\uE007");
  await window.wait(button("停止"));
  await window.waitGone(button("停止"), patience);
  const { frames: drawn, late, worst } = await frames();
  row(
    "streaming, the model on the same cores: frames over 33 ms",
    "≤ 1 %",
    `${((late / drawn) * 100).toFixed(2)} % (${late} of ${drawn}, longest ${worst} ms)`,
  );
  await window.shot("bench-streamed");
  await window.closeWindow();
  await allEnded(home, 20_000);
  await window.end();
}

try {
  await prepare();
  console.log("| what | wanted | measured |\n|---|---|---|");
  told(`load ${loadavg()[0]?.toFixed(1)}`);
  if (pairs > 0) await againstEmpty();
  await blocked();
  await streamed();
} finally {
  for (const { id } of processes(home)) process.kill(id, "SIGKILL");
  await until("the end of the programs", 10_000, async () => processes(home).length === 0);
  await removeFolder(home);
}

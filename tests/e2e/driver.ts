// A WebDriver client of the size that these tests need: tauri-driver starts the window, WebKitWebDriver looks into it.

import { spawn, type ChildProcess } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { request } from "node:http";
import { join } from "node:path";

const element = "element-6066-11e4-a52e-4f735466cecf";

/** Long enough for a small model on two busy cores. */
export const patience = 180_000;

export class Driver {
  private constructor(
    private readonly process: ChildProcess,
    private readonly base: string,
    private session: string,
  ) {}

  /** Starts the window in an environment of its own. */
  static async open(program: string, environment: Record<string, string>): Promise<Driver> {
    const port = 4500 + Math.floor(Math.random() * 400);
    const child = spawn("tauri-driver", ["--port", String(port), "--native-port", String(port + 500)], {
      env: { ...process.env, ...environment },
      stdio: process.env.DESKMATE_E2E_LOG ? "inherit" : "ignore",
    });
    const base = `http://127.0.0.1:${port}`;
    await until("tauri-driver", 20_000, () => isReady(base));
    const driver = new Driver(child, base, "");
    const answer = await driver.call<{ sessionId: string }>("POST", "/session", {
      capabilities: {
        alwaysMatch: {
          browserName: "wry",
          "tauri:options": { application: program },
          timeouts: { script: patience },
        },
      },
    });
    driver.session = answer.sessionId;
    return driver;
  }

  private async call<T>(method: string, path: string, body?: unknown): Promise<T> {
    const sent = method === "POST" ? JSON.stringify(body ?? {}) : "";
    const { status, text } = await send(method, this.base + path, sent).catch((error: NodeJS.ErrnoException) => {
      // The driver closed the connection before it took the request: once more.
      if (error.code !== "ECONNRESET") throw error;
      return send(method, this.base + path, sent);
    });
    const { value } = JSON.parse(text) as { value: T & { error?: string; message?: string } };
    if (status !== 200) throw new Error(`${method} ${path}: ${value?.error}: ${value?.message}`);
    return value;
  }

  private at<T>(method: string, path: string, body?: unknown): Promise<T> {
    return this.call<T>(method, `/session/${this.session}${path}`, body);
  }

  /** Runs a function's body in the page. */
  run<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.at<T>("POST", "/execute/sync", { script, args });
  }

  /** Runs a function's body in the page until it calls its last argument, with what it gives. */
  runUntilDone<T>(script: string, ...args: unknown[]): Promise<T> {
    return this.at<T>("POST", "/execute/async", { script, args });
  }

  /** Asks the program, past the pages. */
  invoke<T>(command: string, parameters: object = {}): Promise<T> {
    const script =
      "const done = arguments[2]; window.__TAURI_INTERNALS__.invoke(arguments[0], arguments[1]).then(done, (error) => done({ error }))";
    return this.runUntilDone<T>(script, command, parameters);
  }

  async find(xpath: string): Promise<string | null> {
    const found = await this.at<Record<string, string>[]>("POST", "/elements", { using: "xpath", value: xpath });
    return found[0]?.[element] ?? null;
  }

  /** Waits for an element and gives it. */
  async wait(xpath: string, limit = 30_000): Promise<string> {
    let found: string | null = null;
    await until(xpath, limit, async () => (found = await this.find(xpath)) !== null);
    return found ?? "";
  }

  /** Waits until no such element is left. */
  waitGone(xpath: string, limit = 30_000): Promise<void> {
    return until(`the end of ${xpath}`, limit, async () => (await this.find(xpath)) === null);
  }

  async click(xpath: string, limit?: number): Promise<void> {
    await this.at("POST", `/element/${await this.wait(xpath, limit)}/click`);
  }

  async type(xpath: string, text: string): Promise<void> {
    await this.at("POST", `/element/${await this.wait(xpath)}/value`, { text });
  }

  async text(xpath: string): Promise<string> {
    return this.at<string>("GET", `/element/${await this.wait(xpath)}/text`);
  }

  /** Keeps a picture of the window. */
  async shot(name: string): Promise<void> {
    const folder = process.env.DESKMATE_SHOTS;
    if (!folder) return;
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, `${name}.png`), Buffer.from(await this.at<string>("GET", "/screenshot"), "base64"));
  }

  /** Closes the window, as its user would. The driver's session lives on: ending it now could overtake the closing. */
  async closeWindow(): Promise<void> {
    await this.at("DELETE", "/window");
  }

  /** Ends the driver, and a window that is still open with it. */
  async end(): Promise<void> {
    await this.call("DELETE", `/session/${this.session}`).catch(() => {});
    this.process.kill();
  }
}

/** One request on a connection of its own: WebKitWebDriver closes those that it has answered. */
function send(method: string, address: string, body: string): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const headers = { "content-type": "application/json", "content-length": Buffer.byteLength(body) };
    const sent = request(address, { method, agent: false, headers, timeout: patience }, (answer) => {
      let text = "";
      answer.setEncoding("utf8");
      answer.on("data", (part: string) => (text += part));
      answer.on("end", () => resolve({ status: answer.statusCode ?? 0, text }));
    });
    sent.on("timeout", () => sent.destroy(new Error(`no answer to ${method} ${address}`)));
    sent.on("error", reject);
    sent.end(body);
  });
}

async function isReady(base: string): Promise<boolean> {
  const answer = await send("GET", `${base}/status`, "").catch(() => null);
  return answer?.status === 200 && answer.text.includes('"ready":true');
}

export async function until(what: string, limit: number, holds: () => Promise<boolean>): Promise<void> {
  const end = Date.now() + limit;
  while (!(await holds())) {
    if (Date.now() > end) throw new Error(`${what} did not come within ${limit / 1000} s`);
    await new Promise((resume) => setTimeout(resume, 150));
  }
}

/** A text as an XPath literal. */
export function quoted(text: string): string {
  return text.includes('"') ? `'${text}'` : `"${text}"`;
}

/** A button by its words or its label. */
export function button(name: string): string {
  return `//button[normalize-space(.)=${quoted(name)} or @aria-label=${quoted(name)}]`;
}

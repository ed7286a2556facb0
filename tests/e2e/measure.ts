// What a tree of processes costs, as Linux counts it: memory by the share that is theirs, processor time.

import { spawn, type ChildProcess } from "node:child_process";
import { readFileSync, readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { until } from "./driver.js";

/** Hundredths of a second are what Linux counts processor time in. */
const ticksPerSecond = 100;

/** A window that was started without a driver. */
export interface Started {
  process: ChildProcess;
  /** From the start of the process to the first page that can be used, in milliseconds. */
  paintedMs: number;
}

/** Starts a window and waits until its page says that it was drawn and can be used. */
export async function start(program: string, home: string): Promise<Started> {
  const log = join(home, `painted-${Date.now()}`);
  // Both windows keep what WebKit keeps in a folder that is removed afterwards.
  const folders = { XDG_CONFIG_HOME: join(home, "config"), XDG_DATA_HOME: join(home, "data") };
  const began = Date.now();
  const child = spawn(program, {
    env: { ...process.env, ...folders, DESKMATE_HOME: home, DESKMATE_PAINT_LOG: log },
    stdio: "ignore",
  });
  let written = 0;
  await until("the first paint", 60_000, async () => {
    written = statSync(log, { throwIfNoEntry: false })?.mtimeMs ?? 0;
    return written > 0;
  });
  return { process: child, paintedMs: written - began };
}

/** Ends a window as the system does at a logout, and waits until all its processes are gone. */
export async function stop({ process: child }: Started): Promise<void> {
  const all = tree(child.pid ?? 0);
  child.kill("SIGTERM");
  await until("the end of the window's processes", 20_000, async () => all.every((id) => !isAlive(id)));
}

/** A process and all that it started. */
export function tree(root: number): number[] {
  const children = new Map<number, number[]>();
  for (const name of readdirSync("/proc")) {
    const parent = Number(stat(Number(name))?.[1]);
    if (parent > 0) children.set(parent, [...(children.get(parent) ?? []), Number(name)]);
  }
  const found = [root];
  for (const id of found) found.push(...(children.get(id) ?? []));
  return found;
}

/**
 * Memory of the processes in MiB. Pages that several processes share are counted in parts, so that the sum is what the
 * machine would have back (PSS).
 */
export function memoryMiB(processes: number[]): number {
  let kib = 0;
  for (const id of processes) {
    try {
      const line = /^Pss:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${id}/smaps_rollup`, "utf8"));
      kib += Number(line?.[1] ?? 0);
    } catch {
      // It ended meanwhile.
    }
  }
  return kib / 1024;
}

/** Seconds that the processes have computed so far. */
export function computedSeconds(processes: number[]): number {
  let ticks = 0;
  for (const id of processes) {
    const fields = stat(id);
    ticks += Number(fields?.[11] ?? 0) + Number(fields?.[12] ?? 0);
  }
  return ticks / ticksPerSecond;
}

function isAlive(id: number): boolean {
  const state = stat(id)?.[0];
  return state !== undefined && state !== "Z";
}

/** The fields of `/proc/ID/stat` from the state on; none when there is no such process. */
function stat(id: number): string[] | undefined {
  if (!Number.isInteger(id)) return undefined;
  try {
    const text = readFileSync(`/proc/${id}/stat`, "utf8");
    return text.slice(text.lastIndexOf(")") + 2).split(" ");
  } catch {
    return undefined;
  }
}

export function median(values: number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? NaN)
    : ((sorted[middle - 1] ?? NaN) + (sorted[middle] ?? NaN)) / 2;
}

// The program's processes, as Linux lists them.

import { readFileSync, readdirSync, rmSync } from "node:fs";

export interface Process {
  id: number;
  parent: number;
  role: string | null;
}

/** Processes of this program that have this library, the window's own first. */
export function processes(home: string): Process[] {
  const found: Process[] = [];
  for (const name of readdirSync("/proc")) {
    const id = Number(name);
    if (!Number.isInteger(id)) continue;
    try {
      const environment = readFileSync(`/proc/${id}/environ`, "utf8").split("\0");
      const words = readFileSync(`/proc/${id}/cmdline`, "utf8").split("\0");
      if (!environment.includes(`DESKMATE_HOME=${home}`) || !words[0]?.endsWith("deskmate-desktop")) continue;
      const stat = readFileSync(`/proc/${id}/stat`, "utf8");
      const [state, parent] = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      if (state === "Z") continue;
      const role = words.find((word) => word.startsWith("--role="));
      found.push({ id, parent: Number(parent), role: role?.slice("--role=".length) ?? null });
    } catch {
      // It ended meanwhile.
    }
  }
  return found.sort((a, b) => Number(a.role !== null) - Number(b.role !== null));
}

export function workers(home: string): Process[] {
  return processes(home).filter((process) => process.role !== null);
}

/** Waits until no process of this library is left; says which ones stay and what they wait in. */
export async function allEnded(home: string, limit: number): Promise<void> {
  const end = Date.now() + limit;
  for (let left = processes(home); left.length > 0; left = processes(home)) {
    if (Date.now() > end) throw new Error(`still there after ${limit / 1000} s: ${left.map(described).join(", ")}`);
    await new Promise((resume) => setTimeout(resume, 150));
  }
}

function described({ id, role }: Process): string {
  const waits = readdirSync(`/proc/${id}/task`).map((task) => {
    const name = readFileSync(`/proc/${id}/task/${task}/comm`, "utf8").trim();
    return `${name}:${readFileSync(`/proc/${id}/task/${task}/wchan`, "utf8")}`;
  });
  return `${role ?? "window"} ${id} (${waits.join(" ")})`;
}

/** Hundredths of a second that the processes have computed so far. */
export function computed(of: Process[]): number {
  let ticks = 0;
  for (const { id } of of) {
    const stat = readFileSync(`/proc/${id}/stat`, "utf8");
    const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
    ticks += Number(fields[11]) + Number(fields[12]);
  }
  return ticks;
}

/**
 * Removes a folder whose writers were just killed: WebKit's own processes outlive the window for a moment and may put
 * a file into a folder that was emptied (Node's own retries do not look into it again).
 */
export async function removeFolder(path: string): Promise<void> {
  for (let left = 50; ; left--) {
    try {
      return rmSync(path, { recursive: true, force: true });
    } catch (error) {
      if (left === 0) throw error;
      await new Promise((resume) => setTimeout(resume, 200));
    }
  }
}

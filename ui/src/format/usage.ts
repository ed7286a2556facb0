import type { TFunction } from "i18next";
import type { Progress } from "../backend";
import { count, roughly } from "./numbers";

const stages = new Set([
  "scanning",
  "reading",
  "embedding",
  "writing",
  "downloading",
  "checking",
  "copying",
  "packing",
  "loading",
  "searching",
  "retrieving",
  "thinking",
  "generating",
  "citing",
  "asking",
  "summarizing",
  "planning",
  "filling",
  "calculating",
  "forgetting",
  "waiting",
]);

/** Stages that count bytes or hundredths, of which the share says more than the number. */
const inShares = new Set(["downloading", "copying", "packing", "checking", "loading"]);

/** The stage of a job in words. */
export function stageWords(stage: string, t: TFunction): string {
  return t(`stage.${stages.has(stage) ? stage : "working"}`);
}

/** Stage, count and remaining time in one line. */
export function progressLine(progress: Progress, t: TFunction, language: string): string {
  const parts = [stageWords(progress.stage, t)];
  if (progress.total !== null && !inShares.has(progress.stage) && progress.total > 1) {
    parts.push(`${count(progress.done, language)} / ${count(progress.total, language)}`);
  } else if (progress.total) {
    parts.push(`${Math.floor((progress.done / progress.total) * 100)} %`);
  }
  if (progress.eta_ms) parts.push(etaWords(progress.eta_ms, t));
  return parts.join(" · ");
}

export function etaWords(ms: number, t: TFunction): string {
  const { unit, count } = roughly(ms);
  return t(`eta.${unit}`, { count });
}

export function durationWords(ms: number, t: TFunction): string {
  const { unit, count } = roughly(ms);
  return t(`duration.${unit}`, { count });
}

// Every error code of the program, how serious it is and which button helps. The words are in the translations under
// `error.<code>`: the cause and what to do, in one sentence.

import type { WireError } from "../backend";

export type Remedy = "retry" | "models" | "library" | "shorten" | "none";

export interface Entry {
  severity: "error" | "warning";
  remedy: Remedy;
}

export const errorTable: Record<string, Entry> = {
  encrypted_pdf: { severity: "error", remedy: "retry" },
  encrypted_file: { severity: "error", remedy: "retry" },
  damaged_file: { severity: "error", remedy: "retry" },
  partly_damaged: { severity: "warning", remedy: "none" },
  empty_file: { severity: "warning", remedy: "none" },
  needs_ocr: { severity: "warning", remedy: "none" },
  unsupported_format: { severity: "warning", remedy: "none" },
  mislabelled_file: { severity: "warning", remedy: "none" },
  file_too_large: { severity: "error", remedy: "none" },
  archive_bomb: { severity: "error", remedy: "none" },
  file_vanished: { severity: "error", remedy: "retry" },
  leads_elsewhere: { severity: "warning", remedy: "none" },
  permission_denied: { severity: "error", remedy: "retry" },
  not_found: { severity: "error", remedy: "none" },
  timed_out: { severity: "error", remedy: "retry" },
  worker_crashed: { severity: "error", remedy: "retry" },
  out_of_memory: { severity: "error", remedy: "models" },
  model_not_installed: { severity: "error", remedy: "models" },
  model_damaged: { severity: "error", remedy: "models" },
  download_failed: { severity: "error", remedy: "retry" },
  context_too_long: { severity: "error", remedy: "shorten" },
  omitted: { severity: "warning", remedy: "none" },
  library_damaged: { severity: "error", remedy: "none" },
  library_locked: { severity: "error", remedy: "retry" },
  disk_full: { severity: "error", remedy: "retry" },
  cancelled: { severity: "warning", remedy: "none" },
  invalid_input: { severity: "error", remedy: "none" },
  internal: { severity: "error", remedy: "retry" },
};

/** The error as the program said it; anything else that was thrown is a fault of ours. */
export function toWireError(error: unknown): WireError {
  if (typeof error === "object" && error !== null && "code" in error && "message" in error) {
    const { code, message } = error;
    const hint = "hint" in error && typeof error.hint === "string" ? error.hint : undefined;
    if (typeof code === "string" && typeof message === "string") return { code, message, hint };
  }
  return { code: "internal", message: error instanceof Error ? error.message : String(error) };
}

export function isCancelled(error: unknown): boolean {
  return toWireError(error).code === "cancelled";
}

/** The key of the words for a code; an unknown code of a newer program has words of its own. */
export function wordsKey(code: string): string {
  return code in errorTable ? `error.${code}` : "error.unknown";
}

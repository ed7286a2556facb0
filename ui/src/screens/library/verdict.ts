import type { Explanation } from "../../backend";

/** The one sentence that says what the case is. */
export function verdictOf(explanation: Explanation): string {
  if (explanation.state === "unknown") return "explain.verdict.unknown";
  if (explanation.state === "failed" || explanation.state === "skipped") return "explain.verdict.unread";
  if (explanation.state === "pending" || explanation.state === "reading") return "explain.verdict.waiting";
  if (explanation.chunks.some((chunk) => chunk.rank !== null && chunk.rank <= 8)) return "explain.verdict.found";
  if (explanation.words_found.length === 0) return "explain.verdict.noWords";
  return "explain.verdict.weak";
}

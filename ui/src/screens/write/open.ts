// Going on with a result of a skill in the editor.

import { go } from "../../app/router";
import { showToast } from "../../app/toasts";
import type { Backend, Citation } from "../../backend";
import { toWireError } from "../../errors/table";
import { citedIn } from "./citations";
import { fromMarkdown } from "./markdown";

/** Begins a manuscript with this text and shows it. */
export async function openInEditor(
  backend: Backend,
  made: { title: string; text: string; citations: Citation[] },
): Promise<void> {
  const passages = fromMarkdown(made.text, made.citations);
  const citations = citedIn(passages, made.citations);
  try {
    const stored = await backend.newManuscript({ title: made.title, content: { passages, comments: [], citations } });
    go({ screen: "write", document: stored.summary.id });
  } catch (error) {
    showToast({ kind: "error", error: toWireError(error) });
  }
}

import type { Anchor, Citation } from "../../backend";
import { createStore } from "../../app/store";

/** A file shown beside the screen, at a place. */
export interface OpenSource {
  path: string;
  anchor?: Anchor;
  quote?: string;
  /** The citations that one can step through, and which of them this is. */
  citations?: Citation[];
  at?: number;
}

export const openSource = createStore<OpenSource | null>(null);

export function showSource(source: OpenSource) {
  openSource.set(source);
}

/** Shows the place of a citation, with the others of the same answer within reach. */
export function showCitation(citations: Citation[], marker: number) {
  const at = citations.findIndex((citation) => citation.marker === marker);
  const citation = citations[at];
  if (citation) openSource.set({ path: citation.path, anchor: citation.anchor, quote: citation.quote, citations, at });
}

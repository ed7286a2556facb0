// What crosses for what the user writes, and for prompts; checked like the rest of the types.

import type { BlockContent, Citation } from "./types";

/** A stretch of text that looks the same all along. */
export interface Run {
  /** The text; a citation mark is its number in brackets, `[3]`. */
  text: string;
  bold?: boolean;
  italic?: boolean;
  /** The citation that this is the mark of; brackets that someone typed cite nothing. */
  cite?: number;
  /** The comments that hang on it. */
  comments?: number[];
}

export interface Entry {
  /** Nesting depth, 0 for the outermost. */
  level: number;
  ordered: boolean;
  runs: Run[];
}

/** One block of a manuscript. */
export type Passage =
  | { type: "heading"; level: number; runs: Run[] }
  | { type: "paragraph"; runs: Run[] }
  | { type: "list"; items: Entry[] }
  | { type: "table"; header_rows: number; rows: Run[][][] }
  /** A block of a file that cannot be edited: a picture, a formula, a footnote. */
  | { type: "kept"; block: BlockContent };

export interface Comment {
  id: number;
  text: string;
  resolved: boolean;
  at_ms: number;
}

/** What the user writes. */
export interface Manuscript {
  passages: Passage[];
  comments: Comment[];
  citations: Citation[];
}

export interface ManuscriptSummary {
  id: number;
  title: string;
  created_at_ms: number;
  updated_at_ms: number;
  /** Blanks not counted. */
  characters: number;
}

export interface ManuscriptVersion {
  id: number;
  reason: "created" | "autosave" | "named" | "restored";
  /** The user's name for it, empty for none. */
  name: string;
  at_ms: number;
  characters: number;
}

export interface StoredManuscript {
  summary: ManuscriptSummary;
  version: ManuscriptVersion;
  content: Manuscript;
}

export interface ExportedManuscript {
  path: string;
  /** Comments that the file holds. */
  comments: number;
  /** Sources that the file names. */
  citations: number;
}

export type ExportFormat = "docx" | "md" | "html" | "pdf";
// --- prompts ----------------------------------------------------------------------------------------------------

/** Something to fill in; without a default it must be. */
export interface PromptVariable {
  name: string;
  description: string;
  default: string;
}

export interface PromptFile {
  title: string;
  description: string;
  /** `zh`, `en`, or empty. */
  language: string;
  variables: PromptVariable[];
  /** With its variables as `{{name}}`. */
  text: string;
}

export interface PromptEntry extends PromptFile {
  /** Folders and name, divided by `/`. */
  id: string;
  is_ready_made: boolean;
  /** Why its file cannot be used; everything else is then empty. */
  broken?: string;
}

export interface ImportReport {
  added: string[];
  unchanged: string[];
  /** Files that are no prompts, with the reason. */
  refused: string[];
}

export interface Exported {
  exported: number;
  path: string;
}

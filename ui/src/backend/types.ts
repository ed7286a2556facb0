// What crosses between the window and the program. The names and shapes are those of the Rust types (serde), checked
// against the generated bindings by a test of src-tauri. Those of workbooks and of writing have files of their own.

export * from "./types.workbook";
export * from "./types.writing";

/** Where in a source something stands; only the fields that the format has are set. Numbers count from 1. */
export interface Anchor {
  page?: number;
  /** Left, top, right, bottom in points, origin at the top left of the page. */
  bbox?: [number, number, number, number];
  slide?: number;
  sheet?: string;
  /** A1 notation, e.g. `B2:F40`. */
  range?: string;
  heading?: string[];
  line?: number;
}

export interface Citation {
  marker: number;
  path: string;
  anchor: Anchor;
  quote: string;
}

export interface WireError {
  code: string;
  message: string;
  hint?: string;
}

export interface Usage {
  prompt_tokens: number;
  reused_tokens: number;
  generated_tokens: number;
  ttft_ms: number;
  total_ms: number;
}

export interface Progress {
  stage: string;
  done: number;
  total: number | null;
  eta_ms: number | null;
  item?: string;
}

/** What a produced file is; a pack is a folder of several. */
export type ArtifactKind = "document" | "deck" | "table" | "quiz" | "lesson_plan" | "worksheet" | "pack" | "comparison";

/** Events of a job, in order; exactly one of finished, failed, cancelled ends it. */
export type JobEvent =
  | { event: "started"; job_id: number }
  | ({ event: "progress" } & Progress)
  | { event: "sources"; sources: Citation[] }
  | { event: "text"; delta: string }
  | { event: "artifact"; path: string; kind: ArtifactKind }
  | { event: "warning"; code: string; message: string }
  | { event: "finished"; usage: Usage }
  | ({ event: "failed" } & WireError)
  | { event: "cancelled" };

// --- settings, machine, models ---------------------------------------------------------------------------------

export type Language = "zh-CN" | "en";
export type Persona = "office" | "teacher" | "secure" | "explore";

export interface Settings {
  /** Null: not chosen yet, so the first run is shown. */
  persona: Persona | null;
  /** Null: that of the system. */
  language: Language | null;
  theme: "light" | "dark" | "system";
  /** Percent of the normal text size, 80 to 160. */
  text_size: number;
  send_with: "enter" | "ctrl_enter";
  expert: boolean;
  /** Shortcuts that differ from the defaults, by command. */
  shortcuts: Record<string, string>;
  /** Id of the chat model in use; null: the best that is installed. */
  chat_model: string | null;
  /** Most MiB on the disk for prompts that the model has read; 0 keeps none. */
  saved_prompts_mib: number;
}

export interface AppInfo {
  version: string;
  home: string;
  /** Language of the system, as far as it is one of ours. */
  system_language: Language;
  settings: Settings;
  /** Folder of the sample files, when they are bundled. */
  samples: string | null;
}

/** Everything that could ever use the network; one row, and zero connections unless it runs. */
export interface NetworkReport {
  open_connections: number;
  refused_attempts: number;
  features: { id: "model_download"; running: boolean }[];
}

export interface MachineReport {
  processor: string;
  physical_cores: number;
  memory_total_bytes: number;
  /** Name of the graphics device in use, or null for the processor. */
  graphics: string | null;
  /** Why this device, one sentence. */
  reason: string;
  /** Which compiled variant of the engine runs, e.g. `zen4`. */
  cpu_variant: string | null;
}

export interface ModelView {
  id: string;
  kind: "chat" | "embedding" | "rerank" | "vision" | "speech" | "ocr";
  name: string;
  license: string;
  bytes: number;
  installed: boolean;
  sha256_ok: boolean | null;
  /** Fits into this machine's memory. */
  fits: boolean;
  needed_bytes: number;
  predicted_tokens_per_second: number | null;
  measured_tokens_per_second: number | null;
  /** One of the three offered choices on this machine, or null. */
  tier: "fast" | "balanced" | "strong" | null;
  /** In use as the chat or the embedding model. */
  active: boolean;
  /** In memory now. */
  loaded: boolean;
  /** Fetching: bytes done; null when no download is begun. */
  downloaded_bytes: number | null;
}

// --- library ----------------------------------------------------------------------------------------------------

export type SourceState = "pending" | "reading" | "words" | "ready" | "failed" | "skipped";

export interface SourceView {
  path: string;
  state: SourceState;
  bytes: number;
  modified_ms: number;
  chunks: number;
  error: WireError | null;
  warnings: { code: string; message: string; anchor?: Anchor }[];
}

export interface LibraryStatus {
  files_ready: number;
  files_words_only: number;
  files_failed: number;
  files_skipped: number;
  chunks: number;
  bytes: number;
  roots: { path: string; watched: boolean; present: boolean }[];
  embedding_model: string | null;
}

export interface SourceQuery {
  text: string;
  state: SourceState | "all";
  offset: number;
  limit: number;
}

export interface SourcePage {
  total: number;
  sources: SourceView[];
}

export interface Estimate {
  files: number;
  bytes: number;
  unsupported: number;
  /** Null when nothing was measured yet on this machine. */
  seconds: number | null;
}

/** Why a text was or was not found. */
export interface Explanation {
  path: string;
  state: SourceState | "unknown";
  error: WireError | null;
  /** The words of the question that stand in the file, and those that do not. */
  words_found: string[];
  words_missing: string[];
  chunks: {
    text: string;
    anchor: Anchor;
    score: number;
    cosine: number | null;
    bm25: number | null;
    rank: number | null;
  }[];
}

export interface SearchHit {
  path: string;
  score: number;
  text: string;
  anchor: Anchor;
}

// --- sources for the viewer -------------------------------------------------------------------------------------

export interface ListItem {
  level: number;
  label?: string;
  text: string;
}

export type BlockContent =
  | { type: "heading"; level: number; text: string }
  | { type: "paragraph"; text: string }
  | { type: "list"; ordered: boolean; items: ListItem[] }
  | { type: "table"; caption?: string; header_rows: number; rows: string[][] }
  | { type: "image"; alt: string }
  | { type: "formula"; text: string }
  | { type: "footnote"; label: string; text: string }
  | { type: "note"; text: string }
  | { type: "slide"; number: number; title: string }
  | { type: "sheet"; name: string; hidden: boolean };

export type Block = { anchor: Anchor } & BlockContent;

export interface ReadWarning {
  code: string;
  message: string;
  anchor?: Anchor;
}

export interface SourceContent {
  path: string;
  /** How to show it: `pdf` by its pages, `workbook` as a grid, everything else by its blocks. */
  view: "pdf" | "workbook" | "blocks";
  title: string | null;
  blocks: Block[];
  warnings: { code: string; message: string; anchor?: Anchor }[];
}

// --- conversations ----------------------------------------------------------------------------------------------

export interface ConversationSummary {
  id: number;
  title: string;
  created_at_ms: number;
  updated_at_ms: number;
  turn_count: number;
}

export interface ConversationPage {
  total: number;
  conversations: ConversationSummary[];
}

/** A message; siblings are the other versions at the same place (edits of a question, repeats of an answer). */
export interface MessageView {
  id: number;
  parent: number | null;
  role: "user" | "assistant";
  content: string;
  citations: Citation[];
  /** Sentences without support, as they stand in `content`. */
  unsupported: string[];
  /** The whole question that was answered, where the one asked only named another thing. */
  understood: string | null;
  abstained: boolean;
  /** Something of it was erased, since a file that it rests on was forgotten. */
  forgotten: boolean;
  /** The user stopped it, or an error did: the text is what came until then. */
  stopped: "user" | WireError | null;
  usage: Usage | null;
  sql: SheetAnswer | null;
  feedback: { value: "up" | "down"; note: string } | null;
  siblings: number[];
  created_at_ms: number;
}

export interface ConversationView {
  summary: ConversationSummary;
  /** The branch in use, oldest first. */
  messages: MessageView[];
}

/** What of the files a question is asked of. */
export interface Scope {
  /** Empty: the whole library. */
  paths: string[];
}

export interface AskParams {
  question: string;
  scope: Scope;
  /** Null begins a conversation. */
  conversation: number | null;
  /** The message that the question follows; null: the newest of the branch. */
  parent: number | null;
  /** The question that this one is an edited version of; it follows the same message, also where that is none. */
  edit?: number | null;
  /** Answer the question of this message once more instead of adding a question. */
  regenerate: number | null;
}

export interface AskResult {
  conversation: number;
  question: MessageView;
  answer: MessageView;
  /** Tokens used of the context window. */
  context: { used: number; window: number };
}

// --- backup ----------------------------------------------------------------------------------------------------

/** What a backup holds. */
export interface BackupSummary {
  path: string;
  bytes: number;
  /** Version of the program that wrote it. */
  program: string;
  created_at_ms: number;
  files: number;
  conversations: number;
  /** Files beside the catalogue: prompts, what was pasted and exported, backups of workbooks. */
  parts: number;
}

export interface RestoreReport extends BackupSummary {
  /** Folder that holds the library that was there before. */
  kept_aside: string | null;
}

// --- tables -----------------------------------------------------------------------------------------------------

export interface SheetAnswer {
  answer: string;
  columns: string[];
  rows: (string | number | null)[][];
  sql: string;
  /** The same in plain words. */
  explanation: string;
  /** Ranges read: sheet and A1 range. */
  cells: { path: string; sheet: string; range: string }[];
  abstained: boolean;
  checks: { name: string; passed: boolean; detail: string }[];
  chart: "bar" | "line" | "pie" | null;
}

// --- skills, jobs -----------------------------------------------------------------------------------------------

import type { ApplyRewriteParams, Rewrite, RewrittenParagraph } from "./bindings.gen";
export type { ApplyRewriteParams, Rewrite, RewrittenParagraph };

export interface SkillSpec {
  id: string;
  name_zh: string;
  name_en: string;
  description: string;
  min_files: number;
  inputs: {
    key: string;
    kind: "text" | "choice" | "number" | "file";
    default: string;
    choices: string[];
    description: string;
  }[];
}

export interface SkillParams {
  id: string;
  inputs: Record<string, string>;
  files: string[];
}

export interface SkillResult {
  artifact: { kind: ArtifactKind; path: string };
  text: string;
  citations: Citation[];
  checks: { name: string; passed: boolean; detail: string }[];
  usage: Usage;
  /** Old and new text in pieces, each change to be taken or left. */
  rewrite?: Rewrite;
}

export type JobState = "running" | "paused" | "finished" | "failed" | "cancelled";

export interface JobView {
  id: number;
  kind: "add" | "sync" | "ask" | "skill" | "model_get" | "model_add" | "sheet" | "forget";
  /** What it works on, for people: a file name, a question, a model. */
  title: string;
  state: JobState;
  progress: Progress | null;
  error: WireError | null;
  /** A file that it produced. */
  artifact: string | null;
  started_ms: number;
  ended_ms: number | null;
}

/** Said when something changed that a view may show; the view reads again. */
export type Changed = "library" | "conversations" | "manuscripts" | "jobs" | "models" | "settings";

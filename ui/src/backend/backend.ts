import type * as t from "./types";

/** A running call: its events come through `onEvent`; `cancel` asks it to stop and the promise then rejects. */
export interface Running<T> {
  result: Promise<T>;
  cancel(): void;
}

/** Everything the window asks of the program. Rejections are `WireError`. Only this folder knows Tauri. */
export interface Backend {
  appInfo(): Promise<t.AppInfo>;
  setSettings(settings: t.Settings): Promise<void>;
  network(): Promise<t.NetworkReport>;
  machine(): Promise<t.MachineReport>;
  /** Called when something changed outside of the caller's own doing. Returns how to stop listening. */
  onChanged(listener: (what: t.Changed) => void): () => void;
  /** Files and folders dropped on the window: hovering, dropped with paths, or left. */
  onFileDrop(listener: (event: { kind: "over" | "drop" | "leave"; paths: string[] }) => void): () => void;

  models(): Promise<t.ModelView[]>;
  getModel(id: string, onEvent: (event: t.JobEvent) => void): Running<void>;
  addModel(path: string, onEvent: (event: t.JobEvent) => void): Running<void>;
  useModel(id: string): Promise<void>;
  unloadModel(): Promise<void>;

  libraryStatus(): Promise<t.LibraryStatus>;
  sources(query: t.SourceQuery): Promise<t.SourcePage>;
  estimate(paths: string[]): Promise<t.Estimate>;
  addPaths(paths: string[], onEvent: (event: t.JobEvent) => void): Running<void>;
  addSamples(onEvent: (event: t.JobEvent) => void): Running<void>;
  retry(path: string, onEvent: (event: t.JobEvent) => void): Running<void>;
  /** Erases everything kept of a file or folder; once begun it goes on to its end. */
  forget(path: string, onEvent: (event: t.JobEvent) => void): Running<void>;
  explain(question: string, path: string): Promise<t.Explanation>;
  search(query: string, limit: number): Promise<t.SearchHit[]>;

  sourceContent(path: string): Promise<t.SourceContent>;
  /** The bytes of a PDF that is in the library. */
  sourceBytes(path: string): Promise<ArrayBuffer>;

  /** Writes the whole library to a new file in this folder, or to this new file. */
  backUp(path: string, onEvent: (event: t.JobEvent) => void): Running<t.BackupSummary>;
  verifyBackup(path: string, onEvent: (event: t.JobEvent) => void): Running<t.BackupSummary>;
  /** Brings the library of a backup in place of the one there, which is kept in a folder beside. */
  restoreBackup(path: string, onEvent: (event: t.JobEvent) => void): Running<t.RestoreReport>;

  conversations(query: { text: string; offset: number; limit: number }): Promise<t.ConversationPage>;
  conversation(id: number): Promise<t.ConversationView>;
  renameConversation(id: number, title: string): Promise<void>;
  deleteConversation(id: number): Promise<void>;
  restoreConversation(id: number): Promise<void>;
  /** Makes the branch that ends in this message the one in use. */
  selectBranch(conversation: number, message: number): Promise<t.ConversationView>;
  ask(params: t.AskParams, onEvent: (event: t.JobEvent) => void): Running<t.AskResult>;
  setFeedback(message: number, feedback: { value: "up" | "down"; note: string } | null): Promise<void>;
  /** Keeps pasted or dropped bytes as a file of the conversation and returns its path. */
  keepAttachment(name: string, bytes: ArrayBuffer): Promise<string>;

  skills(): Promise<t.SkillSpec[]>;
  runSkill(params: t.SkillParams, onEvent: (event: t.JobEvent) => void): Running<t.SkillResult>;
  /** Writes a rewritten text with just these changes. */
  applyRewrite(params: t.ApplyRewriteParams): Promise<t.SkillResult>;
  /** A question about workbooks that is calculated and not recalled. */
  askSheet(paths: string[], question: string, onEvent: (event: t.JobEvent) => void): Running<t.SheetAnswer>;
  /** Finds the formula for a column and what writing it would change; nothing is written. */
  suggestColumn(params: t.ColumnParams, onEvent: (event: t.JobEvent) => void): Running<t.ColumnProposal>;
  /** Fills a column by the model, row by row, and works out what writing it would change; nothing is written. */
  suggestFill(params: t.FillParams, onEvent: (event: t.JobEvent) => void): Running<t.FillProposal>;
  /** Finds what a chart asked for draws and where it will stand; nothing is written. */
  suggestChart(params: t.ChartParams, onEvent: (event: t.JobEvent) => void): Running<t.ChartProposal>;
  /** Works out the sheet that a result becomes in its workbook; nothing is written. */
  suggestResult(params: t.ResultParams, onEvent: (event: t.JobEvent) => void): Running<t.ResultProposal>;
  /** Writes a proposal that was shown: into a copy, or with a backup into the workbook itself. */
  writeColumn(proposal: number, copy: string | null): Promise<t.WorkbookChange>;
  undoWorkbookChange(id: number): Promise<t.WorkbookChange>;

  manuscripts(): Promise<t.ManuscriptSummary[]>;
  /** A manuscript in one of its versions; null for the newest. */
  manuscript(id: number, version: number | null): Promise<t.StoredManuscript>;
  manuscriptVersions(id: number): Promise<t.ManuscriptVersion[]>;
  newManuscript(params: { title: string; content: t.Manuscript }): Promise<t.StoredManuscript>;
  /** Begins one with what a file holds; the warnings say what of it is not kept. */
  importManuscript(path: string): Promise<t.StoredManuscript & { warnings: t.ReadWarning[] }>;
  saveManuscript(params: { id: number; title: string; content: t.Manuscript }): Promise<t.StoredManuscript>;
  nameManuscriptVersion(id: number, name: string): Promise<t.ManuscriptVersion>;
  /** Makes an older version the newest again; what was there before stays a version. */
  restoreManuscriptVersion(id: number, version: number): Promise<t.StoredManuscript>;
  deleteManuscript(id: number): Promise<void>;
  undeleteManuscript(id: number): Promise<void>;
  /** Writes a new file; without a folder among the exports. */
  exportManuscript(params: {
    id: number;
    format: t.ExportFormat;
    folder: string | null;
  }): Promise<t.ExportedManuscript>;
  /** Ready prompts and the user's own, in the order of their ids. */
  prompts(): Promise<t.PromptEntry[]>;
  /** The text with its variables filled in. */
  renderPrompt(id: string, values: Record<string, string>): Promise<string>;
  /** Saves under an id; what was there can be brought back. */
  savePrompt(id: string, prompt: t.PromptFile): Promise<t.PromptEntry>;
  deletePrompt(id: string): Promise<void>;
  /** Brings back what was deleted or replaced last under this id. */
  restorePrompt(id: string): Promise<t.PromptEntry>;
  /** Takes prompts in from a folder, a zip or a file; nothing is overwritten. */
  importPrompts(from: string): Promise<t.ImportReport>;
  /** Writes the user's prompts, or all, to a new zip in this folder. */
  exportPrompts(folder: string, all: boolean): Promise<t.Exported>;

  jobs(): Promise<t.JobView[]>;
  cancelJob(id: number): Promise<void>;
  pauseJob(id: number): Promise<void>;
  resumeJob(id: number): Promise<void>;
  clearJobs(): Promise<void>;

  pickFiles(options: { folders: boolean; multiple: boolean; extensions?: string[] }): Promise<string[]>;
  reveal(path: string): Promise<void>;
  openFile(path: string): Promise<void>;
  /** Opens an address in the system's browser; only after the user confirmed the shown address. */
  openLink(url: string): Promise<void>;
  copyText(text: string): Promise<void>;
  /** Marks the first interactive paint, for the measurement of start-up. */
  painted(): Promise<void>;
}

// The program behind the window: each method is the command of the same name in snake_case, its arguments one object
// with camelCase keys.

import { Channel, invoke } from "@tauri-apps/api/core";
import { listen } from "@tauri-apps/api/event";
import { getCurrentWebview } from "@tauri-apps/api/webview";
import type { Backend, Running } from "./backend";
import type { AppInfo, Changed, JobEvent } from "./types";

let nextCall = 1;

/** Starts a command that streams: its events come through a channel, `cancel_call` with its id stops it. */
function stream<T>(
  command: string,
  parameters: Record<string, unknown>,
  onEvent: (event: JobEvent) => void,
): Running<T> {
  const callId = nextCall++;
  const events = new Channel<JobEvent>();
  events.onmessage = onEvent;
  return {
    result: invoke<T>(command, { ...parameters, callId, events }),
    // A call that has ended meanwhile is nothing to complain about.
    cancel: () => void invoke("cancel_call", { callId }).catch(() => {}),
  };
}

/** The way to stop listening is there later than the listener; stopping before that stops as soon as it is there. */
function stopLater(stop: Promise<() => void>): () => void {
  return () => void stop.then((now) => now());
}

declare global {
  interface Window {
    /** Asked by the program before the scripts of the page were read; every page that is loaded asks once. */
    __DESKMATE_APP_INFO__?: Promise<AppInfo> | undefined;
  }
}

function appInfo(): Promise<AppInfo> {
  const early = window.__DESKMATE_APP_INFO__;
  window.__DESKMATE_APP_INFO__ = undefined;
  return early ?? invoke("app_info");
}

export const tauriBackend: Backend = {
  appInfo,
  setSettings: (settings) => invoke("set_settings", { settings }),
  network: () => invoke("network"),
  machine: () => invoke("machine"),
  onChanged: (listener) => stopLater(listen<Changed>("changed", (event) => listener(event.payload))),
  onFileDrop: (listener) =>
    stopLater(
      getCurrentWebview().onDragDropEvent(({ payload }) => {
        if (payload.type === "enter") listener({ kind: "over", paths: payload.paths });
        else if (payload.type === "drop") listener({ kind: "drop", paths: payload.paths });
        else if (payload.type === "leave") listener({ kind: "leave", paths: [] });
      }),
    ),

  models: () => invoke("models"),
  getModel: (id, onEvent) => stream("get_model", { id }, onEvent),
  addModel: (path, onEvent) => stream("add_model", { path }, onEvent),
  useModel: (id) => invoke("use_model", { id }),
  unloadModel: () => invoke("unload_model"),

  libraryStatus: () => invoke("library_status"),
  sources: (query) => invoke("sources", { query }),
  estimate: (paths) => invoke("estimate", { paths }),
  addPaths: (paths, onEvent) => stream("add_paths", { paths }, onEvent),
  addSamples: (onEvent) => stream("add_samples", {}, onEvent),
  retry: (path, onEvent) => stream("retry", { path }, onEvent),
  forget: (path, onEvent) => stream("forget", { path }, onEvent),
  explain: (question, path) => invoke("explain", { question, path }),
  search: (query, limit) => invoke("search", { query, limit }),

  sourceContent: (path) => invoke("source_content", { path }),
  // A raw response of the command, so that a large PDF does not travel as a list of numbers.
  sourceBytes: (path) => invoke<ArrayBuffer>("source_bytes", { path }),

  backUp: (path, onEvent) => stream("back_up", { path }, onEvent),
  verifyBackup: (path, onEvent) => stream("verify_backup", { path }, onEvent),
  restoreBackup: (path, onEvent) => stream("restore_backup", { path }, onEvent),

  conversations: (query) => invoke("conversations", { query }),
  conversation: (id) => invoke("conversation", { id }),
  renameConversation: (id, title) => invoke("rename_conversation", { id, title }),
  deleteConversation: (id) => invoke("delete_conversation", { id }),
  restoreConversation: (id) => invoke("restore_conversation", { id }),
  selectBranch: (conversation, message) => invoke("select_branch", { conversation, message }),
  ask: (params, onEvent) => stream("ask", { params }, onEvent),
  setFeedback: (message, feedback) => invoke("set_feedback", { message, feedback }),
  // The bytes are the raw body of the request; headers carry ASCII only, so the name is percent-encoded.
  keepAttachment: (name, bytes) =>
    invoke("keep_attachment", new Uint8Array(bytes), { headers: { "x-file-name": encodeURIComponent(name) } }),

  skills: () => invoke("skills"),
  runSkill: (params, onEvent) => stream("run_skill", { params }, onEvent),
  applyRewrite: (params) => invoke("apply_rewrite", { params }),
  askSheet: (paths, question, onEvent) => stream("ask_sheet", { paths, question }, onEvent),
  suggestColumn: (params, onEvent) => stream("suggest_column", { params }, onEvent),
  suggestFill: (params, onEvent) => stream("suggest_fill", { params }, onEvent),
  suggestChart: (params, onEvent) => stream("suggest_chart", { params }, onEvent),
  suggestResult: (params, onEvent) => stream("suggest_result", { params }, onEvent),
  writeColumn: (proposal, copy) => invoke("write_column", { proposal, copy }),
  undoWorkbookChange: (id) => invoke("undo_workbook_change", { id }),

  manuscripts: () => invoke("manuscripts"),
  manuscript: (id, version) => invoke("manuscript", { id, version }),
  manuscriptVersions: (id) => invoke("manuscript_versions", { id }),
  newManuscript: (params) => invoke("new_manuscript", { params }),
  importManuscript: (path) => invoke("import_manuscript", { path }),
  saveManuscript: (params) => invoke("save_manuscript", { params }),
  nameManuscriptVersion: (id, name) => invoke("name_manuscript_version", { id, name }),
  restoreManuscriptVersion: (id, version) => invoke("restore_manuscript_version", { id, version }),
  deleteManuscript: (id) => invoke("delete_manuscript", { id }),
  undeleteManuscript: (id) => invoke("undelete_manuscript", { id }),
  exportManuscript: (params) => invoke("export_manuscript", { params }),
  prompts: () => invoke("prompts"),
  renderPrompt: (id, values) => invoke("render_prompt", { id, values }),
  savePrompt: (id, prompt) => invoke("save_prompt", { id, prompt }),
  deletePrompt: (id) => invoke("delete_prompt", { id }),
  restorePrompt: (id) => invoke("restore_prompt", { id }),
  importPrompts: (from) => invoke("import_prompts", { from }),
  exportPrompts: (folder, all) => invoke("export_prompts", { folder, all }),

  jobs: () => invoke("jobs"),
  cancelJob: (id) => invoke("cancel_job", { id }),
  pauseJob: (id) => invoke("pause_job", { id }),
  resumeJob: (id) => invoke("resume_job", { id }),
  clearJobs: () => invoke("clear_jobs"),

  pickFiles: (options) => invoke("pick_files", { options }),
  reveal: (path) => invoke("reveal", { path }),
  openFile: (path) => invoke("open_file", { path }),
  openLink: (url) => invoke("open_link", { url }),
  copyText: (text) => invoke("copy_text", { text }),
  painted: () => invoke("painted"),
};

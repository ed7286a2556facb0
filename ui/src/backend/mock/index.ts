// A program that lives in the browser: realistic data, delays, errors. `?mock=` chooses what it is like: `empty`,
// `first-run`, `no-model`, `error`, `big`; `lang`, `theme`, `size`, `expert` set the settings; `pace` the speed.

import type { Backend } from "../backend";
import type { AppInfo, AskParams, Changed, JobView, MessageView, Settings, SourceView, WireError } from "../types";
import { answerTo, samples } from "./answers";
import { bytesOf, contentOf } from "./contents";
import {
  manyConversations,
  messageFor,
  newConversation,
  someConversations,
  tipBelow,
  viewOf,
  type Kept,
} from "./conversations";
import { backupOf, manySources, someSources } from "./library";
import { manuscriptMethods } from "./manuscripts";
import { machine, someModels } from "./models";
import { promptsOf } from "./prompts";
import { chartOf, column, filledColumn, resultSheet, parts, rewritten, skills, summary } from "./skills";
import { textWith } from "../../screens/skills/pieces";
import { cancelled, pace, run, sleep, tokens } from "./stream";

export function openMock(query: URLSearchParams): Backend {
  const scenario = query.get("mock") ?? "";
  pace.factor = Number(query.get("pace") ?? 1);
  const fresh = scenario === "first-run" || scenario === "no-model";
  const empty = scenario === "empty" || fresh;

  const settings: Settings = {
    persona: fresh ? null : "office",
    language: query.get("lang") === "en" ? "en" : query.get("lang") === "zh" ? "zh-CN" : null,
    theme: query.get("theme") === "dark" ? "dark" : query.get("theme") === "light" ? "light" : "system",
    text_size: Number(query.get("size") ?? 100),
    send_with: "enter",
    expert: query.has("expert"),
    shortcuts: {},
    chat_model: null,
    saved_prompts_mib: 1024,
  };
  const info: AppInfo = {
    version: "0.1.0",
    home: "/home/user/.local/share/deskmate",
    system_language: navigator.language.startsWith("zh") ? "zh-CN" : "en",
    settings,
    samples: scenario === "empty" ? null : samples,
  };
  let sources: SourceView[] = empty ? [] : scenario === "big" ? manySources() : someSources();
  const conversations: Kept[] = empty ? [] : scenario === "big" ? manyConversations() : someConversations();
  let models = someModels(scenario !== "no-model");
  let jobs: JobView[] = empty ? [] : pastJobs();
  let roots = empty
    ? []
    : [
        { path: samples, watched: true, present: true },
        { path: "/home/user/文档/财务", watched: true, present: true },
        { path: "/media/usb/归档", watched: false, present: false },
      ];
  const workbooks = new Map<number, string>();
  const controls = new Map<number, { paused: boolean; cancel: () => void }>();
  const listeners = new Set<(what: Changed) => void>();
  const changed = (what: Changed) => listeners.forEach((listener) => listener(what));

  /** A read, after a moment; in the scenario `error` it fails. */
  const read = async <T>(value: () => T): Promise<T> => {
    await sleep(40);
    if (scenario === "error")
      throw { code: "library_locked", message: "another process has this library open" } satisfies WireError;
    // What crosses to the window is a copy.
    return structuredClone(value());
  };
  const keptOf = (id: number): Kept => {
    const kept = conversations.find((one) => one.summary.id === id && !one.deleted);
    if (!kept) throw { code: "not_found", message: `there is no conversation ${id}` } satisfies WireError;
    return kept;
  };

  /** Work with a row in the list of jobs. */
  const tracked = <T>(
    kind: JobView["kind"],
    title: string,
    onEvent: Parameters<Backend["addSamples"]>[0],
    work: (steps: {
      wait: (ms: number) => Promise<void>;
      progress: (stage: string, done: number, total: number, item?: string) => void;
      tell: (event: Parameters<typeof onEvent>[0]) => void;
      done: (artifact: string) => void;
    }) => Promise<T>,
  ) => {
    const call = run<T>(onEvent, async (steps, id): Promise<T> => {
      const row: JobView = {
        id,
        kind,
        title,
        state: "running",
        progress: null,
        error: null,
        artifact: null,
        started_ms: Date.now(),
        ended_ms: null,
      };
      jobs = [row, ...jobs];
      controls.set(id, { paused: false, cancel: () => call.cancel() });
      const change = (part: Partial<JobView>) => {
        jobs = jobs.map((job) => (job.id === id ? { ...job, ...part } : job));
        changed("jobs");
      };
      changed("jobs");
      try {
        const value = await work({
          wait: async (ms) => {
            await steps.wait(ms);
            while (controls.get(id)?.paused) await steps.wait(80);
          },
          tell: steps.tell,
          progress: (stage, done, total, item) => {
            const progress = { stage, done, total, eta_ms: done > 0 ? (total - done) * 400 * pace.factor : null, item };
            steps.tell({ event: "progress", ...progress });
            change({ progress });
          },
          done: (artifact) => change({ artifact }),
        });
        change({ state: "finished", ended_ms: Date.now() });
        return value;
      } catch (error) {
        change(
          error === cancelled
            ? { state: "cancelled", ended_ms: Date.now() }
            : { state: "failed", error: error as WireError, ended_ms: Date.now() },
        );
        throw error;
      } finally {
        controls.delete(id);
      }
    });
    return call;
  };

  const addFiles = (title: string, files: SourceView[], onEvent: Parameters<Backend["addSamples"]>[0]) =>
    tracked<void>("add", title, onEvent, async ({ wait, progress }) => {
      for (const [index, file] of files.entries()) {
        progress("reading", index, files.length, file.path.slice(file.path.lastIndexOf("/") + 1));
        await wait(220);
        sources = [...sources.filter((other) => other.path !== file.path), file];
        changed("library");
      }
      progress("embedding", files.length, files.length);
      await wait(200);
    });

  const backend: Backend = {
    appInfo: async () => structuredClone(info),
    setSettings: async (next) => {
      info.settings = structuredClone(next);
    },
    network: async () => {
      const downloading = jobs.some((job) => job.kind === "model_get" && job.state === "running");
      return {
        open_connections: downloading ? 1 : 0,
        refused_attempts: 0,
        features: [{ id: "model_download", running: downloading }],
      };
    },
    machine: () => read(() => machine),
    onChanged: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
    onFileDrop: listenForDrops,

    models: () => read(() => models),
    getModel: (id, onEvent) =>
      tracked("model_get", models.find((model) => model.id === id)?.name ?? id, onEvent, async ({ wait, progress }) => {
        const model = models.find((one) => one.id === id);
        if (!model) throw { code: "not_found", message: `there is no model ${id}` } satisfies WireError;
        for (let step = 0; step <= 20; step += 1) {
          progress("downloading", (model.bytes / 20) * step, model.bytes);
          await wait(160);
        }
        progress("checking", 1, 1);
        await wait(300);
        models = models.map((one) => (one.id === id ? { ...one, installed: true, sha256_ok: true } : one));
        changed("models");
      }),
    addModel: (path, onEvent) =>
      tracked("model_add", path, onEvent, async ({ wait, progress }) => {
        progress("copying", 1, 2);
        await wait(500);
        throw { code: "model_damaged", message: `\`${path}\` is not a complete model` } satisfies WireError;
      }),
    useModel: async (id) => {
      models = models.map((model) =>
        model.kind === "chat" ? { ...model, active: model.id === id, loaded: false } : model,
      );
      changed("models");
    },
    unloadModel: async () => {
      models = models.map((model) => (model.kind === "chat" ? { ...model, loaded: false } : model));
      changed("models");
    },

    libraryStatus: () =>
      read(() => {
        const having = (state: string) => sources.filter((source) => source.state === state).length;
        return {
          files_ready: having("ready"),
          files_words_only: having("words"),
          files_failed: having("failed"),
          files_skipped: having("skipped"),
          chunks: sources.reduce((sum, source) => sum + source.chunks, 0),
          bytes: sources.reduce((sum, source) => sum + source.bytes, 0),
          roots,
          embedding_model: "multilingual-e5-small",
        };
      }),
    sources: ({ text, state, offset, limit }) =>
      read(() => {
        const found = sources.filter(
          (source) =>
            (state === "all" || source.state === state) && source.path.toLowerCase().includes(text.toLowerCase()),
        );
        return { total: found.length, sources: found.slice(offset, offset + limit) };
      }),
    estimate: async (paths) => {
      await sleep(500);
      const folder = paths.some((path) => !/\.[a-z0-9]{2,5}$/i.test(path));
      return folder
        ? { files: 9_612, bytes: 18_400_000_000, unsupported: 388, seconds: 5_400 }
        : { files: paths.length, bytes: paths.length * 180_000, unsupported: 0, seconds: paths.length * 2 };
    },
    addPaths: (paths, onEvent) => {
      const base = someSources()[15];
      const many = paths.some((path) => !/\.[a-z0-9]{2,5}$/i.test(path));
      const files: SourceView[] = many
        ? Array.from({ length: 40 }, (_, index) => ({ ...base!, path: `${paths[0]}/文件 ${index + 1}.docx` }))
        : paths.map((path) => ({
            ...base!,
            path,
            ...(path.includes("损坏")
              ? { state: "failed" as const, error: { code: "damaged_file", message: "no page could be read" } }
              : {}),
          }));
      if (many && paths[0]) roots = [...roots, { path: paths[0], watched: true, present: true }];
      return addFiles(paths[0]?.slice(paths[0].lastIndexOf("/") + 1) ?? "", files, onEvent);
    },
    addSamples: (onEvent) => {
      roots = [{ path: samples, watched: true, present: true }, ...roots.filter((root) => root.path !== samples)];
      return addFiles("同桌示例", someSources().slice(0, 13), onEvent);
    },
    retry: (path, onEvent) =>
      tracked("add", path.slice(path.lastIndexOf("/") + 1), onEvent, async ({ wait, progress }) => {
        progress("reading", 0, 1);
        await wait(600);
      }),
    forget: (path, onEvent) =>
      tracked("forget", "", onEvent, async ({ wait, progress }) => {
        for (let step = 0; step < 5; step++) {
          progress("forgetting", step, 5);
          await wait(200);
        }
        sources = sources.filter((source) => source.path !== path && !source.path.startsWith(`${path}/`));
        roots = roots.filter((root) => root.path !== path);
        changed("library");
      }),
    explain: (question, path) =>
      read(() => {
        const source = sources.find((one) => one.path === path);
        const words = [...new Set(question.match(/[A-Za-z]+|[\u4e00-\u9fff]{2}/g) ?? [])].slice(0, 8);
        return {
          path,
          state: source?.state ?? ("unknown" as const),
          error: source?.error ?? null,
          words_found: words.filter((_, index) => index % 3 !== 2),
          words_missing: words.filter((_, index) => index % 3 === 2),
          chunks:
            source?.state === "ready"
              ? [
                  {
                    text: "第十六条　住宿费在下表规定的限额内据实报销，单位为元/人·晚。表2　国内住宿费限额",
                    anchor: { page: 2 },
                    score: 0.71,
                    cosine: 0.842,
                    bm25: 9.31,
                    rank: 2,
                  },
                  {
                    text: "第十七条　一类城市是指北京、上海、广州、深圳；二类城市是指天津、重庆、各省会城市以及苏州、宁波、青岛、大连、厦门",
                    anchor: { page: 3 },
                    score: 0.44,
                    cosine: 0.801,
                    bm25: 4.02,
                    rank: 11,
                  },
                  {
                    text: "第三十五条　住宿费发票遗失的，应当由酒店出具加盖发票专用章的存根联复印件",
                    anchor: { page: 4 },
                    score: 0.21,
                    cosine: 0.744,
                    bm25: null,
                    rank: null,
                  },
                ]
              : [],
        };
      }),
    search: () => read(() => []),

    sourceContent: (path) => read(() => contentOf(path)),
    sourceBytes: bytesOf,

    backUp: (path, onEvent) =>
      run(onEvent, async ({ wait, tell }) => {
        for (let step = 0; step < 4; step++) {
          tell({ event: "progress", stage: "packing", done: step, total: 4, eta_ms: null });
          await wait(250);
        }
        return backupOf(`${path}/deskmate-2026-11-27.zip`);
      }),
    verifyBackup: (path, onEvent) =>
      run(onEvent, async ({ wait, tell }) => {
        tell({ event: "progress", stage: "checking", done: 1, total: 2, eta_ms: null });
        await wait(300);
        return backupOf(path);
      }),
    restoreBackup: (path, onEvent) =>
      run(onEvent, async ({ wait, tell }) => {
        tell({ event: "progress", stage: "checking", done: 1, total: 2, eta_ms: null });
        await wait(600);
        return { ...backupOf(path), kept_aside: "/home/user/.local/share/deskmate.before-restore-1" };
      }),

    conversations: ({ text, offset, limit }) =>
      read(() => {
        const found = conversations
          .filter((kept) => !kept.deleted && kept.summary.title.toLowerCase().includes(text.toLowerCase()))
          .sort((a, b) => b.summary.updated_at_ms - a.summary.updated_at_ms);
        return { total: found.length, conversations: found.slice(offset, offset + limit).map((kept) => kept.summary) };
      }),
    conversation: (id) => read(() => viewOf(keptOf(id))),
    renameConversation: async (id, title) => {
      keptOf(id).summary.title = title;
    },
    deleteConversation: async (id) => {
      keptOf(id).deleted = true;
    },
    restoreConversation: async (id) => {
      const kept = conversations.find((one) => one.summary.id === id);
      if (kept) kept.deleted = false;
    },
    selectBranch: async (conversation, message) => {
      const kept = keptOf(conversation);
      kept.tip = tipBelow(kept, message);
      return structuredClone(viewOf(kept));
    },
    ask: (params, onEvent) =>
      run(onEvent, async (steps) => {
        await steps.wait(250);
        if (scenario === "no-model")
          throw { code: "model_not_installed", message: "no chat model is installed" } satisfies WireError;
        const kept =
          params.conversation === null
            ? newConversation(conversations.length + 1, params.question)
            : keptOf(params.conversation);
        const original = params.regenerate === null ? null : (kept.messages.get(params.regenerate) ?? null);
        const question = original?.content ?? params.question;
        const asked: MessageView = original ?? messageFor("user", parentOf(kept, params), question, null, Date.now());
        const canned = answerTo(question);
        const answer = messageFor("assistant", asked.id, "", { ...canned, unsupported: [] }, Date.now());
        const keep = () => {
          if (params.conversation === null && !conversations.includes(kept)) conversations.push(kept);
          kept.messages.set(asked.id, asked).set(answer.id, answer);
          kept.tip = answer.id;
          kept.summary.updated_at_ms = Date.now();
        };
        try {
          steps.tell({ event: "progress", stage: "searching", done: 0, total: null, eta_ms: null });
          await steps.wait(500);
          if (scenario === "crash")
            throw { code: "worker_crashed", message: "the model's process ended" } satisfies WireError;
          steps.tell({ event: "sources", sources: canned.citations });
          await steps.wait(700);
          for (const delta of tokens(canned.content)) {
            answer.content += delta;
            steps.tell({ event: "text", delta });
            await steps.wait(28);
          }
          answer.unsupported = canned.unsupported ?? [];
          keep();
          return {
            conversation: kept.summary.id,
            question: asked,
            answer,
            context: { used: 2316 + kept.messages.size * 180, window: 8192 },
          };
        } catch (error) {
          answer.stopped = error === cancelled ? "user" : (error as WireError);
          keep();
          throw error;
        }
      }),
    setFeedback: async (message, feedback) => {
      for (const kept of conversations) {
        const found = kept.messages.get(message);
        if (found) found.feedback = feedback;
      }
    },
    keepAttachment: async (name) => {
      await sleep(150);
      return `/home/user/.local/share/deskmate/attachments/${name}`;
    },

    skills: () => read(() => (scenario === "empty" ? [] : skills)),
    runSkill: (params, onEvent) =>
      tracked(
        "skill",
        skills.find((skill) => skill.id === params.id)?.name_zh ?? params.id,
        onEvent,
        async ({ wait, progress, done }) => {
          for (const [index, part] of parts.entries()) {
            progress("summarizing", index, parts.length, part);
            await wait(700);
          }
          if (params.files.some((path) => path.includes("损坏")))
            throw { code: "damaged_file", message: "no page could be read" } satisfies WireError;
          const result = params.id === "rewrite" ? rewritten : summary;
          done(result.artifact.path);
          return structuredClone(result);
        },
      ),
    applyRewrite: (params) =>
      read(() => ({
        ...structuredClone(rewritten),
        rewrite: undefined,
        text: params.rewrite.paragraphs.map((paragraph) => textWith(paragraph, new Set(params.accepted))).join("\n\n"),
      })),
    askSheet: (_paths, question, onEvent) =>
      run(onEvent, async (steps) => {
        await steps.wait(900);
        const { sql } = answerTo(question);
        if (!sql) throw { code: "invalid_input", message: "no table fits the question" } satisfies WireError;
        return structuredClone(sql);
      }),

    suggestColumn: (params, onEvent) =>
      run(onEvent, async (steps) => {
        await steps.wait(600);
        if (params.ask.includes("诗"))
          throw { code: "invalid_input", message: "no formula was found for this" } satisfies WireError;
        return proposed({ ...structuredClone(column), path: params.path });
      }),
    suggestFill: (params, onEvent) =>
      tracked("sheet", params.ask, onEvent, async ({ wait, progress }) => {
        const rows = params.sample ?? 12;
        for (let done = 0; done <= rows; done += 1) {
          progress("filling", done, rows);
          await wait(120);
        }
        if (params.ask.includes("诗"))
          throw { code: "not_found", message: "there is no such table" } satisfies WireError;
        return proposed(filledColumn(params));
      }),
    suggestChart: (params, onEvent) =>
      run(onEvent, async (steps) => {
        await steps.wait(600);
        if (params.ask.includes("雷达"))
          throw { code: "invalid_input", message: "a chart of the kind `雷达` cannot be drawn" } satisfies WireError;
        return proposed(chartOf(params));
      }),
    suggestResult: (params, onEvent) =>
      run(onEvent, async (steps) => {
        await steps.wait(400);
        const { sql } = answerTo(params.question);
        if (!sql) throw { code: "invalid_input", message: "the tables do not answer this" } satisfies WireError;
        return proposed(resultSheet(params, sql));
      }),
    writeColumn: async (proposal, copy) => {
      await sleep(200);
      const path = workbooks.get(proposal);
      if (!path) throw { code: "not_found", message: `there is no proposal ${proposal}` } satisfies WireError;
      return { id: proposal, path: copy ?? path, backup: copy ? null : "/home/user/backups/台账.1.xlsx" };
    },
    undoWorkbookChange: async (id) => ({ id, path: workbooks.get(id) ?? "", backup: null }),

    ...manuscriptMethods(scenario, read, () => changed("manuscripts")),
    ...promptsOf(read, empty),

    jobs: async () => structuredClone(jobs),
    cancelJob: async (id) => controls.get(id)?.cancel(),
    pauseJob: async (id) => pause(id, true),
    resumeJob: async (id) => pause(id, false),
    clearJobs: async () => {
      jobs = jobs.filter((job) => job.ended_ms === null);
    },

    pickFiles: async ({ folders, extensions }) => {
      await sleep(50);
      if (extensions?.includes("zip")) return ["/media/usb/deskmate-2026-11-20.zip"];
      if (extensions?.includes("gguf")) return ["/media/usb/my-model.gguf"];
      if (extensions?.includes("zip")) return ["/media/usb/prompts.zip"];
      return folders ? ["/home/user/文档/合同"] : ["/home/user/文档/采购合同（2024）.docx"];
    },
    reveal: async () => {},
    openFile: async () => {},
    openLink: async (url) => {
      document.body.dataset["opened"] = url;
    },
    copyText: async (text) => {
      document.body.dataset["copied"] = text;
    },
    painted: async () => {},
  };

  /** Keeps which workbook a proposal is for. */
  function proposed<T extends { id: number | null; path: string }>(proposal: T): T {
    if (proposal.id !== null) workbooks.set(proposal.id, proposal.path);
    return proposal;
  }

  function pause(id: number, paused: boolean) {
    const control = controls.get(id);
    if (control) control.paused = paused;
    jobs = jobs.map((job) => (job.id === id ? { ...job, state: paused ? "paused" : "running" } : job));
    changed("jobs");
  }

  return backend;
}

/** What a question follows: an edit the same message as the edited one, anything else the newest. */
function parentOf(kept: Kept, params: AskParams): number | null {
  if (params.edit != null) return kept.messages.get(params.edit)?.parent ?? null;
  return params.parent ?? kept.tip;
}

function pastJobs(): JobView[] {
  const now = Date.now();
  const job = (id: number, part: Partial<JobView> & Pick<JobView, "kind" | "title" | "state">): JobView => ({
    id,
    progress: null,
    error: null,
    artifact: null,
    started_ms: now - id * 900_000,
    ended_ms: now - id * 840_000,
    ...part,
  });
  return [
    job(1, {
      kind: "skill",
      title: "总结文档：2024Q3_quarterly_report.pdf",
      state: "finished",
      artifact: summary.artifact.path,
    }),
    job(2, { kind: "add", title: "文档/财务", state: "finished" }),
    job(3, {
      kind: "model_get",
      title: "Qwen3 4B",
      state: "failed",
      error: { code: "download_failed", message: "connection reset after 870 MB" },
    }),
    job(4, { kind: "ask", title: "逾期了怎么办？", state: "cancelled" }),
  ];
}

/** Drops on the page; a browser gives no paths, so names stand for them. Tests send the event `mock-drop`. */
function listenForDrops(listener: Parameters<Backend["onFileDrop"]>[0]): () => void {
  const over = (event: DragEvent) => {
    event.preventDefault();
    listener({ kind: "over", paths: [] });
  };
  const drop = (event: DragEvent) => {
    event.preventDefault();
    const names = [...(event.dataTransfer?.files ?? [])].map((file) => `/home/user/桌面/${file.name}`);
    listener({ kind: "drop", paths: names });
  };
  const leave = (event: DragEvent) => {
    if (!event.relatedTarget) listener({ kind: "leave", paths: [] });
  };
  const custom = (event: Event) => {
    if (event instanceof CustomEvent) listener(event.detail);
  };
  addEventListener("dragover", over);
  addEventListener("drop", drop);
  addEventListener("dragleave", leave);
  addEventListener("mock-drop", custom);
  return () => {
    removeEventListener("dragover", over);
    removeEventListener("drop", drop);
    removeEventListener("dragleave", leave);
    removeEventListener("mock-drop", custom);
  };
}

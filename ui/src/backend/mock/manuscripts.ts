// Documents that someone writes, with their versions, in the browser's memory.

import type { Backend } from "../backend";
import type { Manuscript, ManuscriptVersion, StoredManuscript, WireError } from "../types";
import { inSamples } from "./answers";

interface Kept {
  id: number;
  title: string;
  created: number;
  updated: number;
  deleted: boolean;
  versions: { version: ManuscriptVersion; content: Manuscript }[];
}

const policy = inSamples("差旅费管理办法.pdf");

const sample: Manuscript = {
  passages: [
    { type: "heading", level: 1, runs: [{ text: "关于调整差旅住宿标准的请示" }] },
    {
      type: "paragraph",
      runs: [
        { text: "现行办法规定，经理级在二类城市的住宿标准为" },
        { text: "每晚 450 元", bold: true, comments: [1] },
        { text: "，其中二类城市包括各省会城市。" },
        { text: "[1]", cite: 1 },
        { text: "[2]", cite: 2 },
      ],
    },
    { type: "heading", level: 2, runs: [{ text: "一、建议" }] },
    {
      type: "list",
      items: [
        { level: 0, ordered: true, runs: [{ text: "一类城市提高到 600 元；" }] },
        { level: 1, ordered: false, runs: [{ text: "旺季可以上浮 " }, { text: "20%", italic: true }, { text: "。" }] },
        { level: 0, ordered: true, runs: [{ text: "二类城市提高到 500 元。" }] },
      ],
    },
    {
      type: "table",
      header_rows: 1,
      rows: [
        [[{ text: "职级" }], [{ text: "现行" }], [{ text: "建议" }]],
        [[{ text: "经理级" }], [{ text: "450" }], [{ text: "500" }]],
        [[{ text: "员工级" }], [{ text: "350" }], [{ text: "400" }]],
      ],
    },
    { type: "kept", block: { type: "image", alt: "近三年住宿费走势图" } },
    { type: "paragraph", runs: [{ text: "妥否，请批示。" }] },
  ],
  comments: [{ id: 1, text: "请财务核对是否含税。", resolved: false, at_ms: Date.UTC(2026, 10, 26, 2) }],
  citations: [
    { marker: 1, path: policy, anchor: { page: 3, bbox: [113, 151, 470, 167] }, quote: "经理级 550 450 350" },
    {
      marker: 2,
      path: policy,
      anchor: { page: 3 },
      quote: "二类城市是指天津、重庆、各省会城市以及苏州、宁波、青岛、大连、厦门",
    },
  ],
};

const characters = (content: Manuscript) =>
  JSON.stringify(content.passages.map((passage) => ("runs" in passage ? passage.runs.map((run) => run.text) : "")))
    .length;

type Read = <T>(value: () => T) => Promise<T>;
type Methods = Pick<
  Backend,
  | "manuscripts"
  | "manuscript"
  | "manuscriptVersions"
  | "newManuscript"
  | "importManuscript"
  | "saveManuscript"
  | "nameManuscriptVersion"
  | "restoreManuscriptVersion"
  | "deleteManuscript"
  | "undeleteManuscript"
  | "exportManuscript"
>;

export function manuscriptMethods(scenario: string, read: Read, changed: () => void): Methods {
  let next = 1;
  const all: Kept[] = [];
  const begin = (title: string, content: Manuscript, at = Date.now()): Kept => {
    const kept: Kept = { id: next++, title, created: at, updated: at, deleted: false, versions: [] };
    add(kept, "created", content, at);
    all.push(kept);
    return kept;
  };
  const add = (kept: Kept, reason: ManuscriptVersion["reason"], content: Manuscript, at = Date.now()) => {
    const version = { id: next++, reason, name: "", at_ms: at, characters: characters(content) };
    kept.versions.push({ version, content: structuredClone(content) });
    kept.updated = at;
  };
  const of = (id: number): Kept => {
    const kept = all.find((one) => one.id === id && !one.deleted);
    if (!kept) throw { code: "not_found", message: `there is no document \`${id}\`` } satisfies WireError;
    return kept;
  };
  const stored = (kept: Kept, version: number | null = null): StoredManuscript => {
    const at = version === null ? kept.versions.at(-1) : kept.versions.find((one) => one.version.id === version);
    if (!at) throw { code: "not_found", message: `the document has no version \`${version}\`` } satisfies WireError;
    return {
      summary: {
        id: kept.id,
        title: kept.title,
        created_at_ms: kept.created,
        updated_at_ms: kept.updated,
        characters: at.version.characters,
      },
      ...at,
    };
  };
  if (!["empty", "first-run", "no-model"].includes(scenario)) {
    const day = Date.UTC(2026, 10, 26, 1);
    const kept = begin("关于调整差旅住宿标准的请示", { ...sample, passages: sample.passages.slice(0, 2) }, day);
    add(kept, "named", { ...sample, passages: sample.passages.slice(0, 4) }, day + 3_600_000);
    const named = kept.versions.at(-1);
    if (named) named.version.name = "送审稿";
    add(kept, "autosave", sample, day + 7_200_000);
    begin(
      "Weekly report",
      { passages: [{ type: "paragraph", runs: [{ text: "All milestones met." }] }], comments: [], citations: [] },
      day,
    );
  }
  return {
    manuscripts: () =>
      read(() =>
        all
          .filter((kept) => !kept.deleted)
          .sort((a, b) => b.updated - a.updated)
          .map((kept) => stored(kept).summary),
      ),
    manuscript: (id, version) => read(() => stored(of(id), version)),
    manuscriptVersions: (id) =>
      read(() =>
        of(id)
          .versions.map((one) => one.version)
          .reverse(),
      ),
    newManuscript: ({ title, content }) =>
      read(() => {
        const kept = begin(title, content);
        changed();
        return stored(kept);
      }),
    importManuscript: (path) =>
      read(() => {
        const name = path.slice(path.lastIndexOf("/") + 1).replace(/\.\w+$/, "");
        const kept = begin(name, { passages: sample.passages.slice(2), comments: [], citations: [] });
        changed();
        return {
          ...stored(kept),
          warnings: [{ code: "omitted", message: "of 1 pictures only the descriptions are kept" }],
        };
      }),
    saveManuscript: ({ id, title, content }) =>
      read(() => {
        const kept = of(id);
        if (title.includes("磁盘已满"))
          throw { code: "disk_full", message: "the disk that holds the library is full" } satisfies WireError;
        kept.title = title;
        const newest = kept.versions.at(-1);
        if (newest?.version.reason === "autosave" && Date.now() - newest.version.at_ms < 600_000) {
          newest.content = structuredClone(content);
          newest.version.at_ms = kept.updated = Date.now();
        } else add(kept, "autosave", content);
        return stored(kept);
      }),
    nameManuscriptVersion: (id, name) =>
      read(() => {
        const newest = of(id).versions.at(-1);
        if (!newest) throw { code: "not_found", message: "no version" } satisfies WireError;
        Object.assign(newest.version, { name, reason: "named" });
        return newest.version;
      }),
    restoreManuscriptVersion: (id, version) =>
      read(() => {
        const kept = of(id);
        add(kept, "restored", stored(kept, version).content);
        return stored(kept);
      }),
    deleteManuscript: (id) =>
      read(() => {
        of(id).deleted = true;
        changed();
      }),
    undeleteManuscript: (id) =>
      read(() => {
        const kept = all.find((one) => one.id === id);
        if (kept) kept.deleted = false;
        changed();
      }),
    exportManuscript: ({ id, format, folder }) =>
      read(() => ({
        path: `${folder ?? "/home/user/.local/share/deskmate/exports"}/${of(id).title}.${format}`,
        comments: format === "docx" ? 1 : 0,
        citations: 2,
      })),
  };
}

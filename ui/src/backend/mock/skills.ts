import type {
  ChartParams,
  ChartProposal,
  ColumnProposal,
  FillParams,
  FillProposal,
  ResultParams,
  ResultProposal,
  SheetAnswer,
  SkillResult,
  SkillSpec,
} from "../types";
import { inSamples } from "./answers";
import { usage } from "./stream";

export const column: ColumnProposal = {
  id: 1,
  path: "/home/user/文档/2024年销售台账.xlsx",
  sheet: "季度汇总",
  range: "A3:K7",
  header: "同比增长率",
  formula: '=IF(N(B4)=0,"",(C4-B4)/ABS(B4))',
  explanation: ["结果为：如果「去年」是 0，则为空白，否则为（「今年」 − 「去年」） ÷ 「去年」的绝对值。"],
  is_by_model: false,
  cells: 5,
  changes: [
    { cell: "L3", before: "", after: "同比增长率" },
    { cell: "L4", before: "", after: "12.5%" },
    { cell: "L5", before: "", after: "-3.1%" },
    { cell: "L6", before: "", after: "8.0%" },
    { cell: "L7", before: "", after: "21.4%" },
  ],
  notes: [],
};

const months = ["1月", "2月", "3月", "4月", "5月", "6月"];
const monthly = [
  { name: "销售额", column: "B", values: [812, 640, 955, 1024, 1180, 1263] },
  { name: "成本", column: "C", values: [602, 511, 690, 742, 833, 871] },
];

/** A chart of months; words of the ask choose its kind. */
export function chartOf({ path, ask }: ChartParams): ChartProposal {
  const kinds = { 饼: "pie", 散点: "scatter", 条形: "bar", 面积: "area", 柱: "column" };
  const kind = Object.entries(kinds).find(([word]) => ask.includes(word))?.[1] ?? "line";
  const isNew = ask.includes("新工作表");
  const drawn = kind === "pie" ? monthly.slice(0, 1) : monthly;
  return {
    id: 4,
    path,
    source: "月度汇总",
    sheet: isNew ? "图表" : "月度汇总",
    range: isNew ? "B2:K21" : "G3:P22",
    kind,
    title: "各月销售额与成本",
    x_title: kind === "pie" ? null : "月份",
    y_title: kind === "pie" ? null : "万元",
    legend: "bottom",
    stacking: ask.includes("百分比") ? "percent" : "beside",
    joined: "usual",
    has_data_labels: false,
    series: drawn.map(({ name, column, values }, at) => ({
      name,
      values: `${column}4:${column}9`,
      labels: "A4:A9",
      trend: ask.includes("趋势线") && at === 0 ? "linear" : null,
      points: values.map((y, index) => ({ label: months[index] ?? "", x: index + 1, y })),
      count: values.length,
    })),
    is_by_model: !ask.includes("月份"),
    notes: [],
  };
}

/** The sheet that a calculated answer becomes. */
export function resultSheet(params: ResultParams, answer: SheetAnswer): ResultProposal {
  const shown = params.chart === "auto" ? answer.chart : params.chart;
  return {
    id: 3,
    path: params.paths[0] ?? column.path,
    sheet: params.name ?? "结果",
    range: `A3:${"ABCDEFG"[answer.columns.length - 1] ?? "G"}${answer.rows.length + 3}`,
    answer: answer.answer,
    sql: answer.sql,
    columns: answer.columns,
    rows: answer.rows.map((row) => row.map((value) => value?.toLocaleString("en-US") ?? "")),
    row_count: answer.rows.length,
    chart: shown === "none" ? null : shown === "bar" ? "column" : shown,
    notes: [`查询：${answer.sql}`],
  };
}

const complaints = ["质量", "物流", "质量", "服务", "其他", "物流", "质量", "", "服务", "物流", "质量", "其他"];

/** A column of classes over twelve rows, of which one cannot be told. */
export function filledColumn(params: FillParams): FillProposal {
  const tried = params.sample === null ? complaints : complaints.slice(0, params.sample);
  const cells = tried.map((after, index) => ({ cell: `F${index + 2}`, before: "", after }));
  const header = params.into ?? "分类";
  return {
    id: params.sample === null ? 2 : null,
    path: params.path,
    sheet: "投诉",
    range: "A1:E13",
    header,
    kind: "choice",
    choices: ["质量", "物流", "服务", "其他"],
    reads: ["投诉内容"],
    rows: complaints.length,
    tried: tried.length,
    filled: tried.filter(Boolean).length,
    known: params.sample === null && !params.again ? 5 : 0,
    kept: 0,
    empty: cells.filter((cell) => !cell.after).map(({ cell }) => ({ cell, reason: "not_told" })),
    changes: [{ cell: "F1", before: "", after: header }, ...cells.filter((cell) => cell.after)],
    rows_per_minute: 42,
    notes: [],
  };
}

export const skills: SkillSpec[] = [
  {
    id: "summarize",
    name_zh: "总结文档",
    name_en: "Summarize a document",
    description: "Summarizes a document of any length section by section, each statement with its place.",
    min_files: 1,
    inputs: [
      {
        key: "language",
        kind: "choice",
        default: "auto",
        choices: ["auto", "zh", "en"],
        description: "Language of the summary.",
      },
      { key: "length", kind: "choice", default: "normal", choices: ["short", "normal"], description: "How much." },
    ],
  },
  {
    id: "minutes",
    name_zh: "会议纪要",
    name_en: "Meeting minutes",
    description: "Turns a transcript into topics, decisions, owners and deadlines.",
    min_files: 1,
    inputs: [{ key: "title", kind: "text", default: "", choices: [], description: "Title of the meeting." }],
  },
];

skills.push({
  id: "rewrite",
  name_zh: "改写与翻译",
  name_en: "Rewrite or translate",
  description:
    "Polishes, shortens, expands, continues, corrects or translates a text; each change can be taken or left.",
  min_files: 0,
  inputs: [
    {
      key: "mode",
      kind: "choice",
      default: "polish",
      choices: ["polish", "shorten", "expand", "formal", "plain", "continue", "grammar", "to-en", "to-zh"],
      description: "What to do with the text.",
    },
    { key: "text", kind: "text", default: "", choices: [], description: "The text." },
    { key: "glossary", kind: "text", default: "", choices: [], description: "term=translation" },
  ],
});

export const parts = [
  "1. Highlights of the quarter",
  "2. Letter from the chief executive",
  "3. Results by segment",
  "4. Balance sheet",
  "5. Outlook",
];

const report = inSamples("2024Q3_quarterly_report.pdf");

export const summary: SkillResult = {
  artifact: { kind: "document", path: "/home/user/.local/share/deskmate/exports/2024Q3_quarterly_report 总结.md" },
  text: "## Overview\n\nRevenue was $51.2 million, up 10.2% from the third quarter of 2023.[1] Gross margin rose to 45.0%.[2] The company completed the acquisition of Tarn Optics on 12 August 2024.[3]\n\n## 1. Highlights of the quarter\n\n- Order intake was $54.7 million, a book-to-bill ratio of 1.07.[4]\n- Software Subscriptions passed 1,900 paying sites and grew 41.2%.[5]\n- Laboratory Systems declined 4.3% because university customers postponed purchases.[6]",
  citations: [
    ["Revenue was $51.2 million, up 10.2% from $46.5 million in the third quarter of 2023."],
    ["Gross margin was 45.0%, compared with 43.6%."],
    ["On 12 August 2024 the company completed the acquisition of Tarn Optics"],
    ["Order intake was $54.7 million, a book-to-bill ratio of 1.07."],
    ["Software Subscriptions passed 1,900 paying sites and grew 41.2% over the prior-year quarter."],
    ["Laboratory Systems declined 4.3% because university customers postponed purchases into the next budget year."],
  ].map(([quote = ""], index) => ({ marker: index + 1, path: report, anchor: { page: 1 }, quote })),
  checks: [
    { name: "coverage", passed: true, detail: "5 / 5" },
    { name: "figures", passed: true, detail: "23 / 23" },
    { name: "citations", passed: true, detail: "11 / 11" },
  ],
  usage: usage(420),
};

/** A rewrite of two paragraphs: one with three changes, one that stays because a number was lost. */
export const rewritten: SkillResult = {
  artifact: { kind: "document", path: "/home/user/.local/share/deskmate/exports/rewrite.md" },
  text: "本次会议于周一由张磊召集并主持。\n\n全年预算为320万元。",
  citations: [],
  checks: [
    {
      name: "rewritten",
      passed: false,
      detail: "1 paragraphs rewritten with 3 changes, 0 need none, 1 stay as they were",
    },
    { name: "facts_kept", passed: false, detail: "paragraph 2: the rewrite lost 320万, so the old text stays" },
  ],
  usage: usage(180),
  rewrite: {
    mode: "polish",
    title: "",
    blocks: [
      { anchor: {}, type: "paragraph", text: "会议在周一由张磊主持。" },
      { anchor: {}, type: "paragraph", text: "全年预算为320万元。" },
    ],
    paragraphs: [
      {
        block: 0,
        outcome: "rewritten",
        pieces: [
          { type: "change", id: 1, old: "", new: "本次" },
          { type: "same", text: "会议" },
          { type: "change", id: 2, old: "在", new: "于" },
          { type: "same", text: "周一由张磊" },
          { type: "change", id: 3, old: "", new: "召集并" },
          { type: "same", text: "主持。" },
        ],
        flags: [],
      },
      {
        block: 1,
        outcome: "kept",
        pieces: [{ type: "same", text: "全年预算为320万元。" }],
        flags: [{ problem: "missing", facts: [{ kind: "number", text: "320万" }] }],
        refused: "全年预算充足。",
      },
    ],
  },
};

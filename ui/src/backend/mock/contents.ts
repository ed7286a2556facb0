// What the viewer gets of the sample files. PDFs are the real files; text and Markdown are read from them here.

import { Lexer, type Tokens } from "marked";
import handbook from "../../../../assets/samples/information-security-handbook.md?raw";
import minutes from "../../../../assets/samples/项目周会记录.txt?raw";
import type { Block, SourceContent, WireError } from "../types";
import ledger from "./ledger.json";

export const pdfUrls: Record<string, string> = Object.fromEntries(
  Object.entries(
    import.meta.glob<string>("../../../../assets/samples/*.pdf", { query: "?url", import: "default", eager: true }),
  ).map(([path, url]) => [path.slice(path.lastIndexOf("/") + 1), url]),
);

function markdownBlocks(text: string): Block[] {
  const path: string[] = [];
  return new Lexer().lex(text).flatMap((token): Block[] => {
    const anchor = { heading: [...path] };
    switch (token.type) {
      case "heading": {
        const { depth, text } = token as Tokens.Heading;
        path.splice(depth - 1);
        path.push(text);
        return [{ type: "heading", level: depth, text, anchor: { heading: [...path] } }];
      }
      case "paragraph":
        return [{ type: "paragraph", text: token.text, anchor }];
      case "list": {
        const { ordered, items } = token as Tokens.List;
        return [{ type: "list", ordered, items: items.map((item) => ({ level: 0, text: item.text })), anchor }];
      }
      case "table": {
        const { header, rows } = token as Tokens.Table;
        const cells = [header, ...rows].map((row) => row.map((cell) => cell.text));
        return [{ type: "table", header_rows: 1, rows: cells, anchor }];
      }
      default:
        return [];
    }
  });
}

const slides: Block[] = (
  [
    [1, "新员工入职培训", ["远砚科技有限公司　人力资源部", "2024年9月版"]],
    [
      2,
      "今天的内容",
      [
        "认识公司：简介、组织架构、发展历程",
        "入职第一周：要办的手续和要认识的人",
        "规章制度：考勤休假、薪酬福利、差旅报销、信息安全",
      ],
    ],
    [7, "考勤与休假", ["周一至周五 9:00—18:00，午休12:00—13:00", "上下班可以弹性30分钟", "满1年不满10年：年休假5天"]],
    [
      9,
      "差旅与报销",
      [
        "出差前：至少提前2个工作日提交《出差申请单》",
        "标准：按职级执行，详见《差旅费管理办法》",
        "伙食补助每人每天100元，市内交通每人每天80元",
        "出差后：返回后15个工作日内提交报销",
        "日常费用：每月25日前提交当月单据",
      ],
    ],
    [10, "信息安全须知", ["离开座位锁屏（Win+L）", "收到可疑邮件转发给 security@yuanyan.example"]],
  ] as const
).flatMap(([number, title, lines]): Block[] => [
  { type: "slide", number, title, anchor: { slide: number } },
  { type: "list", ordered: false, items: lines.map((text) => ({ level: 0, text })), anchor: { slide: number } },
]);

const physics: Block[] = [
  { type: "heading", level: 1, text: "第四章　牛顿运动定律", anchor: {} },
  {
    type: "paragraph",
    text: "人走路时脚为什么不打滑？高速行驶的列车为什么需要很长的距离才能停下？电梯启动的一瞬间，我们为什么觉得身体变重了？这些问题都和力与运动的关系有关。",
    anchor: {},
  },
  { type: "heading", level: 2, text: "第三节　牛顿第二定律", anchor: {} },
  {
    type: "paragraph",
    text: "牛顿第二定律：物体加速度的大小跟它受到的作用力成正比，跟它的质量成反比，加速度的方向跟作用力的方向相同。",
    anchor: {},
  },
  { type: "formula", text: "F = ma", anchor: {} },
  { type: "image", alt: "图4-1　探究加速度与力、质量关系的实验装置", anchor: {} },
  {
    type: "table",
    caption: "表4-1　某小组的实验数据",
    header_rows: 1,
    rows: [
      ["次数", "力 F/N", "质量 m/kg", "加速度 a/(m·s⁻²)"],
      ["1", "0.10", "0.50", "0.20"],
      ["2", "0.20", "0.50", "0.40"],
      ["3", "0.30", "0.50", "0.61"],
    ],
    anchor: {},
  },
  {
    type: "heading",
    level: 2,
    text: "第五节　牛顿第三定律",
    anchor: { heading: ["第四章　牛顿运动定律", "第五节　牛顿第三定律"] },
  },
  {
    type: "paragraph",
    text: "牛顿第三定律：两个物体之间的作用力和反作用力总是大小相等，方向相反，作用在同一条直线上。",
    anchor: { heading: ["第四章　牛顿运动定律", "第五节　牛顿第三定律"] },
  },
];

const sheet = (
  name: string,
  range: string,
  rows: string[][],
  headers: number,
  caption?: string,
  hidden = false,
): Block[] => [
  { type: "sheet", name, hidden, anchor: { sheet: name } },
  ...(caption ? [{ type: "paragraph", text: caption, anchor: { sheet: name, range: "A1" } } as const] : []),
  { type: "table", header_rows: headers, rows, anchor: { sheet: name, range } },
];

const workbook: Block[] = [
  ...sheet(
    "订单明细",
    "A3:I403",
    ledger.orders,
    1,
    "远砚科技有限公司 2024 年销售台账（单位：元，数据截至 2024-12-31）",
  ),
  ...sheet("季度汇总", "A2:K7", ledger.quarters, 2, "2024 年各大区季度销售汇总（单位：万元）"),
  ...sheet("退货", "A1:G25", ledger.returns, 1),
  ...sheet("参数", "A1:C12", ledger.params, 1, undefined, true),
];

export function contentOf(path: string): SourceContent {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const content = (view: SourceContent["view"], blocks: Block[]): SourceContent => ({
    path,
    view,
    title: null,
    blocks,
    warnings: [],
  });
  if (name.endsWith(".pdf")) {
    if (name.startsWith("加密"))
      throw { code: "encrypted_pdf", message: `could not read \`${name}\`` } satisfies WireError;
    return content("pdf", []);
  }
  if (name.endsWith(".xlsx")) return content("workbook", workbook);
  if (name.endsWith(".pptx")) return content("blocks", slides);
  if (name.endsWith(".md")) return content("blocks", markdownBlocks(handbook));
  if (name.startsWith("高中物理")) return content("blocks", physics);
  if (name.endsWith(".txt")) {
    const lines = minutes.split("\n");
    const blocks = lines.flatMap((text, index): Block[] =>
      text.trim() ? [{ type: "paragraph", text, anchor: { line: index + 1 } }] : [],
    );
    return content("blocks", blocks);
  }
  return content("blocks", []);
}

export async function bytesOf(path: string): Promise<ArrayBuffer> {
  const name = path.slice(path.lastIndexOf("/") + 1);
  const url = pdfUrls[name];
  if (!url) return new TextEncoder().encode("%PDF-1.7\nthis is not what it says").buffer;
  return (await fetch(url)).arrayBuffer();
}

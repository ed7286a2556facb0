// Answers to the questions that the screens offer, with places that really stand in the sample files.

import type { Citation, SheetAnswer } from "../types";

export const samples = "/home/user/同桌示例";
export const inSamples = (name: string) => `${samples}/${name}`;

export interface Canned {
  match: RegExp;
  content: string;
  citations: Citation[];
  unsupported?: string[];
  understood?: string;
  abstained?: boolean;
  sql?: SheetAnswer;
}

const policy = inSamples("差旅费管理办法.pdf");
const ledger = inSamples("2024年销售台账.xlsx");
const handbook = inSamples("information-security-handbook.md");

const hotel: Citation[] = [
  {
    marker: 1,
    path: policy,
    anchor: { page: 3, bbox: [113, 151, 470, 167] },
    quote: "经理级 550 450 350",
  },
  {
    marker: 2,
    path: policy,
    anchor: { page: 3 },
    quote: "二类城市是指天津、重庆、各省会城市以及苏州、宁波、青岛、大连、厦门",
  },
];

const sales: SheetAnswer = {
  answer: "华东 435.26 万元，华北 401.84 万元，华南 372.86 万元，西南 202.64 万元。",
  columns: ["大区", "订单数", "销售额（元）"],
  rows: [
    ["华东", 135, 4352577.58],
    ["华北", 76, 4018365.78],
    ["华南", 114, 3728566.92],
    ["西南", 75, 2026425.5],
  ],
  sql: 'SELECT "大区", COUNT(*) AS "订单数", ROUND(SUM("金额(元)"), 2) AS "销售额（元）"\nFROM "订单明细"\nGROUP BY "大区"\nORDER BY 3 DESC',
  explanation:
    "读取“订单明细”的全部 400 行，按大区分组，数出订单数，把“金额(元)”相加，再按销售额从高到低排列。第 404 行的合计没有重复计入。",
  cells: [{ path: ledger, sheet: "订单明细", range: "A3:I403" }],
  abstained: false,
  checks: [
    { name: "all_rows_read", passed: true, detail: "400 / 400" },
    { name: "totals_excluded", passed: true, detail: "I404" },
    { name: "units", passed: true, detail: "元" },
  ],
  chart: "bar",
};

export const canned: Canned[] = [
  {
    match: /经理级|highest hotel rate/i,
    content:
      "经理级员工去二类城市出差，住宿费限额为**每晚 450 元**，在限额内据实报销。[1]\n\n二类城市包括天津、重庆、各省会城市，以及苏州、宁波、青岛、大连、厦门。[2]\n\n旅游旺季的限额通常还可以再协商提高。[?]",
    citations: hotel,
    unsupported: ["旅游旺季的限额通常还可以再协商提高"],
  },
  {
    match: /那总监|director/i,
    understood: "总监级员工去二类城市出差，住宿费每晚最多报销多少元？",
    content:
      "总监级员工去二类城市，住宿费限额为**每晚 550 元**。[1]三种城市的限额如下：[1]\n\n| 职级 | 一类城市 | 二类城市 | 三类城市 |\n|---|--:|--:|--:|\n| 总监级 | 700 | 550 | 450 |\n| 经理级 | 550 | 450 | 350 |\n\n同性员工两人同行的，原则上合住一间，限额按职级较高者执行。[2]",
    citations: [
      { marker: 1, path: policy, anchor: { page: 3, bbox: [113, 133, 470, 149] }, quote: "总监级 700 550 450" },
      {
        marker: 2,
        path: policy,
        anchor: { page: 3 },
        quote: "同性员工两人同行的，原则上合住一间，限额按照职级较高者执行",
      },
    ],
  },
  {
    match: /销售额|sales of each region/i,
    content:
      "按“订单明细”全部 400 行计算，2024 年华东销售额最高，为 **435.26 万元**；华北 401.84 万元，华南 372.86 万元，西南 202.64 万元。",
    citations: [],
    sql: sales,
  },
  {
    match: /报销申请|多长时间内提交/,
    content:
      "应当在出差返回后 **15 个工作日内**提交报销申请；跨年度的差旅费，应在次年 1 月 20 日前完成报销。[1]新员工培训材料里的说法与此一致。[2]\n\n超过期限 30 个工作日仍未提交且无正当理由的，财务部不予受理。[3]",
    citations: [
      {
        marker: 1,
        path: policy,
        anchor: { page: 4 },
        quote: "员工应当在出差返回后 15 个工作日内提交报销申请。跨年度的差旅费，应当在次年 1 月 20 日前完成报销。",
      },
      {
        marker: 2,
        path: inSamples("新员工入职培训.pptx"),
        anchor: { slide: 9 },
        quote: "出差后：返回后15个工作日内提交报销",
      },
      {
        marker: 3,
        path: policy,
        anchor: { page: 4 },
        quote: "无正当理由超过前条规定期限 30 个工作日仍未提交的，财务部不予受理",
      },
    ],
  },
  {
    match: /苏州仓|Suzhou/i,
    content:
      "苏州仓的上线时间由 11 月 8 日**推迟到 11 月 15 日**，当晚 22:00 开始切换，次日凌晨 4:00 是回退时间点。[1]",
    citations: [
      {
        marker: 1,
        path: inSamples("项目周会记录.txt"),
        anchor: { line: 133 },
        quote: "决定一：苏州仓上线时间由11月8日推迟到11月15日，当晚22:00开始切换，凌晨4:00是回退时间点。",
      },
    ],
  },
  {
    match: /lost laptop|电脑丢了/i,
    content:
      "Report a lost or stolen device to the security hotline **within 2 hours**, at any time of day; devices that hold company data are then erased remotely.[1]\n\nThe steps that follow:[2]\n\n1. Call the hotline.\n2. Do not delete anything.\n3. Write down what you saw and when.",
    citations: [
      {
        marker: 1,
        path: handbook,
        anchor: { heading: ["Information Security Handbook", "2. Devices"], line: 20 },
        quote: "Report a lost or stolen device to the security hotline within 2 hours, at any time of day.",
      },
      {
        marker: 2,
        path: handbook,
        anchor: { heading: ["Information Security Handbook", "8. Incidents"] },
        quote: "Do not switch the device off and do not delete anything.",
      },
    ],
  },
  {
    match: /Halden|revenue/i,
    content:
      "Revenue in the third quarter of 2024 was **$51.2 million**, up 10.2% from $46.5 million a year before.[1] Gross margin rose to 45.0% from 43.6%.[2]",
    citations: [
      {
        marker: 1,
        path: inSamples("2024Q3_quarterly_report.pdf"),
        anchor: { page: 1 },
        quote: "Revenue was $51.2 million, up 10.2% from $46.5 million in the third quarter of 2023.",
      },
      {
        marker: 2,
        path: inSamples("2024Q3_quarterly_report.pdf"),
        anchor: { page: 1 },
        quote: "Gross margin was 45.0%, compared with 43.6%.",
      },
    ],
  },
  {
    match: /第三定律|third law/i,
    content: "牛顿第三定律：两个物体之间的作用力和反作用力总是**大小相等，方向相反，作用在同一条直线上**。[1]",
    citations: [
      {
        marker: 1,
        path: inSamples("高中物理_第四章_牛顿运动定律.docx"),
        anchor: { heading: ["第四章　牛顿运动定律", "第五节　牛顿第三定律"] },
        quote: "牛顿第三定律：两个物体之间的作用力和反作用力总是大小相等，方向相反，作用在同一条直线上。",
      },
    ],
  },
  {
    match: /修订|incident/i,
    content: "发生数据安全事件的，部门负责人应当在 **8 小时内**报告信息技术部。[1]",
    citations: [
      {
        marker: 1,
        path: inSamples("数据安全管理规定（2024修订）.pdf"),
        anchor: { page: 3 },
        quote: "部门负责人应当在8小时内报告信息技术部",
      },
    ],
  },
  {
    match: /食堂|canteen|房价/i,
    content: "",
    citations: [],
    abstained: true,
  },
  {
    match: /不安全|unsafe/i,
    content:
      '# 不安全的内容\n\n<script>document.title="x"</script> <img src="https://example.com/a.png" onerror="alert(1)">\n\n![跟踪图](https://example.com/pixel.png) [点我](javascript:alert(1)) [本地](file:///etc/passwd) [外部网页](https://example.com/guide?a=1)',
    citations: [],
  },
];

export function answerTo(question: string): Canned {
  return (
    canned.find((one) => one.match.test(question)) ?? {
      match: /./,
      content: "资料中与此有关的规定是：出差应当至少提前 2 个工作日提交《出差申请单》，经批准后方可出行。[1]",
      citations: [
        {
          marker: 1,
          path: policy,
          anchor: { page: 1 },
          quote: "员工出差应当至少提前 2 个工作日在办公系统提交《出差申请单》",
        },
      ],
    }
  );
}

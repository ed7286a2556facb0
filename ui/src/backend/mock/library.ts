import type { BackupSummary, SourceState, SourceView, WireError } from "../types";
import { inSamples } from "./answers";

const error = (code: string, message: string): WireError => ({ code, message });

function source(
  path: string,
  state: SourceState,
  bytes: number,
  chunks: number,
  more: Partial<SourceView> = {},
): SourceView {
  return {
    path,
    state,
    bytes,
    chunks,
    modified_ms: Date.parse("2024-10-24T09:30:00"),
    error: null,
    warnings: [],
    ...more,
  };
}

export function someSources(): SourceView[] {
  const own = "/home/user/文档/财务";
  return [
    source(inSamples("差旅费管理办法.pdf"), "ready", 184_320, 31),
    source(inSamples("差旅费管理办法.docx"), "ready", 24_576, 30),
    source(inSamples("2024年销售台账.xlsx"), "ready", 43_008, 38),
    source(inSamples("2024Q3_quarterly_report.pdf"), "ready", 96_256, 27),
    source(inSamples("新员工入职培训.pptx"), "ready", 68_608, 24),
    source(inSamples("高中物理_第四章_牛顿运动定律.docx"), "ready", 88_064, 46),
    source(inSamples("数据安全管理规定（2022版）.pdf"), "ready", 65_536, 22),
    source(inSamples("数据安全管理规定（2024修订）.pdf"), "words", 120_832, 28),
    source(inSamples("项目周会记录.txt"), "ready", 12_288, 19),
    source(inSamples("值班安排说明.txt"), "ready", 2_048, 3),
    source(inSamples("information-security-handbook.md"), "ready", 8_192, 14),
    source(inSamples("供应商报价咨询.eml"), "ready", 9_216, 6, {
      warnings: [{ code: "omitted", message: "an attachment was left out" }],
    }),
    source(inSamples("扫描件_发票.pdf"), "skipped", 218_112, 0, {
      error: error("needs_ocr", "the pages have no text layer"),
    }),
    source(`${own}/加密的工资表.pdf`, "failed", 51_200, 0, {
      error: error("encrypted_pdf", "the file asks for a password"),
    }),
    source(`${own}/损坏的报表.pdf`, "failed", 4_096, 0, { error: error("damaged_file", "no page could be read") }),
    source(`${own}/2023年度决算说明.docx`, "ready", 36_864, 17),
    source(`${own}/预算执行情况（三季度）.xlsx`, "reading", 71_680, 0),
    source(`${own}/合同扫描件.zip`, "skipped", 8_388_608, 0, {
      error: error("unsupported_format", "no reader for this content"),
    }),
  ];
}

export function manySources(): SourceView[] {
  return Array.from({ length: 12_000 }, (_, index) =>
    source(
      `/home/user/归档/${2010 + (index % 15)}/文件 ${String(index + 1).padStart(5, "0")}.docx`,
      "ready",
      20_000 + index,
      12,
    ),
  );
}

/** What a backup of the mock's library says of itself. */
export function backupOf(path: string): BackupSummary {
  return {
    path,
    bytes: 48_300_000,
    program: "0.1.0",
    created_at_ms: Date.parse("2026-11-20T18:00:00"),
    files: 18,
    conversations: 42,
    parts: 12,
  };
}

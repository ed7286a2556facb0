import type { MachineReport, ModelView } from "../types";

export const machine: MachineReport = {
  processor: "Intel(R) Core(TM) i5-1240P",
  physical_cores: 4,
  memory_total_bytes: 16_600_000_000,
  graphics: null,
  reason: "没有找到可用的独立显卡，使用处理器运算。",
  cpu_variant: "alderlake",
};

function model(part: Partial<ModelView> & Pick<ModelView, "id" | "kind" | "name" | "bytes">): ModelView {
  return {
    license: "Apache-2.0",
    installed: false,
    sha256_ok: null,
    fits: true,
    needed_bytes: Math.round(part.bytes * 1.25),
    predicted_tokens_per_second: null,
    measured_tokens_per_second: null,
    tier: null,
    active: false,
    loaded: false,
    downloaded_bytes: null,
    ...part,
  };
}

export function someModels(installed: boolean): ModelView[] {
  return [
    model({
      id: "qwen2.5-coder-1.5b",
      kind: "chat",
      name: "Qwen2.5-Coder 1.5B",
      bytes: 1_117_320_768,
      installed,
      sha256_ok: installed ? true : null,
      predicted_tokens_per_second: 19,
      measured_tokens_per_second: installed ? 17.6 : null,
      tier: "fast",
      active: installed,
      loaded: installed,
    }),
    model({
      id: "qwen3-4b",
      kind: "chat",
      name: "Qwen3 4B",
      bytes: 2_497_280_000,
      predicted_tokens_per_second: 8,
      tier: "balanced",
      downloaded_bytes: installed ? 912_261_120 : null,
    }),
    model({
      id: "qwen3-8b",
      kind: "chat",
      name: "Qwen3 8B",
      bytes: 5_027_783_488,
      predicted_tokens_per_second: 4,
      tier: "strong",
    }),
    model({ id: "qwen3-30b-a3b", kind: "chat", name: "Qwen3 30B-A3B", bytes: 18_556_685_824, fits: false }),
    model({
      id: "multilingual-e5-small",
      kind: "embedding",
      name: "multilingual-e5-small",
      license: "MIT",
      bytes: 471_000_000,
      installed: true,
      sha256_ok: true,
      active: true,
      loaded: true,
    }),
    model({ id: "bge-reranker-v2-m3", kind: "rerank", name: "bge-reranker-v2-m3", bytes: 635_000_000 }),
  ];
}

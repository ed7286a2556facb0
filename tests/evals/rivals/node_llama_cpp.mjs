// One run of node-llama-cpp: reads a prompt, writes tokens, prints both speeds as JSON. See node_llama_cpp.py.
//
//     node node_llama_cpp.mjs MODEL.gguf THREADS PROMPT_TOKENS GENERATE ROUNDS

import { createRequire } from "node:module";
import { join } from "node:path";
import { pathToFileURL } from "node:url";

// Installed in the folder that the program is started in, which is not this file's.
const packages = createRequire(join(process.cwd(), "package.json"));
const { getLlama } = await import(pathToFileURL(packages.resolve("node-llama-cpp")).href);

const [modelPath, threads, promptTokens, generate, rounds] = process.argv.slice(2).map((value, index) =>
  index === 0 ? value : Number(value),
);
const FILLER =
  "会议决定：各部门在下周五前提交本季度的预算与用款计划，由财务处汇总。" +
  "Each department sends its plan to the office, which checks the sums and asks back.\n";

const llama = await getLlama({ gpu: false, build: "never", progressLogs: false });
const model = await llama.loadModel({ modelPath });
const context = await model.createContext({
  contextSize: promptTokens + generate + 64,
  batchSize: 512,
  threads,
  sequences: 1,
});
const sequence = context.getSequence();
const tokens = model.tokenize(FILLER.repeat(Math.ceil(promptTokens / 30))).slice(0, promptTokens);
for (let round = 0; round < rounds; round++) {
  await sequence.clearHistory();
  const begun = performance.now();
  await sequence.evaluateWithoutGeneratingNewTokens(tokens.slice(0, -1));
  const read = performance.now();
  let written = 0;
  let first = 0;
  for await (const _ of sequence.evaluate(tokens.slice(-1), { temperature: 0, yieldEogToken: true })) {
    written++;
    if (written === 1) first = performance.now();
    if (written === generate) break;
  }
  const ended = performance.now();
  console.log(
    JSON.stringify({
      prefill_tokens_per_second: ((promptTokens - 1) * 1000) / (read - begun),
      generation_tokens_per_second: ((written - 1) * 1000) / (ended - first),
    }),
  );
}
process.exit(0);

import type { Backend } from "../backend";
import type { PromptEntry, PromptFile, WireError } from "../types";
import { sleep } from "./stream";

const ready: PromptEntry[] = [
  {
    id: "meeting/minutes",
    is_ready_made: true,
    title: "整理会议纪要",
    description: "从记录里整理议题、结论和分工",
    language: "zh",
    variables: [],
    text: "把所选的会议记录整理成纪要：议题、结论、责任人、时限，记录里没有的不要写。",
  },
  {
    id: "reading/risks",
    is_ready_made: true,
    title: "Find the risks",
    description: "Lists risks, duties and deadlines of a document",
    language: "en",
    variables: [{ name: "side", description: "whose side you are on", default: "our side" }],
    text: "Read the chosen document from the view of {{side}}. List duties, deadlines, penalties and unclear wording.",
  },
  {
    id: "writing/notice",
    is_ready_made: true,
    title: "起草通知",
    description: "按要点写一份通知",
    language: "zh",
    variables: [
      { name: "事项", description: "通知什么", default: "" },
      { name: "对象", description: "发给谁", default: "各部门" },
    ],
    text: "起草一份发给{{对象}}的通知，事项是：{{事项}}。写明时间、地点、要求和联系人，没有给出的留空。",
  },
];

const own: PromptEntry[] = [
  {
    id: "我的/周报",
    is_ready_made: false,
    title: "周报",
    description: "把流水账写成周报",
    language: "zh",
    variables: [{ name: "流水账", description: "本周做了什么", default: "" }],
    text: "把下面的流水账写成周报，分“本周完成”“下周计划”“需要支持”三节：\n{{流水账}}",
  },
  {
    id: "我的/坏了的",
    is_ready_made: false,
    broken: "the head of the prompt is not closed",
    title: "",
    description: "",
    language: "",
    variables: [],
    text: "",
  },
];

type Prompts = Pick<
  Backend,
  "prompts" | "renderPrompt" | "savePrompt" | "deletePrompt" | "restorePrompt" | "importPrompts" | "exportPrompts"
>;

/** A prompt library in memory, with its trash. */
export function promptsOf(read: <T>(value: () => T) => Promise<T>, empty: boolean): Prompts {
  const kept = new Map((empty ? [] : own).map((entry) => [entry.id, structuredClone(entry)]));
  const trash: PromptEntry[] = [];
  const all = () =>
    [...ready.filter((one) => !kept.has(one.id)), ...kept.values()].sort((a, b) => (a.id < b.id ? -1 : 1));
  const find = (id: string): PromptEntry => {
    const entry = all().find((one) => one.id === id);
    if (!entry) throw { code: "not_found", message: `there is no prompt \`${id}\`` } satisfies WireError;
    return entry;
  };
  const save = (id: string, prompt: PromptFile): PromptEntry => {
    const before = kept.get(id);
    if (before) trash.push(before);
    const entry = { ...structuredClone(prompt), id, is_ready_made: false };
    kept.set(id, entry);
    return entry;
  };
  return {
    prompts: () => read(all),
    renderPrompt: async (id, values) => {
      const { text, variables } = find(id);
      return text.replaceAll(/\{\{\s*([^{}]+?)\s*\}\}/g, (_, name: string) => {
        const value = values[name] || variables.find((one) => one.name === name)?.default;
        if (!value) throw { code: "invalid_input", message: `not filled in: ${name}` } satisfies WireError;
        return value;
      });
    },
    savePrompt: async (id, prompt) => {
      await sleep(80);
      return save(id, prompt);
    },
    deletePrompt: async (id) => {
      trash.push(find(id));
      kept.delete(id);
    },
    restorePrompt: async (id) => {
      const at = trash.findLastIndex((entry) => entry.id === id);
      const [back] = at < 0 ? [] : trash.splice(at, 1);
      if (!back) throw { code: "not_found", message: `nothing of \`${id}\` is in the trash` } satisfies WireError;
      kept.set(id, back);
      return back;
    },
    importPrompts: async (from) => {
      await sleep(150);
      if (!/\.(zip|md)$/.test(from)) throw { code: "invalid_input", message: "it is no zip" } satisfies WireError;
      save("科室/月度小结", {
        title: "月度小结",
        description: "",
        language: "zh",
        variables: [],
        text: "写一份月度小结。",
      });
      return { added: ["科室/月度小结"], unchanged: [], refused: ["读我: the prompt has no text"] };
    },
    exportPrompts: async (folder, withReady) => {
      await sleep(150);
      const exported = (withReady ? all() : [...kept.values()]).filter((entry) => !entry.broken).length;
      return { exported, path: `${folder}/prompts.zip` };
    },
  };
}

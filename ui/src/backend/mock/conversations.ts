import type { ConversationSummary, ConversationView, MessageView } from "../types";
import { answerTo, type Canned } from "./answers";
import { usage } from "./stream";

export interface Kept {
  summary: ConversationSummary;
  messages: Map<number, MessageView>;
  /** The message at the end of the branch in use. */
  tip: number | null;
  deleted: boolean;
}

let nextMessage = 1;

export function messageFor(
  role: "user" | "assistant",
  parent: number | null,
  content: string,
  canned: Canned | null,
  at: number,
): MessageView {
  return {
    id: nextMessage++,
    parent,
    role,
    content,
    citations: canned?.citations ?? [],
    unsupported: canned?.unsupported ?? [],
    understood: canned?.understood ?? null,
    abstained: canned?.abstained ?? false,
    forgotten: false,
    stopped: null,
    usage: role === "assistant" ? usage(Math.ceil(content.length / 1.6)) : null,
    sql: canned?.sql ?? null,
    feedback: null,
    siblings: [],
    created_at_ms: at,
  };
}

/** The branch in use, with the other versions at each place. */
export function viewOf(kept: Kept): ConversationView {
  const messages: MessageView[] = [];
  const all = [...kept.messages.values()];
  // One pass instead of one search per message: conversations can be long.
  const byParent = new Map<number | null, number[]>();
  for (const message of all) byParent.set(message.parent, [...(byParent.get(message.parent) ?? []), message.id]);
  for (let id = kept.tip; id !== null;) {
    const message = kept.messages.get(id);
    if (!message) break;
    messages.push({ ...message, siblings: byParent.get(message.parent) ?? [] });
    id = message.parent;
  }
  return { summary: { ...kept.summary, turn_count: messages.length }, messages: messages.reverse() };
}

/** The newest message below this one, always taking the newest version. */
export function tipBelow(kept: Kept, message: number): number {
  let tip = message;
  for (;;) {
    const below = [...kept.messages.values()].filter((one) => one.parent === tip);
    const newest = below[below.length - 1];
    if (!newest) return tip;
    tip = newest.id;
  }
}

function begin(id: number, title: string, at: number): Kept {
  return {
    summary: { id, title, created_at_ms: at, updated_at_ms: at, turn_count: 0 },
    messages: new Map(),
    tip: null,
    deleted: false,
  };
}

export function newConversation(id: number, question: string): Kept {
  return begin(id, question.replace(/\s+/g, " ").slice(0, 40), Date.now());
}

function exchange(kept: Kept, questions: string[]): Kept {
  for (const question of questions) {
    const at = kept.summary.updated_at_ms;
    const asked = messageFor("user", kept.tip, question, null, at);
    const canned = answerTo(question);
    const answer = messageFor("assistant", asked.id, canned.content, canned, at + 9000);
    kept.messages.set(asked.id, asked);
    kept.messages.set(answer.id, answer);
    kept.tip = answer.id;
  }
  return kept;
}

const hour = 3_600_000;

export function someConversations(): Kept[] {
  const now = Date.now();
  const told: [string, string[], number][] = [
    ["差旅住宿标准", ["经理级员工去二类城市出差，住宿费每晚最多报销多少元？", "那总监呢？"], 0.3],
    ["各大区销售额", ["2024 年各大区的销售额分别是多少？"], 2],
    ["公司食堂几点开门", ["公司食堂几点开门？"], 5],
    ["Lost laptop", ["How soon must a lost laptop be reported?"], 26],
    ["苏州仓上线时间", ["云仓二期苏州仓的上线时间推迟到哪一天？"], 30],
    ["Halden Ridge, third quarter", ["What was Halden Ridge's revenue in the third quarter of 2024?"], 54],
    ["报销期限", ["出差回来以后，要在多长时间内提交报销申请？"], 77],
    ["牛顿第三定律", ["牛顿第三定律的内容是什么？"], 200],
    ["不安全的内容", ["不安全的内容会怎样？"], 400],
  ];
  const kept = told.map(([title, questions, hours], index) =>
    exchange(begin(index + 1, title, now - hours * hour), questions),
  );
  // The first has a second version of its last answer, and one that was stopped.
  const first = kept[0];
  if (first) {
    const last = first.messages.get(first.tip ?? 0);
    if (last) {
      const other = { ...last, id: nextMessage++, content: "总监级员工在二类城市的住宿费限额为每晚 550 元。[1]" };
      first.messages.set(other.id, other);
    }
  }
  const late = kept[6];
  if (late) {
    const asked = messageFor("user", late.tip, "逾期了怎么办？", null, now - 70 * hour);
    const answer = messageFor("assistant", asked.id, "无正当理由超过规定期限 30 个工作日", null, now - 70 * hour);
    answer.stopped = "user";
    late.messages.set(asked.id, asked).set(answer.id, answer);
    late.tip = answer.id;
  }
  return kept;
}

/** Ten thousand conversations, the first of them of two thousand messages. */
export function manyConversations(): Kept[] {
  const topics = [
    "差旅报销",
    "销售台账",
    "合同条款",
    "Security handbook",
    "项目例会",
    "季度报告",
    "教案",
    "值班安排",
    "Supplier quotes",
    "数据安全",
  ];
  const now = Date.now();
  const kept = Array.from({ length: 10_000 }, (_, index) =>
    begin(index + 1, `${topics[index % topics.length]} ${index + 1}`, now - index * 0.7 * hour),
  );
  const questions = [
    "经理级员工去二类城市出差，住宿费每晚最多报销多少元？",
    "那总监呢？",
    "How soon must a lost laptop be reported?",
    "出差回来以后，要在多长时间内提交报销申请？",
  ];
  if (kept[0])
    exchange(
      kept[0],
      Array.from({ length: 1000 }, (_, index) => `${questions[index % 4]}（${index + 1}）`),
    );
  return kept;
}

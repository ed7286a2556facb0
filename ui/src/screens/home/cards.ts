// What the home screen offers to try on the samples. A card of a skill appears when the program has the skill.

import type { Persona } from "../../backend";

export interface Card {
  /** Also the key of its texts. */
  id:
    | "policy"
    | "table"
    | "deadline"
    | "handbook"
    | "physics"
    | "change"
    | "summary"
    | "draft"
    | "deck"
    | "lesson"
    | "minutes"
    | "compare";
  icon: "policy" | "table" | "summary" | "draft" | "deck" | "lesson" | "minutes" | "compare";
  files: string[];
  run: { kind: "ask" } | { kind: "skill"; skill: string };
}

const ask = { kind: "ask" } as const;
const skill = (id: string) => ({ kind: "skill", skill: id }) as const;

const cards: Card[] = [
  { id: "policy", icon: "policy", files: ["差旅费管理办法.pdf"], run: ask },
  { id: "table", icon: "table", files: ["2024年销售台账.xlsx"], run: ask },
  { id: "summary", icon: "summary", files: ["2024Q3_quarterly_report.pdf"], run: skill("summarize") },
  { id: "physics", icon: "lesson", files: ["高中物理_第四章_牛顿运动定律.docx"], run: ask },
  {
    id: "change",
    icon: "compare",
    files: ["数据安全管理规定（2024修订）.pdf", "数据安全管理规定（2022版）.pdf"],
    run: ask,
  },
  { id: "deadline", icon: "minutes", files: ["项目周会记录.txt"], run: ask },
  { id: "handbook", icon: "policy", files: ["information-security-handbook.md"], run: ask },
  { id: "draft", icon: "draft", files: ["值班安排说明.txt"], run: skill("draft") },
  { id: "deck", icon: "deck", files: ["差旅费管理办法.docx"], run: skill("slides") },
  { id: "lesson", icon: "lesson", files: ["高中物理_第四章_牛顿运动定律.docx"], run: skill("courseware") },
  { id: "minutes", icon: "minutes", files: ["项目周会记录.txt"], run: skill("minutes") },
  {
    id: "compare",
    icon: "compare",
    files: ["数据安全管理规定（2022版）.pdf", "数据安全管理规定（2024修订）.pdf"],
    run: skill("compare"),
  },
];

const order: Record<Persona, Card["id"][]> = {
  office: ["policy", "table", "summary", "draft", "minutes", "deck", "deadline", "handbook", "change"],
  teacher: ["physics", "lesson", "deck", "summary", "table", "minutes", "policy", "deadline", "handbook"],
  secure: ["policy", "change", "compare", "table", "draft", "summary", "minutes", "handbook", "deadline"],
  explore: ["policy", "table", "summary", "physics", "change", "deadline", "handbook"],
};

/** Six cards at most, those first that fit who the user is. */
export function cardsFor(persona: Persona, skills: string[]): Card[] {
  return order[persona]
    .flatMap((id) => cards.filter((card) => card.id === id))
    .filter((card) => card.run.kind === "ask" || skills.includes(card.run.skill))
    .slice(0, 6);
}

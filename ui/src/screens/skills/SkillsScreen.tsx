import { useQuery } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import type { ComponentType } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { useBackend, type SkillSpec } from "../../backend";
import { Empty, ErrorNote, Waiting } from "../../kit/states";
import { ChartTool } from "./ChartTool";
import { ColumnTool } from "./ColumnTool";
import { FillTool } from "./FillTool";
import { SkillRunner } from "./SkillRunner";

/** The tools that change a workbook: no skills of the registry, since they show before they write. */
const workbookTools: { id: string; title: "column.title" | "fill.title" | "chart.title"; Tool: ComponentType }[] = [
  { id: "sheet-column", title: "column.title", Tool: ColumnTool },
  { id: "sheet-fill", title: "fill.title", Tool: FillTool },
  { id: "sheet-chart", title: "chart.title", Tool: ChartTool },
];

export default function SkillsScreen({ skill }: { skill: string | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const skills = useQuery({ queryKey: ["skills"], queryFn: () => backend.skills(), staleTime: Infinity });
  const tool = workbookTools.find((one) => one.id === skill);
  const chosen = skills.data?.find((one) => one.id === skill) ?? skills.data?.[0];
  return (
    <>
      <Header title={t("nav.skills")} />
      {skills.error ? (
        <ErrorNote large error={skills.error} onRetry={() => void skills.refetch()} />
      ) : !skills.data ? (
        <Waiting />
      ) : !chosen ? (
        <Empty icon={Wrench} title={t("skills.empty")} about={t("skills.emptyAbout")} />
      ) : (
        <div className="flex min-h-0 flex-1">
          <List skills={skills.data} chosen={tool?.id ?? chosen.id} />
          {tool ? <tool.Tool /> : <SkillRunner key={chosen.id} spec={chosen} />}
        </div>
      )}
    </>
  );
}

function List({ skills, chosen }: { skills: SkillSpec[]; chosen: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const tools = [
    ...skills.map((skill) => ({ id: skill.id, name: language === "en" ? skill.name_en : skill.name_zh })),
    ...workbookTools.map(({ id, title }) => ({ id, name: t(title) })),
  ];
  return (
    <nav
      aria-label={t("skills.list")}
      className="w-52 shrink-0 overflow-y-auto border-e border-line p-2 max-[56rem]:w-40"
    >
      {tools.map(({ id, name }) => (
        <button
          key={id}
          type="button"
          aria-current={id === chosen ? "page" : undefined}
          onClick={() => go({ screen: "skills", skill: id })}
          className={`ring-inside block min-h-8 w-full rounded-md px-3 py-1.5 text-start ${id === chosen ? "bg-hover font-medium" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
        >
          {name}
        </button>
      ))}
    </nav>
  );
}

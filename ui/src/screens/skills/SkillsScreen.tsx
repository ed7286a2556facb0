import { useQuery } from "@tanstack/react-query";
import { Wrench } from "lucide-react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { useBackend, type SkillSpec } from "../../backend";
import { Empty, ErrorNote, Waiting } from "../../kit/states";
import { SkillRunner } from "./SkillRunner";

export default function SkillsScreen({ skill }: { skill: string | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const skills = useQuery({ queryKey: ["skills"], queryFn: () => backend.skills(), staleTime: Infinity });
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
          <List skills={skills.data} chosen={chosen.id} />
          <SkillRunner key={chosen.id} spec={chosen} />
        </div>
      )}
    </>
  );
}

function List({ skills, chosen }: { skills: SkillSpec[]; chosen: string }) {
  const { t } = useTranslation();
  const language = useLanguage();
  return (
    <nav
      aria-label={t("skills.list")}
      className="w-52 shrink-0 overflow-y-auto border-e border-line p-2 max-[56rem]:w-40"
    >
      {skills.map((skill) => (
        <button
          key={skill.id}
          type="button"
          aria-current={skill.id === chosen ? "page" : undefined}
          onClick={() => go({ screen: "skills", skill: skill.id })}
          className={`ring-inside block min-h-8 w-full rounded-md px-3 py-1.5 text-start ${skill.id === chosen ? "bg-hover font-medium" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
        >
          {language === "en" ? skill.name_en : skill.name_zh}
        </button>
      ))}
    </nav>
  );
}

import { useQuery } from "@tanstack/react-query";
import { ArrowLeft, Briefcase, Compass, GraduationCap, ShieldCheck, type LucideIcon } from "lucide-react";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Mark } from "../../app/Mark";
import { useChangeSettings, useLanguage } from "../../app/settings";
import { Toasts } from "../../app/toasts";
import { useBackend, type AppInfo, type Language, type Persona } from "../../backend";
import { Button } from "../../kit/Button";
import { Segmented } from "../../kit/fields";
import { ErrorNote, Waiting } from "../../kit/states";
import { addSamples } from "../home/samples";
import { MachineLine } from "../models/MachineLine";
import { ModelChoices } from "../models/ModelChoices";
import { OfflineBadge } from "../network/OfflineBadge";

const personas: { id: Persona; icon: LucideIcon }[] = [
  { id: "office", icon: Briefcase },
  { id: "teacher", icon: GraduationCap },
  { id: "secure", icon: ShieldCheck },
  { id: "explore", icon: Compass },
];

/** Two screens: who you are, and which model. */
export function FirstRun({ info }: { info: AppInfo }) {
  const [persona, setPersona] = useState<Persona | null>(null);
  return (
    <div className="flex h-full flex-col overflow-y-auto">
      <main className="m-auto w-full max-w-3xl px-8 py-10 animate-fade" key={persona ?? "who"}>
        {persona === null ? (
          <Who onChoose={setPersona} />
        ) : (
          <Which info={info} persona={persona} onBack={() => setPersona(null)} />
        )}
      </main>
      <footer className="flex items-center justify-center gap-2 pb-5 text-sm text-ink-2">
        <OfflineBadge />
      </footer>
      <Toasts />
    </div>
  );
}

function Who({ onChoose }: { onChoose: (persona: Persona) => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const change = useChangeSettings();
  return (
    <>
      <div className="flex items-start justify-between gap-6">
        <Mark className="size-11 text-accent" />
        <Segmented<Language>
          label={t("settings.language")}
          value={language}
          options={[
            { value: "zh-CN", label: "中文" },
            { value: "en", label: "English" },
          ]}
          onChange={(next) => void change({ language: next })}
        />
      </div>
      <h1 className="mt-5 text-2xl font-semibold tracking-tight">{t("first.title")}</h1>
      <p className="mt-1.5 max-w-xl text-lg leading-relaxed text-ink-2">{t("first.about")}</p>
      <h2 className="mt-9 text-sm font-medium text-ink-2">{t("first.who")}</h2>
      <div className="mt-2.5 grid grid-cols-2 gap-3 max-[40rem]:grid-cols-1">
        {personas.map(({ id, icon: Icon }) => (
          <button
            key={id}
            type="button"
            onClick={() => onChoose(id)}
            className="flex items-start gap-3.5 rounded-xl border border-line bg-surface p-4 text-start shadow-low transition-colors hover:border-accent"
          >
            <Icon aria-hidden className="mt-0.5 size-5 shrink-0 text-accent" strokeWidth={1.6} />
            <span>
              <span className="block text-lg font-medium">{t(`persona.${id}.name`)}</span>
              <span className="block text-ink-2">{t(`persona.${id}.about`)}</span>
            </span>
          </button>
        ))}
      </div>
      <p className="mt-4 text-sm text-ink-3">{t("first.whoNote")}</p>
    </>
  );
}

function Which({ info, persona, onBack }: { info: AppInfo; persona: Persona; onBack: () => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const change = useChangeSettings();
  const models = useQuery({ queryKey: ["models"], queryFn: () => backend.models() });
  const offered = (models.data ?? []).filter((model) => model.kind === "chat");
  const ready = offered.filter((model) => model.installed && model.fits);
  const best =
    ready.find((model) => model.active) ??
    ready.find((model) => model.tier === "balanced") ??
    ready.find((model) => model.tier !== null) ??
    ready[0];
  const [chosen, setChosen] = useState<string | null>(null);
  const model = ready.find((one) => one.id === chosen) ?? best;
  const finish = async () => {
    await change({ persona, language, chat_model: model?.id ?? null });
    if (info.samples) addSamples(backend);
  };
  return (
    <>
      <Button look="quiet" size="small" icon={ArrowLeft} className="-ms-2" onClick={onBack}>
        {t("action.back")}
      </Button>
      <h1 className="mt-4 text-2xl font-semibold tracking-tight">{t("first.model")}</h1>
      <MachineLine />
      <div className="mt-6">
        {models.error ? (
          <ErrorNote error={models.error} onRetry={() => void models.refetch()} />
        ) : models.data ? (
          <ModelChoices models={models.data} chosen={model?.id ?? null} onChoose={setChosen} />
        ) : (
          <Waiting lines={4} />
        )}
      </div>
      <div className="mt-7 flex items-center gap-4">
        <Button look="primary" size="large" disabled={!models.data} onClick={() => void finish()}>
          {model ? t("first.go") : t("first.goWithout")}
        </Button>
        <p className="min-w-0 flex-1 text-sm text-ink-2">
          {model ? t("first.goNote", { name: model.name }) : t("first.goWithoutNote")}
        </p>
      </div>
    </>
  );
}

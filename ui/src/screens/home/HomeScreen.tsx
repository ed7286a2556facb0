import { useQuery, useQueryClient } from "@tanstack/react-query";
import {
  ArrowRight,
  BookOpenCheck,
  FilePen,
  FolderPlus,
  Landmark,
  ListTodo,
  Presentation,
  ScanText,
  Scale,
  Sheet,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { sidebarOpen } from "../../app/commands";
import { go } from "../../app/router";
import { useAppInfo, useLanguage, useSettings } from "../../app/settings";
import { useStore } from "../../app/store";
import { useBackend } from "../../backend";
import { count } from "../../format/numbers";
import { fileName, joinPath } from "../../format/paths";
import { progressLine } from "../../format/usage";
import { Button } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { ErrorNote, Progress, Waiting } from "../../kit/states";
import { liveAt, startAnswer } from "../ask/live";
import { setPlace } from "../ask/place";
import { useRunningJobs } from "../jobs/running";
import { skillDraft } from "../skills/draft";
import { cardsFor, type Card } from "./cards";
import { samplesState } from "./samples";

const icons: Record<Card["icon"], LucideIcon> = {
  policy: Landmark,
  table: Sheet,
  summary: ScanText,
  draft: FilePen,
  deck: Presentation,
  lesson: BookOpenCheck,
  minutes: ListTodo,
  compare: Scale,
};

export function HomeScreen() {
  const { t } = useTranslation();
  const backend = useBackend();
  const language = useLanguage();
  const settings = useSettings();
  const info = useAppInfo().data;
  const library = useQuery({ queryKey: ["library"], queryFn: () => backend.libraryStatus() });
  const skills = useQuery({ queryKey: ["skills"], queryFn: () => backend.skills() });
  const running = useRunningJobs();
  const samples = useStore(samplesState);
  const withSidebar = useStore(sidebarOpen);
  const adding = running.find((job) => job.kind === "add");
  const files = (library.data?.files_ready ?? 0) + (library.data?.files_words_only ?? 0);
  const cards = cardsFor(
    settings.persona ?? "office",
    (skills.data ?? []).map((skill) => skill.id),
  );
  return (
    <>
      {!withSidebar && <Header title="" />}
      <div className="min-h-0 flex-1 overflow-y-auto">
        <div className="mx-auto max-w-4xl px-8 py-12">
          <h1 className="text-2xl font-semibold tracking-tight">
            {t(`home.greeting.${settings.persona ?? "office"}`)}
          </h1>
          <p className="mt-1 text-ink-2">
            {library.data && files > 0
              ? t("home.files", { count: files, files: count(files, language) })
              : library.data
                ? t("home.noFiles")
                : " "}
          </p>
          {adding && (
            <div className="mt-3 max-w-md" role="status">
              <Progress done={adding.progress?.done ?? 0} total={adding.progress?.total ?? null} label={adding.title} />
              <p className="tabular mt-1 text-sm text-ink-2">
                {adding.progress ? progressLine(adding.progress, t, language) : t("stage.waiting")}
              </p>
            </div>
          )}
          {samples.error && (
            <div className="mt-4">
              <ErrorNote error={samples.error} />
            </div>
          )}
          {library.error && (
            <div className="mt-4">
              <ErrorNote error={library.error} onRetry={() => void library.refetch()} />
            </div>
          )}
          {info?.samples && (
            <section aria-labelledby="home-try" className="mt-8">
              <h2 id="home-try" className="text-sm font-medium text-ink-2">
                {t("home.try")}
              </h2>
              {skills.isPending ? (
                <Waiting lines={3} />
              ) : (
                <ul className="mt-2.5 grid grid-cols-[repeat(auto-fill,minmax(15.5rem,1fr))] gap-3">
                  {cards.map((card) => (
                    <li key={card.id}>
                      <CardButton card={card} samples={info.samples ?? ""} />
                    </li>
                  ))}
                </ul>
              )}
            </section>
          )}
          <section aria-labelledby="home-own" className="mt-8">
            <h2 id="home-own" className="text-sm font-medium text-ink-2">
              {t("home.own")}
            </h2>
            <div className="mt-2.5 flex flex-wrap items-center gap-4 rounded-xl border border-line bg-surface px-5 py-4">
              <div className="min-w-64 flex-1">
                <p className="font-medium">{t("home.ownTitle")}</p>
                <p className="text-sm text-ink-2">{t("home.ownAbout")}</p>
              </div>
              <Button icon={FolderPlus} onClick={() => go({ screen: "library" })}>
                {t("home.ownGo")}
              </Button>
            </div>
          </section>
        </div>
      </div>
    </>
  );
}

function CardButton({ card, samples }: { card: Card; samples: string }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const Icon = icons[card.icon];
  const files = card.files.map((name) => joinPath(samples, name));
  const run = () => {
    if (card.run.kind === "skill") {
      skillDraft.set({ skill: card.run.skill, files, start: true });
      go({ screen: "skills", skill: card.run.skill });
      return;
    }
    const question = t(`home.card.${card.id}.question`);
    // The one that ended badly before gives way; one that is being written goes on and is shown.
    setPlace("new", { draft: "", scope: { paths: files }, attachments: [] });
    const before = liveAt("new").get();
    if (before?.state === "failed") liveAt("new").set(null);
    startAnswer(backend, client, {
      question,
      scope: { paths: files },
      conversation: null,
      parent: null,
      regenerate: null,
    });
    go({ screen: "ask", conversation: null });
  };
  return (
    <button
      type="button"
      onClick={run}
      className="group flex h-full w-full flex-col rounded-xl border border-line bg-surface p-4 text-start shadow-low transition-colors hover:border-line-2 hover:bg-sunken"
    >
      <span className="flex items-center gap-2">
        <Icon aria-hidden className="size-4.5 text-accent" strokeWidth={1.6} />
        <span className="flex-1 font-medium">{t(`home.card.${card.id}.title`)}</span>
        <ArrowRight
          aria-hidden
          className="size-4 text-ink-3 opacity-0 transition-opacity group-hover:opacity-100 group-focus-visible:opacity-100"
        />
      </span>
      <span className="mt-2 flex-1 leading-relaxed text-ink-2">{t(`home.card.${card.id}.question`)}</span>
      <span className="mt-3 flex items-center gap-1.5 text-xs text-ink-3">
        {files[0] && <FileIcon path={files[0]} />}
        <span className="truncate">
          {files[0] ? fileName(files[0]) : ""}
          {files.length > 1 && t("home.andMore", { count: files.length - 1 })}
        </span>
      </span>
    </button>
  );
}

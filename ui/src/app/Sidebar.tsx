import {
  BookOpen,
  Cpu,
  House,
  ListChecks,
  NotebookPen,
  PanelLeftClose,
  Search,
  Settings,
  SquarePen,
  TextQuote,
  Wrench,
  type LucideIcon,
} from "lucide-react";
import { useTranslation } from "react-i18next";
import { Button, IconButton } from "../kit/Button";
import { ConversationList } from "../screens/ask/ConversationList";
import { useRunningJobs } from "../screens/jobs/running";
import { OfflineBadge } from "../screens/network/OfflineBadge";
import { jobsOpen, paletteOpen, runCommand, sidebarOpen, useShortcuts } from "./commands";
import { go, useRoute, type Route } from "./router";
import { Mark } from "./Mark";

/** The conversations come when the rest was drawn: the list measures itself, which holds up the first picture. */
export function Sidebar({ withConversations }: { withConversations: boolean }) {
  const { t } = useTranslation();
  const route = useRoute();
  const keys = useShortcuts();
  const running = useRunningJobs();
  const items: { to: Route; icon: LucideIcon; label: string; keys?: string }[] = [
    { to: { screen: "home" }, icon: House, label: t("nav.home"), keys: keys["home"] },
    { to: { screen: "library" }, icon: BookOpen, label: t("nav.library"), keys: keys["library"] },
    { to: { screen: "write", document: null }, icon: NotebookPen, label: t("nav.write"), keys: keys["write"] },
    { to: { screen: "skills", skill: null }, icon: Wrench, label: t("nav.skills"), keys: keys["skills"] },
    { to: { screen: "prompts", prompt: null }, icon: TextQuote, label: t("nav.prompts"), keys: keys["prompts"] },
    { to: { screen: "models" }, icon: Cpu, label: t("nav.models"), keys: keys["models"] },
  ];
  return (
    <div className="flex w-60 shrink-0 flex-col border-e border-line bg-rail max-[56rem]:w-52">
      <header className="flex h-12 items-center gap-2 ps-4 pe-2">
        <Mark className="size-5 text-accent" />
        <span className="flex-1 text-lg font-semibold">{t("app.name")}</span>
        <IconButton
          icon={Search}
          label={t("command.palette")}
          keys={keys["palette"]}
          onClick={() => paletteOpen.set(true)}
        />
        <IconButton
          icon={PanelLeftClose}
          label={t("nav.hideSidebar")}
          keys={keys["sidebar"]}
          onClick={() => sidebarOpen.set(false)}
        />
      </header>
      <div className="px-3 pb-2">
        <Button className="w-full justify-start!" icon={SquarePen} onClick={() => runCommand("new_conversation")}>
          {t("command.new_conversation")}
        </Button>
      </div>
      <nav aria-label={t("nav.label")} className="px-2 pb-2">
        {items.map((item) => {
          const current = item.to.screen === route.screen;
          return (
            <button
              key={item.to.screen}
              type="button"
              aria-current={current ? "page" : undefined}
              onClick={() => go(item.to)}
              className={`ring-inside flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-start transition-colors ${current ? "bg-hover font-medium text-ink" : "text-ink-2 hover:bg-hover hover:text-ink"}`}
            >
              <item.icon aria-hidden className={`size-4 ${current ? "text-accent" : ""}`} strokeWidth={1.75} />
              {item.label}
            </button>
          );
        })}
        <button
          type="button"
          aria-haspopup="dialog"
          onClick={() => jobsOpen.set(true)}
          className="ring-inside flex h-8 w-full items-center gap-2.5 rounded-md px-2 text-start text-ink-2 transition-colors hover:bg-hover hover:text-ink"
        >
          <ListChecks aria-hidden className="size-4" strokeWidth={1.75} />
          <span className="flex-1">{t("command.jobs")}</span>
          {running.length > 0 && (
            <span className="tabular flex h-4.5 min-w-4.5 items-center justify-center rounded-full bg-accent px-1 text-2xs font-semibold text-on-accent">
              <span aria-hidden>{running.length}</span>
              <span className="sr-only">{t("jobs.running", { count: running.length })}</span>
            </span>
          )}
        </button>
      </nav>
      {withConversations ? <ConversationList /> : <div className="flex-1" />}
      <Foot />
    </div>
  );
}

function Foot() {
  const { t } = useTranslation();
  const route = useRoute();
  const keys = useShortcuts();
  return (
    <footer className="flex items-center gap-1 border-t border-line px-2 py-1.5">
      <button
        type="button"
        aria-current={route.screen === "network" ? "page" : undefined}
        onClick={() => go({ screen: "network" })}
        className="ring-inside flex h-8 min-w-0 flex-1 items-center gap-2 rounded-md px-2 text-start text-sm text-ink-2 hover:bg-hover hover:text-ink"
      >
        <OfflineBadge />
      </button>
      <IconButton
        icon={Settings}
        label={t("command.settings")}
        keys={keys["settings"]}
        side="top"
        onClick={() => go({ screen: "settings", section: "appearance" })}
      />
    </footer>
  );
}

import { PanelLeftOpen } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../kit/Button";
import { OfflineBadge } from "../screens/network/OfflineBadge";
import { sidebarOpen, useShortcuts } from "./commands";
import { go } from "./router";
import { useStore } from "./store";

/** Brings the sidebar back where it is hidden. */
export function ShowSidebar() {
  const { t } = useTranslation();
  const withSidebar = useStore(sidebarOpen);
  const keys = useShortcuts();
  if (withSidebar) return null;
  return (
    <IconButton
      icon={PanelLeftOpen}
      label={t("nav.showSidebar")}
      keys={keys["sidebar"]}
      className="-ms-2"
      onClick={() => sidebarOpen.set(true)}
    />
  );
}

/** The upper edge of a screen: its name, and what can be done there. */
export function Header({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const withSidebar = useStore(sidebarOpen);
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line ps-5 pe-4">
      <ShowSidebar />
      {title ? <h1 className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</h1> : <span className="flex-1" />}
      {!withSidebar && (
        <button
          type="button"
          onClick={() => go({ screen: "network" })}
          className="flex h-8 items-center gap-2 rounded-md px-2 text-sm text-ink-2 hover:bg-hover hover:text-ink"
        >
          <OfflineBadge />
        </button>
      )}
      {children}
    </header>
  );
}

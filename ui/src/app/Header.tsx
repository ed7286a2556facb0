import { PanelLeftOpen } from "lucide-react";
import type { ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { IconButton } from "../kit/Button";
import { sidebarOpen, useShortcuts } from "./commands";
import { useStore } from "./store";

/** The upper edge of a screen: its name, and what can be done there. */
export function Header({ title, children }: { title: ReactNode; children?: ReactNode }) {
  const { t } = useTranslation();
  const withSidebar = useStore(sidebarOpen);
  const keys = useShortcuts();
  return (
    <header className="flex min-h-12 shrink-0 items-center gap-2 border-b border-line ps-5 pe-4">
      {!withSidebar && (
        <IconButton
          icon={PanelLeftOpen}
          label={t("nav.showSidebar")}
          keys={keys["sidebar"]}
          className="-ms-2"
          onClick={() => sidebarOpen.set(true)}
        />
      )}
      {title ? <h1 className="min-w-0 flex-1 truncate text-lg font-semibold">{title}</h1> : <span className="flex-1" />}
      {children}
    </header>
  );
}

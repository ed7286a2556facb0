import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect, useLayoutEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Waiting } from "../kit/states";
import { HomeScreen } from "../screens/home/HomeScreen";
import { openSource } from "../screens/source/open";
import { Boundary } from "./App";
import { commandIds, paletteOpen, runCommand, shortcutsNow, sidebarOpen } from "./commands";
import { useRoute, type Route } from "./router";
import { useSettings } from "./settings";
import { isComposing, isMac, shortcutOf } from "./shortcuts";
import { Sidebar } from "./Sidebar";
import { useStore } from "./store";
import { Toasts } from "./toasts";

// What is not part of the first picture comes after it.
const AskScreen = lazy(askScreen);
const Overlays = lazy(() => import("./Overlays"));
const SourcePanel = lazy(() => import("../screens/source/SourcePanel"));
const LibraryScreen = lazy(() => import("../screens/library/LibraryScreen"));
const SkillsScreen = lazy(() => import("../screens/skills/SkillsScreen"));
const PromptsScreen = lazy(() => import("../screens/prompts/PromptsScreen"));
const ModelsScreen = lazy(() => import("../screens/models/ModelsScreen"));
const SettingsScreen = lazy(() => import("../screens/settings/SettingsScreen"));
const WriteScreen = lazy(() => import("../screens/write/WriteScreen"));
const NetworkScreen = lazy(() => import("../screens/network/NetworkScreen"));

function askScreen() {
  return import("../screens/ask/AskScreen");
}

export function Shell() {
  const { t } = useTranslation();
  const route = useRoute();
  const withSidebar = useStore(sidebarOpen);
  const source = useStore(openSource);
  const tight = useTight();
  const isDrawn = useIsDrawn();
  useGlobalKeys();
  return (
    <div className="flex h-full">
      <a
        href="#main"
        className="sr-only z-50 rounded-md bg-surface px-3 py-1.5 focus:not-sr-only focus:absolute focus:m-2"
        onClick={(event) => {
          event.preventDefault();
          document.getElementById("main")?.focus();
        }}
      >
        {t("app.skip")}
      </a>
      {withSidebar && !(source && tight) && <Sidebar withConversations={isDrawn} />}
      <main id="main" tabIndex={-1} className="flex min-w-0 flex-1 flex-col outline-none">
        <Boundary key={route.screen}>
          <Suspense fallback={<Waiting />}>
            <Screen route={route} />
          </Suspense>
        </Boundary>
      </main>
      {source && (
        <Suspense fallback={null}>
          <SourcePanel source={source} />
        </Suspense>
      )}
      {isDrawn && (
        <Suspense fallback={null}>
          <Overlays />
        </Suspense>
      )}
      <Toasts />
    </div>
  );
}

function Screen({ route }: { route: Route }) {
  switch (route.screen) {
    case "home":
      return <HomeScreen />;
    case "ask":
      return <AskScreen conversation={route.conversation} />;
    case "library":
      return <LibraryScreen />;
    case "write":
      return <WriteScreen document={route.document} />;
    case "skills":
      return <SkillsScreen skill={route.skill} />;
    case "prompts":
      return <PromptsScreen prompt={route.prompt} />;
    case "models":
      return <ModelsScreen />;
    case "settings":
      return <SettingsScreen section={route.section} />;
    case "network":
      return <NetworkScreen />;
  }
}

/** Whether the window was drawn once; the screen that is asked for next is fetched then. */
function useIsDrawn(): boolean {
  const [isDrawn, setIsDrawn] = useState(false);
  useEffect(() => {
    const frame = requestAnimationFrame(() => {
      setIsDrawn(true);
      void askScreen();
    });
    return () => cancelAnimationFrame(frame);
  }, []);
  return isDrawn;
}

/** Whether a source beside the screen leaves no room for the sidebar, at this size of text. */
function useTight(): boolean {
  const { text_size } = useSettings();
  const [width, setWidth] = useState(innerWidth);
  useEffect(() => {
    const onResize = () => setWidth(innerWidth);
    addEventListener("resize", onResize);
    return () => removeEventListener("resize", onResize);
  }, []);
  return width < (68 * 16 * text_size) / 100;
}

function useGlobalKeys() {
  const client = useQueryClient();
  const [capturing] = useState(() => ({ isCapturing: () => document.body.dataset["capture"] === "keys" }));
  useLayoutEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      // What a field made use of, as the editor of Ctrl+B, is done.
      if (event.defaultPrevented || isComposing(event) || capturing.isCapturing()) return;
      const pressed = shortcutOf(event, isMac);
      if (!pressed) return;
      // Asked for now, not when this was drawn: a key that is shown as bound already works.
      const shortcuts = shortcutsNow(client);
      const command = commandIds.find((id) => shortcuts[id] === pressed);
      if (!command) return;
      // While the palette is open only its own key works, so that typing in it does not move the window under it.
      if (paletteOpen.get() && command !== "palette") return;
      event.preventDefault();
      runCommand(command);
    };
    addEventListener("keydown", onKey);
    return () => removeEventListener("keydown", onKey);
  }, [client, capturing]);
}

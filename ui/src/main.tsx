import "./styles/index.css";
import { QueryClient } from "@tanstack/react-query";
import { createRoot } from "react-dom/client";
import { App } from "./app/App";
import { appInfoQuery } from "./app/settings";
import { isMac } from "./app/shortcuts";
import { openBackend } from "./backend";
import { startTranslations } from "./i18n";

const root = document.getElementById("root");
if (!root) throw new Error("index.html has no #root");
// For what differs between systems in the styles: the names of their fonts.
document.documentElement.dataset["system"] = isMac ? "mac" : /Win/.test(navigator.platform) ? "windows" : "linux";
startTranslations(navigator.language.startsWith("zh") ? "zh-CN" : "en");

const client = new QueryClient({
  defaultOptions: {
    // The program is on this machine and says what changed: no retries, no reading again on focus.
    queries: {
      retry: false,
      refetchOnWindowFocus: false,
      refetchOnReconnect: false,
      networkMode: "always",
      staleTime: 30_000,
    },
    mutations: { retry: false, networkMode: "always" },
  },
});

/** Most answers are there by now; for one that takes longer the window shows that it waits. */
const patienceMs = 50;

void openBackend().then(async (backend) => {
  const answered = client.prefetchQuery(appInfoQuery(backend));
  await Promise.race([answered, new Promise((resume) => setTimeout(resume, patienceMs))]);
  createRoot(root).render(<App backend={backend} client={client} />);
});

import { QueryClientProvider, useQueryClient, type QueryClient } from "@tanstack/react-query";
import { Tooltip } from "radix-ui";
import { Component, useEffect, type ErrorInfo, type ReactNode } from "react";
import { BackendProvider, useBackend, type Backend, type Changed } from "../backend";
import { ErrorNote, Waiting } from "../kit/states";
import { FirstRun } from "../screens/first-run/FirstRun";
import { useAppearance, useAppInfo } from "./settings";
import { Shell } from "./Shell";

export function App({ backend, client }: { backend: Backend; client: QueryClient }) {
  return (
    <BackendProvider value={backend}>
      <QueryClientProvider client={client}>
        <Tooltip.Provider delayDuration={500} skipDelayDuration={200}>
          <Boundary>
            <Window />
          </Boundary>
        </Tooltip.Provider>
      </QueryClientProvider>
    </BackendProvider>
  );
}

function Window() {
  const backend = useBackend();
  const info = useAppInfo();
  useAppearance();
  useReadAgain();
  const ready = info.isSuccess;
  useEffect(() => {
    if (ready) requestAnimationFrame(() => void backend.painted().catch(() => {}));
  }, [ready, backend]);
  if (info.error) return <ErrorNote large error={info.error} onRetry={() => void info.refetch()} />;
  if (!info.data) return <Waiting />;
  return info.data.settings.persona === null ? <FirstRun info={info.data} /> : <Shell />;
}

const keysOf: Record<Changed, string[]> = {
  library: ["library", "sources", "source"],
  conversations: ["conversations"],
  manuscripts: ["manuscripts"],
  jobs: ["jobs"],
  models: ["models", "machine"],
  settings: ["app"],
};

/** What changed in the program is read again by the views that show it. */
function useReadAgain() {
  const backend = useBackend();
  const client = useQueryClient();
  useEffect(
    () =>
      backend.onChanged((what) => {
        for (const key of keysOf[what]) void client.invalidateQueries({ queryKey: [key] });
        if (what === "jobs") void client.invalidateQueries({ queryKey: ["network"] });
      }),
    [backend, client],
  );
}

/** A fault in a view leaves the window standing. */
class Boundary extends Component<{ children: ReactNode }, { error: Error | null }> {
  override state = { error: null };
  static getDerivedStateFromError(error: Error) {
    return { error };
  }
  override componentDidCatch(error: Error, info: ErrorInfo) {
    console.error(error, info.componentStack);
  }
  override render() {
    return this.state.error ? (
      <ErrorNote large error={this.state.error} onRetry={() => this.setState({ error: null })} />
    ) : (
      this.props.children
    );
  }
}

export { Boundary };

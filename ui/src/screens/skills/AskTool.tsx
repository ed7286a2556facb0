import { Square, type LucideIcon } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import type { Running, WorkbookChange } from "../../backend";
import { isCancelled } from "../../errors/table";
import { Button } from "../../kit/Button";
import { TextField } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";
import { WorkbookField, WriteButtons } from "./workbook";

type State<P> =
  | { is: "idle" }
  | { is: "working" }
  | { is: "failed"; error: unknown }
  | { is: "shown"; proposal: P; written: WorkbookChange | null };

/** What a proposal needs to be written. */
interface Writable {
  id: number;
  path: string;
}

/** The words of a tool. */
interface Words {
  title: string;
  about: string;
  /** What the sentence says, and one for example. */
  ask: string;
  example: string;
  go: string;
  /** What the shown proposal is. */
  result: string;
  /** What the name of a copy ends in. */
  copySuffix: string;
}

/** A workbook and a sentence, and what writing it would change: shown, then written, then undone if wished. */
export function AskTool<P extends Writable>(props: {
  words: Words;
  icon: LucideIcon;
  suggest: (path: string, ask: string) => Running<P>;
  children: (proposal: P) => ReactNode;
}) {
  const { t } = useTranslation();
  const { words } = props;
  const [path, setPath] = useState<string | null>(null);
  const [ask, setAsk] = useState("");
  const [state, setState] = useState<State<P>>({ is: "idle" });
  const call = useRef<Running<P> | null>(null);

  const stop = useCallback(() => {
    call.current?.cancel();
    call.current = null;
  }, []);
  const choose = useCallback(
    (book: string | null) => {
      // What is worked out for another workbook is not shown for this one.
      stop();
      setPath(book);
      setState({ is: "idle" });
    },
    [stop],
  );
  // What was asked for is not needed once nobody looks.
  useEffect(() => stop, [stop]);

  const suggest = () => {
    if (!path || !ask.trim()) return;
    setState({ is: "working" });
    const running = props.suggest(path, ask.trim());
    call.current = running;
    const show = (next: State<P>) => call.current === running && setState(next);
    running.result.then(
      (proposal) => show({ is: "shown", proposal, written: null }),
      (error: unknown) => show(isCancelled(error) ? { is: "idle" } : { is: "failed", error }),
    );
  };

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-8 py-6">
        <h2 className="text-xl font-semibold">{words.title}</h2>
        <p className="mt-1 text-ink-2">{words.about}</p>
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            suggest();
          }}
        >
          <WorkbookField path={path} onChoose={choose} />
          <TextField
            aria-label={words.ask}
            placeholder={words.example}
            value={ask}
            onChange={(event) => setAsk(event.target.value)}
          />
          <div>
            {state.is === "working" ? (
              <Button icon={Square} onClick={() => call.current?.cancel()}>
                {t("action.stop")}
              </Button>
            ) : (
              <Button
                type="submit"
                icon={props.icon}
                look={state.is === "shown" ? "plain" : "primary"}
                disabled={!path || !ask.trim()}
              >
                {words.go}
              </Button>
            )}
          </div>
        </form>
        {state.is === "working" && (
          <div className="mt-6" role="status">
            <Progress done={0} total={null} label={t("stage.calculating")} />
          </div>
        )}
        {state.is === "failed" && (
          <div className="mt-6">
            <ErrorNote error={state.error} onRetry={suggest} />
          </div>
        )}
        {state.is === "shown" && (
          <section aria-label={words.result} className="mt-6 border-t border-line pt-5">
            {props.children(state.proposal)}
            <div className="mt-4 flex flex-wrap items-center gap-3">
              <WriteButtons
                proposal={state.proposal.id}
                path={state.proposal.path}
                copySuffix={words.copySuffix}
                written={state.written}
                onWritten={(written) => setState({ ...state, written })}
              />
            </div>
          </section>
        )}
      </div>
    </div>
  );
}

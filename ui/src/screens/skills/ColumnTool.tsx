import { Calculator, Square } from "lucide-react";
import { useCallback, useEffect, useRef, useState, type ReactNode } from "react";
import { useTranslation } from "react-i18next";
import { useBackend, type ColumnProposal, type Running, type WorkbookChange } from "../../backend";
import { isCancelled } from "../../errors/table";
import { Button } from "../../kit/Button";
import { TextField } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";
import { Changes, WorkbookField, WriteButtons } from "./workbook";

type State =
  | { is: "idle" }
  | { is: "working" }
  | { is: "failed"; error: unknown }
  | { is: "shown"; proposal: ColumnProposal; written: WorkbookChange | null };

/** A column of formulas, asked for in words: shown over the user's rows, then written, then undone if wished. */
export function ColumnTool() {
  const { t } = useTranslation();
  const backend = useBackend();
  const [path, setPath] = useState<string | null>(null);
  const [ask, setAsk] = useState("");
  const [state, setState] = useState<State>({ is: "idle" });
  const call = useRef<Running<ColumnProposal> | null>(null);

  const choose = useCallback((book: string | null) => {
    setPath(book);
    setState({ is: "idle" });
  }, []);
  // What was asked for is not needed once nobody looks.
  useEffect(() => () => call.current?.cancel(), []);

  const suggest = () => {
    if (!path || !ask.trim()) return;
    setState({ is: "working" });
    const running = backend.suggestColumn({ path, ask: ask.trim(), table: null, column: null }, () => {});
    call.current = running;
    running.result.then(
      (proposal) => setState({ is: "shown", proposal, written: null }),
      (error: unknown) => setState(isCancelled(error) ? { is: "idle" } : { is: "failed", error }),
    );
  };

  return (
    <div className="min-w-0 flex-1 overflow-y-auto">
      <div className="mx-auto max-w-3xl px-8 py-6">
        <h2 className="text-xl font-semibold">{t("column.title")}</h2>
        <p className="mt-1 text-ink-2">{t("column.about")}</p>
        <form
          className="mt-5 flex flex-col gap-4"
          onSubmit={(event) => {
            event.preventDefault();
            suggest();
          }}
        >
          <WorkbookField path={path} onChoose={choose} />
          <TextField
            aria-label={t("column.ask")}
            placeholder={t("column.example")}
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
                icon={Calculator}
                look={state.is === "shown" ? "plain" : "primary"}
                disabled={!path || !ask.trim()}
              >
                {t("column.go")}
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
          <Shown proposal={state.proposal}>
            <WriteButtons
              proposal={state.proposal.id}
              path={state.proposal.path}
              written={state.written}
              onWritten={(written) => setState({ ...state, written })}
            />
          </Shown>
        )}
      </div>
    </div>
  );
}

function Shown({ proposal, children }: { proposal: ColumnProposal; children: ReactNode }) {
  const { t } = useTranslation();
  return (
    <section aria-label={t("column.result")} className="mt-6 border-t border-line pt-5">
      <h3 className="text-lg font-medium">
        {proposal.header}
        <span className="ms-3 text-sm font-normal text-ink-2">
          {t("column.table", { sheet: proposal.sheet, range: proposal.range })}
        </span>
      </h3>
      <p className="mt-2 rounded-md bg-sunken px-3 py-2 font-mono text-sm break-all">{proposal.formula}</p>
      {proposal.explanation.map((line) => (
        <p key={line} className="mt-1.5 text-ink-2">
          {line}
        </p>
      ))}
      {proposal.is_by_model && <p className="mt-1.5 text-sm text-warn">{t("column.byModel")}</p>}
      {proposal.notes.map((note) => (
        <p key={note} className="mt-1.5 text-sm text-warn">
          {note}
        </p>
      ))}
      <Changes changes={proposal.changes} all={proposal.cells} />
      <div className="mt-4 flex flex-wrap items-center gap-3">{children}</div>
    </section>
  );
}

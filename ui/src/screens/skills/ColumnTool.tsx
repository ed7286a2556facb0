import { Calculator, FileSpreadsheet, FolderOpen, Square, Undo2, X } from "lucide-react";
import { useEffect, useRef, useState } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend, type ColumnProposal, type Running, type WorkbookChange } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { Button, IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";
import { TextField } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";

const workbooks = ["xlsx", "xlsm"];

type State =
  | { is: "idle" }
  | { is: "working" }
  | { is: "failed"; error: unknown }
  | { is: "shown"; proposal: ColumnProposal }
  | { is: "written"; proposal: ColumnProposal; change: WorkbookChange };

/** A column of formulas, asked for in words: shown over the user's rows, then written, then undone if wished. */
export function ColumnTool() {
  const { t } = useTranslation();
  const backend = useBackend();
  const [path, setPath] = useState<string | null>(null);
  const [ask, setAsk] = useState("");
  const [state, setState] = useState<State>({ is: "idle" });
  const call = useRef<Running<ColumnProposal> | null>(null);

  const choose = (paths: string[]) => {
    const book = paths.find((one) => workbooks.some((kind) => one.toLowerCase().endsWith(`.${kind}`)));
    if (!book) return;
    setPath(book);
    setState({ is: "idle" });
  };
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        if (event.kind === "drop") choose(event.paths);
      }),
    [backend],
  );
  // What was asked for is not needed once nobody looks.
  useEffect(() => () => call.current?.cancel(), []);

  const suggest = () => {
    if (!path || !ask.trim()) return;
    setState({ is: "working" });
    const running = backend.suggestColumn({ path, ask: ask.trim(), table: null, column: null }, () => {});
    call.current = running;
    running.result.then(
      (proposal) => setState({ is: "shown", proposal }),
      (error: unknown) => setState(isCancelled(error) ? { is: "idle" } : { is: "failed", error }),
    );
  };
  const write = (proposal: ColumnProposal, copy: string | null) =>
    void backend.writeColumn(proposal.id, copy).then(
      (change) => setState({ is: "written", proposal, change }),
      (error: unknown) => showToast({ kind: "error", error: toWireError(error) }),
    );
  const undo = (change: WorkbookChange, proposal: ColumnProposal) =>
    void backend.undoWorkbookChange(change.id).then(
      () => setState({ is: "shown", proposal }),
      (error: unknown) => showToast({ kind: "error", error: toWireError(error) }),
    );

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
          <div className="flex items-center gap-3">
            <Button
              icon={FileSpreadsheet}
              onClick={() =>
                void backend.pickFiles({ folders: false, multiple: false, extensions: workbooks }).then(choose)
              }
            >
              {t("column.choose")}
            </Button>
            {path ? (
              <span className="flex min-w-0 items-center gap-2" title={path}>
                <FileIcon path={path} />
                <span className="truncate">{fileName(path)}</span>
                <IconButton
                  size="small"
                  icon={X}
                  label={t("composer.remove", { name: fileName(path) })}
                  onClick={() => setPath(null)}
                />
              </span>
            ) : (
              <span className="text-ink-2">{t("column.none")}</span>
            )}
          </div>
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
                look={state.is === "shown" || state.is === "written" ? "plain" : "primary"}
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
        {(state.is === "shown" || state.is === "written") && (
          <Shown proposal={state.proposal}>
            {state.is === "shown" ? (
              <>
                <Button look="primary" onClick={() => write(state.proposal, null)}>
                  {t("column.write")}
                </Button>
                <Button onClick={() => write(state.proposal, copyOf(state.proposal.path, t("column.copySuffix")))}>
                  {t("column.copy")}
                </Button>
                <span className="text-sm text-ink-2">{t("column.backup")}</span>
              </>
            ) : (
              <>
                <span role="status" className="min-w-0 truncate">
                  {t("column.written", { name: fileName(state.change.path) })}
                </span>
                <Button icon={Undo2} onClick={() => undo(state.change, state.proposal)}>
                  {t("action.undo")}
                </Button>
                <Button icon={FolderOpen} onClick={() => void backend.reveal(state.change.path)}>
                  {t("action.reveal")}
                </Button>
              </>
            )}
          </Shown>
        )}
      </div>
    </div>
  );
}

/** Of `台账.xlsx` `台账（加列）.xlsx` beside it. */
function copyOf(path: string, suffix: string): string {
  const dot = path.lastIndexOf(".");
  return `${path.slice(0, dot)}${suffix}${path.slice(dot)}`;
}

function Shown({ proposal, children }: { proposal: ColumnProposal; children: React.ReactNode }) {
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
      <div
        className="mt-4 max-h-72 overflow-y-auto rounded-lg border border-line"
        // Scrolled by keys as well.
        tabIndex={0}
        role="region"
        aria-label={t("column.changes")}
      >
        <table className="tabular w-full text-sm">
          <thead className="sticky top-0 bg-sunken text-start text-ink-2">
            <tr>
              <th className="px-3 py-1.5 text-start font-normal">{t("column.cell")}</th>
              <th className="px-3 py-1.5 text-start font-normal">{t("column.before")}</th>
              <th className="px-3 py-1.5 text-start font-normal">{t("column.after")}</th>
            </tr>
          </thead>
          <tbody>
            {proposal.changes.map((change) => (
              <tr key={change.cell} className="border-t border-line">
                <td className="px-3 py-1 text-ink-2">{change.cell}</td>
                <td className="px-3 py-1">{change.before}</td>
                <td className="px-3 py-1">{change.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1.5 text-sm text-ink-2">{t("column.all", { count: proposal.cells })}</p>
      <div className="mt-4 flex flex-wrap items-center gap-3">{children}</div>
    </section>
  );
}

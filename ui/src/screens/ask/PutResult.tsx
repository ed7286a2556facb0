import { useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import {
  useBackend,
  type ChartChoice,
  type ResultProposal,
  type SheetAnswer,
  type WorkbookChange,
} from "../../backend";
import { isCancelled } from "../../errors/table";
import { Dialog } from "../../kit/Dialog";
import { Segmented } from "../../kit/fields";
import { ErrorNote, Progress } from "../../kit/states";
import { WriteButtons } from "../skills/workbook";

const choices: ChartChoice[] = ["auto", "bar", "line", "pie", "none"];
const rowsShown = 20;

type State =
  | { is: "working" }
  | { is: "failed"; error: unknown }
  | { is: "shown"; proposal: ResultProposal; written: WorkbookChange | null };

/** The workbook that a result can be put into: one that can be changed; null when the cells are of other files. */
export function workbookOf(sheet: SheetAnswer): string | null {
  const path = sheet.cells[0]?.path ?? "";
  return /\.xls[xm]$/i.test(path) && sheet.rows.length > 0 && !sheet.abstained ? path : null;
}

/** Shows the sheet that a result becomes, then writes it into its workbook or a copy, then takes it back if wished. */
export function PutResult(props: { sheet: SheetAnswer; path: string; question: string; onClose: () => void }) {
  const { t } = useTranslation();
  const { sheet, path, question } = props;
  const backend = useBackend();
  const [chart, setChart] = useState<ChartChoice>("auto");
  const [tries, setTries] = useState(0);
  const [state, setState] = useState<State>({ is: "working" });

  useEffect(() => {
    const paths = [path, ...sheet.cells.map((read) => read.path).filter((other) => other !== path)];
    const params = { paths: [...new Set(paths)], question, sql: sheet.sql, chart, name: null };
    const running = backend.suggestResult(params, () => {});
    let left = false;
    running.result.then(
      (proposal) => !left && setState({ is: "shown", proposal, written: null }),
      (error: unknown) => !left && !isCancelled(error) && setState({ is: "failed", error }),
    );
    return () => {
      left = true;
      running.cancel();
    };
  }, [backend, path, question, sheet, chart, tries]);

  const again = (next: ChartChoice) => {
    setState({ is: "working" });
    setChart(next);
    setTries(tries + 1);
  };
  const isWritten = state.is === "shown" && state.written !== null;
  return (
    <Dialog open wide onClose={props.onClose} title={t("putResult.title")} about={t("putResult.about")}>
      <div className="flex flex-col items-start gap-4 pt-2">
        {!isWritten && (
          <Segmented
            label={t("putResult.chart")}
            value={chart}
            onChange={again}
            options={choices.map((value) => ({ value, label: t(`putResult.kind.${value}`) }))}
          />
        )}
        {state.is === "working" && (
          <div role="status">
            <Progress done={0} total={null} label={t("stage.calculating")} />
          </div>
        )}
        {state.is === "failed" && <ErrorNote error={state.error} onRetry={() => again(chart)} />}
        {state.is === "shown" && (
          <>
            <Preview proposal={state.proposal} />
            <div className="flex flex-wrap items-center gap-3">
              <WriteButtons
                proposal={state.proposal.id}
                path={state.proposal.path}
                copySuffix={t("putResult.copySuffix")}
                written={state.written}
                onWritten={(written) =>
                  // Taken back, it is worked out anew: the workbook is another file now.
                  written ? setState({ ...state, written }) : again(chart)
                }
              />
            </div>
          </>
        )}
      </div>
    </Dialog>
  );
}

/** As the program writes numbers into cells: grouped, with a percent sign or none. */
const number = /^-?[\d,]+(\.\d+)?%?$/;

function Preview({ proposal }: { proposal: ResultProposal }) {
  const { t } = useTranslation();
  const rows = proposal.rows.slice(0, rowsShown);
  const isNumeric = proposal.columns.map((_, at) =>
    proposal.rows.every((row) => row[at] === "" || number.test(row[at] ?? "")),
  );
  return (
    <section aria-label={t("putResult.preview")} className="w-full">
      <h3 className="font-medium">
        {t("putResult.sheet", { sheet: proposal.sheet, range: proposal.range })}
        <span className="ms-3 text-sm font-normal text-ink-2">
          {proposal.chart ? t(`putResult.with.${proposal.chart}`) : t("putResult.with.none")}
        </span>
      </h3>
      <div
        className="mt-2 max-h-60 overflow-auto rounded-lg border border-line"
        tabIndex={0}
        role="group"
        aria-label={t("putResult.preview")}
      >
        <table className="tabular w-full text-sm">
          <thead className="sticky top-0 bg-sunken text-ink-2">
            <tr>
              {proposal.columns.map((column, at) => (
                <th
                  key={column}
                  scope="col"
                  className={`px-3 py-1.5 font-normal ${isNumeric[at] ? "text-end" : "text-start"}`}
                >
                  {column}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {rows.map((row, index) => (
              <tr key={index} className="border-t border-line">
                {row.map((value, at) => (
                  <td key={at} className={`px-3 py-1 ${isNumeric[at] ? "text-end" : ""}`}>
                    {value}
                  </td>
                ))}
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1.5 text-sm text-ink-2">{t("putResult.rows", { count: proposal.row_count })}</p>
      {proposal.notes.map((note) => (
        <p key={note} className="mt-1 text-sm break-words text-ink-2">
          {note}
        </p>
      ))}
    </section>
  );
}

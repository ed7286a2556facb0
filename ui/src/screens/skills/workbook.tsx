// What the tools that change a workbook share: choosing one, the cells before and after, writing and taking back.

import { FileSpreadsheet, FolderOpen, Undo2, X } from "lucide-react";
import { useEffect } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend, type CellChange, type WorkbookChange } from "../../backend";
import { toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";
import { Button, IconButton } from "../../kit/Button";
import { FileIcon } from "../../kit/FileIcon";

const workbooks = ["xlsx", "xlsm"];
/** Rows of a table of changes; a long column is judged by its beginning. */
const rowsShown = 200;

/** Chooses a workbook by a dialog or by dropping it. */
export function WorkbookField({ path, onChoose }: { path: string | null; onChoose: (path: string | null) => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        if (event.kind === "drop") take(event.paths, onChoose);
      }),
    [backend, onChoose],
  );
  return (
    <div className="flex items-center gap-3">
      <Button
        icon={FileSpreadsheet}
        onClick={() =>
          void backend
            .pickFiles({ folders: false, multiple: false, extensions: workbooks })
            .then((paths) => take(paths, onChoose))
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
            onClick={() => onChoose(null)}
          />
        </span>
      ) : (
        <span className="text-ink-2">{t("column.none")}</span>
      )}
    </div>
  );
}

function take(paths: string[], onChoose: (path: string) => void) {
  const book = paths.find((one) => workbooks.some((kind) => one.toLowerCase().endsWith(`.${kind}`)));
  if (book) onChoose(book);
}

/** The cells that will change, the first of them. */
export function Changes({ changes, all }: { changes: CellChange[]; all: number }) {
  const { t } = useTranslation();
  return (
    <>
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
            {changes.slice(0, rowsShown).map((change) => (
              <tr key={change.cell} className="border-t border-line">
                <td className="px-3 py-1 text-ink-2">{change.cell}</td>
                <td className="px-3 py-1">{change.before}</td>
                <td className="px-3 py-1">{change.after}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      <p className="mt-1.5 text-sm text-ink-2">{t("column.all", { count: all })}</p>
    </>
  );
}

/** What the user should look at before writing: that the model had a part in it, and notes. */
export function Warnings({ byModel, notes }: { byModel: string | null; notes: string[] }) {
  const lines = byModel === null ? notes : [byModel, ...notes];
  return lines.map((line) => (
    <p key={line} className="mt-1.5 text-sm text-warn">
      {line}
    </p>
  ));
}

/** Writes a proposal into its workbook or a copy, and takes that back. */
export function WriteButtons(props: {
  proposal: number;
  path: string;
  /** What the name of a copy ends in. */
  copySuffix?: string;
  written: WorkbookChange | null;
  onWritten: (change: WorkbookChange | null) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const { written, onWritten } = props;
  const fail = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });
  const write = (copy: string | null) => void backend.writeColumn(props.proposal, copy).then(onWritten, fail);
  const undo = (change: WorkbookChange) => void backend.undoWorkbookChange(change.id).then(() => onWritten(null), fail);
  return written ? (
    <>
      <span role="status" className="min-w-0 truncate">
        {t("column.written", { name: fileName(written.path) })}
      </span>
      <Button icon={Undo2} onClick={() => undo(written)}>
        {t("action.undo")}
      </Button>
      <Button icon={FolderOpen} onClick={() => void backend.reveal(written.path).catch(fail)}>
        {t("action.reveal")}
      </Button>
    </>
  ) : (
    <>
      <Button look="primary" onClick={() => write(null)}>
        {t("column.write")}
      </Button>
      <Button onClick={() => write(copyOf(props.path, props.copySuffix ?? t("column.copySuffix")))}>
        {t("column.copy")}
      </Button>
      <span className="text-sm text-ink-2">{t("column.backup")}</span>
    </>
  );
}

/** Of `台账.xlsx` `台账（加列）.xlsx` beside it. */
function copyOf(path: string, suffix: string): string {
  const dot = path.lastIndexOf(".");
  return `${path.slice(0, dot)}${suffix}${path.slice(dot)}`;
}

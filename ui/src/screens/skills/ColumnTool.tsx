import { Calculator } from "lucide-react";
import { useTranslation } from "react-i18next";
import { useBackend, type ColumnProposal } from "../../backend";
import { AskTool } from "./AskTool";
import { Changes, Warnings } from "./workbook";

/** A column of formulas, asked for in words: shown over the user's rows, then written, then undone if wished. */
export function ColumnTool() {
  const { t } = useTranslation();
  const backend = useBackend();
  return (
    <AskTool<ColumnProposal>
      icon={Calculator}
      words={{
        title: t("column.title"),
        about: t("column.about"),
        ask: t("column.ask"),
        example: t("column.example"),
        go: t("column.go"),
        result: t("column.result"),
        copySuffix: t("column.copySuffix"),
      }}
      suggest={(path, ask) => backend.suggestColumn({ path, ask, table: null, column: null }, () => {})}
    >
      {(proposal) => <Shown proposal={proposal} />}
    </AskTool>
  );
}

function Shown({ proposal }: { proposal: ColumnProposal }) {
  const { t } = useTranslation();
  return (
    <>
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
      <Warnings byModel={proposal.is_by_model ? t("column.byModel") : null} notes={proposal.notes} />
      <Changes changes={proposal.changes} all={proposal.cells} />
    </>
  );
}

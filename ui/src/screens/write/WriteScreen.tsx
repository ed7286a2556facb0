import { useQuery, useQueryClient } from "@tanstack/react-query";
import { FilePlus, FileText, Plus, Trash2 } from "lucide-react";
import { lazy, Suspense, useCallback, useEffect } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { useLanguage } from "../../app/settings";
import { showToast } from "../../app/toasts";
import { useBackend, type ManuscriptSummary } from "../../backend";
import { toWireError } from "../../errors/table";
import { count, moment } from "../../format/numbers";
import { Button, IconButton } from "../../kit/Button";
import { Empty, ErrorNote, Waiting } from "../../kit/states";

const EditorScreen = lazy(() => import("./EditorScreen"));

const readable = ["docx", "md", "txt", "html", "odt", "rtf", "pdf", "doc"];

export default function WriteScreen({ document }: { document: number | null }) {
  return document === null ? (
    <Documents />
  ) : (
    <Suspense fallback={<Waiting lines={8} />}>
      <EditorScreen key={document} id={document} />
    </Suspense>
  );
}

/** The documents that there are, and ways to begin one. */
function Documents() {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const documents = useQuery({ queryKey: ["manuscripts"], queryFn: () => backend.manuscripts() });
  const failed = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });
  const readAgain = () => void client.invalidateQueries({ queryKey: ["manuscripts"] });

  const begin = () =>
    void backend
      .newManuscript({ title: "", content: { passages: [], comments: [], citations: [] } })
      .then((stored) => go({ screen: "write", document: stored.summary.id }), failed);
  const bring = useCallback(
    async (path: string | undefined) => {
      if (path === undefined) return;
      try {
        const made = await backend.importManuscript(path);
        const [warning] = made.warnings;
        if (warning) {
          const words = t(warning.code === "omitted" ? "write.picturesLeft" : `error.${warning.code}`, {
            subject: t("error.this"),
            defaultValue: warning.message,
          });
          showToast({ kind: "note", text: words });
        }
        go({ screen: "write", document: made.summary.id });
      } catch (error) {
        showToast({ kind: "error", error: toWireError(error) });
      }
    },
    [backend, t],
  );
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        if (event.kind === "drop") void bring(event.paths[0]);
      }),
    [backend, bring],
  );
  const remove = (one: ManuscriptSummary) =>
    void backend.deleteManuscript(one.id).then(() => {
      readAgain();
      showToast({
        kind: "note",
        text: t("write.deleted", { title: one.title || t("write.untitled") }),
        action: {
          label: t("action.undo"),
          run: () => void backend.undeleteManuscript(one.id).then(readAgain, failed),
        },
      });
    }, failed);
  const actions = (
    <>
      <Button icon={FilePlus} onClick={() => void pick(backend).then(bring)}>
        {t("write.import")}
      </Button>
      <Button look="primary" icon={Plus} onClick={begin}>
        {t("write.new")}
      </Button>
    </>
  );
  return (
    <>
      <Header title={t("nav.write")}>{actions}</Header>
      {documents.error ? (
        <ErrorNote large error={documents.error} onRetry={() => void documents.refetch()} />
      ) : !documents.data ? (
        <Waiting />
      ) : documents.data.length === 0 ? (
        <Empty icon={FileText} title={t("write.empty")} about={t("write.emptyAbout")}>
          <Button onClick={begin}>{t("write.new")}</Button>
        </Empty>
      ) : (
        <ul aria-label={t("write.list")} className="min-h-0 flex-1 overflow-y-auto px-3 py-2">
          {documents.data.map((one) => (
            <Row key={one.id} one={one} onDelete={() => remove(one)} />
          ))}
        </ul>
      )}
    </>
  );
}

function pick(backend: ReturnType<typeof useBackend>): Promise<string | undefined> {
  return backend.pickFiles({ folders: false, multiple: false, extensions: readable }).then((paths) => paths[0]);
}

function Row({ one, onDelete }: { one: ManuscriptSummary; onDelete: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const title = one.title || t("write.untitled");
  return (
    <li className="flex items-center gap-1 rounded-md hover:bg-hover">
      <button
        type="button"
        onClick={() => go({ screen: "write", document: one.id })}
        className="ring-inside flex h-11 min-w-0 flex-1 items-center gap-3 rounded-md px-3 text-start"
      >
        <FileText aria-hidden className="size-4 shrink-0 text-ink-3" strokeWidth={1.75} />
        <span className="min-w-0 flex-1 truncate font-medium">{title}</span>
        <span className="tabular shrink-0 text-sm text-ink-2">
          {t("write.characters", { count: one.characters, shown: count(one.characters, language) })}
        </span>
        <span className="tabular w-24 shrink-0 text-end text-sm text-ink-2">{moment(one.updated_at_ms, language)}</span>
      </button>
      <IconButton icon={Trash2} label={t("write.delete", { title })} onClick={onDelete} className="me-1" />
    </li>
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { Download, Plus, TextQuote, Upload } from "lucide-react";
import { useCallback, useEffect, useState } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { go } from "../../app/router";
import { showToast } from "../../app/toasts";
import { useBackend, type PromptEntry, type PromptFile } from "../../backend";
import { toWireError } from "../../errors/table";
import { Button } from "../../kit/Button";
import { Menu } from "../../kit/Menu";
import { Empty, ErrorNote, Waiting } from "../../kit/states";
import { PromptEditor } from "./PromptEditor";
import { PromptList } from "./PromptList";
import { PromptView } from "./PromptView";
import { freeId } from "./text";

/** What is being written: a new prompt, or other words for one that is there. */
interface Draft {
  id: string;
  prompt: PromptFile;
  /** The prompt that it replaces; null for a new one. */
  replaces: string | null;
}

const nothing: PromptFile = { title: "", description: "", language: "", variables: [], text: "" };

/** The prompt library: choose one, fill it in and use it; write one's own; exchange them. */
export default function PromptsScreen({ prompt }: { prompt: string | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const prompts = useQuery({ queryKey: ["prompts"], queryFn: () => backend.prompts() });
  const [draft, setDraft] = useState<Draft | null>(null);
  const entries = prompts.data ?? [];
  const chosen = entries.find((one) => one.id === prompt) ?? entries[0];

  const refresh = useCallback(() => client.invalidateQueries({ queryKey: ["prompts"] }), [client]);
  const fail = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });

  const take = useCallback(
    (from: string | undefined) => {
      if (!from) return;
      backend.importPrompts(from).then(
        ({ added, unchanged, refused }) => {
          const left = refused.length > 0 ? t("prompts.refused", { count: refused.length }) : "";
          showToast({
            kind: "note",
            text: `${t("prompts.imported", { added: added.length, unchanged: unchanged.length })}${left}`,
          });
          if (added[0]) go({ screen: "prompts", prompt: added[0] });
          void refresh();
        },
        (error: unknown) => showToast({ kind: "error", error: toWireError(error) }),
      );
    },
    [backend, refresh, t],
  );
  useEffect(
    () =>
      backend.onFileDrop((event) => {
        if (event.kind === "drop") event.paths.forEach(take);
      }),
    [backend, take],
  );
  const pick = (folders: boolean) =>
    void backend
      .pickFiles({ folders, multiple: false, ...(folders ? {} : { extensions: ["zip", "md"] }) })
      .then(([from]) => take(from), fail);
  const exportTo = async (all: boolean) => {
    try {
      const [folder] = await backend.pickFiles({ folders: true, multiple: false });
      if (!folder) return;
      const { exported, path } = await backend.exportPrompts(folder, all);
      showToast({ kind: "note", text: t("prompts.exported", { count: exported, path }) });
    } catch (error) {
      fail(error);
    }
  };

  const begin = (entry: PromptEntry | null) => {
    const wished = entry ? entry.id : t("prompts.newId");
    setDraft({ id: freeId(wished, entries), prompt: entry ?? nothing, replaces: null });
  };
  const remove = (entry: PromptEntry) =>
    backend.deletePrompt(entry.id).then(() => {
      showToast({
        kind: "note",
        text: t("prompts.deleted", { name: entry.title || entry.id }),
        action: {
          label: t("action.undo"),
          run: () => void backend.restorePrompt(entry.id).then(() => void refresh(), fail),
        },
      });
      void refresh();
    }, fail);

  return (
    <>
      <Header title={t("nav.prompts")}>
        <Menu
          trigger={
            <Button look="quiet" icon={Download}>
              {t("prompts.import")}
            </Button>
          }
          groups={[
            [
              { label: t("prompts.importFile"), onSelect: () => pick(false) },
              { label: t("prompts.importFolder"), onSelect: () => pick(true) },
            ],
          ]}
        />
        <Menu
          trigger={
            <Button look="quiet" icon={Upload}>
              {t("prompts.export")}
            </Button>
          }
          groups={[
            [
              { label: t("prompts.exportOwn"), onSelect: () => void exportTo(false) },
              { label: t("prompts.exportAll"), onSelect: () => void exportTo(true) },
            ],
          ]}
        />
        <Button look="primary" icon={Plus} onClick={() => begin(null)}>
          {t("prompts.new")}
        </Button>
      </Header>
      {prompts.error ? (
        <ErrorNote large error={prompts.error} onRetry={() => void prompts.refetch()} />
      ) : !prompts.data ? (
        <Waiting />
      ) : (
        <div className="flex min-h-0 flex-1">
          <PromptList
            entries={entries}
            chosen={draft ? draft.replaces : (chosen?.id ?? null)}
            onChoose={(id) => {
              setDraft(null);
              go({ screen: "prompts", prompt: id });
            }}
          />
          {draft ? (
            <PromptEditor
              key={draft.id}
              {...draft}
              taken={entries.filter((one) => one.id !== draft.replaces && !one.is_ready_made).map((one) => one.id)}
              onCancel={() => setDraft(null)}
              onSaved={(id) => {
                setDraft(null);
                void refresh();
                go({ screen: "prompts", prompt: id });
              }}
            />
          ) : chosen ? (
            <PromptView
              key={chosen.id}
              entry={chosen}
              onEdit={() => setDraft({ id: chosen.id, prompt: chosen, replaces: chosen.id })}
              onDuplicate={() => begin(chosen)}
              onDelete={() => void remove(chosen)}
            />
          ) : (
            <Empty icon={TextQuote} title={t("prompts.empty")} about={t("prompts.emptyAbout")} />
          )}
        </div>
      )}
    </>
  );
}

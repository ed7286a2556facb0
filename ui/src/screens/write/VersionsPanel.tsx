import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { isComposing } from "../../app/shortcuts";
import { showToast } from "../../app/toasts";
import { useBackend, type ManuscriptVersion, type StoredManuscript } from "../../backend";
import { toWireError } from "../../errors/table";
import { count } from "../../format/numbers";
import { Button } from "../../kit/Button";
import { Dialog } from "../../kit/Dialog";
import { TextField } from "../../kit/fields";
import { ErrorNote, Waiting } from "../../kit/states";
import { ReadOnly } from "./ReadOnly";

export function VersionsPanel({
  id,
  flush,
  onRestored,
}: {
  id: number;
  flush: () => Promise<void>;
  onRestored: (stored: StoredManuscript) => void;
}) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const [name, setName] = useState("");
  const [looking, setLooking] = useState<ManuscriptVersion | null>(null);
  const versions = useQuery({
    queryKey: ["manuscript-versions", id],
    queryFn: async () => {
      await flush();
      return backend.manuscriptVersions(id);
    },
    staleTime: 0,
    gcTime: 0,
  });
  const failed = (error: unknown) => showToast({ kind: "error", error: toWireError(error) });
  const readAgain = () => void client.invalidateQueries({ queryKey: ["manuscript-versions", id] });
  const keep = async () => {
    if (!name.trim()) return;
    try {
      await flush();
      await backend.nameManuscriptVersion(id, name.trim());
      setName("");
      readAgain();
    } catch (error) {
      failed(error);
    }
  };
  const restore = async (version: ManuscriptVersion) => {
    try {
      // What stands there now becomes a version first, so that nothing is lost.
      await flush();
      onRestored(await backend.restoreManuscriptVersion(id, version.id));
      setLooking(null);
      showToast({ kind: "note", text: t("write.version.back") });
    } catch (error) {
      failed(error);
    }
  };
  return (
    <div className="p-3">
      <form
        className="flex gap-2"
        onSubmit={(event) => {
          event.preventDefault();
          void keep();
        }}
      >
        <TextField
          aria-label={t("write.version.name")}
          placeholder={t("write.version.name")}
          value={name}
          maxLength={120}
          className="min-w-0 flex-1"
          onChange={(event) => setName(event.target.value)}
          onKeyDown={(event) => {
            // Enter that ends a word of an input method names nothing.
            if (event.key === "Enter" && isComposing(event.nativeEvent)) event.preventDefault();
          }}
        />
        <Button type="submit" disabled={!name.trim()}>
          {t("write.version.keep")}
        </Button>
      </form>
      {versions.error ? (
        <div className="mt-3">
          <ErrorNote error={versions.error} onRetry={() => void versions.refetch()} />
        </div>
      ) : !versions.data ? (
        <Waiting />
      ) : (
        <ul aria-label={t("write.tab.versions")} className="mt-3 flex flex-col">
          {versions.data.map((version, index) => (
            <Row key={version.id} version={version} newest={index === 0} onLook={() => setLooking(version)} />
          ))}
        </ul>
      )}
      {looking && (
        <Look id={id} version={looking} onClose={() => setLooking(null)} onRestore={() => void restore(looking)} />
      )}
    </div>
  );
}

function useTime() {
  const language = useLanguage();
  return (ms: number) =>
    new Intl.DateTimeFormat(language, {
      month: "short",
      day: "numeric",
      hour: "2-digit",
      minute: "2-digit",
      hour12: false,
    }).format(ms);
}

function Row({ version, newest, onLook }: { version: ManuscriptVersion; newest: boolean; onLook: () => void }) {
  const { t } = useTranslation();
  const language = useLanguage();
  const time = useTime();
  return (
    <li>
      <button
        type="button"
        onClick={onLook}
        className="ring-inside flex w-full flex-col rounded-md px-2 py-1.5 text-start hover:bg-hover"
      >
        <span className="flex w-full items-baseline gap-2">
          <span className="min-w-0 flex-1 truncate font-medium">
            {version.name || t(`write.version.reason.${version.reason}`)}
          </span>
          {newest && <span className="text-xs text-accent">{t("write.version.now")}</span>}
        </span>
        <span className="tabular text-xs text-ink-2">
          {time(version.at_ms)} ·{" "}
          {t("write.characters", { count: version.characters, shown: count(version.characters, language) })}
        </span>
      </button>
    </li>
  );
}

function Look(props: { id: number; version: ManuscriptVersion; onClose: () => void; onRestore: () => void }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const time = useTime();
  const { id, version } = props;
  const stored = useQuery({
    queryKey: ["manuscript-version", id, version.id],
    queryFn: () => backend.manuscript(id, version.id),
    gcTime: 0,
  });
  return (
    <Dialog
      open
      wide
      onClose={props.onClose}
      title={version.name || t(`write.version.reason.${version.reason}`)}
      about={time(version.at_ms)}
      actions={
        <>
          <Button onClick={props.onClose}>{t("action.close")}</Button>
          <Button look="primary" disabled={!stored.data} onClick={props.onRestore}>
            {t("write.version.restore")}
          </Button>
        </>
      }
    >
      {stored.error ? (
        <ErrorNote error={stored.error} onRetry={() => void stored.refetch()} />
      ) : !stored.data ? (
        <Waiting />
      ) : (
        <ReadOnly content={stored.data.content} id={id} />
      )}
    </Dialog>
  );
}

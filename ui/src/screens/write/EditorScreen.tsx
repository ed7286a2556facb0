import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { useBackend, type StoredManuscript } from "../../backend";
import { ErrorNote, Waiting } from "../../kit/states";
import { unsavedOf } from "./save";
import { Writer } from "./Writer";

/** One document, read when the screen is opened and not again while someone writes in it. */
export default function EditorScreen({ id }: { id: number }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const [restored, setRestored] = useState<StoredManuscript | null>(null);
  const read = useQuery({
    queryKey: ["manuscript", id],
    queryFn: async (): Promise<StoredManuscript> => {
      const stored = await backend.manuscript(id, null);
      const unsaved = unsavedOf(id);
      return unsaved
        ? { ...stored, summary: { ...stored.summary, title: unsaved.title }, content: unsaved.content }
        : stored;
    },
    staleTime: Infinity,
    gcTime: 0,
  });
  if (read.error) {
    return (
      <>
        <Header title={t("nav.write")} />
        <ErrorNote large error={read.error} what={t("write.this")} onRetry={() => void read.refetch()} />
      </>
    );
  }
  const stored = restored ?? read.data;
  if (!stored) return <Waiting lines={8} />;
  return (
    <Writer
      key={stored.version.id}
      stored={stored}
      onRestored={(next) => {
        setRestored(next);
        void client.invalidateQueries({ queryKey: ["manuscript-versions", id] });
      }}
    />
  );
}

import { useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback, useEffect, useMemo, useState } from "react";
import { useTranslation } from "react-i18next";
import { Header } from "../../app/Header";
import { useStore } from "../../app/store";
import { useBackend, type MessageView } from "../../backend";
import { ErrorNote, Waiting } from "../../kit/states";
import { Composer } from "./Composer";
import { liveAt, startAnswer } from "./live";
import { placeState, setPlace } from "./place";
import { Thread, type ThreadActions } from "./Thread";
import { Welcome } from "./Welcome";

export default function AskScreen({ conversation }: { conversation: number | null }) {
  const { t } = useTranslation();
  const backend = useBackend();
  const client = useQueryClient();
  const place = conversation ?? "new";
  const live = useStore(liveAt(place));
  const state = useStore(placeState(place));
  const [editing, setEditing] = useState<number | null>(null);
  useEffect(() => setEditing(null), [conversation]);

  const view = useQuery({
    queryKey: ["conversation", conversation],
    queryFn: () => (conversation === null ? null : backend.conversation(conversation)),
    enabled: conversation !== null,
  });
  const messages = useMemo(() => (conversation === null ? [] : (view.data?.messages ?? [])), [conversation, view.data]);

  const send = useCallback(
    (question: string) => {
      const paths = [...state.scope.paths, ...state.attachments.map((file) => file.path)];
      startAnswer(backend, client, { question, scope: { paths }, conversation, parent: null, regenerate: null });
    },
    [backend, client, conversation, state],
  );

  const actions: ThreadActions = useMemo(
    () => ({
      regenerate: (answer: MessageView) => {
        if (conversation === null || answer.parent === null) return;
        startAnswer(
          backend,
          client,
          { question: "", scope: state.scope, conversation, parent: null, regenerate: answer.parent },
          { after: answer.parent },
        );
      },
      edit: (question: MessageView, text: string) => {
        setEditing(null);
        if (conversation === null) return;
        startAnswer(
          backend,
          client,
          { question: text, scope: state.scope, conversation, parent: null, edit: question.id, regenerate: null },
          { after: question.parent },
        );
      },
      startEdit: setEditing,
      switchTo: (message: number) => {
        if (conversation === null) return;
        void backend
          .selectBranch(conversation, message)
          .then((next) => client.setQueryData(["conversation", conversation], next));
      },
      widen: () => setPlace(place, { scope: { paths: [] } }),
      refresh: () => void client.invalidateQueries({ queryKey: ["conversation", conversation] }),
      retry: () => {
        const now = liveAt(place).get();
        if (now) startAnswer(backend, client, now.params, { after: now.after });
      },
    }),
    [backend, client, conversation, place, state.scope],
  );

  const isNew = conversation === null && live === null;
  return (
    <>
      <Header title={conversation === null ? t("ask.newTitle") : (view.data?.summary.title ?? "")} />
      {conversation !== null && view.error ? (
        <ErrorNote large error={view.error} what={t("ask.this")} onRetry={() => void view.refetch()} />
      ) : conversation !== null && !view.data ? (
        <div className="mx-auto w-full max-w-3xl flex-1 p-6">
          <Waiting lines={6} />
        </div>
      ) : isNew ? (
        <Welcome onAsk={send} />
      ) : (
        <Thread key={place} place={place} messages={messages} live={live} editing={editing} actions={actions} />
      )}
      <Composer place={place} live={live} onSend={send} />
    </>
  );
}

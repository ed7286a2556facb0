// Downloads and additions of models. They go on when the screen is left.

import { useQueryClient } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { createStore, useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend, type ModelView, type Progress, type Running, type JobEvent, type WireError } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { fileName } from "../../format/paths";

export interface ModelWork {
  name: string;
  progress: Progress | null;
  error: WireError | null;
  cancel: () => void;
}

const worksStore = createStore<Record<string, ModelWork>>({});
const addKey = "file";

export function useModelWork() {
  const backend = useBackend();
  const client = useQueryClient();
  const { t } = useTranslation();
  const works = useStore(worksStore);

  const track = async (key: string, name: string, start: (onEvent: (event: JobEvent) => void) => Running<void>) => {
    const change = (part: Partial<ModelWork>) =>
      worksStore.set((now) => (now[key] ? { ...now, [key]: { ...now[key], ...part } } : now));
    const call = start((event) => {
      if (event.event === "progress") change({ progress: event });
    });
    worksStore.set((now) => ({ ...now, [key]: { name, progress: null, error: null, cancel: () => call.cancel() } }));
    try {
      await call.result;
      drop(key);
      showToast({ kind: "note", text: t("models.added", { name }) });
    } catch (error) {
      if (isCancelled(error)) drop(key);
      else change({ error: toWireError(error) });
    }
    await client.invalidateQueries({ queryKey: ["models"] });
    await client.invalidateQueries({ queryKey: ["network"] });
  };
  const drop = (key: string) =>
    worksStore.set((now) => Object.fromEntries(Object.entries(now).filter(([other]) => other !== key)));

  const add = (path: string) => track(addKey, fileName(path), (onEvent) => backend.addModel(path, onEvent));
  return {
    works,
    adding: works[addKey],
    get: (model: ModelView) => void track(model.id, model.name, (onEvent) => backend.getModel(model.id, onEvent)),
    add,
    pickAndAdd: async () => {
      try {
        const [path] = await backend.pickFiles({ folders: false, multiple: false, extensions: ["gguf"] });
        if (path) await add(path);
      } catch (error) {
        showToast({ kind: "error", error: toWireError(error) });
      }
    },
  };
}

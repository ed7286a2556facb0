import { useCallback } from "react";
import { useTranslation } from "react-i18next";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { toWireError } from "../../errors/table";
import { bytes } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { useLanguage } from "../../app/settings";
import { requestAdd } from "../library/add-state";
import { placeState, setPlace, type Attachment, type Place } from "./place";

/** More files than this are a library and not an attachment. */
const mostAttached = 20;
const largestPaste = 20 * 1024 * 1024;

/** Attaches files to the next question: they are read into the library, and the question is asked of them. */
export function useAttach(place: Place) {
  const backend = useBackend();
  const { t } = useTranslation();
  const language = useLanguage();

  const change = useCallback(
    (path: string, part: Partial<Attachment>) =>
      placeState(place).set((now) => ({
        ...now,
        attachments: now.attachments.map((file) => (file.path === path ? { ...file, ...part } : file)),
      })),
    [place],
  );

  const read = useCallback(
    (path: string, name: string) => {
      if (
        placeState(place)
          .get()
          .attachments.some((file) => file.path === path)
      )
        return;
      placeState(place).set((now) => ({
        ...now,
        attachments: [...now.attachments, { path, name, state: "reading", error: null }],
      }));
      backend
        .addPaths([path], () => {})
        .result.then(
          async () => {
            const found = (
              await backend.sources({ text: fileName(path), state: "failed", offset: 0, limit: 20 })
            ).sources.find((source) => source.path === path);
            change(path, found ? { state: "failed", error: found.error } : { state: "ready" });
          },
          (error: unknown) => change(path, { state: "failed", error: toWireError(error) }),
        );
    },
    [backend, change, place],
  );

  const attachPaths = useCallback(
    async (paths: string[]) => {
      if (paths.length === 0) return;
      try {
        const { files } = await backend.estimate(paths);
        if (files > mostAttached) return requestAdd(paths, () => setPlace(place, { scope: { paths } }));
        paths.forEach((path) => read(path, fileName(path)));
      } catch (error) {
        showToast({ kind: "error", error: toWireError(error) });
      }
    },
    [backend, read, place],
  );

  const keep = useCallback(
    async (name: string, content: ArrayBuffer) => {
      if (content.byteLength > largestPaste) {
        return showToast({ kind: "note", text: t("composer.pasteTooLarge", { size: bytes(largestPaste, language) }) });
      }
      try {
        read(await backend.keepAttachment(name, content), name);
      } catch (error) {
        showToast({ kind: "error", error: toWireError(error) });
      }
    },
    [backend, read, t, language],
  );

  const attachFile = useCallback(async (file: File) => keep(file.name, await file.arrayBuffer()), [keep]);

  const attachText = useCallback(
    async (text: string) => {
      const content = new TextEncoder().encode(text);
      const time = new Date().toTimeString().slice(0, 5).replace(":", "");
      await keep(t("composer.pastedName", { time }), content.buffer);
      showToast({ kind: "note", text: t("composer.pasted", { size: bytes(content.byteLength, language) }) });
    },
    [keep, t, language],
  );

  const detach = useCallback(
    (path: string) =>
      placeState(place).set((now) => ({ ...now, attachments: now.attachments.filter((file) => file.path !== path) })),
    [place],
  );

  return { attachPaths, attachText, attachFile, detach };
}

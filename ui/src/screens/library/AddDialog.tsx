import { useQuery } from "@tanstack/react-query";
import { useTranslation } from "react-i18next";
import { useLanguage } from "../../app/settings";
import { useStore } from "../../app/store";
import { showToast } from "../../app/toasts";
import { useBackend } from "../../backend";
import { isCancelled, toWireError } from "../../errors/table";
import { bytes, count } from "../../format/numbers";
import { fileName } from "../../format/paths";
import { durationWords } from "../../format/usage";
import { Button } from "../../kit/Button";
import { Dialog } from "../../kit/Dialog";
import { ErrorNote, Waiting } from "../../kit/states";
import { addRequest } from "./add-state";

/** From so many files on it is worth saying that one can pause and go on working. */
const many = 500;

/** What adding would take, before it begins. */
export function AddDialog() {
  const { t } = useTranslation();
  const backend = useBackend();
  const request = useStore(addRequest);
  const paths = request?.paths ?? [];
  const estimate = useQuery({
    queryKey: ["estimate", paths],
    queryFn: () => backend.estimate(paths),
    enabled: request !== null,
    staleTime: 0,
    gcTime: 0,
  });
  const close = () => addRequest.set(null);
  const add = () => {
    request?.then?.();
    close();
    backend
      .addPaths(paths, () => {})
      .result.catch((error: unknown) => {
        if (!isCancelled(error)) showToast({ kind: "error", error: toWireError(error) });
      });
  };
  const name = paths.length === 1 ? fileName(paths[0] ?? "") : t("add.several", { count: paths.length });
  const usable = estimate.data ? estimate.data.files : 0;
  return (
    <Dialog
      open={request !== null}
      onClose={close}
      title={t("add.title", { name })}
      actions={
        <>
          <Button onClick={close}>{t("action.cancel")}</Button>
          <Button look="primary" disabled={usable === 0} onClick={add}>
            {usable > 0 ? t("add.go", { count: usable }) : t("add.goNone")}
          </Button>
        </>
      }
    >
      {estimate.error ? (
        <ErrorNote error={estimate.error} onRetry={() => void estimate.refetch()} />
      ) : estimate.data ? (
        <Facts {...estimate.data} />
      ) : (
        <div>
          <p className="text-ink-2">{t("add.counting")}</p>
          <Waiting lines={3} label={t("add.counting")} />
        </div>
      )}
    </Dialog>
  );
}

function Facts({
  files,
  bytes: size,
  unsupported,
  seconds,
}: {
  files: number;
  bytes: number;
  unsupported: number;
  seconds: number | null;
}) {
  const { t } = useTranslation();
  const language = useLanguage();
  if (files === 0) return <p className="text-ink-2">{t("add.none")}</p>;
  return (
    <>
      <dl className="tabular grid grid-cols-3 gap-3 py-2">
        <Fact name={t("add.files")} value={count(files, language)} />
        <Fact name={t("add.size")} value={bytes(size, language)} />
        <Fact name={t("add.time")} value={seconds === null ? t("add.unknownTime") : durationWords(seconds * 1000, t)} />
      </dl>
      <ul className="flex flex-col gap-1 text-base text-ink-2">
        <li>{t("add.untouched")}</li>
        {files >= many && <li>{t("add.many")}</li>}
        {unsupported > 0 && <li>{t("add.unsupported", { count: unsupported })}</li>}
      </ul>
    </>
  );
}

function Fact({ name, value }: { name: string; value: string }) {
  return (
    <div className="rounded-lg bg-sunken px-3 py-2">
      <dt className="text-xs text-ink-2">{name}</dt>
      <dd className="text-lg font-semibold">{value}</dd>
    </div>
  );
}
